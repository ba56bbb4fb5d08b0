//! From the days a family used to the lines it is charged.

mod counting;
mod kind;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use kind::Kind;

use super::billing::Period;
use super::joint::{JointPrices, Spent};
use super::line::{Fault, Line, label, supplement, tickets};
use super::usual_week::usual_week;
use crate::abonnement::Abonnement;
use crate::activity::ActivityKind;
use crate::attendance::Presence;
use crate::day::{Day, Week, full_date, month_name};
use crate::family::{Child, Family};
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;
use crate::tariff::{Charge, Per, Price, Priced, Tariff, Unpriced, Use};

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
        if !self.is_charged(one, child, price) && self.draft.flats.insert(key) {
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

    /// Whether a flat price is charged already, by its own name or by the one it has for another family: a quotient, a
    /// residence or a rank that changes on the way makes no second package.
    fn is_charged(&self, one: &Taken, child: &Child, price: &Price) -> bool {
        let of_activity = self.organisation.tariffs.iter().filter(|tariff| tariff.activity == one.activity);
        let same = of_activity.flat_map(|tariff| &tariff.prices).filter(|other| other.is_same_package(price));
        let mut keys = same.filter_map(|other| self.once(one, child, other));
        keys.any(|key| self.charged.contains(&key) || self.draft.flats.contains(&key))
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
