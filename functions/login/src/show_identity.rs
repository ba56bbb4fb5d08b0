//! `GET /api/session`: who is signed in, with which families and roles.

use std::sync::Arc;

use web::ask::OwnCall;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;

/// Two waves: the account, and the names behind its ids.
pub(crate) async fn show_identity(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let items = AccountItems::own(&OwnCall::open_account(&app.app, &call).await?)?;
    let names = items.names(&app.app).await?;
    Reply::json(&items.view(&names, call.moment)?)
}
