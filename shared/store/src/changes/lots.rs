//! The tickets a transaction takes and gives back: each lot is written once, on the version that was read.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Facts, Transaction, keys};
use domain::activity::Activity;
use domain::family::Child;
use domain::id::{FamilyId, LotId, OrganisationId};
use domain::wallet::oldest;

/// The lots that change.
#[derive(Debug, Default)]
pub(super) struct Lots {
    /// The versions that were read.
    read: BTreeMap<LotId, u64>,
    /// Lots that bookings name and nobody has read: they came in between.
    unread: BTreeSet<LotId>,
}

impl Lots {
    /// How many actions writing them takes.
    pub(super) fn len(&self) -> usize {
        self.read.len() + self.unread.len()
    }

    /// Whether this one is written already.
    pub(super) fn has(&self, lot: &LotId) -> bool {
        self.read.contains_key(lot) || self.unread.contains(lot)
    }

    /// Takes a ticket of a lot that [`next_lot`] found.
    pub(super) fn take(&mut self, facts: &mut Facts, lot: &LotId) {
        if let Some(record) = facts.lots.get_mut(lot) {
            record.lot.take();
            self.read.entry(lot.clone()).or_insert(record.version);
        }
    }

    /// Gives a ticket back to its lot.
    pub(super) fn give_back(&mut self, facts: &mut Facts, lot: &LotId) {
        match facts.lots.get_mut(lot) {
            Some(record) => {
                record.lot.give_back();
                self.read.entry(lot.clone()).or_insert(record.version);
            }
            None => drop(self.unread.insert(lot.clone())),
        }
    }

    /// Writes them. A lot that nobody has read fails the transaction, so that it is read and decided again.
    pub(super) fn write(
        self,
        (organisation, family): (&OrganisationId, &FamilyId),
        facts: &mut Facts,
        transaction: &mut Transaction,
    ) {
        for lot in &self.unread {
            transaction.check_absent(&keys::lot(organisation, family, lot));
        }
        for (lot, version) in self.read {
            let Some(record) = facts.lots.get_mut(&lot) else { continue };
            record.version = version + 1;
            transaction.put_over(record, version);
        }
    }
}

/// The oldest lot that fits and has a ticket; none where the activity sells none, or none is left.
pub(super) fn next_lot(facts: &Facts, child: &Child, activity: &Activity) -> Option<LotId> {
    activity.prepaid.as_ref()?;
    let lots = facts.lots.values().map(|record| &record.lot);
    Some(oldest(lots, &child.id, &activity.id)?.id.clone())
}
