//! What the lots of a family give: how many tickets fit, and which lot a booking takes from.

use super::Lot;
use crate::id::{ActivityId, ChildId};
use crate::text::counted;

/// How many tickets there are for a child and an activity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tickets {
    /// To use now.
    pub left: u32,
    /// Bought, and to use once they are paid.
    pub unpaid: u32,
}

impl Tickets {
    /// `il reste 2 tickets`.
    pub fn said(self) -> String {
        match self.left {
            0 => "il ne reste aucun ticket".to_owned(),
            left => format!("il reste {}", counted(left, "ticket", "tickets")),
        }
    }

    /// Counts a lot's.
    pub(super) fn add(&mut self, lot: &Lot) {
        let counter = if lot.is_open() { &mut self.left } else { &mut self.unpaid };
        *counter += lot.left;
    }
}

/// The tickets that fit a child and an activity.
pub fn tickets<'a>(lots: impl IntoIterator<Item = &'a Lot>, child: &ChildId, activity: &ActivityId) -> Tickets {
    let mut tickets = Tickets::default();
    lots.into_iter().filter(|lot| lot.fits(child, activity)).for_each(|lot| tickets.add(lot));
    tickets
}

/// The lot a booking takes from: the oldest with tickets that fits.
pub fn oldest<'a>(lots: impl IntoIterator<Item = &'a Lot>, child: &ChildId, activity: &ActivityId) -> Option<&'a Lot> {
    let fitting = lots.into_iter().filter(|lot| lot.is_open() && lot.left > 0 && lot.fits(child, activity));
    fitting.min_by_key(|lot| (lot.opened, &lot.id))
}

/// Fewer tickets than a click needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    /// What there is.
    pub tickets: Tickets,
    /// What is needed.
    pub needed: u32,
}

impl Short {
    /// When there are fewer than needed.
    pub fn of(tickets: Tickets, needed: u32) -> Option<Self> {
        (tickets.left < needed).then_some(Self { tickets, needed })
    }

    /// In a cell.
    pub fn note(self) -> &'static str {
        if self.tickets.unpaid > 0 { "tickets pas encore payés" } else { "plus de ticket" }
    }

    /// `il ne reste aucun ticket. Achetez-en dans « Mes factures »`.
    pub fn sentence(self) -> String {
        let Self { tickets, needed } = self;
        let more = if tickets.left > 0 { format!(" et il en faut {needed}") } else { String::new() };
        let left = format!("{}{more}", tickets.said());
        match tickets.unpaid {
            0 => format!("{left}. Achetez-en dans « Mes factures »"),
            1 => format!("{left}. 1 ticket s’ajoutera dès que sa facture sera payée : elle est dans « Mes factures »"),
            unpaid => format!(
                "{left}. {unpaid} tickets s’ajouteront dès que leur facture sera payée : elle est dans « Mes factures »"
            ),
        }
    }
}
