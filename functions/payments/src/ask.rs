//! Asking the provider what became of an attempt, and writing what follows: the one way in which money is believed.

use chrono::TimeDelta;
use domain::moment::Moment;
use domain::online::{Report, State, Verdict, judge, judge_silence};
use store::records::AttemptRecord;
use store::{Attempts, Patience, Transaction};
use web::ApiError;

use crate::PaymentsApp;
use crate::record::{self, Paid};

/// An attempt after the provider was asked.
pub(crate) struct Asked {
    pub(crate) attempt: AttemptRecord,
    /// Whether the provider answered, where it had to be asked.
    pub(crate) answered: bool,
}

/// Asks, and writes what follows: by the provider's word, whoever made us ask, so that no session guards it. Repeated, or
/// late, it changes nothing twice.
pub(crate) async fn ask(app: &PaymentsApp, attempt: AttemptRecord, moment: Moment) -> Result<Asked, ApiError> {
    if attempt.state == State::Paid {
        return Ok(Asked { attempt, answered: true });
    }
    let report = report(app, &attempt).await?;
    let answered = report.is_some() || attempt.handle.is_none();
    let attempt = follow(app, attempt, report.as_ref(), moment).await?;
    Ok(Asked { attempt, answered })
}

/// What the provider says; nothing when it was never told of the attempt, or does not answer.
async fn report(app: &PaymentsApp, attempt: &AttemptRecord) -> Result<Option<Report>, ApiError> {
    let Some(handle) = &attempt.handle else { return Ok(None) };
    let asked = match app.provider(&attempt.organisation, &attempt.provider).await? {
        Ok(provider) => provider.ask(handle).await,
        Err(trouble) => Err(trouble),
    };
    Ok(asked.inspect_err(|trouble| tracing::warn!(%trouble, "a provider of payments gives no answer")).ok())
}

async fn follow(
    app: &PaymentsApp,
    mut attempt: AttemptRecord,
    report: Option<&Report>,
    moment: Moment,
) -> Result<AttemptRecord, ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        // A provider is to come again: it is told that we are not there, and no person's rule.
        attempts.next().await.map_err(|busy| ApiError::unavailable(busy.to_string()))?;
        let age = moment.wall - attempt.opened;
        let mut transaction = Transaction::of_system();
        let after = match verdict(&attempt, report, age) {
            Verdict::Keep => return Ok(attempt),
            Verdict::Ask(doubt) => record::doubt(&mut transaction, &attempt, doubt, report),
            Verdict::End(state) => {
                let after = AttemptRecord { report: report.cloned(), ..record::ended(&attempt, state, moment.wall) };
                record::end(&mut transaction, &attempt, &after);
                after
            }
            Verdict::Pay => {
                let Some(report) = report else { return Ok(attempt) };
                let paid = Paid::by_report(&attempt, report, moment);
                let after = record::ended(&attempt, State::Paid, moment.wall);
                let after = AttemptRecord { report: Some(report.clone()), ..after };
                record::pay(app, &mut transaction, (&attempt, after), paid, moment).await?
            }
        };
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Ok(after);
        }
        attempt = record::again(app, &attempt).await?;
    }
}

fn verdict(attempt: &AttemptRecord, report: Option<&Report>, age: TimeDelta) -> Verdict {
    match report {
        Some(report) => judge(attempt.state, attempt.expected(), report, age),
        None => judge_silence(attempt.state, age),
    }
}
