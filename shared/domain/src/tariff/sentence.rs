//! Prices, adjustments, what absences cost, caps and packages in French words, generated from their data.

use chrono::NaiveDate;

use super::{
    Adjustment, Amount, Change, Charge, Charges, Counted, JointPrice, JointRule, LateLeaving, Over, Per, Price, Tariff,
    Tier, Unit, When, Within,
};
use crate::day::{hour, long_date, weekday_name};
use crate::deadline::time_of;
use crate::money::{euros, hundredths};
use crate::organisation::Organisation;
use crate::text::{counted, list};

fn cents(cents: u32) -> String {
    euros(u64::from(cents))
}

/// `12,5 %`, of hundredths of a percent.
fn percent(share: u32) -> String {
    let said = hundredths(share);
    let said = if said.contains(',') { said.trim_end_matches('0') } else { &said };
    format!("{said} %")
}

impl Tariff {
    /// What it says, a sentence each, in the order it acts.
    pub fn sentences(&self) -> Vec<String> {
        let prices = self.prices.iter().map(Price::sentence);
        let adjustments = self.adjustments.iter().map(|one| format!("Puis {}", one.sentence()));
        let most = self.most_a_month.map(|most| format!("{} au plus par mois et par enfant", cents(most)));
        prices.chain(adjustments).chain(self.charges.sentences()).chain(most).collect()
    }
}

impl Price {
    /// `Abonné : 4,00 € par jour (hors commune)`.
    pub fn sentence(&self) -> String {
        let name = self.name.as_ref().map(|name| format!("{name} : ")).unwrap_or_default();
        // The family's day says by itself that it is a day's.
        let per = if matches!(self.amount, Amount::OfFamily { .. }) {
            String::new()
        } else {
            format!(" {}", self.per.said())
        };
        format!("{name}{}{per}{}", self.amount.said(), within_brackets(self.when.said()))
    }
}

impl Adjustment {
    /// `10 % de moins (à partir du troisième enfant)`.
    pub fn sentence(&self) -> String {
        let change = match self.change {
            Change::More(more) => format!("{} de plus", cents(more)),
            Change::Less(less) => format!("{} de moins", cents(less)),
            Change::PercentMore(share) => format!("{} de plus", percent(share)),
            Change::PercentLess(share) => format!("{} de moins", percent(share)),
            Change::BracketsBelow(1) => "le prix de la tranche de quotient en dessous".to_owned(),
            Change::BracketsBelow(count) => format!("le prix {count} tranches de quotient en dessous"),
        };
        change + &within_brackets(self.when.said())
    }
}

fn within_brackets(conditions: Vec<String>) -> String {
    if conditions.is_empty() { String::new() } else { format!(" ({})", conditions.join(", ")) }
}

