//! `GET /api/account`: what one's account is called, and the sessions that are open.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use store::keys;
use store::records::{CredentialsRecord, SessionRecord};
use web::ask::OwnCall;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;

#[derive(Serialize)]
struct AccountView {
    first_name: String,
    last_name: String,
    identifiant: String,
    mel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted_mel: Option<String>,
    /// How many recovery codes are left; absent where no second factor is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<usize>,
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    id: String,
    current: bool,
    since: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewed: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

/// One wave: the account, and whether it has a second factor.
pub(crate) async fn show_account(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let credentials = keys::credentials(&app.app.caller(&call).await?.account);
    let reading = app.app.table.get::<CredentialsRecord>(&credentials);
    let (own, credentials) = tokio::join!(OwnCall::open_account(&app.app, &call), reading);
    let own = own?;
    let items = AccountItems::own(&own)?;
    let mut sessions: Vec<SessionView> = items
        .sessions
        .into_iter()
        .filter(|session| session.open(call.moment.wall))
        .map(|session| shown(session, &own.caller.session))
        .collect();
    sessions.sort_by_key(|session| (!session.current, std::cmp::Reverse(session.renewed.unwrap_or(session.since))));
    Reply::json(&AccountView {
        first_name: items.profile.first_name,
        last_name: items.profile.last_name,
        identifiant: items.profile.identifiant,
        mel: items.profile.mel,
        wanted_mel: items.profile.wanted_mel,
        recovery_codes: credentials?.filter(|one| one.totp.is_some()).map(|one| one.recovery.len()),
        sessions,
    })
}

fn shown(session: SessionRecord, current: &str) -> SessionView {
    let SessionRecord { session: id, since, renewed, device, .. } = session;
    SessionView { current: id == current, id, since, renewed, device }
}
