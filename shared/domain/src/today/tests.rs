//! The counting of a day, of its places and of its week.

use proptest::prelude::*;

use super::*;
use crate::activity::{ActivityKind, Who};
use crate::calendar::{Calendar, Range};
use crate::day::{Week, later, parse_day};
use crate::deadline::{Deadline, Rule};
use crate::dossier::DossierRules;
use crate::family::Custody;
use crate::organisation::Contact;
use chrono::Weekday::{self, Fri, Mon, Thu, Tue, Wed};

const SCHOOL_DAYS: [Weekday; 4] = [Mon, Tue, Thu, Fri];

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn activity(id: &str, kind: ActivityKind, weekdays: &[Weekday]) -> Activity {
    let open = || Deadline { rule: Rule::Open, moves: None, late: None };
    Activity {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        kind,
        weekdays: weekdays.to_vec(),
        season: None,
        closes_on_public_holidays: true,
        closes_in_school_holidays: false,
        closures: Vec::new(),
        openings: Vec::new(),
        hours: None,
        who: Who::default(),
        week: None,
        book: open(),
        cancel: open(),
        price: None,
        prepaid: None,
    }
}

/// Meals and a garderie on four days, leisure on Wednesdays; 1 June 2015 is a Monday.
fn organisation() -> Organisation {
    let text = String::new;
    Organisation {
        id: "jumex".parse().unwrap(),
        name: text(),
        town: text(),
        zone: text(),
        contact: Contact { phone: text(), mel: text(), address: Vec::new(), opening_hours: Vec::new() },
        texts: Vec::new(),
        calendar: Calendar::default(),
        activities: vec![
            activity("garderie", ActivityKind::Childcare, &SCHOOL_DAYS),
            activity("cantine", ActivityKind::Meal, &SCHOOL_DAYS),
            activity("mercredi", ActivityKind::Leisure, &[Wed]),
        ],
        capacities: Vec::new(),
        tariffs: Vec::new(),
        joint_prices: Vec::new(),
        billing: None,
        dossier: DossierRules::default(),
        pieces: Vec::new(),
        retention: Default::default(),
    }
}

fn child(id: &str, school: Option<&str>, class: &str) -> Child {
    let named = Child::named(id.parse().unwrap(), id, Custody::ALWAYS);
    Child { school: school.map(str::to_owned), class: Some(class.to_owned()), ..named }
}

fn awaited<'a>(activity: &'a ActivityId, child: &'a Child) -> OnRoll<'a> {
    OnRoll { activity, child, booked: true, announced: false, seen: None }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
}

#[test]
fn each_child_is_present_absent_announced_or_awaited() {
    let organisation = organisation();
    let cantine = &organisation.activities[1].id;
    let children = ["a", "b", "c", "d", "e", "f"].map(|id| child(id, None, "CP"));
    let line = |at: usize| awaited(cantine, &children[at]);
    let rolls = [
        OnRoll { seen: Some((Presence::Present, at(5))), ..line(0) },
        OnRoll { seen: Some((Presence::PresentUnbooked, at(9))), booked: false, ..line(1) },
        OnRoll { seen: Some((Presence::AbsentExcused, at(7))), announced: true, ..line(2) },
        OnRoll { seen: Some((Presence::AbsentUnexcused, at(6))), ..line(3) },
        OnRoll { announced: true, ..line(4) },
        line(5),
    ];
    let days = activities_of_day(&organisation, day("2015-06-02"), &rolls);
    let counts = days[1].counts;
    let expected = Counts { booked: 5, present: 2, absent: 2, announced: 1, awaited: 1, care: 0, marked: Some(at(9)) };
    assert_eq!(counts, expected);
    assert_eq!(days[0].counts, Counts::default(), "the garderie has none of them");
}

#[test]
fn what_an_agent_saw_counts_before_what_a_parent_announced() {
    let organisation = organisation();
    let (cantine, noe) = (&organisation.activities[1].id, child("noe", None, "CP"));
    let came = OnRoll { announced: true, seen: Some((Presence::Present, at(1))), ..awaited(cantine, &noe) };
    let counts = activities_of_day(&organisation, day("2015-06-02"), &[came])[1].counts;
    assert_eq!((counts.present, counts.announced), (1, 0));
}

#[test]
fn schools_are_in_the_order_of_the_alphabet_and_who_has_none_is_last() {
    let organisation = organisation();
    let cantine = &organisation.activities[1].id;
    let schools =
        [Some("Les Tilleuls"), None, Some("Émile-Zola"), Some(" Les Tilleuls "), Some(""), Some("Jules-Ferry")];
    let children: Vec<Child> =
        schools.iter().enumerate().map(|(at, school)| child(&format!("c{at}"), *school, "CP")).collect();
    let rolls: Vec<OnRoll> = children.iter().map(|child| awaited(cantine, child)).collect();
    let days = activities_of_day(&organisation, day("2015-06-02"), &rolls);
    let rows: Vec<(Option<&str>, u32)> =
        days[1].schools.iter().map(|row| (row.school.as_deref(), row.counts.booked)).collect();
    assert_eq!(rows, [(Some("Émile-Zola"), 1), (Some("Jules-Ferry"), 1), (Some("Les Tilleuls"), 2), (None, 2)]);
}

