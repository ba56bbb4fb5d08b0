//! Drafts: page after page of the families, each page one transaction with how far the run has come.

use std::collections::BTreeMap;

use domain::day::paris_day;
use domain::id::FamilyId;
use domain::invoice::{Period, RunCounts};
use domain::organisation::Organisation;
use futures_util::{StreamExt, TryStreamExt, stream};
use store::keys::{self, Key};
use store::records::{DraftRecord, RunRecord};
use store::{Failure, StoreError, Transaction};
use tokio::time::Instant;

use crate::BillingApp;
use crate::draft::{of_family, weight};

/// What a page's transaction holds beside its families: the run.
const SHARED: usize = 1;
/// A transaction holds 4 MB.
const BYTES: usize = 3_000_000;
/// How many families are read at once.
const AT_ONCE: usize = 24;

/// Some families, drafted.
#[derive(Default)]
struct Page {
    /// The drafts, and the removal of what an earlier drafting said of families that have nothing to pay any more.
    transaction: Transaction,
    /// What its drafts come to.
    counts: RunCounts,
    /// The last of its families; none when there are no more.
    reach: Option<FamilyId>,
}

/// What becomes of a family on a page.
enum DraftChange {
    Drafted(Box<DraftRecord>),
    Outdated(Key),
    Nothing,
}

/// Drafts until the time is up. While a page is written the next one is read. After the last one the run is reviewed,
/// or issued by itself.
pub(crate) async fn go_on(
    app: &BillingApp,
    organisation: &Organisation,
    mut run: RunRecord,
    until: Instant,
) -> Result<(), Failure> {
    let mut page = read(app, organisation, run.period, run.reach.as_ref()).await?;
    while let Some(reach) = page.reach.clone() {
        let (transaction, next) = written(page, &reach, &run)?;
        let write = app.table.write(transaction);
        if Instant::now() >= until {
            return write.await;
        }
        let (done, following) = tokio::join!(write, read(app, organisation, run.period, Some(&reach)));
        done?;
        (run, page) = (next, following?);
    }
    end(app, organisation, run).await
}

/// The drafts of the families after one.
async fn read(
    app: &BillingApp,
    organisation: &Organisation,
    period: Period,
    after: Option<&FamilyId>,
) -> Result<Page, StoreError> {
    let (place, most) = (&organisation.id, (Transaction::of_system().room() - SHARED).min(app.pace.families));
    let found = app.table.list_after(&keys::directory(place), after.map(FamilyId::as_str), most).await?;
    let families: Vec<FamilyId> = found.keys()?.iter().filter_map(|key| key.sk.parse().ok()).collect();
    let (Some(first), Some(last)) = (families.first(), families.last()) else { return Ok(Page::default()) };
    let wanted: Vec<Key> = families.iter().map(|family| keys::family(place, family)).collect();
    let between = keys::drafts_between(place, period, first, last);
    let (records, earlier) = tokio::join!(app.table.batch_get(&wanted), app.table.list(&between));
    let (records, earlier) = (records?, earlier?.keys()?);
    let drafting = families.iter().cloned().map(|family| of_family(app, organisation, period, family, &records));
    let drafts: Vec<Option<DraftRecord>> = stream::iter(drafting).buffered(AT_ONCE).try_collect().await?;
    Ok(Page::of(families, drafts, earlier))
}

impl Page {
    /// As many of the families as one transaction takes, in order.
    fn of(families: Vec<FamilyId>, drafted: Vec<Option<DraftRecord>>, earlier: Vec<Key>) -> Self {
        let outdated = earlier.into_iter().filter_map(|key| Some((key.sk.parse().ok()?, DraftChange::Outdated(key))));
        let mut steps: BTreeMap<FamilyId, DraftChange> = outdated.collect();
        for (family, draft) in families.into_iter().zip(drafted) {
            let step = steps.entry(family).or_insert(DraftChange::Nothing);
            if let Some(draft) = draft {
                *step = DraftChange::Drafted(Box::new(draft));
            }
        }
        let (mut page, mut bytes) = (Self::default(), 0);
        for (family, step) in steps {
            bytes += if let DraftChange::Drafted(draft) = &step { weight(draft) } else { 0 };
            if page.reach.is_some() && (page.transaction.room() <= SHARED || bytes > BYTES) {
                break;
            }
            page.add(&step);
            page.reach = Some(family);
        }
        page
    }

    fn add(&mut self, step: &DraftChange) {
        match step {
            DraftChange::Drafted(draft) => {
                self.counts.drafts += 1;
                self.counts.faults += u32::from(!draft.faults.is_empty());
                self.counts.total += draft.total;
                self.transaction.put(draft.as_ref());
            }
            DraftChange::Outdated(key) => drop(self.transaction.delete(key)),
            DraftChange::Nothing => {}
        }
    }
}

/// The transaction of a page, and the run as it leaves it.
fn written(mut page: Page, reach: &FamilyId, run: &RunRecord) -> Result<(Transaction, RunRecord), StoreError> {
    let counts = RunCounts {
        drafts: run.counts.drafts + page.counts.drafts,
        faults: run.counts.faults + page.counts.faults,
        total: run.counts.total + page.counts.total,
        ..run.counts
    };
    let next = run.then(run.reached(reach.clone(), counts)?);
    page.transaction.put_over(&next, run.version);
    Ok((page.transaction, next))
}

async fn end(app: &BillingApp, organisation: &Organisation, run: RunRecord) -> Result<(), Failure> {
    let alone = organisation.billing.as_ref().is_some_and(|billing| billing.automatic);
    let at_once = alone.then(|| paris_day(app.clock.now().business));
    let next = run.then(run.drafted(at_once).map_err(StoreError::from)?);
    let mut transaction = Transaction::of_system();
    transaction.put_over(&next, run.version);
    app.table.write(transaction).await
}
