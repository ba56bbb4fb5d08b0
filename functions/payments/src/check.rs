//! `POST …/online-payments/{attempt}/check`: the family is back, and the provider is asked. The return itself proves nothing.

use std::sync::Arc;

use store::keys;
use store::records::AttemptRecord;
use uuid::Uuid;
use web::office::Place;
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::ask::ask;
use crate::view::AttemptView;

/// How the attempt stands, once the provider was asked.
pub(crate) async fn check_payment(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let key = keys::attempt(&place.organisation, &place.family, &id(&call)?);
    let caller = app.app.caller(&call).await?;
    let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
    let family = keys::family(&place.organisation, &place.family);
    needed.extend([key.clone(), family.clone()]);
    let items = app.app.table.batch_get(&needed).await?;
    let access = caller.family_access(&items, &place.organisation, &place.family, call.moment.wall)?;
    if !items.keys().any(|key| *key == family) {
        return Err(ApiError::not_found());
    }
    if access.role.is_some() {
        return Err(ApiError::role_too_low());
    }
    let attempt: AttemptRecord = items.get(&key)?.ok_or_else(ApiError::not_found)?;
    let asked = ask(&app, attempt, call.moment).await?;
    Reply::json(&AttemptView::of(&asked.attempt))
}

/// The attempt of the path, as it is kept.
pub(crate) fn id(call: &Call) -> Result<String, ApiError> {
    Ok(call.path::<Uuid>("attempt")?.simple().to_string())
}
