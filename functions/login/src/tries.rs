//! Tries are claimed before a password is looked at, per name, account and address, and given back to who was right.
//!
//! Who exists shows nowhere: a name nobody has is counted, read and written as one that somebody has.

use chrono::{DateTime, Utc};
use domain::account::normalised_name;
use domain::id::AccountId;
use domain::throttle::{ACCOUNT, Allowance, Tries, WINDOW};
use lambda_http::http::StatusCode;
use secret::sha256;
use store::keys::{self, Key};
use store::records::{AccountRecord, ThrottleRecord};
use store::{Attempts, Items, Patience, Record, StoreError, Table, Transaction};
use web::ApiError;

/// Something that is tried: a name, the account behind it, or an address.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    what: &'static str,
    hash: String,
    allowance: Allowance,
    /// Whether more tries than it bears are told so. Where several names count together, telling would say that they do.
    told: bool,
}

impl Tried {
    pub(crate) fn new(what: &'static str, value: &str, allowance: Allowance) -> Self {
        Self { what, hash: sha256(value), allowance, told: true }
    }

    /// What all names of an account count in; a name of nobody counts in one of its own.
    pub(crate) fn shared(what: &'static str, account: Option<&AccountId>, name: &str, allowance: Allowance) -> Self {
        let value = account.map_or_else(|| format!("nobody {name}"), ToString::to_string);
        Self::new(what, &value, allowance).silent()
    }

    /// More tries than it bears are told.
    pub(crate) fn told(self) -> Self {
        Self { told: true, ..self }
    }

    /// More tries than it bears are not told.
    pub(crate) fn silent(self) -> Self {
        Self { told: false, ..self }
    }

    pub(crate) fn key(&self) -> Key {
        keys::throttle(self.what, &self.hash)
    }

    /// The record after one more try, and the version it goes over. Where it bears none more: until when.
    fn next(&self, items: &Items, wall: DateTime<Utc>) -> Result<Result<Claim, DateTime<Utc>>, StoreError> {
        let known: Option<ThrottleRecord> = items.get(&self.key())?;
        let version = known.as_ref().map_or(0, |record| record.version);
        let before = known.map_or_else(Tries::default, |record| record.tries);
        match before.claim(wall, self.allowance) {
            Ok(tries) => Ok(Ok(Claim { record: self.record(tries, version + 1), version, shut: false })),
            Err(until) if self.told => Ok(Err(until)),
            Err(_) => Ok(Ok(Claim { record: self.record(before, version + 1), version, shut: true })),
        }
    }

    fn record(&self, tries: Tries, version: u64) -> ThrottleRecord {
        let expires = (tries.last + WINDOW + WINDOW).timestamp();
        ThrottleRecord { what: self.what.to_owned(), hash: self.hash.clone(), tries, version, expires }
    }
}

struct Claim {
    record: ThrottleRecord,
    version: u64,
    shut: bool,
}

/// What was claimed, and whether the account bears no more: then nobody is right, and nobody is told why.
#[derive(Debug)]
pub(crate) struct Claims {
    records: Vec<ThrottleRecord>,
    pub(crate) shut: bool,
}

impl Claims {
    /// Claims a try of each in one transaction; again while others are faster.
    /// 429 where a name or an address bears no more, whoever it is of.
    pub(crate) async fn make(table: &Table, tried: &[Tried], wall: DateTime<Utc>) -> Result<Self, ApiError> {
        let keys: Vec<Key> = tried.iter().map(Tried::key).collect();
        let mut attempts = Attempts::of(Patience::NUMBER);
        loop {
            attempts.next().await?;
            let items = table.batch_get(&keys).await?;
            let mut transaction = Transaction::of_system();
            let claims = Self::put(&mut transaction, tried, &items, wall)?;
            if attempts.wrote(table.write(transaction).await)?.yes() {
                return Ok(claims);
            }
        }
    }

