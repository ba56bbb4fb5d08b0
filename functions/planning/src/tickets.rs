//! The tickets of the week's activities: what is left of each kind, as the page says it.

use domain::day::paris_day;
use domain::id::ActivityId;
use domain::planning::ChildWeek;
use domain::wallet::{Lot, stocks};
use serde::Serialize;

use crate::load::{Household, LoadedWeek};

/// One kind of tickets.
#[derive(Serialize)]
pub(crate) struct TicketsView {
    activity: ActivityId,
    left: u32,
    sentence: String,
}

/// Of the activities that have a row this week.
pub(crate) fn tickets(loaded: &LoadedWeek, blocks: &[ChildWeek]) -> Vec<TicketsView> {
    let Household { organisation, family, now, .. } = &loaded.household;
    let lots: Vec<&Lot> = loaded.facts.lots.values().map(|record| &record.lot).collect();
    let shown = |id: &ActivityId| blocks.iter().flat_map(|block| &block.rows).any(|row| row.activity.id == *id);
    let stocks = stocks(organisation, family, &lots, paris_day(*now)).into_iter();
    let view = |stock: domain::wallet::Stock| TicketsView {
        activity: stock.activity.id.clone(),
        left: stock.tickets.left,
        sentence: stock.sentence(),
    };
    stocks.filter(|stock| shown(&stock.activity.id)).map(view).collect()
}
