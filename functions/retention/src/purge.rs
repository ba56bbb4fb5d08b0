//! The nightly purge: plannings past their period go, invoices past theirs keep their number and sum alone.

use std::collections::BTreeSet;

use domain::day::{Day, Week, paris_day};
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::Line;
use lambda::Error;
use store::keys::{self, Key, Span};
use store::records::{
    BookingRecord, DirectoryRecord, ErasureRecord, InvoiceRecord, OrganisationEntry, OrganisationRecord, PaymentRecord,
};
use store::{Chain, Failure, file_of_invoice};

use crate::RetentionApp;

/// Purges every organisation; how many items went or were blanked.
pub(crate) async fn purge(app: &RetentionApp) -> Result<usize, Error> {
    let today = paris_day(app.clock.now().business);
    let entries: Vec<OrganisationEntry> = app.table.query(&keys::organisations()).await?;
    let mut gone = 0;
    for entry in entries {
        let key = keys::organisation(&entry.organisation);
        let Some(known) = app.table.get::<OrganisationRecord>(&key).await? else { continue };
        let kept = known.organisation.retention;
        for family in families(app, &entry.organisation).await? {
            gone += plannings(app, &entry.organisation, &family, kept.planning_before(today)).await?;
            gone += invoices(app, &entry.organisation, &family, kept.invoices_before(today)).await?;
        }
    }
    Ok(gone)
}

/// The families an organisation has, and those it had: their invoices are still there.
async fn families(app: &RetentionApp, organisation: &OrganisationId) -> Result<BTreeSet<FamilyId>, Error> {
    let known: Vec<DirectoryRecord> = app.table.query(&keys::directory(organisation)).await?;
    let erased: Vec<ErasureRecord> = app.table.query(&keys::erasures(organisation)).await?;
    Ok(known.into_iter().map(|entry| entry.family).chain(erased.into_iter().map(|entry| entry.family)).collect())
}

async fn plannings(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    before: Day,
) -> Result<usize, Error> {
    let Some(last) = before.pred_opt() else { return Ok(0) };
    let bookings: Vec<BookingRecord> = app.table.query(&keys::bookings(organisation, family, Day::MIN, last)).await?;
    let mut gone: Vec<Key> = Vec::new();
    for one in &bookings {
        gone.push(keys::booking(organisation, family, one.day, &one.child, &one.activity));
        gone.push(keys::place(organisation, &one.child, one.day, &one.activity));
    }
    // The week that holds the day stays whole.
    let weeks: Span = keys::changes_before(organisation, family, Week::of(before));
    gone.extend(app.table.query_mixed(&weeks).await?.keys().cloned());
    app.delete(&gone).await?;
    Ok(gone.len())
}

async fn invoices(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    before: Day,
) -> Result<usize, Error> {
    let lying = app.table.query_mixed(&keys::account_of_family(organisation, family)).await?;
    let all: Vec<InvoiceRecord> = lying.beginning("INVOICE#")?;
    let past: Vec<InvoiceRecord> = all.into_iter().filter(|one| one.issued < before && !one.payer.is_empty()).collect();
    for invoice in &past {
        let read = invoice.version;
        match app.table.write(Chain::new().put_over(&blanked(invoice), read)).await {
            Ok(()) => app.files.remove(&file_of_invoice(organisation, family, &invoice.number)).await?,
            // Somebody was at it; the next night comes again.
            Err(Failure::Conditions(_) | Failure::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let payments: Vec<PaymentRecord> = lying.beginning("PAYMENT#")?;
    let payments: Vec<PaymentRecord> =
        payments.into_iter().filter(|one| one.day < before && !one.said.is_empty()).collect();
    for payment in &payments {
        // Sum, day and means stay; who recorded it, the family itself where it paid online, goes.
        let blank = PaymentRecord { said: String::new(), ..payment.clone() };
        app.table.write(Chain::new().put_existing(&blank)).await?;
    }
    Ok(past.len() + payments.len())
}

/// Number, dates and sum stay, so that series have no gap and accounts hold; who paid for whom goes.
fn blanked(invoice: &InvoiceRecord) -> InvoiceRecord {
    let line = Line::plain("Détail effacé après la durée légale".to_owned(), invoice.total);
    InvoiceRecord {
        payer: Vec::new(),
        lines: vec![line],
        filed: false,
        version: invoice.version + 1,
        ..invoice.clone()
    }
}
