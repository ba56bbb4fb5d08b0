//! When the demo's invoices are of: the guide's own dates in the guide's year, else as long ago as they are in its week, so
//! that they are neither to come nor past their period.

use std::collections::BTreeMap;

use chrono::{Datelike, TimeDelta};
use domain::day::{Day, Week};
use domain::invoice::{Period, number};
use folder::InvoiceRow;

/// The year of the guide, and a day of its week.
const GUIDE: (i32, u32, u32) = (2015, 5, 26);

/// Moves the invoices by whole weeks, so that each keeps its weekday.
pub(crate) fn move_to(today: Day, invoices: &mut [InvoiceRow]) {
    let (year, month, day) = GUIDE;
    let Some(guide) = Day::from_ymd_opt(year, month, day).filter(|_| today.year() != year) else { return };
    let by = Week::of(today).monday() - Week::of(guide).monday();
    invoices.iter_mut().for_each(|row| move_by(by, row));
    renumber(invoices);
}

fn move_by(by: TimeDelta, row: &mut InvoiceRow) {
    row.issued += by;
    row.due += by;
    row.paid = row.paid.map(|day| day + by);
    row.period = row.period.map(|_| Period::before(row.issued));
    if let Some(lot) = &mut row.lot {
        lot.opened += by;
    }
}

/// Numbers say the year, and grow with the dates: the latest invoice of a year keeps its own.
fn renumber(invoices: &mut [InvoiceRow]) {
    let mut years: BTreeMap<i32, Vec<&mut InvoiceRow>> = BTreeMap::new();
    for row in invoices {
        years.entry(row.issued.year()).or_default().push(row);
    }
    for (year, mut rows) in years {
        rows.sort_by_key(|row| row.issued);
        let own = rows.last().and_then(|row| row.number.split_once('-')?.1.parse::<u64>().ok()).unwrap_or_default();
        let first = (own + 1).saturating_sub(rows.len() as u64).max(1);
        for (sequence, row) in (first..).zip(rows) {
            row.number = number(&year.to_string(), sequence);
            if let (Some(lot), Ok(id)) = (&mut row.lot, row.number.parse()) {
                lot.id = id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::day::parse_day;
    use domain::invoice::Line;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    fn row(number: &str, issued: &str, paid: Option<&str>) -> InvoiceRow {
        InvoiceRow {
            number: number.to_owned(),
            family: "devret".parse().unwrap(),
            payer: Vec::new(),
            issued: day(issued),
            due: day(issued) + TimeDelta::days(30),
            period: Some(Period::before(day(issued))),
            paid: paid.map(day),
            lines: vec![Line::plain("repas".to_owned(), 6510)],
            lot: None,
        }
    }

    fn moved(today: &str) -> Vec<(String, String, String)> {
        let mut rows = [row("2014-00311", "2014-12-18", Some("2015-01-09")), row("2015-00042", "2015-02-02", None)];
        move_to(day(today), &mut rows);
        let told = |row: &InvoiceRow| {
            (row.number.clone(), row.issued.to_string(), row.period.map(|period| period.to_string()).unwrap())
        };
        rows.iter().map(told).collect()
    }

    fn told(number: &str, issued: &str, period: &str) -> (String, String, String) {
        (number.to_owned(), issued.to_owned(), period.to_owned())
    }

    #[test]
    fn the_guides_invoices_stay_in_its_year_and_are_as_long_ago_in_any_other() {
        let own = [told("2014-00311", "2014-12-18", "2014-11"), told("2015-00042", "2015-02-02", "2015-01")];
        assert_eq!(moved("2015-05-26"), own);
        assert_eq!(moved("2015-12-31"), own);
        // 600 weeks later: 23 and 16 weeks before.
        let later = [told("2026-00041", "2026-06-18", "2026-05"), told("2026-00042", "2026-08-03", "2026-07")];
        assert_eq!(moved("2026-11-28"), later);
        let apart = [told("2026-00311", "2026-12-17", "2026-11"), told("2027-00042", "2027-02-01", "2027-01")];
        assert_eq!(moved("2027-05-26"), apart);
    }
}
