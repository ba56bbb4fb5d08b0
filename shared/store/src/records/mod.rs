//! What the table holds, one file per kind of thing; each record knows its key.

mod account;
mod billing;
mod booking;
mod debt;
mod document;
mod dossier;
mod family;
mod finding;
mod import;
mod invitation;
mod invoice;
mod listed;
mod notice;
mod online;
mod organisation;
mod outbox;
mod privacy;
mod round;
mod security;
mod session;
mod situation;
mod trouble;
mod wallet;
mod wishes;
mod work;

pub use account::{AccountRecord, CredentialsRecord, MembershipRecord, NameRecord, RoleRecord, StaffRecord};
pub use billing::{
    DraftRecord, Means, PaymentRecord, PeriodRecord, Returned, RunCounts, RunRecord, RunStage, SeriesRecord,
};
pub use booking::{BookingRecord, BookingStatus, ChangeRecord, CreditRecord, PlaceRecord, RoomRecord};
pub use debt::DebtNoticeRecord;
pub use document::{DiscardRecord, DocumentRecord, ExpiryRecord, OpeningRecord, PiecesRecord, ReviewRecord};
pub use dossier::{CheckRecord, DossierRecord, HealthKeyRecord, HealthRecord, ReadingRecord, ServiceNoteRecord};
pub use family::{AdultRecord, DirectoryRecord, FamilyRecord};
pub use finding::{FindRecord, FindWord, FindableRecord, FoundBy, Shown, finds};
pub use import::ImportedRecord;
pub use invitation::{InvitationRecord, Inviter, Seat, void_invitations};
pub use invoice::{InvoiceRecord, Numbered, WrittenOff};
pub use listed::{AwaitedRecord, ListedChild, ListedRecord, Portal};
pub use notice::{AcceptanceRecord, MenuRecord, NewsRecord, PublishedRecord};
pub use online::{AskingRecord, AttemptRecord, CardKeysRecord, Decision, DoubtRecord, OnlineRecord};
pub use organisation::{ClosingRecord, DayDecision, OrganisationEntry, OrganisationRecord};
pub use outbox::{Cancelled, MOST_UNCERTAIN_TRIES, Message, OutboxRecord, OutboxStatus};
pub use privacy::{ArchiveRecord, BoundRecord, ErasureRecord, PrivacyTask, PrivacyTaskRecord};
pub use round::RoundRecord;
pub use security::{SECURITY_KEPT, SecurityEvent, SecurityEventRecord};
pub use session::{PublicKeyRecord, SessionRecord, SigningKeyRecord, ThrottleRecord, TokenRecord, agent_session_end};
pub use situation::SituationRecord;
pub use trouble::{MailTrouble, MailTroubleRecord};
pub use wallet::LotRecord;
pub use wishes::{AbonnementRecord, DigestRecord, FeedRecord, ReminderRecord, Wishes, WishesRecord};
pub use work::{Wanted, Work, WorkRecord};
