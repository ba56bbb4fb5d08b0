//! Numbers: a batch of drafts becomes invoices in one transaction, with the series they are numbered from.

use std::collections::BTreeSet;

use domain::day::paris_day;
use domain::id::FamilyId;
use domain::invoice::Billing;
use domain::organisation::Organisation;
use store::records::RunRecord;
use store::regie::{Numbering, Numbers};
use store::{Failure, StoreError, Transaction};
use tokio::time::Instant;

use crate::BillingApp;
use crate::batch::{Batch, Numbered, Standing};

/// Issues until the time is up. While a batch is written the next one is read. After the last one the run is done.
pub(crate) async fn go_on(
    app: &BillingApp,
    organisation: &Organisation,
    run: RunRecord,
    until: Instant,
) -> Result<(), Failure> {
    let Some(billing) = &organisation.billing else { return end(app, run).await };
    let numbers = numbers(app, organisation, &run).await?;
    let mut batch = Batch::read(app, &organisation.id, run.period, run.reach.as_ref()).await?;
    let mut standing = Standing { run, numbers };
    while !batch.is_empty() {
        let numbered = batch.number(billing, &standing, app.clock.now().wall)?;
        let (period, reach) = (standing.run.period, numbered.next.run.reach.clone());
        let issued = issue(app, billing, &standing, (batch, numbered));
        if Instant::now() >= until {
            return issued.await.map(|_| ());
        }
        let following = Batch::read(app, &organisation.id, period, reach.as_ref());
        let (done, following) = tokio::join!(issued, following);
        (standing, batch) = (done?, following?);
    }
    end(app, standing.run).await
}

/// The numbers of the issue date's year.
async fn numbers(app: &BillingApp, organisation: &Organisation, run: &RunRecord) -> Result<Numbers, StoreError> {
    let issued = run.issued.unwrap_or_else(|| paris_day(app.clock.now().business));
    let known = app.table.get(&Numbering::Invoices.key(&organisation.id, issued)).await?;
    Ok(Numbering::Invoices.after(known, &organisation.id, issued))
}

/// Writes a batch. Families whose items are not as their drafts say are left out and named, the others go on.
async fn issue(
    app: &BillingApp,
    billing: &Billing,
    standing: &Standing,
    (mut batch, mut numbered): (Batch, Numbered),
) -> Result<Standing, Failure> {
    loop {
        let failed = match app.table.write(numbered.transaction).await {
            Ok(()) => return Ok(numbered.next),
            Err(failure) => failure.faster()?,
        };
        // The run or the series: another call, or a credit note, was faster.
        let Some(families) = whose(&numbered.owners, &failed) else { return Err(Failure::Conditions(failed)) };
        batch.settle(app, &families).await?;
        numbered = batch.number(billing, standing, app.clock.now().wall)?;
    }
}

/// The families whose conditions failed; none when a condition failed that all of them share.
fn whose(owners: &[FamilyId], places: &[usize]) -> Option<BTreeSet<FamilyId>> {
    places
        .iter()
        .map(|place| owners.get(*place).cloned())
        .collect::<Option<BTreeSet<_>>>()
        .filter(|all| !all.is_empty())
}

async fn end(app: &BillingApp, run: RunRecord) -> Result<(), Failure> {
    let next = run.then(run.done().map_err(StoreError::from)?);
    let mut transaction = Transaction::of_system();
    transaction.put_over(&next, run.version);
    app.table.write(transaction).await
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
