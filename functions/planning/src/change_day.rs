//! `PUT …/days`: "toutes les activités" of one child on one day, in one transaction.

use std::sync::Arc;

use domain::day::full_date;
use domain::id::{ActivityId, ChildId};
use domain::planning::{Action, Authority, State, Step, Want, decide};
use domain::text::list;
use serde::Deserialize;
use store::changes::Learned;
use uuid::Uuid;
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::click::{Clicked, answer};
use crate::load::{LoadedWeek, day_of};
use crate::outcome::{Click, Outcome, Plan};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    child: ChildId,
    day: String,
    want: Want,
}

pub(crate) async fn change_day(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    answer::<Body>(&app, &call).await
}

impl Clicked for Body {
    fn click(&self) -> Result<Click, ApiError> {
        Ok(Click {
            request: self.request.to_string(),
            child: self.child.clone(),
            day: day_of("day", &self.day)?,
            want: self.want,
            reason: None,
        })
    }

    fn plan(&self, click: &Click, loaded: &LoadedWeek, learned: &Learned) -> Result<Plan, ApiError> {
        plan(loaded, click, learned)
    }

    fn message(&self, click: &Click, outcome: &Outcome) -> String {
        message(outcome, click)
    }
}

fn plan(loaded: &LoadedWeek, click: &Click, learned: &Learned) -> Result<Plan, ApiError> {
    loaded.household.child(&click.child)?;
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
            Ok(Action::Book) if learned.is_held(&click.child, &id, click.day) => {
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
    let child = household.family.child(&click.child).map(|child| child.first_name.as_str()).unwrap_or_default();
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
