//! The agents' desk: how their day begins, who is there on a day, and which days are closed.

pub mod access;
mod attendance;
mod closings;
mod present;
mod roll;
mod today;
mod waiting;

use lambda::{Error, Function, Start};
use web::app::App;
use web::{Edge, Routes};

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<App> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/attendance", attendance::show_attendance)
        .on("PUT /api/organisations/{organisation}/attendance", attendance::note_attendance)
        .on("PUT /api/organisations/{organisation}/attendance/present", present::mark_present)
        .on("GET /api/organisations/{organisation}/today", today::show_today)
        .on("GET /api/organisations/{organisation}/closings", closings::list_closings)
        .on("GET /api/organisations/{organisation}/closings/preview", closings::preview_closing)
        .on("PUT /api/organisations/{organisation}/closings/{closing}", closings::close_days)
        .on("DELETE /api/organisations/{organisation}/closings/{closing}", closings::reopen_days)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
