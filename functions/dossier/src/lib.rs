//! The dossier: a family as it is kept; for agents, finding families and inviting their adults.

mod find_families;
mod send_invitation;
mod show_family;

use shared::app::App;
use shared::http::{Edge, Routes};
use shared::lambda::{Error, Function, Start};

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<App> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/families", find_families::find_families)
        .on("GET /api/organisations/{organisation}/families/{family}", show_family::show_family)
        .on("POST /api/organisations/{organisation}/families/{family}/invitations", send_invitation::send_invitation)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    Ok(Function::Http(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
