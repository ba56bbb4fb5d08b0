//! Everything the table and storage hold of a family, in one place: what an archive contains and an erasure removes.

use std::collections::{BTreeMap, BTreeSet};

use domain::day::Day;
use domain::dossier::Field;
use domain::family::Child;
use domain::id::{AccountId, ChildId, FamilyId, OrganisationId};
use serde_json::Value;
use store::keys::{self, Key, prefix};
use store::records::{
    AccountRecord, AdultRecord, AttemptRecord, BookingRecord, DocumentRecord, ExpiryRecord, FamilyRecord,
    FindableRecord, HealthRecord, InvoiceRecord, RunRecord, WishesRecord,
};
use store::{Items, Record, StoreError, file_of_invoice};

use crate::RetentionApp;

/// What a family has.
pub(crate) struct Belongings {
    /// The items of its own partition.
    pub(crate) own: Items,
    /// Items that are about it and lie elsewhere: how agents find it, places, mails, drafts, digests, reminders.
    pub(crate) elsewhere: Items,
    /// What is kept of the accounts of its adults, each by itself.
    pub(crate) accounts: BTreeMap<AccountId, Items>,
    /// The health of its children, under seal.
    pub(crate) health: Vec<HealthRecord>,
    /// Those of its children that another family has too, and which.
    pub(crate) shared: BTreeMap<ChildId, Vec<FamilyId>>,
    /// Its PDFs in storage.
    pub(crate) invoices: Vec<String>,
    /// Its documents.
    pub(crate) documents: Vec<DocumentRecord>,
    /// The keys of every file of its documents, small pictures and unchecked ones included.
    pub(crate) sheets: Vec<String>,
}

impl Belongings {
    /// Reads all of it, a few calls at a time.
    pub(crate) async fn read(
        app: &RetentionApp,
        organisation: &OrganisationId,
        family: &FamilyId,
    ) -> Result<Self, StoreError> {
        let own = app.table.query_mixed(&keys::of_family(organisation, family)).await?;
        let adults: Vec<AdultRecord> = own.of()?;
        let mut accounts = BTreeMap::new();
        for account in adults.iter().filter_map(|adult| adult.adult.account.clone()) {
            let mut items = app.table.query_mixed(&keys::of_account(&account)).await?;
            items.merge(app.table.query_mixed(&keys::acceptances_of(organisation, &account)).await?);
            accounts.insert(account, items);
        }
        let mut mels: BTreeSet<String> = adults.iter().filter_map(|adult| adult.adult.mel.clone()).collect();
        for (account, items) in &accounts {
            mels.extend(items.get::<AccountRecord>(&keys::account(account))?.map(|profile| profile.mel));
        }
        let mut elsewhere = app.table.batch_get(&keys_elsewhere(app, &own, organisation, family).await?).await?;
        elsewhere.merge(app.table.query_mixed(&keys::digests_of(organisation, family)).await?);
        elsewhere.merge(app.table.query_mixed(&keys::mail_troubles_of(organisation, family)).await?);
        elsewhere.merge(expiries(app, organisation, family).await?);
        let about = About { organisation, family, accounts: accounts.keys().collect(), mels: &mels };
        elsewhere.merge(mails(app, &about).await?);
        let record: Option<FamilyRecord> = own.get(&keys::family(organisation, family))?;
        let children: Vec<Child> = record.into_iter().flat_map(|record| record.family.children).collect();
        let mut health = Vec::new();
        for child in &children {
            health.extend(app.table.get::<HealthRecord>(&keys::health(organisation, &child.id)).await?);
        }
        let shared = children.into_iter().filter(|child| !child.also.is_empty());
        let shared = shared.map(|child| (child.id, child.also)).collect();
        let invoices: Vec<InvoiceRecord> = own.of()?;
        let filed = invoices.iter().filter(|invoice| invoice.filed);
        let invoices = filed.map(|invoice| file_of_invoice(organisation, family, &invoice.number)).collect();
        let documents: Vec<DocumentRecord> = own.of()?;
        let sheets = app.documents.of_family(organisation, family).await;
        let sheets = sheets.map_err(|error| StoreError(error.to_string()))?;
        Ok(Self { own, elsewhere, accounts, health, shared, invoices, documents, sheets })
    }
}

