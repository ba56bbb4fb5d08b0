//! Which price fits, and what it comes to.

use std::collections::BTreeSet;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::{Amount, Change, Per, Price, Tariff, When};
use crate::attendance::Presence;
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
    /// What became of the day, if anybody looked.
    pub presence: Option<Presence>,
    /// Which of the family's children it is, the eldest being 1, among those that are charged that day.
    pub position: u8,
}

impl<'a> Use<'a> {
    /// One day of one child alone, booked now and then, that nobody has looked at.
    pub fn alone(child: &'a Child, rank: u8, day: Day) -> Self {
        Self {
            child,
            rank,
            day,
            together: 1,
            days_a_week: 1,
            usual_week: 1,
            regular: false,
            arrived: None,
            left: None,
            presence: None,
            position: 1,
        }
    }
}

/// A price that fits, adjusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced<'a> {
    /// The price itself.
    pub price: &'a Price,
    /// What one unit comes to, in cents.
    pub cents: u32,
    /// The names of the price and of what adjusted it, where they have one.
    pub names: Vec<&'a str>,
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
    /// The price of a use, adjusted. With no known quotient, a line for it, else the highest.
    pub fn price(&self, payer: &Payer, used: &Use) -> Result<Priced<'_>, Unpriced> {
        let below = self.brackets_below(payer, used)?;
        let (price, mut cents) = self.below(payer, used, below)?;
        let mut names: Vec<&str> = price.name.as_deref().into_iter().collect();
        for adjustment in &self.adjustments {
            let moves = matches!(adjustment.change, Change::BracketsBelow(_));
            if adjustment.when.acts(payer, used, price.per, adjustment.change.raises())? {
                cents = adjustment.change.of(cents);
                // Where nobody knows the quotient there is no bracket below.
                let acted = !moves || payer.quotient.is_some();
                names.extend(adjustment.name.as_deref().filter(|_| acted));
            }
        }
        Ok(Priced { price, cents, names })
    }

    fn brackets_below(&self, payer: &Payer, used: &Use) -> Result<u8, Unpriced> {
        let mut below = 0_u8;
        for adjustment in &self.adjustments {
            if let Change::BracketsBelow(count) = adjustment.change
                && adjustment.when.acts(payer, used, Per::Day, false)?
            {
                below = below.saturating_add(count);
            }
        }
        Ok(below)
    }

    /// The price of the bracket so many below the family's own, as far as there is one.
    fn below(&self, payer: &Payer, used: &Use, count: u8) -> Result<(&Price, u32), Unpriced> {
        let own = self.base(payer, used)?;
        let Some(quotient) = payer.quotient.filter(|_| count > 0) else { return Ok(own) };
        let at = |quotient: Quotient| Payer { quotient: Some(quotient), ..payer.clone() };
        // Between two bounds there may be nothing: a bracket is what has a price.
        let bounds = self.bounds(payer, used).into_iter().rev().filter(|bound| *bound <= quotient && bound.0 > 0);
        let lower = bounds.filter_map(|bound| self.base(&at(Quotient(bound.0 - 1)), used).ok());
        Ok(lower.take(usize::from(count)).last().unwrap_or(own))
    }

    /// Where brackets of quotients begin, among the prices that fit otherwise.
    fn bounds(&self, payer: &Payer, used: &Use) -> BTreeSet<Quotient> {
        let unknown = Payer { quotient: None, ..payer.clone() };
        let brackets = self.prices.iter().filter(|price| matches!(price.fits(&unknown, used), Fit::NeedsQuotient));
        brackets.flat_map(|price| [price.when.qf_from, price.when.qf_below]).flatten().collect()
    }

    /// The first price that fits, before it is adjusted.
    fn base(&self, payer: &Payer, used: &Use) -> Result<(&Price, u32), Unpriced> {
        let mut missing = Unpriced::NoPrice;
        let mut highest: Option<(&Price, u32)> = None;
        for price in &self.prices {
            match price.fits(payer, used) {
                Fit::No => {}
                Fit::NeedsHours => missing = Unpriced::NoHours,
                Fit::Yes => match price.amount.cents(payer.quotient, used.position) {
                    Some(cents) => return Ok((price, cents)),
                    None => highest = highest.max_by_cents(price, price.amount.most()),
                },
                Fit::NeedsQuotient => {
                    // Of the family's day each child's own step is compared.
                    let most = price.amount.most().or_else(|| price.amount.cents(None, used.position));
                    highest = highest.max_by_cents(price, most);
                }
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
        self.when.fits_of(payer, used, self.per)
    }

    /// Whether two flat prices are one package, for families or children that differ. The days of a single week are a use
    /// of their own; those a child usually comes are not.
    pub fn is_same_package(&self, other: &Self) -> bool {
        let same = self.per == other.per && self.when.of_use() == other.when.of_use();
        same && (self.per.is_beyond_a_week() || self.when.days_a_week == other.when.days_a_week)
    }
}

impl When {
    /// Whether an adjustment of a price acts; of a quotient nobody knows only what raises it.
    pub(super) fn acts(&self, payer: &Payer, used: &Use, per: Per, raises: bool) -> Result<bool, Unpriced> {
        match self.fits_of(payer, used, per) {
            Fit::Yes => Ok(true),
            Fit::No => Ok(false),
            Fit::NeedsQuotient => Ok(raises),
            Fit::NeedsHours => Err(Unpriced::NoHours),
        }
    }

    fn fits_of(&self, payer: &Payer, used: &Use, per: Per) -> Fit {
        let days = if per.is_beyond_a_week() { used.usual_week } else { used.days_a_week };
        if within(self.days_a_week, days) { self.fits(payer, used) } else { Fit::No }
    }

    /// What it asks of the use alone, whoever the family is and however it usually comes.
    fn of_use(&self) -> Self {
        Self {
            together: self.together,
            regular: self.regular,
            arrived_before: self.arrived_before,
            left_until: self.left_until,
            days: self.days.clone(),
            presence: self.presence.clone(),
            weekdays: self.weekdays.clone(),
            ..Self::default()
        }
    }

    fn fits(&self, payer: &Payer, used: &Use) -> Fit {
        let presence = used.presence.unwrap_or(Presence::Present);
        let class = |class: &String| used.child.class.as_ref() == Some(class);
        let others = self.resident.is_none_or(|wanted| wanted == payer.resident)
            && within(self.rank, used.rank)
            && within(self.children, payer.children)
            && within(self.together, used.together)
            && (self.classes.is_empty() || self.classes.iter().any(class))
            && self.regular.is_none_or(|wanted| wanted == used.regular)
            && self.pai.is_none_or(|wanted| wanted == used.child.pai)
            && self.days.as_ref().is_none_or(|range| range.holds(used.day))
            && (self.presence.is_empty() || self.presence.contains(&presence))
            && (self.weekdays.is_empty() || self.weekdays.contains(&used.day.weekday()));
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
    /// What one unit comes to, in cents, for the child at a position among those charged that day; `None` when it depends on
    /// a quotient nobody knows, or says nothing of so many children.
    pub fn cents(&self, quotient: Option<Quotient>, position: u8) -> Option<u32> {
        match self {
            Self::Fixed(cents) => Some(*cents),
            Self::Rate { millionths, least, most } => {
                // A quotient in hundredths is a quotient in cents.
                let share = (u64::from(quotient?.0) * u64::from(*millionths) + 500_000) / 1_000_000;
                let share = u32::try_from(share).unwrap_or(u32::MAX).max(*least);
                Some(most.map_or(share, |most| share.min(most)))
            }
            Self::OfFamily { steps, each_more } => {
                let at = usize::from(position.max(1)) - 1;
                let before = at.checked_sub(1).and_then(|before| steps.get(before)).copied().unwrap_or_default();
                steps.get(at).map(|step| step.saturating_sub(before)).or(*each_more)
            }
        }
    }

    /// The most it can come to; `None` without a ceiling.
    fn most(&self) -> Option<u32> {
        match self {
            Self::Fixed(cents) => Some(*cents),
            Self::Rate { most, .. } => *most,
            Self::OfFamily { .. } => None,
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
            Self::Started { minutes, grace, least } => {
                let stayed = u32::from(used.left?.checked_sub(used.arrived?)?);
                let spans = stayed.saturating_sub(u32::from(grace)).div_ceil(u32::from(minutes.max(1)));
                Some(spans.max(1).max(u32::from(least)))
            }
            _ => Some(1),
        }
    }
}
