//! `DELETE /api/account/sessions` and `…/{session}`: other sessions of one's account end at once.

use std::sync::Arc;

use store::{Chain, Failure, keys};
use uuid::Uuid;
use web::session::no_cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::prove::own_account;

/// Two waves. One's own session ends as by signing out.
pub(crate) async fn end_session(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (caller, items) = own_account(&app, &call).await?;
    let wanted = call.path::<Uuid>("session")?.simple().to_string();
    let found = items.sessions.iter().find(|session| session.session == wanted).ok_or_else(ApiError::not_found)?;
    let target = keys::session(&found.account, &found.session);
    let own = caller.session_key();
    if target == own {
        return match app.app.table.write(Chain::new().delete_existing(&own)).await {
            Ok(()) => Ok(Reply::no_content().set_cookie(no_cookie())),
            Err(failure) => Err(refusal(failure)),
        };
    }
    let transaction = Chain::new().check_exists(&own).delete(&target);
    app.app.table.write(transaction).await.map_err(refusal)?;
    Ok(Reply::no_content())
}

/// Two waves: every session but one's own.
pub(crate) async fn end_other_sessions(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (caller, items) = own_account(&app, &call).await?;
    let others = items.sessions.iter().filter(|session| session.session != caller.session);
    let transaction = others.fold(Chain::new().check_exists(&caller.session_key()), |transaction, session| {
        transaction.delete(&keys::session(&session.account, &session.session))
    });
    app.app.table.write(transaction).await.map_err(refusal)?;
    Ok(Reply::no_content())
}

fn refusal(failure: Failure) -> ApiError {
    match failure {
        Failure::Conditions(_) => ApiError::no_session(),
        failure => failure.into(),
    }
}
