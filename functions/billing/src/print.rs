//! Invoices on paper: printed and stored side by side, each once; then, in one transaction, filed and their mails asked
//! for.

use std::sync::Arc;

use domain::id::{FamilyId, OrganisationId};
use domain::organisation::Organisation;
use futures_util::{StreamExt, stream};
use lambda::Error;
use store::keys;
use store::records::{InvoiceRecord, Message, OrganisationRecord, OutboxRecord, Work, WorkRecord};
use store::{Chain, Failure, Items, Record, file_of_invoice};

use crate::BillingApp;
use crate::paper::pdf;

/// How many invoices are printed and stored at once: printing keeps every core busy while others are on their way.
const AT_ONCE: usize = 8;
/// How often filing is tried again when another delivery or a credit note was at the same invoices.
const TRIES: usize = 5;

/// Who pays, and the number.
type Wanted = (FamilyId, String);

/// Prints the invoices of a piece of work; it goes once all are filed. One that cannot be printed or stored stays in it
/// alone, and the work is to be tried again.
pub(crate) async fn print(
    app: &BillingApp,
    organisation: &OrganisationId,
    invoices: &[Wanted],
    work: &WorkRecord,
) -> Result<(), Error> {
    for _ in 0..TRIES {
        let mut wanted = vec![keys::organisation(organisation)];
        wanted.extend(invoices.iter().map(|(family, number)| keys::invoice(organisation, family, number)));
        let items = app.table.batch_get(&wanted).await?;
        let known: Option<OrganisationRecord> = items.get(&wanted[0])?;
        let known = known.ok_or("the organisation of invoices to be printed is missing")?;
        let (filed, failed) = print_some(app, Arc::new(known.organisation), invoices, &items).await;
        let rest = failed.len();
        match app.table.write(filing(app, filed, failed, work)).await {
            Ok(()) if rest == 0 => return Ok(()),
            Ok(()) => return Err(format!("{rest} invoices could not be printed").into()),
            Err(Failure::Conditions(_) | Failure::Conflict) => {}
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err("others keep changing the invoices to be printed".into())
}

/// Prints and stores what is not filed yet: what is to be marked as filed, and what failed.
async fn print_some(
    app: &BillingApp,
    organisation: Arc<Organisation>,
    invoices: &[Wanted],
    items: &Items,
) -> (Vec<InvoiceRecord>, Vec<Wanted>) {
    let printing = invoices.iter().cloned().map(|wanted| {
        let organisation = organisation.clone();
        async move {
            let printed = print_one(app, organisation, &wanted, items).await;
            (wanted, printed)
        }
    });
    let (mut filed, mut failed) = (Vec::new(), Vec::new());
    let mut printed = stream::iter(printing).buffered(AT_ONCE);
    while let Some((wanted, outcome)) = printed.next().await {
        match outcome {
            Ok(invoice) => filed.extend(invoice),
            Err(error) => {
                let (number, why) = (wanted.1.as_str(), error.to_string());
                tracing::error!(organisation = organisation.id.as_str(), number, why, "an invoice cannot be printed");
                failed.push(wanted);
            }
        }
    }
    (filed, failed)
}

/// The invoice once its PDF is stored; none when it is filed already.
async fn print_one(
    app: &BillingApp,
    organisation: Arc<Organisation>,
    (family, number): &Wanted,
    items: &Items,
) -> Result<Option<InvoiceRecord>, Error> {
    let place = organisation.id.clone();
    let invoice: Option<InvoiceRecord> = items.get(&keys::invoice(&place, family, number))?;
    let Some(invoice) = invoice.filter(|invoice| !invoice.filed) else { return Ok(None) };
    let (bytes, invoice) = tokio::task::spawn_blocking(move || (pdf(&organisation, &invoice), invoice)).await?;
    app.files.store_once(&file_of_invoice(&place, family, number), "application/pdf", bytes?).await?;
    Ok(Some(invoice))
}

/// Marks invoices as filed, asks for their mails, removes their drafts, and removes the work, or leaves in it what failed.
fn filing(app: &BillingApp, filed: Vec<InvoiceRecord>, failed: Vec<Wanted>, work: &WorkRecord) -> Chain {
    let mut transaction = match &work.work {
        _ if failed.is_empty() => Chain::new().delete(&work.key()),
        Work::PrintMany { organisation, .. } => {
            let rest = Work::PrintMany { organisation: organisation.clone(), invoices: failed };
            Chain::new().put_existing(&WorkRecord { work: rest, ..work.clone() })
        }
        _ => Chain::new().put_existing(work),
    };
    for invoice in filed {
        if let Some(period) = invoice.period {
            transaction = transaction.delete(&keys::draft(&invoice.organisation, period, &invoice.family));
        }
        if !invoice.imported {
            transaction = transaction.put_new(&mail(app, &invoice));
        }
        let read = invoice.version;
        transaction = transaction.put_over(&InvoiceRecord { filed: true, version: read + 1, ..invoice }, read);
    }
    transaction
}

/// The mail that tells of an invoice, once for its number.
fn mail(app: &BillingApp, invoice: &InvoiceRecord) -> OutboxRecord {
    let InvoiceRecord { organisation, family, number, .. } = invoice.clone();
    let id = secret::sha256(&format!("invoice#{organisation}#{number}")).chars().take(32).collect();
    OutboxRecord::for_family(id, Message::InvoiceIssued { organisation, family, number }, app.clock.now().wall)
}
