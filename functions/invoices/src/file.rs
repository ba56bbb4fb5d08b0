//! `GET …/invoices/{number}/file`: the PDF, for the family and the agents who see it.

use std::sync::Arc;

use domain::id::FamilyPath;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use store::records::InvoiceRecord;
use store::{file_of_invoice, keys};
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;

/// The same bytes every time.
pub(crate) async fn show_file(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let number: String = call.path("number")?;
    let key = |at: &FamilyPath| keys::invoice(&at.organisation, &at.family, &number);
    let who = Who::FamilyOr(Permission::SeeFamilies);
    let asked = FamilyCall::open(&app.app, &call, who, |at, _| vec![key(at)]).await?;
    let invoice: InvoiceRecord = asked.found(&key(&asked.at))?;
    file(&app, &asked.at, &invoice).await
}

/// The stored PDF of an invoice; none where its detail is past its period.
pub(crate) async fn file(app: &InvoicesApp, at: &FamilyPath, invoice: &InvoiceRecord) -> Result<Reply, ApiError> {
    if invoice.is_blanked() {
        let detail =
            "Le détail de cette facture est effacé, sa durée de conservation est passée : elle n’a plus de PDF.";
        return Err(ApiError::new(StatusCode::GONE, "detail-erased", detail));
    }
    let stored = app.files.read(&file_of_invoice(&at.organisation, &at.family, &invoice.number)).await;
    match stored.map_err(|error| ApiError::internal(error.to_string()))? {
        Some(bytes) => {
            let word = if invoice.corrects.is_some() { "avoir" } else { "facture" };
            Ok(Reply::file("application/pdf", bytes).named(&format!("{word}-{}.pdf", invoice.number)))
        }
        None => {
            let detail = "Cette facture est en cours d’impression. Elle sera là dans quelques minutes.";
            Err(ApiError::new(StatusCode::CONFLICT, "not-yet-filed", detail))
        }
    }
}
