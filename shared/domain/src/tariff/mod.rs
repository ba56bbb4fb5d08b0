//! Tariffs: what a family pays for an activity, as data an agent can write.

mod adjustment;
mod charge;
mod joint;
mod price;
mod sentence;
#[cfg(test)]
mod tests;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::attendance::Presence;
use super::calendar::Range;
use super::day::Day;
use super::id::ActivityId;

pub use adjustment::{Adjustment, Change};
pub use charge::{Absences, Again, Charge, Charges, LateLeaving, Within};
pub use joint::{Comes, Counted, JointPrice, JointRule, Over, Tier, Unit};
pub use price::{Payer, Priced, Quotient, Unpriced, Use};

/// What families pay for an activity between two days; the price is the one of the day of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// The activity.
    pub activity: ActivityId,
    /// The first day; `None` is since ever.
    pub from: Option<Day>,
    /// The last day; `None` is without end.
    pub to: Option<Day>,
    /// Its prices: the first that fits is the price.
    pub prices: Vec<Price>,
    /// What is charged of a day that was not simply used as booked.
    pub charges: Charges,
    /// The most a child pays in a month, in cents.
    pub most_a_month: Option<u32>,
    /// What changes a price for some, in the order it acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
}

impl Tariff {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether one of its prices depends on how many days a week the child usually comes.
    pub fn asks_usual_week(&self) -> bool {
        let beyond = self.prices.iter().any(|price| price.per.is_beyond_a_week());
        let asks = |when: &When| when.days_a_week.is_some();
        let prices = self.prices.iter().any(|price| asks(&price.when) && price.per.is_beyond_a_week());
        prices || beyond && self.adjustments.iter().any(|one| asks(&one.when))
    }

    /// Whether a month is priced by what earlier months have charged or counted.
    pub fn asks_earlier_months(&self) -> bool {
        let beyond = |price: &Price| match price.per {
            Per::Week | Per::Term | Per::Year | Per::YearOfFamily => true,
            Per::Day | Per::Started { .. } | Per::Month => false,
        };
        self.prices.iter().any(beyond) || self.charges.asks_earlier_months()
    }

    /// Whether a price is the family's, so that it depends on which of its children are charged that day.
    pub fn asks_position(&self) -> bool {
        self.prices.iter().any(|price| matches!(price.amount, Amount::OfFamily { .. }))
    }

    /// Whether a price or a charge depends on when the child came or left.
    pub fn asks_hours(&self) -> bool {
        let asks = |when: &When| when.arrived_before.is_some() || when.left_until.is_some();
        let prices = self.prices.iter().any(|one| matches!(one.per, Per::Started { .. }) || asks(&one.when));
        prices || self.adjustments.iter().any(|one| asks(&one.when)) || self.charges.late_leaving.is_some()
    }

    /// Whether a price depends on what became of the day.
    pub fn asks_presence(&self) -> bool {
        let whens = self.prices.iter().map(|price| &price.when).chain(self.adjustments.iter().map(|one| &one.when));
        whens.into_iter().any(|when| !when.presence.is_empty())
    }
}

/// One line of a tariff: when it holds, what it costs, and what that is the price of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// `Abonné`, `Repas occasionnel`: shown on the invoice where an activity has several kinds.
    pub name: Option<String>,
    /// When it holds.
    pub when: When,
    /// What it costs.
    pub amount: Amount,
    /// What that is the price of.
    pub per: Per,
}

/// Whether a number is what an older version has written nothing for.
fn is_zero(number: &u16) -> bool {
    *number == 0
}

/// When a price holds; what is empty or `None` holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct When {
    /// The quotient familial from this value on.
    pub qf_from: Option<Quotient>,
    /// The quotient familial below this value.
    pub qf_below: Option<Quotient>,
    /// For a family that has told no quotient.
    pub qf_unknown: bool,
    /// For those who live there, or for those who do not.
    pub resident: Option<bool>,
    /// The child's rank among its brothers and sisters, the eldest being 1: first and last rank.
    pub rank: Option<(u8, u8)>,
    /// How many children the family has: least and most.
    pub children: Option<(u8, u8)>,
    /// How many children of the family use the activity on that day: least and most.
    pub together: Option<(u8, u8)>,
    /// Classes of the child.
    pub classes: Vec<String>,
    /// Booked by an abonnement, or now and then.
    pub regular: Option<bool>,
    /// A child with its own meal by a health protocol.
    pub pai: Option<bool>,
    /// How many days of the week the child uses, of a flat price beyond a week those it uses usually: least and most.
    pub days_a_week: Option<(u8, u8)>,
    /// Arrived before this minute of the day.
    pub arrived_before: Option<u16>,
    /// Left at this minute of the day at the latest.
    pub left_until: Option<u16>,
    /// Days of service it holds on.
    pub days: Option<Range>,
    /// What became of the day; what nobody looked at is as if the child were there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub presence: Vec<Presence>,
    /// Weekdays of service it holds on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
}

/// What a price comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// So many cents.
    Fixed(u32),
    /// A share of the quotient familial, rounded to the cent, half up, before it is multiplied.
    Rate {
        /// Millionths of the quotient: 0,55 % is 5 500.
        millionths: u32,
        /// At least, in cents.
        least: u32,
        /// At most, in cents.
        most: Option<u32>,
    },
    /// The price of the family's day, by how many of its children are charged for it; each pays what it adds, the eldest first.
    OfFamily {
        /// For one child, two, three…, in cents; never less for more children.
        steps: Vec<u32>,
        /// What each further child adds; without it a further child has no price here.
        each_more: Option<u32>,
    },
}

/// What a price is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each day of service.
    Day,
    /// Each started span of minutes the child was there.
    Started {
        /// The span.
        minutes: u16,
        /// Minutes beyond a span that do not start the next one.
        grace: u16,
        /// So many spans at least, however short the child was there.
        #[serde(default, skip_serializing_if = "is_zero")]
        least: u16,
    },
    /// A week in which the child comes, however often.
    Week,
    /// A month in which the child comes, however often.
    Month,
    /// The days of the price itself, a term or a period, however often the child comes.
    Term,
    /// The school year, once.
    Year,
    /// The school year, once for the family.
    YearOfFamily,
}
