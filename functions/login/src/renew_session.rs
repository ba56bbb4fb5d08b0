//! `POST /api/session/renew`: a fresh token for a session that is still open.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::account::PARENT_SESSION_LIFE;
use store::Failure;
use store::records::{SessionRecord, agent_session_end};
use web::ask::SessionCall;
use web::session::cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;

/// A parent's session is prolonged at most once in this time.
const PROLONG_EVERY: TimeDelta = TimeDelta::days(1);
/// An agent's, which ends when it is not used.
const PROLONG_AGENTS_EVERY: TimeDelta = TimeDelta::minutes(1);

pub(crate) async fn renew_session(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let wall = call.moment.wall;
    let asked = SessionCall::open(&app.app, &call).await?;
    let caller = &asked.caller;
    let session: Option<SessionRecord> = app.app.table.get(&caller.session_key()).await?;
    let mut session = session.filter(|session| session.open(wall)).ok_or_else(ApiError::no_session)?;
    let (full, every) = match session.agent {
        true => (agent_session_end(session.since, wall), PROLONG_AGENTS_EVERY),
        false => (wall + PARENT_SESSION_LIFE, PROLONG_EVERY),
    };
    // An agent's of before there was an idle limit ends sooner than it said.
    let longer = full.timestamp() - session.expires;
    if longer >= every.num_seconds() || (session.agent && longer < 0) {
        session.expires = full.timestamp();
        session.renewed = Some(wall);
        let mut transaction = asked.begin();
        transaction.put(&session);
        match app.app.table.write(transaction).await {
            Err(Failure::Conditions(_)) => return Err(ApiError::no_session()),
            written => written?,
        }
    }
    let token = app.signing.token(&app.app, &caller.account, &caller.session, wall).await?;
    let life = TimeDelta::seconds(session.expires - wall.timestamp());
    Ok(Reply::no_content().set_cookie(cookie(&token, life)))
}
