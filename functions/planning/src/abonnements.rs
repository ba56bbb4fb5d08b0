//! `…/abonnements`: the recurring patterns of a family, saved, changed and ended in one gesture.

use std::sync::Arc;

use chrono::{Datelike, Weekday};
use domain::abonnement::{Abonnement, Line, Turn};
use domain::day::{Day, long_date, paris_day, weekday_name};
use domain::id::{ActivityId, ChildId};
use domain::organisation::Organisation;
use domain::role::Permission;
use domain::text::list;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::AbonnementRecord;
use uuid::Uuid;
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::carry_out::carry_out;
use crate::gesture::Gesture;
use crate::load::{Household, days_of, path_of};

/// The longest abonnement: a school year and the summer before it.
const LONGEST: u64 = 400;

/// A pattern as a request writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pattern {
    child: ChildId,
    lines: Vec<Line>,
    turn: Turn,
    from: String,
    to: String,
    /// Takes in the days that the family had cancelled by hand.
    #[serde(default)]
    retakes: bool,
}

#[derive(Serialize)]
struct AbonnementsView {
    today: Day,
    suggested_from: Day,
    suggested_to: Day,
    children: Vec<ChildView>,
    abonnements: Vec<AbonnementView>,
}

#[derive(Serialize)]
struct ChildView {
    id: ChildId,
    first_name: String,
    activities: Vec<ActivityView>,
}

#[derive(Serialize)]
struct ActivityView {
    id: ActivityId,
    name: String,
    rule: String,
    weekdays: Vec<Weekday>,
}

#[derive(Serialize)]
struct AbonnementView {
    id: String,
    child: ChildId,
    child_name: String,
    lines: Vec<LineView>,
    turn: Turn,
    from: Day,
    to: Day,
    sentence: String,
    finished: bool,
    summary: Option<String>,
}

#[derive(Serialize)]
struct LineView {
    activity: ActivityId,
    activity_name: String,
    weekdays: Vec<Weekday>,
}

/// `GET …/abonnements`. One wave.
pub(crate) async fn list_abonnements(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let at = path_of(&call)?;
    let span = keys::abonnements(&at.organisation, &at.family);
    let records = async { Ok(app.table.query::<AbonnementRecord>(&span).await?) };
    let household = Household::open(&app, &call, Who::FamilyOr(Permission::SeeFamilies), &[]);
    let (household, mut records) = tokio::try_join!(household, records)?;
    records.sort_by_key(|record| record.abonnement.from);
    let today = paris_day(call.moment.business);
    let (suggested_from, suggested_to) = school_year_ahead(today);
    Reply::json(&AbonnementsView {
        today,
        suggested_from,
        suggested_to,
        children: children(&household, today),
        abonnements: records.iter().map(|record| view(&household, record)).collect(),
    })
}

/// `PUT …/abonnements/{abonnement}`: saves a pattern and books its days; sent again, it goes on where it stopped.
pub(crate) async fn save_abonnement(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let id: Uuid = call.path("abonnement")?;
    app.caller(&call).await?;
    let pattern: Pattern = call.body()?;
    Reply::json(&carry_out(&app, &call, pattern.gesture(id)?).await?)
}

impl Pattern {
    /// What it asks for; 422 where it is no pattern.
    pub(crate) fn gesture(self, id: Uuid) -> Result<Gesture, ApiError> {
        let (from, to) = days_of(&self.from, &self.to, LONGEST)?;
        let lines = checked(self.lines)?;
        let abonnement = Abonnement { id: id.to_string(), child: self.child, lines, turn: self.turn, from, to };
        Ok(Gesture::Save { abonnement, retakes: self.retakes })
    }
}

/// `DELETE …/abonnements/{abonnement}`: cancels what it booked, where that is still allowed, and forgets it.
pub(crate) async fn end_abonnement(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let id: Uuid = call.path("abonnement")?;
    Reply::json(&carry_out(&app, &call, Gesture::End(id.to_string())).await?)
}

