//! `GET …/invoices/{number}/file`: the PDF, for the family and the agents who see it.

use std::sync::Arc;

use domain::id::{FamilyId, OrganisationId};
use lambda_http::http::StatusCode;
use store::records::InvoiceRecord;
use store::{file_of_invoice, keys};
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::office::Place;

/// The same bytes every time.
pub(crate) async fn show_file(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let number: String = call.path("number")?;
    let caller = app.app.caller(&call).await?;
    let key = keys::invoice(&place.organisation, &place.family, &number);
    let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
    needed.push(key.clone());
    let items = app.app.table.batch_get(&needed).await?;
    caller.family_access(&items, &place.organisation, &place.family, call.moment.wall)?;
    let invoice: InvoiceRecord = items.get(&key)?.ok_or_else(ApiError::not_found)?;
    file(&app, &place.organisation, &place.family, &invoice).await
}

/// The stored PDF of an invoice.
pub(crate) async fn file(
    app: &InvoicesApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    invoice: &InvoiceRecord,
) -> Result<Reply, ApiError> {
    let stored = app.files.read(&file_of_invoice(organisation, family, &invoice.number)).await;
    match stored.map_err(|error| ApiError::internal(error.to_string()))? {
        Some(bytes) => Ok(Reply::file("application/pdf", bytes)),
        None => {
            let detail = "Cette facture est en cours d’impression. Elle sera là dans quelques minutes.";
            Err(ApiError::new(StatusCode::CONFLICT, "not-yet-filed", detail))
        }
    }
}
