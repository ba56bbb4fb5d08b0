//! `PUT …/bookings`: one click on one cell.

use std::collections::HashSet;
use std::sync::Arc;

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shared::app::App;
use shared::domain::activity::Activity;
use shared::domain::day::full_date;
use shared::domain::family::Child;
use shared::domain::id::{ActivityId, ChildId};
use shared::domain::planning::{Authority, Want, cell, decide};
use shared::http::{ApiError, Call, Reply};
use uuid::Uuid;

use crate::click::{Click, Plan, carry_out};
use crate::click_view::click_view;
use crate::load::{Loaded, Place, day_of};

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
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let body: Body = call.body()?;
    let click = Click {
        request: body.request.to_string(),
        child: body.child,
        day: day_of("day", &body.day)?,
        want: body.want,
        reason: body.past_limit.map(|past| reason(&past.reason)).transpose()?,
    };
    let deciding = |loaded: &Loaded, held: &HashSet<ActivityId>| plan(loaded, &click, &body.activity, held);
    let outcome = carry_out(&app, &caller, &place, &click, call.moment, deciding).await?;
    let message = |loaded: &Loaded| message(loaded, &click, &body.activity);
    Reply::json(&click_view(&outcome, &click, message))
}

fn reason(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        3..=200 => Ok(text.to_owned()),
        _ => Err(ApiError::invalid("override.reason", "Donnez la raison en 3 à 200 caractères.")),
    }
}

fn named<'a>(loaded: &'a Loaded, click: &Click, activity: &ActivityId) -> Result<(&'a Child, &'a Activity), ApiError> {
    let child = loaded.family.family.child(&click.child).ok_or_else(ApiError::not_found)?;
    let activity = loaded.organisation.activity(activity).ok_or_else(ApiError::not_found)?;
    Ok((child, activity))
}

fn plan(loaded: &Loaded, click: &Click, id: &ActivityId, held: &HashSet<ActivityId>) -> Result<Plan, ApiError> {
    let (child, activity) = named(loaded, click, id)?;
    let authority = match (&click.reason, loaded.access.role) {
        (None, _) => Authority::Parent,
        (Some(_), Some(_)) => Authority::Override,
        (Some(_), None) => return Err(ApiError::role_too_low()),
    };
    if held.contains(id) {
        return Err(held_by_other_family(&child.first_name));
    }
    let booked = loaded.booked.contains(&(click.child.clone(), id.clone(), click.day));
    let cell = cell(&loaded.organisation.calendar, child, activity, click.day, booked, loaded.now);
    let phone = &loaded.organisation.contact.phone;
    match decide(&cell, click.want, authority) {
        Ok(true) => Ok(Plan { change: vec![id.clone()], ..Plan::default() }),
        Ok(false) => Ok(Plan { unchanged: vec![id.clone()], ..Plan::default() }),
        Err(refusal) => {
            let sentence = refusal.sentence(&child.first_name, click.day, loaded.now, phone);
            Err(ApiError::new(StatusCode::CONFLICT, refusal.code(), sentence))
        }
    }
}

/// 409: the child is booked that day by the other family that has it.
pub(crate) fn held_by_other_family(child: &str) -> ApiError {
    let detail = format!("l’inscription de {child} n’a pas été prise : l’autre foyer l’a déjà faite pour ce jour.");
    ApiError::new(StatusCode::CONFLICT, "other-family", detail)
}

/// `Cantine maternelle, Chloé, jeudi 28 mai 2015 : inscrit`.
fn message(loaded: &Loaded, click: &Click, id: &ActivityId) -> String {
    let Ok((child, activity)) = named(loaded, click, id) else { return String::new() };
    let booked = loaded.booked.contains(&(click.child.clone(), id.clone(), click.day));
    let said = if booked { "inscrit" } else { "non inscrit" };
    format!("{}, {}, {} : {said}", activity.name, child.first_name, full_date(click.day))
}
