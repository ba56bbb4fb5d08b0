//! An hour: every job of every organisation, each organisation by itself, until the budget is used up.

use domain::organisation::Organisation;
use lambda::Error;
use lambda::budget::Spending;
use store::keys;
use store::records::{OrganisationEntry, OrganisationRecord};
use store::{Round, Walk};

use crate::about::About;
use crate::report::Report;
use crate::{TickApp, closings, debts, expiries, families, reminders, runs};

/// The job and the seat of the round over all organisations.
const HOUR: (&str, &str) = ("hour", "all");

/// Begins an hour, after the one before it is done.
pub(crate) async fn begin(app: &TickApp, spending: &Spending, report: &mut Report) -> Result<(), Error> {
    go_on(app, spending, report).await?;
    let turn = app.clock.now().wall.to_rfc3339();
    match Round::open(&app.table, HOUR.0, HOUR.1, &turn).await? {
        Some(round) if round.turn() == turn => over_organisations(app, round, spending, report).await,
        // The one before it is not done: the next tick goes on with it.
        _ => Ok(()),
    }
}

/// Goes on with an hour that a call before did not finish.
pub(crate) async fn go_on(app: &TickApp, spending: &Spending, report: &mut Report) -> Result<(), Error> {
    match Round::unfinished(&app.table, HOUR.0, HOUR.1).await? {
        Some(round) => over_organisations(app, round, spending, report).await,
        None => Ok(()),
    }
}

async fn over_organisations(
    app: &TickApp,
    mut round: Round<'_>,
    spending: &Spending,
    report: &mut Report,
) -> Result<(), Error> {
    let mut walk: Walk<OrganisationEntry> = Walk::after(&app.table, keys::organisations(), round.reach());
    while let Some((id, entry)) = walk.next().await? {
        match entry {
            Ok(entry) => one(app, &entry, round.turn(), spending, report).await,
            Err(error) => report.failed("organisation", &id, &error.to_string()),
        }
        if spending.spent() {
            return Ok(round.pause().await?);
        }
        if !round.reached(&id).await? {
            return Ok(());
        }
    }
    Ok(round.finish().await?)
}

/// All jobs of an organisation; one that fails leaves the others alone.
async fn one(app: &TickApp, entry: &OrganisationEntry, turn: &str, spending: &Spending, report: &mut Report) {
    let id = entry.organisation.as_str();
    let known = app.table.get::<OrganisationRecord>(&keys::organisation(&entry.organisation)).await;
    let organisation: Organisation = match known {
        Ok(Some(record)) => record.effective(),
        Ok(None) => return,
        Err(error) => return report.failed("organisation", id, &error.to_string()),
    };
    let closed = closings::finish(app, &organisation, spending, report).await;
    report.job("closed", id, closed);
    let places = store::changes::settle(&app.table, &organisation, app.clock.now(), spending.until().into()).await;
    report.job("places", id, places.map_err(Error::from));
    let opened = runs::open(app, &organisation).await;
    report.job("runs", id, opened);
    let mut about = About { organisation: &organisation, turn, spending, report };
    let reminded = reminders::send(app, &mut about).await;
    about.report.job("reminders", id, reminded);
    let debts = debts::remind(app, &mut about).await;
    about.report.job("debts", id, debts);
    let expiries = expiries::send(app, &mut about).await;
    about.report.job("expiries", id, expiries);
    let listed = families::list(app, &mut about).await;
    about.report.job("listed", id, listed);
}
