//! Invoices on paper: printed and stored side by side, each once; then, in one transaction, filed and their mails asked
//! for.

use std::sync::Arc;

use domain::organisation::Organisation;
use futures_util::{StreamExt, stream};
use lambda::Error;
use store::keys;
use store::records::{InvoiceRecord, Message, OrganisationRecord, OutboxRecord, Wanted, Work, WorkRecord};
use store::{Attempts, Items, Patience, Record, Transaction, file_of_invoice};

use crate::BillingApp;
use crate::paper::pdf;

/// How many invoices are printed and stored at once: printing keeps every core busy while others are on their way.
const AT_ONCE: usize = 8;
/// The actions of filing an invoice: its draft goes, its mail is asked for, it is marked.
const FILED: usize = 3;

/// Prints the invoices of a piece of work; it goes once all are filed. One that cannot be printed or stored stays in it
/// alone, and the work is to be tried again.
pub(crate) async fn print(app: &BillingApp, mut record: WorkRecord) -> Result<(), Error> {
    let mut attempts = Attempts::of(Patience::WORK);
    while let Work::Print { organisation, invoices } = &record.work {
        // Another delivery, or a credit note, may be at the same invoices.
        attempts.next().await?;
        let mut wanted = vec![keys::organisation(organisation)];
        wanted.extend(invoices.iter().map(|(family, number)| keys::invoice(organisation, family, number)));
        let items = app.table.batch_get(&wanted).await?;
        let known: Option<OrganisationRecord> = items.get(&wanted[0])?;
        let known = known.ok_or("the organisation of invoices to be printed is missing")?;
        let (printed, failed) = print_some(app, Arc::new(known.organisation), invoices, &items).await;
        let broken = failed.len();
        let (transaction, rest) = filing(app, printed, failed, &record);
        if !attempts.wrote(app.table.write(transaction).await)?.yes() {
            continue;
        }
        match rest {
            None => return Ok(()),
            Some(rest) if rest.len() == broken => return Err(format!("{broken} invoices could not be printed").into()),
            Some(invoices) => {
                record.work = Work::Print { organisation: organisation.clone(), invoices };
            }
        }
    }
    Ok(())
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

/// Marks printed invoices as filed, asks for their mails and removes their drafts, as many as one transaction holds; and
/// removes the work, or leaves in it the rest.
fn filing(
    app: &BillingApp,
    printed: Vec<InvoiceRecord>,
    failed: Vec<Wanted>,
    record: &WorkRecord,
) -> (Transaction, Option<Vec<Wanted>>) {
    let (mut transaction, mut rest) = (Transaction::of_system(), failed);
    for invoice in printed {
        // One action is the work's.
        if transaction.room() <= FILED {
            rest.push((invoice.family, invoice.number));
            continue;
        }
        if let Some(period) = invoice.period {
            transaction.delete(&keys::draft(&invoice.organisation, period, &invoice.family));
        }
        if !invoice.imported {
            transaction.put_new(&mail(app, &invoice));
        }
        let read = invoice.version;
        transaction.put_over(&InvoiceRecord { filed: true, version: read + 1, ..invoice }, read);
    }
    match &record.work {
        Work::Print { organisation, .. } if !rest.is_empty() => {
            let work = Work::Print { organisation: organisation.clone(), invoices: rest.clone() };
            transaction.put_existing(&WorkRecord { work, ..record.clone() });
            (transaction, Some(rest))
        }
        _ => {
            transaction.delete(&record.key());
            (transaction, None)
        }
    }
}

/// The mail that tells of an invoice, once for its number.
fn mail(app: &BillingApp, invoice: &InvoiceRecord) -> OutboxRecord {
    let InvoiceRecord { organisation, family, number, .. } = invoice.clone();
    let id = secret::sha256(&format!("invoice#{organisation}#{number}")).chars().take(32).collect();
    OutboxRecord::for_family(id, Message::InvoiceIssued { organisation, family, number }, app.clock.now().wall)
}
