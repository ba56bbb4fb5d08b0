//! Every invoice that says it is filed has its paper.

use futures_util::{StreamExt, TryStreamExt, stream};
use store::records::InvoiceRecord;
use store::{FileError, Files, file_of_invoice};

use crate::AT_ONCE;
use crate::family::Family;
use crate::report::Finding;

pub(crate) async fn findings(files: &Files, families: &[Family]) -> Result<Vec<Finding>, FileError> {
    let filed = families.iter().flat_map(|family| &family.invoices).filter(|invoice| invoice.filed);
    let looking: Vec<_> = filed.map(|invoice| missing(files, invoice)).collect();
    let found: Vec<Option<Finding>> = stream::iter(looking).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn missing(files: &Files, invoice: &InvoiceRecord) -> Result<Option<Finding>, FileError> {
    let key = file_of_invoice(&invoice.organisation, &invoice.family, &invoice.number);
    let stored = files.read(&key).await?.is_some_and(|bytes| bytes.starts_with(b"%PDF-"));
    let sentence = format!("la facture {} est dite imprimée, son PDF n’est pas là", invoice.number);
    Ok((!stored).then(|| Finding::of(&invoice.family, sentence)))
}
