//! Invoices as families see them and as agents make them: the account of a family, runs, payments, credit notes.

pub mod access;
mod account;
mod again;
mod buy;
mod certificate;
mod charge;
mod correct;
mod corrections;
mod debts;
mod entries;
mod everyone;
mod file;
mod journal;
mod link;
mod pay;
mod runs;
mod sheet;
mod tickets;
mod troubles;
mod write_off;

use lambda::{Error, Function, Start};
use store::Files;
use web::app::App;
use web::{Edge, Routes};

/// What this function works with.
pub struct InvoicesApp {
    app: App,
    files: Files,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<InvoicesApp> {
    const FAMILY: [&str; 10] = [
        "GET /api/organisations/{organisation}/families/{family}/invoices",
        "GET /api/organisations/{organisation}/families/{family}/invoices/{number}/file",
        "POST /api/organisations/{organisation}/families/{family}/invoices/{number}/credit-note",
        "POST /api/organisations/{organisation}/families/{family}/payments",
        "GET /api/organisations/{organisation}/families/{family}/certificates/{year}",
        "POST /api/organisations/{organisation}/families/{family}/tickets",
        "POST /api/organisations/{organisation}/families/{family}/invoices",
        "GET /api/organisations/{organisation}/families/{family}/corrections",
        "POST /api/organisations/{organisation}/families/{family}/corrections",
        "POST /api/organisations/{organisation}/families/{family}/invoices/{number}/write-off",
    ];
    Routes::new()
        .on(FAMILY[0], account::list_invoices)
        .on(FAMILY[1], file::show_file)
        .on(FAMILY[2], correct::make_credit_note)
        .on(FAMILY[3], pay::record_payment)
        .on(FAMILY[4], certificate::show_certificate)
        .on(FAMILY[5], buy::buy_tickets)
        .on(FAMILY[6], charge::make_invoice)
        .on(FAMILY[7], corrections::list_corrections)
        .on(FAMILY[8], corrections::correct_month)
        .on(FAMILY[9], write_off::write_off)
        .on("POST /api/invoice-link/read", link::read_link)
        .on("POST /api/invoice-link/file", link::link_file)
        .on("GET /api/organisations/{organisation}/debts", debts::list_debts)
        .on("GET /api/organisations/{organisation}/debts/file", debts::debts_file)
        .on("GET /api/organisations/{organisation}/certificates/{year}", certificate::list_certificates)
        .on("GET /api/organisations/{organisation}/certificates/{year}/file", certificate::certificates_file)
        .on("GET /api/organisations/{organisation}/journal/{period}", journal::show_journal)
        .on("GET /api/organisations/{organisation}/mail-troubles", troubles::list_mail_troubles)
        .on("GET /api/organisations/{organisation}/runs", runs::list_runs)
        .on("GET /api/organisations/{organisation}/runs/{period}", runs::show_run)
        .on("PUT /api/organisations/{organisation}/runs/{period}", runs::change_run)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let files = Files::of(&start.environment, start.http_client.clone())?;
    let app = InvoicesApp { app: App::start(&start).await?, files };
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
