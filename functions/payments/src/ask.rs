//! Asking the provider what became of an attempt, and writing what follows: the one way in which money is believed.

use std::time::Duration;

use chrono::TimeDelta;
use domain::moment::Moment;
use domain::online::{Report, State, Verdict, judge, judge_silence};
use store::records::AttemptRecord;
use store::{Chain, Failure};
use web::ApiError;

use crate::PaymentsApp;
use crate::record::{self, Paid};

/// How often a transaction is tried again when somebody else was faster.
pub(crate) const TRIES: u32 = 12;
pub(crate) const PAUSE: Duration = Duration::from_millis(15);

/// An attempt after the provider was asked.
pub(crate) struct Asked {
    pub(crate) attempt: AttemptRecord,
    /// Whether the provider answered, where it had to be asked.
    pub(crate) answered: bool,
}

/// Asks, and writes what follows. Repeated, or late, it changes nothing twice.
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
    for _ in 0..TRIES {
        let age = moment.wall - attempt.opened;
        let (transaction, after) = match verdict(&attempt, report, age) {
            Verdict::Keep => return Ok(attempt),
            Verdict::Ask(doubt) => record::doubt(&attempt, doubt, report),
            Verdict::End(state) => {
                let after = AttemptRecord { report: report.cloned(), ..record::ended(&attempt, state, moment.wall) };
                (record::end(Chain::new(), &attempt, &after), after)
            }
            Verdict::Pay => {
                let Some(report) = report else { return Ok(attempt) };
                let paid = Paid::by_report(&attempt, report, moment);
                let after = record::ended(&attempt, State::Paid, moment.wall);
                let after = AttemptRecord { report: Some(report.clone()), ..after };
                record::pay(app, Chain::new(), &attempt, after, paid, moment).await?
            }
        };
        match app.app.table.write(transaction).await {
            Ok(()) => return Ok(after),
            Err(Failure::Conditions(_) | Failure::Conflict) => {
                tokio::time::sleep(PAUSE).await;
                attempt = record::again(app, &attempt).await?;
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(ApiError::unavailable("an attempt stays busy"))
}

fn verdict(attempt: &AttemptRecord, report: Option<&Report>, age: TimeDelta) -> Verdict {
    match report {
        Some(report) => judge(attempt.state, attempt.expected(), report, age),
        None => judge_silence(attempt.state, age),
    }
}
