//! `DELETE /api/session`: this session ends at once.

use std::sync::Arc;

use shared::aws::Transaction;
use shared::http::session::{Age, no_cookie};
use shared::http::{ApiError, Call, Reply};

use crate::LoginApp;

pub(crate) async fn sign_out(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let caller = app.app.caller_of_age(&call, Age::Any).await?;
    app.app.table.write(Transaction::new().delete(&caller.session_key())).await?;
    Ok(Reply::no_content().set_cookie(no_cookie()))
}
