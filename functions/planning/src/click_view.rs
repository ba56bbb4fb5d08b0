//! The answer to a click: the true state of that child's day, and the sentence for the status region.

use domain::day::Day;
use domain::id::{ActivityId, ChildId};
use domain::planning::{State, offer};
use serde::Serialize;

use crate::cell_words::CellWords;
use crate::outcome::{Click, Outcome};
use crate::tickets::{TicketsView, tickets};
use crate::view::{EstimateView, LimitView, cells_of_day, estimate_view, limits, offer_name};

/// The answer to a click: the true state of that child's day.
#[derive(Serialize)]
pub(crate) struct ClickView {
    child: ChildId,
    day: Day,
    cells: Vec<ClickCell>,
    offer: &'static str,
    passed_over: Vec<PassedOver>,
    message: String,
    limits: Vec<LimitView>,
    estimate: EstimateView,
    tickets: Vec<TicketsView>,
    week_changed: bool,
}

#[derive(Serialize)]
struct ClickCell {
    activity: ActivityId,
    state: State,
    #[serde(flatten)]
    told: CellWords,
}

#[derive(Serialize)]
struct PassedOver {
    activity: ActivityId,
    reason: String,
}

/// The answer to a click, with the sentence for the status region.
pub(crate) fn click_view(outcome: &Outcome, click: &Click, message: String) -> ClickView {
    let loaded = &outcome.loaded;
    let blocks = loaded.blocks();
    let index = loaded.week.days().iter().position(|day| *day == click.day).unwrap_or_default();
    let block = blocks.iter().find(|block| block.child.id == click.child);
    let cells = block.iter().flat_map(|block| &block.rows).map(|row| ClickCell {
        activity: row.activity.id.clone(),
        state: row.cells[index].state,
        told: loaded.told(&click.child, &row.activity.id, click.day, &row.cells[index]),
    });
    let passed = outcome.plan.passed_over.iter();
    ClickView {
        child: click.child.clone(),
        day: click.day,
        cells: cells.collect(),
        offer: offer_name(offer(block.iter().flat_map(|block| cells_of_day(block, index)))),
        passed_over: passed
            .map(|(activity, reason)| PassedOver { activity: activity.clone(), reason: reason.clone() })
            .collect(),
        message,
        limits: limits(loaded, &blocks),
        estimate: estimate_view(loaded),
        tickets: tickets(loaded, &blocks),
        week_changed: outcome.elsewhere,
    }
}
