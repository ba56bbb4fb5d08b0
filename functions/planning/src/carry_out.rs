//! Carries an abonnement out: day by day decided like clicks, written many days to a transaction.
//!
//! Everything it needs to go on lies in the table, so that a gesture killed anywhere and sent again ends the same: a day
//! it booked is found booked, and no day is booked twice.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::abonnement::{Abonnement, Known, Step as Decided, Tally, step};
use domain::day::{Day, Week, later};
use domain::family::Child;
use domain::id::{ActivityId, ChildId};
use domain::moment::Moment;
use domain::planning::{Action, Facts as _, Spot, Want, cell_of, refuses_week};
use domain::role::Permission;
use serde::Serialize;
use store::records::{AbonnementRecord, BookingRecord, ChangeRecord, LotRecord, RoomRecord};
use store::{Failure, StoreError, keys, pause};
use web::ApiError;
use web::app::{App, Caller};

use crate::click::{busy, guarded};
use crate::load::{Household, Place, needed};
use store::Facts;
use store::changes::{Learned, Maker, Step, Writing};

/// How often one gesture may find others faster.
const TRIES: u32 = 30;
/// How long it goes on before it answers "not finished": well within the function's time limit.
const PATIENCE: Duration = Duration::from_secs(6);
/// The actions a transaction may hold, less those that guard it.
const ACTIONS: usize = 93;

/// What a person asks for.
pub(crate) enum Gesture {
    /// Saves a pattern, new or changed.
    Save(Abonnement),
    /// Ends one.
    End(String),
}

/// What became of it.
#[derive(Serialize)]
pub(crate) struct Outcome {
    id: String,
    finished: bool,
    summary: String,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Skipped {
    day: Day,
    activity: ActivityId,
    activity_name: String,
    reason: &'static str,
}

/// Saves what is asked, then carries it out.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    place: &Place,
    gesture: Gesture,
    moment: Moment,
) -> Result<Outcome, ApiError> {
    let started = tokio::time::Instant::now();
    let (mut household, mut record) = save(app, caller, place, gesture, moment).await?;
    let mut work = Work::read(app, place, &household, &record).await?;
    let mut cancelled = 0;
    let mut attempt = 0;
    loop {
        let plan = work.plan(&household, &record);
        let Some(chunk) = plan.chunk(&household, &record) else {
            let tally = Tally { cancelled, ..plan.tally };
            finish(app, caller, place, &household, record.clone(), tally).await?;
            return Ok(plan.outcome(&household, &record, tally));
        };
        if started.elapsed() > PATIENCE {
            return Ok(unfinished(&record));
        }
        match work.write(app, caller, place, &household, &record, &chunk).await? {
            true => {
                cancelled +=
                    u32::try_from(chunk.iter().filter(|step| step.action == Action::Cancel).count()).unwrap_or(0)
            }
            false if attempt < TRIES => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
                (household, record) = read(app, caller, place, &record.abonnement.id, moment).await?;
                let learned = std::mem::take(&mut work.learned);
                work = Work { learned, ..Work::read(app, place, &household, &record).await? };
            }
            false => return Err(busy()),
        }
    }
}

async fn load(
    app: &App,
    caller: &Caller,
    place: &Place,
    id: &str,
    moment: Moment,
) -> Result<(Household, Option<AbonnementRecord>), ApiError> {
    let key = keys::abonnement(&place.organisation, &place.family, id);
    let mut needed = needed(caller, place);
    needed.push(key.clone());
    let items = app.table.batch_get(&needed).await?;
    let household = Household::from(caller, place, moment, &items)?;
    household.access.demand(Permission::ChangeWeeks)?;
    Ok((household, items.get(&key)?))
}

async fn read(
    app: &App,
    caller: &Caller,
    place: &Place,
    id: &str,
    moment: Moment,
) -> Result<(Household, AbonnementRecord), ApiError> {
    let (household, record) = load(app, caller, place, id, moment).await?;
    Ok((household, record.ok_or_else(ApiError::not_found)?))
}

