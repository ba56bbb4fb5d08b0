//! The family also lives in the present: whatever the day, its week shows all five states.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use domain::day::{Week, later, paris_instant};
use domain::planning::child_week;
use folder::{OrganisationFolder, read};

use crate::village::{Booked, day, demo};

/// The states of the week of `week`'s day at `hour`, over the family's three children.
fn states(folder: &OrganisationFolder, week: Week, today: usize, hour: u32) -> BTreeSet<String> {
    let now = paris_instant(week.days()[today], NaiveTime::from_hms_opt(hour, 30, 0).unwrap());
    let row = folder.families.iter().find(|row| row.family.id.as_str() == "devret").unwrap();
    let blocks =
        row.family.children.iter().map(|child| child_week(&folder.organisation, child, week, now, &Booked(folder)));
    let rows = blocks.flat_map(|block| block.rows);
    rows.flat_map(|row| row.cells).map(|cell| format!("{:?}", cell.state)).collect()
}

/// The weeks of three school years, holidays included.
fn weeks() -> impl Iterator<Item = Week> {
    let last = day("2028-08-28");
    (0..).map(|week| Week::of(later(day("2025-09-01"), 7 * week))).take_while(move |week| week.monday() <= last)
}

#[test]
fn all_five_states_show_on_any_day_in_the_morning_and_in_the_evening() {
    for week in weeks() {
        let folder = read(&demo("jumex"), week.monday()).unwrap();
        for today in 0..7 {
            for hour in [0, 8, 20, 23] {
                let states = states(&folder, week, today, hour);
                assert_eq!(states.len(), 5, "{} at {hour}:30 only shows {states:?}", week.days()[today]);
            }
        }
    }
}

#[test]
fn relative_rows_that_do_not_fit_are_passed_over_without_a_word() {
    for week in weeks() {
        assert_eq!(read(&demo("jumex"), week.monday()).unwrap().warnings, []);
        assert_eq!(read(&demo("aubray"), week.monday()).unwrap().warnings, []);
    }
    let before = read(&demo("jumex"), day("2020-01-15")).unwrap();
    assert!(before.bookings.iter().all(|booking| booking.day < day("2015-07-01")));
}
