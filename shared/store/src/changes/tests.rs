//! What a transaction costs is what is built; what a failed write teaches is known to the next.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc, Weekday};
use proptest::prelude::*;

use super::learned::Learned;
use super::writing::Finished;
use super::writing::{Maker, Writing};
use crate::records::{BookingRecord, BookingStatus, CreditRecord, LotRecord, OutboxRecord, PeriodRecord, RoomRecord};
use crate::{Facts, Gathered, MOST_ACTIONS, Transaction, keys};
use domain::activity::{Activity, ActivityKind, Who};
use domain::attendance::{Absence, Attendance, Presence, Proof};
use domain::capacity::{Capacity, Room, Waiting};
use domain::day::{Day, later, parse_day, start_of};
use domain::deadline::Rule;
use domain::family::{Child, Custody};
use domain::id::{ActivityId, ChildId, FamilyId, LotId, OrganisationId};
use domain::invoice::Period;
use domain::moment::Moment;
use domain::organisation::{Contact, Organisation};
use domain::planning::{Action, Step};
use domain::wallet::{Counts, Lot, Prepaid};

/// With places, with tickets, with both, with neither.
const ACTIVITIES: [&str; 4] = ["cantine", "ludotheque", "atelier", "etude"];
const CHILDREN: [&str; 2] = ["chloe", "lou"];
const FIRST_DAY: &str = "2015-05-25";
const TODAY: &str = "2015-06-02";
const DAYS: usize = 14;
const PLACES: u32 = 4;

fn day(at: usize) -> Day {
    later(parse_day(FIRST_DAY).unwrap(), at as u64)
}

fn moment() -> Moment {
    let now = start_of(parse_day(TODAY).unwrap());
    Moment { business: now, wall: now }
}

fn activity(id: &str) -> Activity {
    let tickets = Prepaid { packs: vec![10], counts: Counts::AtIssue, per_child: false, without_ticket: true };
    Activity {
        id: id.parse().unwrap(),
        name: id.to_owned(),
        kind: ActivityKind::Other,
        weekdays: (0..7).map(|day| Weekday::try_from(day).unwrap()).collect(),
        season: None,
        closes_on_public_holidays: false,
        closes_in_school_holidays: false,
        closures: Vec::new(),
        openings: Vec::new(),
        hours: None,
        who: Who::default(),
        week: None,
        book: Rule::Open.into(),
        cancel: Rule::Open.into(),
        price: None,
        prepaid: ["ludotheque", "atelier"].contains(&id).then_some(tickets),
    }
}

fn organisation() -> Organisation {
    let contact = Contact { phone: String::new(), mel: String::new(), address: Vec::new(), opening_hours: Vec::new() };
    let capacity = |id: &str| Capacity {
        id: id.parse().unwrap(),
        activities: vec![id.parse().unwrap()],
        classes: Vec::new(),
        places: PLACES,
        by_weekday: BTreeMap::new(),
        last_places: 1,
        promotes_until_days: 0,
    };
    Organisation {
        id: "jumex".parse().unwrap(),
        name: String::new(),
        town: String::new(),
        zone: String::new(),
        contact,
        texts: Vec::new(),
        calendar: Default::default(),
        activities: ACTIVITIES.map(activity).into(),
        capacities: vec![capacity("cantine"), capacity("atelier")],
        tariffs: Vec::new(),
        joint_prices: Vec::new(),
        billing: None,
        dossier: Default::default(),
        pieces: Vec::new(),
        retention: Default::default(),
    }
}

fn child(id: &str) -> Child {
    Child::named(id.parse().unwrap(), id, Custody::ALWAYS)
}

fn lot_id(number: usize) -> LotId {
    format!("2015-{number:05}").parse().unwrap()
}

