//! Tries are claimed before a password is looked at, per name and per address, and given back to who was right.

use chrono::{DateTime, Utc};
use domain::throttle::{Allowance, Tries, WINDOW};
use lambda_http::http::StatusCode;
use secret::sha256;
use store::keys::{self, Key};
use store::records::ThrottleRecord;
use store::{Items, Transaction};
use web::ApiError;

/// Something that is tried: a name or an address.
pub(crate) struct Tried {
    what: &'static str,
    hash: String,
    allowance: Allowance,
}

impl Tried {
    pub(crate) fn new(what: &'static str, value: &str, allowance: Allowance) -> Self {
        Self { what, hash: sha256(value), allowance }
    }

    pub(crate) fn key(&self) -> Key {
        keys::throttle(self.what, &self.hash)
    }

    /// The record after one more try, and the version it goes over.
    pub(crate) fn claim(&self, items: &Items, wall: DateTime<Utc>) -> Result<(ThrottleRecord, u64), ApiError> {
        let known: Option<ThrottleRecord> = items.get(&self.key())?;
        let version = known.as_ref().map_or(0, |record| record.version);
        let before = known.map_or_else(Tries::default, |record| record.tries);
        let tries = before.claim(wall, self.allowance).map_err(|until| too_many(until, wall))?;
        Ok((self.record(tries, version + 1), version))
    }

    /// The record with the claimed try given back.
    pub(crate) fn given_back(&self, claimed: &ThrottleRecord) -> ThrottleRecord {
        let tries = Tries { count: claimed.tries.count.saturating_sub(1), ..claimed.tries };
        self.record(tries, claimed.version + 1)
    }

    fn record(&self, tries: Tries, version: u64) -> ThrottleRecord {
        let expires = (tries.last + WINDOW + WINDOW).timestamp();
        ThrottleRecord { what: self.what.to_owned(), hash: self.hash.clone(), tries, version, expires }
    }
}

/// Adds claimed tries to a transaction.
pub(crate) fn put_claims(transaction: &mut Transaction, claims: &[(ThrottleRecord, u64)]) {
    for (record, version) in claims {
        transaction.put_over(record, *version);
    }
}

fn too_many(until: DateTime<Utc>, wall: DateTime<Utc>) -> ApiError {
    let seconds = (until - wall).num_seconds().max(1);
    let wait = match seconds {
        1..=90 => "dans une minute".to_owned(),
        91..=5400 => format!("dans {} minutes", (seconds + 59) / 60),
        _ => format!("dans {} heures", (seconds + 3599) / 3600),
    };
    let detail = format!("Trop d’essais. Vous pourrez recommencer {wait}, ou choisir un nouveau mot de passe par mél.");
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", detail).with("retry_after", seconds)
}
