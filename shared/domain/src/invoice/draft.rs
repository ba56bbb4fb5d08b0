//! From the days a family used to the lines it is charged.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::billing::Period;
use super::joint::{JointPrices, Spent};
use super::line::{Fault, Line, label, supplement, tickets};
use super::reach::Reach;
use super::usual_week::usual_week;
use crate::abonnement::Abonnement;
use crate::activity::ActivityKind;
use crate::attendance::Presence;
use crate::day::{Day, Week, full_date, month_name};
use crate::family::{Child, Family};
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;
use crate::tariff::{Absences, Charge, Charges, LateLeaving, Per, Price, Priced, Tariff, Unpriced, Use, Within};

/// A day a child used, or was booked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The child.
    pub child: ChildId,
    /// The activity.
    pub activity: ActivityId,
    /// The day of service.
    pub day: Day,
    /// What an agent saw, if anybody looked.
    pub presence: Option<Presence>,
    /// When it came, in minutes from 0:00.
    pub arrived: Option<u16>,
    /// When it left, in minutes from 0:00.
    pub left: Option<u16>,
    /// What booking late costs more, in cents.
    pub surcharge: u32,
    /// Booked by an abonnement.
    pub regular: bool,
}

/// What a family would be charged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// By child, then by activity, in the organisation's order.
    pub lines: Vec<Line>,
    /// What could not be priced.
    pub faults: Vec<Fault>,
    /// Flat prices that are charged once for a term or a year, and what is kept for later months of other spans: what this
    /// draft charges of them.
    pub flats: BTreeSet<String>,
}

impl Draft {
    /// The sum of its lines, in cents.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(Line::amount).sum()
    }
}

/// What makes two days one line; lines have this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    child: usize,
    activity: usize,
    kind: Kind,
    /// What of it is a supplement.
    supplement: bool,
    /// The name of the price, where it has one.
    price: Option<String>,
    /// What a unit costs, in cents.
    unit: i64,
    /// What pays for no care that was given: see [`Line::penalty`].
    penalty: bool,
    /// See [`Line::flat`].
    flat: bool,
}

/// What is charged of one day, beside whose it is.
#[derive(Clone, Copy)]
struct Charged<'a> {
    kind: Kind,
    /// The name of the price, where it has one.
    name: Option<&'a str>,
    units: u32,
    /// In cents.
    unit: i64,
    supplement: bool,
    penalty: bool,
    flat: bool,
}

/// How many units a use comes to; an absence may be charged so many minutes, whatever the hours were.
fn units(per: Per, charge: Charge, used: &Use) -> Option<u32> {
    match (per, charge) {
        (Per::Started { minutes, .. }, Charge::Minutes(charged)) => Some(u32::from(charged.div_ceil(minutes.max(1)))),
        _ => per.units(used),
    }
}

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

/// What one unit of a price comes to.
struct Unit<'a> {
    price: &'a Price,
    /// In cents.
    cents: u32,
    /// Of this, what pays for care that was given.
    care: u32,
    name: Option<String>,
}

