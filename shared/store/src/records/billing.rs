//! What leads to invoices and what follows from them: runs, drafts, closed months, numbers, payments.

use std::collections::BTreeSet;
use std::ops::Deref;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::records::{Work, WorkRecord};
use crate::table::{OfKind, Record, StoreError};
use domain::day::Day;
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
use domain::invoice::{Fault, Line, NotNow, Period, Received, Run};
pub use domain::invoice::{Means, RunCounts, RunStage};
use domain::situation::Situations;

/// The run of a month as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The organisation that invoices.
    pub organisation: OrganisationId,
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// Grows with every step.
    pub version: u64,
}

impl RunRecord {
    /// A run that is opened.
    pub fn opened(organisation: OrganisationId, run: Run) -> Self {
        Self { organisation, run, version: 1 }
    }

    /// The record after a step: it is written over the version of this one.
    pub fn then(&self, run: Run) -> Self {
        Self { organisation: self.organisation.clone(), run, version: self.version + 1 }
    }

    /// The work that goes on with this run.
    pub fn work(&self, wall: DateTime<Utc>) -> WorkRecord {
        let work = Work::Run { organisation: self.organisation.clone(), period: self.run.period };
        WorkRecord { id: secret::id(), work, at: wall }
    }
}

impl From<NotNow> for StoreError {
    fn from(not_now: NotNow) -> Self {
        Self(not_now.to_string())
    }
}

impl Deref for RunRecord {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl Record for RunRecord {
    fn key(&self) -> Key {
        keys::run(&self.organisation, self.run.period)
    }
}

/// What a family would be charged for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The month.
    pub period: Period,
    /// Who pays.
    pub family: FamilyId,
    /// Its name, for the list.
    pub name: String,
    /// Name and address, as the invoice will have them.
    pub payer: Vec<String>,
    /// What is charged, what was carried and what is given back included.
    pub lines: Vec<Line>,
    /// What could not be priced.
    pub faults: Vec<Fault>,
    /// The sum of the lines, in cents.
    pub total: i64,
    /// Flat prices it charges, and what it keeps for later months of spans that reach beyond it.
    pub flats: BTreeSet<String>,
    /// The month whose carried sum it takes up.
    pub takes_up: Option<Period>,
    /// That sum, in cents: the draft holds for as long as it is still carried there.
    #[serde(default)]
    pub carried: i64,
    /// Credits it takes up.
    pub credits: Vec<(Day, ChildId, ActivityId)>,
    /// The situations of the family that priced it.
    #[serde(default)]
    pub priced_by: Option<Situations>,
}

impl DraftRecord {
    /// What the use of the month comes to, in cents: the lines of services.
    pub fn charged(&self) -> i64 {
        self.lines.iter().filter(|line| line.activity.is_some()).map(Line::amount).sum()
    }

    /// What is given back for closed days, in cents: the other lines, but for what was carried.
    pub fn given_back(&self) -> i64 {
        self.carried - self.lines.iter().filter(|line| line.activity.is_none()).map(Line::amount).sum::<i64>()
    }
}

impl Record for DraftRecord {
    fn key(&self) -> Key {
        keys::draft(&self.organisation, self.period, &self.family)
    }
}

/// That a family's month is closed: no booking of it is charged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The month.
    pub period: Period,
    /// The invoice that charges it, when there is one.
    pub invoice: Option<String>,
    /// What its use came to, in cents, before anything carried or given back.
    #[serde(default)]
    pub charged: i64,
    /// What was given back with it, in cents, for days that the organisation closed.
    #[serde(default)]
    pub given_back: i64,
    /// What is carried to the next run, in cents.
    pub carried: i64,
    /// Flat prices that are charged, and what is kept for later months of spans that reach beyond it.
    pub flats: BTreeSet<String>,
    /// What it charges, where no invoice says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// What closures have given back of it since, where no credit note on its own invoice says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<Returned>,
    /// The situations of the family that priced it, its last correction counted; none where it is of the time before they
    /// were kept.
    #[serde(default)]
    pub priced_by: Option<Situations>,
    /// The request that last corrected what is carried.
    #[serde(default)]
    pub corrected_by: Option<String>,
    /// Grows when what is carried is taken up, corrected or given back.
    pub version: u64,
}

/// What a closure gave back of a month that has no invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The closure.
    pub closing: String,
    /// Units of the month's lines, with their days.
    pub lines: Vec<Line>,
    /// The credit note that gives it back, where an invoice had taken up the month's sum; else it is off what is carried.
    pub note: Option<String>,
}

impl Record for PeriodRecord {
    fn key(&self) -> Key {
        keys::family_period(&self.organisation, &self.family, self.period)
    }
}

impl OfKind for PeriodRecord {
    const PREFIX: &'static str = keys::prefix::PERIOD;
}

/// The numbers of a year: the next one, and the latest date a number has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The series: `2026` of invoices, `R2026` of receipts.
    pub series: String,
    /// The next number, from 1.
    pub next: u64,
    /// The date of the latest number: dates never decrease.
    pub latest: Day,
    /// Grows with every use.
    pub version: u64,
}

impl Record for SeriesRecord {
    fn key(&self) -> Key {
        keys::series(&self.organisation, &self.series)
    }
}

/// A payment. Never edited: a mistake is reversed by one of the opposite amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who paid.
    pub family: FamilyId,
    /// `R2015-00007`.
    pub receipt: String,
    /// The day it was received.
    pub day: Day,
    /// The means of payment.
    pub means: Means,
    /// How much, in cents; negative when it reverses another.
    pub cents: i64,
    /// The receipt it reverses.
    pub reverses: Option<String>,
    /// The request of the page that recorded it.
    pub request: String,
    /// Who recorded it.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
}

impl Record for PaymentRecord {
    fn key(&self) -> Key {
        keys::payment(&self.organisation, &self.family, &self.receipt)
    }
}

impl OfKind for PaymentRecord {
    const PREFIX: &'static str = keys::prefix::PAYMENT;
}

impl PaymentRecord {
    /// What the domain knows of it.
    pub fn received(&self) -> Received<'_> {
        let (receipt, day, means, cents) = (&self.receipt, self.day, self.means, self.cents);
        Received { receipt, day, means, cents, reverses: self.reverses.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_lies_in_the_table_is_read_and_written_as_it_was() {
        let lying = serde_json::json!({
            "organisation": "jumex", "period": "2015-05", "stage": "review", "reach": "devret", "issued": null,
            "said": "l’horaire", "version": 7,
            "counts": { "drafts": 9, "faults": 1, "total": -5000, "invoices": 7, "carried": 1, "left": 1 },
        });
        let item: crate::table::Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(&lying).unwrap();
        let record: RunRecord = crate::table::read(item.clone()).unwrap();
        assert_eq!((record.stage, record.counts.total, record.version), (RunStage::Review, -5000, 7));
        assert_eq!(record.reach.as_ref().unwrap().as_str(), "devret");
        assert_eq!(serde_dynamo::aws_sdk_dynamodb_1::to_item(&record).unwrap(), item);
    }
}
