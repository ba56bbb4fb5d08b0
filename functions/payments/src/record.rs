//! What is written when an attempt ends: the payment with its receipt, a doubt, or that it ended unpaid. Each is one
//! transaction on the version of the attempt that was read.

use chrono::{DateTime, TimeDelta, Utc};
use domain::day::{Day, paris_day};
use domain::moment::Moment;
use domain::online::{Doubt, Report, Said, State};
use store::records::{AttemptRecord, DoubtRecord, FamilyRecord, Means, Message, OrganisationRecord, OutboxRecord};
use store::regie::{Account, Receipts, Received, follow_lots};
use store::{Record, Transaction, keys};
use web::ApiError;

use crate::PaymentsApp;

/// How long an ended attempt is kept: longer than a card can be disputed.
const KEPT: TimeDelta = TimeDelta::days(400);

/// What was received, by the provider's word or a person's.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    pub(crate) day: Day,
    pub(crate) means: Means,
    pub(crate) cents: u64,
    /// Who says so.
    pub(crate) said: String,
}

impl Paid {
    /// What a provider's report proves. The day is the one it was paid on, told on the business clock.
    pub(crate) fn by_report(attempt: &AttemptRecord, report: &Report, moment: Moment) -> Self {
        let at = report.at.unwrap_or(moment.wall).clamp(attempt.opened.min(moment.wall), moment.wall);
        Self {
            day: paris_day(at + (moment.business - moment.wall)),
            means: if report.said == Said::PaidByDebit { Means::Debit } else { Means::Card },
            cents: attempt.cents,
            said: "Paiement en ligne".to_owned(),
        }
    }
}

/// An attempt that is over.
pub(crate) fn ended(attempt: &AttemptRecord, state: State, wall: DateTime<Utc>) -> AttemptRecord {
    AttemptRecord { state, version: attempt.version + 1, expires: Some((wall + KEPT).timestamp()), ..attempt.clone() }
}

/// Ends an attempt unpaid.
pub(crate) fn end(transaction: &mut Transaction, before: &AttemptRecord, after: &AttemptRecord) {
    transaction.put_over(after, before.version);
    transaction.delete(&keys::asking(&before.organisation, &before.family, &before.attempt));
}

/// Leaves an attempt to a person.
pub(crate) fn doubt(
    transaction: &mut Transaction,
    before: &AttemptRecord,
    doubt: Doubt,
    report: Option<&Report>,
) -> AttemptRecord {
    let after = AttemptRecord {
        state: State::Doubtful,
        doubt: Some(doubt),
        report: report.cloned(),
        version: before.version + 1,
        expires: None,
        ..before.clone()
    };
    let listed = DoubtRecord {
        organisation: before.organisation.clone(),
        family: before.family.clone(),
        attempt: before.attempt.clone(),
    };
    end(transaction, before, &after);
    transaction.put(&listed);
    after
}

/// Records the payment of an attempt, as it was before and is to be after: its receipt, its end, the mail that tells it, and
/// the tickets that count from now on.
pub(crate) async fn pay(
    app: &PaymentsApp,
    transaction: &mut Transaction,
    (before, after): (&AttemptRecord, AttemptRecord),
    paid: Paid,
    moment: Moment,
) -> Result<AttemptRecord, ApiError> {
    let today = paris_day(moment.business);
    let (family_key, organisation_key) =
        (keys::family(&before.organisation, &before.family), keys::organisation(&before.organisation));
    let wanted = [Receipts::key(&before.organisation, today), family_key.clone(), organisation_key.clone()];
    let span = keys::account_of_family(&before.organisation, &before.family);
    let (items, lying) = tokio::join!(app.app.table.batch_get(&wanted), app.app.table.query_mixed(&span));
    let (items, mut account) = (items?, Account::of(&lying?)?);
    let receipts = Receipts::of(&items, &before.organisation, today)?;
    let cents = i64::try_from(paid.cents).map_err(|error| ApiError::internal(error.to_string()))?;
    let (day, means, request, said) = (paid.day, paid.means, before.attempt.clone(), paid.said);
    let received = Received { day, means, cents, reverses: None, request, said };
    let payment = receipts.receive(transaction, &before.family, received, moment.business);
    let after = AttemptRecord { receipt: Some(payment.receipt.clone()), ..after };
    let message = Message::PaymentReceived {
        organisation: before.organisation.clone(),
        family: before.family.clone(),
        receipt: payment.receipt.clone(),
    };
    transaction.put_new(&OutboxRecord::pending(secret::id(), message, before.mel.clone(), moment.wall));
    end(transaction, before, &after);
    transaction.delete(&keys::doubt(&before.organisation, &before.attempt));
    account.payments.push(payment);
    let known = items.get::<OrganisationRecord>(&organisation_key)?.zip(items.get::<FamilyRecord>(&family_key)?);
    // Money that arrives for nobody is recorded all the same.
    if let Some((known, family)) = known {
        follow_lots(transaction, &account, &known.organisation, &family.family);
    }
    Ok(after)
}

/// Reads an attempt again, after somebody else was faster.
pub(crate) async fn again(app: &PaymentsApp, attempt: &AttemptRecord) -> Result<AttemptRecord, ApiError> {
    app.app.table.get(&attempt.key()).await?.ok_or_else(ApiError::not_found)
}
