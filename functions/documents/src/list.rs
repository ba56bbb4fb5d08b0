//! `GET …/families/{family}/documents`: what a family has handed in, what is missing, and who read it.

use std::sync::Arc;

use domain::day::{Day, long_date, paris_day};
use domain::document::{Concern, Kind, LARGEST, Standing, gaps};
use domain::id::{ChildId, FamilyPath};
use domain::role::Permission;
use serde::Serialize;
use store::keys;
use store::records::{DocumentRecord, OpeningRecord};
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::household::{Household, READERS};
use crate::view::{DocumentView, GapView, about};

#[derive(Serialize)]
struct ListView {
    today: Day,
    largest: u64,
    family_name: String,
    kinds: Vec<KindView>,
    children: Vec<ChildView>,
    missing: Vec<GapView>,
    documents: Vec<DocumentView>,
    readings: Vec<ReadingView>,
    may_send: bool,
    may_decide: bool,
    acts_as_agent: bool,
}

#[derive(Serialize)]
struct KindView {
    kind: Kind,
    title: &'static str,
    of_child: bool,
    of_family: bool,
}

#[derive(Serialize)]
struct ChildView {
    id: ChildId,
    first_name: String,
}

#[derive(Serialize)]
struct ReadingView {
    document: String,
    sentence: String,
}

/// One wave: the caller's right, the organisation and the family, its documents, and who opened them.
pub(crate) async fn list_documents(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let (documents, readings) = (keys::documents(&organisation, &family), keys::openings(&organisation, &family));
    let (household, documents, readings) = tokio::join!(
        Household::open(&app, &call, READERS, |_| Vec::new()),
        app.app.table.query::<DocumentRecord>(&documents),
        app.app.table.query::<OpeningRecord>(&readings)
    );
    let household = household?;
    let today = paris_day(call.moment.business);
    let wall = call.moment.wall.timestamp();
    let there = |document: &DocumentRecord| document.expires.is_none_or(|ends| wall < ends);
    let mut shown: Vec<DocumentRecord> = documents?.into_iter().filter(there).collect();
    shown.retain(|document| household.may_see(document.kind));
    // The newest first; what is still on its way belongs to the page that sends it.
    shown.sort_by_key(|document| (std::cmp::Reverse(document.at), document.id.clone()));
    let held = household.pieces.as_ref().map(|pieces| pieces.held.clone()).unwrap_or_default();
    let missing = gaps(&household.organisation.pieces, &household.family, &held, today);
    let may = |permission| household.asked.access.role.is_none_or(|role| role.may(permission));
    Reply::json(&ListView {
        today,
        largest: LARGEST,
        family_name: household.family.name.clone(),
        kinds: Kind::ALL.iter().filter(|kind| household.may_see(**kind)).map(|kind| kind_view(*kind)).collect(),
        children: household
            .family
            .children
            .iter()
            .map(|child| ChildView { id: child.id.clone(), first_name: child.first_name.clone() })
            .collect(),
        missing: missing
            .iter()
            .filter(|gap| household.may_see(gap.requirement.kind))
            .map(|gap| GapView::of(gap, &household))
            .collect(),
        documents: shown
            .iter()
            .filter(|document| document.status.on(today) != Standing::Sending || wall < document.until)
            .map(|document| DocumentView::of(document, &household, today))
            .collect(),
        readings: readings?
            .into_iter()
            .rev()
            .filter(|reading| household.may_see(reading.kind))
            .map(|reading| reading_view(reading, &household))
            .collect(),
        may_send: may(Permission::KeepDocuments),
        may_decide: household.asked.access.role.is_some_and(|role| role.may(Permission::KeepDocuments)),
        acts_as_agent: household.asked.access.role.is_some(),
    })
}

fn kind_view(kind: Kind) -> KindView {
    let concern = kind.concern();
    KindView { kind, title: kind.said(), of_child: concern != Concern::Family, of_family: concern != Concern::Child }
}

/// `Anne MARCHAND a ouvert Avis médical (Lou), le 26 mai 2015.`
fn reading_view(reading: OpeningRecord, household: &Household) -> ReadingView {
    let child = reading.child.as_ref().and_then(|id| household.family.child(id));
    let about = about(child.map(|child| child.first_name.clone()));
    let (said, what, day) = (reading.said, reading.kind.said(), long_date(reading.day));
    ReadingView { document: reading.document, sentence: format!("{said} a ouvert {what} ({about}), le {day}.") }
}
