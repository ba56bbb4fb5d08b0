//! `GET …/security-events`: what happened to the agents' accounts in a year, for who administers; as a page and as a file.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::role::Permission;
use serde::Serialize;
use serde_json::json;
use store::keys;
use store::records::{SecurityEvent, SecurityEventRecord};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply, sheet};

use crate::LoginApp;

/// How many the page shows; the file has them all.
const SHOWN: usize = 300;

#[derive(Serialize)]
struct EventView {
    at: DateTime<Utc>,
    event: SecurityEvent,
    who: String,
    about: String,
    more: String,
}

/// The newest first: one wave.
async fn read(app: &LoginApp, call: &Call) -> Result<(DeskCall, Vec<SecurityEventRecord>), ApiError> {
    app.app.caller(call).await?;
    let span = keys::security_events(&call.path("organisation")?);
    let opening = DeskCall::open(&app.app, call, Permission::Administer, |_, _| Vec::new());
    let (desk, events) = tokio::join!(opening, app.app.table.query::<SecurityEventRecord>(&span));
    let (desk, mut events) = (desk?, events?);
    events.reverse();
    Ok((desk, events))
}

pub(crate) async fn list_security_events(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let shown = |one: SecurityEventRecord| {
        let SecurityEventRecord { at, event, who, about, more, .. } = one;
        EventView { at, event, who, about, more }
    };
    let events: Vec<EventView> = read(&app, &call).await?.1.into_iter().take(SHOWN).map(shown).collect();
    Reply::json(&json!({ "events": events }))
}

pub(crate) async fn security_events_file(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let row = |one: SecurityEventRecord| {
        let at = one.at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        vec![at, word(one.event).to_owned(), one.who, one.about, one.more]
    };
    let (desk, events) = read(&app, &call).await?;
    desk.demand_proof()?;
    let rows: Vec<Vec<String>> = events.into_iter().map(row).collect();
    sheet::reply(Some(&["date", "evenement", "par", "sur", "detail"]), &rows)
}

fn word(event: SecurityEvent) -> &'static str {
    match event {
        SecurityEvent::SignedIn => "connexion",
        SecurityEvent::SignInFailed => "connexion manquée",
        SecurityEvent::Invited => "invitation",
        SecurityEvent::InvitationWithdrawn => "invitation retirée",
        SecurityEvent::InvitationAccepted => "invitation acceptée",
        SecurityEvent::RoleChanged => "rôle changé",
        SecurityEvent::RoleEnded => "rôle retiré",
        SecurityEvent::SecondFactorReset => "second facteur remis à zéro",
        SecurityEvent::RecoveryCodesMade => "codes de secours créés",
        SecurityEvent::Exported => "fichier exporté",
    }
}
