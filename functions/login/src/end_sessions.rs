//! `DELETE /api/account/sessions` and `…/{session}`: other sessions of one's account end at once.

use std::sync::Arc;

use store::keys;
use uuid::Uuid;
use web::ask::OwnCall;
use web::session::no_cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;

/// Two waves. One's own session ends as by signing out.
pub(crate) async fn end_session(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let own = OwnCall::open_account(&app.app, &call).await?;
    let items = AccountItems::own(&own)?;
    let wanted = call.path::<Uuid>("session")?.simple().to_string();
    let found = items.sessions.iter().find(|session| session.session == wanted).ok_or_else(ApiError::not_found)?;
    let mut transaction = own.begin();
    transaction.delete(&keys::session(&found.account, &found.session));
    app.app.table.write(transaction).await?;
    Ok(match found.session == own.caller.session {
        true => Reply::no_content().set_cookie(no_cookie()),
        false => Reply::no_content(),
    })
}

/// Two waves: every session but one's own.
pub(crate) async fn end_other_sessions(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let own = OwnCall::open_account(&app.app, &call).await?;
    let mut transaction = own.begin();
    AccountItems::own(&own)?.end_sessions(&mut transaction, &own.caller);
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