/// The keys of items about the family that are known from its own.
async fn keys_elsewhere(
    app: &RetentionApp,
    own: &Items,
    organisation: &OrganisationId,
    family: &FamilyId,
) -> Result<Vec<Key>, StoreError> {
    let mut wanted = vec![
        keys::directory_entry(organisation, family),
        keys::reminder(organisation, family),
        keys::check(organisation, family),
    ];
    let record: Option<FamilyRecord> = own.get(&keys::family(organisation, family))?;
    wanted.extend(record.into_iter().flat_map(|record| {
        let name = record.family.name;
        [keys::listed(organisation, &name, family), keys::awaited(organisation, &name, family)]
    }));
    let findable: Option<FindableRecord> = own.get(&keys::findable(organisation, family))?;
    wanted
        .extend(findable.iter().flat_map(|list| list.words.iter().map(|word| keys::find(organisation, family, word))));
    let bookings: Vec<BookingRecord> = own.of()?;
    wanted.extend(bookings.iter().map(|one| keys::place(organisation, &one.child, one.day, &one.activity)));
    let runs: Vec<RunRecord> = app.table.query(&keys::runs(organisation)).await?;
    wanted.extend(runs.iter().map(|run| keys::draft(organisation, run.period, family)));
    let documents: Vec<DocumentRecord> = own.of()?;
    wanted.extend(documents.iter().map(|one| keys::review(organisation, family, &one.id)));
    let attempts: Vec<AttemptRecord> = own.of()?;
    wanted.extend(
        attempts.iter().flat_map(|one| {
            [keys::asking(organisation, family, &one.attempt), keys::doubt(organisation, &one.attempt)]
        }),
    );
    let wishes: Option<WishesRecord> = own.get(&keys::wishes(organisation, family))?;
    wanted.extend(wishes.and_then(|wishes| wishes.feed).map(|sha256| keys::feed(&sha256)));
    Ok(wanted)
}

/// Later than any document counts.
fn last_day() -> Day {
    Day::from_ymd_opt(9999, 12, 31).unwrap_or(Day::MAX)
}

/// The days on which documents of the family expire.
async fn expiries(app: &RetentionApp, organisation: &OrganisationId, family: &FamilyId) -> Result<Items, StoreError> {
    let all: Vec<ExpiryRecord> = app.table.query(&keys::expiries(organisation, last_day())).await?;
    let keys: Vec<Key> = all.iter().filter(|one| one.family == *family).map(Record::key).collect();
    app.table.batch_get(&keys).await
}

/// Whom a mail is about.
struct About<'a> {
    organisation: &'a OrganisationId,
    family: &'a FamilyId,
    accounts: BTreeSet<&'a AccountId>,
    mels: &'a BTreeSet<String>,
}

impl About<'_> {
    fn holds(&self, mail: &Value) -> bool {
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let message = &mail["message"];
        let of_family = text(&message["organisation"]) == self.organisation.as_str()
            && text(&message["family"]) == self.family.as_str();
        let of_account = self.accounts.iter().any(|account| account.as_str() == text(&message["account"]));
        of_family || of_account || self.mels.contains(&text(&mail["to"]))
    }
}

/// The mails of the outbox that went to the family, or are about it.
async fn mails(app: &RetentionApp, about: &About<'_>) -> Result<Items, StoreError> {
    let mut found = Items::default();
    for span in (0..keys::OUTBOX_SHARDS).flat_map(|shard| [keys::outbox_shard(shard), keys::ended_mails(shard)]) {
        let mut items = app.table.query_mixed(&span).await?;
        let wanted: BTreeSet<Key> =
            items.json()?.into_iter().filter(|(_, mail)| about.holds(mail)).map(|(key, _)| key).collect();
        items.retain(|key| wanted.contains(key));
        found.merge(items);
    }
    Ok(found)
}

/// What the law keeps of an erased family, by the word its sort key begins with.
const KEPT: [&str; 3] = [prefix::INVOICE, prefix::PAYMENT, prefix::PERIOD];

impl Belongings {
    /// Where an adult of the family reads mails.
    pub(crate) fn mel_of(&self, account: &AccountId) -> Result<Option<String>, StoreError> {
        let Some(items) = self.accounts.get(account) else { return Ok(None) };
        Ok(items.get::<AccountRecord>(&keys::account(account))?.map(|profile| profile.mel))
    }

    /// Its own items without the fiches whose coordinates are hidden from this adult, and what was said about them.
    pub(crate) fn own_as_seen_by(&self, account: &AccountId) -> Result<Items, StoreError> {
        let adults: Vec<AdultRecord> = self.own.of()?;
        let hides = |one: &&AdultRecord| one.adult.says(Field::Hidden) && one.adult.account.as_ref() != Some(account);
        let hidden: BTreeSet<Key> = adults.iter().filter(hides).map(Record::key).collect();
        let mut own = self.own.clone();
        // What waits in the dossier, or an agent's note, may tell a coordinate that is hidden.
        let may_tell = |key: &Key| key.sk == "DOSSIER" || key.sk.starts_with(prefix::SERVICE_NOTE);
        own.retain(|key| !hidden.contains(key) && (hidden.is_empty() || !may_tell(key)) && key.sk != "FINDABLE");
        Ok(own)
    }

    /// The items elsewhere without the rows by which agents find and list the family: copies of what its dossier says, which
    /// would tell a coordinate that is hidden.
    pub(crate) fn elsewhere_but_copies(&self) -> Items {
        const COPIES: [&str; 3] = [prefix::LISTED, prefix::AWAITED, prefix::FIND];
        let mut items = self.elsewhere.clone();
        items.retain(|key| !COPIES.iter().any(|copy| key.pk.starts_with(copy)));
        items
    }

    /// The keys of its own items that an erasure removes.
    pub(crate) fn erasable(&self) -> Vec<Key> {
        self.own.keys().filter(|key| !KEPT.iter().any(|kept| key.sk.starts_with(kept))).cloned().collect()
    }
}