#[test]
fn care_is_counted_whether_it_is_an_allergy_or_a_meal_of_its_own() {
    let organisation = organisation();
    let cantine = &organisation.activities[1].id;
    let children = [(true, true), (true, false), (false, true), (false, false)];
    let children = children.map(|(care, pai)| Child { care, pai, ..child("c", None, "CP") });
    let rolls: Vec<OnRoll> = children.iter().map(|child| awaited(cantine, child)).collect();
    assert_eq!(activities_of_day(&organisation, day("2015-06-02"), &rolls)[1].counts.care, 3);
}

fn capacity(id: &str, activities: &[&str], classes: &[&str], places: u32) -> Capacity {
    Capacity {
        id: id.parse().unwrap(),
        activities: activities.iter().map(|id| id.parse().unwrap()).collect(),
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        places,
        by_weekday: BTreeMap::from([("tue".to_owned(), places + 1)]),
        last_places: 0,
        promotes_until_days: 0,
    }
}

#[test]
fn places_are_those_of_the_weekday_and_who_shares_them_is_said() {
    let mut organisation = organisation();
    organisation.capacities =
        vec![capacity("petits", &["cantine"], &["PS"], 20), capacity("tous", &["garderie", "cantine"], &[], 30)];
    let (garderie, cantine) = (&organisation.activities[0].id, &organisation.activities[1].id);
    let (small, tall) = (child("small", None, "PS"), child("tall", None, "CM2"));
    let there = OnRoll { booked: false, seen: Some((Presence::PresentUnbooked, at(0))), ..awaited(cantine, &tall) };
    let rolls = [awaited(garderie, &small), awaited(cantine, &small), awaited(garderie, &tall), there];
    let days = activities_of_day(&organisation, day("2015-06-02"), &rolls);
    let places = |places, taken, classes: &[&str], shared: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Places { places, taken, classes: owned(classes), shared: owned(shared) }
    };
    assert_eq!(days[0].places, [places(31, 2, &[], &["cantine"])]);
    // A small one in the canteen takes a place of the small ones; who was there without a booking takes none.
    assert_eq!(days[1].places, [places(21, 1, &["PS"], &[]), places(31, 2, &[], &["garderie"])]);
    let monday = activities_of_day(&organisation, day("2015-06-01"), &[]);
    assert_eq!(monday[0].places, [places(30, 0, &[], &["cantine"])]);
}

#[test]
fn what_is_closed_is_no_line_and_has_its_word() {
    let mut organisation = organisation();
    let strike = Range { from: day("2015-06-02"), to: day("2015-06-02"), name: "Grève".to_owned() };
    organisation.activities[1].closures.push(strike);
    let named =
        |day| closed_on(&organisation, day).into_iter().map(|(one, why)| (one.name.clone(), why)).collect::<Vec<_>>();
    assert_eq!(named(day("2015-06-02")), [("cantine".to_owned(), "Grève".to_owned())]);
    assert_eq!(named(day("2015-06-06")), [], "nobody expects a canteen on a Saturday");
    let open: Vec<_> = activities_of_day(&organisation, day("2015-06-02"), &[]);
    assert_eq!(open.iter().map(|one| one.activity.name.as_str()).collect::<Vec<_>>(), ["garderie"]);
}

fn lists(of: &[(&str, &str, &[&str])]) -> BTreeMap<(Day, ActivityId), Vec<crate::id::ChildId>> {
    let list = |(on, activity, children): &(&str, &str, &[&str])| {
        ((day(on), activity.parse().unwrap()), children.iter().map(|id| id.parse().unwrap()).collect())
    };
    of.iter().map(list).collect()
}

