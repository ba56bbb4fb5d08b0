//! Drafts.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::activity::{Activity, ActivityKind, Who};
use crate::attendance::Presence;
use crate::calendar::Calendar;
use crate::day::{later, parse_day};
use crate::deadline::{Deadline, Rule};
use crate::dossier::DossierRules;
use crate::family::{Child, Custody, Family};
use crate::organisation::{Contact, Organisation};

pub(super) fn family() -> Family {
    let child = |id: &str, name: &str| Child::named(id.parse().unwrap(), name, Custody::ALWAYS);
    Family {
        id: "devret".parse().unwrap(),
        name: "DEVRET".to_owned(),
        town: "45600 JUMEX".to_owned(),
        children: vec![child("chloe", "Chloé"), child("lou", "Lou"), child("gaetan", "Gaetan")],
        quotients: Vec::new(),
        outside: false,
        situations: Vec::new(),
        billed: None,
    }
}

/// The guide's activities with their prices: the canteen's, two that cost 0 €, and one that has none.
pub(super) fn organisation() -> Organisation {
    let open = || Deadline { rule: Rule::Open, moves: None, late: None };
    let activity = |(id, name, price): (&str, &str, Option<u32>)| Activity {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        kind: ActivityKind::Other,
        weekdays: Vec::new(),
        season: None,
        closes_on_public_holidays: false,
        closes_in_school_holidays: false,
        closures: Vec::new(),
        openings: Vec::new(),
        hours: None,
        who: Who::default(),
        week: None,
        book: open(),
        cancel: open(),
        price,
        prepaid: None,
    };
    let known = [
        ("cantine", "Cantine maternelle", Some(2170)),
        ("basket", "basket", Some(0)),
        ("theatre", "Théâtre", Some(0)),
        ("sortie", "Sortie", None),
    ];
    let text = String::new;
    Organisation {
        id: "jumex".parse().unwrap(),
        name: text(),
        town: text(),
        zone: text(),
        contact: Contact { phone: text(), mel: text(), address: Vec::new(), opening_hours: Vec::new() },
        texts: Vec::new(),
        calendar: Calendar::default(),
        activities: known.into_iter().map(activity).collect(),
        capacities: Vec::new(),
        tariffs: Vec::new(),
        joint_prices: Vec::new(),
        billing: None,
        dossier: DossierRules::default(),
        pieces: Vec::new(),
        retention: Default::default(),
    }
}

fn taken(child: &str, activity: &str, days: u64) -> Vec<Taken> {
    let first = parse_day("2014-11-03").unwrap();
    (0..days)
        .map(|number| Taken {
            child: child.parse().unwrap(),
            activity: activity.parse().unwrap(),
            day: later(first, 7 * number),
            presence: None,
            arrived: None,
            left: None,
            surcharge: 0,
            regular: false,
        })
        .collect()
}

fn drafted(taken: &[Taken]) -> Draft {
    draft(&organisation(), &family(), taken, &BTreeSet::new(), &[])
}

fn sentences(draft: &Draft) -> Vec<String> {
    draft.lines.iter().map(Line::sentence).collect()
}

#[test]
fn the_guides_invoice_of_february_is_65_10() {
    let draft = drafted(&[taken("lou", "cantine", 2), taken("chloe", "cantine", 1)].concat());
    assert_eq!(draft.total(), 6510);
    let said = [
        "1 x [Chloé] : Ticket(s) pour le service Cantine maternelle",
        "2 x [Lou] : Ticket(s) pour le service Cantine maternelle",
    ];
    assert_eq!(sentences(&draft), said);
}

#[test]
fn a_line_stands_in_two_columns_where_it_is_for_a_child() {
    let draft = drafted(&taken("lou", "cantine", 2));
    let what = "Ticket(s) pour le service Cantine maternelle".to_owned();
    assert_eq!(draft.lines[0].columns(), (Some("2 x [Lou]".to_owned()), what));
    let carried = Line::plain("Badge : perdu".to_owned(), 500);
    assert_eq!(carried.columns(), (None, "1 x Badge : perdu".to_owned()));
}

#[test]
fn the_guides_invoice_of_december_is_43_40_and_shows_what_costs_0() {
    let all = [
        taken("chloe", "cantine", 2),
        taken("chloe", "basket", 7),
        taken("gaetan", "theatre", 7),
        taken("chloe", "theatre", 7),
    ];
    let draft = drafted(&all.concat());
    assert_eq!(draft.total(), 4340);
    assert_eq!(draft.lines.len(), 4);
    assert!(sentences(&draft).contains(&"7 x [Gaetan] : Ticket(s) pour le service Théâtre".to_owned()));
}

#[test]
fn a_missing_price_is_a_fault_and_no_line() {
    let draft = drafted(&taken("lou", "sortie", 1));
    assert_eq!(draft.lines, []);
    assert_eq!(
        draft.faults[0].sentence,
        "Lou, Sortie, lundi 3 novembre 2014 : aucun tarif n’est en vigueur ce jour-là"
    );
}

#[test]
fn a_late_booking_is_a_line_of_its_own_and_an_excused_absence_is_none() {
    let mut days = taken("lou", "cantine", 3);
    days[1].surcharge = 100;
    days[2].presence = Some(Presence::AbsentExcused);
    let draft = drafted(&days);
    assert_eq!(draft.total(), 2170 + 2270);
    assert_eq!(sentences(&draft)[1], "1 x [Lou] : Ticket(s) pour le service Cantine maternelle (réservé en retard)");
}

#[test]
fn a_period_is_a_month() {
    let period = Period::parse("2016-02").unwrap();
    assert_eq!((period.first(), period.last()), (parse_day("2016-02-01").unwrap(), parse_day("2016-02-29").unwrap()));
    assert_eq!(Period::before(parse_day("2026-01-02").unwrap()).to_string(), "2025-12");
    assert_eq!(period.said(), "février 2016");
    assert!(["2016-13", "2016-2", "x", "2016-02-01"].iter().all(|text| Period::parse(text).is_none()));
}

proptest! {
    /// The total of a draft is the sum of what each of its days costs alone.
    #[test]
    fn a_draft_is_the_sum_of_its_days(chloe in 0_u64..20, lou in 0_u64..20) {
        let days = [taken("chloe", "cantine", chloe), taken("lou", "cantine", lou)].concat();
        let alone: i64 = days.iter().map(|one| drafted(std::slice::from_ref(one)).total()).sum();
        prop_assert_eq!(drafted(&days).total(), alone);
        let counted: u32 = drafted(&days).lines.iter().map(|line| line.quantity).sum();
        prop_assert_eq!(u64::from(counted), chloe + lou);
    }
}
