//! Tickets are neither lost nor made, whatever is bought, booked, cancelled and refunded.

use proptest::prelude::*;

use super::*;
use crate::day::parse_day;
use crate::id::{ActivityId, ChildId, LotId};

fn lot(number: usize, activity: &str, child: Option<&str>, bought: u32, counts: Counts) -> Lot {
    Lot {
        id: format!("2026-{number:05}").parse().unwrap(),
        activity: activity.parse().unwrap(),
        child: child.map(|child| child.parse().unwrap()),
        unit: 350,
        bought,
        left: bought,
        refunded: 0,
        opened: parse_day("2026-09-01").unwrap(),
        counts,
        paid: false,
    }
}

fn child(id: &str) -> ChildId {
    id.parse().unwrap()
}

fn cantine() -> ActivityId {
    "cantine".parse().unwrap()
}

#[test]
fn the_oldest_lot_with_tickets_that_fits_gives() {
    let mut older = lot(1, "cantine", Some("lou"), 10, Counts::AtIssue);
    let newer = Lot { opened: parse_day("2026-10-01").unwrap(), ..lot(2, "cantine", None, 10, Counts::AtIssue) };
    let elsewhere = lot(3, "garderie", None, 10, Counts::AtIssue);
    let unpaid = lot(4, "cantine", None, 10, Counts::AtPayment);
    let of = |older: &Lot, who: &str| {
        let lots = [&unpaid, &newer, &elsewhere, older];
        oldest(lots, &child(who), &cantine()).map(|lot| lot.id.as_str().to_owned())
    };
    assert_eq!(of(&older, "lou").as_deref(), Some("2026-00001"));
    assert_eq!(of(&older, "chloe").as_deref(), Some("2026-00002"), "the older one is another child's");
    older.left = 0;
    assert_eq!(of(&older, "lou").as_deref(), Some("2026-00002"));
    let there = tickets([&older, &newer, &elsewhere, &unpaid], &child("lou"), &cantine());
    assert_eq!(there, Tickets { left: 10, unpaid: 10 });
}

#[test]
fn a_lot_that_counts_at_payment_gives_nothing_before_nor_once_the_payment_is_taken_back() {
    let mut bought = lot(1, "cantine", None, 2, Counts::AtPayment);
    assert!(!bought.take());
    bought.follow(true);
    assert!(bought.take());
    bought.follow(false);
    assert!(!bought.take());
    assert_eq!(bought.left, 1);
}

#[test]
fn what_is_missing_is_said_with_what_is_left_and_where_to_buy() {
    let said = |left, unpaid, needed| Short::of(Tickets { left, unpaid }, needed).map(Short::sentence);
    assert_eq!(said(1, 0, 1), None);
    assert_eq!(said(0, 0, 1).unwrap(), "il ne reste aucun ticket. Achetez-en dans « Mes factures »");
    assert!(said(2, 0, 4).unwrap().starts_with("il reste 2 tickets et il en faut 4."));
    let unpaid = said(0, 10, 1).unwrap();
    assert!(unpaid.contains("10 tickets s’ajouteront dès que leur facture sera payée"), "{unpaid}");
}

proptest! {
    /// Bought is what is left, what lies on bookings and what was refunded; no lot falls below zero.
    #[test]
    fn tickets_are_conserved(steps in proptest::collection::vec((0..5_u8, 0..3_usize), 1..120)) {
        let children = ["chloe", "lou", "gaetan"];
        let mut lots: Vec<Lot> = Vec::new();
        let mut booked: Vec<LotId> = Vec::new();
        for (step, which) in steps {
            match step {
                0 => {
                    let of = [None, Some("lou"), None][which];
                    let counts = if which == 2 { Counts::AtPayment } else { Counts::AtIssue };
                    lots.push(lot(lots.len(), "cantine", of, 1 + u32::try_from(which).unwrap(), counts));
                }
                1 | 2 => {
                    let there = tickets(&lots, &child(children[which]), &cantine());
                    let found = oldest(&lots, &child(children[which]), &cantine()).map(|lot| lot.id.clone());
                    prop_assert_eq!(found.is_some(), there.left > 0);
                    if let Some(id) = found {
                        prop_assert!(lots.iter_mut().any(|lot| lot.id == id && lot.take()));
                        booked.push(id);
                    }
                }
                3 if !booked.is_empty() => {
                    let id = booked.swap_remove(which % booked.len());
                    lots.iter_mut().filter(|lot| lot.id == id).for_each(Lot::give_back);
                }
                4 => {
                    let at = which.min(lots.len().saturating_sub(1));
                    if let Some(lot) = lots.get_mut(at) {
                        let (left, paid) = (lot.left, lot.paid);
                        match which {
                            0 => prop_assert_eq!(lot.refund(), left),
                            _ => lot.follow(!paid),
                        }
                    }
                }
                _ => {}
            }
            for lot in &lots {
                let out = booked.iter().filter(|id| **id == lot.id).count();
                prop_assert_eq!(lot.bought, lot.left + lot.refunded + u32::try_from(out).unwrap());
            }
        }
    }
}
