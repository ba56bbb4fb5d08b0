//! `POST …/payments`: an agent records a payment, or reverses one. Payments are never edited.

use std::sync::Arc;

use domain::day::{Day, paris_day, typed_day};
use domain::id::FamilyPath;
use domain::money::{parse_euros, signed_euros};
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use store::records::{Means, PaymentRecord};
use store::regie::{Account, Receipts, Received, follow_lots};
use store::{Attempts, Patience};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    day: String,
    means: Means,
    amount: String,
    reverses: Option<String>,
}

#[derive(Serialize)]
struct PaidView {
    receipt: String,
    message: String,
}

/// The same request twice is one payment.
pub(crate) async fn record_payment(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let numbers = |at: &FamilyPath| vec![Receipts::key(&at.organisation, today)];
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let asked = AccountCall::open(&app.app, &call, Who::Agents(Permission::Bill), numbers).await?;
        let body: Body = call.body()?;
        let (day, cents) = written(&body, today)?;
        let request = body.request.to_string();
        let mut account = asked.account.clone();
        if let Some(known) = account.payments.iter().find(|payment| payment.request == request) {
            let same = known.day == day && known.means == body.means && known.reverses == body.reverses;
            return match same && known.cents.abs() == cents {
                true => Reply::json(&view(known)),
                false => Err(ApiError::changed_meanwhile()),
            };
        }
        let cents = signed(&account, &body, cents)?;
        let receipts = Receipts::of(asked.items(), &asked.at.organisation, today)?;
        let said = asked.access.said.clone();
        let received = Received { day, means: body.means, cents, reverses: body.reverses, request, said };
        let mut transaction = asked.begin();
        let payment = receipts.receive(&mut transaction, &asked.at.family, received, call.moment.business);
        account.payments.push(payment.clone());
        follow_lots(&mut transaction, &account, &asked.organisation, &asked.family);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&payment));
        }
    }
}

/// The day and the sum, as the agent wrote them.
fn written(body: &Body, today: Day) -> Result<(Day, i64), ApiError> {
    let day = typed_day(&body.day).filter(|day| *day <= today);
    let day = day.ok_or_else(|| ApiError::invalid("day", "Écrivez le jour du paiement : aujourd’hui ou avant."))?;
    let cents = parse_euros(&body.amount).filter(|cents| *cents > 0);
    let cents = cents.ok_or_else(|| ApiError::invalid("amount", "Écrivez une somme, par exemple 65,10."))?;
    Ok((day, i64::from(cents)))
}

/// A reversal takes back exactly what the other receipt says, once.
fn signed(account: &Account, body: &Body, cents: i64) -> Result<i64, ApiError> {
    let Some(receipt) = &body.reverses else { return Ok(cents) };
    let other = account.payments.iter().find(|payment| payment.receipt == *receipt).ok_or_else(ApiError::not_found)?;
    let again = account.payments.iter().any(|payment| payment.reverses.as_ref() == Some(receipt));
    if again || other.reverses.is_some() || other.cents != cents {
        let detail = "Ce reçu ne s’annule pas, ou plus, ou pas pour cette somme.";
        return Err(ApiError::invalid("reverses", detail));
    }
    Ok(-cents)
}

fn view(payment: &PaymentRecord) -> PaidView {
    let verb = if payment.cents < 0 { "annulé" } else { "enregistré" };
    PaidView {
        receipt: payment.receipt.clone(),
        message: format!("Paiement {verb} : {}, reçu {}.", signed_euros(payment.cents), payment.receipt),
    }
}
