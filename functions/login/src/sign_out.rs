//! `DELETE /api/session`: this session ends at once.

use std::sync::Arc;

use store::Failure;
use web::ask::SessionCall;
use web::session::no_cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;

pub(crate) async fn sign_out(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = SessionCall::open(&app.app, &call).await?;
    let mut transaction = asked.begin();
    transaction.delete(&asked.caller.session_key());
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(Reply::no_content().set_cookie(no_cookie())),
        Err(Failure::Conditions(_)) => Err(ApiError::no_session()),
        Err(failure) => Err(failure.into()),
    }
}