/// Keeps what is asked, before anything is done: a gesture that is killed can then be finished by anybody.
async fn save(
    app: &App,
    caller: &Caller,
    place: &Place,
    gesture: Gesture,
    moment: Moment,
) -> Result<(Household, AbonnementRecord), ApiError> {
    let id = match &gesture {
        Gesture::Save(abonnement) => abonnement.id.clone(),
        Gesture::End(id) => id.clone(),
    };
    for attempt in 0..TRIES {
        let (household, before) = load(app, caller, place, &id, moment).await?;
        let version = before.as_ref().map_or(0, |record| record.version);
        let (abonnement, ended) = match (&gesture, &before) {
            (Gesture::Save(abonnement), _) => (abonnement.clone(), false),
            (Gesture::End(_), Some(before)) => (before.abonnement.clone(), true),
            (Gesture::End(_), None) => return Err(ApiError::not_found()),
        };
        check(&household, &abonnement)?;
        if before.as_ref().is_some_and(|before| before.abonnement.child != abonnement.child) {
            return Err(ApiError::invalid("child", "Un abonnement reste celui du même enfant : créez-en un autre."));
        }
        let reach = before.map_or((abonnement.from, abonnement.to), |before| {
            (before.reach.0.min(abonnement.from), before.reach.1.max(abonnement.to))
        });
        let record = AbonnementRecord {
            organisation: place.organisation.clone(),
            family: place.family.clone(),
            abonnement,
            reach,
            ended,
            done: None,
            at: household.now,
            said: household.access.said.clone(),
            version: version + 1,
        };
        let transaction = guarded(caller, place, &household).put_over(&record, version);
        match app.table.write(transaction).await {
            Ok(()) => return Ok((household, record)),
            Err(Failure::Conditions(_) | Failure::Conflict) => tokio::time::sleep(pause(attempt)).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(busy())
}

/// Every name in it is one of this family's child and this organisation's activities.
fn check(household: &Household, abonnement: &Abonnement) -> Result<(), ApiError> {
    household.family.family.child(&abonnement.child).ok_or_else(ApiError::not_found)?;
    for line in &abonnement.lines {
        household.organisation.activity(&line.activity).ok_or_else(ApiError::not_found)?;
    }
    Ok(())
}

async fn finish(
    app: &App,
    caller: &Caller,
    place: &Place,
    household: &Household,
    record: AbonnementRecord,
    tally: Tally,
) -> Result<(), ApiError> {
    let read = record.version;
    let key = keys::abonnement(&place.organisation, &place.family, &record.abonnement.id);
    let transaction = guarded(caller, place, household);
    let transaction = match record.ended {
        true => transaction.delete_version(&key, read),
        false => transaction.put_over(&AbonnementRecord { done: Some(tally), version: read + 1, ..record }, read),
    };
    match app.table.write(transaction).await {
        // Somebody saved it again in between: that gesture ends it.
        Ok(()) | Err(Failure::Conditions(_) | Failure::Conflict) => Ok(()),
        Err(Failure::Store(error)) => Err(error.into()),
    }
}

/// The facts of all days an abonnement reaches.
struct Work {
    facts: Facts,
    /// Days on which a person decided last, by cancelling.
    by_hand: BTreeSet<(ActivityId, Day)>,
    learned: Learned,
}

impl Work {
    async fn read(
        app: &App,
        place: &Place,
        household: &Household,
        record: &AbonnementRecord,
    ) -> Result<Self, StoreError> {
        let (from, to) = record.reach;
        let bookings = keys::bookings(&place.organisation, &place.family, from, to);
        let changes = keys::changes(&place.organisation, &place.family, Week::of(from), Week::of(to));
        let lots = keys::lots(&place.organisation, &place.family);
        let (bookings, lots, changes, rooms) = tokio::join!(
            app.table.query::<BookingRecord>(&bookings),
            app.table.query::<LotRecord>(&lots),
            app.table.query::<ChangeRecord>(&changes),
            rooms(app, place, household, from, to)
        );
        let by_hand = by_hand(changes?, &record.abonnement.child);
        Ok(Self {
            facts: Facts::of(bookings?, lots?, rooms?).with_documents(household.pieces.as_ref()),
            by_hand,
            learned: Learned::default(),
        })
    }

    /// Decides every day that it means or has booked.
    fn plan<'a>(&self, household: &'a Household, record: &AbonnementRecord) -> Plan<'a> {
        let abonnement = &record.abonnement;
        let mut plan = Plan { child: household.family.family.child(&abonnement.child), ..Plan::default() };
        let Some(child) = plan.child else { return plan };
        let calendar = &household.organisation.calendar;
        for activity in &household.organisation.activities {
            let mut days: BTreeSet<Day> = BTreeSet::new();
            if !record.ended {
                days.extend(abonnement.days().filter(|day| abonnement.means(&activity.id, *day)));
            }
            let own = |booking: &&BookingRecord| {
                booking.child == child.id
                    && booking.activity == activity.id
                    && booking.abonnement.as_deref() == Some(abonnement.id.as_str())
            };
            days.extend(self.facts.bookings.values().filter(own).map(|booking| booking.day));
            let mut tickets = self.facts.tickets(&child.id, &activity.id).left;
            let mut decided: Vec<(Day, Decided, bool, u32)> = Vec::new();
            for day in days {
                let spot = Spot { organisation: &household.organisation, child, activity, day };
                let cell = cell_of(spot, &self.facts, household.now);
                let booking = self.facts.booking(&child.id, &activity.id, day);
                let its_own = booking.is_some_and(|booking| own(&booking));
                let known = Known { its_own, by_hand: self.by_hand.contains(&(activity.id.clone(), day)) };
                let meant = !record.ended && abonnement.means(&activity.id, day);
                let step = match step(meant, &cell, known, day, calendar) {
                    Decided::Book if self.learned.held.contains(&(activity.id.clone(), day)) => Decided::OtherFamily,
                    // Each day takes a ticket: once there are none left, the others are left alone.
                    Decided::Book if activity.needs_ticket() && tickets == 0 => Decided::NoTicket,
                    step => step,
                };
                tickets = tickets.saturating_sub(u32::from(step == Decided::Book));
                decided.push((day, step, its_own, cell.surcharge));
            }
            let spot = Spot { organisation: &household.organisation, child, activity, day: abonnement.from };
            self.keep_weeks_whole(spot, &mut decided);
            for (day, step, its_own, surcharge) in decided {
                plan.add(&activity.id, day, step, its_own, surcharge);
            }
        }
        plan
    }

    /// A week that would have fewer days than go together is left alone.
    fn keep_weeks_whole(&self, spot: Spot, decided: &mut [(Day, Decided, bool, u32)]) {
        if spot.activity.week.is_none() {
            return;
        }
        let mut weeks: HashMap<Week, usize> = HashMap::new();
        let cancelled = |day: Day| decided.iter().any(|(other, step, ..)| *other == day && *step == Decided::Cancel);
        for booking in self.facts.bookings.values() {
            let same = booking.child == spot.child.id && booking.activity == spot.activity.id;
            if same && booking.held().is_booking() && !cancelled(booking.day) {
                *weeks.entry(Week::of(booking.day)).or_default() += 1;
            }
        }
        for (day, ..) in decided.iter().filter(|(_, step, ..)| *step == Decided::Book) {
            *weeks.entry(Week::of(*day)).or_default() += 1;
        }
        for (day, step, ..) in decided.iter_mut() {
            let booked = weeks.get(&Week::of(*day)).copied().unwrap_or_default();
            if *step == Decided::Book && refuses_week(Spot { day: *day, ..spot }, booked).is_some() {
                *step = Decided::ShortWeek;
            }
        }
    }

    /// Writes some days. `false` when somebody was faster: then read and decide again.
    async fn write(
        &mut self,
        app: &App,
        caller: &Caller,
        place: &Place,
        household: &Household,
        record: &AbonnementRecord,
        steps: &[Step],
    ) -> Result<bool, ApiError> {
        let child = household.family.family.child(&record.abonnement.child).ok_or_else(ApiError::not_found)?;
        let id = &record.abonnement.id;
        // Each gesture has a request of its own, so that booking a day again is a change of its own.
        let request = format!("{id}.{}", record.version);
        let maker = Maker {
            organisation: &place.organisation,
            family: &place.family,
            account: Some(&caller.account),
            said: &household.access.said,
            request: &request,
            reason: None,
            abonnement: Some(id),
            moment: household.moment,
        };
        let guard = guarded(caller, place, household);
        let guard = guard.check_version(&keys::abonnement(&place.organisation, &place.family, id), record.version);
        let mut writing = Writing::new(guard, maker, &household.organisation, &self.facts);
        for step in steps {
            writing.step(child, step);
        }
        writing.digest(household.wishes.as_ref(), record.reach.0, record.reach.1);
        let (transaction, marks, after) = writing.finish(&self.learned);
        match app.table.write(transaction).await {
            Ok(()) => {
                self.facts = after;
                Ok(true)
            }
            Err(Failure::Conditions(failed)) => {
                self.learned.from_failure(&failed, &marks);
                Ok(false)
            }
            Err(Failure::Conflict) => Ok(false),
            Err(Failure::Store(error)) => Err(error.into()),
        }
    }
}

