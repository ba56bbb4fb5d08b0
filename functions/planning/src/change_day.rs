//! `PUT …/days`: "toutes les activités" of one child on one day, in one transaction.

use std::sync::Arc;

use domain::day::full_date;
use domain::id::{ActivityId, ChildId};
use domain::planning::{Action, Authority, State, Want, decide};
use domain::text::list;
use serde::Deserialize;
use uuid::Uuid;
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::click::{Click, Outcome, Plan, carry_out};
use crate::click_view::click_view;
use crate::load::{Loaded, Place, day_of};
use store::changes::{Learned, Step};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    child: ChildId,
    day: String,
    want: Want,
}

pub(crate) async fn change_day(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let body: Body = call.body()?;
    let click = Click {
        request: body.request.to_string(),
        child: body.child,
        day: day_of("day", &body.day)?,
        want: body.want,
        reason: None,
    };
    let deciding = |loaded: &Loaded, learned: &Learned| plan(loaded, &click, learned);
    let outcome = carry_out(&app, &caller, &place, &click, call.moment, deciding).await?;
    let message = message(&outcome, &click);
    Reply::json(&click_view(&outcome, &click, |_| message.clone()))
}

fn plan(loaded: &Loaded, click: &Click, learned: &Learned) -> Result<Plan, ApiError> {
    loaded.household.family.family.child(&click.child).ok_or_else(ApiError::not_found)?;
    if click.want == Want::Waiting {
        return Err(ApiError::invalid("want", "Une liste d’attente se choisit activité par activité."));
    }
    let index = loaded.week.days().iter().position(|day| *day == click.day).unwrap_or_default();
    let blocks = loaded.blocks();
    let block = blocks.iter().find(|block| block.child.id == click.child);
    let mut plan = Plan::default();
    for row in block.iter().flat_map(|block| &block.rows) {
        let (id, cell) = (row.activity.id.clone(), &row.cells[index]);
        if row.activity.week.is_some() && matches!(cell.state, State::OpenFree | State::OpenBooked) {
            plan.passed_over.push((id, "se choisit à part, avec les autres jours de sa semaine".to_owned()));
            continue;
        }
        match decide(cell, click.want, Authority::Parent) {
            Ok(Action::Book) if learned.held.contains(&(id.clone(), click.day)) => {
                plan.passed_over.push((id, "déjà inscrit par l’autre foyer".to_owned()));
            }
            Ok(Action::Nothing) => plan.unchanged.push(id),
            // "Toutes les activités" cancels bookings; a place in a waiting list is not given up on the side.
            Ok(Action::Leave) => plan.passed_over.push((id, cell.note(loaded.household.now).unwrap_or_default())),
            Ok(action) => plan.steps.push(Step { activity: id, day: click.day, action, surcharge: cell.surcharge }),
            Err(_) => plan.passed_over.push((id, cell.note(loaded.household.now).unwrap_or_default())),
        }
    }
    Ok(plan)
}

/// One sentence: what is so now, and what was passed over.
fn message(outcome: &Outcome, click: &Click) -> String {
    let household = &outcome.loaded.household;
    let child = household.family.family.child(&click.child).map(|child| child.first_name.as_str()).unwrap_or_default();
    let name = |id: &ActivityId| household.organisation.activity(id).map(|activity| activity.name.clone());
    let changed: Vec<String> = outcome.plan.steps.iter().filter_map(|step| name(&step.activity)).collect();
    let passed = outcome.plan.passed_over.iter();
    let passed: Vec<String> =
        passed.filter_map(|(id, reason)| name(id).map(|name| format!("{name} ({reason})"))).collect();
    let done = match (changed.is_empty(), click.want) {
        (true, _) => "rien n’a changé".to_owned(),
        (false, Want::Free) => format!("annulé pour {}", list(&changed)),
        (false, Want::Booked | Want::Waiting) => format!("inscrit pour {}", list(&changed)),
    };
    let rest = if passed.is_empty() { String::new() } else { format!(" Inchangé : {}.", list(&passed)) };
    format!("{child}, {} : {done}.{rest}", full_date(click.day))
}
