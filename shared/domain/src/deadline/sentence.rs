//! A rule in French words, generated from its data.

use chrono::Weekday;

use super::limit::time_of;
use super::rule::{Batch, Period};
use super::{Deadline, Never, Rule, Terms};
use crate::calendar::Counting;
use crate::day::{Day, hour, long_date, month_named, weekday_name};
use crate::money::euros;
use crate::text::list;

impl Deadline {
    /// The rule in words, after "Réservation" or "Annulation".
    pub fn sentence(&self) -> String {
        let first = self.rule.sentence() + moved(self.moves);
        let Some(late) = &self.late else { return first };
        let rule = late.rule.sentence() + moved(late.moves);
        match late.terms {
            Terms::Surcharge(0) => format!("{first} ; en dernière minute, {rule}"),
            Terms::Surcharge(cents) => {
                format!("{first} ; ensuite, {rule}, avec {} de plus", euros(u64::from(cents)))
            }
            Terms::OnRequest => format!("{first} ; ensuite, {rule}, sur demande à l’accueil"),
        }
    }
}

impl Never {
    /// `auprès de l’accueil seulement`.
    pub fn said(self) -> &'static str {
        match self {
            Self::OfficeOnly => "auprès de l’accueil seulement",
            Self::FixedForTheYear => "fixé pour l’année, à changer auprès de l’accueil",
            Self::NoBooking => "sans réservation",
            Self::NotAnnounced => "dates pas encore annoncées",
        }
    }
}

fn moved(moves: Option<Counting>) -> &'static str {
    match moves {
        None | Some(Counting::Calendar) => "",
        Some(Counting::Working) => " (ou le dernier jour ouvré avant)",
        Some(Counting::School) => " (ou le dernier jour d’école avant)",
    }
}

impl Rule {
    fn sentence(&self) -> String {
        match self {
            Self::DaysBefore { days: 0, hour, .. } => format!("le jour même, {}", hour.said()),
            Self::DaysBefore { days: 1, counting: Counting::Calendar, hour } => format!("la veille, {}", hour.said()),
            Self::DaysBefore { days: 2, counting: Counting::Calendar, hour } => {
                format!("l’avant-veille, {}", hour.said())
            }
            Self::DaysBefore { days, counting, hour } => {
                format!("{} avant, {}", counted_days(*days, *counting), hour.said())
            }
            Self::HoursBefore { hours, from } => {
                let reference = match from {
                    0 | 1440.. => "le début du jour".to_owned(),
                    minutes => hour(time_of(*minutes)),
                };
                format!("{hours} heures avant {reference}")
            }
            Self::Weekly { weekday, weeks, hour } => weekly(*weekday, *weeks, hour.said()),
            Self::ByWeekday { batches } => list_of(batches.iter().map(batch)),
            Self::Monthly { day, months, hour, from_day } => monthly(*day, *months, &hour.said(), *from_day),
            Self::Periods { periods } => match periods.as_slice() {
                [] => Never::NotAnnounced.said().to_owned(),
                [only] => period(only),
                _ => "aux dates publiées pour chaque période".to_owned(),
            },
            Self::Annual { until: None } => Never::FixedForTheYear.said().to_owned(),
            Self::Annual { until: Some((month, day, hour)) } => {
                let first = if *day == 1 { "1er".to_owned() } else { day.to_string() };
                format!(
                    "pour l’année, {} le {first} {} de la rentrée, puis auprès de l’accueil",
                    hour.said(),
                    month_named(*month)
                )
            }
            Self::Open => "jusqu’au jour même".to_owned(),
            Self::NoBooking => Never::NoBooking.said().to_owned(),
            Self::Never => Never::OfficeOnly.said().to_owned(),
        }
    }
}

fn weekly(weekday: Weekday, weeks: u32, hour: String) -> String {
    let week = match weeks {
        0 => "de la même semaine".to_owned(),
        1 => "de la semaine précédente".to_owned(),
        more => format!("de la semaine, {more} semaines avant"),
    };
    format!("le {} {week}, {hour}", weekday_name(weekday))
}

fn batch(batch: &Batch) -> String {
    let days: Vec<String> = batch.service.iter().map(|day| weekday_name(*day).to_owned()).collect();
    format!("pour {} : {}", list(&days), weekly(batch.weekday, batch.weeks, batch.hour.said()))
}

fn list_of(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" ; ")
}

fn monthly(day: u32, months: u32, hour: &str, from_day: Option<u32>) -> String {
    let month = match months {
        0 => "du mois".to_owned(),
        1 => "du mois précédent".to_owned(),
        more => format!("{more} mois avant"),
    };
    let number = |day: u32| if day == 1 { "1er".to_owned() } else { day.to_string() };
    match from_day {
        None => format!("le {} {month}, {hour}", number(day)),
        Some(from) => format!("du {} au {} {month}, {hour}", number(from), number(day)),
    }
}

fn period(period: &Period) -> String {
    let closes = format!("{} le {}", period.hour.said(), long_date(period.closes));
    let opens = |(day, minutes): (Day, u16)| match minutes {
        0 => long_date(day),
        minutes => format!("{} à {}", long_date(day), hour(time_of(minutes))),
    };
    match period.opens {
        Some(opening) => format!("à partir du {}, {closes}", opens(opening)),
        None => closes,
    }
}

fn counted_days(days: u32, counting: Counting) -> String {
    let plural = if days > 1 { "s" } else { "" };
    match counting {
        Counting::Calendar => format!("{days} jour{plural}"),
        Counting::Working => format!("{days} jour{plural} ouvré{plural}"),
        Counting::School => format!("{days} jour{plural} d’école"),
    }
}
