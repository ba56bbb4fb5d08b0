//! `DELETE /api/session`: this session ends at once.

use std::sync::Arc;

use store::{Chain, Failure};
use web::session::{Age, no_cookie};
use web::{ApiError, Call, Reply};

use crate::LoginApp;

pub(crate) async fn sign_out(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let caller = app.app.caller_of_age(&call, Age::Any).await?;
    match app.app.table.write(Chain::new().delete_existing(&caller.session_key())).await {
        Ok(()) => Ok(Reply::no_content().set_cookie(no_cookie())),
        Err(Failure::Conditions(_)) => Err(ApiError::no_session()),
        Err(failure) => Err(failure.into()),
    }
}
