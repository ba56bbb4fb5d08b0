//! Every key of the table, one typed constructor each; `docs/DATA.md` charts them. Prefixes are written nowhere else.
//!
//! A room of its own (documents, wallets…) may keep its keys in a file beside this one.

mod debt;
mod documents;
mod dossier;
mod invitation;
mod listed;
mod notice;
mod online;
pub mod prefix;
mod privacy;
mod security;
mod trouble;
mod wallet;

use prefix::{
    ABONNEMENT, ACCOUNT, ADULT, BOOKING, CHANGE, CLOSING, CREDENTIALS, CREDIT, DAY, DIGEST, DIRECTORY, DRAFT,
    ENDED_MAILS, FAMILY, FEED, IMPORT, INVOICE, MEMBER, NAME, ORGANISATION, OUTBOX, PAYMENT, PERIOD, REMINDER, ROLE,
    ROOM, ROUND, RUN, SERIES, SESSION, STAFF, THROTTLE, TOKEN, WORK,
};

pub use dossier::{
    check, checks, dossier, health, health_key, health_keys, reading, readings, service_note, situation, situations,
};
pub use online::{ASKING_SHARDS, asking, asking_shard, attempt, card_keys, doubt, doubts, online};

pub use documents::{
    discard, discards, document, documents, expiries, expiry, opening, openings, pieces, review, reviews,
};

use domain::day::{Day, Week};
use domain::id::{AccountId, ActivityId, CapacityId, ChildId, FamilyId, OrganisationId};
use domain::invoice::Period;

pub use debt::debt_notice;
pub use invitation::{agent_invitation, agent_invitations, family_invitation, family_invitations};
pub use listed::{all_awaited, all_listed, awaited, find, findable, found_by, listed};
pub use notice::{acceptance, acceptances, acceptances_of, all_news, menu, menus, news, published};
pub use privacy::{
    Bounded, archive, archives, bound, erasure, erasures, of_family, privacy_task, privacy_tasks, with_bound,
};
pub use security::{security_event, security_events};
pub use trouble::{mail_trouble, mail_troubles, mail_troubles_of};
pub use wallet::{lot, lots};

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Partition.
    pub pk: String,
    /// Sort key within it.
    pub sk: String,
}

impl From<lambda::stream::ItemKey> for Key {
    fn from(key: lambda::stream::ItemKey) -> Self {
        Self { pk: key.pk, sk: key.sk }
    }
}

fn key(pk: String, sk: impl Into<String>) -> Key {
    Key { pk, sk: sk.into() }
}

/// A part of a partition, to be queried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Partition.
    pub pk: String,
    /// First sort key.
    pub from: String,
    /// Last sort key.
    pub to: String,
}

/// After every sort key that begins like this.
const LAST: char = '\u{10ffff}';

fn beginning(pk: String, prefix: &str) -> Span {
    Span { pk, from: prefix.to_owned(), to: format!("{prefix}{LAST}") }
}

fn account_partition(account: &AccountId) -> String {
    format!("{ACCOUNT}{account}")
}

fn family_partition(organisation: &OrganisationId, family: &FamilyId) -> String {
    format!("{FAMILY}{organisation}#{family}")
}

/// An adult's profile.
pub fn account(account: &AccountId) -> Key {
    key(account_partition(account), "ACCOUNT")
}

/// One open session of an account.
pub fn session(account: &AccountId, session: &str) -> Key {
    key(account_partition(account), format!("{SESSION}{session}"))
}

/// Everything of an account but its credentials.
pub fn of_account(account: &AccountId) -> Span {
    beginning(account_partition(account), "")
}

/// All open sessions of an account.
pub fn sessions(account: &AccountId) -> Span {
    beginning(account_partition(account), SESSION)
}

/// That an account belongs to a family.
pub fn membership(account: &AccountId, organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(account_partition(account), format!("{MEMBER}{organisation}#{family}"))
}

/// All families of an organisation that an account belongs to.
pub fn memberships(account: &AccountId, organisation: &OrganisationId) -> Span {
    beginning(account_partition(account), &format!("{MEMBER}{organisation}#"))
}

/// That an account is an agent of an organisation.
pub fn role(account: &AccountId, organisation: &OrganisationId) -> Key {
    key(account_partition(account), format!("{ROLE}{organisation}"))
}