impl Amount {
    fn said(&self) -> String {
        match self {
            Self::Fixed(amount) => cents(*amount),
            Self::Rate { millionths, least, most } => {
                let (whole, part) = (millionths / 10_000, format!("{:04}", millionths % 10_000));
                let rate = format!("{whole},{part}").trim_end_matches('0').trim_end_matches(',').to_owned();
                let least = match least {
                    0 => String::new(),
                    least => format!(", {} au moins", cents(*least)),
                };
                let most = most.map(|most| format!(", {} au plus", cents(most))).unwrap_or_default();
                format!("{rate} % du quotient{least}{most},")
            }
            Self::OfFamily { steps, each_more } => {
                let step = |(at, amount): (usize, &u32)| match at {
                    0 => format!("{} pour 1 enfant de la famille ce jour-là", cents(*amount)),
                    at => format!("{} pour {}", cents(*amount), at + 1),
                };
                let more = each_more.map(|more| format!("{} pour chacun des suivants", cents(more)));
                steps.iter().enumerate().map(step).chain(more).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl Per {
    fn said(self) -> String {
        match self {
            Self::Day => "par jour".to_owned(),
            Self::Started { minutes, grace, least } => {
                let span = match minutes {
                    60 => "par heure commencée".to_owned(),
                    minutes => format!("par {minutes} minutes commencées"),
                };
                let grace = match grace {
                    0 => String::new(),
                    grace => format!(", {grace} minutes de tolérance"),
                };
                let least = match (least, minutes) {
                    (0, _) => String::new(),
                    (least, 60) => format!(", {} au moins", counted(u32::from(least), "heure", "heures")),
                    (least, minutes) => format!(", {least} fois {minutes} minutes au moins"),
                };
                format!("{span}{grace}{least}")
            }
            Self::Week => "par semaine".to_owned(),
            Self::Month => "par mois".to_owned(),
            Self::Term => "pour la période".to_owned(),
            Self::Year => "pour l’année scolaire".to_owned(),
            Self::YearOfFamily => "pour l’année scolaire et la famille".to_owned(),
        }
    }
}

impl When {
    /// What must fit, in words: `hors commune`, `quotient à partir de 700`.
    pub fn said(&self) -> Vec<String> {
        let quotient = match (self.qf_from, self.qf_below) {
            (None, None) => None,
            (Some(from), None) => Some(format!("quotient à partir de {}", hundredths(from.0))),
            (None, Some(below)) => Some(format!("quotient sous {}", hundredths(below.0))),
            (Some(from), Some(below)) => {
                Some(format!("quotient de {} à moins de {}", hundredths(from.0), hundredths(below.0)))
            }
        };
        let either =
            |asked: Option<bool>, yes: &str, no: &str| asked.map(|asked| if asked { yes } else { no }.to_owned());
        let unknown = self.qf_unknown.then(|| "quotient non connu".to_owned());
        let classes = (!self.classes.is_empty()).then(|| list(&self.classes));
        let clock = |minutes: u16| hour(time_of(minutes));
        let presence: Vec<String> = self.presence.iter().map(|one| one.said().to_owned()).collect();
        let weekdays: Vec<String> = self.weekdays.iter().map(|day| format!("le {}", weekday_name(*day))).collect();
        [
            quotient,
            unknown,
            either(self.resident, "habitants de la commune", "hors commune"),
            self.rank.map(ranks),
            self.children.map(|range| format!("familles de {}", between(range, "enfant", "enfants"))),
            self.together.map(|range| format!("{} de la famille ce jour-là", between(range, "enfant", "enfants"))),
            classes,
            either(self.regular, "par abonnement", "sans abonnement"),
            either(self.pai, "avec un PAI", "sans PAI"),
            self.days_a_week.map(|range| format!("{} par semaine", between(range, "jour", "jours"))),
            self.arrived_before.map(|minutes| format!("arrivé avant {}", clock(minutes))),
            self.left_until.map(|minutes| format!("parti à {} au plus tard", clock(minutes))),
            (!presence.is_empty()).then(|| presence.join(" ou ")),
            (!weekdays.is_empty()).then(|| list(&weekdays)),
            self.days.as_ref().and_then(|days| span((days.from, days.to))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn span((from, to): (NaiveDate, NaiveDate)) -> Option<String> {
    match (from == NaiveDate::MIN, to == NaiveDate::MAX) {
        (true, true) => None,
        (true, false) => Some(format!("jusqu’au {}", long_date(to))),
        (false, true) => Some(format!("à partir du {}", long_date(from))),
        (false, false) => Some(format!("du {} au {}", long_date(from), long_date(to))),
    }
}

/// `3 enfants`, `de 1 à 2 enfants`, `3 enfants ou plus`.
fn between((least, most): (u8, u8), one: &str, many: &str) -> String {
    match (least, most) {
        (least, u8::MAX) => format!("{} ou plus", counted(u32::from(least), one, many)),
        (least, most) if least == most => counted(u32::from(least), one, many),
        (least, most) => format!("{least} à {most} {many}"),
    }
}

/// `à partir du 3e enfant`.
fn ranks((least, most): (u8, u8)) -> String {
    let nth = |rank: u8| if rank == 1 { "1er".to_owned() } else { format!("{rank}e") };
    match (least, most) {
        (least, u8::MAX) => format!("à partir du {} enfant", nth(least)),
        (least, most) if least == most => format!("{} enfant", nth(least)),
        (least, most) => format!("du {} au {} enfant", nth(least), nth(most)),
    }
}

impl Charge {
    fn said(self) -> String {
        match self {
            Self::Full => "au prix du jour".to_owned(),
            Self::Free => "gratuit".to_owned(),
            Self::Percent(share @ 101..) => format!("au prix du jour et {} % de plus", share - 100),
            Self::Percent(share) => format!("à {share} % du prix"),
            Self::Instead(amount) => format!("à {}", cents(amount)),
            Self::More(more) => format!("au prix du jour et {} de plus", cents(more)),
            Self::Back(back) => format!("{} rendus", cents(back)),
            Self::Minutes(minutes) if minutes % 60 == 0 => {
                format!("au prix de {}", counted(u32::from(minutes / 60), "heure", "heures"))
            }
            Self::Minutes(minutes) => format!("au prix de {minutes} minutes"),
        }
    }
}

impl Within {
    fn said(self) -> &'static str {
        match self {
            Self::Month => "dans le mois",
            Self::SchoolYear => "dans l’année scolaire",
        }
    }
}

impl Charges {
    /// What days cost that were not simply used, a sentence each; what goes without saying is left out.
    fn sentences(&self) -> Vec<String> {
        let usual = Self::default();
        let absences = &self.absences;
        let mut said = Vec::new();
        let mut due: Vec<String> = Vec::new();
        due.extend(
            (absences.first_due > 0).then(|| counted(absences.first_due, "premier jour dû", "premiers jours dus")),
        );
        due.extend(absences.due.iter().map(|(first, last)| match (first, last) {
            (1, 1) => "1er jour dû".to_owned(),
            (first, last) if first == last => format!("{first}e jour dû"),
            (1, last) => format!("du 1er au {last}e jour dus"),
            (first, last) => format!("du {first}e au {last}e jour dus"),
        }));
        due.extend(
            (absences.at_least > 1)
                .then(|| format!("à partir de {} d’affilée", counted(absences.at_least, "jour", "jours"))),
        );
        due.extend((absences.at_most > 0).then(|| format!("les {} premiers jours seulement", absences.at_most)));
        if self.excused != usual.excused || !due.is_empty() {
            said.push(format!("Absence excusée : {}{}", self.excused.said(), within_brackets(due)));
        }
        let unexcused = again(self.unexcused, self.unexcused_again.as_ref(), Charge::said);
        if self.unexcused != usual.unexcused || self.unexcused_again.is_some() {
            said.push(format!("Absence non excusée : {unexcused}"));
        }
        if self.unbooked != usual.unbooked || self.unbooked_again.is_some() {
            let from = match self.unbooked_from {
                0 | 1 => String::new(),
                from => format!(" à partir de la {from}e fois du mois"),
            };
            let unbooked = again(self.unbooked, self.unbooked_again.as_ref(), Charge::said);
            said.push(format!("Sans réservation{from} : {unbooked}"));
        }
        said.extend(self.late_leaving.as_ref().map(LateLeaving::sentence));
        said
    }
}

/// `5,00 €, puis 15,00 € à partir de la 3e fois dans l’année scolaire`.
fn again<T: Copy>(first: T, again: Option<&super::Again<T>>, said: impl Fn(T) -> String) -> String {
    let Some(again) = again else { return said(first) };
    let steps = again.steps.iter().map(|(from, cost)| format!("{} à partir de la {from}e fois", said(*cost)));
    let steps: Vec<String> = steps.collect();
    format!("{}, puis {} {}", said(first), list(&steps), again.within.said())
}

impl LateLeaving {
    fn sentence(&self) -> String {
        let every = match self.every {
            0 => String::new(),
            minutes => format!(" par {minutes} minutes commencées"),
        };
        let cost = again(self.cents, self.again.as_ref(), cents);
        format!("Repris après {} : {cost}{every}", hour(time_of(self.after)))
    }
}

impl JointPrice {
    /// `Matin et soir (Garderie du matin et Garderie du soir) : 50,00 € au plus par mois et par enfant`.
    pub fn sentence(&self, organisation: &Organisation) -> String {
        let name = |id| organisation.activity(id).map_or_else(|| id.to_string(), |activity| activity.name.clone());
        let activities: Vec<String> = self.activities.iter().map(name).collect();
        let over = match &self.over {
            Over::Week => "par semaine".to_owned(),
            Over::Month => "par mois".to_owned(),
            Over::SchoolYear => "par année scolaire".to_owned(),
            Over::Periods(periods) => {
                let said =
                    periods.iter().filter_map(|one| Some(format!("{}, {}", one.name, span((one.from, one.to))?)));
                format!("par période ({})", said.collect::<Vec<_>>().join(" ; "))
            }
        };
        let of = match self.of {
            Counted::Child => "et par enfant",
            Counted::Family => "pour toute la famille",
        };
        let rule = match &self.rule {
            JointRule::Most { cents: most, from_days: 0 | 1 } => format!("{} au plus", cents(*most)),
            JointRule::Most { cents: most, from_days } => {
                format!("à partir de {from_days} jours, {} au plus", cents(*most))
            }
            JointRule::Package { counting, steps } => {
                list(&steps.iter().map(|one| step(one, *counting)).collect::<Vec<_>>())
            }
        };
        let (from, to) = (self.from.unwrap_or(NaiveDate::MIN), self.to.unwrap_or(NaiveDate::MAX));
        let conditions: Vec<String> = self.when.said().into_iter().chain(span((from, to))).collect();
        format!("{} ({}) : {rule} {over} {of}{}", self.name, list(&activities), within_brackets(conditions))
    }
}

/// `220,00 € pour 2 semaines`.
fn step(step: &Tier, counting: Unit) -> String {
    let unit = |count: u32| match counting {
        Unit::Days => counted(count, "jour", "jours"),
        Unit::Weeks => counted(count, "semaine", "semaines"),
    };
    let count = match step.to {
        None => format!("{} ou plus", unit(step.from)),
        Some(to) if to == step.from => unit(to),
        Some(to) => format!("{} à {}", step.from, unit(to)),
    };
    format!("{} pour {count}", cents(step.cents))
}
