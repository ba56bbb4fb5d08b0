//! An organisation described by a folder of readable files: read, checked, loaded into the table.
//!
//! `docs/ORGANISATION_FOLDER.md` describes the folder. [`read`] tells every fault at once and touches no table;
//! [`load`] writes what the table does not know yet. [`check_examples`] decides a folder's worked examples, and
//! [`preview`] tells what its families would pay.

mod accounts;
mod examples;
mod fault;
mod folder;
mod load;
mod preview;
mod source;

pub use accounts::{
    AccountsError, DemoAccount, DemoFamily, DemoRole, SecondFactorError, load_demo_accounts, reset_second_factor,
};
pub use examples::{Checked, CheckedExample, Outcome, Tally, check_examples};
pub use fault::FolderError;
pub use folder::{
    Administrator, AdultRow, BookingRow, FamilyRow, InvoiceRow, MenuRow, Notices, OrganisationFolder, read,
};
pub use load::{LoadError, Report, load};
pub use preview::{Preview, preview};
