//! What the table holds, one file per kind of thing; each record knows its key.

mod account;
mod booking;
mod family;
mod import;
mod organisation;
mod outbox;
mod session;

pub use account::{AccountRecord, CredentialsRecord, MembershipRecord, NameRecord, RoleRecord};
pub use booking::{BookingRecord, ChangeRecord, PlaceRecord};
pub use family::{AdultRecord, DirectoryRecord, FamilyRecord};
pub use import::ImportedRecord;
pub use organisation::OrganisationRecord;
pub use outbox::{Message, OutboxRecord, OutboxStatus};
pub use session::{PublicKeyRecord, SessionRecord, SigningKeyRecord, ThrottleRecord, TokenRecord};
