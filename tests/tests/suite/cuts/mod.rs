//! A month of invoices is cut at every call to AWS, doubled, and run twice at once: its end is that of an undisturbed run.

mod ending;
mod rig;

use std::time::Instant;

use preau::Copies;
use tests::activity::{canteen, study};
use tests::village::{AUTOMATIC, Shape, child_id, family_id};
use tests::{Deaths, Fault, Side};

use ending::Ending;
use rig::{FUNCTIONS, Month, Rig};

/// Above the threshold of 15 €.
const FIVE_DAYS: [&str; 5] = ["2015-05-18", "2015-05-19", "2015-05-21", "2015-05-22", "2015-05-26"];

/// What one of the families has tickets for.
const PREPAID_DAYS: [&str; 2] = ["2015-05-28", "2015-05-29"];

/// Six families of every sort.
const ORDINARY: usize = 0;
const CARRIED: usize = 1;
const FAULTY: usize = 2;
const TWO_ADULTS: usize = 3;
const PREPAID: usize = 4;
const POISONED: usize = 5;
const SIX: usize = 6;
/// How many of them a step takes: each stage of a run has one in its middle.
const A_STEP: usize = 3;

fn activities() -> String {
    format!("{}{}", canteen(), study())
}

fn booked(family: usize, days: &[&str]) -> String {
    days.iter().map(|day| format!("{};cantine;{day};\n", child_id(family, 0))).collect()
}

/// The bookings of the six.
fn six() -> String {
    let mut all = String::new();
    for family in [ORDINARY, FAULTY, TWO_ADULTS, PREPAID, POISONED] {
        all += &booked(family, &FIVE_DAYS);
    }
    all += &booked(CARRIED, &FIVE_DAYS[..3]);
    all += &booked(PREPAID, &PREPAID_DAYS);
    // Nobody wrote the hours of this one down.
    all + &format!("{};etude;2015-05-21;\n", child_id(FAULTY, 0))
}

fn second_adult() -> String {
    format!("{};second;PÈRE;Second;FAMILLE {TWO_ADULTS};second@village.example\n", family_id(TWO_ADULTS))
}

/// A village of the six, one of them poisoned.
async fn village_of_six(rig: &Rig) -> Month<'_> {
    let (activities, adults, bookings) = (activities(), second_adult(), six());
    let shape = Shape {
        families: SIX,
        activities: &activities,
        billing: AUTOMATIC,
        adults: &adults,
        bookings: &bookings,
        ..Shape::default()
    };
    let month = Month::load(rig, &shape).await;
    for day in PREPAID_DAYS {
        month.take_a_ticket(PREPAID, day).await;
    }
    month.poison(POISONED).await;
    month
}

/// A month of the six, up to the last mail.
async fn month_of_six(rig: &Rig, deaths: Vec<(u64, Side)>) -> (Ending, Deaths) {
    let month = village_of_six(rig).await;
    rig.town.wire.deaths(Deaths::of(&FUNCTIONS, deaths));
    month.run().await;
    let deaths = rig.town.wire.deaths(Deaths::default());
    let ending = Ending::of(&month, SIX, deaths.found().len()).await;
    month.forget().await;
    (ending, deaths)
}

/// What an undisturbed month of the six comes to, told by hand.
fn check_six(ending: &Ending) {
    let totals = ending.invoices.iter().map(|(family, (number, total, _))| (family.clone(), number.as_str(), *total));
    let expected = [
        (family_id(ORDINARY), "2015-00001", 2000),
        (family_id(TWO_ADULTS), "2015-00002", 2000),
        (family_id(PREPAID), "2015-00003", 2000),
    ];
    assert_eq!(totals.collect::<Vec<_>>(), expected);
    assert_eq!(ending.carried.iter().collect::<Vec<_>>(), [(&family_id(CARRIED), &1200)]);
    assert_eq!(ending.left.iter().collect::<Vec<_>>(), [&family_id(FAULTY), &family_id(POISONED)], "they are named");
}

