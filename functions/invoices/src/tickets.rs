//! Mes tickets, on the page of invoices: what is left of each kind, and what may be bought.

use domain::day::Day;
use domain::family::Family;
use domain::id::{ActivityId, ChildId};
use domain::money::euros;
use domain::organisation::Organisation;
use domain::wallet::{Lot, Stock, stocks};
use serde::Serialize;
use store::records::LotRecord;

/// One kind of tickets.
#[derive(Serialize)]
pub(crate) struct TicketsView {
    activity: ActivityId,
    activity_name: String,
    child: Option<ChildId>,
    child_name: Option<String>,
    left: u32,
    unpaid: u32,
    sentence: String,
    packs: Vec<PackView>,
}

#[derive(Serialize)]
struct PackView {
    quantity: u32,
    unit: String,
    amount: String,
}

/// What a family has; packs for who may buy them.
pub(crate) fn tickets(
    organisation: &Organisation,
    family: &Family,
    lots: &[LotRecord],
    today: Day,
    may_buy: bool,
) -> Vec<TicketsView> {
    let lots: Vec<&Lot> = lots.iter().map(|record| &record.lot).collect();
    let mut stocks = stocks(organisation, family, &lots, today);
    let sells = may_buy && organisation.billing.is_some();
    stocks.iter_mut().filter(|_| !sells).for_each(|stock| stock.packs.clear());
    stocks.into_iter().map(view).collect()
}

fn view(stock: Stock) -> TicketsView {
    let pack = |pack: &domain::wallet::Pack| PackView {
        quantity: pack.quantity,
        unit: euros(u64::from(pack.unit)),
        amount: euros(pack.cents()),
    };
    TicketsView {
        activity: stock.activity.id.clone(),
        activity_name: stock.activity.name.clone(),
        child: stock.child.map(|child| child.id.clone()),
        child_name: stock.child.map(|child| child.first_name.clone()),
        left: stock.tickets.left,
        unpaid: stock.tickets.unpaid,
        sentence: stock.sentence(),
        packs: stock.packs.iter().map(pack).collect(),
    }
}
