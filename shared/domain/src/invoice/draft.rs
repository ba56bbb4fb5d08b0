//! From the days a family used to the lines it is charged.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use super::billing::Period;
use super::line::{Fault, Line, label, supplement, tickets};
use super::usual_week::usual_week;
use crate::abonnement::Abonnement;
use crate::activity::ActivityKind;
use crate::attendance::Presence;
use crate::day::{Day, Week, full_date, month_name};
use crate::family::{Child, Family};
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;
use crate::tariff::{Charge, Per, Price, Tariff, Unpriced, Use};

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
    /// Flat prices that are charged once for a term or a year: what this draft charges of them.
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

/// Charges the days a family used; `charged` are flat prices of earlier drafts, `abonnements` all the family has.
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

    fn charge(&mut self, one: &Taken) -> Result<(), Unpriced> {
        let child = self.family.child(&one.child).ok_or(Unpriced::NoPrice)?;
        let tariff = self.organisation.tariff(&one.activity, one.day).ok_or(Unpriced::NoTariff)?;
        let charge = tariff.charges.of(one.presence, self.excused(&tariff, one), self.unbooked(one));
        let used = self.used(one, child, &tariff);
        match tariff.price(&self.family.payer(one.day), &used) {
            Ok((price, cents)) => match self.first_of_flat(one, price.per) {
                None => self.each_time(one, child, charge, (price, cents), &used)?,
                Some(first) => {
                    // A quotient that changes on the way makes no second package: the first day's decides.
                    let (price, cents) = tariff.price(&self.family.payer(first), &used)?;
                    match self.once(one, child, price) {
                        None => self.each_time(one, child, charge, (price, cents), &used)?,
                        Some(key) => self.flat(one, child, charge, (price, cents), key),
                    }
                }
            },
            // What is the same whatever the price needs no hours to find it.
            Err(Unpriced::NoHours) if charge.stands_alone() => self.alone(one, child, charge, None, 0),
            Err(why) => return Err(why),
        }
        if let Some(late) = tariff.charges.late_leaving {
            let spans = late.spans(one.left);
            if spans > 0 {
                self.add(one, child, Charged::of(Kind::Fetched, spans, i64::from(late.cents)));
            }
        }
        Ok(())
    }

    /// A price of a day or of a span of minutes. What is charged instead, more or back is so once, however long the
    /// child was there.
    fn each_time(
        &mut self,
        one: &Taken,
        child: &Child,
        charge: Charge,
        (price, cents): (&Price, u32),
        used: &Use,
    ) -> Result<(), Unpriced> {
        let name = price.name.as_deref();
        if charge.stands_alone() {
            self.alone(one, child, charge, name, cents);
            return Ok(());
        }
        let units = price.per.units(used).ok_or(Unpriced::NoHours)?;
        let extra = |kind, unit| {
            if self.is_care(one) { Charged::supplement(kind, 1, unit) } else { Charged::of(kind, 1, unit) }
        };
        let (added, late) = (extra(Kind::of(one, charge), 0), extra(Kind::Late, i64::from(one.surcharge)));
        if !matches!(price.per, Per::Started { .. }) {
            let unit = charge.of(cents) + i64::from(one.surcharge);
            self.with_supplement(one, child, charge, (name, units), (cents, unit));
            return Ok(());
        }
        let (kind, more) = match charge {
            Charge::More(more) => (Kind::of(one, Charge::Full).of_hours(), i64::from(more)),
            _ => (self.kind(one, charge).of_hours(), 0),
        };
        let unit = if more > 0 { i64::from(cents) } else { charge.of(cents) };
        self.add(one, child, Charged::of(kind, units, unit).named(name));
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
        one: &Taken,
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
    fn alone(&mut self, one: &Taken, child: &Child, charge: Charge, name: Option<&str>, cents: u32) {
        if charge != Charge::Free {
            let unit = charge.of(cents) + i64::from(one.surcharge);
            self.with_supplement(one, child, charge, (name, 1), (cents, unit));
        }
    }

    /// A price that is charged once for many days, and what this day adds to it.
    fn flat(&mut self, one: &Taken, child: &Child, charge: Charge, (price, cents): (&Price, u32), key: String) {
        let (care, kind) = (self.is_care(one), self.kind(one, charge));
        if !self.charged.contains(&key) && self.draft.flats.insert(key) {
            let penalty = care && self.never_there(one, price);
            let flat = Charged::of(Kind::Plain, 1, i64::from(cents)).named(price.name.as_deref());
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
        tariff.charges.absences.excuses(counted(before + 1), counted(before + after))
    }

    /// Which day of the month without a booking it is, from 1.
    fn unbooked(&self, one: &Taken) -> u32 {
        let same = |other: &&Taken| {
            other.activity == one.activity
                && other.child == one.child
                && other.presence == Some(Presence::PresentUnbooked)
                && (other.day.year(), other.day.month()) == (one.day.year(), one.day.month())
        };
        let until = self.taken.iter().filter(same).filter(|other| other.day <= one.day).count();
        u32::try_from(until).unwrap_or(u32::MAX)
    }

    fn add(&mut self, one: &Taken, child: &Child, charged: Charged) {
        let Charged { kind, name, units, unit, supplement: more, penalty, flat } = charged;
        let (of_child, of_activity) = self.position(one);
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
            Line { child: child_id, activity, label, quantity: 0, unit, days: Vec::new(), penalty, flat }
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
        self.draft.lines = lines;
        self.draft.lines.extend(caps);
        self.draft
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
