//! `GET /api/session`: who is signed in, with which families and roles.

use std::sync::Arc;

use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::prove::own_account;

/// Two waves: the account, and the names behind its ids.
pub(crate) async fn show_identity(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (_, items) = own_account(&app, &call).await?;
    let names = items.names(&app.app).await?;
    Reply::json(&items.view(&names)?)
}
