//! `POST /api/session/renew`: a fresh token for a session that is still open.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::account::PARENT_SESSION_LIFE;
use store::records::SessionRecord;
use store::{Chain, Failure};
use web::session::{Age, cookie};
use web::{ApiError, Call, Reply};

use crate::LoginApp;

/// A parent's session is prolonged at most once in this time.
const PROLONG_EVERY: TimeDelta = TimeDelta::days(1);

pub(crate) async fn renew_session(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let wall = call.moment.wall;
    let caller = app.app.caller_of_age(&call, Age::Any).await?;
    let session: Option<SessionRecord> = app.app.table.get(&caller.session_key()).await?;
    let mut session = session.filter(|session| session.open(wall)).ok_or_else(ApiError::no_session)?;
    let full = (wall + PARENT_SESSION_LIFE).timestamp();
    if !session.agent && full - session.expires >= PROLONG_EVERY.num_seconds() {
        session.expires = full;
        session.renewed = Some(wall);
        match app.app.table.write(Chain::new().put_existing(&session)).await {
            Err(Failure::Conditions(_)) => return Err(ApiError::no_session()),
            written => written?,
        }
    }
    let token = app.signing.token(&app.app, &caller.account, &caller.session, wall).await?;
    let life = TimeDelta::seconds(session.expires - wall.timestamp());
    Ok(Reply::no_content().set_cookie(cookie(&token, life)))
}
