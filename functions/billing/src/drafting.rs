//! Drafts: page after page of the families, each page one transaction with how far the run has come.

use domain::day::paris_day;
use domain::id::FamilyId;
use domain::invoice::Period;
use domain::organisation::Organisation;
use futures_util::{StreamExt, TryStreamExt, stream};
use store::keys::{self, Key};
use store::records::{DraftRecord, RunRecord, RunStage};
use store::{Chain, Failure, StoreError};
use tokio::time::Instant;

use crate::BillingApp;
use crate::draft::{of_family, weight};

/// A transaction holds 100 actions: a draft for each family, and the run.
const FAMILIES: usize = 96;
/// A transaction holds 4 MB.
const BYTES: usize = 3_000_000;
/// How many families are read at once.
const AT_ONCE: usize = 24;

/// Some families, drafted.
#[derive(Default)]
struct Page {
    drafts: Vec<DraftRecord>,
    /// What an earlier drafting said of families that have nothing to pay any more.
    outdated: Vec<Key>,
    /// The last of its families; none when there are no more.
    reach: Option<FamilyId>,
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
    while page.reach.is_some() {
        let (transaction, next) = written(&page, &run);
        let write = app.table.write(transaction);
        if Instant::now() >= until {
            return write.await;
        }
        let (done, following) = tokio::join!(write, read(app, organisation, run.period, page.reach.as_ref()));
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
    let (place, most) = (&organisation.id, FAMILIES.min(app.pace.families));
    let found = app.table.list_after(&keys::directory(place), after.map(FamilyId::as_str), most).await?;
    let families: Vec<FamilyId> = found.keys()?.iter().filter_map(|key| key.sk.parse().ok()).collect();
    let (Some(first), Some(last)) = (families.first(), families.last()) else { return Ok(Page::default()) };
    let wanted: Vec<Key> = families.iter().map(|family| keys::family(place, family)).collect();
    let between = keys::drafts_between(place, period, first, last);
    let (records, earlier) = tokio::join!(app.table.batch_get(&wanted), app.table.list(&between));
    let (records, earlier) = (records?, earlier?.keys()?);
    let drafting = families.iter().cloned().map(|family| of_family(app, organisation, period, family, &records));
    let drafts: Vec<Option<DraftRecord>> = stream::iter(drafting).buffered(AT_ONCE).try_collect().await?;
    Ok(Page::of(&families, drafts, earlier))
}

impl Page {
    /// As many of the families as one transaction takes, by their weight.
    fn of(families: &[FamilyId], drafted: Vec<Option<DraftRecord>>, earlier: Vec<Key>) -> Self {
        let mut page = Self::default();
        let mut bytes = 0;
        for (family, draft) in families.iter().zip(drafted) {
            bytes += draft.as_ref().map_or(0, weight);
            if bytes > BYTES && page.reach.is_some() {
                break;
            }
            page.reach = Some(family.clone());
            page.drafts.extend(draft);
        }
        let reached = |key: &Key| page.reach.as_ref().is_some_and(|reach| key.sk.as_str() <= reach.as_str());
        let said_again = |key: &Key| page.drafts.iter().any(|draft| draft.family.as_str() == key.sk);
        let outdated = earlier.into_iter().filter(|key| reached(key) && !said_again(key));
        page.outdated = outdated.take(FAMILIES + 3 - page.drafts.len()).collect();
        page
    }
}

/// The transaction of a page, and the run as it leaves it.
fn written(page: &Page, run: &RunRecord) -> (Chain, RunRecord) {
    let mut next = RunRecord { version: run.version + 1, reach: page.reach.clone(), ..run.clone() };
    let mut transaction = Chain::new();
    for key in &page.outdated {
        transaction = transaction.delete(key);
    }
    for draft in &page.drafts {
        next.counts.drafts += 1;
        next.counts.faults += u32::from(!draft.faults.is_empty());
        next.counts.total += draft.total;
        transaction = transaction.put(draft);
    }
    (transaction.put_over(&next, run.version), next)
}

async fn end(app: &BillingApp, organisation: &Organisation, run: RunRecord) -> Result<(), Failure> {
    let alone = organisation.billing.as_ref().is_some_and(|billing| billing.automatic);
    let read = run.version;
    let next = RunRecord {
        stage: if alone { RunStage::Issuing } else { RunStage::Review },
        issued: alone.then(|| paris_day(app.clock.now().business)),
        reach: None,
        version: read + 1,
        ..run
    };
    app.table.write(Chain::new().put_over(&next, read)).await
}