fn lot(number: usize, activity: &str, left: u32) -> LotRecord {
    let lot = Lot {
        id: lot_id(number),
        activity: activity.parse().unwrap(),
        child: None,
        unit: 350,
        bought: 40,
        left,
        refunded: 0,
        opened: day(0),
        counts: Counts::AtIssue,
        paid: false,
    };
    LotRecord {
        organisation: "jumex".parse().unwrap(),
        family: "devret".parse().unwrap(),
        lot,
        request: "r".to_owned(),
        said: String::new(),
        at: DateTime::UNIX_EPOCH,
        version: 3,
    }
}

fn booking(child: &str, activity: &str, day: Day, status: BookingStatus) -> BookingRecord {
    BookingRecord {
        organisation: "jumex".parse().unwrap(),
        family: "devret".parse().unwrap(),
        child: child.parse().unwrap(),
        activity: activity.parse().unwrap(),
        day,
        at: DateTime::UNIX_EPOCH,
        status,
        surcharge: 0,
        abonnement: None,
        paid: None,
        lot: None,
        absence: None,
        attendance: None,
        version: 1,
    }
}

fn waiting(ticket: u64, child: &str, activity: &str) -> Waiting {
    let (family, child, activity) = ("devret".parse().unwrap(), child.parse().unwrap(), activity.parse().unwrap());
    Waiting { ticket, family, child, activity, at: DateTime::UNIX_EPOCH, lot: None }
}

fn room(activity: &str, day: Day, room: Room) -> RoomRecord {
    RoomRecord { organisation: "jumex".parse().unwrap(), capacity: activity.parse().unwrap(), day, room, version: 7 }
}

fn gathered(bookings: Vec<BookingRecord>, rooms: Vec<RoomRecord>, lots: Vec<LotRecord>) -> Facts {
    Facts::from(Gathered { bookings, rooms, lots, invoiced: Vec::new(), documents: None })
}

/// Who makes the steps of a test.
struct Devret {
    organisation: OrganisationId,
    family: FamilyId,
}

fn devret() -> Devret {
    Devret { organisation: "jumex".parse().unwrap(), family: "devret".parse().unwrap() }
}

impl Devret {
    fn maker(&self) -> Maker<'_> {
        Maker {
            organisation: &self.organisation,
            family: &self.family,
            account: None,
            said: "Chantal DEVRET",
            request: "r",
            reason: None,
            abonnement: None,
            moment: moment(),
        }
    }
}

/// A transaction that demands so many things already.
fn begun(guards: usize) -> Transaction {
    let mut transaction = Transaction::of_system();
    for at in 0..guards {
        transaction.check_exists(&keys::token(&at.to_string()));
    }
    transaction
}

/// What a test wants of one cell.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    child: usize,
    activity: usize,
    day: usize,
    /// What is there before.
    held: Option<BookingStatus>,
    /// Which of the two things that may happen then does.
    other: bool,
    /// Whether a ticket lies on it: of the lot that is known, or of one that nobody has read.
    lot: Option<bool>,
}

impl Wanted {
    fn cell(&self) -> (&'static str, &'static str, Day) {
        (CHILDREN[self.child], ACTIVITIES[self.activity], day(self.day))
    }

    fn booking(&self) -> Option<BookingRecord> {
        let (child, activity, day) = self.cell();
        let number = |known: bool| if known { self.activity } else { 99 };
        let lot = self.lot.filter(|_| activity != "etude").map(|known| lot_id(number(known)));
        Some(BookingRecord { lot, ..booking(child, activity, day, self.held?) })
    }