/// The rooms of all weeks between two days; none where the organisation has no capacity.
async fn rooms(
    app: &App,
    place: &Place,
    household: &Household,
    from: Day,
    to: Day,
) -> Result<Vec<RoomRecord>, StoreError> {
    let mut rooms = Vec::new();
    if household.organisation.capacities.is_empty() {
        return Ok(rooms);
    }
    let mondays = (0..).map(|weeks| later(Week::of(from).monday(), 7 * weeks)).take_while(|monday| *monday <= to);
    let mut reading = tokio::task::JoinSet::new();
    for monday in mondays {
        let (table, span) = (app.table.clone(), keys::rooms(&place.organisation, Week::of(monday)));
        reading.spawn(async move { table.query::<RoomRecord>(&span).await });
    }
    while let Some(read) = reading.join_next().await {
        rooms.extend(read.map_err(|error| StoreError(error.to_string()))??);
    }
    Ok(rooms)
}

/// The days that a person, not an abonnement, cancelled last.
fn by_hand(mut changes: Vec<ChangeRecord>, child: &ChildId) -> BTreeSet<(ActivityId, Day)> {
    changes.retain(|change| change.child == *child && change.from != change.to);
    changes.sort_by_key(|change| change.at);
    let mut last: HashMap<(ActivityId, Day), bool> = HashMap::new();
    for change in changes {
        let by_hand = change.abonnement.is_none() && change.account.is_some() && change.to == Want::Free;
        last.insert((change.activity, change.day), by_hand);
    }
    last.into_iter().filter(|(_, by_hand)| *by_hand).map(|(cell, _)| cell).collect()
}

