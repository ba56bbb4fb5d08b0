//! `GET …/families`: the table of families, for agents: filtered, in the order of names, a page at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::day::{Day, paris_day};
use domain::id::FamilyId;
use domain::moment::Moment;
use domain::money::{hundredths, signed_euros};
use domain::role::Permission;
use serde::Serialize;
use store::keys::{self, Key};
use store::records::{AwaitedRecord, ListedChild, ListedRecord, Portal, RoundRecord};
use store::{Listing, StoreError, listed};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::filter::{Filter, Row};

/// How many families one answer shows.
const PAGE: usize = 50;
/// How many are looked at for one answer, at most.
const LOOKED_AT: usize = 2_500;
/// The longest place in the list that a call may name.
const LONGEST_PLACE: usize = 400;
/// After how many days a debt is counted beside the list.
const LATE: u32 = 30;

#[derive(Serialize)]
struct TableView {
    families: Vec<RowView>,
    /// How many answer the conditions, from where this answer begins.
    count: usize,
    /// Whether more may answer, beyond those that were looked at.
    more: bool,
    /// From where the next page goes on.
    next: Option<String>,
    /// When the rows were last held to what they are made of.
    as_of: Option<DateTime<Utc>>,
    schools: BTreeSet<String>,
    classes: BTreeSet<String>,
    /// How many families there are in all, and of each kind; only where all were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<CountsView>,
}

#[derive(Serialize)]
struct CountsView {
    all: usize,
    without_mel: usize,
    never_signed_in: usize,
    without_quotient: usize,
    piece_missing: usize,
    late: usize,
}

#[derive(Serialize)]
struct RowView {
    id: FamilyId,
    name: String,
    children: Vec<ListedChild>,
    phone: String,
    mel: String,
    quotient: Option<String>,
    owed: Option<String>,
    due: Option<Day>,
    missing: usize,
    portal: Portal,
}

/// One wave: the agent's right, and the rows with what is awaited, side by side.
pub(crate) async fn list_families(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let app = &app.app;
    app.caller(&call).await?;
    let after = call.query("after").filter(|after| !after.is_empty());
    if after.as_ref().is_some_and(|after| after.len() > LONGEST_PLACE) {
        return Err(ApiError::invalid("after", "Cette page de la liste n’existe pas."));
    }
    let organisation = call.path("organisation")?;
    let (rows, awaited) = (keys::all_listed(&organisation), keys::all_awaited(&organisation));
    let round = keys::round(listed::JOB, organisation.as_str());
    let opening = DeskCall::open(app, &call, Permission::SeeFamilies, |_, _| vec![round.clone()]);
    let (desk, rows, awaited) = tokio::join!(
        opening,
        app.table.list_after(&rows, after.as_deref(), LOOKED_AT),
        app.table.list_after(&awaited, after.as_deref(), LOOKED_AT),
    );
    let desk = desk?;
    let filter = Filter::of(&call)?;
    let made_anew: Option<RoundRecord> = desk.get(&round)?;
    let looked_at = LookedAt::of(rows?, awaited?)?;
    let whole = after.is_none() && !looked_at.more;
    let today = paris_day(call.moment.business);
    let as_of = made_anew.and_then(|round| as_of(&round, call.moment));
    Reply::json(&looked_at.view(&filter, today, whole, as_of))
}

/// The instant of the last whole round, on the business clock.
fn as_of(round: &RoundRecord, moment: Moment) -> Option<DateTime<Utc>> {
    let began = DateTime::parse_from_rfc3339(&round.turn).ok().filter(|_| round.done)?.to_utc();
    Some(moment.business - (moment.wall - began))
}

/// The rows that one answer looks at, with their places.
struct LookedAt {
    rows: Vec<(String, Row)>,
    more: bool,
}

impl LookedAt {
    /// The rows as far as both lists go: what is awaited lies at the place of its row.
    fn of(rows: Listing, awaited: Listing) -> Result<Self, StoreError> {
        let (mut more, awaited_more) = (rows.more(), awaited.more());
        let awaited: BTreeMap<String, AwaitedRecord> = read(awaited)?.into_iter().collect();
        let mut rows: Vec<(String, ListedRecord)> = read(rows)?;
        if let Some((last, _)) = awaited.last_key_value().filter(|_| awaited_more) {
            let known = rows.partition_point(|(place, _)| place <= last);
            more |= known < rows.len();
            rows.truncate(known);
        }
        let row = |(place, listed): (String, ListedRecord)| {
            let awaited = awaited.get(&place).cloned();
            (place, Row { listed, awaited })
        };
        Ok(Self { rows: rows.into_iter().map(row).collect(), more })
    }

    fn view(self, filter: &Filter, today: Day, whole: bool, as_of: Option<DateTime<Utc>>) -> TableView {
        let texts = |of: fn(&ListedChild) -> &Option<String>| {
            self.rows.iter().flat_map(|(_, row)| &row.listed.children).filter_map(|child| of(child).clone()).collect()
        };
        let (schools, classes) = (texts(|child| &child.school), texts(|child| &child.class));
        let counts = whole.then(|| self.counts(today));
        let last = self.rows.last().map(|(place, _)| place.clone());
        let more = self.more;
        let matching = self.rows.into_iter().filter(|(_, row)| filter.holds(row, today));
        let mut matching: Vec<(String, Row)> = matching.collect();
        let count = matching.len();
        matching.truncate(PAGE);
        let next = match count > PAGE {
            true => matching.last().map(|(place, _)| place.clone()),
            false => last.filter(|_| more),
        };
        let families = matching.into_iter().map(|(_, row)| view(row, today)).collect();
        TableView { families, count, more, next, as_of, schools, classes, counts }
    }

    fn counts(&self, today: Day) -> CountsView {
        let counted = |holds: &dyn Fn(&Row) -> bool| self.rows.iter().filter(|(_, row)| holds(row)).count();
        CountsView {
            all: self.rows.len(),
            without_mel: counted(&|row| row.listed.mel.is_empty()),
            never_signed_in: counted(&|row| row.listed.portal != Portal::Member),
            without_quotient: counted(&|row| row.quotient(today).is_none()),
            piece_missing: counted(&|row| row.missing() > 0),
            late: counted(&|row| row.late(today).is_some_and(|late| late > LATE)),
        }
    }
}

/// The records of a list that can be read, by their places: one that cannot holds nobody else back.
fn read<R: serde::de::DeserializeOwned>(listing: Listing) -> Result<Vec<(String, R)>, StoreError> {
    let each = listing.each::<R>().collect::<Result<Vec<(Key, Result<R, StoreError>)>, StoreError>>()?;
    Ok(each.into_iter().filter_map(|(key, record)| record.ok().map(|record| (key.sk, record))).collect())
}

fn view(row: Row, today: Day) -> RowView {
    let owing = row.awaited.as_ref().filter(|awaited| awaited.owed > 0);
    RowView {
        quotient: row.quotient(today).map(hundredths),
        owed: owing.map(|awaited| signed_euros(awaited.owed)),
        due: owing.and_then(|awaited| awaited.due),
        missing: row.missing(),
        id: row.listed.family,
        name: row.listed.name,
        children: row.listed.children,
        phone: row.listed.phone,
        mel: row.listed.mel,
        portal: row.listed.portal,
    }
}
