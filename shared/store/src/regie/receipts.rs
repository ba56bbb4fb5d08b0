//! Receipts: a payment and the number it takes are one transaction, so that numbers have no gap.

use chrono::{DateTime, Utc};

use super::{Numbering, Numbers};
use crate::keys::Key;
use crate::records::{Means, PaymentRecord};
use crate::{Items, StoreError, Transaction};
use domain::day::Day;
use domain::id::{FamilyId, OrganisationId};

/// What was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The day it was received.
    pub day: Day,
    /// The means of payment.
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

/// The receipts of a year as they were read.
#[derive(Debug, Clone)]
pub struct Receipts {
    organisation: OrganisationId,
    numbers: Numbers,
}

impl Receipts {
    /// What has to be read before a payment is received. Receipts are numbered by the year in which they are written.
    pub fn key(organisation: &OrganisationId, today: Day) -> Key {
        Numbering::Receipts.key(organisation, today)
    }

    /// Of items that hold [`Receipts::key`], if anybody has paid that year.
    pub fn of(items: &Items, organisation: &OrganisationId, today: Day) -> Result<Self, StoreError> {
        let numbers = Numbering::Receipts.of(items, organisation, today)?;
        Ok(Self { organisation: organisation.clone(), numbers })
    }

    /// Adds the payment and the number it takes to a transaction, two actions. When one of them fails, somebody
    /// else took the number: read again.
    pub fn receive(
        mut self,
        transaction: &mut Transaction,
        family: &FamilyId,
        received: Received,
        at: DateTime<Utc>,
    ) -> PaymentRecord {
        let Received { day, means, cents, reverses, request, said } = received;
        let receipt = self.numbers.take().number;
        let (organisation, family) = (self.organisation, family.clone());
        let payment = PaymentRecord { organisation, family, receipt, day, means, cents, reverses, request, said, at };
        self.numbers.keep(transaction);
        transaction.put_new(&payment);
        payment
    }
}
