//! The lines of an invoice, and its number.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::{ActivityId, ChildId};

/// One line: so many units of one price for one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Whom it is for; none for the whole family.
    pub child: Option<ChildId>,
    /// Of what; none for a carry-over or a free line.
    pub activity: Option<ActivityId>,
    /// `[Lou] : Ticket(s) pour le service Cantine maternelle`.
    pub label: String,
    /// How many units.
    pub quantity: u32,
    /// What one costs, in cents; negative when it is given back.
    pub unit: i64,
    /// The days of service, in order; none where the line is no sum of days.
    pub days: Vec<Day>,
    /// It charges lateness or not coming, no service: no tax certificate counts it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub penalty: bool,
}

impl Line {
    /// A line that is no service: a carry-over, a credit, a reason.
    pub fn plain(label: String, cents: i64) -> Self {
        Self { child: None, activity: None, label, quantity: 1, unit: cents, days: Vec::new(), penalty: false }
    }

    /// What the line comes to, in cents.
    pub fn amount(&self) -> i64 {
        i64::from(self.quantity) * self.unit
    }

    /// `2 x [Lou] : Ticket(s) pour le service Cantine maternelle`, as the guide's page has it.
    pub fn sentence(&self) -> String {
        format!("{} x {}", self.quantity, self.label)
    }
}

/// What could not be priced: an agent settles it, it is never 0 €.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// `Chloé, Cantine maternelle, jeudi 28 mai 2015 : aucun prix du tarif ne convient à cet enfant`.
    pub sentence: String,
}

/// `2026-00042`: unique and without gaps in an organisation and a year.
pub fn number(year: i32, sequence: u64) -> String {
    format!("{year}-{sequence:05}")
}
