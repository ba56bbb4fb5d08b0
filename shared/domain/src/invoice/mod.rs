//! Invoices: what a family is charged for a month, line by line, what it paid of it, and what it owes.

mod allotment;
#[cfg(test)]
mod allotment_tests;
mod billing;
mod certificate;
#[cfg(test)]
mod certificate_tests;
mod closed_days;
mod correction;
mod draft;
mod joint;
#[cfg(test)]
mod joint_tests;
mod journal;
mod line;
mod means;
mod netting;
#[cfg(test)]
mod price_tests;
mod reach;
mod reminding;
mod repricing;
mod run;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod tests;
mod usual_week;
mod written_off;

pub use allotment::{Allotment, Credit, Issued, Ledger, LineState, Open, Received, allot};
pub use billing::{Billing, Period};
pub use certificate::{CertifiedChild, certify, counts};
pub use closed_days::{ClosedDay, GivenBack, give_back, takes_back};
pub use correction::{NotCreditable, credit_note, left};
pub use draft::{Draft, Taken, draft};
pub use journal::{Entry, EntryKind, journal};
pub use line::{Fault, Line, number};
pub use means::{Means, Services};
pub use reach::kept_anew;
pub use reminding::{days_late, step};
pub use repricing::{ByHand, Charged, Repriced, reprice};
pub use run::{NotNow, Run, RunCounts, RunStage};
pub use written_off::GivenUp;
