//! The demo is the guide: its week of May 2015, cell by cell.

use chrono::{DateTime, Datelike, Utc};
use domain::day::{Week, paris_day};
use domain::planning::{ChildWeek, State, child_week, next_limits};
use folder::{OrganisationFolder, read};

use crate::village::{Booked, day, demo};

fn jumex() -> OrganisationFolder {
    read(&demo("jumex"), day("2015-05-26")).unwrap()
}

fn paris(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+02:00")).unwrap().to_utc()
}

fn block<'a>(folder: &'a OrganisationFolder, family: &str, child: &str, now: DateTime<Utc>) -> ChildWeek<'a> {
    let row = folder.families.iter().find(|row| row.family.id.as_str() == family).unwrap();
    let child = row.family.child(&child.parse().unwrap()).unwrap();
    child_week(&folder.organisation, child, Week::of(paris_day(now)), now, &Booked(folder))
}

/// A row as `Garderie soir ..x`: `x` booked, `.` free, capital or `:` when locked, `-` closed, `f` full, `w` waiting.
fn drawn(block: &ChildWeek) -> Vec<String> {
    let letter = |state| match state {
        State::OpenFree => '.',
        State::OpenBooked => 'x',
        State::LockedFree => ':',
        State::LockedBooked => 'X',
        State::Closed => '-',
        State::Full => 'f',
        State::Waiting => 'w',
    };
    let cells = |row: &domain::planning::Row| row.cells.iter().map(|cell| letter(cell.state)).collect::<String>();
    block.rows.iter().map(|row| format!("{} {}", row.activity.name, cells(row))).collect()
}

#[test]
fn chloes_week_is_the_guides_on_tuesday_at_8_03() {
    let folder = jumex();
    assert_eq!(
        drawn(&block(&folder, "devret", "chloe", paris("2015-05-26T08:03"))),
        ["Cantine maternelle X:-.x--", "Garderie matin X::..--", "Garderie midi :x-x.--", "Garderie soir :.-..--"]
    );
}

#[test]
fn lous_week_is_the_pictures() {
    let folder = jumex();
    assert_eq!(
        drawn(&block(&folder, "devret", "lou", paris("2015-05-26T08:03"))),
        ["Cantine maternelle :X-x.--", "Garderie soir :x-xx--"]
    );
}

#[test]
fn gaetan_has_nothing_until_his_theatre() {
    let folder = jumex();
    let block = block(&folder, "devret", "gaetan", paris("2015-05-26T08:03"));
    assert!(block.rows.is_empty());
    let said = "Aucune activité cette semaine. Prochaine date, Théâtre : mercredi 3 juin.";
    assert_eq!(block.empty.as_ref().map(domain::planning::Empty::sentence).as_deref(), Some(said));
}

#[test]
fn the_week_before_all_of_it_is_open() {
    let folder = jumex();
    let now = paris("2015-05-20T10:00");
    let row = folder.families.iter().find(|row| row.family.id.as_str() == "devret").unwrap();
    let chloe = row.family.child(&"chloe".parse().unwrap()).unwrap();
    let free = OrganisationFolder { bookings: Vec::new(), ..folder.clone() };
    let week = child_week(&folder.organisation, chloe, Week::of(day("2015-05-25")), now, &Booked(&free));
    let expected =
        ["Cantine maternelle ..-..--", "Garderie matin .....--", "Garderie midi ..-..--", "Garderie soir ..-..--"];
    assert_eq!(drawn(&week), expected);
}

#[test]
fn the_next_limits_are_the_pictures() {
    let folder = jumex();
    let now = paris("2015-05-26T08:03");
    let blocks: Vec<ChildWeek> = ["chloe", "lou", "gaetan"].map(|child| block(&folder, "devret", child, now)).into();
    let limits = next_limits(&blocks, Week::of(day("2015-05-26")), now, 2);
    let said: Vec<String> = limits.iter().map(|limit| format!("{}, {}", limit.when, limit.what)).collect();
    assert_eq!(
        said,
        [
            "aujourd’hui avant 9\u{a0}h, pour Garderie midi, mardi 26 mai",
            "aujourd’hui avant 12\u{a0}h, pour Cantine maternelle, jeudi 28 mai"
        ]
    );
}

#[test]
fn may_comes_to_nine_meals_and_fourteen_garderies() {
    let folder = jumex();
    let may = folder.bookings.iter().filter(|booking| {
        booking.family.as_str() == "devret" && (booking.day.year(), booking.day.month()) == (2015, 5)
    });
    let (meals, garderies): (Vec<_>, Vec<_>) =
        may.partition(|booking| booking.activity.as_str() == "cantine-maternelle");
    assert_eq!((meals.len(), garderies.len()), (9, 14));
    let price = |activity: &_| folder.organisation.activity(activity).unwrap().price.unwrap();
    let cents: u32 = meals.iter().chain(&garderies).map(|booking| price(&booking.activity)).sum();
    assert_eq!(cents, 20930, "the picture's 209,30 €");
}

#[test]
fn tom_is_at_his_mothers_in_even_weeks_and_his_father_answers_for_the_others() {
    let folder = jumex();
    let of = |family: &str| {
        let mine = folder.bookings.iter().filter(|booking| booking.family.as_str() == family);
        mine.map(|booking| booking.day.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of("morel"), ["2015-05-26", "2015-05-28", "2015-05-26"], "week 22");
    assert_eq!(of("garnier"), ["2015-05-19", "2015-05-21", "2015-06-02", "2015-06-04", "2015-06-02"], "weeks 21, 23");
}

#[test]
fn the_second_organisation_reads_too_and_shares_nothing_but_a_slug() {
    let aubray = read(&demo("aubray"), day("2015-05-26")).unwrap();
    assert_eq!(aubray.organisation.id.as_str(), "aubray");
    assert!(aubray.warnings.is_empty() && jumex().warnings.is_empty());
    assert!(aubray.families.iter().any(|row| row.family.child(&"chloe".parse().unwrap()).is_some()));
}
