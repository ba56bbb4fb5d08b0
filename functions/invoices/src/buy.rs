//! `POST …/tickets`: buys tickets. The purchase is invoiced at once, and the invoice opens the lot they are used from.

use std::sync::Arc;

use domain::activity::Activity;
use domain::day::{Day, paris_day};
use domain::family::Family;
use domain::id::{ActivityId, ChildId, FamilyPath};
use domain::invoice::Line;
use domain::money::euros;
use domain::organisation::Organisation;
use domain::role::Permission;
use domain::wallet::{Counts, Lot, Pack, Stock, stocks};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{InvoiceRecord, LotRecord, Numbered};
use store::regie::{Account, Numbering};
use store::{Attempts, Patience};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;

/// How many tickets of a kind a family may have at once: more is a slip of the finger, or worse.
const MOST: u32 = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    activity: ActivityId,
    child: Option<ChildId>,
    quantity: u32,
}

#[derive(Serialize)]
struct BoughtView {
    number: String,
    message: String,
}

/// What is bought, as it was decided on what was read.
struct Purchase<'a> {
    organisation: &'a Organisation,
    family: &'a Family,
    activity: &'a Activity,
    child: Option<&'a ChildId>,
    pack: Pack,
}

/// The same request twice is one purchase. The price is the tariff's, of today.
pub(crate) async fn buy_tickets(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let numbers = |at: &FamilyPath| vec![Numbering::Invoices.key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::FamilyOr(Permission::Bill), numbers).await?;
        let body: Body = call.body()?;
        let request = body.request.to_string();
        if let Some(known) = asked.account.lots.iter().find(|lot| lot.request == request) {
            let (lot, wanted) = (&known.lot, (&body.activity, &body.child, body.quantity));
            return match (&lot.activity, &lot.child, lot.bought) == wanted {
                true => Reply::json(&view(&asked.organisation, &known.lot)),
                false => Err(ApiError::changed_meanwhile()),
            };
        }
        let purchase = decide(&asked.organisation, &asked.family, &asked.account.lots, &body, today)?;
        let mut numbers = Numbering::Invoices.of(asked.items(), &asked.at.organisation, today)?;
        let (invoice, lot) = purchase.carry_out(numbers.take(), asked.account.clone())?;
        let FamilyPath { organisation, family } = asked.at.clone();
        let (said, at) = (asked.access.said.clone(), call.moment.business);
        let record = LotRecord { organisation, family, lot, request, said, at, version: 1 };
        let mut transaction = asked.begin();
        asked.demand_family(&mut transaction);
        transaction.put_new(&record);
        numbers.issue(&mut transaction, &invoice, call.moment.wall);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&asked.organisation, &record.lot));
        }
    }
}

/// What is sold to this family, and not too much of it.
fn decide<'a>(
    organisation: &'a Organisation,
    family: &'a Family,
    lots: &[LotRecord],
    body: &'a Body,
    today: Day,
) -> Result<Purchase<'a>, ApiError> {
    let activity = organisation.activity(&body.activity).ok_or_else(ApiError::not_found)?;
    if body.child.as_ref().is_some_and(|child| family.child(child).is_none()) {
        return Err(ApiError::not_found());
    }
    let of_kind =
        |stock: &Stock| stock.activity.id == activity.id && stock.child.map(|child| &child.id) == body.child.as_ref();
    let lots: Vec<&Lot> = lots.iter().map(|record| &record.lot).collect();
    let stock = stocks(organisation, family, &lots, today).into_iter().find(of_kind);
    let stock = stock.filter(|stock| !stock.packs.is_empty()).ok_or_else(not_sold)?;
    let pack = stock.packs.iter().find(|pack| pack.quantity == body.quantity).copied();
    let pack = pack.ok_or_else(|| ApiError::invalid("quantity", "Choisissez un des carnets proposés."))?;
    let there = stock.tickets.left + stock.tickets.unpaid;
    if there + pack.quantity > MOST {
        let detail = format!("Vous avez déjà {there} tickets : utilisez-les d’abord.");
        return Err(ApiError::new(StatusCode::CONFLICT, "tickets-enough", detail));
    }
    Ok(Purchase { organisation, family, activity, child: body.child.as_ref(), pack })
}

/// 409: there are no tickets of this kind.
fn not_sold() -> ApiError {
    let detail = "Ces tickets ne sont pas en vente pour votre famille.";
    ApiError::new(StatusCode::CONFLICT, "not-sold", detail)
}

impl Purchase<'_> {
    /// The invoice and the lot it opens. A credit that covers it pays it at once.
    fn carry_out(&self, numbered: Numbered, mut account: Account) -> Result<(InvoiceRecord, Lot), ApiError> {
        let Self { organisation, family, activity, child, pack } = *self;
        let billing = organisation.billing.as_ref().ok_or_else(not_sold)?;
        let prepaid = activity.prepaid.as_ref().ok_or_else(not_sold)?;
        let of = child.and_then(|id| family.child(id));
        let line = Line::of_service(of, activity, pack.quantity, i64::from(pack.unit));
        let invoice = InvoiceRecord::of_family(&organisation.id, family, numbered, billing, vec![line]);
        let id = invoice.number.parse().map_err(|error| ApiError::internal(format!("number: {error}")))?;
        let mut lot = Lot {
            id,
            activity: activity.id.clone(),
            child: child.cloned(),
            unit: pack.unit,
            bought: pack.quantity,
            left: pack.quantity,
            refunded: 0,
            opened: invoice.issued,
            counts: prepaid.counts,
            paid: false,
        };
        account.invoices.push(invoice.clone());
        lot.follow(account.ledger(organisation, family).owed_of(&invoice.number) <= 0);
        Ok((invoice, lot))
    }
}

/// `10 tickets pour le service Ludothèque : 35,00 €, facture 2015-00043.`
fn view(organisation: &Organisation, lot: &Lot) -> BoughtView {
    let activity = organisation.activity(&lot.activity).map_or(lot.activity.as_str(), |known| &known.name);
    let amount = euros(Pack { quantity: lot.bought, unit: lot.unit }.cents());
    let counts = match lot.counts {
        Counts::AtPayment if !lot.paid => " Ils s’ajouteront dès qu’elle sera payée.",
        _ => " Ils peuvent servir dès maintenant.",
    };
    let message = format!("{} tickets pour le service {activity} : {amount}, facture {}.{counts}", lot.bought, lot.id);
    BoughtView { number: lot.id.as_str().to_owned(), message }
}
