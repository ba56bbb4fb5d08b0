//! `POST …/changes/{request}/undo`: takes a person's own change back, cell by cell, from what the history kept of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::attendance::Absence;
use domain::day::{Day, Week, full_date, short_date};
use domain::id::{ActivityId, ChildId};
use domain::invoice::Period;
use domain::planning::{Action, Authority, Facts as _, Made, Spot, Step, Want, cell_of, undo};
use domain::role::Permission;
use domain::text::{counted, list};
use domain::wallet::Short;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::changes::{Learned, Maker, Writer, Writing};
use store::records::{BookingRecord, ChangeRecord};
use store::{Patience, keys};
use uuid::Uuid;
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::load::{Days, Household, Loaded, days_of, path_of};

/// The longest change that is taken back at once, in days: an absence.
const LONGEST: u64 = 31;
/// What the history says of an agent's undo.
const REASON: &str = "changement annulé";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    from: String,
    to: String,
}

/// What is to be taken back, by a request of its own.
struct Asked {
    made: String,
    request: String,
    from: Day,
    to: Day,
}

type CellKey = (ChildId, ActivityId, Day);

#[derive(Serialize)]
struct UndoView {
    message: String,
    restored: Vec<CellView>,
    kept: Vec<KeptView>,
}

#[derive(Serialize)]
struct CellView {
    child: ChildId,
    activity: ActivityId,
    day: Day,
}

#[derive(Serialize)]
struct KeptView {
    #[serde(flatten)]
    cell: CellView,
    reason: String,
}

pub(crate) async fn undo_change(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let made: Uuid = call.path("request")?;
    let body: Body = call.body()?;
    let (from, to) = days_of(&body.from, &body.to, LONGEST)?;
    let asked = Asked { made: made.to_string(), request: body.request.to_string(), from, to };
    Reply::json(&carry_out(&app, &call, &asked).await?)
}

/// What is read: the days, and what the history has of them.
struct Work {
    loaded: Loaded,
    /// The change itself: what it made of each cell.
    changes: Vec<ChangeRecord>,
    /// All other changes of these weeks.
    others: Vec<ChangeRecord>,
    /// What this undo has restored already.
    done: BTreeSet<CellKey>,
}

/// What is still to be done.
#[derive(Default)]
struct Plan {
    restore: Vec<Restore>,
    kept: Vec<(CellKey, String)>,
}

/// How a cell goes back.
enum Restore {
    Step { child: ChildId, step: Step, abonnement: Option<String> },
    Absence { booking: Box<BookingRecord>, before: Option<Absence> },
}

async fn carry_out(app: &App, call: &Call, asked: &Asked) -> Result<UndoView, ApiError> {
    let mut writer = Writer::new(&app.table, Patience::PERSON);
    let mut work = Work::read(app, call, asked).await?;
    loop {
        let plan = work.plan(writer.learned());
        if plan.restore.is_empty() {
            return work.view(plan.kept);
        }
        writer.next().await?;
        let mut writing = work.begin(&writer, asked);
        let fitting = work.write(&mut writing, &plan)?;
        match writer.write(writing).await? {
            Some(after) => {
                work.done.extend(plan.restore[..fitting].iter().map(Restore::key));
                work.loaded.facts = after;
            }
            None => work = Work::read(app, call, asked).await?,
        }
    }
}

impl Work {
    async fn read(app: &App, call: &Call, asked: &Asked) -> Result<Self, ApiError> {
        let (at, who) = (path_of(call)?, Who::FamilyOr(Permission::ChangeWeeks));
        let history = keys::changes(&at.organisation, &at.family, Week::of(asked.from), Week::of(asked.to));
        let history = async { Ok(app.table.query::<ChangeRecord>(&history).await?) };
        let days = Days::span(asked.from, asked.to);
        let (loaded, history) = tokio::try_join!(Loaded::read(app, call, who, &days), history)?;
        let (own, rest): (Vec<_>, Vec<_>) = history.into_iter().partition(|change| change.request == asked.request);
        let (mut changes, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|change| change.request == asked.made);
        // Somebody else's change is theirs to take back; it is met as any change is.
        changes.retain(|change| change.account.as_ref() == Some(&loaded.household.call.caller.account));
        changes.retain(|change| (asked.from..=asked.to).contains(&change.day));
        if changes.is_empty() {
            return Err(ApiError::not_found());
        }
        changes.retain(|change| change.from != change.to || change.absence.is_some());
        changes.sort_by_key(|change| (change.day, change.activity.clone()));
        let done = own.iter().map(key_of).collect();
        Ok(Self { loaded, changes, others, done })
    }

