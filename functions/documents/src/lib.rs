//! Documents as families send and see them, and as agents decide on them. The files themselves go straight to storage.

pub mod access;
mod ask;
mod decide;
mod household;
mod list;
mod read;
mod remove;
mod review;
mod view;

use lambda::{Error, Function, Start};
use store::Documents;
use web::app::App;
use web::{Edge, Routes};

/// What this function works with.
pub struct DocumentsApp {
    app: App,
    documents: Documents,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<DocumentsApp> {
    const FAMILY: [&str; 6] = [
        "GET /api/organisations/{organisation}/families/{family}/documents",
        "POST /api/organisations/{organisation}/families/{family}/documents",
        "DELETE /api/organisations/{organisation}/families/{family}/documents/{document}",
        "POST /api/organisations/{organisation}/families/{family}/documents/{document}/link",
        "GET /api/organisations/{organisation}/families/{family}/documents/{document}/preview",
        "PUT /api/organisations/{organisation}/families/{family}/documents/{document}/decision",
    ];
    Routes::new()
        .on(FAMILY[0], list::list_documents)
        .on(FAMILY[1], ask::ask_to_send)
        .on(FAMILY[2], remove::remove_document)
        .on(FAMILY[3], read::make_link)
        .on(FAMILY[4], read::show_preview)
        .on(FAMILY[5], decide::decide)
        .on("GET /api/organisations/{organisation}/documents", review::list_waiting)
}

/// Starts the function.
pub async fn start(start: Start) -> Result<Function, Error> {
    let documents = Documents::of(&start.environment, start.http_client.clone())?;
    let app = DocumentsApp { app: App::start(&start).await?, documents };
    Ok(Function::from(routes().with(app, Edge::from(&start.environment)?, start.clock)))
}
