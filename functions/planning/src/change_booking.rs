//! `PUT …/bookings`: one click on one cell.

use std::sync::Arc;

use domain::activity::{Activity, WeekRule};
use domain::day::{Day, full_date};
use domain::family::Child;
use domain::id::{ActivityId, ChildId};
use domain::planning::{Action, Authority, Facts as _, Held, Refusal, Spot, Step, Want, cell_of, decide, refuses_week};
use domain::wallet::Short;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::changes::Learned;
use store::records::BookingRecord;
use uuid::Uuid;
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::click::{Clicked, answer};
use crate::load::{Household, LoadedWeek, day_of};
use crate::outcome::{Click, Outcome, Plan};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    child: ChildId,
    activity: ActivityId,
    day: String,
    want: Want,
    #[serde(rename = "override")]
    past_limit: Option<Override>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    reason: String,
}

pub(crate) async fn change_booking(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    answer::<Body>(&app, &call).await
}

impl Clicked for Body {
    fn click(&self) -> Result<Click, ApiError> {
        Ok(Click {
            request: self.request.to_string(),
            child: self.child.clone(),
            day: day_of("day", &self.day)?,
            want: self.want,
            reason: self.past_limit.as_ref().map(|past| reason(&past.reason)).transpose()?,
        })
    }

    fn plan(&self, click: &Click, loaded: &LoadedWeek, learned: &Learned) -> Result<Plan, ApiError> {
        plan(loaded, click, &self.activity, learned)
    }

    fn message(&self, click: &Click, outcome: &Outcome) -> String {
        message(&outcome.loaded, click, &self.activity)
    }
}

fn reason(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        3..=200 => Ok(text.to_owned()),
        _ => Err(ApiError::invalid("override.reason", "Donnez la raison en 3 à 200 caractères.")),
    }
}

fn named<'a>(
    loaded: &'a LoadedWeek,
    click: &Click,
    activity: &ActivityId,
) -> Result<(&'a Child, &'a Activity), ApiError> {
    let household = &loaded.household;
    let child = household.child(&click.child)?;
    let activity = household.organisation.activity(activity).ok_or_else(ApiError::not_found)?;
    Ok((child, activity))
}

fn plan(loaded: &LoadedWeek, click: &Click, id: &ActivityId, learned: &Learned) -> Result<Plan, ApiError> {
    let (child, activity) = named(loaded, click, id)?;
    let Household { organisation, call, now, .. } = &loaded.household;
    let authority = match (&click.reason, call.access.role) {
        (None, _) => Authority::Parent,
        (Some(_), Some(_)) => Authority::Override,
        (Some(_), None) => return Err(ApiError::role_too_low()),
    };
    if learned.is_held(&child.id, id, click.day) {
        return Err(held_by_other_family(&child.first_name));
    }
    let spot = Spot { organisation, child, activity, day: click.day };
    let cell = cell_of(spot, &loaded.facts, *now);
    let told = |refusal: Refusal| {
        let sentence = refusal.sentence(&child.first_name, click.day, *now, &organisation.contact.phone);
        ApiError::new(StatusCode::CONFLICT, refusal.code(), sentence)
    };
    let action = decide(&cell, click.want, authority).map_err(told)?;
    if action == Action::Nothing {
        return Ok(Plan { unchanged: vec![id.clone()], ..Plan::default() });
    }
    let step = Step { activity: id.clone(), day: click.day, action, surcharge: cell.surcharge };
    let steps = match (activity.week, authority) {
        (None, _) | (_, Authority::Override) => vec![step],
        (Some(WeekRule::Whole), Authority::Parent) => whole_week(loaded, spot, click.want),
        (Some(WeekRule::Least { .. }), Authority::Parent) => {
            enough_days(loaded, spot, action)?;
            vec![step]
        }
    };
    let books = |step: &&Step| matches!(step.action, Action::Book | Action::Join);
    let needed = u32::try_from(steps.iter().filter(books).count()).unwrap_or(u32::MAX);
    let tickets = loaded.facts.tickets(&child.id, id);
    if let Some(short) = Short::of(tickets, needed).filter(|_| activity.needs_ticket()) {
        return Err(told(Refusal::no_ticket(short, click.want)));
    }
    Ok(Plan { steps, ..Plan::default() })
}

/// The same for every day of the week that can still change.
fn whole_week(loaded: &LoadedWeek, spot: Spot, want: Want) -> Vec<Step> {
    let days = loaded.week.days().into_iter();
    let steps = days.filter_map(|day| {
        let cell = cell_of(Spot { day, ..spot }, &loaded.facts, loaded.household.now);
        let action = decide(&cell, want, Authority::Parent).ok().filter(|action| *action != Action::Nothing)?;
        Some(Step { activity: spot.activity.id.clone(), day, action, surcharge: cell.surcharge })
    });
    steps.collect()
}

/// 409: the week would have fewer days than go together.
fn enough_days(loaded: &LoadedWeek, spot: Spot, action: Action) -> Result<(), ApiError> {
    let booked = |day: &Day| {
        let held = loaded.facts.booking(&spot.child.id, &spot.activity.id, *day);
        match action {
            Action::Book if *day == spot.day => true,
            Action::Cancel if *day == spot.day => false,
            _ => held.is_some_and(|held| held.held().is_booking()),
        }
    };
    let days = loaded.week.days().iter().filter(|day| booked(day)).count();
    match refuses_week(spot, days) {
        None => Ok(()),
        Some(why) => {
            let detail = format!("{why} : réservez ces jours ensemble dans « je gère mes abonnements ».");
            Err(ApiError::new(StatusCode::CONFLICT, "too-few-days", detail))
        }
    }
}

/// 409: the child is booked that day by the other family that has it.
fn held_by_other_family(child: &str) -> ApiError {
    let detail = format!("l’inscription de {child} n’a pas été prise : l’autre foyer l’a déjà faite pour ce jour.");
    ApiError::new(StatusCode::CONFLICT, "other-family", detail)
}

/// `Cantine maternelle, Chloé, jeudi 28 mai 2015 : inscrit`.
fn message(loaded: &LoadedWeek, click: &Click, id: &ActivityId) -> String {
    let Ok((child, activity)) = named(loaded, click, id) else { return String::new() };
    let held = loaded.facts.booking(&click.child, id, click.day).map_or(Held::Nothing, BookingRecord::held);
    let said = match held {
        Held::Waiting => "en liste d’attente",
        held if held.is_booking() => "inscrit",
        _ => "non inscrit",
    };
    let left = match activity.prepaid {
        Some(_) => format!(", {}", loaded.facts.tickets(&child.id, id).said()),
        None => String::new(),
    };
    format!("{}, {}, {} : {said}{left}", activity.name, child.first_name, full_date(click.day))
}
