//! What a family owes: invoices, less what was paid and credited, the oldest first.

use super::super::day::Day;

/// An invoice or a credit note, and what is still owed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its number.
    pub number: String,
    /// When it was issued.
    pub issued: Day,
    /// Its total, in cents; negative for a credit note.
    pub total: i64,
    /// What is still owed of it, in cents.
    pub owed: i64,
}

/// What a family owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solde {
    /// What is invoiced and unpaid, in cents; negative when the family has a credit.
    pub owed: i64,
    /// Each invoice, in the order of issue.
    pub invoices: Vec<Open>,
}

/// Allots what was paid, and what credit notes give, to invoices, the oldest first. `paid` in cents.
pub fn solde(mut invoices: Vec<(String, Day, i64)>, paid: i64) -> Solde {
    invoices.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    let credited: i64 = invoices.iter().map(|(_, _, total)| (-total).max(0)).sum();
    let mut left = paid + credited;
    let owed = invoices.iter().map(|(_, _, total)| total).sum::<i64>() - paid;
    let allot = |(number, issued, total): (String, Day, i64)| {
        let taken = left.clamp(0, total.max(0));
        left -= taken;
        Open { number, issued, total, owed: total.max(0) - taken }
    };
    Solde { owed, invoices: invoices.into_iter().map(allot).collect() }
}
