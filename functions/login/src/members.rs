//! `…/families/{family}/members`: an administrator sees which adults have access to a family, and ends it.

use std::sync::Arc;

use domain::id::FamilyPath;
use domain::role::Permission;
use serde::Serialize;
use serde_json::json;
use store::keys;
use store::records::{AdultRecord, InvitationRecord, Message, OutboxRecord};
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::leave::{void_of_adult, without_account};
use crate::open_invitations::open_ones;

const ADMINISTRATORS: Who = Who::Agents(Permission::Administer);

#[derive(Serialize)]
struct MemberView {
    adult: String,
    name: String,
}

/// `GET …/members`: one wave.
pub(crate) async fn list_members(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let (adults, invited) = (keys::adults(&organisation, &family), keys::family_invitations(&organisation, &family));
    let opening = FamilyCall::open(&app.app, &call, ADMINISTRATORS, |_, _| vec![keys::family(&organisation, &family)]);
    let (asked, adults, invited) = tokio::join!(
        opening,
        app.app.table.query::<AdultRecord>(&adults),
        app.app.table.query::<InvitationRecord>(&invited)
    );
    asked?.family()?;
    let members = adults?.into_iter().filter(|record| record.adult.account.is_some());
    let shown = |record: AdultRecord| {
        let name = format!("{} {}", record.adult.first_name, record.adult.last_name);
        MemberView { adult: record.reference, name }
    };
    let invitations = open_ones(&invited?, call.moment.wall);
    Reply::json(&json!({ "members": members.map(shown).collect::<Vec<_>>(), "invitations": invitations }))
}

/// `DELETE …/members/{adult}`. Three waves: right and adult; the account; then membership, sessions and the mail in one transaction.
/// The adult stays in the dossier, and can be invited again.
pub(crate) async fn end_membership(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let reference: String = call.path("adult")?;
    // No reference is longer; a key could not be.
    if reference.len() > 64 {
        return Err(ApiError::not_found());
    }
    let adult = |at: &FamilyPath| keys::adult(&at.organisation, &at.family, &reference);
    let asked = FamilyCall::open(&app.app, &call, ADMINISTRATORS, |at, _| vec![adult(at)]).await?;
    let adult: AdultRecord = asked.found(&adult(&asked.at))?;
    let account = adult.adult.account.clone().ok_or_else(ApiError::not_found)?;
    let FamilyPath { organisation, family } = asked.at.clone();
    let mut transaction = asked.begin();
    transaction.put_over(&without_account(&adult), adult.version);
    transaction.delete(&keys::membership(&account, &organisation, &family));
    let span = keys::family_invitations(&organisation, &family);
    let (items, invitations) =
        tokio::join!(AccountItems::read(&app.app, &account), app.app.table.query::<InvitationRecord>(&span));
    let items = items?;
    let mels: Vec<&str> =
        adult.adult.mel.iter().chain(items.iter().map(|items| &items.profile.mel)).map(String::as_str).collect();
    void_of_adult(&mut transaction, &invitations?, &adult, &mels, call.moment.wall);
    if let Some(items) = items {
        let mel = items.profile.mel.clone();
        let message = Message::MembershipEnded { organisation, account };
        let told = OutboxRecord::pending(secret::id(), message, mel, call.moment.wall);
        items.end_sessions(&mut transaction, &asked.caller);
        transaction.put_new(&told);
    }
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