/// `Occasionnel, hors commune`.
fn said(names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

/// What a unit would cost had it been booked, where it is a unit of the same.
fn booked_price(booked: Option<Priced>, per: Per) -> Option<u32> {
    booked.filter(|booked| booked.price.per == per).map(|booked| booked.cents)
}

impl<'a> Charged<'a> {
    fn of(kind: Kind, units: u32, unit: i64) -> Self {
        let penalty = kind.is_penalty();
        Self { kind, name: None, units, unit, supplement: false, penalty, flat: false }
    }

    /// What it costs more, for a reason of its own.
    fn supplement(kind: Kind, units: u32, unit: i64) -> Self {
        Self { supplement: true, penalty: true, ..Self::of(kind, units, unit) }
    }

    fn named(self, name: Option<&'a str>) -> Self {
        Self { name, ..self }
    }
}

/// Charges the days a family used; `charged` is what other months have kept, `abonnements` all the family has.
pub fn draft(
    organisation: &Organisation,
    family: &Family,
    taken: &[Taken],
    charged: &BTreeSet<String>,
    abonnements: &[Abonnement],
) -> Draft {
    let mut drafting = Drafting {
        organisation,
        family,
        taken,
        abonnements,
        charged,
        groups: BTreeMap::new(),
        draft: Draft::default(),
        counts: Counts::of(taken),
        uses: Vec::new(),
        spent: Vec::new(),
    };
    let mut order: Vec<&Taken> = taken.iter().collect();
    order.sort_by_key(|one| (one.day, drafting.position(one)));
    for one in order {
        if let Err(why) = drafting.charge(one) {
            drafting.fault(one, why);
        }
    }
    drafting.finish()
}

struct Drafting<'a> {
    organisation: &'a Organisation,
    family: &'a Family,
    taken: &'a [Taken],
    abonnements: &'a [Abonnement],
    charged: &'a BTreeSet<String>,
    groups: BTreeMap<Group, Line>,
    draft: Draft,
    counts: Counts<'a>,
    /// The days that are charged, at no cents each.
    uses: Vec<Spent<'a>>,
    /// What they are charged, but for fetching a child too late.
    spent: Vec<Spent<'a>>,
}

/// What prices depend on beside a single use, counted once.
#[derive(Default)]
struct Counts<'a> {
    /// Which children of the family use an activity on a day.
    together: BTreeMap<(&'a ActivityId, Day), BTreeSet<&'a ChildId>>,
    /// On which days of a week, by its Monday, a child uses an activity.
    days: BTreeMap<(&'a ChildId, &'a ActivityId, Day), BTreeSet<Day>>,
}

impl<'a> Counts<'a> {
    fn of(taken: &'a [Taken]) -> Self {
        let mut counts = Self::default();
        for one in taken {
            let monday = Week::of(one.day).monday();
            counts.together.entry((&one.activity, one.day)).or_default().insert(&one.child);
            counts.days.entry((&one.child, &one.activity, monday)).or_default().insert(one.day);
        }
        counts
    }
}

impl<'a> Drafting<'a> {
    fn position(&self, one: &Taken) -> (usize, usize) {
        let child = self.family.children.iter().position(|child| child.id == one.child);
        let activity = self.organisation.activities.iter().position(|activity| activity.id == one.activity);
        (child.unwrap_or(usize::MAX), activity.unwrap_or(usize::MAX))
    }

    fn charge(&mut self, one: &'a Taken) -> Result<(), Unpriced> {
        let child = self.family.child(&one.child).ok_or(Unpriced::NoPrice)?;
        let tariff = self.organisation.tariff(&one.activity, one.day).ok_or(Unpriced::NoTariff)?;
        let charge = self.charge_of(&tariff, one);
        let used = self.used(one, child, &tariff);
        match tariff.price(&self.family.payer(one.day), &used) {
            Ok(priced) => match self.first_of_flat(one, priced.price.per) {
                None => self.each_time(one, child, charge, &self.unit(one, &tariff, priced, &used), &used)?,
                Some(first) => {
                    // A quotient that changes on the way makes no second package: the first day's decides.
                    let priced = tariff.price(&self.family.payer(first), &used)?;
                    match self.once(one, child, priced.price) {
                        None => self.each_time(one, child, charge, &self.unit(one, &tariff, priced, &used), &used)?,
                        Some(key) => self.flat(one, child, charge, &priced, key),
                    }
                }
            },
            // What is the same whatever the price needs no hours to find it.
            Err(Unpriced::NoHours) if charge.stands_alone() => self.alone(one, child, charge, None, 0),
            Err(why) => return Err(why),
        }
        if !matches!(charge, Charge::Free | Charge::Back(_)) {
            self.uses.push(Spent { child: &one.child, activity: &one.activity, day: one.day, cents: 0 });
        }
        if let Some(late) = &tariff.charges.late_leaving {
            let spans = late.spans(one.left);
            if spans > 0 {
                let cents = self.fetched(late, one);
                self.add(one, child, Charged::of(Kind::Fetched, spans, i64::from(cents)));
            }
        }
        Ok(())
    }

