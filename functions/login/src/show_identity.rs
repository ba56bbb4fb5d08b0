//! `GET /api/session`: who is signed in, with which families and roles.

use std::sync::Arc;

use shared::http::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;

pub(crate) async fn show_identity(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let caller = app.app.caller(&call).await?;
    let items = AccountItems::read(&app.app, &caller.account).await?.ok_or_else(ApiError::no_session)?;
    let open = |session: &&_| is_open(session, &caller.session, call.moment.wall);
    items.sessions.iter().find(open).ok_or_else(ApiError::no_session)?;
    let names = items.names(&app.app).await?;
    Reply::json(&items.view(&names)?)
}

fn is_open(session: &shared::aws::records::SessionRecord, wanted: &str, wall: chrono::DateTime<chrono::Utc>) -> bool {
    session.session == wanted && session.open(wall)
}
