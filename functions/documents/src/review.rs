//! `GET …/organisations/{organisation}/documents`: what waits for an agent, the oldest first.

use std::collections::HashMap;
use std::sync::Arc;

use domain::day::{Day, paris_day, short_date};
use domain::document::{Kind, megabytes};
use domain::id::FamilyId;
use domain::role::Permission;
use serde::Serialize;
use store::keys::{self, Key};
use store::records::{DocumentRecord, FamilyRecord, ReviewRecord};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::view::about;

/// How many are shown at once: those that wait longest.
const SHOWN: usize = 40;

#[derive(Serialize)]
struct WaitingView {
    today: Day,
    total: usize,
    documents: Vec<WaitingDocument>,
}

#[derive(Serialize)]
struct WaitingDocument {
    id: String,
    family: FamilyId,
    family_name: String,
    kind: Kind,
    title: &'static str,
    about: String,
    name: String,
    size: String,
    sent: String,
    said: String,
    preview: bool,
    version: u64,
}

/// Two waves: the agent's right and the queue, then the documents and families it names.
pub(crate) async fn list_waiting(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let span = keys::reviews(&call.path("organisation")?);
    let opening = DeskCall::open(&app.app, &call, Permission::KeepDocuments, |_, _| Vec::new());
    let (desk, waiting) = tokio::join!(opening, app.app.table.query::<ReviewRecord>(&span));
    let health = desk?.access.role.is_some_and(|role| role.may(Permission::ReadHealth));
    let (documents, families) = named(&app, &waiting?).await?;
    let mut documents: Vec<DocumentRecord> =
        documents.into_iter().filter(|document| health || !document.kind.is_health()).collect();
    documents.sort_by_key(|document| (document.at, document.id.clone()));
    let total = documents.len();
    Reply::json(&WaitingView {
        today: paris_day(call.moment.business),
        total,
        documents: documents.iter().take(SHOWN).map(|document| waiting_view(document, &families)).collect(),
    })
}

/// The documents of the queue and their families, up to a hundred items to a call.
async fn named(
    app: &DocumentsApp,
    waiting: &[ReviewRecord],
) -> Result<(Vec<DocumentRecord>, HashMap<FamilyId, FamilyRecord>), ApiError> {
    let (mut documents, mut families) = (Vec::new(), HashMap::new());
    for chunk in waiting.chunks(50) {
        let document = |one: &ReviewRecord| keys::document(&one.organisation, &one.family, &one.document);
        let mut wanted: Vec<Key> = chunk.iter().map(document).collect();
        wanted.extend(chunk.iter().map(|one| keys::family(&one.organisation, &one.family)));
        wanted.sort_by(|one, other| (&one.pk, &one.sk).cmp(&(&other.pk, &other.sk)));
        wanted.dedup();
        let items = app.app.table.batch_get(&wanted).await?;
        for one in chunk {
            documents.extend(items.get::<DocumentRecord>(&document(one))?);
            if let Some(family) = items.get::<FamilyRecord>(&keys::family(&one.organisation, &one.family))? {
                families.insert(one.family.clone(), family);
            }
        }
    }
    Ok((documents, families))
}

fn waiting_view(document: &DocumentRecord, families: &HashMap<FamilyId, FamilyRecord>) -> WaitingDocument {
    let family = families.get(&document.family).map(|record| &record.family);
    let child = document.child.as_ref().and_then(|id| family?.child(id));
    WaitingDocument {
        id: document.id.clone(),
        family: document.family.clone(),
        family_name: family.map(|family| family.name.clone()).unwrap_or_default(),
        kind: document.kind,
        title: document.kind.said(),
        about: about(child.map(|child| child.first_name.clone())),
        name: document.name.clone(),
        size: megabytes(document.bytes),
        sent: short_date(paris_day(document.at)),
        said: document.said.clone(),
        preview: document.preview,
        version: document.version,
    }
}
