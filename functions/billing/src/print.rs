//! An invoice on paper: printed, stored once, then mailed.

use chrono::Datelike;
use invoice_pdf::{Document, Line, Transfer, render};
use shared::aws::keys::{self, Key};
use shared::aws::records::{InvoiceRecord, Message, OrganisationRecord, OutboxRecord};
use shared::aws::{Transaction, file_of_invoice};
use shared::domain::day::long_date;
use shared::domain::id::{FamilyId, OrganisationId};
use shared::domain::organisation::Organisation;
use shared::lambda::Error;
use shared::secret;

use crate::BillingApp;
use crate::work::ended;

/// Prints an invoice; the work goes with it.
pub(crate) async fn print(
    app: &BillingApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    number: &str,
    work: &Key,
) -> Result<(), Error> {
    let wanted = [keys::organisation(organisation), keys::invoice(organisation, family, number)];
    let items = app.table.batch_get(&wanted).await?;
    let known: Option<OrganisationRecord> = items.get(&wanted[0])?;
    let invoice: Option<InvoiceRecord> = items.get(&wanted[1])?;
    let Some((known, invoice)) = known.zip(invoice).filter(|(_, invoice)| !invoice.filed) else {
        return ended(app.table.write(Transaction::new().delete(work)).await);
    };
    let bytes = render(&document(&known.organisation, &invoice))?;
    app.files.store_once(&file_of_invoice(organisation, family, number), "application/pdf", bytes).await?;
    let message = Message::InvoiceIssued {
        organisation: organisation.clone(),
        family: family.clone(),
        number: number.to_owned(),
    };
    let id = secret::sha256(&format!("invoice#{organisation}#{number}")).chars().take(32).collect();
    let mail = OutboxRecord::for_family(id, message, app.clock.now().wall);
    let read = invoice.version;
    let transaction = if invoice.imported { Transaction::new() } else { Transaction::new().put_new(&mail) };
    let filed = InvoiceRecord { filed: true, version: read + 1, ..invoice };
    ended(app.table.write(transaction.put_over(&filed, read).delete(work)).await)
}

fn document(organisation: &Organisation, invoice: &InvoiceRecord) -> Document {
    let billing = organisation.billing.clone();
    let seller = billing.as_ref().map_or_else(|| vec![organisation.name.clone()], |billing| billing.seller.clone());
    let note = invoice.corrects.is_some();
    let word = if note { "Avoir" } else { "Facture" };
    let mut facts = vec![("Numéro".to_owned(), invoice.number.clone()), ("Date".to_owned(), long_date(invoice.issued))];
    facts.extend(invoice.period.map(|period| ("Période".to_owned(), period.said())));
    facts.extend(invoice.corrects.iter().map(|number| ("Corrige la facture".to_owned(), number.clone())));
    if !note {
        facts.push(("À payer avant le".to_owned(), long_date(invoice.due)));
    }
    let line = |line: &shared::domain::invoice::Line| Line {
        label: line.label.clone(),
        quantity: line.quantity.to_string(),
        unit_price: Some(line.unit),
        amount: line.amount(),
    };
    let iban = billing.as_ref().and_then(|billing| billing.iban.clone()).filter(|_| invoice.total > 0);
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    Document {
        title: format!("{word} {}", invoice.number),
        payer: invoice.payer.clone(),
        facts,
        lines: invoice.lines.iter().map(line).collect(),
        total: (if note { "Total de l’avoir" } else { "Total à payer" }.to_owned(), invoice.total),
        after: Vec::new(),
        how_to_pay: billing.as_ref().filter(|_| !note).map(|billing| billing.how_to_pay.clone()).unwrap_or_default(),
        mentions: billing.map(|billing| billing.mentions).unwrap_or_default(),
        transfer: iban.map(|iban| Transfer {
            name: seller.first().cloned().unwrap_or_default(),
            iban,
            amount: invoice.total,
            reference: invoice.number.clone(),
        }),
        seller,
        created: (
            u16::try_from(invoice.issued.year()).unwrap_or_default(),
            part(invoice.issued.month()),
            part(invoice.issued.day()),
        ),
    }
}