/// Cuts months of six twice each: before one call, and after the one half a month later, so that every so manieth call is
/// the one and the other. A month whose first cut has spared it calls may end before the second: that one has a month of its
/// own. How many cuts were made, and at how many somebody died.
async fn cut_twice(copies: Copies, every: usize) -> (usize, usize) {
    let rig = Rig::start(copies, A_STEP).await;
    let (undisturbed, counted) = month_of_six(&rig, Vec::new()).await;
    check_six(&undisturbed);
    let calls = counted.calls();
    let (mut made, mut found, mut missed) = (0, 0, Vec::new());
    let mut cut = async |cuts: Vec<(u64, Side)>| {
        let (ending, deaths) = month_of_six(&rig, cuts.clone()).await;
        ending.agrees(&undisturbed, &format!("{copies:?}: {cuts:?}, {:?}", deaths.found()));
        found += deaths.found().len();
        let ended = deaths.calls();
        cuts.into_iter().filter(move |(call, _)| *call >= ended)
    };
    for call in (0..calls).step_by(every) {
        made += 2;
        missed.extend(cut(vec![(call, Side::Before), ((call + calls / 2) % calls, Side::After)]).await);
    }
    for alone in missed {
        let _never_met = cut(vec![alone]).await.count();
    }
    println!("{copies:?}: {calls} calls, {made} cuts made, {found} found");
    (made, found)
}

/// Every message is handed over twice. One copy after the other, where a month has its order of calls, functions die at each
/// of them; both at once, where no two months have the same, at every fourth.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_six_families_cut_before_and_after_every_call_ends_the_same() {
    let start = Instant::now();
    let rigs = [(Copies::TwoInTurn, 1), (Copies::TwoAtOnce, 4)].map(|(copies, every)| cut_twice(copies, every));
    let rigs = rigs.map(tokio::spawn);
    let (mut made, mut found) = (0, 0);
    for rig in rigs {
        let (more, met) = rig.await.unwrap();
        (made, found) = (made + more, found + met);
    }
    println!("{made} cuts made, {found} found, in {:?}", start.elapsed());
    assert!(found > 200 && found * 100 >= made * 95, "{found} of {made}");
}

/// A month of many ordinary families.
async fn month_of_many(rig: &Rig, families: usize, deaths: Vec<(u64, Side)>) -> (Ending, Deaths) {
    let bookings: String = (0..families).map(|family| booked(family, &FIVE_DAYS)).collect();
    let activities = activities();
    let shape =
        Shape { families, activities: &activities, billing: AUTOMATIC, bookings: &bookings, ..Shape::default() };
    let month = Month::load(rig, &shape).await;
    rig.town.wire.deaths(Deaths::of(&FUNCTIONS, deaths));
    month.run().await;
    let deaths = rig.town.wire.deaths(Deaths::default());
    let ending = Ending::of(&month, families, deaths.found().len()).await;
    month.forget().await;
    (ending, deaths)
}

/// As many places as asked for, from a seed, each before or after a call.
fn places(mut seed: u64, count: usize, calls: u64) -> Vec<(u64, Side)> {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let side = |odd: u64| if odd == 1 { Side::After } else { Side::Before };
    (0..count).map(|_| (next() % calls, side(next() % 2))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_of_two_hundred_families_cut_forty_times_ends_the_same() {
    const FAMILIES: usize = 200;
    const SEED: u64 = 2015;
    let start = Instant::now();
    let rig = Rig::start(Copies::TwoAtOnce, 40).await;
    let (undisturbed, counted) = month_of_many(&rig, FAMILIES, Vec::new()).await;
    assert_eq!(undisturbed.invoices.len(), FAMILIES);
    let cuts = places(SEED, 40, counted.calls());
    let (ending, deaths) = month_of_many(&rig, FAMILIES, cuts).await;
    ending.agrees(&undisturbed, &format!("seed {SEED}"));
    let found = deaths.found().len();
    println!("{} calls, 40 cuts made, {found} found, in {:?}", counted.calls(), start.elapsed());
    assert!(found >= 36, "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_ends_the_same_when_three_calls_in_ten_fail() {
    const FAULTS: [(Fault, u32); 6] = [
        (Fault::LostRequest, 60),
        (Fault::LostReply, 60),
        (Fault::TimedOut, 60),
        (Fault::Failed, 60),
        (Fault::Throttled, 60),
        (Fault::Conflict, 60),
    ];
    let rig = Rig::start(Copies::One, A_STEP).await;
    let (undisturbed, _) = month_of_six(&rig, Vec::new()).await;
    for seed in [1, 2, 3] {
        let month = village_of_six(&rig).await;
        rig.town.wire.break_calls_of(&FUNCTIONS, seed, &FAULTS);
        month.run().await;
        rig.town.wire.break_calls(1, &[]);
        let ending = Ending::of(&month, SIX, SIX).await;
        ending.agrees(&undisturbed, &format!("seed {seed}"));
        month.forget().await;
    }
}
