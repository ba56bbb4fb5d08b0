//! What a day costs by the days before it: which time it is, how long an absence is, who else is charged.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::{Drafting, Taken};
use crate::attendance::Presence;
use crate::day::Day;
use crate::id::{ActivityId, ChildId};
use crate::invoice::Period;
use crate::invoice::reach::Reach;
use crate::tariff::{Absences, Charge, Charges, LateLeaving, Tariff, Within};

/// What costs otherwise once it has happened before, or goes on.
#[derive(Clone, Copy)]
enum Repeated {
    Unbooked,
    Unexcused,
    Fetched,
    Missed,
}

impl Repeated {
    /// The name under which a month keeps how many there were; no joint price has a sign of equality in its own.
    fn of(self, activity: &ActivityId) -> String {
        let what = match self {
            Self::Unbooked => "unbooked",
            Self::Unexcused => "unexcused",
            Self::Fetched => "fetched",
            Self::Missed => "missed",
        };
        format!("{what}={activity}")
    }
}

/// The first day of the span that a day is in.
fn span_of(within: Within, day: Day) -> Day {
    let year = if day.month() >= 9 { day.year() } else { day.year() - 1 };
    match within {
        Within::Month => Period::of(day).first(),
        Within::SchoolYear => Day::from_ymd_opt(year, 9, 1).unwrap_or(day),
    }
}

impl<'a> Drafting<'a> {
    /// How a day is charged.
    pub(super) fn charge_of(&self, tariff: &Tariff, one: &Taken) -> Charge {
        let charges = &tariff.charges;
        let (repeated, again) = match one.presence {
            Some(Presence::PresentUnbooked) => (Repeated::Unbooked, charges.unbooked_again.as_ref()),
            _ => (Repeated::Unexcused, charges.unexcused_again.as_ref()),
        };
        let within = again.map_or(Within::Month, |again| again.within);
        let number = self.number(repeated, within, one, |other| other.presence == one.presence);
        charges.of(one.presence, self.excused(tariff, one), number)
    }

    /// What a span of a late fetching costs, by how many there were before.
    pub(super) fn fetched(&self, late: &LateLeaving, one: &Taken) -> u32 {
        let Some(again) = &late.again else { return late.cents };
        again.at(self.number(Repeated::Fetched, again.within, one, |other| late.spans(other.left) > 0), late.cents)
    }

    /// Which such day of the child in the activity it is, from 1, over a span; earlier months have kept how many they had.
    fn number(&self, repeated: Repeated, within: Within, one: &Taken, such: impl Fn(&Taken) -> bool) -> u32 {
        let span = span_of(within, one.day);
        let same = |other: &&Taken| other.activity == one.activity && other.child == one.child && such(other);
        let until = self.taken.iter().filter(same).filter(|other| span <= other.day && other.day <= one.day).count();
        let kept = Reach::of_span(self.charged, &repeated.of(&one.activity), one.child.as_str(), span);
        let before: u32 = kept.iter().filter(|kept| kept.month < Period::of(one.day)).map(|kept| kept.count).sum();
        before.saturating_add(u32::try_from(until).unwrap_or(u32::MAX))
    }

    /// What is counted over a year, for the months after this one.
    pub(super) fn repeated(&self) -> BTreeSet<String> {
        let mut counts: BTreeMap<(String, &ChildId, Day, Period), (u32, Day)> = BTreeMap::new();
        for one in self.taken {
            let Some(tariff) = self.organisation.tariff(&one.activity, one.day) else { continue };
            let Charges { unbooked_again, unexcused_again, late_leaving, .. } = &tariff.charges;
            let of_year = |within: Option<Within>| within == Some(Within::SchoolYear);
            let late = late_leaving.as_ref().filter(|late| late.spans(one.left) > 0);
            let such = [
                (Repeated::Unbooked, one.presence == Some(Presence::PresentUnbooked), unbooked_again.as_ref()),
                (Repeated::Unexcused, one.presence == Some(Presence::AbsentUnexcused), unexcused_again.as_ref()),
            ];
            let such =
                such.into_iter().filter(|(_, is, _)| *is).map(|(what, _, again)| (what, again.map(|one| one.within)));
            let fetched =
                late.and_then(|late| late.again.as_ref()).map(|again| (Repeated::Fetched, Some(again.within)));
            for (what, _) in such.chain(fetched).filter(|(_, within)| of_year(*within)) {
                let from = span_of(Within::SchoolYear, one.day);
                let key = (what.of(&one.activity), &one.child, from, Period::of(one.day));
                let counted = counts.entry(key).or_insert((0, one.day));
                *counted = (counted.0 + 1, counted.1.max(one.day));
            }
        }
        let kept = counts.into_iter().map(|((joint, child, from, month), (count, last))| {
            Reach { joint, child: child.to_string(), from, month, cents: 0, count, last }.kept()
        });
        kept.collect()
    }

