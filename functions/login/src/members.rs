//! `…/families/{family}/members`: an administrator sees which adults have access to a family, and ends it.

use std::sync::Arc;

use domain::id::{FamilyId, OrganisationId};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Serialize;
use serde_json::json;
use store::records::{AdultRecord, FamilyRecord, Message, OutboxRecord};
use store::{Chain, Failure, keys};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::agents::end_sessions;
use crate::identity::AccountItems;
use crate::leave::without_account;

#[derive(Serialize)]
struct MemberView {
    adult: String,
    name: String,
}

/// `GET …/members`: one wave.
pub(crate) async fn list_members(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let family: FamilyId = call.path("family")?;
    let caller = app.app.caller(&call).await?;
    let family_key = keys::family(&organisation, &family);
    let needed = [caller.session_key(), keys::role(&caller.account, &organisation), family_key.clone()];
    let adults = keys::adults(&organisation, &family);
    let table = &app.app.table;
    let (items, adults) = tokio::join!(table.batch_get(&needed), table.query::<AdultRecord>(&adults));
    let items = items?;
    caller.agent_access(&items, &organisation, call.moment.wall)?.demand(Permission::Administer)?;
    items.get::<FamilyRecord>(&family_key)?.ok_or_else(ApiError::not_found)?;
    let members = adults?.into_iter().filter(|record| record.adult.account.is_some());
    let shown = |record: AdultRecord| {
        let name = format!("{} {}", record.adult.first_name, record.adult.last_name);
        MemberView { adult: record.reference, name }
    };
    Reply::json(&json!({ "members": members.map(shown).collect::<Vec<_>>() }))
}

/// `DELETE …/members/{adult}`. Three waves: right and adult; the account; then membership, sessions and the mail in one transaction.
/// The adult stays in the dossier, and can be invited again.
pub(crate) async fn end_membership(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let family: FamilyId = call.path("family")?;
    let caller = app.app.caller(&call).await?;
    let reference: String = call.path("adult")?;
    // No reference is longer; a key could not be.
    if reference.len() > 64 {
        return Err(ApiError::not_found());
    }
    let adult_key = keys::adult(&organisation, &family, &reference);
    let needed = [caller.session_key(), keys::role(&caller.account, &organisation), adult_key.clone()];
    let items = app.app.table.batch_get(&needed).await?;
    let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
    access.demand(Permission::Administer)?;
    let adult: AdultRecord = items.get(&adult_key)?.ok_or_else(ApiError::not_found)?;
    let account = adult.adult.account.clone().ok_or_else(ApiError::not_found)?;
    let mut transaction = Chain::new()
        .check_exists(&caller.session_key())
        .check_exists(&access.granted_by)
        .put_over(&without_account(&adult), adult.version)
        .delete(&keys::membership(&account, &organisation, &family));
    if let Some(items) = AccountItems::read(&app.app, &account).await? {
        let mel = items.profile.mel.clone();
        let message = Message::MembershipEnded { organisation, account };
        let told = OutboxRecord::pending(secret::id(), message, mel, call.moment.wall);
        transaction = end_sessions(transaction, &items, &caller).put_new(&told);
    }
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(Reply::no_content()),
        Err(Failure::Conditions(_) | Failure::Conflict) => {
            let detail = "Ce dossier vient de changer. Relisez-le, puis recommencez.";
            Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail))
        }
        Err(failure) => Err(failure.into()),
    }
}
