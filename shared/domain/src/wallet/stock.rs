//! What a family has of each kind of tickets, and what it may buy.

use super::{Lot, Prepaid, Tickets};
use crate::activity::Activity;
use crate::day::Day;
use crate::family::{Child, Family};
use crate::organisation::Organisation;
use crate::tariff::{Per, Unpriced, Use};

/// One kind of tickets: an activity, of the whole family or of one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock<'a> {
    /// The activity.
    pub activity: &'a Activity,
    /// For whom; none for any child of the family.
    pub child: Option<&'a Child>,
    /// What there is.
    pub tickets: Tickets,
    /// What may be bought.
    pub packs: Vec<Pack>,
}

/// Tickets sold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    /// How many.
    pub quantity: u32,
    /// What one costs, in cents.
    pub unit: u32,
}

impl Pack {
    /// What it comes to, in cents.
    pub fn cents(self) -> u64 {
        u64::from(self.quantity) * u64::from(self.unit)
    }
}

impl Stock<'_> {
    /// `Ludothèque, pour Inès : il reste 2 tickets`.
    pub fn sentence(&self) -> String {
        let child = self.child.map(|child| format!(", pour {}", child.first_name)).unwrap_or_default();
        let left = self.tickets.said();
        let unpaid = match self.tickets.unpaid {
            0 => String::new(),
            1 => ", 1 autre s’ajoutera une fois payé".to_owned(),
            unpaid => format!(", {unpaid} autres s’ajouteront une fois payés"),
        };
        format!("{}{child} : {left}{unpaid}", self.activity.name)
    }
}

/// What a ticket of an activity costs a child on a day, in cents: the tariff's price of a day, booked now and then.
pub fn unit_price(
    organisation: &Organisation,
    family: &Family,
    activity: &Activity,
    child: &Child,
    day: Day,
) -> Result<u32, Unpriced> {
    let tariff = organisation.tariff(&activity.id, day).ok_or(Unpriced::NoTariff)?;
    let used = Use::alone(child, family.rank(&child.id), day);
    match tariff.price(&family.payer(day), &used)? {
        priced if priced.price.per == Per::Day => Ok(priced.cents),
        _ => Err(Unpriced::NoPrice),
    }
}

/// The kinds of tickets of a family, in the organisation's order: what it may buy, and what it has left of others.
pub fn stocks<'a>(organisation: &'a Organisation, family: &'a Family, lots: &[&Lot], today: Day) -> Vec<Stock<'a>> {
    let mut stocks = Vec::new();
    for activity in &organisation.activities {
        let mut of_activity = match &activity.prepaid {
            Some(prepaid) => sold(organisation, family, activity, prepaid, today),
            None => Vec::new(),
        };
        for lot in lots.iter().filter(|lot| lot.activity == activity.id && lot.left > 0) {
            let of = |stock: &Stock| stock.child.map(|child| &child.id) == lot.child.as_ref();
            match of_activity.iter_mut().find(|stock| of(stock)) {
                Some(stock) => stock.tickets.add(lot),
                None => {
                    let child = lot.child.as_ref().and_then(|id| family.child(id));
                    let mut stock = Stock { activity, child, tickets: Tickets::default(), packs: Vec::new() };
                    stock.tickets.add(lot);
                    of_activity.push(stock);
                }
            }
        }
        stocks.extend(of_activity);
    }
    stocks
}

/// What is sold: the family's tickets, or each child's where they are named or cost each child something else.
fn sold<'a>(
    organisation: &Organisation,
    family: &'a Family,
    activity: &'a Activity,
    prepaid: &Prepaid,
    today: Day,
) -> Vec<Stock<'a>> {
    let takes_part = |child: &&Child| {
        let enrolled =
            |one: &crate::family::Enrolment| one.activity == activity.id && one.to.is_none_or(|to| today <= to);
        child.enrolments.iter().any(enrolled) && activity.who.refuses(child, today).is_none()
    };
    let price = |child: &Child| unit_price(organisation, family, activity, child, today);
    let children: Vec<(&Child, Option<u32>)> =
        family.children.iter().filter(takes_part).map(|child| (child, price(child).ok())).collect();
    let Some((_, first)) = children.first() else { return Vec::new() };
    let same = children.iter().all(|(_, unit)| unit == first);
    let stock = |child: Option<&'a Child>, unit: Option<u32>| {
        let packs = unit.into_iter().flat_map(|unit| prepaid.packs.iter().map(move |count| (*count, unit)));
        let packs = packs.map(|(quantity, unit)| Pack { quantity, unit }).collect();
        Stock { activity, child, tickets: Tickets::default(), packs }
    };
    match prepaid.per_child || !same {
        true => children.into_iter().map(|(child, unit)| stock(Some(child), unit)).collect(),
        false => vec![stock(None, *first)],
    }
}
