//! A request that comes again is answered with what it has made, and with nothing that it made elsewhere.

use store::records::InvoiceRecord;
use store::regie::Account;
use web::ApiError;

/// The document that this request made, when it came before.
///
/// # Errors
/// 409 when what it made is not what is asked for now: an invoice is no credit note, nor one of another invoice.
pub(crate) fn made_before<'a>(
    account: &'a Account,
    request: &str,
    asked: impl Fn(&InvoiceRecord) -> bool,
) -> Result<Option<&'a InvoiceRecord>, ApiError> {
    match account.invoices.iter().find(|one| one.request.as_deref() == Some(request)) {
        Some(other) if !asked(other) => Err(ApiError::changed_meanwhile()),
        known => Ok(known),
    }
}