    /// Tries it; whether it fitted.
    fn carry_out(&self, writing: &mut Writing) -> bool {
        let (who, activity, day) = self.cell();
        let credit = CreditRecord {
            organisation: "jumex".parse().unwrap(),
            family: "devret".parse().unwrap(),
            child: who.parse().unwrap(),
            activity: activity.parse().unwrap(),
            day,
            cents: 400,
            reason: "Grève".to_owned(),
            at: DateTime::UNIX_EPOCH,
        };
        let absence = Absence {
            reason: "angine".to_owned(),
            proof: Proof::None,
            at: DateTime::UNIX_EPOCH,
            said: "Chantal DEVRET".to_owned(),
        };
        let action = match (self.held, self.other) {
            (None, false) => Action::Book,
            (None, true) => Action::Join,
            (Some(BookingStatus::Waiting), false) => Action::Leave,
            (Some(BookingStatus::Waiting), true) => Action::Admit,
            (Some(_), _) => Action::Cancel,
        };
        let step = Step { activity: activity.parse().unwrap(), day, action, surcharge: 0 };
        match (self.booking(), action, self.other, self.lot) {
            (Some(held), Action::Cancel, true, Some(_)) => writing.try_absence(&child(who), &held, &absence),
            (Some(_), Action::Cancel, true, None) => writing.try_credited(&child(who), &step, Some(&credit)),
            _ => writing.try_step(&child(who), &step),
        }
    }
}

fn wants() -> impl Strategy<Value = Vec<Wanted>> {
    let held = prop_oneof![Just(None), Just(Some(BookingStatus::Booked)), Just(Some(BookingStatus::Waiting))];
    let want = (0..CHILDREN.len(), 0..ACTIVITIES.len(), 0..DAYS, held, any::<bool>(), any::<Option<bool>>());
    let want = want.prop_map(|(child, activity, day, held, other, lot)| {
        // Nobody waits for what has places without end. No change joins a line and frees a place of it at once: days of
        // the one sort and of the other take turns.
        let (counted, joins) = (["cantine", "atelier"].contains(&ACTIVITIES[activity]), day % 2 == 1);
        let held = held.filter(|held| match held {
            BookingStatus::Waiting => counted,
            BookingStatus::Booked | BookingStatus::Unbooked => !joins,
        });
        let other = other && (held.is_some() || joins && counted);
        Wanted { child, activity, day, held, other, lot }
    });
    proptest::collection::vec(want, 1..40).prop_map(|mut wants| {
        let mut seen = std::collections::HashSet::new();
        wants.retain(|want| seen.insert((want.child, want.activity, want.day)));
        wants
    })
}

/// The facts before, with so many others in each line.
fn facts(wants: &[Wanted], others: usize) -> Facts {
    let bookings: Vec<BookingRecord> = wants.iter().filter_map(Wanted::booking).collect();
    let mut rooms: HashMap<(&str, Day), Room> = HashMap::new();
    for want in wants {
        let (child, activity, day) = want.cell();
        let room = rooms.entry((activity, day)).or_insert_with(|| Room {
            taken: PLACES,
            line: (0..others).map(|at| waiting(at as u64, &format!("c{at}"), activity)).collect(),
            next_ticket: others as u64,
        });
        if want.held == Some(BookingStatus::Waiting) {
            room.join(
                "devret".parse().unwrap(),
                child.parse().unwrap(),
                activity.parse().unwrap(),
                moment().business,
                None,
            );
        }
    }
    let rooms = rooms.into_iter().map(|((activity, day), known)| room(activity, day, known)).collect();
    gathered(bookings, rooms, vec![lot(1, "ludotheque", 30), lot(2, "atelier", 30)])
}

