//! What the families of a folder would pay for a month, by the tariffs that are written in it.

use std::collections::BTreeSet;
use std::fmt;

use domain::invoice::{Draft, Line, Period, Taken, draft};
use domain::money::signed_euros;

use crate::{BookingRow, FamilyRow, OrganisationFolder};

/// A family's month, as an invoice would charge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The family's name.
    pub name: String,
    /// Its lines, and what has no price.
    pub draft: Draft,
}

/// The month of every family that has bookings in it, in the order of the folder. Every booking counts as used; what is
/// paid for already is left out, as an invoice does.
pub fn preview(folder: &OrganisationFolder, period: Period) -> Vec<Preview> {
    let of = |row: &FamilyRow| {
        let theirs = folder.bookings.iter().filter(|one| one.family == row.family.id);
        let in_month = |one: &&BookingRow| Period::of(one.day) == period && one.paid.is_none();
        let taken: Vec<Taken> = theirs.filter(in_month).map(taken).collect();
        let drafted = draft(&folder.organisation, &row.family, &taken, &BTreeSet::new(), &[]);
        (!taken.is_empty()).then(|| Preview { name: row.family.name.clone(), draft: drafted })
    };
    folder.families.iter().filter_map(of).collect()
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
