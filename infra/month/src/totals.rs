//! What each family is charged, read back from the table: its invoice, or what is carried.

use domain::id::OrganisationId;
use domain::invoice::Period;
use store::records::{InvoiceRecord, PeriodRecord};
use store::{StoreError, Table, keys};

use crate::source::Household;

/// What the table says of a month.
pub(crate) struct Charged {
    /// Each family with what it is charged, in cents.
    pub(crate) totals: Vec<(String, i64)>,
    /// Its invoices.
    pub(crate) invoices: Vec<InvoiceRecord>,
}

/// Reads the account of every family.
pub(crate) async fn read(
    table: &Table,
    organisation: &OrganisationId,
    period: Period,
    town: &[Household],
) -> Result<Charged, StoreError> {
    let mut charged = Charged { totals: Vec::with_capacity(town.len()), invoices: Vec::with_capacity(town.len()) };
    for household in town {
        let Ok(family) = household.id.parse() else { continue };
        let items = table.query_mixed(&keys::account_of_family(organisation, &family)).await?;
        let invoices: Vec<InvoiceRecord> = items.of()?;
        let closed: Option<PeriodRecord> = items.get(&keys::family_period(organisation, &family, period))?;
        let of_month = invoices.into_iter().filter(|invoice| invoice.period == Some(period));
        let mut total = closed.map_or(0, |closed| closed.carried);
        for invoice in of_month {
            total += invoice.total;
            charged.invoices.push(invoice);
        }
        charged.totals.push((household.id.clone(), total));
    }
    Ok(charged)
}
