//! `GET …/mail-troubles`: addresses of families that mails do not reach, for the agents who can call them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::FamilyId;
use domain::role::Permission;
use serde::Serialize;
use store::keys;
use store::records::{DirectoryRecord, MailTrouble, MailTroubleRecord};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;

#[derive(Serialize)]
struct TroubleView {
    family: FamilyId,
    name: String,
    mel: String,
    trouble: MailTrouble,
    since: Day,
}

/// The newest first; what has expired is not shown, though the store may still hold it.
pub(crate) async fn list_mail_troubles(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = DeskCall::open(&app.app, &call, Permission::SeeFamilies, |_, _| Vec::new()).await?;
    let organisation = &asked.organisation;
    let all: Vec<MailTroubleRecord> = app.app.table.query(&keys::mail_troubles(organisation)).await?;
    let now = call.moment.wall.timestamp();
    let mut all: Vec<MailTroubleRecord> = all.into_iter().filter(|one| now < one.expires).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    let mut names: BTreeMap<FamilyId, String> = BTreeMap::new();
    let families: BTreeSet<&FamilyId> = all.iter().map(|one| &one.family).collect();
    let entries: Vec<keys::Key> =
        families.into_iter().map(|family| keys::directory_entry(organisation, family)).collect();
    let items = app.app.table.batch_get(&entries).await?;
    for key in &entries {
        let known: Option<DirectoryRecord> = items.get(key)?;
        names.extend(known.map(|entry| (entry.family, entry.name)));
    }
    let view = |one: MailTroubleRecord| TroubleView {
        name: names.get(&one.family).cloned().unwrap_or_default(),
        since: paris_day(one.at),
        family: one.family,
        mel: one.mel,
        trouble: one.trouble,
    };
    Reply::json(&all.into_iter().map(view).collect::<Vec<_>>())
}
