//! What changes a price for some: a supplement, a share off, the bracket below.

use serde::{Deserialize, Serialize};

use super::When;

/// A change of a price. Those of a tariff that fit act one after the other, in the order written, each on what the one before
/// made of the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjustment {
    /// `hors commune`: shown on the invoice.
    pub name: Option<String>,
    /// When it acts.
    pub when: When,
    /// What it does.
    pub change: Change,
}

/// What an adjustment does to a unit price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// So many cents more.
    More(u32),
    /// So many cents less, never below 0.
    Less(u32),
    /// A share more, in hundredths of a percent, rounded to the cent, half up.
    PercentMore(u32),
    /// A share less, in hundredths of a percent, rounded to the cent, half up; all of it at most.
    PercentLess(u32),
    /// The price of the bracket of quotients so many below; the lowest has none below it. It acts before all others.
    BracketsBelow(u8),
}

impl Change {
    /// What a price becomes, in cents.
    pub fn of(self, price: u32) -> u32 {
        const WHOLE: u64 = 10_000;
        let share = |of_whole: u64| {
            let cents = (u64::from(price) * of_whole + WHOLE / 2) / WHOLE;
            u32::try_from(cents).unwrap_or(u32::MAX)
        };
        match self {
            Self::More(cents) => price.saturating_add(cents),
            Self::Less(cents) => price.saturating_sub(cents),
            Self::PercentMore(hundredths) => share(WHOLE + u64::from(hundredths)),
            Self::PercentLess(hundredths) => share(WHOLE.saturating_sub(u64::from(hundredths))),
            Self::BracketsBelow(_) => price,
        }
    }

    /// Whether it makes no price lower: what holds for a family that has told no quotient.
    pub fn raises(self) -> bool {
        matches!(self, Self::More(_) | Self::PercentMore(_))
    }
}