/// An agent as the administrators of an organisation find it.
pub fn staff_entry(organisation: &OrganisationId, account: &AccountId) -> Key {
    key(format!("{STAFF}{organisation}"), account.as_str())
}

/// All agents of an organisation.
pub fn staff(organisation: &OrganisationId) -> Span {
    beginning(format!("{STAFF}{organisation}"), "")
}

/// Password and second factor: a partition of its own, so that only `login` may read it.
pub fn credentials(account: &AccountId) -> Key {
    key(format!("{CREDENTIALS}{account}"), "CREDENTIALS")
}

/// Which account an identifiant or a mél signs in to; globally unique.
pub fn name(normalised: &str) -> Key {
    key(format!("{NAME}{normalised}"), "NAME")
}

/// The failed tries of a name or an address, by a hash of it.
pub fn throttle(what: &str, hash: &str) -> Key {
    key(format!("{THROTTLE}{what}#{hash}"), "THROTTLE")
}

/// An emailed token, by its SHA-256.
pub fn token(sha256: &str) -> Key {
    key(format!("{TOKEN}{sha256}"), "TOKEN")
}

/// A private key that signs sessions; `login` alone reads it.
pub fn signing_key(id: &str) -> Key {
    key("SIGNING".to_owned(), id)
}

/// All private keys.
pub fn signing_keys() -> Span {
    beginning("SIGNING".to_owned(), "")
}

/// A public key that checks sessions.
pub fn public_key(id: &str) -> Key {
    key("PUBLIC".to_owned(), id)
}

/// All public keys.
pub fn public_keys() -> Span {
    beginning("PUBLIC".to_owned(), "")
}

/// An organisation with its calendar and activities.
pub fn organisation(organisation: &OrganisationId) -> Key {
    key(format!("{ORGANISATION}{organisation}"), "ORGANISATION")
}

/// A family as agents find it.
pub fn directory_entry(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(format!("{DIRECTORY}{organisation}"), family.as_str())
}

/// All families of an organisation, as agents find them.
pub fn directory(organisation: &OrganisationId) -> Span {
    beginning(format!("{DIRECTORY}{organisation}"), "")
}

/// A family as the planning knows it.
pub fn family(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "FAMILY")
}

/// An adult of a family, by a reference that is unique in it.
pub fn adult(organisation: &OrganisationId, family: &FamilyId, adult: &str) -> Key {
    key(family_partition(organisation, family), format!("{ADULT}{adult}"))
}

/// All adults of a family.
pub fn adults(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), ADULT)
}

/// A booking, in the partition of the family that answers for the day.
pub fn booking(
    organisation: &OrganisationId,
    family: &FamilyId,
    day: Day,
    child: &ChildId,
    activity: &ActivityId,
) -> Key {
    key(family_partition(organisation, family), format!("{BOOKING}{day}#{child}#{activity}"))
}

/// All bookings of a family between two days, both included.
pub fn bookings(organisation: &OrganisationId, family: &FamilyId, from: Day, to: Day) -> Span {
    Span {
        pk: family_partition(organisation, family),
        from: format!("{BOOKING}{from}"),
        to: format!("{BOOKING}{to}{LAST}"),
    }
}

/// All bookings of a family.
pub fn all_bookings(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), BOOKING)
}

/// That a child is booked for an activity on a day, whichever family did it: what makes a booking unique.
pub fn place(organisation: &OrganisationId, child: &ChildId, day: Day, activity: &ActivityId) -> Key {
    key(format!("{DAY}{organisation}#{day}#{activity}"), child.as_str())
}

/// All children booked for an activity on a day.
pub fn places(organisation: &OrganisationId, day: Day, activity: &ActivityId) -> Span {
    beginning(format!("{DAY}{organisation}#{day}#{activity}"), "")
}

/// Who has a place of a capacity on a day, and who waits.
pub fn room(organisation: &OrganisationId, capacity: &CapacityId, day: Day) -> Key {
    key(format!("{ROOM}{organisation}#{}", Week::of(day).monday()), format!("{day}#{capacity}"))
}

/// All rooms of an organisation in a week.
pub fn rooms(organisation: &OrganisationId, week: Week) -> Span {
    beginning(format!("{ROOM}{organisation}#{}", week.monday()), "")
}

