//! A family's data is the family's: it takes everything away, or asks that it be erased; an administrator decides.

pub mod access;
mod archives;
mod ask_erasure;
mod decide_erasure;
mod show;

use domain::family::Family;
use domain::id::FamilyPath;
use lambda::{Error, Function, Start};
use store::Files;
use store::keys::{self, Key};
use web::app::App;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Edge, Routes};

/// What this function works with.
pub struct PrivacyApp {
    app: App,
    files: Files,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<PrivacyApp> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/families/{family}/privacy", show::show_privacy)
        .on("POST /api/organisations/{organisation}/families/{family}/archives", archives::ask_archive)
        .on("POST /api/organisations/{organisation}/families/{family}/archives/{archive}/link", archives::link_archive)
        .on("POST /api/organisations/{organisation}/families/{family}/erasure", ask_erasure::ask_erasure)
        .on("DELETE /api/organisations/{organisation}/families/{family}/erasure", ask_erasure::withdraw_erasure)
        .on("GET /api/organisations/{organisation}/erasures", decide_erasure::list_erasures)
        .on("PUT /api/organisations/{organisation}/erasures/{family}", decide_erasure::decide_erasure)
}

/// An adult of the family asks, and it is there: no agent takes a family's data away, or asks for its erasure.
async fn open(
    app: &PrivacyApp,
    call: &Call,
    needed: impl FnOnce(&FamilyPath) -> Vec<Key>,
) -> Result<(FamilyCall, Family), ApiError> {
    let with_family = |at: &FamilyPath| [vec![keys::family(&at.organisation, &at.family)], needed(at)].concat();
    let asked = FamilyCall::open(&app.app, call, Who::Family, |at, _| with_family(at)).await?;
    let family = asked.family()?.family;
    Ok((asked, family))
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let files = Files::of(&start.environment, start.http_client.clone())?;
    let app = PrivacyApp { app: App::start(&start).await?, files };
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
