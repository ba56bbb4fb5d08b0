//! Informations: how the organisation is reached, its texts, news, menus, rules to accept, and who answers in law.

pub mod access;
mod information;
mod legal;
mod menus;
mod news;
mod reader;
mod rules;

use lambda::{Error, Function, Start};
use web::app::App;
use web::{Edge, Routes};

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<App> {
    Routes::new()
        .on("GET /api/organisations/{organisation}/information", information::show_information)
        .on("GET /api/organisations/{organisation}/legal", legal::show_legal)
        .on("GET /api/organisations/{organisation}/menus", menus::show_menus)
        .on("PUT /api/organisations/{organisation}/menus/{activity}/{day}", menus::write_menu)
        .on("GET /api/organisations/{organisation}/news", news::list_news)
        .on("PUT /api/organisations/{organisation}/news/{news}", news::write_news)
        .on("DELETE /api/organisations/{organisation}/news/{news}", news::take_news_away)
        .on("PUT /api/organisations/{organisation}/rules/{rules}/acceptance", rules::accept_rules)
        .on("GET /api/organisations/{organisation}/rules/{rules}/acceptances", rules::list_acceptances)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
