//! `calendar.toml`: school days, public holidays, school holidays, closures.

use domain::calendar::{Calendar, PublishedCalendars, Range};
use domain::day::Day;
use domain::published;

use crate::source::{Section, value};

/// Reads the calendar; an ill-written range is a fault and left out.
pub(super) fn read(mut section: Section) -> Calendar {
    let school_weekdays = section.list("school_weekdays", value::weekday);
    let mut ranges = |key: &str| section.sections(key).into_iter().filter_map(|inner| range(inner, None)).collect();
    let public_holidays = ranges("public_holiday");
    let school_holidays = ranges("school_holidays");
    let closures = ranges("closure");
    let school_days =
        section.sections("school_day").into_iter().filter_map(|inner| range(inner, Some("École"))).collect();
    let published = section.optional_section("published").and_then(published_calendars);
    section.end();
    Calendar { school_weekdays, published, public_holidays, school_holidays, school_days, closures }
}

/// `[published]`: the zone and the territory whose calendars ship inside.
fn published_calendars(mut section: Section) -> Option<PublishedCalendars> {
    let among = |text: &str, known: &[&str]| match known.contains(&text) {
        true => Ok(text.to_owned()),
        false => {
            Err(format!("« {text} » n’est pas livré avec Préau : {}. Écrivez sinon vos jours ici.", known.join(", ")))
        }
    };
    let zone = section.parsed("zone", |text| among(text, &published::zones()));
    let territory = section.optional("territory", |text| among(text, published::territories()));
    let good_friday = section.flag("good_friday", false);
    section.end();
    let territory = territory.unwrap_or_else(|| published::METROPOLE.to_owned());
    Some(PublishedCalendars { zone: zone?, territory, good_friday })
}

/// A named range; without `unnamed`, the name must be there.
pub(super) fn range(mut section: Section, unnamed: Option<&str>) -> Option<Range> {
    let name = match unnamed {
        Some(word) => Some(section.optional("name", |text| Ok(text.to_owned())).unwrap_or_else(|| word.to_owned())),
        None => section.text("name"),
    };
    let days = days(&mut section);
    section.end();
    let (from, to) = days?;
    Some(Range { from, to, name: name? })
}

/// `day`, or `from` and `to`.
pub(super) fn days(section: &mut Section) -> Option<(Day, Day)> {
    let line = section.line;
    let (has_day, has_ends) = (section.has("day"), section.has("from") && section.has("to"));
    let written = (section.day("day"), section.day("from"), section.day("to"));
    let (day, from, to) = (written.0.map(|day| day.day), written.1.map(|day| day.day), written.2.map(|day| day.day));
    if has_day == has_ends {
        section.fault(line, "écrivez soit « day », soit « from » et « to ».");
        return None;
    }
    let ends = if has_day { day.map(|day| (day, day)) } else { from.zip(to) };
    if ends.is_some_and(|(from, to)| to < from) {
        section.fault(line, "« to » est avant « from ».");
        return None;
    }
    ends
}
