//! Reminders by age of debt: after so many days, each once.

use crate::day::{Day, later};

/// How many days an invoice is late; 0 until its due day is over.
pub fn days_late(due: Day, today: Day) -> u32 {
    u32::try_from((today - due).num_days()).unwrap_or_default()
}

/// The reminder to send now of an invoice: the latest step that is reached, unless it, or a later one, was sent.
///
/// `steps` are days after the due day; a step that was missed while nobody looked is not made up for.
pub fn step(steps: &[u32], due: Day, today: Day, sent: Option<u32>) -> Option<u32> {
    let reached = steps.iter().copied().filter(|days| later(due, u64::from(*days)) <= today).max()?;
    sent.is_none_or(|sent| sent < reached).then_some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    fn at(today: &str, sent: Option<u32>) -> Option<u32> {
        step(&[15, 30], parse_day("2026-11-01").unwrap(), parse_day(today).unwrap(), sent)
    }

    #[test]
    fn a_reminder_goes_on_the_day_its_step_is_reached() {
        assert_eq!(at("2026-11-15", None), None);
        assert_eq!(at("2026-11-16", None), Some(15));
        assert_eq!(at("2026-11-30", Some(15)), None);
        assert_eq!(at("2026-12-01", Some(15)), Some(30));
    }

    #[test]
    fn each_goes_once_and_a_missed_one_is_not_made_up_for() {
        assert_eq!(at("2026-11-16", Some(15)), None);
        assert_eq!(at("2027-03-01", None), Some(30), "the second alone");
        assert_eq!(at("2027-03-01", Some(30)), None);
    }

    #[test]
    fn an_invoice_is_late_from_the_day_after_its_due_day() {
        let due = parse_day("2026-11-01").unwrap();
        let late = |today: &str| days_late(due, parse_day(today).unwrap());
        assert_eq!(["2026-10-01", "2026-11-01", "2026-11-02"].map(late), [0, 0, 1]);
    }
}
