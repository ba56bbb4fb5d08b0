//! `POST …/tickets`: buys tickets. The purchase is invoiced at once, and the invoice opens the lot they are used from.

use std::sync::Arc;

use domain::activity::Activity;
use domain::day::{Day, later, paris_day};
use domain::family::Family;
use domain::id::{ActivityId, ChildId};
use domain::invoice::Line;
use domain::money::euros;
use domain::organisation::Organisation;
use domain::role::Permission;
use domain::wallet::{Counts, Lot, Pack, Stock, stocks};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{FamilyRecord, InvoiceRecord, LotRecord, OrganisationRecord};
use store::regie::Account;
use store::{Chain, Failure, keys, pause};
use uuid::Uuid;
use web::app::Caller;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::number::Numbering;
use crate::office::Place;

const TRIES: u32 = 12;
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
    let place = Place::of(&call)?;
    let caller = app.app.caller(&call).await?;
    let body: Body = call.body()?;
    let today = paris_day(call.moment.business);
    let wanted = [
        keys::organisation(&place.organisation),
        keys::family(&place.organisation, &place.family),
        Numbering::key(&place.organisation, today),
    ];
    let needed = [caller.family_keys(&place.organisation, &place.family).as_slice(), &wanted].concat();
    let span = keys::account_of_family(&place.organisation, &place.family);
    for attempt in 0..TRIES {
        let (items, lying) = tokio::join!(app.app.table.batch_get(&needed), app.app.table.query_mixed(&span));
        let items = items?;
        let access = caller.family_access(&items, &place.organisation, &place.family, call.moment.wall)?;
        access.demand(Permission::Bill)?;
        let family: FamilyRecord = items.get(&wanted[1])?.ok_or_else(ApiError::not_found)?;
        let organisation: OrganisationRecord = items.get(&wanted[0])?.ok_or_else(ApiError::not_found)?;
        let account = Account::of(&lying?)?;
        let request = body.request.to_string();
        if let Some(known) = account.lots.iter().find(|lot| lot.request == request) {
            return Reply::json(&view(&organisation.organisation, &known.lot));
        }
        let purchase = decide(&organisation.organisation, &family.family, &account.lots, &body, today)?;
        let numbering = Numbering::of(&items, &place.organisation, today)?;
        let (invoice, lot) = purchase.carry_out(&numbering, account)?;
        let record = LotRecord {
            organisation: place.organisation.clone(),
            family: place.family.clone(),
            lot,
            request,
            said: access.said.clone(),
            at: call.moment.business,
            version: 1,
        };
        let guard = guard(&caller, &access.granted_by).check_version(&wanted[1], family.version).put_new(&record);
        match app.app.table.write(numbering.issue(guard, &invoice, call.moment.wall)).await {
            Ok(()) => return Reply::json(&view(&organisation.organisation, &record.lot)),
            Err(Failure::Conditions(_) | Failure::Conflict) => tokio::time::sleep(pause(attempt)).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    let detail = "Plusieurs factures se font en même temps. Rien n’est acheté : recommencez dans un instant.";
    Err(ApiError::new(StatusCode::CONFLICT, "conflict-busy", detail))
}

fn guard(caller: &Caller, granted_by: &keys::Key) -> Chain {
    Chain::new().check_exists(&caller.session_key()).check_exists(granted_by)
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
    fn carry_out(&self, numbering: &Numbering, mut account: Account) -> Result<(InvoiceRecord, Lot), ApiError> {
        let Self { organisation, family, activity, child, pack } = *self;
        let billing = organisation.billing.as_ref().ok_or_else(not_sold)?;
        let prepaid = activity.prepaid.as_ref().ok_or_else(not_sold)?;
        let (number, issued) = (numbering.number(), numbering.issued());
        let of = child.and_then(|id| family.child(id)).map(|child| format!("[{}] : ", child.first_name));
        let line = Line {
            child: child.cloned(),
            activity: Some(activity.id.clone()),
            label: format!("{}Ticket(s) pour le service {}", of.unwrap_or_default(), activity.name),
            quantity: pack.quantity,
            unit: i64::from(pack.unit),
            days: Vec::new(),
            penalty: false,
        };
        let invoice = InvoiceRecord {
            organisation: organisation.id.clone(),
            family: family.id.clone(),
            number: number.clone(),
            period: None,
            corrects: None,
            issued,
            due: later(issued, u64::from(billing.due_days)),
            payer: vec![format!("Famille {}", family.name), family.town.clone()],
            total: line.amount(),
            lines: vec![line],
            request: None,
            imported: false,
            filed: false,
            version: 1,
        };
        let id = number.parse().map_err(|error| ApiError::internal(format!("number: {error}")))?;
        let mut lot = Lot {
            id,
            activity: activity.id.clone(),
            child: child.cloned(),
            unit: pack.unit,
            bought: pack.quantity,
            left: pack.quantity,
            refunded: 0,
            opened: issued,
            counts: prepaid.counts,
            paid: false,
        };
        account.invoices.push(invoice.clone());
        lot.follow(account.ledger(organisation, family).owed_of(&number) <= 0);
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
