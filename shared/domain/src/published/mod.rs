//! The published calendars that ship inside: school holidays by zone, public holidays by territory.
//!
//! `SOURCES.md` beside this file says where they come from and where they end. A day beyond them is unknown: it is
//! said to be unknown, never guessed.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::day::{Day, parse_day};
use super::range::Range;

/// The tables, read once.
struct Tables {
    zones: HashMap<&'static str, Zone>,
    public: HashMap<Day, Vec<(&'static str, Range)>>,
    territories: Vec<&'static str>,
    public_span: Option<(Day, Day)>,
}

#[derive(Default)]
struct Zone {
    /// Between these days every day without class is published.
    known: Vec<(Day, Day)>,
    /// First and last day without class.
    holidays: Vec<Range>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(read);

/// The name of Good Friday, which only communes with a Protestant or shared church keep.
const GOOD_FRIDAY: &str = "Vendredi saint";
/// Where the national public holidays alone are kept.
pub const METROPOLE: &str = "Métropole";

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(';').collect())
}

fn read() -> Tables {
    let mut zones: HashMap<&'static str, Zone> = HashMap::new();
    for row in rows(include_str!("school_holidays.csv")) {
        let [zone, first, last, name] = row.as_slice() else { continue };
        let (Some(from), Some(to)) = (parse_day(first), parse_day(last)) else { continue };
        let zone = zones.entry(zone).or_default();
        match *name {
            "" => zone.known.push((from, to)),
            name => zone.holidays.push(Range { from, to, name: name.to_owned() }),
        }
    }
    let mut public: HashMap<Day, Vec<(&'static str, Range)>> = HashMap::new();
    let mut territories = vec![METROPOLE];
    for row in rows(include_str!("public_holidays.csv")) {
        let [day, territory, name] = row.as_slice() else { continue };
        let Some(day) = parse_day(day) else { continue };
        if !territory.is_empty() && !territories.contains(territory) {
            territories.push(territory);
        }
        public.entry(day).or_default().push((territory, Range { from: day, to: day, name: (*name).to_owned() }));
    }
    let first = public.keys().min().and_then(|day| Day::from_yo_opt(chrono::Datelike::year(day), 1));
    let last = public.keys().max().and_then(|day| Day::from_ymd_opt(chrono::Datelike::year(day), 12, 31));
    Tables { zones, public, territories, public_span: first.zip(last) }
}

/// The school holidays of a zone that hold a day.
pub fn school_holiday(zone: &str, day: Day) -> Option<&'static Range> {
    TABLES.zones.get(zone)?.holidays.iter().find(|range| range.holds(day))
}

/// Whether the school calendar of a zone is published for a day.
pub fn school_is_known(zone: &str, day: Day) -> bool {
    let known = |zone: &Zone| zone.known.iter().any(|(from, to)| *from <= day && day <= *to);
    TABLES.zones.get(zone).is_some_and(|zone| known(zone) || zone.holidays.iter().any(|range| range.holds(day)))
}

/// The public holiday of a day in a territory.
pub fn public_holiday(territory: &str, good_friday: bool, day: Day) -> Option<&'static Range> {
    let here = |(place, range): &&(&str, Range)| {
        (place.is_empty() || *place == territory) && (good_friday || range.name != GOOD_FRIDAY)
    };
    TABLES.public.get(&day)?.iter().find(here).map(|(_, range)| range)
}

/// Whether public holidays are published for a day.
pub fn public_is_known(day: Day) -> bool {
    TABLES.public_span.is_some_and(|(from, to)| from <= day && day <= to)
}

/// The zones whose school holidays are inside, in order.
pub fn zones() -> Vec<&'static str> {
    let mut zones: Vec<&str> = TABLES.zones.keys().copied().collect();
    zones.sort_unstable();
    zones
}

/// The territories whose public holidays are inside.
pub fn territories() -> &'static [&'static str] {
    &TABLES.territories
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn every_line_of_both_files_is_read() {
        let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).count() - 1;
        let school: usize = TABLES.zones.values().map(|zone| zone.known.len() + zone.holidays.len()).sum();
        assert_eq!(school, lines(include_str!("school_holidays.csv")));
        let public: usize = TABLES.public.values().map(Vec::len).sum();
        assert_eq!(public, lines(include_str!("public_holidays.csv")));
    }

    #[test]
    fn zones_differ_in_winter_and_agree_at_christmas() {
        let winter = |zone| school_holiday(zone, day("2027-02-08")).is_some();
        assert_eq!([winter("A"), winter("B"), winter("C")], [false, false, true]);
        for zone in ["A", "B", "C"] {
            assert!(school_holiday(zone, day("2026-12-18")).is_none(), "the last day with class");
            assert_eq!(school_holiday(zone, day("2027-01-03")).unwrap().name, "Vacances de Noël");
            assert!(school_holiday(zone, day("2027-01-04")).is_none());
        }
    }

    #[test]
    fn beyond_what_is_published_is_unknown() {
        assert!(school_is_known("A", day("2028-07-04")));
        assert!(!school_is_known("A", day("2028-09-11")));
        assert!(!school_is_known("Corse", day("2027-01-01")));
        assert!(public_is_known(day("2036-12-31")) && !public_is_known(day("2037-01-01")));
    }

    #[test]
    fn alsace_moselle_has_its_two_and_good_friday_is_a_setting() {
        let name = |place, friday, text| public_holiday(place, friday, day(text)).map(|range| range.name.as_str());
        assert_eq!(name("Alsace-Moselle", false, "2026-12-26"), Some("Saint-Étienne"));
        assert_eq!(name(METROPOLE, true, "2026-12-26"), None);
        assert_eq!(name("Alsace-Moselle", true, "2026-04-03"), Some("Vendredi saint"));
        assert_eq!(name("Alsace-Moselle", false, "2026-04-03"), None);
        assert_eq!(name("Guadeloupe", false, "2026-05-27"), Some("Abolition de l’esclavage"));
    }
}
