//! `POST …/online-payments/{attempt}/check`: the family is back, and the provider is asked. The return itself proves nothing.

use std::sync::Arc;

use domain::id::FamilyPath;
use store::keys;
use store::records::AttemptRecord;
use uuid::Uuid;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::ask::ask;
use crate::view::AttemptView;

/// How the attempt stands, once the provider was asked.
pub(crate) async fn check_payment(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let id = id(&call)?;
    let key = |at: &FamilyPath| keys::attempt(&at.organisation, &at.family, &id);
    let opened = FamilyCall::open(&app.app, &call, Who::Family, |at, _| vec![key(at)]).await?;
    let attempt: AttemptRecord = opened.found(&key(&opened.at))?;
    let asked = ask(&app, attempt, call.moment).await?;
    Reply::json(&AttemptView::of(&asked.attempt))
}

/// The attempt of the path, as it is kept.
pub(crate) fn id(call: &Call) -> Result<String, ApiError> {
    Ok(call.path::<Uuid>("attempt")?.simple().to_string())
}
