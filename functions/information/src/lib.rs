//! Informations: how the organisation is reached, and its texts.

use std::sync::Arc;

use serde::Serialize;
use shared::app::App;
use shared::aws::keys;
use shared::aws::records::{MembershipRecord, OrganisationRecord};
use shared::domain::id::OrganisationId;
use shared::domain::organisation::{Contact, Text};
use shared::http::{ApiError, Call, Edge, Reply, Routes};
use shared::lambda::{Error, Function, Start};

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<App> {
    Routes::new().on("GET /api/organisations/{organisation}/information", show_information)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    Ok(Function::Http(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}

#[derive(Serialize)]
struct InformationView {
    name: String,
    contact: Contact,
    texts: Vec<Text>,
}

/// One wave: the caller's items and the organisation, side by side.
async fn show_information(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let id: OrganisationId = call.path("organisation")?;
    let caller = app.caller(&call).await?;
    let wanted = [caller.session_key(), keys::role(&caller.account, &id), keys::organisation(&id)];
    let memberships = keys::memberships(&caller.account, &id);
    let (items, memberships) =
        tokio::join!(app.table.batch_get(&wanted), app.table.query::<MembershipRecord>(&memberships));
    let items = items?;
    caller.check_session(&items, call.moment.wall)?;
    if memberships?.is_empty() {
        caller.agent_access(&items, &id, call.moment.wall)?;
    }
    let record: Option<OrganisationRecord> = items.get(&keys::organisation(&id))?;
    let organisation = record.ok_or_else(ApiError::not_found)?.organisation;
    Reply::json(&InformationView { name: organisation.name, contact: organisation.contact, texts: organisation.texts })
}
