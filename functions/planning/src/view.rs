//! The week as the page receives it.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::day::{Day, in_paris, paris_day};
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::planning::{Cell, ChildWeek, Empty, Offer, State, estimate, limit_ahead, next_limits, offer};
use domain::role::Permission;
use serde::Serialize;

use crate::cell_words::CellWords;
use crate::load::{Household, LoadedWeek};
use crate::tickets::{TicketsView, tickets};

#[derive(Serialize)]
pub(crate) struct WeekView<'a> {
    organisation: OrganisationView<'a>,
    family: FamilyView<'a>,
    now: String,
    today: Day,
    monday: Day,
    sunday: Day,
    title: String,
    limits: Vec<LimitView>,
    estimate: EstimateView,
    tickets: Vec<TicketsView>,
    acts_as_agent: bool,
    may_override: bool,
    children: Vec<ChildView<'a>>,
}

#[derive(Serialize)]
struct OrganisationView<'a> {
    id: &'a OrganisationId,
    name: &'a str,
    phone: &'a str,
}

#[derive(Serialize)]
struct FamilyView<'a> {
    id: &'a FamilyId,
    name: &'a str,
}

#[derive(Serialize)]
pub(crate) struct LimitView {
    at: String,
    when: String,
    what: String,
}

/// What the bookings of the month will cost.
#[derive(Serialize)]
pub(crate) struct EstimateView {
    month: String,
    amount: String,
    cents: u64,
    complete: bool,
}

#[derive(Serialize)]
struct ChildView<'a> {
    id: &'a ChildId,
    first_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    empty: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NextView<'a>>,
    activities: Vec<ActivityView<'a>>,
    offers: Vec<&'static str>,
}

/// The first date after a week in which a child has nothing.
#[derive(Serialize)]
struct NextView<'a> {
    activity: &'a str,
    day: Day,
}

#[derive(Serialize)]
struct ActivityView<'a> {
    id: &'a ActivityId,
    name: &'a str,
    rule: String,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
struct CellView {
    day: Day,
    state: State,
    #[serde(flatten)]
    told: CellWords,
}

/// The instant with the offset of Paris.
pub(crate) fn shown(instant: DateTime<Utc>) -> String {
    in_paris(instant).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The offer as the wire has it.
pub(crate) fn offer_name(offer: Offer) -> &'static str {
    match offer {
        Offer::Book => "book",
        Offer::Cancel => "cancel",
        Offer::None => "none",
    }
}

/// The cells of one day of a block.
pub(crate) fn cells_of_day<'a>(block: &'a ChildWeek<'a>, index: usize) -> impl Iterator<Item = &'a Cell> {
    block.rows.iter().map(move |row| &row.cells[index])
}

/// The next limits of the week, at most two; when nothing of it can change any more, the next one after it.
pub(crate) fn limits(loaded: &LoadedWeek, blocks: &[ChildWeek]) -> Vec<LimitView> {
    let Household { organisation, family, now, .. } = &loaded.household;
    let mut limits = next_limits(blocks, loaded.week, *now, 2);
    if limits.is_empty() {
        limits.extend(limit_ahead(organisation, &family.children, loaded.week, *now));
    }
    limits.into_iter().map(|limit| LimitView { at: shown(limit.at), when: limit.when, what: limit.what }).collect()
}

/// What the month of the day asked for will cost.
pub(crate) fn estimate_view(loaded: &LoadedWeek) -> EstimateView {
    let Household { organisation, family, .. } = &loaded.household;
    let estimate = estimate(
        organisation,
        family,
        loaded.day,
        loaded.facts.taken(),
        &loaded.other.charged,
        &loaded.other.abonnements,
    );
    let amount = estimate.amount();
    EstimateView { month: estimate.month, amount, cents: estimate.cents, complete: estimate.complete }
}

/// The whole week.
pub(crate) fn week_view<'a>(loaded: &'a LoadedWeek, blocks: &'a [ChildWeek<'a>]) -> WeekView<'a> {
    let household = &loaded.household;
    let organisation = &household.organisation;
    let role = household.call.access.role;
    WeekView {
        organisation: OrganisationView {
            id: &organisation.id,
            name: &organisation.name,
            phone: &organisation.contact.phone,
        },
        family: FamilyView { id: &household.family.id, name: &household.family.name },
        now: shown(household.now),
        today: paris_day(household.now),
        monday: loaded.week.monday(),
        sunday: loaded.week.sunday(),
        title: loaded.week.title(),
        limits: limits(loaded, blocks),
        estimate: estimate_view(loaded),
        tickets: tickets(loaded, blocks),
        acts_as_agent: role.is_some(),
        may_override: role.is_some_and(|role| role.may(Permission::ChangeWeeks)),
        children: blocks.iter().map(|block| child_view(loaded, block)).collect(),
    }
}

fn child_view<'a>(loaded: &LoadedWeek, block: &'a ChildWeek<'a>) -> ChildView<'a> {
    let days = loaded.week.days();
    let activities = block.rows.iter().map(|row| ActivityView {
        id: &row.activity.id,
        name: &row.activity.name,
        rule: row.activity.rule(),
        cells: days
            .iter()
            .zip(&row.cells)
            .map(|(day, cell)| CellView {
                day: *day,
                state: cell.state,
                told: loaded.told(&block.child.id, &row.activity.id, *day, cell),
            })
            .collect(),
    });
    let next = block.empty.as_ref().and_then(|empty| empty.next);
    ChildView {
        id: &block.child.id,
        first_name: &block.child.first_name,
        empty: block.empty.as_ref().map(Empty::sentence),
        next: next.map(|(activity, day)| NextView { activity: &activity.name, day }),
        activities: activities.collect(),
        offers: (0..7).map(|index| offer_name(offer(cells_of_day(block, index)))).collect(),
    }
}
