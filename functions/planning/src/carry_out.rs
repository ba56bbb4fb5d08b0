//! Carries an abonnement out: its days decided together, written as many to a transaction as fit.
//!
//! Everything it needs to go on lies in the table, so that a gesture killed anywhere and sent again ends the same: a day
//! it booked is found booked, and no day is booked twice.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::abonnement::{Carried, Fate, Past, Plan, Tally, plan};
use domain::day::{Day, Week};
use domain::id::{ActivityId, ChildId};
use domain::planning::{Action, Want};
use serde::Serialize;
use store::changes::{Learned, Maker, Writer, Writing};
use store::records::{AbonnementRecord, ChangeRecord};
use store::{Patience, Record, keys};
use web::app::App;
use web::{ApiError, Call};

use crate::gesture::{self, Gesture};
use crate::load::{Household, Loaded};

/// How long it goes on before it answers "not finished": well within the function's time limit.
const PATIENCE: Duration = Duration::from_secs(6);

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
pub(crate) async fn carry_out(app: &App, call: &Call, gesture: Gesture) -> Result<Outcome, ApiError> {
    let started = tokio::time::Instant::now();
    let (household, record) = gesture::save(app, call, &gesture).await?;
    let mut work = Work::read(app, household, record).await?;
    let mut writer = Writer::new(&app.table, Patience::PERSON);
    let mut cancelled = 0;
    loop {
        let plan = work.plan(writer.learned());
        if plan.steps.is_empty() {
            let tally = Tally { cancelled, ..plan.tally };
            gesture::finish(app, &work.loaded.household, &work.record, tally).await?;
            return Ok(work.outcome(&plan, tally));
        }
        if started.elapsed() > PATIENCE {
            return Ok(unfinished(&work.record));
        }
        writer.next().await?;
        // Each gesture has a request of its own, so that booking a day again is a change of its own.
        let request = format!("{}.{}", work.record.abonnement.id, work.record.version);
        let mut writing = work.begin(&writer, &request);
        let cancels = work.write(&mut writing, &plan)?;
        match writer.write(writing).await? {
            Some(after) => {
                work.loaded.facts = after;
                cancelled += cancels;
            }
            None => {
                let (household, record) = gesture::read(app, call, &work.record.abonnement.id).await?;
                work = Work::read(app, household, record).await?;
            }
        }
    }
}

/// An abonnement, and all days it reaches.
pub(crate) struct Work {
    pub(crate) loaded: Loaded,
    pub(crate) record: AbonnementRecord,
    /// Days on which a person decided last, by cancelling, of each child of the family.
    by_hand: HashMap<ChildId, BTreeSet<(ActivityId, Day)>>,
}

impl Work {
    pub(crate) async fn read(app: &App, household: Household, record: AbonnementRecord) -> Result<Self, ApiError> {
        let (from, to) = record.reach;
        let changes = keys::changes(&record.organisation, &record.family, Week::of(from), Week::of(to));
        let changes = async { Ok(app.table.query::<ChangeRecord>(&changes).await?) };
        let (loaded, changes) = tokio::try_join!(Loaded::with_days(app, household, record.reach), changes)?;
        Ok(Self { loaded, record, by_hand: by_hand(changes) })
    }

    /// The days it has booked.
    pub(crate) fn own(&self) -> BTreeSet<(ActivityId, Day)> {
        let abonnement = &self.record.abonnement;
        let own = self.loaded.facts.bookings.values().filter(|booking| {
            booking.child == abonnement.child && booking.abonnement.as_deref() == Some(abonnement.id.as_str())
        });
        own.map(|booking| (booking.activity.clone(), booking.day)).collect()
    }

    /// Decides every day that it means or has booked; none where the child is the family's no more.
    pub(crate) fn plan(&self, learned: &Learned) -> Plan {
        let Loaded { household, facts } = &self.loaded;
        let abonnement = &self.record.abonnement;
        let Some(child) = household.family.child(&abonnement.child) else { return Plan::default() };
        let by_hand = self.by_hand.get(&child.id).filter(|_| !self.record.retakes).cloned().unwrap_or_default();
        let past = Past { own: self.own(), by_hand, held: learned.held_of(&child.id) };
        let (ended, organisation) = (self.record.ended, &household.organisation);
        let carried = Carried { abonnement, ended, organisation, child, now: household.now };
        plan(&carried, &past, facts)
    }

    /// A transaction that demands that the abonnement is as it was read.
    fn begin<'a>(&'a self, writer: &Writer, request: &'a str) -> Writing<'a> {
        let Loaded { household, facts } = &self.loaded;
        let mut transaction = household.begin();
        transaction.check_version(&self.record.key(), self.record.version);
        let maker = Maker { abonnement: Some(&self.record.abonnement.id), ..household.maker(request) };
        let mut writing = writer.begin(transaction, maker, &household.organisation, facts);
        writing.digest(household.wishes.as_ref(), self.record.reach.0, self.record.reach.1);
        writing
    }

    /// Takes the first steps, as many as fit; how many of them cancel.
    fn write(&self, writing: &mut Writing, plan: &Plan) -> Result<u32, ApiError> {
        let child = self.loaded.household.child(&self.record.abonnement.child)?;
        let fitting = plan.steps.iter().take_while(|step| writing.try_step(child, step));
        Ok(fitting.map(|step| u32::from(step.action == Action::Cancel)).sum())
    }

    fn outcome(&self, plan: &Plan, tally: Tally) -> Outcome {
        let organisation = &self.loaded.household.organisation;
        let name = |id: &ActivityId| organisation.activity(id).map(|activity| activity.name.clone());
        let skipped = |(activity, day, fate): &(ActivityId, Day, Fate)| Skipped {
            day: *day,
            activity: activity.clone(),
            activity_name: name(activity).unwrap_or_default(),
            reason: fate.reason().unwrap_or_default(),
        };
        Outcome {
            id: self.record.abonnement.id.clone(),
            finished: true,
            summary: tally.sentence(),
            skipped: plan.skipped.iter().map(skipped).collect(),
        }
    }
}

/// The days that a person, not an abonnement, cancelled last, by child.
fn by_hand(mut changes: Vec<ChangeRecord>) -> HashMap<ChildId, BTreeSet<(ActivityId, Day)>> {
    changes.retain(|change| change.from != change.to);
    changes.sort_by_key(|change| change.at);
    let mut last: HashMap<(ChildId, ActivityId, Day), bool> = HashMap::new();
    for change in changes {
        let by_hand = change.abonnement.is_none() && change.account.is_some() && change.to == Want::Free;
        last.insert((change.child, change.activity, change.day), by_hand);
    }
    let mut days: HashMap<ChildId, BTreeSet<(ActivityId, Day)>> = HashMap::new();
    for ((child, activity, day), _) in last.into_iter().filter(|(_, by_hand)| *by_hand) {
        days.entry(child).or_default().insert((activity, day));
    }
    days
}

fn unfinished(record: &AbonnementRecord) -> Outcome {
    let summary = "Une partie des jours reste à réserver : reprenez.".to_owned();
    Outcome { id: record.abonnement.id.clone(), finished: false, summary, skipped: Vec::new() }
}
