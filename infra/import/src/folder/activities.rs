//! `activities.toml`: what children take part in, in the order of the week's rows.

use std::collections::HashSet;

use chrono::{Datelike, Weekday};
use shared::domain::activity::Activity;
use shared::domain::day::{Day, later};
use shared::domain::id::ActivityId;

use super::calendar::{days, range};
use super::rules;
use crate::source::{Section, value};

/// Reads the activities; an ill-written one is a fault and left out.
pub(super) fn read(mut section: Section) -> Vec<Activity> {
    let mut known = HashSet::new();
    let inner = section.sections("activity");
    let activities = inner.into_iter().filter_map(|inner| activity(inner, &mut known)).collect();
    section.end();
    activities
}

fn activity(mut section: Section, known: &mut HashSet<ActivityId>) -> Option<Activity> {
    let line = section.line;
    let id: Option<ActivityId> = section.parsed("id", value::id);
    if let Some(id) = id.as_ref().filter(|id| !known.insert((*id).clone())) {
        section.fault(line, format!("l’activité « {id} » est là deux fois."));
    }
    let name = section.text("name");
    let weekdays = section.list("weekdays", value::weekday);
    let season = section.optional_section("season").and_then(|inner| range(inner, Some("Saison")));
    let closes_on_public_holidays = section.flag("closes_on_public_holidays", true);
    let closes_in_school_holidays = section.flag("closes_in_school_holidays", true);
    let closures = section.sections("closures").into_iter().filter_map(|inner| range(inner, None)).collect();
    let openings = section.sections("openings").into_iter().flat_map(opening).collect();
    let book = section.section("book").and_then(rules::read);
    let cancel = section.section("cancel").and_then(rules::read);
    let price = section.optional("price", value::price);
    section.end();
    Some(Activity {
        id: id?,
        name: name?,
        weekdays,
        season,
        closes_on_public_holidays,
        closes_in_school_holidays,
        closures,
        openings,
        book: book?,
        cancel: cancel?,
        price,
    })
}

/// The days of `{ day = … }`, or those of `{ from = …, to = … }` but Saturdays and Sundays.
fn opening(mut section: Section) -> Vec<Day> {
    const LONGEST: u64 = 366;
    let single = section.has("day");
    let ends = days(&mut section);
    section.end();
    let Some((from, to)) = ends else { return Vec::new() };
    let week_end = |day: &Day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    (0..LONGEST)
        .map(|days| later(from, days))
        .take_while(|day| *day <= to)
        .filter(|day| single || !week_end(day))
        .collect()
}
