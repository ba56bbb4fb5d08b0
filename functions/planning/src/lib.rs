//! The planning: a family's week, its clicks, its history.

mod abonnement_cost;
mod abonnements;
mod absences;
pub mod access;
mod calendar_feed;
mod carry_out;
mod cell_words;
mod change_booking;
mod change_day;
mod click;
mod click_view;
mod gesture;
mod load;
mod opt_out;
mod outcome;
mod show_history;
mod show_week;
mod tickets;
mod undo;
mod view;
mod wishes;

use lambda::{Error, Function, Start};
use web::app::App;
use web::{Edge, Routes};

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<App> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/families/{family}/week", show_week::show_week)
        .on("PUT /api/organisations/{organisation}/families/{family}/bookings", change_booking::change_booking)
        .on("PUT /api/organisations/{organisation}/families/{family}/days", change_day::change_day)
        .on("POST /api/organisations/{organisation}/families/{family}/changes/{request}/undo", undo::undo_change)
        .on("GET /api/organisations/{organisation}/families/{family}/history", show_history::show_history)
        .on("GET /api/organisations/{organisation}/families/{family}/abonnements", abonnements::list_abonnements)
        .on(
            "PUT /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}",
            abonnements::save_abonnement,
        )
        .on(
            "POST /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}/cost",
            abonnement_cost::cost_abonnement,
        )
        .on(
            "DELETE /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}",
            abonnements::end_abonnement,
        )
        .on("POST /api/organisations/{organisation}/families/{family}/absences", absences::declare_absence)
        .on("GET /api/organisations/{organisation}/families/{family}/wishes", wishes::show_wishes)
        .on("PUT /api/organisations/{organisation}/families/{family}/wishes", wishes::change_wishes)
        .on("POST /api/organisations/{organisation}/families/{family}/feed", wishes::make_feed)
        .on("DELETE /api/organisations/{organisation}/families/{family}/feed", wishes::end_feed)
        .on_machine("POST /api/opt-out/{token}", opt_out::opt_out)
        .on("GET /api/calendars/{feed}", calendar_feed::show_calendar)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
