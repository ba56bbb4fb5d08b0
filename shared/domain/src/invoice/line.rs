//! The lines of an invoice, and its number.

use serde::{Deserialize, Serialize};

use crate::activity::Activity;
use crate::day::Day;
use crate::family::Child;
use crate::id::{ActivityId, ChildId};
use crate::invoice::{Means, Period};

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
    /// It charges lateness, not coming, or a supplement, no care that was given: no tax certificate counts it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub penalty: bool,
    /// It charges a week, a month or more at once: none of its days has a price of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flat: bool,
    /// It is what several days, activities or children come to together: none of the days it is of has a price of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
}

/// What an invoice says once its detail is past its period.
const BLANKED: &str = "Détail effacé après la durée légale";

impl Line {
    /// A line that is no service: a carry-over, a credit, a reason.
    pub fn plain(label: String, cents: i64) -> Self {
        Self {
            child: None,
            activity: None,
            label,
            quantity: 1,
            unit: cents,
            days: Vec::new(),
            penalty: false,
            flat: false,
            joint: false,
        }
    }

    /// What a month before has left to be charged.
    pub fn carried_from(period: Period, cents: i64) -> Self {
        Self::plain(format!("Report de {}", period.said()), cents)
    }

    /// Whether it charges what that month has left.
    pub fn is_carried_from(&self, period: Period) -> bool {
        self.activity.is_none() && self.label == Self::carried_from(period, 0).label
    }

    /// What stays of lines whose detail is past its period: the sum that a means of its own paid, or the rest.
    pub fn blanked(paid_by: Option<Means>, cents: i64) -> Self {
        Self::plain(blank(paid_by), cents)
    }

    /// Whether it stands for lines whose detail is past its period.
    pub fn is_blanked(&self) -> bool {
        self.activity.is_none() && self.label.starts_with(BLANKED)
    }

    /// Whether it stands for what this means had paid.
    pub fn is_blanked_of(&self, means: Means) -> bool {
        self.is_blanked() && !means.pays_all() && self.label == blank(Some(means))
    }

    /// Days, hours or tickets of a service: so many units of one price, for a child or for any of the family.
    pub fn of_service(child: Option<&Child>, activity: &Activity, quantity: u32, unit: i64) -> Self {
        let label = label(child, &tickets(&activity.name, &[]));
        let (child, activity) = (child.map(|child| child.id.clone()), Some(activity.id.clone()));
        Self { child, activity, label, quantity, unit, days: Vec::new(), penalty: false, flat: false, joint: false }
    }

    /// What the line comes to, in cents.
    pub fn amount(&self) -> i64 {
        i64::from(self.quantity) * self.unit
    }

    /// Its sentence in two columns: `2 x [Lou]`, `Ticket(s) pour le service Cantine maternelle`; nothing in the first one
    /// where it is for no child.
    pub fn columns(&self) -> (Option<String>, String) {
        match self.child.as_ref().and_then(|_| self.label.split_once(" : ")) {
            Some((child, what)) => (Some(format!("{} x {child}", self.quantity)), what.to_owned()),
            None => (None, self.sentence()),
        }
    }

    /// `2 x [Lou] : Ticket(s) pour le service Cantine maternelle`, as the guide's page has it.
    pub fn sentence(&self) -> String {
        format!("{} x {}", self.quantity, self.label)
    }
}

/// What is charged, with whom it is for: `[Lou] : Ticket(s) pour le service Cantine maternelle`.
pub(super) fn label(child: Option<&Child>, what: &str) -> String {
    child.map_or_else(|| what.to_owned(), |child| format!("[{}] : {what}", child.first_name))
}

/// `Ticket(s) pour le service Cantine maternelle (réservé en retard)`.
pub(super) fn tickets(service: &str, more: &[&str]) -> String {
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
    format!("Ticket(s) pour le service {service}{more}")
}

fn blank(paid_by: Option<Means>) -> String {
    match paid_by {
        Some(Means::Cesu) => format!("{BLANKED}, payé en CESU"),
        Some(Means::Ancv) => format!("{BLANKED}, payé en chèques-vacances"),
        _ => BLANKED.to_owned(),
    }
}

/// `Supplément, service Garderie (sans inscription)`.
pub(super) fn supplement(service: &str, why: &str) -> String {
    format!("Supplément, service {service} ({why})")
}

/// What could not be priced: an agent settles it, it is never 0 €.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// `Chloé, Cantine maternelle, jeudi 28 mai 2015 : aucun prix du tarif ne convient à cet enfant`.
    pub sentence: String,
}

/// `2026-00042`, `R2026-00007`: unique and without gaps in an organisation and a series.
pub fn number(series: &str, sequence: u64) -> String {
    format!("{series}-{sequence:05}")
}
