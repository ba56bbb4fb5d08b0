//! Paying online: a family is sent to a provider's page, and the provider is asked what became of it.
//!
//! The one function that speaks with somebody who is not AWS, and the one that can read a card provider's keys.

pub mod access;
mod ask;
mod begin;
mod check;
mod doubts;
mod notify;
pub mod outside;
mod provider;
mod record;
mod sweep;
mod trial;
mod view;

use std::sync::Arc;

use crate::outside::Outside;
use lambda::clock::Clock;
use lambda::{Error, Function, Start};
use web::app::App;
use web::{Edge, Routes};

/// What this function works with.
pub struct PaymentsApp {
    app: App,
    clock: Clock,
    outside: Outside,
    payfip_url: String,
    card_url: Option<String>,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<PaymentsApp> {
    const FAMILY: [&str; 4] = [
        "POST /api/organisations/{organisation}/families/{family}/online-payments",
        "POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/check",
        "PUT /api/organisations/{organisation}/families/{family}/online-payments/{attempt}",
        "POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/notification",
    ];
    Routes::new()
        .on(FAMILY[0], begin::begin_payment)
        .on(FAMILY[1], check::check_payment)
        .on(FAMILY[2], doubts::settle_doubt)
        .on_machine(FAMILY[3], notify::take_notification)
        .on("GET /api/organisations/{organisation}/online-payments", doubts::list_doubts)
        .on("POST /api/organisations/{organisation}/online-payments/trial", trial::try_provider)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = Arc::new(PaymentsApp {
        app: App::start(&start).await?,
        clock: start.clock,
        outside: Outside::of(&start),
        payfip_url: start.environment.required("PAYFIP_URL")?.to_owned(),
        card_url: start.environment.optional("CARD_URL").map(str::to_owned),
    });
    let http = Function::from(routes().with_shared(app.clone(), Edge::from(&start.environment)?, start.clock));
    Ok(http.with_events(move |_| {
        let app = app.clone();
        async move { sweep::sweep(&app).await }
    }))
}
