//! The tax certificate of a year: what was paid for childcare and leisure of children who were below six.
//!
//! Code général des impôts, article 200 quater B: children born on or after 1 January of the year less six; care that was
//! given, without food, absences and exceptional supplements (answer to written question 13-78406): what pays for those is a
//! line of its own, marked as a penalty. What CESU paid is told apart: the part an employer gave is not the family's.

use chrono::Datelike;

use super::{Ledger, Line, Means, Received, Services};
use crate::activity::ActivityKind;
use crate::day::Day;
use crate::id::ChildId;

/// What was paid for one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifiedChild {
    /// Which child.
    pub child: ChildId,
    /// What was paid in the year for childcare and leisure, in cents.
    pub paid: i64,
    /// Of this, what was paid with CESU vouchers, in cents.
    pub cesu: i64,
}

/// Whether a line counts in a year: childcare or leisure, no penalty, a child born on or after 1 January of year − 6.
pub fn counts(services: &Services, line: &Line, year: i32) -> bool {
    const AGE: i32 = 6;
    let kind = matches!(services.kind(line), Some(ActivityKind::Childcare | ActivityKind::Leisure));
    let young = services.born(line).is_some_and(|born| born.year() >= year - AGE);
    kind && young && !line.penalty
}

/// What a family paid in a year, child by child; a payment that was taken back was none, in no year.
pub fn certify(ledger: &Ledger, received: &[Received], services: &Services, year: i32) -> Vec<CertifiedChild> {
    let taken_back = |receipt: &str| received.iter().any(|one| one.reverses == Some(receipt));
    let within = |day: Day| day.year() == year;
    let counted = ledger.allotments.iter().filter(|one| within(one.day) && counts(services, one.line, year));
    let counted: Vec<_> = counted.filter(|one| !taken_back(one.receipt)).collect();
    let of_child = |child: &ChildId| {
        let sum = |means: Option<Means>| -> i64 {
            let of = counted.iter().filter(|one| one.line.child.as_ref() == Some(child));
            of.filter(|one| means.is_none_or(|means| one.means == means)).map(|one| one.cents).sum()
        };
        let paid = sum(None).max(0);
        CertifiedChild { child: child.clone(), paid, cesu: sum(Some(Means::Cesu)).clamp(0, paid) }
    };
    let children = services.family.children.iter().map(|child| of_child(&child.id));
    children.filter(|child| child.paid > 0).collect()
}
