//! The outbox: what must follow a change, written in the same transaction; the table's stream wakes who does it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use crate::transaction::Transaction;
use domain::day::Day;
use domain::id::{AccountId, ActivityId, ChildId, FamilyId, OrganisationId};
use domain::role::Role;

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutboxStatus {
    /// To be sent.
    Pending,
    /// A mailer has it in hand.
    Claimed,
    /// Sent, as far as SES said.
    Sent,
    /// Refused by SES for good.
    Refused,
    /// The reply was lost: perhaps sent. Not blindly sent again.
    Unknown,
    /// Sent, and the address does not exist.
    Bounced,
    /// Sent, and its reader called it unwanted.
    Complained,
}

/// What the mail is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// The link of "mot de passe oublié ?".
    PasswordReset {
        /// Whose password.
        account: AccountId,
        /// What the account counted with it; see [`super::AccountRecord::resets`].
        #[serde(default)]
        serial: u64,
    },
    /// Tells that the password was changed.
    PasswordChanged {
        /// Whose password.
        account: AccountId,
    },
    /// Invites an adult to a family.
    FamilyInvitation {
        /// The organisation.
        organisation: OrganisationId,
        /// To which family.
        family: FamilyId,
        /// As which of its adults.
        adult: String,
        /// When its link ends, in epoch seconds; none where it was asked for before invitations were kept.
        #[serde(default)]
        until: Option<i64>,
    },
    /// Tells a family that a place was freed, and that its child has it.
    PlaceFreed {
        /// The organisation.
        organisation: OrganisationId,
        /// The family.
        family: FamilyId,
        /// The child.
        child: ChildId,
        /// The activity.
        activity: ActivityId,
        /// The day.
        day: Day,
    },
    /// Tells a family that bookings were cancelled because the organisation closes.
    DaysClosed {
        /// The organisation.
        organisation: OrganisationId,
        /// Which family.
        family: FamilyId,
        /// The word for it: `Grève`.
        name: String,
        /// What was cancelled.
        cancelled: Vec<Cancelled>,
        /// What is given back of what was invoiced or carried, in cents.
        #[serde(default)]
        given_back: i64,
    },
    /// Sums up what was changed in a planning.
    Digest {
        /// The organisation.
        organisation: OrganisationId,
        /// Which family.
        family: FamilyId,
        /// The requests that made the changes, each with the Mondays of the first and last week it changed.
        requests: Vec<(String, Day, Day)>,
    },
    /// Reminds of the limit: what is not booked in a week.
    Reminder {
        /// The organisation.
        organisation: OrganisationId,
        /// Which family.
        family: FamilyId,
        /// The Monday of the week.
        monday: Day,
    },
    /// Tells a family that it has a new invoice.
    InvoiceIssued {
        /// The organisation.
        organisation: OrganisationId,
        /// Who pays.
        family: FamilyId,
        /// Its number.
        number: String,
    },
    /// The link that confirms a new mél; goes to the new one.
    MelChange {
        /// The account.
        account: AccountId,
        /// What the account counted with it; see [`super::AccountRecord::wishes`].
        #[serde(default)]
        serial: u64,
    },
    /// Tells the old mél that it no longer signs in.
    MelChanged {
        /// The account.
        account: AccountId,
    },
    /// Tells that the identifiant was changed.
    IdentifiantChanged {
        /// The account.
        account: AccountId,
    },
    /// Tells that an account is gone; says nobody's name, since nothing of it is left.
    AccountDeleted,
    /// Tells an adult that the organisation ended the membership of a family.
    MembershipEnded {
        /// The organisation.
        organisation: OrganisationId,
        /// The account.
        account: AccountId,
    },
    /// Tells an agent of another role, or of none any more.
    RoleChanged {
        /// The organisation.
        organisation: OrganisationId,
        /// The account.
        account: AccountId,
        /// The role from now on.
        role: Option<Role>,
    },
    /// Tells an agent that the second factor was taken away, and that another one is set up at the next sign-in.
    SecondFactorReset {
        /// The organisation.
        organisation: OrganisationId,
        /// The account.
        account: AccountId,
        /// Who did it: an administrator, or who runs the portal.
        by: String,
    },
    /// Tells who paid online that it is received.
    PaymentReceived {
        /// The organisation.
        organisation: OrganisationId,
        /// Who paid.
        family: FamilyId,
        /// Its receipt.
        receipt: String,
    },
    /// Reminds a family of invoices that are not paid.
    DebtReminder {
        /// The organisation.
        organisation: OrganisationId,
        /// Who pays.
        family: FamilyId,
        /// The numbers of the invoices.
        numbers: Vec<String>,
    },
    /// Tells a family that a document is refused.
    DocumentRefused {
        /// The organisation.
        organisation: OrganisationId,
        /// The family.
        family: FamilyId,
        /// Which document.
        document: String,
    },
    /// Tells a family that a document expires soon.
    DocumentExpires {
        /// The organisation.
        organisation: OrganisationId,
        /// The family.
        family: FamilyId,
        /// Which document.
        document: String,
    },
    /// Tells who asked that the archive of the family's data is there.
    ArchiveReady {
        /// Who asked.
        account: AccountId,
    },
    /// Invites an agent.
    AgentInvitation {
        /// The organisation.
        organisation: OrganisationId,
        /// As what.
        role: Role,
        /// When its link ends, in epoch seconds; none where it was asked for before invitations were kept.
        #[serde(default)]
        until: Option<i64>,
    },
}

