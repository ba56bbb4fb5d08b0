//! Receipts: a payment and the number it takes are one transaction, so that numbers have no gap.

use chrono::{DateTime, Datelike, Utc};

use crate::keys::{self, Key};
use crate::records::{Means, PaymentRecord, SeriesRecord};
use crate::{Chain, Items, StoreError};
use domain::day::Day;
use domain::id::{FamilyId, OrganisationId};

/// What was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The day it was received.
    pub day: Day,
    /// How.
    pub means: Means,
    /// How much, in cents; negative when it reverses another.
    pub cents: i64,
    /// The receipt it reverses.
    pub reverses: Option<String>,
    /// Unique: the request of the page, or the attempt that was paid.
    pub request: String,
    /// Who recorded it.
    pub said: String,
}

/// The receipts of a year as they were read: the next number, on the version that was read.
#[derive(Debug, Clone)]
pub struct Receipts {
    organisation: OrganisationId,
    today: Day,
    next: u64,
    read: u64,
}

impl Receipts {
    /// What has to be read before a payment is received. Receipts are numbered by the year in which they are written.
    pub fn key(organisation: &OrganisationId, today: Day) -> Key {
        keys::series(organisation, &series(today))
    }

    /// Of items that hold [`Receipts::key`], if anybody has paid that year.
    pub fn of(items: &Items, organisation: &OrganisationId, today: Day) -> Result<Self, StoreError> {
        let known: Option<SeriesRecord> = items.get(&Self::key(organisation, today))?;
        let (next, read) = known.map_or((1, 0), |series| (series.next, series.version));
        Ok(Self { organisation: organisation.clone(), today, next, read })
    }

    /// Adds the payment and the number it takes to a transaction, two actions. When one of them fails, somebody
    /// else took the number: read again.
    pub fn receive(
        &self,
        transaction: Chain,
        family: &FamilyId,
        received: Received,
        at: DateTime<Utc>,
    ) -> (Chain, PaymentRecord) {
        let Received { day, means, cents, reverses, request, said } = received;
        let series = series(self.today);
        let receipt = format!("{series}-{:05}", self.next);
        let (organisation, family) = (self.organisation.clone(), family.clone());
        let payment = PaymentRecord { organisation, family, receipt, day, means, cents, reverses, request, said, at };
        let organisation = self.organisation.clone();
        let taken =
            SeriesRecord { organisation, series, next: self.next + 1, latest: self.today, version: self.read + 1 };
        (transaction.put_over(&taken, self.read).put_new(&payment), payment)
    }
}

fn series(today: Day) -> String {
    format!("R{}", today.year())
}
