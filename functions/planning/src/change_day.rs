//! `PUT …/days`: "toutes les activités" of one child on one day, in one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use shared::app::App;
use shared::domain::day::{Week, full_date};
use shared::domain::id::{ActivityId, ChildId};
use shared::domain::planning::{State, Want};
use shared::domain::text::list;
use shared::http::{ApiError, Call, Reply};
use uuid::Uuid;

use crate::click::{Click, Outcome, Plan, carry_out};
use crate::click_view::click_view;
use crate::load::{Loaded, Place, day_of};

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
    let deciding = |loaded: &Loaded, held: &HashSet<ActivityId>| plan(loaded, &click, held);
    let outcome = carry_out(&app, &caller, &place, &click, call.moment, deciding).await?;
    let message = message(&outcome, &click);
    Reply::json(&click_view(&outcome, &click, |_| message.clone()))
}

fn plan(loaded: &Loaded, click: &Click, held: &HashSet<ActivityId>) -> Result<Plan, ApiError> {
    loaded.family.family.child(&click.child).ok_or_else(ApiError::not_found)?;
    let index = Week::of(click.day).days().iter().position(|day| *day == click.day).unwrap_or_default();
    let blocks = loaded.blocks();
    let block = blocks.iter().find(|block| block.child.id == click.child);
    let mut plan = Plan::default();
    for row in block.iter().flat_map(|block| &block.rows) {
        let (id, cell) = (row.activity.id.clone(), &row.cells[index]);
        match (cell.state, click.want) {
            (State::OpenFree, Want::Booked) if held.contains(&id) => {
                plan.passed_over.push((id, "déjà inscrit par l’autre foyer".to_owned()));
            }
            (State::OpenFree, Want::Booked) | (State::OpenBooked, Want::Free) => plan.change.push(id),
            (State::OpenBooked | State::LockedBooked, Want::Booked) => plan.unchanged.push(id),
            (State::OpenFree | State::LockedFree, Want::Free) => plan.unchanged.push(id),
            (State::LockedFree | State::LockedBooked | State::Closed, _) => {
                plan.passed_over.push((id, cell.note(loaded.now).unwrap_or_default()));
            }
        }
    }
    Ok(plan)
}

/// One sentence: what is so now, and what was passed over.
fn message(outcome: &Outcome, click: &Click) -> String {
    let loaded = &outcome.loaded;
    let child = loaded.family.family.child(&click.child).map(|child| child.first_name.as_str()).unwrap_or_default();
    let name = |id: &ActivityId| loaded.organisation.activity(id).map(|activity| activity.name.clone());
    let changed: Vec<String> = outcome.plan.change.iter().filter_map(name).collect();
    let passed = outcome.plan.passed_over.iter();
    let passed: Vec<String> =
        passed.filter_map(|(id, reason)| name(id).map(|name| format!("{name} ({reason})"))).collect();
    let done = match (changed.is_empty(), click.want) {
        (true, _) => "rien n’a changé".to_owned(),
        (false, Want::Booked) => format!("inscrit pour {}", list(&changed)),
        (false, Want::Free) => format!("annulé pour {}", list(&changed)),
    };
    let rest = if passed.is_empty() { String::new() } else { format!(" Laissé tel quel : {}.", list(&passed)) };
    format!("{child}, {} : {done}.{rest}", full_date(click.day))
}