proptest! {
    /// What a writing says it costs is what is built, it never has more than a transaction holds, and what it refuses
    /// would not have fitted.
    #[test]
    fn the_cost_of_each_step_is_what_is_built(wants in wants(), others in 0..4_usize, guards in 0..90_usize) {
        let (organisation, facts, who) = (organisation(), facts(&wants, others), devret());
        let begin = |guards| Writing::new(begun(guards), who.maker(), (&organisation, &facts), Learned::default());
        let mut writing = begin(guards);
        let mut fitted = Vec::new();
        for want in &wants {
            let before = writing.size();
            if want.carry_out(&mut writing) {
                fitted.push(want);
            } else {
                prop_assert_eq!(writing.size(), before);
                let mut bare = begin(0);
                let all = fitted.iter().chain([&want]).all(|want| want.carry_out(&mut bare));
                prop_assert!(!all || bare.finish().transaction.len() + guards > MOST_ACTIONS, "{want:?} would fit");
            }
        }
        let size = writing.size();
        let Finished { transaction, .. } = writing.finish();
        prop_assert_eq!(transaction.len(), size);
        prop_assert!(size <= MOST_ACTIONS);
    }

    /// A line is given as many free places as fit, however long it is.
    #[test]
    fn a_line_is_given_what_fits(waits in 1..60_u64, free in 1..60_u32, guards in 0..90_usize) {
        let mut organisation = organisation();
        organisation.capacities[0].places = free;
        let line = (0..waits).map(|at| waiting(at, &format!("c{at}"), "cantine")).collect();
        let record = room("cantine", day(10), Room { taken: 0, line, next_ticket: waits });
        let (facts, who) = (gathered(Vec::new(), Vec::new(), Vec::new()), devret());
        let mut writing = Writing::new(begun(guards), who.maker(), (&organisation, &facts), Learned::default());
        let given = writing.settle(record);
        let size = writing.size();
        prop_assert_eq!(writing.finish().transaction.len(), size);
        prop_assert!(size <= MOST_ACTIONS);
        let all = usize::try_from(waits.min(u64::from(free))).unwrap();
        prop_assert!(given == all || size + 4 > MOST_ACTIONS, "{given} of {all}, {size} actions");
    }
}

fn cantine(day: Day, action: Action) -> Step {
    Step { activity: "cantine".parse().unwrap(), day, action, surcharge: 0 }
}

/// The line of the canteen as a writing leaves it, and who booked there with it.
fn line(after: &Facts, at: Day) -> Vec<String> {
    let room = &after.rooms[&("cantine".parse().unwrap(), at)].room;
    room.line.iter().map(|waiting| waiting.child.to_string()).collect()
}

#[test]
fn a_child_in_line_whose_booking_is_gone_is_passed_over_by_the_next_try() {
    let (organisation, who, at) = (organisation(), devret(), day(10));
    let full = Room {
        taken: PLACES,
        line: vec![waiting(0, "ghost", "cantine"), waiting(1, "lou", "cantine")],
        next_ticket: 2,
    };
    let facts = gathered(
        vec![booking("chloe", "cantine", at, BookingStatus::Booked)],
        vec![room("cantine", at, full)],
        Vec::new(),
    );
    let mut learned = Learned::default();
    let cancel = |learned: &Learned| {
        let mut writing = Writing::new(begun(0), who.maker(), (&organisation, &facts), learned.clone());
        assert!(writing.try_step(&child("chloe"), &cantine(at, Action::Cancel)));
        writing.finish()
    };
    let first = cancel(&learned);
    assert_eq!(line(&first.after, at), ["lou"], "the first in line is given the place");
    // Change, booking, place; then the promoted child's booking, which is no more.
    learned.learn_from_failure(&[3], first.marks);
    let second = cancel(&learned);
    assert!(line(&second.after, at).is_empty(), "the ghost has left, and who was behind it has the place");
    assert_eq!(second.after.rooms[&("cantine".parse().unwrap(), at)].room.taken, PLACES);
}

#[test]
fn who_waited_and_was_there_leaves_the_line_with_the_note() {
    let (organisation, who, at) = (organisation(), devret(), day(8));
    let held = booking("lou", "cantine", at, BookingStatus::Waiting);
    let full =
        Room { taken: PLACES, line: vec![waiting(4, "lou", "cantine"), waiting(5, "anna", "cantine")], next_ticket: 6 };
    let facts = gathered(vec![held.clone()], vec![room("cantine", at, full)], Vec::new());
    let attendance = Attendance {
        presence: Presence::PresentUnbooked,
        arrived: None,
        left: None,
        at: DateTime::<Utc>::UNIX_EPOCH,
        said: "Agente".to_owned(),
    };
    let noted = BookingRecord { status: BookingStatus::Unbooked, attendance: Some(attendance), version: 2, ..held };
    let mut writing = Writing::new(begun(0), who.maker(), (&organisation, &facts), Learned::default());
    writing.note(&child("lou"), &noted);
    assert_eq!(line(&writing.finish().after, at), ["anna"]);
}