    /// What goes back, and what stays with the reason. Days that only change together stay together.
    fn plan(&self, learned: &Learned) -> Plan {
        let mut plan = Plan::default();
        let mut needed: BTreeMap<(ChildId, ActivityId), u32> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| !self.done.contains(&key_of(change))) {
            match self.restore(change, learned, &mut needed) {
                Ok(restore) => plan.restore.push(restore),
                Err(reason) => plan.kept.push((key_of(change), reason)),
            }
        }
        let organisation = &self.loaded.household.organisation;
        let together = |id: &ActivityId| organisation.activity(id).is_some_and(|activity| activity.week.is_some());
        let broken: BTreeSet<ActivityId> =
            plan.kept.iter().map(|((_, activity, _), _)| activity.clone()).filter(together).collect();
        let (stays, goes): (Vec<_>, Vec<_>) =
            plan.restore.into_iter().partition(|restore| broken.contains(&restore.key().1));
        let reason = || "les jours de cette semaine vont ensemble".to_owned();
        plan.kept.extend(stays.iter().map(|restore| (restore.key(), reason())));
        Plan { restore: goes, kept: plan.kept }
    }

    fn restore(
        &self,
        change: &ChangeRecord,
        learned: &Learned,
        needed: &mut BTreeMap<(ChildId, ActivityId), u32>,
    ) -> Result<Restore, String> {
        let Loaded { household, facts } = &self.loaded;
        let Household { organisation, family, now, .. } = household;
        let gone = || "n’est plus proposé".to_owned();
        let child = family.child(&change.child).ok_or_else(gone)?;
        let activity = organisation.activity(&change.activity).ok_or_else(gone)?;
        let held = facts.booking(&child.id, &activity.id, change.day);
        if change.absence.is_some() && change.from == change.to {
            return self.unsaid(change, held);
        }
        let cell = cell_of(Spot { organisation, child, activity, day: change.day }, facts, *now);
        let made = Made { from: change.from, to: change.to, changed_since: self.changed_since(change) };
        let authority = match (&change.reason, household.call.access.role) {
            (Some(_), Some(_)) => Authority::Override,
            _ => Authority::Parent,
        };
        let now_held = held.map_or(Want::Free, |held| Want::from(held.held()));
        let action = undo(&cell, now_held, made, authority).map_err(|lost| lost.said(&cell, *now))?;
        if matches!(action, Action::Book | Action::Join) {
            if learned.is_held(&child.id, &activity.id, change.day) {
                return Err("déjà inscrit par l’autre foyer".to_owned());
            }
            let needed = needed.entry((child.id.clone(), activity.id.clone())).or_default();
            *needed += 1;
            let short = Short::of(facts.tickets(&child.id, &activity.id), *needed);
            if let Some(short) = short.filter(|_| activity.needs_ticket()) {
                return Err(short.note().to_owned());
            }
        }
        let step = Step { activity: activity.id.clone(), day: change.day, action, surcharge: 0 };
        Ok(Restore::Step { child: child.id.clone(), step, abonnement: self.abonnement_before(change) })
    }

    /// Takes back what was said of an absence, where it is still what is said.
    fn unsaid(&self, change: &ChangeRecord, held: Option<&BookingRecord>) -> Result<Restore, String> {
        let booking = held.filter(|booking| booking.absence == change.absence).ok_or("changé depuis")?;
        if booking.attendance.is_some() {
            return Err("l’appel est fait".to_owned());
        }
        if self.loaded.facts.invoiced.contains(&Period::of(change.day)) {
            return Err("mois facturé".to_owned());
        }
        let before = self.before(change).filter(|other| other.absence.is_some()).max_by_key(|other| other.at);
        Ok(Restore::Absence {
            booking: Box::new(booking.clone()),
            before: before.and_then(|before| before.absence.clone()),
        })
    }

    fn changed_since(&self, change: &ChangeRecord) -> bool {
        let same = |other: &&ChangeRecord| key_of(other) == key_of(change);
        self.others.iter().filter(same).any(|other| other.from != other.to && other.at > change.at)
    }

    /// What was done to the same cell before.
    fn before<'a>(&'a self, change: &'a ChangeRecord) -> impl Iterator<Item = &'a ChangeRecord> {
        let before = |other: &&ChangeRecord| key_of(other) == key_of(change) && other.at <= change.at;
        self.others.iter().filter(before)
    }

    /// The abonnement that had made the booking which was cancelled.
    fn abonnement_before(&self, change: &ChangeRecord) -> Option<String> {
        let changed = self.before(change).filter(|other| other.from != other.to);
        changed.max_by_key(|other| other.at).and_then(|last| last.abonnement.clone())
    }

    fn begin<'a>(&'a self, writer: &Writer, asked: &'a Asked) -> Writing<'a> {
        let Loaded { household, facts } = &self.loaded;
        let reason = household.call.access.role.map(|_| REASON);
        let maker = Maker { reason, undoes: Some(&asked.made), ..household.maker(&asked.request) };
        let mut writing = writer.begin(household.begin(), maker, &household.organisation, facts);
        writing.digest(household.wishes.as_ref(), asked.from, asked.to);
        writing
    }

    /// Restores the first cells, as many as fit; how many.
    fn write<'a>(&self, writing: &mut Writing<'a>, plan: &'a Plan) -> Result<usize, ApiError> {
        let mut fitting = 0;
        for restore in &plan.restore {
            let fits = match restore {
                Restore::Step { child, step, abonnement } => {
                    writing.of_abonnement(abonnement.as_deref());
                    writing.try_step(self.loaded.household.child(child)?, step)
                }
                Restore::Absence { booking, before } => {
                    let child = self.loaded.household.child(&booking.child)?;
                    writing.try_absence(child, booking, before.as_ref())
                }
            };
            if !fits {
                break;
            }
            fitting += 1;
        }
        Ok(fitting)
    }

    /// What is so now; 409 when nothing could be taken back.
    fn view(&self, kept: Vec<(CellKey, String)>) -> Result<UndoView, ApiError> {
        let named = |(child, activity, day): &CellKey| {
            let household = &self.loaded.household;
            let child = household.family.child(child).map_or_else(|| child.to_string(), |one| one.first_name.clone());
            let name = household.organisation.activity(activity);
            (child, name.map_or_else(|| activity.to_string(), |one| one.name.clone()), *day)
        };
        let stays: Vec<String> = kept
            .iter()
            .map(|(place, reason)| {
                let (child, activity, day) = named(place);
                format!("{activity}, {child}, le {} ({reason})", short_date(day))
            })
            .collect();
        let rest = if stays.is_empty() { String::new() } else { format!(" Inchangé : {}.", list(&stays)) };
        let count = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let message = match (self.done.first(), count) {
            (None, _) => {
                let detail = format!("Rien n’a pu être remis comme avant.{rest}");
                return Err(ApiError::new(StatusCode::CONFLICT, "nothing-undone", detail));
            }
            (Some(place), 1) => {
                let (child, activity, day) = named(place);
                format!("Changement annulé : {activity}, {child}, {}, comme avant.{rest}", full_date(day))
            }
            (Some(_), _) => format!("Changement annulé : {} comme avant.{rest}", counted(count, "case", "cases")),
        };
        let restored = self.done.iter().cloned().map(CellView::from).collect();
        let kept = kept.into_iter().map(|(place, reason)| KeptView { cell: place.into(), reason }).collect();
        Ok(UndoView { message, restored, kept })
    }
}

impl Restore {
    fn key(&self) -> CellKey {
        match self {
            Self::Step { child, step, .. } => (child.clone(), step.activity.clone(), step.day),
            Self::Absence { booking, .. } => (booking.child.clone(), booking.activity.clone(), booking.day),
        }
    }
}

impl From<CellKey> for CellView {
    fn from((child, activity, day): CellKey) -> Self {
        Self { child, activity, day }
    }
}

fn key_of(change: &ChangeRecord) -> CellKey {
    (change.child.clone(), change.activity.clone(), change.day)
}
