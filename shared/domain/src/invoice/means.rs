//! How families pay, and what each means may pay.

use serde::{Deserialize, Serialize};

use super::Line;
use crate::activity::ActivityKind;
use crate::day::Day;
use crate::family::Family;
use crate::organisation::Organisation;

/// How a family paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// A cheque.
    Cheque,
    /// Cash.
    Cash,
    /// CESU vouchers: childcare, and leisure before the sixth birthday (code du travail, L1271-1).
    Cesu,
    /// ANCV vouchers: leisure (code du tourisme, L411-2).
    Ancv,
    /// A card.
    Card,
    /// A transfer.
    Transfer,
    /// A direct debit.
    Debit,
}

impl Means {
    /// Whether it pays anything that is charged.
    pub fn pays_all(self) -> bool {
        !matches!(self, Self::Cesu | Self::Ancv)
    }

    /// Whether it may pay a service for a child of this age; an age that is not known is not below six.
    pub fn may_pay(self, kind: ActivityKind, age: Option<u32>) -> bool {
        const TOO_OLD: u32 = 6;
        match (self, kind) {
            (Self::Cesu, ActivityKind::Childcare) => true,
            (Self::Cesu, ActivityKind::Leisure) => age.is_some_and(|age| age < TOO_OLD),
            (Self::Ancv, ActivityKind::Leisure) => true,
            (Self::Cesu | Self::Ancv, _) => false,
            _ => true,
        }
    }
}

/// What the lines of a family are for: the settings of the activities and the births of the children.
#[derive(Debug, Clone, Copy)]
pub struct Services<'a> {
    /// Whose activities.
    pub organisation: &'a Organisation,
    /// Whose children.
    pub family: &'a Family,
}

impl Services<'_> {
    /// What sort of service a line charges; none of a carry-over, a free line, an activity that is no more.
    pub fn kind(&self, line: &Line) -> Option<ActivityKind> {
        Some(self.organisation.activity(line.activity.as_ref()?)?.kind)
    }

    /// When the child of a line was born, when that is known.
    pub fn born(&self, line: &Line) -> Option<Day> {
        self.family.child(line.child.as_ref()?)?.born
    }

    /// Whether a means may pay a line of an invoice of that date. The age is the one on the last day of service. Where the
    /// detail is past its period, what paid it once pays it still.
    pub fn may_pay(&self, means: Means, line: &Line, issued: Day) -> bool {
        if line.is_blanked_of(means) {
            return true;
        }
        let last = line.days.last().copied().unwrap_or(issued);
        let age = self.born(line).and_then(|born| last.years_since(born));
        match self.kind(line) {
            Some(kind) => means.may_pay(kind, age),
            None => means.pays_all(),
        }
    }
}