/// Every day decided.
#[derive(Default)]
struct Plan<'a> {
    child: Option<&'a Child>,
    steps: Vec<Step>,
    tally: Tally,
    skipped: Vec<(ActivityId, Day, Decided)>,
}

impl Plan<'_> {
    fn add(&mut self, activity: &ActivityId, day: Day, step: Decided, its_own: bool, surcharge: u32) {
        self.tally.count(step, its_own);
        let action = match step {
            Decided::Book => Action::Book,
            Decided::Cancel => Action::Cancel,
            Decided::None | Decided::Already => return,
            skipped => return self.skipped.push((activity.clone(), day, skipped)),
        };
        self.steps.push(Step { activity: activity.clone(), day, action, surcharge });
    }

    /// The first steps that fit into one transaction; none when nothing is left to do.
    fn chunk(&self, household: &Household, _record: &AbonnementRecord) -> Option<Vec<Step>> {
        let child = self.child?;
        let mut room = ACTIONS;
        let organisation = &household.organisation;
        let cost = |step: &Step| {
            let lot = usize::from(organisation.activity(&step.activity).is_some_and(|one| one.prepaid.is_some()));
            match (organisation.capacity(&step.activity, child), step.action) {
                (None, _) => 3 + lot,
                (Some(_), Action::Cancel) => 8 + lot,
                (Some(_), _) => 4 + lot,
            }
        };
        let fits = |step: &&Step| match room.checked_sub(cost(step)) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        let chunk: Vec<Step> = self.steps.iter().take_while(fits).cloned().collect();
        (!chunk.is_empty()).then_some(chunk)
    }

    fn outcome(&self, household: &Household, record: &AbonnementRecord, tally: Tally) -> Outcome {
        let name = |id: &ActivityId| household.organisation.activity(id).map(|activity| activity.name.clone());
        let skipped = |(activity, day, step): &(ActivityId, Day, Decided)| Skipped {
            day: *day,
            activity: activity.clone(),
            activity_name: name(activity).unwrap_or_default(),
            reason: reason(*step),
        };
        Outcome {
            id: record.abonnement.id.clone(),
            finished: true,
            summary: tally.sentence(),
            skipped: self.skipped.iter().map(skipped).collect(),
        }
    }
}

fn reason(step: Decided) -> &'static str {
    match step {
        Decided::ByHand => "jours que vous aviez changés vous-même",
        Decided::Full => "complet",
        Decided::Closed => "fermé",
        Decided::TooLate => "hors délai",
        Decided::PieceMissing => "pièce manquante",
        Decided::OtherFamily => "dans l’autre foyer",
        Decided::ShortWeek => "semaine trop courte",
        Decided::NotEnrolled => "ne participe pas à cette date",
        Decided::Unknown => "calendrier pas encore publié",
        Decided::NoTicket => "sans ticket",
        Decided::Book | Decided::Cancel | Decided::None | Decided::Already => "",
    }
}

fn unfinished(record: &AbonnementRecord) -> Outcome {
    let summary = "Une partie des jours reste à réserver : reprenez.".to_owned();
    Outcome { id: record.abonnement.id.clone(), finished: false, summary, skipped: Vec::new() }
}
