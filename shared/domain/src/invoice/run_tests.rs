//! Which step of a run may follow which.

use super::*;
use crate::day::{Day, parse_day};
use crate::id::FamilyId;

const STAGES: [RunStage; 4] = [RunStage::Drafting, RunStage::Review, RunStage::Issuing, RunStage::Done];

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn opened() -> Run {
    Run::open(Period::parse("2015-05").unwrap(), day("2015-06-02"), "l’horaire").unwrap()
}

fn at(stage: RunStage) -> Run {
    let counts = RunCounts { drafts: 9, faults: 1, total: 5000, invoices: 7, carried: 1, left: 1 };
    Run { stage, reach: Some("devret".parse().unwrap()), counts, ..opened() }
}

/// Where a step leads from each stage.
fn leads(step: impl Fn(&Run) -> Result<Run, NotNow>) -> [Option<RunStage>; 4] {
    STAGES.map(|stage| step(&at(stage)).ok().map(|run| run.stage))
}

#[test]
fn a_month_is_opened_once_it_is_over() {
    let open = |today| Run::open(Period::parse("2015-05").unwrap(), day(today), "Eva");
    assert_eq!(open("2015-05-31"), Err(NotNow));
    assert_eq!(open("2014-12-31"), Err(NotNow));
    let run = open("2015-06-01").unwrap();
    assert_eq!((run.stage, run.reach, run.issued, run.said.as_str()), (RunStage::Drafting, None, None, "Eva"));
}

#[test]
fn each_step_is_taken_from_its_stage_alone() {
    use RunStage::{Done, Drafting, Issuing, Review};
    let (today, family) = (day("2015-06-02"), || "roux".parse::<FamilyId>().unwrap());
    assert_eq!(leads(|run| run.drafted(None)), [Some(Review), None, None, None]);
    assert_eq!(leads(|run| run.drafted(Some(today))), [Some(Issuing), None, None, None]);
    assert_eq!(leads(|run| run.issue(today, "Eva")), [None, Some(Issuing), None, None]);
    assert_eq!(leads(|run| run.redraft("Eva")), [None, Some(Drafting), None, Some(Drafting)]);
    assert_eq!(leads(Run::done), [None, None, Some(Done), None]);
    assert_eq!(leads(|run| run.reached(family(), run.counts)), [Some(Drafting), None, Some(Issuing), None]);
}

#[test]
fn a_stage_begins_at_the_first_family_and_issuing_fixes_the_date() {
    let today = day("2015-06-02");
    for run in [at(RunStage::Drafting).drafted(Some(today)), at(RunStage::Review).issue(today, "Eva")] {
        let run = run.unwrap();
        assert_eq!((run.reach, run.issued), (None, Some(today)));
    }
    assert_eq!(at(RunStage::Drafting).drafted(None).unwrap().reach, None);
    assert_eq!(at(RunStage::Review).redraft("Eva").unwrap().reach, None);
}

#[test]
fn what_is_done_is_drafted_again_for_those_left_out_alone_and_its_invoices_stay_counted() {
    let done = at(RunStage::Done);
    let again = done.redraft("Eva").unwrap();
    assert_eq!(again.counts, RunCounts { invoices: 7, carried: 1, ..RunCounts::default() });
    assert_eq!(at(RunStage::Review).redraft("Eva").unwrap().counts, RunCounts::default());
    let whole = Run { counts: RunCounts { left: 0, ..done.counts }, ..done };
    assert_eq!(whole.redraft("Eva"), Err(NotNow), "nobody is left out");
}

#[test]
fn a_run_is_due_from_the_organisations_day_and_hour_on() {
    let due = |text: &str, day, hour| {
        let here = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        let billing = Billing {
            day,
            hour,
            automatic: true,
            threshold: 0,
            due_days: 30,
            reminders: Vec::new(),
            seller: Vec::new(),
            how_to_pay: Vec::new(),
            mentions: Vec::new(),
            iban: None,
            online: None,
        };
        billing.due(here).map(|period| period.to_string())
    };
    assert_eq!(due("2015-06-02 04:59", 2, 5), None);
    assert_eq!(due("2015-06-02 05:00", 2, 5), Some("2015-05".to_owned()));
    assert_eq!(due("2015-06-03 00:00", 2, 5), Some("2015-05".to_owned()), "whoever missed the hour");
    assert_eq!(due("2015-06-01 23:00", 2, 5), None);
    assert_eq!(due("2016-01-02 05:00", 2, 5), Some("2015-12".to_owned()));
}