    /// Whether an excused absence counts as one: its number in the row of booked days missed, and how long the row is.
    pub(super) fn excused(&self, tariff: &Tariff, one: &Taken) -> bool {
        if one.presence != Some(Presence::AbsentExcused) {
            return false;
        }
        let same = |other: &&Taken| other.activity == one.activity && other.child == one.child;
        let mut days: Vec<&Taken> = self.taken.iter().filter(same).collect();
        days.sort_by_key(|other| other.day);
        let at = days.iter().position(|other| other.day == one.day).unwrap_or_default();
        let missed = |other: &&&Taken| other.presence == Some(Presence::AbsentExcused);
        let before = days[..at].iter().rev().take_while(missed).count();
        let after = days[at..].iter().take_while(missed).count();
        let counted = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // An absence of the end of the month before goes on.
        let earlier = if before == at { self.missed_before(one) } else { 0 };
        let (before, length) = (earlier + counted(before), earlier + counted(before + after));
        tariff.charges.absences.excuses(before + 1, length)
    }

    /// How many booked days in a row a child had missed at the end of the month before.
    fn missed_before(&self, one: &Taken) -> u32 {
        let month = Period::before(one.day);
        let kept = Reach::of_span(self.charged, &Repeated::Missed.of(&one.activity), one.child.as_str(), month.first());
        kept.iter().map(|kept| kept.count).sum()
    }

    /// The absences that may go on in the next month, where a tariff asks how long they are.
    pub(super) fn missed(&self) -> BTreeSet<String> {
        let mut last: BTreeMap<(&ActivityId, &ChildId), Vec<&Taken>> = BTreeMap::new();
        for one in self.taken {
            last.entry((&one.activity, &one.child)).or_default().push(one);
        }
        let row = |days: &mut Vec<&'a Taken>| {
            days.sort_by_key(|one| one.day);
            let end = days.last()?;
            let asks = self.organisation.tariff(&end.activity, end.day)?.charges.absences != Absences::default();
            let missed = |one: &&&Taken| one.presence == Some(Presence::AbsentExcused);
            let missed = days.iter().rev().take_while(missed).count();
            let earlier = if missed == days.len() { self.missed_before(end) } else { 0 };
            let count = earlier.saturating_add(u32::try_from(missed).unwrap_or(u32::MAX));
            let (joint, child, month) =
                (Repeated::Missed.of(&end.activity), end.child.to_string(), Period::of(end.day));
            let row = Reach { joint, child, from: month.first(), month, cents: 0, count, last: end.day };
            (asks && missed > 0).then(|| row.kept())
        };
        last.values_mut().filter_map(row).collect()
    }

    /// Which of the family's children it is, the eldest being 1, among those whose day costs by its price.
    pub(super) fn position_of_day(&self, one: &Taken, tariff: &Tariff) -> u8 {
        if !tariff.asks_position() || self.charge_of(tariff, one).stands_alone() {
            return 1;
        }
        let rank = self.family.rank(&one.child);
        let elder = |other: &&Taken| {
            (&other.activity, other.day) == (&one.activity, one.day)
                && self.family.rank(&other.child) < rank
                && !self.charge_of(tariff, other).stands_alone()
        };
        let elders: BTreeSet<&ChildId> = self.taken.iter().filter(elder).map(|other| &other.child).collect();
        u8::try_from(elders.len() + 1).unwrap_or(u8::MAX)
    }
}
