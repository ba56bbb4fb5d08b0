//! Retention periods: settings of an organisation, applied by a purge every night.

use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

use crate::day::Day;

/// For how long an organisation keeps what families leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Bookings, attendance and their history, in months after the day they are about; at least 13, so that a year can
    /// be compared with the one before.
    pub planning_months: u32,
    /// Invoices and payments, in years after the year in which they were settled; at least 10 (Code de commerce, article L123-22).
    pub invoices_years: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { planning_months: Self::LEAST_MONTHS, invoices_years: Self::LEAST_YEARS }
    }
}

impl Retention {
    /// No shorter than this, in months.
    pub const LEAST_MONTHS: u32 = 13;
    /// No shorter than this, in years.
    pub const LEAST_YEARS: u32 = 10;

    /// Bookings and their history of days before this one go.
    pub fn planning_before(&self, today: Day) -> Day {
        today.checked_sub_months(Months::new(self.planning_months)).unwrap_or(Day::MIN)
    }

    /// Payments of days before this one go, and invoices of which nothing is owed since before: it is a first of January.
    pub fn invoices_before(&self, today: Day) -> Day {
        let years = i32::try_from(self.invoices_years).unwrap_or(i32::MAX);
        Day::from_ymd_opt(today.year().saturating_sub(years), 1, 1).unwrap_or(Day::MIN)
    }

    /// The periods in sentences, as families read them.
    pub fn sentences(&self) -> Vec<String> {
        let months = self.planning_months;
        let planning = match months % 12 {
            0 => counted(months / 12, "an", "ans"),
            _ => format!("{months} mois"),
        };
        vec![
            format!("Inscriptions, présences et historique : {planning} après le jour concerné."),
            format!(
                "Factures et paiements : {} après l’année où ils sont réglés, comme la loi le demande. Une facture qui \
                 reste due est gardée entière.",
                counted(self.invoices_years, "an", "ans")
            ),
        ]
    }
}

fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count > 1 { many } else { one })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn a_planning_goes_after_its_months_to_the_day() {
        let kept = Retention { planning_months: 24, ..Retention::default() };
        assert_eq!(kept.planning_before(day("2026-11-26")), day("2024-11-26"));
        assert_eq!(kept.planning_before(day("2028-02-29")), day("2026-02-28"), "the month's end");
    }

    #[test]
    fn an_invoice_stays_ten_whole_years_after_its_own() {
        let kept = Retention::default();
        assert_eq!(kept.invoices_before(day("2025-12-31")), day("2015-01-01"), "those of 2015 stay");
        assert_eq!(kept.invoices_before(day("2026-01-01")), day("2016-01-01"), "they go on New Year’s Day");
    }

    #[test]
    fn periods_are_said_as_people_say_them() {
        let said = Retention { planning_months: 24, invoices_years: 10 }.sentences();
        assert!(said[0].contains("2 ans après"), "{said:?}");
        assert!(Retention::default().sentences()[0].contains("13 mois après"));
    }
}
