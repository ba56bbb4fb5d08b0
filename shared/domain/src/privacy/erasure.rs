//! The erasure of a family: who decides, and what it still waits for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::day::{Day, long_date};
use crate::invoice::Period;
use crate::money::euros;

/// How far an erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureStage {
    /// An adult of the family asks for it; an administrator decides.
    Asked,
    /// An administrator said no, with a reason.
    Refused,
    /// It is carried out as soon as nothing stands in its way.
    Accepted,
    /// Only what the law keeps is left.
    Done,
}

/// What an accepted erasure still waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// A booking is to come, or is of today.
    Booked(Day),
    /// A month with bookings is not invoiced yet.
    ToInvoice(Period),
    /// So many tickets are neither used nor refunded.
    Tickets(u32),
    /// A payment online is not confirmed yet, or a person has to look at it.
    Paying,
    /// Cents of closed days that no invoice has given back yet.
    Credits(u64),
}

/// What a family has besides bookings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Left {
    /// Tickets.
    pub tickets: u32,
    /// Whether a payment online is under way.
    pub paying: bool,
    /// What no invoice has given back yet, in cents.
    pub credits: u64,
}

impl Still {
    /// `la famille est inscrite jusqu’au jeudi 28 mai 2015`.
    pub fn sentence(self) -> String {
        match self {
            Self::Booked(day) => format!("la famille est inscrite jusqu’au {}", long_date(day)),
            Self::ToInvoice(period) => format!("{} n’est pas encore facturé", period.said()),
            Self::Tickets(1) => "un ticket n’est ni utilisé ni remboursé".to_owned(),
            Self::Tickets(count) => format!("{count} tickets ne sont ni utilisés ni remboursés"),
            Self::Paying => "un paiement en ligne n’est pas encore confirmé".to_owned(),
            Self::Credits(cents) => format!("{} sont encore à rendre par une facture", euros(cents)),
        }
    }
}

/// What stands in the way of an erasure: a booking to come, else a month still to be invoiced, else what money is left.
/// `booked` are the days of all bookings, `closed` the months that are invoiced or were left without a charge.
pub fn still(booked: &[Day], closed: &BTreeSet<Period>, left: Left, today: Day) -> Option<Still> {
    if let Some(last) = booked.iter().max().filter(|last| **last >= today) {
        return Some(Still::Booked(*last));
    }
    let open = booked.iter().map(|day| Period::of(*day)).filter(|period| !closed.contains(period)).max();
    // A run is opened for the month before; what is older was never going to be invoiced.
    let open = open.filter(|period| *period >= Period::before(today)).map(Still::ToInvoice);
    let tickets = (left.tickets > 0).then_some(Still::Tickets(left.tickets));
    let paying = left.paying.then_some(Still::Paying);
    open.or(tickets).or(paying).or((left.credits > 0).then_some(Still::Credits(left.credits)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    const NONE: Left = Left { tickets: 0, paying: false, credits: 0 };

    fn days(texts: &[&str]) -> Vec<Day> {
        texts.iter().map(|text| parse_day(text).unwrap()).collect()
    }

    #[test]
    fn a_booking_of_today_is_still_to_come() {
        let booked = days(&["2015-05-26"]);
        let none = BTreeSet::new();
        assert_eq!(still(&booked, &none, NONE, booked[0]), Some(Still::Booked(booked[0])), "on the day");
        let after = still(&booked, &none, NONE, parse_day("2015-05-27").unwrap());
        assert_eq!(after, Some(Still::ToInvoice(Period::of(booked[0]))), "the day after");
    }

    #[test]
    fn a_month_that_is_closed_or_long_past_is_not_waited_for() {
        let booked = days(&["2015-05-26"]);
        let june = parse_day("2015-06-10").unwrap();
        assert_eq!(still(&booked, &BTreeSet::from([Period::of(booked[0])]), NONE, june), None);
        assert_eq!(
            still(&booked, &BTreeSet::new(), NONE, parse_day("2015-07-01").unwrap()),
            None,
            "no run opens for May now"
        );
        assert_eq!(still(&[], &BTreeSet::new(), NONE, june), None);
        let with = |left| still(&[], &BTreeSet::new(), left, june);
        assert_eq!(with(Left { tickets: 3, ..NONE }), Some(Still::Tickets(3)), "they are refunded first");
        assert_eq!(with(Left { paying: true, ..NONE }), Some(Still::Paying), "money may be on its way");
        let credits = with(Left { credits: 310, ..NONE }).unwrap();
        assert_eq!(credits.sentence(), "3,10\u{a0}€ sont encore à rendre par une facture");
    }
}
