//! Numbers: a batch of drafts becomes invoices in one transaction, with the series they are numbered from.

use std::collections::BTreeSet;

use chrono::Datelike;
use domain::day::{Day, paris_day};
use domain::id::FamilyId;
use domain::invoice::Billing;
use domain::organisation::Organisation;
use store::records::{RunRecord, RunStage, SeriesRecord};
use store::{Chain, Failure, StoreError, keys};
use tokio::time::Instant;

use crate::BillingApp;
use crate::batch::{Batch, Numbered};

/// Issues until the time is up. While a batch is written the next one is read. After the last one the run is done.
pub(crate) async fn go_on(
    app: &BillingApp,
    organisation: &Organisation,
    run: RunRecord,
    until: Instant,
) -> Result<(), Failure> {
    let Some(billing) = &organisation.billing else { return end(app, run).await };
    let today = paris_day(app.clock.now().business);
    let series = series(app, organisation, run.issued.unwrap_or(today)).await?;
    let mut batch = Batch::read(app, &organisation.id, run.period, run.reach.as_ref()).await?;
    let mut standing = Standing { run, series };
    while let Some(reach) = batch.reach.clone() {
        let issued = issue(app, billing, &standing, batch);
        if Instant::now() >= until {
            return issued.await.map(|_| ());
        }
        let following = Batch::read(app, &organisation.id, standing.run.period, Some(&reach));
        let (done, following) = tokio::join!(issued, following);
        (standing, batch) = (done?, following?);
    }
    end(app, standing.run).await
}

/// What the transactions of a run are written over.
pub(crate) struct Standing {
    pub(crate) run: RunRecord,
    pub(crate) series: SeriesRecord,
}

/// Writes a batch. Families whose items are not as their drafts say are left out and named, the others go on.
async fn issue(
    app: &BillingApp,
    billing: &Billing,
    standing: &Standing,
    mut batch: Batch,
) -> Result<Standing, Failure> {
    loop {
        let Numbered { transaction, owners, next } = batch.number(billing, standing, app.clock.now().wall);
        match app.table.write(transaction).await {
            Ok(()) => return Ok(next),
            Err(Failure::Conditions(places)) => match whose(&owners, &places) {
                Some(families) => {
                    let invoiced = batch.invoiced(app, &families).await?;
                    invoiced.iter().for_each(|family| batch.pass(family));
                    families.difference(&invoiced).for_each(|family| batch.leave(family.clone()));
                }
                // The run or the series: another call, or a credit note, was faster.
                None => return Err(Failure::Conditions(places)),
            },
            Err(error) => return Err(error),
        }
    }
}

/// Whose conditions failed; none when one failed that the families share.
fn whose(owners: &[FamilyId], places: &[usize]) -> Option<BTreeSet<FamilyId>> {
    places
        .iter()
        .map(|place| owners.get(*place).cloned())
        .collect::<Option<BTreeSet<_>>>()
        .filter(|all| !all.is_empty())
}

/// The series of the issue date's year; its version 0 stands for one that is not there yet.
async fn series(app: &BillingApp, organisation: &Organisation, issued: Day) -> Result<SeriesRecord, StoreError> {
    let name = issued.year().to_string();
    let known = app.table.get(&keys::series(&organisation.id, &name)).await?;
    let fresh =
        SeriesRecord { organisation: organisation.id.clone(), series: name, next: 1, latest: issued, version: 0 };
    let series: SeriesRecord = known.unwrap_or(fresh);
    // Dates never decrease with numbers.
    Ok(SeriesRecord { latest: issued.max(series.latest), ..series })
}

async fn end(app: &BillingApp, run: RunRecord) -> Result<(), Failure> {
    let read = run.version;
    let next = RunRecord { stage: RunStage::Done, version: read + 1, ..run };
    app.table.write(Chain::new().put_over(&next, read)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_that_families_share_is_nobodys() {
        let owners: Vec<FamilyId> = ["a", "a", "b"].iter().map(|family| family.parse().unwrap()).collect();
        let names = |places: &[usize]| {
            whose(&owners, places).map(|all| all.into_iter().map(|one| one.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(names(&[1]), Some(vec!["a".to_owned()]));
        assert_eq!(names(&[0, 1, 2]), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names(&[1, 3]), None, "the run, or the series");
        assert_eq!(names(&[]), None);
    }
}
