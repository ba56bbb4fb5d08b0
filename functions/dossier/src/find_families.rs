//! `GET …/families?search=`: for agents, families by any part of their names, accents and case aside.

use std::sync::Arc;

use domain::id::FamilyId;
use domain::role::Permission;
use domain::text::{folded, searched};
use serde::Serialize;
use store::keys;
use store::records::DirectoryRecord;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::DossierApp;

/// How many are shown at most.
const MOST: usize = 50;

#[derive(Serialize)]
struct FoundView {
    families: Vec<FoundFamily>,
    more: bool,
}

#[derive(Serialize)]
struct FoundFamily {
    id: FamilyId,
    name: String,
    adults: Vec<String>,
    children: Vec<String>,
}

/// One wave: the agent's right, and the organisation's directory.
pub(crate) async fn find_families(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let app = &app.app;
    app.caller(&call).await?;
    let search = call.query("search").map(|text| searched(text.trim())).unwrap_or_default();
    if !(1..=80).contains(&search.chars().count()) || search.chars().any(char::is_control) {
        return Err(ApiError::invalid("search", "Écrivez une partie d’un nom ou d’un prénom, 80 caractères au plus."));
    }
    let directory = keys::directory(&call.path("organisation")?);
    let opening = DeskCall::open(app, &call, Permission::SeeFamilies, |_, _| Vec::new());
    let (desk, directory) = tokio::join!(opening, app.table.query::<DirectoryRecord>(&directory));
    desk?;
    let words: Vec<&str> = search.split_whitespace().collect();
    let mut found: Vec<FoundFamily> =
        directory?.into_iter().filter(|entry| matches(entry, &words)).map(shown).collect();
    found.sort_by_key(|family| folded(&family.name));
    let more = found.len() > MOST;
    found.truncate(MOST);
    Reply::json(&FoundView { families: found, more })
}

fn matches(entry: &DirectoryRecord, words: &[&str]) -> bool {
    let names = entry.adults.iter().chain(&entry.children).chain([&entry.name]);
    let text = names.map(|name| searched(name)).collect::<Vec<_>>().join("\n");
    words.iter().all(|word| text.contains(word))
}

fn shown(entry: DirectoryRecord) -> FoundFamily {
    FoundFamily { id: entry.family, name: entry.name, adults: entry.adults, children: entry.children }
}
