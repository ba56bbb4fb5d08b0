//! `activities.toml`: what children take part in, in the order of the week's rows.

use std::collections::HashSet;

use chrono::{Datelike, Weekday};
use domain::activity::{Activity, ActivityKind, WeekRule, Who};
use domain::capacity::{Capacity, weekday_key};
use domain::day::{Day, later};
use domain::document::Requirement;
use domain::id::{ActivityId, CapacityId};
use domain::tariff::{JointPrice, Tariff};

use super::calendar::{days, range};
use super::{joint, pieces, prepaid, rules, tariffs};
use crate::source::{Section, value};

/// Activities, capacities, what families pay, and the documents asked for.
pub(super) type Read = (Vec<Activity>, Vec<Capacity>, (Vec<Tariff>, Vec<JointPrice>), Vec<Requirement>);

/// Reads the activities and how many children fit; an ill-written one is a fault and left out.
pub(super) fn read(mut section: Section) -> Read {
    let mut known = HashSet::new();
    let inner = section.sections("activity");
    let activities: Vec<Activity> = inner.into_iter().filter_map(|inner| activity(inner, &mut known)).collect();
    let mut capacities: Vec<Capacity> = Vec::new();
    for inner in section.sections("capacity") {
        capacities.extend(capacity(inner, &known, &capacities));
    }
    let tariffs = tariffs::read(&mut section, &known);
    prepaid::check(&section, &activities, &tariffs);
    let joint_prices = joint::read(&mut section, &activities, &tariffs);
    let pieces = pieces::read(&mut section, &known);
    section.end();
    (activities, capacities, (tariffs, joint_prices), pieces)
}

/// A capacity. A child's booking counts in one at most: two for the same activity must name different classes.
fn capacity(mut section: Section, activities: &HashSet<ActivityId>, others: &[Capacity]) -> Option<Capacity> {
    const MOST: u32 = 10_000;
    let line = section.line;
    let id: Option<CapacityId> = section.parsed("id", value::id);
    let counted: Vec<ActivityId> = section.list("activities", value::id);
    if let Some(unknown) = counted.iter().find(|activity| !activities.contains(activity)) {
        section.fault(line, format!("« activities » : l’activité « {unknown} » n’est pas dans ce fichier."));
    }
    let classes = texts(&mut section, "classes");
    let places = section.number("places", MOST);
    let mut by_weekday = std::collections::BTreeMap::new();
    for mut inner in section.sections("by_weekday") {
        let weekdays = inner.list("for", value::weekday);
        let places = inner.number("places", MOST);
        inner.end();
        by_weekday.extend(weekdays.iter().filter_map(|day| Some((weekday_key(*day).to_owned(), places?))));
    }
    let last_places = section.number_or("last_places", MOST, 0);
    let promotes_until_days = section.number_or("promotes_until_days", 366, 1);
    let doubled = others.iter().find(|other| Some(&other.id) == id.as_ref());
    if let Some(other) = doubled {
        section.fault(line, format!("la capacité « {} » est là deux fois.", other.id));
    }
    let meets = |other: &&Capacity| {
        let same = counted.iter().any(|activity| other.activities.contains(activity));
        let apart = !classes.is_empty() && !other.classes.is_empty();
        same && !(apart && classes.iter().all(|class| !other.classes.contains(class)))
    };
    if let Some(other) = others.iter().find(meets) {
        section.fault(line, format!("cette capacité et « {} » compteraient deux fois les mêmes enfants.", other.id));
    }
    section.end();
    Some(Capacity {
        id: id?,
        activities: counted,
        classes,
        places: places?,
        by_weekday,
        last_places: last_places?,
        promotes_until_days: promotes_until_days?,
    })
}

fn texts(section: &mut Section, key: &str) -> Vec<String> {
    if section.has(key) { section.list(key, |text| Ok(text.to_owned())) } else { Vec::new() }
}

fn who(mut section: Section) -> Option<Who> {
    const OLDEST: u32 = 99;
    let (classes, schools) = (texts(&mut section, "classes"), texts(&mut section, "schools"));
    let line = section.line;
    let mut age = |key: &str| if section.has(key) { section.number(key, OLDEST).map(Some) } else { Some(None) };
    let (from_age, to_age) = (age("from_age")?, age("to_age")?);
    if from_age.zip(to_age).is_some_and(|(from, to)| to < from) {
        section.fault(line, "« to_age » est plus jeune que « from_age ».");
    }
    section.end();
    Some(Who { classes, schools, from_age, to_age })
}

/// `{ whole = true }` or `{ least = 3, least_with_holiday = 2 }`.
fn week_rule(mut section: Section) -> Option<WeekRule> {
    const DAYS: u32 = 7;
    let line = section.line;
    let whole = section.flag("whole", false);
    let rule = match (whole, section.has("least")) {
        (true, false) => Some(WeekRule::Whole),
        (false, true) => section.number("least", DAYS).and_then(|days| {
            let short = section.number_or("least_with_holiday", DAYS, days)?;
            Some(WeekRule::Least { days, short })
        }),
        _ => {
            section.fault(line, "« week » : écrivez { whole = true } ou { least = 3 }.");
            None
        }
    };
    section.end();
    rule
}

/// `meal`, `childcare`, `leisure`, `other`.
fn kind(text: &str) -> Result<ActivityKind, String> {
    match text {
        "meal" => Ok(ActivityKind::Meal),
        "childcare" => Ok(ActivityKind::Childcare),
        "leisure" => Ok(ActivityKind::Leisure),
        "other" => Ok(ActivityKind::Other),
        _ => Err(format!(
            "« {text} » : écrivez meal (repas), childcare (garderie), leisure (accueil de loisirs) ou other."
        )),
    }
}

fn activity(mut section: Section, known: &mut HashSet<ActivityId>) -> Option<Activity> {
    let line = section.line;
    let id: Option<ActivityId> = section.parsed("id", value::id);
    if let Some(id) = id.as_ref().filter(|id| !known.insert((*id).clone())) {
        section.fault(line, format!("l’activité « {id} » est là deux fois."));
    }
    let name = section.parsed("name", value::printed);
    let kind = section.optional("kind", kind).unwrap_or_default();
    let weekdays = section.list("weekdays", value::weekday);
    let season = section.optional_section("season").and_then(|inner| range(inner, Some("Saison")));
    let closes_on_public_holidays = section.flag("closes_on_public_holidays", true);
    let closes_in_school_holidays = section.flag("closes_in_school_holidays", true);
    let closures = section.sections("closures").into_iter().filter_map(|inner| range(inner, None)).collect();
    let openings = section.sections("openings").into_iter().flat_map(opening).collect();
    let book = section.section("book").and_then(rules::read);
    let cancel = section.section("cancel").and_then(rules::read);
    let price = section.optional("price", value::price);
    let hours = section.optional("hours", value::hours);
    let who = section.optional_section("who").map_or(Some(Who::default()), who);
    let week = section.optional_section("week").map_or(Some(None), |inner| week_rule(inner).map(Some));
    let prepaid = section.optional_section("prepaid").map_or(Some(None), |inner| prepaid::read(inner).map(Some));
    section.end();
    Some(Activity {
        id: id?,
        name: name?,
        kind,
        weekdays,
        season,
        closes_on_public_holidays,
        closes_in_school_holidays,
        closures,
        openings,
        hours,
        who: who?,
        week: week?,
        book: book?,
        cancel: cancel?,
        price,
        prepaid: prepaid?,
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
