//! The dossier: a family's fiches and children, read and saved; for agents, finding, making and checking families, what they
//! must know of one, and their notes.

pub mod access;
mod checks;
mod filter;
mod find_families;
mod keep_child;
mod list_families;
mod loaded;
mod make_family;
mod moment;
mod notes;
mod save_dossier;
mod send_invitation;
mod show_dossier;
mod show_family;
mod show_health;
mod situations;
mod summary;
mod view;
mod writing;

use lambda::{Error, Function, Start};
use store::seal::Seals;
use web::app::App;
use web::{Edge, Routes};

/// The app of every function, and the seals of health data.
pub struct DossierApp {
    app: App,
    seals: Seals,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<DossierApp> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/search", find_families::find_families)
        .on("GET /api/organisations/{organisation}/families", list_families::list_families)
        .on("POST /api/organisations/{organisation}/families", make_family::make_family)
        .on("GET /api/organisations/{organisation}/checks", checks::list_checks)
        .on("GET /api/organisations/{organisation}/families/{family}", show_family::show_family)
        .on("POST /api/organisations/{organisation}/families/{family}/invitations", send_invitation::send_invitation)
        .on("GET /api/organisations/{organisation}/families/{family}/dossier", show_dossier::show_dossier)
        .on("PUT /api/organisations/{organisation}/families/{family}/dossier", save_dossier::save_dossier)
        .on("GET /api/organisations/{organisation}/families/{family}/health", show_health::show_health)
        .on("PUT /api/organisations/{organisation}/families/{family}/checks", checks::decide_check)
        .on("GET /api/organisations/{organisation}/families/{family}/situations", situations::show_situations)
        .on("POST /api/organisations/{organisation}/families/{family}/situations", situations::set_situation)
        .on("PUT /api/organisations/{organisation}/families/{family}/children/{child}", keep_child::keep_child)
        .on("GET /api/organisations/{organisation}/families/{family}/summary", summary::show_summary)
        .on("POST /api/organisations/{organisation}/families/{family}/notes", notes::write_note)
        .on("DELETE /api/organisations/{organisation}/families/{family}/notes/{note}", notes::take_note_back)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    let edge = Edge::from(&start.environment)?;
    Ok(Function::from(routes().with(DossierApp { app, seals: Seals::default() }, edge, start.clock)))
}