    /// How a day is charged.
    fn charge_of(&self, tariff: &Tariff, one: &Taken) -> Charge {
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
    fn fetched(&self, late: &LateLeaving, one: &Taken) -> u32 {
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
    fn repeated(&self) -> BTreeSet<String> {
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

    /// The price of one unit. What a child without a booking pays more of care is a supplement.
    fn unit<'b>(&self, one: &Taken, tariff: &Tariff, priced: Priced<'b>, used: &Use) -> Unit<'b> {
        let Priced { price, cents, names } = priced;
        let booked = || tariff.price(&self.family.payer(one.day), &Use { presence: None, ..used.clone() }).ok();
        let asks = one.presence == Some(Presence::PresentUnbooked) && tariff.asks_presence() && self.is_care(one);
        let care = booked_price(asks.then(booked).flatten(), price.per).map_or(cents, |booked| booked.min(cents));
        Unit { price, cents, care, name: said(&names) }
    }

    /// A price of a day or of a span of minutes. What is charged instead, more or back is so once, however long the
    /// child was there.
    fn each_time(
        &mut self,
        one: &'a Taken,
        child: &Child,
        charge: Charge,
        of: &Unit,
        used: &Use,
    ) -> Result<(), Unpriced> {
        let (price, cents, name) = (of.price, of.cents, of.name.as_deref());
        if charge.stands_alone() {
            self.alone(one, child, charge, name, of.care);
            return Ok(());
        }
        let units = units(price.per, charge, used).ok_or(Unpriced::NoHours)?;
        let extra = |kind, unit| {
            if self.is_care(one) { Charged::supplement(kind, 1, unit) } else { Charged::of(kind, 1, unit) }
        };
        let (added, late) = (extra(Kind::of(one, charge), 0), extra(Kind::Late, i64::from(one.surcharge)));
        if !matches!(price.per, Per::Started { .. }) {
            let unit = charge.of(cents) + i64::from(one.surcharge);
            self.with_supplement(one, child, charge, (name, units), (of.care, unit));
            return Ok(());
        }
        let (kind, more) = match charge {
            Charge::More(more) => (Kind::of(one, Charge::Full).of_hours(), i64::from(more)),
            _ => (self.kind(one, charge).of_hours(), 0),
        };
        let of_price = |cents: u32| if more > 0 { i64::from(cents) } else { charge.of(cents) };
        self.add(one, child, Charged::of(kind, units, of_price(of.care)).named(name));
        if of.care < cents {
            let beyond = Charged::supplement(Kind::of(one, charge), units, of_price(cents) - of_price(of.care));
            self.add(one, child, beyond);
        }
        if more > 0 {
            self.add(one, child, Charged { unit: more, ..added });
        }
        if one.surcharge > 0 {
            self.add(one, child, late);
        }
        Ok(())
    }

    /// What a tax certificate counts is the price of care that was given: what is beyond it is a line of its own.
    fn with_supplement(
        &mut self,
        one: &'a Taken,
        child: &Child,
        charge: Charge,
        (name, units): (Option<&str>, u32),
        (cents, unit): (u32, i64),
    ) {
        let kind = self.kind(one, charge);
        let care = self.is_care(one) && !kind.is_penalty();
        let more = if care { (unit - i64::from(cents)).max(0) } else { 0 };
        if unit > more || more == 0 {
            self.add(one, child, Charged::of(kind, units, unit - more).named(name));
        }
        if more > 0 {
            self.add(one, child, Charged::supplement(kind, units, more));
        }
    }

    /// A charge that is the same whatever the price and however long the child was there.
    fn alone(&mut self, one: &'a Taken, child: &Child, charge: Charge, name: Option<&str>, cents: u32) {
        if charge != Charge::Free {
            let unit = charge.of(cents) + i64::from(one.surcharge);
            self.with_supplement(one, child, charge, (name, 1), (cents, unit));
        }
    }

    /// A price that is charged once for many days, and what this day adds to it.
    fn flat(&mut self, one: &'a Taken, child: &Child, charge: Charge, priced: &Priced, key: String) {
        let (care, kind, price, name) = (self.is_care(one), self.kind(one, charge), priced.price, said(&priced.names));
        if !self.charged.contains(&key) && self.draft.flats.insert(key) {
            let penalty = care && self.never_there(one, price);
            let flat = Charged::of(Kind::Plain, 1, i64::from(priced.cents)).named(name.as_deref());
            self.add(one, child, Charged { flat: true, penalty, ..flat });
        }
        let unit = charge.of(0) + i64::from(one.surcharge);
        match charge {
            Charge::More(_) if care => self.add(one, child, Charged::supplement(kind, 1, unit)),
            Charge::Back(_) | Charge::More(_) => self.add(one, child, Charged::of(kind, 1, unit)),
            _ if one.surcharge > 0 && care => {
                self.add(one, child, Charged::supplement(Kind::Late, 1, i64::from(one.surcharge)));
            }
            _ if one.surcharge > 0 => self.add(one, child, Charged::of(Kind::Late, 1, i64::from(one.surcharge))),
            _ => {}
        }
    }

    /// The first day, among those that are charged, on which a flat price is used; none when each day is charged.
    fn first_of_flat(&self, one: &Taken, per: Per) -> Option<Day> {
        let with = |other: &Taken| match per {
            Per::Day | Per::Started { .. } => false,
            Per::Week => Week::of(other.day) == Week::of(one.day),
            Per::Month => Period::of(other.day) == Period::of(one.day),
            Per::Term | Per::Year | Per::YearOfFamily => other.day == one.day,
        };
        let same = |other: &&Taken| (&other.child, &other.activity) == (&one.child, &one.activity) && with(other);
        self.taken.iter().filter(same).map(|other| other.day).min()
    }

    /// Whether it is childcare or leisure, which tax certificates count.
    fn is_care(&self, one: &Taken) -> bool {
        let kind = self.organisation.activity(&one.activity).map(|activity| activity.kind);
        matches!(kind, Some(ActivityKind::Childcare | ActivityKind::Leisure))
    }

    /// What sort of day it is. An absence of care that is charged in full is told apart from care that was given.
    fn kind(&self, one: &Taken, charge: Charge) -> Kind {
        match one.presence {
            Some(Presence::AbsentExcused) if charge == Charge::Full && self.is_care(one) => Kind::Due,
            Some(Presence::AbsentUnexcused) if charge == Charge::Full && self.is_care(one) => Kind::Unexcused,
            _ => Kind::of(one, charge),
        }
    }

    /// Whether a child was absent on all days that a week or a month of a flat price pays for.
    fn never_there(&self, one: &Taken, price: &Price) -> bool {
        let within = |day: Day| match price.per {
            Per::Week => Week::of(day) == Week::of(one.day),
            Per::Month => (day.year(), day.month()) == (one.day.year(), one.day.month()),
            // Days that no draft knows yet may follow.
            _ => false,
        };
        let absent = |other: &Taken| {
            matches!(other.presence, Some(Presence::AbsentExcused | Presence::AbsentUnexcused)) && within(other.day)
        };
        let same = self.taken.iter().filter(|other| other.activity == one.activity && other.child == one.child);
        absent(one) && same.filter(|other| within(other.day)).all(absent)
    }

    /// The key of a price that is charged once for many days; none when each day is charged.
    fn once(&self, one: &Taken, child: &Child, price: &Price) -> Option<String> {
        let (year, month) = (one.day.year(), one.day.month());
        let school_year = if month >= 9 { year } else { year - 1 };
        let name = price.name.as_deref().unwrap_or_default();
        let of_child = |span: String| Some(format!("{}#{}#{name}#{span}", one.activity, child.id));
        match price.per {
            Per::Day | Per::Started { .. } => None,
            Per::Week => of_child(Week::of(one.day).monday().to_string()),
            Per::Month => of_child(format!("{year}-{month:02}")),
            Per::Term => of_child(price.when.days.as_ref().map(|days| days.from.to_string()).unwrap_or_default()),
            Per::Year => of_child(school_year.to_string()),
            Per::YearOfFamily => Some(format!("{}##{name}#{school_year}", one.activity)),
        }
    }

    fn used<'b>(&self, one: &Taken, child: &'b Child, tariff: &Tariff) -> Use<'b> {
        let together = self.counts.together.get(&(&one.activity, one.day)).map_or(0, BTreeSet::len);
        let monday = Week::of(one.day).monday();
        let days = self.counts.days.get(&(&one.child, &one.activity, monday)).map_or(0, BTreeSet::len);
        let usual = tariff.asks_usual_week().then(|| usual_week(self.organisation, self.abonnements, self.taken, one));
        let (arrived, left) = self.hours(one);
        Use {
            child,
            rank: self.family.rank(&child.id),
            day: one.day,
            together: u8::try_from(together).unwrap_or(u8::MAX),
            days_a_week: u8::try_from(days).unwrap_or(7),
            usual_week: usual.unwrap_or_default(),
            regular: one.regular,
            arrived,
            left,
            presence: one.presence,
            position: self.position_of_day(one, tariff),
        }
    }

    /// When the child came and left; as booked, from the activity's beginning to its end, where nobody saw it.
    fn hours(&self, one: &Taken) -> (Option<u16>, Option<u16>) {
        let seen = matches!(one.presence, Some(Presence::Present | Presence::PresentUnbooked));
        let booked = self.organisation.activity(&one.activity).and_then(|activity| activity.hours).filter(|_| !seen);
        (one.arrived.or(booked.map(|(from, _)| from)), one.left.or(booked.map(|(_, to)| to)))
    }

    /// Whether an excused absence counts as one: its number in the row of booked days missed, and how long the row is.
    fn excused(&self, tariff: &Tariff, one: &Taken) -> bool {
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
    fn missed(&self) -> BTreeSet<String> {
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
    fn position_of_day(&self, one: &Taken, tariff: &Tariff) -> u8 {
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

    fn add(&mut self, one: &'a Taken, child: &Child, charged: Charged) {
        let Charged { kind, name, units, unit, supplement: more, penalty, flat } = charged;
        let (of_child, of_activity) = self.position(one);
        if kind != Kind::Fetched {
            let cents = i64::from(units) * unit;
            self.spent.push(Spent { child: &one.child, activity: &one.activity, day: one.day, cents });
        }
        let service = self.organisation.activity(&one.activity).map_or(one.activity.as_str(), |known| &known.name);
        let price = name.map(str::to_owned);
        let group =
            Group { child: of_child, activity: of_activity, kind, supplement: more, price, unit, penalty, flat };
        let line = self.groups.entry(group).or_insert_with(|| {
            let what = match kind.said() {
                Some(why) if more => supplement(service, why),
                said => tickets(service, &[name, said].into_iter().flatten().collect::<Vec<_>>()),
            };
            let (child_id, activity) = (Some(child.id.clone()), Some(one.activity.clone()));
            let label = label(Some(child), &what);
            Line { child: child_id, activity, label, quantity: 0, unit, days: Vec::new(), penalty, flat, joint: false }
        });
        line.quantity += units;
        if line.days.last() != Some(&one.day) {
            line.days.push(one.day);
        }
    }

    fn fault(&mut self, one: &Taken, why: Unpriced) {
        let child = self.family.child(&one.child).map_or(one.child.as_str(), |child| &child.first_name);
        let activity = self.organisation.activity(&one.activity).map_or(one.activity.as_str(), |known| &known.name);
        let sentence = format!("{child}, {activity}, {} : {}", full_date(one.day), why.sentence());
        self.draft.faults.push(Fault { sentence });
    }

    fn finish(mut self) -> Draft {
        let lines: Vec<Line> = std::mem::take(&mut self.groups).into_values().collect();
        let caps = self.caps(&lines);
        let mut spent = std::mem::take(&mut self.spent);
        spent.extend(caps.iter().filter_map(|cap| self.capped(cap)));
        let (organisation, family, charged) = (self.organisation, self.family, self.charged);
        let uses = std::mem::take(&mut self.uses);
        let joined = JointPrices { organisation, family, charged, uses }.apply(spent);
        self.draft.lines = lines;
        self.draft.lines.extend(caps);
        self.draft.lines.extend(joined.lines);
        let (repeated, missed) = (self.repeated(), self.missed());
        self.draft.flats.extend(joined.kept.into_iter().chain(repeated).chain(missed));
        self.draft.faults.extend(joined.faults.into_iter().map(|sentence| Fault { sentence }));
        self.draft
    }

    /// What a cap gives back, on the last day it is of.
    fn capped(&self, cap: &Line) -> Option<Spent<'a>> {
        let (child, activity) = (cap.child.as_ref()?, cap.activity.as_ref()?);
        let same = self.taken.iter().filter(|one| one.child == *child && one.activity == *activity);
        let last = same.max_by_key(|one| one.day)?;
        Some(Spent { child: &last.child, activity: &last.activity, day: last.day, cents: cap.unit })
    }

    /// What is given back beyond the most a child pays in a month.
    fn caps(&self, lines: &[Line]) -> Vec<Line> {
        let mut sums: BTreeMap<(&ChildId, &ActivityId, (i32, u32)), i64> = BTreeMap::new();
        for line in lines {
            let (Some(child), Some(activity), Some(day)) = (&line.child, &line.activity, line.days.first()) else {
                continue;
            };
            *sums.entry((child, activity, (day.year(), day.month()))).or_default() += line.amount();
        }
        let capped = sums.into_iter().filter_map(|((child, activity, (year, month)), sum)| {
            let first = Day::from_ymd_opt(year, month, 1)?;
            let most = i64::from(self.organisation.tariff(activity, first)?.most_a_month?);
            let known = self.family.child(child)?;
            let service = &self.organisation.activity(activity)?.name;
            (sum > most).then(|| Line {
                child: Some(child.clone()),
                activity: Some(activity.clone()),
                label: label(Some(known), &format!("Plafond de {} {year}, service {service}", month_name(first))),
                quantity: 1,
                unit: most - sum,
                days: Vec::new(),
                penalty: false,
                flat: false,
                joint: false,
            })
        });
        capped.collect()
    }
}

/// What sort of day a line is of, in the order lines have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Plain,
    Late,
    Unbooked,
    Excused,
    /// An excused absence that does not count as one.
    Due,
    Unexcused,
    Fetched,
}

impl Kind {
    fn of(one: &Taken, charge: Charge) -> Self {
        match one.presence {
            Some(Presence::PresentUnbooked) => Self::Unbooked,
            Some(Presence::AbsentExcused) if charge != Charge::Full => Self::Excused,
            Some(Presence::AbsentUnexcused) if charge != Charge::Full => Self::Unexcused,
            _ if one.surcharge > 0 => Self::Late,
            _ => Self::Plain,
        }
    }

    /// The hours themselves, of which a supplement is a line apart.
    fn of_hours(self) -> Self {
        if self == Self::Late { Self::Plain } else { self }
    }

    /// Whether it pays for a child that did not come, or was fetched too late.
    fn is_penalty(self) -> bool {
        matches!(self, Self::Excused | Self::Due | Self::Unexcused | Self::Fetched)
    }

    fn said(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Late => Some("réservé en retard"),
            Self::Unbooked => Some("sans inscription"),
            Self::Excused => Some("absence excusée"),
            Self::Due => Some("absence facturée"),
            Self::Unexcused => Some("absence non excusée"),
            Self::Fetched => Some("repris après la fermeture"),
        }
    }
}
