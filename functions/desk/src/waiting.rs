//! What waits for agents, counted: each of a list in one call of at most so many items.

use chrono::{DateTime, Utc};
use domain::id::OrganisationId;
use domain::invoice::{Period, RunStage};
use domain::moment::Moment;
use domain::privacy::ErasureStage;
use domain::role::{Permission, Role};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::keys::{self, Span};
use store::records::{CheckRecord, DoubtRecord, ErasureRecord, MailTroubleRecord, ReviewRecord, RunRecord};
use store::{StoreError, Table};

/// The longest list that is counted to its end.
const MOST: usize = 500;

/// What waits.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Changes,
    Documents,
    Doubts,
    Faults,
    MailTroubles,
    Erasures,
}

/// How much of it.
#[derive(Serialize)]
pub(crate) struct WaitingView {
    kind: Kind,
    count: usize,
    /// Whether there may be more.
    more: bool,
    /// Since when the oldest waits, where that is known.
    since: Option<DateTime<Utc>>,
    /// The month it is about.
    period: Option<Period>,
}

/// What waits for who may answer it; nothing that does not.
pub(crate) async fn waiting(
    table: &Table,
    organisation: &OrganisationId,
    role: Option<Role>,
    moment: Moment,
) -> Result<Vec<WaitingView>, StoreError> {
    let may = |permission| role.is_some_and(|role| role.may(permission));
    // A document about health is listed to who may read health alone, and its place in the queue does not say what it is.
    let documents = may(Permission::KeepDocuments) && may(Permission::ReadHealth);
    let (bills, administers) = (may(Permission::Bill), may(Permission::Administer));
    let (checks, reviews, doubts, runs, troubles, erasures) = tokio::try_join!(
        some::<CheckRecord>(table, may(Permission::KeepDossiers), keys::checks(organisation)),
        some::<ReviewRecord>(table, documents, keys::reviews(organisation)),
        some::<DoubtRecord>(table, bills, keys::doubts(organisation)),
        some::<RunRecord>(table, bills, keys::runs(organisation)),
        some::<MailTroubleRecord>(table, bills, keys::mail_troubles(organisation)),
        some::<ErasureRecord>(table, administers, keys::erasures(organisation)),
    )?;
    let since = checks.0.iter().map(|check| check.since).min();
    let mut found = vec![
        WaitingView { since, ..view(Kind::Changes, &checks, |_| true) },
        view(Kind::Documents, &reviews, |_| true),
        view(Kind::Doubts, &doubts, |_| true),
    ];
    found.extend(runs.0.last().map(faults));
    let wall = moment.wall.timestamp();
    found.push(view(Kind::MailTroubles, &troubles, |one| wall < one.expires));
    found.push(view(Kind::Erasures, &erasures, |one| one.stage == ErasureStage::Asked));
    found.retain(|one| one.count > 0);
    Ok(found)
}

/// The first of a list, and whether more may follow; nothing is read for who may not.
async fn some<R: DeserializeOwned>(table: &Table, may: bool, span: Span) -> Result<(Vec<R>, bool), StoreError> {
    if !may {
        return Ok((Vec::new(), false));
    }
    let listing = table.list_after(&span, None, MOST).await?;
    let more = listing.more();
    Ok((listing.records()?, more))
}

fn view<R>(kind: Kind, (list, more): &(Vec<R>, bool), waits: impl Fn(&R) -> bool) -> WaitingView {
    let count = list.iter().filter(|one| waits(one)).count();
    WaitingView { kind, count, more: *more, since: None, period: None }
}

/// The families that the last month leaves to an agent: before its invoices are numbered, and after.
fn faults(last: &RunRecord) -> WaitingView {
    let count = match last.stage {
        RunStage::Review => last.counts.faults,
        RunStage::Done => last.counts.left,
        RunStage::Drafting | RunStage::Issuing => 0,
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    WaitingView { kind: Kind::Faults, count, more: false, since: None, period: Some(last.period) }
}