/// The lines, each weekday once; 422 where they say nothing, or an activity twice.
pub(crate) fn checked(mut lines: Vec<Line>) -> Result<Vec<Line>, ApiError> {
    const MOST: usize = 30;
    let refused = |detail: &str| Err(ApiError::invalid("lines", detail));
    for line in &mut lines {
        line.weekdays.sort_by_key(Weekday::num_days_from_monday);
        line.weekdays.dedup();
    }
    lines.retain(|line| !line.weekdays.is_empty());
    let mut activities: Vec<&ActivityId> = lines.iter().map(|line| &line.activity).collect();
    activities.sort();
    let doubled = activities.windows(2).any(|pair| pair[0] == pair[1]);
    match lines.len() {
        0 => refused("Cochez au moins un jour de la semaine."),
        count if count > MOST => refused("Trop d’activités à la fois."),
        _ if doubled => refused("Une activité est là deux fois."),
        _ => Ok(lines),
    }
}

/// From today, or the next school year's beginning in summer, to the school year's end.
fn school_year_ahead(today: Day) -> (Day, Day) {
    let year = if today.month() >= 7 { today.year() + 1 } else { today.year() };
    let begins = Day::from_ymd_opt(year - 1, 9, 1).unwrap_or(today);
    (today.max(begins), Day::from_ymd_opt(year, 7, 7).unwrap_or(today))
}

fn children(household: &Household, today: Day) -> Vec<ChildView> {
    let ends = |to: Option<Day>| to.is_none_or(|to| to >= today);
    let activities = |child: &domain::family::Child| {
        let enrolled = |id: &ActivityId| child.enrolments.iter().any(|one| one.activity == *id && ends(one.to));
        let wanted = household.organisation.activities.iter().filter(|activity| enrolled(&activity.id));
        let view = |activity: &domain::activity::Activity| ActivityView {
            id: activity.id.clone(),
            name: activity.name.clone(),
            rule: activity.rule(),
            weekdays: activity.weekdays.clone(),
        };
        wanted.map(view).collect()
    };
    let children = household.family.children.iter();
    children
        .map(|child| ChildView {
            id: child.id.clone(),
            first_name: child.first_name.clone(),
            activities: activities(child),
        })
        .collect()
}

fn name_of(organisation: &Organisation, id: &ActivityId) -> String {
    organisation.activity(id).map_or_else(|| id.to_string(), |activity| activity.name.clone())
}

fn view(household: &Household, record: &AbonnementRecord) -> AbonnementView {
    let abonnement = &record.abonnement;
    let child = household.family.child(&abonnement.child);
    let line = |line: &Line| LineView {
        activity: line.activity.clone(),
        activity_name: name_of(&household.organisation, &line.activity),
        weekdays: line.weekdays.clone(),
    };
    AbonnementView {
        id: abonnement.id.clone(),
        child: abonnement.child.clone(),
        child_name: child.map_or_else(|| abonnement.child.to_string(), |child| child.first_name.clone()),
        lines: abonnement.lines.iter().map(line).collect(),
        turn: abonnement.turn,
        from: abonnement.from,
        to: abonnement.to,
        sentence: sentence(&household.organisation, abonnement),
        finished: record.done.is_some(),
        summary: record.done.map(|tally| tally.sentence()),
    }
}

/// `Cantine maternelle le lundi et le mardi, toutes les semaines, du 1 septembre 2026 au 2 juillet 2027.`
fn sentence(organisation: &Organisation, abonnement: &Abonnement) -> String {
    let line = |line: &Line| {
        let days: Vec<String> = line.weekdays.iter().map(|day| format!("le {}", weekday_name(*day))).collect();
        format!("{} {}", name_of(organisation, &line.activity), list(&days))
    };
    let lines: Vec<String> = abonnement.lines.iter().map(line).collect();
    let turn = match abonnement.turn {
        Turn::Every => "toutes les semaines",
        Turn::Even => "les semaines paires",
        Turn::Odd => "les semaines impaires",
        Turn::OneInTwo => "une semaine sur deux",
    };
    format!("{}, {turn}, du {} au {}.", lines.join(" ; "), long_date(abonnement.from), long_date(abonnement.to))
}
