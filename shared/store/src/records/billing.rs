//! Invoices and what leads to them: runs, drafts, numbers, payments, and the work that must follow.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::day::Day;
use domain::id::{ActivityId, ChildId, FamilyId, OrganisationId};
pub use domain::invoice::Means;
use domain::invoice::{Fault, Issued, Line, Period, Received};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStage {
    /// Drafts are being made.
    Drafting,
    /// An agent looks at them.
    Review,
    /// Invoices are being numbered.
    Issuing,
    /// Nothing is left to do.
    Done,
}

/// How many of each a run has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Families that have something to be charged.
    pub drafts: u32,
    /// Of these, families with something an agent must settle.
    pub faults: u32,
    /// The sum of the drafts, in cents.
    pub total: i64,
    /// Invoices that were numbered.
    pub invoices: u32,
    /// Families whose sum is carried to the next month.
    pub carried: u32,
    /// Families left out because something is to be settled.
    pub left: u32,
}

/// The run of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// The month.
    pub period: Period,
    /// How far it is.
    pub stage: RunStage,
    /// The last family its stage is done with.
    pub reach: Option<FamilyId>,
    /// The date of its invoices, fixed when issuing starts.
    pub issued: Option<Day>,
    /// Who opened or issued it: a name, or the clock.
    pub said: String,
    /// How many of each.
    pub counts: RunCounts,
    /// Grows with every step.
    pub version: u64,
}

impl Record for RunRecord {
    fn key(&self) -> Key {
        keys::run(&self.organisation, self.period)
    }
}

/// What a family would be charged for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecord {
    /// Where.
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
    /// Flat prices it charges.
    pub flats: BTreeSet<String>,
    /// The month whose carried sum it takes up.
    pub takes_up: Option<Period>,
    /// That sum, in cents: the draft holds for as long as it is still carried there.
    #[serde(default)]
    pub carried: i64,
    /// Credits it takes up.
    pub credits: Vec<(Day, ChildId, ActivityId)>,
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

/// An invoice, or a credit note. Never deleted, never renumbered; only `filed` changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// `2015-00042`.
    pub number: String,
    /// The month it charges.
    pub period: Option<Period>,
    /// The invoice a credit note corrects.
    pub corrects: Option<String>,
    /// Its date.
    pub issued: Day,
    /// Until when it is to be paid.
    pub due: Day,
    /// Name and address of the payer, as they were.
    pub payer: Vec<String>,
    /// What it charges.
    pub lines: Vec<Line>,
    /// The sum of its lines, in cents.
    pub total: i64,
    /// The request of the page that made it, when no run did.
    #[serde(default)]
    pub request: Option<String>,
    /// It comes from the time before: it is printed, not mailed.
    #[serde(default)]
    pub imported: bool,
    /// Whether its PDF is stored.
    pub filed: bool,
    /// Grows when it is filed.
    pub version: u64,
}

impl Record for InvoiceRecord {
    fn key(&self) -> Key {
        keys::invoice(&self.organisation, &self.family, &self.number)
    }
}

impl InvoiceRecord {
    /// What the domain knows of it.
    pub fn document(&self) -> Issued<'_> {
        let corrects = self.corrects.as_deref();
        Issued { number: &self.number, issued: self.issued, corrects, lines: &self.lines }
    }
}

/// That a family's month is closed: no booking of it is charged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Who.
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
    /// Flat prices that are charged.
    pub flats: BTreeSet<String>,
    /// Grows when what is carried is taken up.
    pub version: u64,
}

impl Record for PeriodRecord {
    fn key(&self) -> Key {
        keys::family_period(&self.organisation, &self.family, self.period)
    }
}

/// The numbers of a year: the next one, and the latest date a number has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRecord {
    /// Where.
    pub organisation: OrganisationId,
    /// Whose: `2026` for invoices, `R2026` for receipts.
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
    /// Where.
    pub organisation: OrganisationId,
    /// Who paid.
    pub family: FamilyId,
    /// `R2015-00007`.
    pub receipt: String,
    /// The day it was received.
    pub day: Day,
    /// How.
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

impl PaymentRecord {
    /// What the domain knows of it.
    pub fn received(&self) -> Received<'_> {
        let (receipt, day, means, cents) = (&self.receipt, self.day, self.means, self.cents);
        Received { receipt, day, means, cents, reverses: self.reverses.as_deref() }
    }
}

/// What must follow beside mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// A run goes on.
    Run {
        /// Where.
        organisation: OrganisationId,
        /// The month.
        period: Period,
    },
    /// An invoice is printed, stored and mailed.
    Print {
        /// Where.
        organisation: OrganisationId,
        /// Who pays.
        family: FamilyId,
        /// Its number.
        number: String,
    },
    /// The invoices of one transaction are printed, stored and mailed.
    PrintMany {
        /// Where.
        organisation: OrganisationId,
        /// Who pays, and the number.
        invoices: Vec<(FamilyId, String)>,
    },
}

/// A piece of work; it goes when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRecord {
    /// Its identifier.
    pub id: String,
    /// What.
    pub work: Work,
    /// When it was asked for, on the wall clock.
    pub at: DateTime<Utc>,
}

impl Record for WorkRecord {
    fn key(&self) -> Key {
        keys::work(&self.id)
    }
}
