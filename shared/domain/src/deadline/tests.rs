//! The check values of the specification, and one example of each kind.

use chrono::{Datelike, NaiveTime, Weekday};

use super::*;
use crate::calendar::{PublishedCalendars, Range};
use crate::day::{earlier, in_paris, paris_instant, parse_day};

fn calendar() -> Calendar {
    use Weekday::{Fri, Mon, Thu, Tue};
    let day = parse_day("2025-11-11").unwrap();
    let armistice = Range { from: day, to: day, name: "Armistice".to_owned() };
    Calendar { school_weekdays: vec![Mon, Tue, Thu, Fri], public_holidays: vec![armistice], ..Calendar::default() }
}

fn limit(rule: Rule, day: &str) -> String {
    said(&Deadline::from(rule), day, &calendar())
}

fn said(deadline: &Deadline, day: &str, calendar: &Calendar) -> String {
    let limit = deadline.limit(parse_day(day).unwrap(), calendar).unwrap();
    in_paris(limit.at).format("%a %-d %b %H:%M").to_string()
}

fn days_before(days: u32, counting: Counting, hour: Hour) -> Rule {
    Rule::DaysBefore { days, counting, hour }
}

#[test]
fn two_working_days_before_at_noon_skips_the_week_end() {
    let rule = days_before(2, Counting::Working, Hour::Before(720));
    assert_eq!(limit(rule.clone(), "2025-09-08"), "Thu 4 Sep 12:00");
    assert_eq!(limit(rule.clone(), "2025-09-09"), "Fri 5 Sep 12:00");
    assert_eq!(limit(rule.clone(), "2025-09-11"), "Tue 9 Sep 12:00");
    assert_eq!(limit(rule, "2025-09-12"), "Wed 10 Sep 12:00");
}

#[test]
fn one_working_day_before_skips_a_public_holiday() {
    let rule = days_before(1, Counting::Working, Hour::Before(600));
    assert_eq!(limit(rule, "2025-11-12"), "Mon 10 Nov 10:00");
}

#[test]
fn the_week_before_a_sunday_is_the_week_before_the_one_it_ends() {
    let rule = Rule::Weekly { weekday: Weekday::Tue, weeks: 1, hour: Hour::Before(720) };
    for day in ["2025-09-08", "2025-09-12", "2025-09-14"] {
        assert_eq!(limit(rule.clone(), day), "Tue 2 Sep 12:00", "{day}");
    }
}

#[test]
fn the_thirtieth_of_the_month_before_is_clipped_to_its_end() {
    let rule = |from_day| Rule::Monthly { day: 30, months: 1, hour: Hour::Before(1440), from_day };
    assert_eq!(limit(rule(None), "2025-03-12"), "Sat 1 Mar 00:00", "Friday 28 February ends");
    assert_eq!(limit(rule(None), "2025-01-01"), "Tue 31 Dec 00:00", "30 December ends");
    let deadline = Deadline::from(rule(Some(10)));
    let opens = parse_day("2025-02-10").unwrap();
    let stage = |now| deadline.stage(parse_day("2025-03-12").unwrap(), &calendar(), now);
    assert!(matches!(stage(start_of(opens) - chrono::TimeDelta::seconds(1)), Stage::NotYet(_)));
    assert!(matches!(stage(start_of(opens)), Stage::Open(_)));
}

#[test]
fn until_allows_the_whole_minute_and_before_does_not() {
    assert_eq!(limit(days_before(1, Counting::Calendar, Hour::Until(1439)), "2025-09-09"), "Tue 9 Sep 00:00");
    assert_eq!(limit(days_before(1, Counting::Calendar, Hour::Until(1440)), "2025-09-09"), "Tue 9 Sep 00:00");
    assert_eq!(limit(days_before(1, Counting::Calendar, Hour::Before(1440)), "2025-09-09"), "Tue 9 Sep 00:00");
    assert_eq!(limit(days_before(0, Counting::Calendar, Hour::Before(540)), "2025-09-09"), "Tue 9 Sep 09:00");
    assert_eq!(limit(days_before(0, Counting::Calendar, Hour::Until(540)), "2025-09-09"), "Tue 9 Sep 09:01");
}

#[test]
fn hours_before_are_those_of_the_clock_on_the_wall() {
    let rule = |hours, from| Rule::HoursBefore { hours, from };
    assert_eq!(limit(rule(48, 0), "2026-12-01"), "Sun 29 Nov 00:00");
    assert_eq!(limit(rule(48, 0), "2025-10-27"), "Sat 25 Oct 00:00", "over the end of summer time");
    assert_eq!(limit(rule(48, 0), "2025-03-31"), "Sat 29 Mar 00:00", "over its beginning");
    assert_eq!(limit(rule(3, 720), "2026-12-01"), "Tue 1 Dec 09:00");
    assert_eq!(Deadline::from(rule(48, 0)).sentence(), "48 heures avant le début du jour");
}

#[test]
fn two_batches_a_week_and_no_limit_for_a_day_in_none() {
    let batch = |service: &[Weekday], weekday, weeks| Batch {
        service: service.to_vec(),
        weekday,
        weeks,
        hour: Hour::Before(540),
    };
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let rule = Rule::ByWeekday { batches: vec![batch(&[Mon, Tue], Fri, 1), batch(&[Thu, Fri], Tue, 0)] };
    assert_eq!(limit(rule.clone(), "2026-11-30"), "Fri 27 Nov 09:00");
    assert_eq!(limit(rule.clone(), "2026-12-01"), "Fri 27 Nov 09:00");
    assert_eq!(limit(rule.clone(), "2026-12-04"), "Tue 1 Dec 09:00");
    let wednesday = parse_day("2026-12-02").unwrap();
    assert_eq!(wednesday.weekday(), Wed);
    let stage = Deadline::from(rule).stage(wednesday, &calendar(), start_of(earlier(wednesday, 9)));
    assert_eq!(stage, Stage::Never(Never::OfficeOnly));
}

