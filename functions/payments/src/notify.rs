//! `POST …/online-payments/{attempt}/notification`: a provider says that something happened. It proves nothing: the
//! provider is asked.

use std::sync::Arc;

use domain::online::Online;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::keys;
use store::records::AttemptRecord;
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::ask::ask;
use crate::check::id;
use crate::provider::signed_by;

/// What a card provider's notification says; the rest of it is not believed anyway.
#[derive(Deserialize)]
struct CardNotification {
    session: String,
}

/// Repeated or late, it changes nothing twice. A provider that cannot be asked is asked to come again.
pub(crate) async fn take_notification(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let key = keys::attempt(&call.path("organisation")?, &call.path("family")?, &id(&call)?);
    let attempt: AttemptRecord = app.app.table.get(&key).await?.ok_or_else(ApiError::not_found)?;
    let named = match attempt.provider {
        Online::Payfip { .. } => payfip_handle(&call),
        Online::Card => card_handle(&app, &call, &attempt).await?,
    };
    // About another operation, or none: nothing is asked for it.
    if named.is_none() || named != attempt.handle {
        return Err(ApiError::malformed("Cette notification ne concerne pas ce paiement."));
    }
    match ask(&app, attempt, call.moment).await?.answered {
        true => Ok(Reply::no_content()),
        false => Err(ApiError::unavailable("the provider does not answer to what it notified")),
    }
}

/// `idOp=…`, as a form.
fn payfip_handle(call: &Call) -> Option<String> {
    let fields = form_urlencoded::parse(call.raw());
    fields.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("idop")).map(|(_, value)| value.into_owned())
}

async fn card_handle(app: &PaymentsApp, call: &Call, attempt: &AttemptRecord) -> Result<Option<String>, ApiError> {
    let keys = app.card_keys(&attempt.organisation).await?;
    let signature = call.header("payment-signature").unwrap_or_default();
    let genuine = keys.is_some_and(|keys| signed_by(&keys.notification_key, signature, call.raw(), call.moment.wall));
    if !genuine {
        let detail = "Cette notification n’est pas signée par le prestataire.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "bad-signature", detail));
    }
    let said: Option<CardNotification> = serde_json::from_slice(call.raw()).ok();
    Ok(said.map(|said| said.session))
}
