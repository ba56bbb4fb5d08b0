//! What the families of a folder would pay for a month, by the tariffs that are written in it.

use std::collections::BTreeSet;
use std::fmt;

use domain::invoice::{Draft, Line, Period, Taken, draft};
use domain::money::signed_euros;
use domain::wallet::{Lot, oldest};

use crate::{BookingRow, FamilyRow, InvoiceRow, OrganisationFolder};

/// A family's month, as an invoice would charge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The family's name.
    pub name: String,
    /// Its lines, and what has no price.
    pub draft: Draft,
}

/// The month of every family that has something to pay for it, in the order of the folder. Every booking counts as used; what
/// is paid for already, by a ticket too, is left out, as an invoice does, and a price of a year that an earlier month has
/// charged is not charged again.
pub fn preview(folder: &OrganisationFolder, period: Period) -> Vec<Preview> {
    folder.families.iter().filter_map(|row| of_family(folder, row, period)).collect()
}

fn of_family(folder: &OrganisationFolder, row: &FamilyRow, period: Period) -> Option<Preview> {
    let invoiced: BTreeSet<Period> = invoices(folder, row).filter_map(|invoice| invoice.period).collect();
    let charged_days = charged_days(folder, row);
    let of_month = |month: Period| -> Vec<Taken> {
        charged_days.iter().filter(|one| Period::of(one.day) == month).cloned().collect()
    };
    let taken = of_month(period);
    if taken.is_empty() || invoiced.contains(&period) {
        return None;
    }
    let drafted = |month: Period, charged: &BTreeSet<String>| {
        draft(&folder.organisation, &row.family, &of_month(month), charged, &[])
    };
    let months: BTreeSet<Period> = charged_days.iter().map(|one| Period::of(one.day)).collect();
    let mut charged = BTreeSet::new();
    for earlier in months.into_iter().filter(|month| *month < period && !invoiced.contains(month)) {
        charged.extend(drafted(earlier, &charged).flats);
    }
    let draft = drafted(period, &charged);
    let nothing = draft.lines.is_empty() && draft.faults.is_empty();
    (!nothing).then(|| Preview { name: row.family.name.clone(), draft })
}

fn invoices<'a>(folder: &'a OrganisationFolder, row: &'a FamilyRow) -> impl Iterator<Item = &'a InvoiceRow> {
    folder.invoices.iter().filter(|invoice| invoice.family == row.family.id)
}

/// The days of a family that its months charge: those that neither are paid already nor have a ticket. As the import has it,
/// bookings take tickets in the order of the folder, and one that needs a ticket is not made without.
fn charged_days(folder: &OrganisationFolder, row: &FamilyRow) -> Vec<Taken> {
    let mut lots: Vec<Lot> = invoices(folder, row).filter_map(|invoice| invoice.lot.clone()).collect();
    let mut charged = |booking: &&BookingRow| {
        let activity = folder.organisation.activity(&booking.activity).filter(|activity| activity.prepaid.is_some());
        let found = activity.and_then(|_| oldest(&lots, &booking.child, &booking.activity)).map(|lot| lot.id.clone());
        match lots.iter_mut().find(|lot| Some(&lot.id) == found.as_ref()) {
            Some(lot) => !lot.take(),
            None => activity.is_none_or(|activity| !activity.needs_ticket()),
        }
    };
    let theirs = folder.bookings.iter().filter(|one| one.family == row.family.id && one.paid.is_none());
    theirs.filter(|booking| charged(booking)).map(taken).collect()
}

fn taken(booking: &BookingRow) -> Taken {
    Taken {
        child: booking.child.clone(),
        activity: booking.activity.clone(),
        day: booking.day,
        presence: None,
        arrived: None,
        left: None,
        surcharge: 0,
        regular: false,
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\u{a0}: {}", self.name, signed_euros(self.draft.total()))?;
        for line in &self.draft.lines {
            let Line { label, quantity, unit, .. } = line;
            writeln!(out, "  {label}, {quantity} × {} = {}", signed_euros(*unit), signed_euros(line.amount()))?;
        }
        for fault in &self.draft.faults {
            writeln!(out, "  sans prix\u{a0}: {}", fault.sentence)?;
        }
        Ok(())
    }
}