#[test]
fn a_limit_on_a_day_off_moves_to_the_last_day_with_school() {
    let published = PublishedCalendars { zone: "A".into(), territory: "Métropole".into(), good_friday: false };
    let calendar = Calendar { published: Some(published), ..calendar() };
    let rule = Rule::ByWeekday {
        batches: vec![Batch { service: vec![Weekday::Mon], weekday: Weekday::Fri, weeks: 1, hour: Hour::Before(660) }],
    };
    let moved = Deadline { rule: rule.clone(), moves: Some(Counting::School), late: None };
    assert_eq!(said(&moved, "2027-01-04", &calendar), "Fri 18 Dec 11:00");
    assert_eq!(said(&Deadline::from(rule), "2027-01-04", &calendar), "Fri 1 Jan 11:00");
}

#[test]
fn a_late_stage_costs_more_or_is_asked_for() {
    let late = |terms| {
        let rule = days_before(1, Counting::Working, Hour::Before(600));
        Some(Late { rule, moves: None, terms })
    };
    let first = Rule::Weekly { weekday: Weekday::Tue, weeks: 1, hour: Hour::Before(1440) };
    let with = |terms| Deadline { rule: first.clone(), moves: None, late: late(terms) };
    let day = parse_day("2026-12-03").unwrap();
    let at = |text, minute| paris_instant(parse_day(text).unwrap(), NaiveTime::from_hms_opt(9, minute, 0).unwrap());
    let stage = |terms, now| with(terms).stage(day, &calendar(), now);
    assert!(matches!(stage(Terms::Surcharge(100), at("2026-11-24", 0)), Stage::Open(_)));
    assert!(matches!(stage(Terms::Surcharge(100), at("2026-12-02", 59)), Stage::Late(_, 100)));
    assert!(matches!(stage(Terms::OnRequest, at("2026-12-02", 59)), Stage::OnRequest(_, _)));
    assert!(matches!(stage(Terms::Surcharge(100), at("2026-12-03", 0)), Stage::Passed(_)));
    let sentence = with(Terms::Surcharge(100)).sentence();
    assert_eq!(
        sentence,
        "le mardi de la semaine précédente, avant minuit ; ensuite, 1 jour ouvré avant, avant 10\u{a0}h, avec 1,00\u{a0}€ de plus"
    );
}

#[test]
fn published_dates_open_and_close() {
    let day = |text: &str| parse_day(text).unwrap();
    let period = |from: &str, to: &str, closes: &str| Period {
        from: Some(day(from)),
        to: Some(day(to)),
        opens: Some((day("2020-06-04"), 840)),
        closes: day(closes),
        hour: Hour::Until(960),
    };
    let rule = Rule::Periods {
        periods: vec![
            period("2020-07-06", "2020-07-10", "2020-06-26"),
            period("2020-07-13", "2020-07-17", "2020-07-03"),
        ],
    };
    assert_eq!(limit(rule.clone(), "2020-07-08"), "Fri 26 Jun 16:01");
    assert_eq!(limit(rule.clone(), "2020-07-17"), "Fri 3 Jul 16:01");
    let stage = |text, now| Deadline::from(rule.clone()).stage(day(text), &calendar(), now);
    assert_eq!(stage("2020-07-20", start_of(day("2020-06-05"))), Stage::Never(Never::NotAnnounced));
    assert!(matches!(stage("2020-07-08", start_of(day("2020-06-04"))), Stage::NotYet(_)));
}

#[test]
fn the_year_is_fixed_at_its_beginning() {
    let rule = Rule::Annual { until: Some((8, 31, Hour::Before(1440))) };
    assert_eq!(limit(rule.clone(), "2025-09-08"), "Mon 1 Sep 00:00");
    assert_eq!(limit(rule, "2026-06-08"), "Mon 1 Sep 00:00");
    let fixed = Deadline::from(Rule::Annual { until: None });
    let day = parse_day("2026-06-08").unwrap();
    assert_eq!(fixed.stage(day, &calendar(), start_of(day)), Stage::Never(Never::FixedForTheYear));
}

#[test]
fn no_limit_is_later_than_the_day_of_service() {
    let rule = Rule::Weekly { weekday: Weekday::Fri, weeks: 0, hour: Hour::Before(720) };
    assert_eq!(limit(rule, "2025-09-08"), "Tue 9 Sep 00:00");
    assert_eq!(limit(Rule::Open, "2025-10-26"), "Mon 27 Oct 00:00");
}

#[test]
fn rules_are_told_in_words() {
    let rule = Rule::Weekly { weekday: Weekday::Tue, weeks: 1, hour: Hour::Before(720) };
    assert_eq!(Deadline::from(rule).sentence(), "le mardi de la semaine précédente, avant 12\u{a0}h");
    let rule = days_before(2, Counting::School, Hour::Until(1439));
    assert_eq!(Deadline::from(rule).sentence(), "2 jours d’école avant, jusqu’à 23\u{a0}h\u{a0}59");
    let rule = Rule::Monthly { day: 20, months: 1, hour: Hour::Before(0), from_day: None };
    assert_eq!(Deadline::from(rule).sentence(), "le 20 du mois précédent, avant 0\u{a0}h");
}