    /// Adds a try of each to a transaction. 429 where one that tells it bears no more.
    pub(crate) fn put(
        transaction: &mut Transaction,
        tried: &[Tried],
        items: &Items,
        wall: DateTime<Utc>,
    ) -> Result<Self, ApiError> {
        let mut claims = Self { records: Vec::new(), shut: false };
        for one in tried {
            let step = one.next(items, wall)?.map_err(|until| too_many(until, wall))?;
            transaction.put_over(&step.record, step.version);
            claims.shut |= step.shut;
            claims.records.push(step.record);
        }
        Ok(claims)
    }

    /// Gives the tries back where `which` says so: their person was right. Nobody waits for it in vain: what cannot be
    /// given back in time stays counted.
    pub(crate) async fn give_back(&self, table: &Table, which: impl Fn(&ThrottleRecord) -> bool) {
        let records: Vec<&ThrottleRecord> = self.records.iter().filter(|record| which(record)).collect();
        if let Err(error) = give_back(table, &records).await {
            tracing::warn!(error, "a try stays counted");
        }
    }
}

/// Whether a count is of an address.
pub(crate) fn of_address(record: &ThrottleRecord) -> bool {
    record.what == ADDRESS_OF_SIGN_IN
}

/// What tries of an address are counted as.
pub(crate) const ADDRESS_OF_SIGN_IN: &str = "address";

/// Forgets what was tried of an account, by each of its names.
pub(crate) fn forget_tries(transaction: &mut Transaction, profile: &AccountRecord) {
    for name in [&profile.identifiant, &profile.mel] {
        transaction.delete(&Tried::new("name", &normalised_name(name), ACCOUNT).key());
    }
    transaction.delete(&of_account(Some(&profile.account), "").key());
}

/// What the tries of all names of an account are counted as.
pub(crate) fn of_account(account: Option<&AccountId>, name: &str) -> Tried {
    Tried::shared("account", account, name, ACCOUNT)
}

async fn give_back(table: &Table, claimed: &[&ThrottleRecord]) -> Result<(), String> {
    if claimed.is_empty() {
        return Ok(());
    }
    let mut latest: Vec<ThrottleRecord> = claimed.iter().map(|record| (*record).clone()).collect();
    let keys: Vec<Key> = latest.iter().map(Record::key).collect();
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await.map_err(|busy| busy.to_string())?;
        let mut transaction = Transaction::of_system();
        for record in &latest {
            let (tries, read) = (record.tries.given_back(), record.version);
            transaction.put_over(&ThrottleRecord { tries, version: read + 1, ..record.clone() }, read);
        }
        let written = attempts.wrote(table.write(transaction).await).map_err(|error| error.to_string())?;
        if written.yes() {
            return Ok(());
        }
        let items = table.batch_get(&keys).await.map_err(|error| error.to_string())?;
        latest.clear();
        for key in &keys {
            // What is gone meanwhile counts nothing any more.
            latest.extend(items.get::<ThrottleRecord>(key).map_err(|error| error.to_string())?);
        }
        if latest.is_empty() {
            return Ok(());
        }
    }
}

/// Writes as many items as what follows for somebody who exists, for nobody: a write takes as long as it has items.
pub(crate) fn put_as_many(transaction: &mut Transaction, items: usize, wall: DateTime<Utc>) {
    for _ in 0..items {
        let tries = Tries { count: 0, since: wall, last: wall };
        transaction.put_new(&Tried::new("nobody", &secret::id(), ACCOUNT).record(tries, 1));
    }
}

fn too_many(until: DateTime<Utc>, wall: DateTime<Utc>) -> ApiError {
    let seconds = (until - wall).num_seconds().max(1);
    let wait = match seconds {
        1..=15 => "dans quelques secondes".to_owned(),
        16..=90 => "dans une minute".to_owned(),
        91..=5400 => format!("dans {} minutes", (seconds + 59) / 60),
        _ => format!("dans {} heures", (seconds + 3599) / 3600),
    };
    let detail = format!("Trop d’essais. Vous pourrez recommencer {wait}, ou choisir un nouveau mot de passe par mél.");
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", detail).with("retry_after", seconds)
}