#[test]
fn a_week_counts_meals_and_leisure_and_says_why_a_day_is_closed() {
    let mut organisation = organisation();
    organisation.activities.push(activity("apres-midi", ActivityKind::Leisure, &[Wed]));
    organisation.calendar.public_holidays =
        vec![Range { from: day("2015-06-04"), to: day("2015-06-04"), name: "Fête".to_owned() }];
    let week = Week::of(day("2015-06-03"));
    let read = lists_of_week(&organisation, week);
    let asked: Vec<(String, &str)> = read.iter().map(|(day, one)| (day.to_string(), one.as_str())).collect();
    let expected = [
        ("2015-06-01", "cantine"),
        ("2015-06-02", "cantine"),
        ("2015-06-03", "mercredi"),
        ("2015-06-03", "apres-midi"),
        ("2015-06-05", "cantine"),
    ];
    assert_eq!(asked, expected.map(|(day, one)| (day.to_owned(), one)));
    let booked = lists(&[
        ("2015-06-01", "cantine", &["a", "b"]),
        ("2015-06-03", "mercredi", &["a", "b"]),
        ("2015-06-03", "apres-midi", &["b", "c"]),
        ("2015-06-05", "cantine", &[]),
    ]);
    let told = squares(&organisation, week, &booked);
    let closed: Vec<(bool, Option<&str>)> = told.iter().map(|one| (one.closed, one.reason.as_deref())).collect();
    let (open, shut) = ((false, None), (true, None));
    assert_eq!(closed, [open, open, open, (true, Some("Fête")), open, shut, shut]);
    let counts: Vec<_> = told.iter().map(|square| square.counts.clone()).collect();
    let meals = |count| vec![(Service::Meals, count)];
    // A child of both halves of a Wednesday is one child; a list that was not read counts nothing.
    assert_eq!(counts[..5], [meals(2), vec![], vec![(Service::Leisure, 3)], vec![], meals(0)]);
}

#[test]
fn where_there_are_neither_meals_nor_leisure_children_are_counted_once() {
    let mut organisation = organisation();
    organisation.activities =
        vec![activity("matin", ActivityKind::Childcare, &[Mon]), activity("soir", ActivityKind::Other, &[Mon])];
    let booked = lists(&[("2015-06-01", "matin", &["a", "b"]), ("2015-06-01", "soir", &["b"])]);
    let told = squares(&organisation, Week::of(day("2015-06-01")), &booked);
    assert_eq!(told[0].counts, [(Service::Children, 2)]);
}

#[test]
fn a_week_of_more_lists_than_are_read_is_not_counted() {
    let mut organisation = organisation();
    let canteens = |count: usize| {
        (0..count).map(|at| activity(&format!("cantine-{at}"), ActivityKind::Meal, &SCHOOL_DAYS)).collect()
    };
    let week = Week::of(day("2015-06-01"));
    organisation.activities = canteens(MOST_LISTS / 4);
    assert_eq!(lists_of_week(&organisation, week).len(), MOST_LISTS);
    organisation.activities = canteens(MOST_LISTS / 4 + 1);
    assert_eq!(lists_of_week(&organisation, week), []);
    assert!(squares(&organisation, week, &BTreeMap::new()).iter().all(|square| square.counts.is_empty()));
}

#[test]
fn a_day_whose_calendar_is_not_published_says_so() {
    let mut organisation = organisation();
    let beyond = later(day("2098-01-01"), 4);
    let zone = |text: &str| text.to_owned();
    organisation.calendar.published =
        Some(crate::calendar::PublishedCalendars {
            zone: zone("B"), territory: zone("Métropole"), good_friday: false
        });
    organisation.activities.iter_mut().for_each(|one| one.closes_in_school_holidays = true);
    let squares = squares(&organisation, Week::of(beyond), &BTreeMap::new());
    assert_eq!((squares[0].closed, squares[0].reason.as_deref()), (true, Some("Calendrier non publié")));
}

proptest! {
    /// Whoever is on a roll is one of the four, and the schools of an activity together are the activity.
    #[test]
    fn nobody_is_lost_and_nobody_is_counted_twice(
        lines in proptest::collection::vec((0..3_usize, 0..5_usize, any::<bool>(), any::<bool>()), 0..60)
    ) {
        let organisation = organisation();
        let cantine = &organisation.activities[1].id;
        let schools = [None, Some("A"), Some("B")];
        let seen = [
            None,
            Some(Presence::Present),
            Some(Presence::AbsentExcused),
            Some(Presence::AbsentUnexcused),
            Some(Presence::PresentUnbooked),
        ];
        let children: Vec<Child> = lines.iter().map(|(school, ..)| child("c", schools[*school], "CP")).collect();
        let rolls = lines.iter().zip(&children).map(|(&(_, presence, announced, booked), child)| {
            OnRoll { activity: cantine, child, booked, announced, seen: seen[presence].map(|one| (one, at(0))) }
        });
        let rolls: Vec<OnRoll> = rolls.collect();
        let days = activities_of_day(&organisation, day("2015-06-02"), &rolls);
        let sum = |counts: &Counts| (counts.present + counts.absent + counts.announced + counts.awaited) as usize;
        prop_assert_eq!(sum(&days[1].counts), rolls.len());
        prop_assert_eq!(days[1].schools.iter().map(|row| sum(&row.counts)).sum::<usize>(), rolls.len());
    }
}