/// One change of a booking, kept with the request that made it.
pub fn change(
    organisation: &OrganisationId,
    family: &FamilyId,
    day: Day,
    request: &str,
    child: &ChildId,
    activity: &ActivityId,
) -> Key {
    let monday = Week::of(day).monday();
    key(family_partition(organisation, family), format!("{CHANGE}{monday}#{request}#{child}#{activity}#{day}"))
}

/// All changes of a family to the days of these weeks, both included.
pub fn changes(organisation: &OrganisationId, family: &FamilyId, from: Week, to: Week) -> Span {
    Span {
        pk: family_partition(organisation, family),
        from: format!("{CHANGE}{}", from.monday()),
        to: format!("{CHANGE}{}{LAST}", to.monday()),
    }
}

/// All changes of a family to the days of the weeks before one.
pub fn changes_before(organisation: &OrganisationId, family: &FamilyId, week: Week) -> Span {
    Span {
        pk: family_partition(organisation, family),
        from: CHANGE.to_owned(),
        to: format!("{CHANGE}{}", week.monday()),
    }
}

/// An abonnement of a family.
pub fn abonnement(organisation: &OrganisationId, family: &FamilyId, id: &str) -> Key {
    key(family_partition(organisation, family), format!("{ABONNEMENT}{id}"))
}

/// All abonnements of a family.
pub fn abonnements(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), ABONNEMENT)
}

/// What a family wants to be told, and its calendar feed.
pub fn wishes(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(family_partition(organisation, family), "WISHES")
}

/// What a closure gives back to a family.
pub fn credit(
    organisation: &OrganisationId,
    family: &FamilyId,
    day: Day,
    child: &ChildId,
    activity: &ActivityId,
) -> Key {
    key(family_partition(organisation, family), format!("{CREDIT}{day}#{child}#{activity}"))
}

/// All credits of a family.
pub fn credits(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), CREDIT)
}

/// A calendar feed, by the SHA-256 of its secret.
pub fn feed(sha256: &str) -> Key {
    key(format!("{FEED}{sha256}"), "FEED")
}

/// How many partitions the digests to come are spread over.
pub const DIGEST_SHARDS: u8 = 4;

/// A change that a digest has to tell.
pub fn digest(organisation: &OrganisationId, family: &FamilyId, request: &str) -> Key {
    let shard = family.as_str().bytes().fold(0_u8, u8::wrapping_add) % DIGEST_SHARDS;
    key(format!("{DIGEST}{shard}"), format!("{organisation}#{family}#{request}"))
}

/// The digests to come of one family.
pub fn digests_of(organisation: &OrganisationId, family: &FamilyId) -> Span {
    let one = digest(organisation, family, "");
    beginning(one.pk, &one.sk)
}

/// One partition of the digests to come.
pub fn digest_shard(shard: u8) -> Span {
    beginning(format!("{DIGEST}{shard}"), "")
}

/// That a family wants to be reminded before the limit.
pub fn reminder(organisation: &OrganisationId, family: &FamilyId) -> Key {
    key(format!("{REMINDER}{organisation}"), family.as_str())
}

/// All families of an organisation that want to be reminded.
pub fn reminders(organisation: &OrganisationId) -> Span {
    beginning(format!("{REMINDER}{organisation}"), "")
}

/// That an organisation exists.
pub fn organisation_entry(organisation: &OrganisationId) -> Key {
    key("ORGANISATIONS".to_owned(), organisation.as_str())
}

/// All organisations.
pub fn organisations() -> Span {
    beginning("ORGANISATIONS".to_owned(), "")
}

/// A closure, or an opening, that an agent decided.
pub fn closing(organisation: &OrganisationId, id: &str) -> Key {
    key(format!("{CLOSING}{organisation}"), id)
}

/// All closures an organisation's agents decided.
pub fn closings(organisation: &OrganisationId) -> Span {
    beginning(format!("{CLOSING}{organisation}"), "")
}

/// All changes that one request made to a week.
pub fn changes_of_request(organisation: &OrganisationId, family: &FamilyId, day: Day, request: &str) -> Span {
    let monday = Week::of(day).monday();
    beginning(family_partition(organisation, family), &format!("{CHANGE}{monday}#{request}#"))
}

/// How many partitions the outbox is spread over.
pub const OUTBOX_SHARDS: u8 = 4;