/// A booking that a closure cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// The child.
    pub child: ChildId,
    /// The activity.
    pub activity: ActivityId,
    /// The day.
    pub day: Day,
    /// What is given back, in cents, when it was paid.
    pub credit: Option<u32>,
}

/// One mail to send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// Its identifier; also the tag SES events come back with.
    pub id: String,
    /// What it is.
    pub message: Message,
    /// Where it goes; empty for the adults of a family, until it is known who they are: where there is one, it becomes theirs,
    /// where there are several, each gets an item of their own.
    pub to: String,
    /// The account it is for, when it is for one adult of a family.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// How far it is.
    pub status: OutboxStatus,
    /// When it was asked for or last claimed, on the wall clock.
    pub at: DateTime<Utc>,
    /// When it was asked for; items of before this was kept have `at` alone.
    #[serde(default)]
    pub asked: Option<DateTime<Utc>>,
    /// How often it was claimed.
    pub tries: u32,
    /// Grows with every step.
    pub version: u64,
    /// When the item goes, in epoch seconds; set once it has ended.
    pub expires: Option<i64>,
    /// The SHA-256 of the token in its link, so that an erasure finds the token too.
    #[serde(default)]
    pub token: Option<String>,
}

impl Record for OutboxRecord {
    fn key(&self) -> Key {
        if self.ended() { keys::ended_mail(&self.id) } else { keys::outbox(&self.id) }
    }
}

/// An uncertain mail is sent this often in all, then it is left for a person.
pub const MOST_UNCERTAIN_TRIES: u32 = 2;

impl OutboxRecord {
    /// Since when it waits.
    pub fn since(&self) -> DateTime<Utc> {
        self.asked.unwrap_or(self.at)
    }

    /// Whether nothing more is done with it by itself.
    pub fn ended(&self) -> bool {
        match self.status {
            OutboxStatus::Pending | OutboxStatus::Claimed => false,
            OutboxStatus::Unknown => self.tries >= MOST_UNCERTAIN_TRIES,
            OutboxStatus::Sent | OutboxStatus::Refused | OutboxStatus::Bounced | OutboxStatus::Complained => true,
        }
    }

    /// Asks for a mail whose identifier is made of what it is about: once, also when the first one has ended since. The
    /// places of its two conditions: where one fails, the mail was asked for before.
    pub fn ask_once(&self, transaction: &mut Transaction) -> [usize; 2] {
        [transaction.check_absent(&keys::ended_mail(&self.id)), transaction.put_new(self)]
    }

    /// Writes the next step of a mail that was read at `key`; one that ends moves to where no sweep reads.
    pub fn step(&self, transaction: &mut Transaction, key: &Key, read: u64) {
        if self.key() == *key {
            transaction.put_over(self, read);
        } else {
            transaction.delete_version(key, read);
            transaction.put(self);
        }
    }

    /// A mail to be sent.
    pub fn pending(id: String, message: Message, to: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            message,
            to,
            account: None,
            status: OutboxStatus::Pending,
            at: now,
            asked: Some(now),
            tries: 0,
            version: 1,
            expires: None,
            token: None,
        }
    }

    /// A mail to each adult of the family its message is about.
    pub fn for_family(id: String, message: Message, now: DateTime<Utc>) -> Self {
        Self::pending(id, message, String::new(), now)
    }
}
