//! Health data under seal: AES-256-GCM, by keys that lie in a partition of their own (`docs/decisions/0006`).

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use crate::records::{HealthKeyRecord, HealthRecord};
use crate::{Attempts, Patience, StoreError, Table, Transaction, keys};
use domain::dossier::Health;
use domain::id::{ChildId, OrganisationId};

/// The keys that seal health data, read when they are first needed.
#[derive(Default)]
pub struct Seals(RwLock<BTreeMap<String, HealthKeyRecord>>);

impl Seals {
    /// What is under a seal.
    ///
    /// # Errors
    /// The table failed, the key is gone, or the seal was broken.
    pub async fn open(&self, table: &Table, record: &HealthRecord) -> Result<Health, StoreError> {
        if self.known(&record.sealed_with).is_none() {
            self.read(table).await?;
        }
        let key = self.known(&record.sealed_with).ok_or_else(|| broken("an unknown key"))?;
        unsealed(&key, record)
    }

    /// A child's health sealed with the youngest key, which is made when there is none.
    ///
    /// # Errors
    /// The table failed.
    pub async fn seal(
        &self,
        table: &Table,
        (organisation, child): (&OrganisationId, &ChildId),
        health: &Health,
        version: u64,
        wall: DateTime<Utc>,
    ) -> Result<HealthRecord, StoreError> {
        if self.youngest().is_none() {
            self.read(table).await?;
        }
        let key = match self.youngest() {
            Some(key) => key,
            None => self.make(table, wall).await?,
        };
        sealed(&key, organisation, child, health, version)
    }

    fn known(&self, id: &str) -> Option<HealthKeyRecord> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn youngest(&self) -> Option<HealthKeyRecord> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().next_back().cloned()
    }

    async fn read(&self, table: &Table) -> Result<(), StoreError> {
        let records: Vec<HealthKeyRecord> = table.query(&keys::health_keys()).await?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(records.into_iter().map(|record| (record.id.clone(), record)));
        Ok(())
    }

    /// Two that start at once each make a key: records name theirs, so both open.
    async fn make(&self, table: &Table, wall: DateTime<Utc>) -> Result<HealthKeyRecord, StoreError> {
        let mut key = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut key).map_err(|_| broken("no chance"))?;
        let id = format!("{}-{}", wall.format("%Y%m%d%H%M%S"), secret::id());
        let record = HealthKeyRecord { id, key: STANDARD.encode(key) };
        let mut transaction = Transaction::of_system();
        transaction.put_new(&record);
        let written = Attempts::of(Patience::WORK).wrote(table.write(transaction).await)?;
        if !written.yes() {
            return Err(broken("a new key is there already"));
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(record.id.clone(), record.clone());
        Ok(record)
    }
}

fn broken(what: &str) -> StoreError {
    StoreError(format!("health under seal: {what}"))
}

fn cipher(key: &HealthKeyRecord) -> Result<RandomizedNonceKey, StoreError> {
    let bytes = STANDARD.decode(&key.key).map_err(|_| broken("an unreadable key"))?;
    RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| broken("an unusable key"))
}

/// A seal holds for one child only: laid on another's record it does not open.
fn bound_to(organisation: &OrganisationId, child: &ChildId) -> Aad<Vec<u8>> {
    Aad::from(format!("{organisation}/{child}").into_bytes())
}

fn sealed(
    key: &HealthKeyRecord,
    organisation: &OrganisationId,
    child: &ChildId,
    health: &Health,
    version: u64,
) -> Result<HealthRecord, StoreError> {
    let mut bytes = serde_json::to_vec(health).map_err(|_| broken("unwritable"))?;
    let nonce = cipher(key)?.seal_in_place_append_tag(bound_to(organisation, child), &mut bytes);
    let nonce = nonce.map_err(|_| broken("it cannot be sealed"))?;
    let sealed = STANDARD.encode([nonce.as_ref().as_slice(), bytes.as_slice()].concat());
    let (organisation, child) = (organisation.clone(), child.clone());
    Ok(HealthRecord { organisation, child, sealed_with: key.id.clone(), sealed, version })
}

fn unsealed(key: &HealthKeyRecord, record: &HealthRecord) -> Result<Health, StoreError> {
    let bytes = STANDARD.decode(&record.sealed).map_err(|_| broken("unreadable"))?;
    let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or_else(|| broken("too short"))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken("no nonce"))?;
    let mut rest = rest.to_vec();
    let bound = bound_to(&record.organisation, &record.child);
    let plain = cipher(key)?.open_in_place(nonce, bound, &mut rest).map_err(|_| broken("it does not open"))?;
    serde_json::from_slice(plain).map_err(|_| broken("unreadable inside"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::dossier::ChildField;

    fn key(byte: u8) -> HealthKeyRecord {
        HealthKeyRecord { id: format!("k{byte}"), key: STANDARD.encode([byte; 32]) }
    }

    fn record(key: &HealthKeyRecord) -> (HealthRecord, Health) {
        let mut health = Health::default();
        health.keep(ChildField::Allergies, "Arachides".to_owned());
        (sealed(key, &"jumex".parse().unwrap(), &"chloe".parse().unwrap(), &health, 1).unwrap(), health)
    }

    #[test]
    fn a_seal_opens_with_its_key_for_its_child_and_shows_nothing_before() {
        let (sealed_once, health) = record(&key(1));
        assert_eq!(unsealed(&key(1), &sealed_once).unwrap(), health);
        assert!(!String::from_utf8_lossy(&STANDARD.decode(&sealed_once.sealed).unwrap()).contains("Arachides"));
        assert_ne!(record(&key(1)).0.sealed, sealed_once.sealed, "a new nonce each time");
        assert!(unsealed(&key(2), &sealed_once).is_err(), "another key");
        let moved = HealthRecord { child: "lou".parse().unwrap(), ..sealed_once.clone() };
        assert!(unsealed(&key(1), &moved).is_err(), "another child");
        let mut bytes = STANDARD.decode(&sealed_once.sealed).unwrap();
        bytes[NONCE_LEN] ^= 1;
        let touched = HealthRecord { sealed: STANDARD.encode(bytes), ..sealed_once };
        assert!(unsealed(&key(1), &touched).is_err(), "another byte");
    }
}