/// Something that must follow: a mail to send.
pub fn outbox(id: &str) -> Key {
    let shard = id.bytes().fold(0_u8, u8::wrapping_add) % OUTBOX_SHARDS;
    key(format!("{OUTBOX}{shard}"), id)
}

/// One partition of the outbox.
pub fn outbox_shard(shard: u8) -> Span {
    beginning(format!("{OUTBOX}{shard}"), "")
}

/// A mail that has ended: it leaves the partitions that are swept.
pub fn ended_mail(id: &str) -> Key {
    let Key { pk, sk } = outbox(id);
    key(pk.replacen(OUTBOX, ENDED_MAILS, 1), sk)
}

/// One partition of the mails that have ended.
pub fn ended_mails(shard: u8) -> Span {
    beginning(format!("{ENDED_MAILS}{shard}"), "")
}

/// What an import last said of one row of an organisation's folder.
pub fn imported(organisation: &OrganisationId, row: &str) -> Key {
    key(format!("{IMPORT}{organisation}"), row)
}

/// Everything an import last said of an organisation.
pub fn imports(organisation: &OrganisationId) -> Span {
    beginning(format!("{IMPORT}{organisation}"), "")
}

/// The run of a month.
pub fn run(organisation: &OrganisationId, period: Period) -> Key {
    key(format!("{RUN}{organisation}"), period.to_string())
}

/// All runs of an organisation.
pub fn runs(organisation: &OrganisationId) -> Span {
    beginning(format!("{RUN}{organisation}"), "")
}

/// What a family would be charged for a month.
pub fn draft(organisation: &OrganisationId, period: Period, family: &FamilyId) -> Key {
    key(format!("{DRAFT}{organisation}#{period}"), family.as_str())
}

/// All drafts of a run.
pub fn drafts(organisation: &OrganisationId, period: Period) -> Span {
    beginning(format!("{DRAFT}{organisation}#{period}"), "")
}

/// The drafts of the families from one to another, both included.
pub fn drafts_between(organisation: &OrganisationId, period: Period, first: &FamilyId, last: &FamilyId) -> Span {
    let (from, to) = (first.to_string(), last.to_string());
    Span { from, to, ..drafts(organisation, period) }
}

/// An invoice of a family.
pub fn invoice(organisation: &OrganisationId, family: &FamilyId, number: &str) -> Key {
    key(family_partition(organisation, family), format!("{INVOICE}{number}"))
}

/// A payment of a family.
pub fn payment(organisation: &OrganisationId, family: &FamilyId, receipt: &str) -> Key {
    key(family_partition(organisation, family), format!("{PAYMENT}{receipt}"))
}

/// That a month of a family is closed.
pub fn family_period(organisation: &OrganisationId, family: &FamilyId, period: Period) -> Key {
    key(family_partition(organisation, family), format!("{PERIOD}{period}"))
}

/// A family's invoices, payments and closed months: they lie side by side.
pub fn account_of_family(organisation: &OrganisationId, family: &FamilyId) -> Span {
    Span { pk: family_partition(organisation, family), from: INVOICE.to_owned(), to: format!("{PERIOD}{LAST}") }
}

/// A family's closed months.
pub fn family_periods(organisation: &OrganisationId, family: &FamilyId) -> Span {
    beginning(family_partition(organisation, family), PERIOD)
}

/// The numbers of a year.
pub fn series(organisation: &OrganisationId, series: &str) -> Key {
    key(format!("{SERIES}{organisation}"), series)
}

/// The numbers of every year.
pub fn every_series(organisation: &OrganisationId) -> Span {
    beginning(format!("{SERIES}{organisation}"), "")
}

/// How many partitions the work is spread over.
pub const WORK_SHARDS: u8 = 4;

/// Something that must follow beside mails.
pub fn work(id: &str) -> Key {
    let shard = id.bytes().fold(0_u8, u8::wrapping_add) % WORK_SHARDS;
    key(format!("{WORK}{shard}"), id)
}

/// One partition of the work.
pub fn work_shard(shard: u8) -> Span {
    beginning(format!("{WORK}{shard}"), "")
}

/// How far a round of scheduled work is.
pub fn round(job: &str, of: &str) -> Key {
    key(format!("{ROUND}{job}"), of)
}
