//! Which price fits, and what it comes to.

use serde::{Deserialize, Serialize};

use super::{Amount, Per, Price, Tariff, When};
use crate::day::Day;
use crate::family::Child;

/// A quotient familial, in hundredths. 0 is a known quotient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quotient(pub u32);

/// What a price depends on of the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Its quotient on that day, when it is known.
    pub quotient: Option<Quotient>,
    /// Whether it counts as living there.
    pub resident: bool,
    /// How many children it has.
    pub children: u8,
}

/// One use of an activity: what a price depends on beside the family.
#[derive(Debug, Clone)]
pub struct Use<'a> {
    /// The child.
    pub child: &'a Child,
    /// Its rank, the eldest being 1.
    pub rank: u8,
    /// The day of service.
    pub day: Day,
    /// How many children of the family use the activity that day.
    pub together: u8,
    /// How many days of that week the child uses it.
    pub days_a_week: u8,
    /// How many days of a week it usually does, in that month; where no price asks it is not counted.
    pub usual_week: u8,
    /// Booked by an abonnement.
    pub regular: bool,
    /// When it came, in minutes from 0:00.
    pub arrived: Option<u16>,
    /// When it left, in minutes from 0:00.
    pub left: Option<u16>,
}

/// Why there is no price: an error line for an agent, never 0 €.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unpriced {
    /// No tariff holds on that day.
    NoTariff,
    /// No line of the tariff fits.
    NoPrice,
    /// The hours are needed and nobody wrote them down.
    NoHours,
}

impl Unpriced {
    /// For the error line.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoTariff => "aucun tarif n’est en vigueur ce jour-là",
            Self::NoPrice => "aucun prix du tarif ne convient à cet enfant",
            Self::NoHours => "les heures d’arrivée ou de départ manquent",
        }
    }
}

impl Tariff {
    /// The price of a use, with what one unit comes to in cents. With no known quotient, a line for it, else the highest.
    pub fn price(&self, payer: &Payer, used: &Use) -> Result<(&Price, u32), Unpriced> {
        let mut missing = Unpriced::NoPrice;
        let mut highest: Option<(&Price, u32)> = None;
        for price in &self.prices {
            match price.fits(payer, used) {
                Fit::No => {}
                Fit::NeedsHours => missing = Unpriced::NoHours,
                Fit::Yes => match price.amount.cents(payer.quotient) {
                    Some(cents) => return Ok((price, cents)),
                    None => highest = highest.max_by_cents(price, price.amount.most()),
                },
                Fit::NeedsQuotient => highest = highest.max_by_cents(price, price.amount.most()),
            }
        }
        highest.ok_or(missing)
    }
}

/// The dearer one; of equals the first.
trait MaxByCents<'a> {
    fn max_by_cents(self, price: &'a Price, cents: Option<u32>) -> Self;
}

impl<'a> MaxByCents<'a> for Option<(&'a Price, u32)> {
    fn max_by_cents(self, price: &'a Price, cents: Option<u32>) -> Self {
        match (self, cents) {
            (Some((_, highest)), Some(cents)) if cents <= highest => self,
            (_, Some(cents)) => Some((price, cents)),
            (known, None) => known,
        }
    }
}

enum Fit {
    Yes,
    No,
    /// Everything fits but the quotient, which nobody knows.
    NeedsQuotient,
    /// Everything fits but hours, which nobody wrote down.
    NeedsHours,
}

fn within(range: Option<(u8, u8)>, value: u8) -> bool {
    range.is_none_or(|(least, most)| (least..=most).contains(&value))
}

impl Price {
    fn fits(&self, payer: &Payer, used: &Use) -> Fit {
        let days = if self.per.is_beyond_a_week() { used.usual_week } else { used.days_a_week };
        if within(self.when.days_a_week, days) { self.when.fits(payer, used) } else { Fit::No }
    }
}

impl When {
    fn fits(&self, payer: &Payer, used: &Use) -> Fit {
        let class = |class: &String| used.child.class.as_ref() == Some(class);
        let others = self.resident.is_none_or(|wanted| wanted == payer.resident)
            && within(self.rank, used.rank)
            && within(self.children, payer.children)
            && within(self.together, used.together)
            && (self.classes.is_empty() || self.classes.iter().any(class))
            && self.regular.is_none_or(|wanted| wanted == used.regular)
            && self.pai.is_none_or(|wanted| wanted == used.child.pai)
            && self.days.as_ref().is_none_or(|range| range.holds(used.day));
        if !others || (self.qf_unknown && payer.quotient.is_some()) {
            return Fit::No;
        }
        match (self.hours_fit(used), self.quotient_fits(payer.quotient)) {
            (Some(false), _) | (_, Some(false)) => Fit::No,
            (None, _) => Fit::NeedsHours,
            (Some(true), None) => Fit::NeedsQuotient,
            (Some(true), Some(true)) => Fit::Yes,
        }
    }

    fn hours_fit(&self, used: &Use) -> Option<bool> {
        let arrived = self.arrived_before.map_or(Some(true), |limit| used.arrived.map(|arrived| arrived < limit));
        let left = self.left_until.map_or(Some(true), |limit| used.left.map(|left| left <= limit));
        Some(arrived? && left?)
    }

    fn quotient_fits(&self, quotient: Option<Quotient>) -> Option<bool> {
        match quotient {
            _ if self.qf_from.is_none() && self.qf_below.is_none() => Some(true),
            None => None,
            Some(value) => {
                Some(self.qf_from.is_none_or(|from| from <= value) && self.qf_below.is_none_or(|below| value < below))
            }
        }
    }
}

impl Amount {
    /// What one unit comes to, in cents; `None` when it depends on a quotient nobody knows.
    pub fn cents(&self, quotient: Option<Quotient>) -> Option<u32> {
        match *self {
            Self::Fixed(cents) => Some(cents),
            Self::Rate { millionths, least, most } => {
                // A quotient in hundredths is a quotient in cents.
                let share = (u64::from(quotient?.0) * u64::from(millionths) + 500_000) / 1_000_000;
                let share = u32::try_from(share).unwrap_or(u32::MAX).max(least);
                Some(most.map_or(share, |most| share.min(most)))
            }
        }
    }

    /// The most it can come to; `None` without a ceiling.
    fn most(&self) -> Option<u32> {
        match *self {
            Self::Fixed(cents) => Some(cents),
            Self::Rate { most, .. } => most,
        }
    }
}

impl Per {
    /// Whether it is one price for more than a week.
    pub fn is_beyond_a_week(self) -> bool {
        matches!(self, Self::Month | Self::Term | Self::Year | Self::YearOfFamily)
    }

    /// How many units a use comes to; `None` when hours are needed and nobody wrote them down. Flat prices count
    /// elsewhere: they are charged once for many uses.
    pub fn units(self, used: &Use) -> Option<u32> {
        match self {
            Self::Started { minutes, grace } => {
                let stayed = u32::from(used.left?.checked_sub(used.arrived?)?);
                let span = u32::from(minutes.max(1));
                Some(stayed.saturating_sub(u32::from(grace)).div_ceil(span).max(1))
            }
            _ => Some(1),
        }
    }
}