/// Whether a transaction demands that a month of the family is open.
fn demands(mut transaction: Transaction, month: &str) -> bool {
    let (who, actions) = (devret(), transaction.len());
    let month = Period::parse(month).unwrap();
    transaction.check_absent(&keys::family_period(&who.organisation, &who.family, month)) < actions
}

#[test]
fn a_past_month_is_demanded_to_be_open_unless_it_was_read_as_invoiced() {
    let (organisation, who) = (organisation(), devret());
    let built = |invoiced: Vec<PeriodRecord>, at: Day| {
        let bookings = vec![booking("lou", "etude", at, BookingStatus::Booked)];
        let facts = Facts::from(Gathered { bookings, rooms: Vec::new(), lots: Vec::new(), invoiced, documents: None });
        let mut writing = Writing::new(begun(0), who.maker(), (&organisation, &facts), Learned::default());
        let step = Step { activity: "etude".parse().unwrap(), day: at, action: Action::Cancel, surcharge: 0 };
        assert!(writing.try_step(&child("lou"), &step));
        writing.finish().transaction
    };
    let may = PeriodRecord {
        organisation: who.organisation.clone(),
        family: who.family.clone(),
        period: Period::parse("2015-05").unwrap(),
        invoice: None,
        charged: 0,
        given_back: 0,
        carried: 0,
        flats: Default::default(),
        priced_by: None,
        corrected_by: None,
        lines: Vec::new(),
        returned: Vec::new(),
        version: 1,
    };
    assert!(demands(built(Vec::new(), day(0)), "2015-05"));
    assert!(!demands(built(vec![may], day(0)), "2015-05"), "a closure gives a day of it back");
    assert!(!demands(built(Vec::new(), day(9)), "2015-06"), "the month that goes on is nobody's invoice yet");
}

#[test]
fn a_place_that_another_family_holds_and_a_mail_that_went_are_known_to_the_next_try() {
    let (organisation, who, at) = (organisation(), devret(), day(10));
    let facts = gathered(Vec::new(), Vec::new(), Vec::new());
    let mail = OutboxRecord::for_family(
        "m".to_owned(),
        crate::records::Message::Digest {
            organisation: who.organisation.clone(),
            family: who.family.clone(),
            requests: Vec::new(),
        },
        DateTime::UNIX_EPOCH,
    );
    let build = |learned: Learned| {
        let mut writing = Writing::new(begun(0), who.maker(), (&organisation, &facts), learned);
        writing.tell_once(&mail);
        assert!(writing.try_step(&child("lou"), &cantine(at, Action::Book)));
        writing.finish()
    };
    let (lou, cantine): (ChildId, ActivityId) = ("lou".parse().unwrap(), "cantine".parse().unwrap());
    let first = build(Learned::default());
    let actions = first.transaction.len();
    // That the mail has not ended, the mail, the change, the booking, the place.
    let mut learned = Learned::default();
    learned.learn_from_failure(&[1, 4], first.marks);
    assert!(learned.is_held(&lou, &cantine, at));
    assert!(!learned.is_held(&"chloe".parse().unwrap(), &cantine, at), "it is lou's place that is held");
    let second = build(learned.clone());
    assert_eq!(second.transaction.len(), actions - 2, "the mail goes once");
    // Booked by the same family meanwhile: both conditions fail, and nobody else holds it.
    let mut other = Learned::default();
    other.learn_from_failure(&[3, 4], build(Learned::default()).marks);
    assert!(!other.is_held(&lou, &cantine, at));
}
