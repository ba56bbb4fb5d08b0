//! `GET …/families/{family}/invoices`: what a family owes, its invoices and payments.

use std::sync::Arc;

use serde::Serialize;
use shared::aws::keys;
use shared::aws::records::{InvoiceRecord, Means, OrganisationRecord, PaymentRecord};
use shared::domain::day::Day;
use shared::domain::invoice::{Line, Solde};
use shared::domain::money::signed_euros;
use shared::http::{ApiError, Call, Reply};
use shared::regie::Account;

use crate::InvoicesApp;
use crate::office::Place;

#[derive(Serialize)]
struct AccountView {
    owed: i64,
    amount: String,
    carried: Option<String>,
    invoices: Vec<InvoiceView>,
    payments: Vec<PaymentView>,
    how_to_pay: Vec<String>,
    may_bill: bool,
}

#[derive(Serialize)]
struct InvoiceView {
    number: String,
    issued: Day,
    due: Day,
    period: Option<String>,
    corrects: Option<String>,
    lines: Vec<LineView>,
    amount: String,
    cents: i64,
    owed: i64,
    owed_amount: String,
    filed: bool,
}

/// A line as the guide has it: `2 x [Lou] : Ticket(s) pour le service Cantine maternelle`.
#[derive(Serialize)]
pub(crate) struct LineView {
    sentence: String,
    amount: String,
}

impl LineView {
    /// Of a line.
    pub(crate) fn of(line: &Line) -> Self {
        Self { sentence: line.sentence(), amount: signed_euros(line.amount()) }
    }
}

#[derive(Serialize)]
struct PaymentView {
    receipt: String,
    day: Day,
    means: Means,
    amount: String,
    cents: i64,
    reverses: Option<String>,
}

/// One wave: the caller's right and the organisation, and the family's account.
pub(crate) async fn list_invoices(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.app.caller(&call).await?;
    let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
    let (organisation, family) =
        (keys::organisation(&place.organisation), keys::family(&place.organisation, &place.family));
    needed.extend([organisation.clone(), family.clone()]);
    let span = keys::account_of_family(&place.organisation, &place.family);
    let (items, lying) = tokio::join!(app.app.table.batch_get(&needed), app.app.table.query_mixed(&span));
    let items = items?;
    let access = caller.family_access(&items, &place.organisation, &place.family, call.moment.wall)?;
    let known: Option<OrganisationRecord> = items.get(&organisation)?;
    let billing = known.ok_or_else(ApiError::not_found)?.organisation.billing;
    if !items.keys().any(|key| *key == family) {
        return Err(ApiError::not_found());
    }
    let account = Account::of(&lying?)?;
    let solde = account.solde();
    let carried: i64 = account.periods.iter().map(|period| period.carried).sum();
    Reply::json(&AccountView {
        owed: solde.owed,
        amount: signed_euros(solde.owed),
        carried: (carried != 0).then(|| signed_euros(carried)),
        invoices: views(&account, &solde),
        payments: account.payments.iter().rev().map(payment_view).collect(),
        how_to_pay: billing.map(|billing| billing.how_to_pay).unwrap_or_default(),
        may_bill: access.role.is_some_and(|role| role.may(shared::domain::role::Permission::Bill)),
    })
}

/// The newest first, as the guide has them.
fn views(account: &Account, solde: &Solde) -> Vec<InvoiceView> {
    let owed = |number: &str| solde.invoices.iter().find(|open| open.number == number).map_or(0, |open| open.owed);
    let mut invoices: Vec<&InvoiceRecord> = account.invoices.iter().collect();
    invoices.sort_by(|one, other| (other.issued, &other.number).cmp(&(one.issued, &one.number)));
    let view = |one: &InvoiceRecord| InvoiceView {
        number: one.number.clone(),
        issued: one.issued,
        due: one.due,
        period: one.period.map(|period| period.said()),
        corrects: one.corrects.clone(),
        lines: one.lines.iter().map(LineView::of).collect(),
        amount: signed_euros(one.total),
        cents: one.total,
        owed: owed(&one.number),
        owed_amount: signed_euros(owed(&one.number)),
        filed: one.filed,
    };
    invoices.into_iter().map(view).collect()
}

fn payment_view(payment: &PaymentRecord) -> PaymentView {
    PaymentView {
        receipt: payment.receipt.clone(),
        day: payment.day,
        means: payment.means,
        amount: signed_euros(payment.cents),
        cents: payment.cents,
        reverses: payment.reverses.clone(),
    }
}
