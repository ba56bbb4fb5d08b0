//! An organisation described by a folder of readable files: read, checked, loaded into the table.
//!
//! `docs/ORGANISATION_FOLDER.md` describes the folder. [`read`] tells every fault at once and touches no table;
//! [`load`] writes what the table does not know yet.

mod accounts;
mod fault;
mod folder;
mod load;
mod source;

pub use accounts::{AccountsError, DemoAccount, DemoFamily, DemoRole, load_demo_accounts};
pub use fault::FolderError;
pub use folder::{Administrator, AdultRow, BookingRow, FamilyRow, OrganisationFolder, read};
pub use load::{LoadError, Report, load};
