//! The key that signs sessions: made here, kept where only this function reads, replaced with age.

use std::sync::{PoisonError, RwLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::account::{DEVICE_LIFE, PARENT_SESSION_LIFE, TOKEN_LIFE};
use domain::id::AccountId;
use jsonwebtoken::EncodingKey;
use lambda::Error;
use store::records::{PublicKeyRecord, SigningKeyRecord};
use store::{Transaction, keys};
use web::ApiError;
use web::app::App;
use web::session::Signer;

/// How long a key signs.
const SIGNS_FOR: TimeDelta = TimeDelta::days(90);

/// The current key.
pub(crate) struct Signing {
    current: RwLock<(Signer, DateTime<Utc>)>,
}

impl Signing {
    /// Takes the youngest key of the table, or makes one.
    pub(crate) async fn start(app: &App, wall: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self { current: RwLock::new(current(app, wall).await?) })
    }

    /// A fresh token for a session.
    pub(crate) async fn token(
        &self,
        app: &App,
        account: &AccountId,
        session: &str,
        wall: DateTime<Utc>,
    ) -> Result<String, ApiError> {
        self.renew(app, wall).await?;
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.0.sign(&app.public_origin, account, session, wall, TOKEN_LIFE).map_err(ApiError::internal)
    }

    /// The cookie of a browser in which an account has signed in, beside those that did before.
    pub(crate) async fn device(
        &self,
        app: &App,
        account: &AccountId,
        known: &[AccountId],
        wall: DateTime<Utc>,
    ) -> Result<String, ApiError> {
        self.renew(app, wall).await?;
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.0.device(&app.public_origin, account, known, wall).map_err(ApiError::internal)
    }

    async fn renew(&self, app: &App, wall: DateTime<Utc>) -> Result<(), ApiError> {
        if self.is_old(wall) {
            let next = current(app, wall).await.map_err(|error| ApiError::internal(error.to_string()))?;
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
        Ok(())
    }

    fn is_old(&self, wall: DateTime<Utc>) -> bool {
        wall - self.current.read().unwrap_or_else(PoisonError::into_inner).1 >= SIGNS_FOR
    }
}

async fn current(app: &App, wall: DateTime<Utc>) -> Result<(Signer, DateTime<Utc>), Error> {
    let known: Vec<SigningKeyRecord> = app.table.query(&keys::signing_keys()).await?;
    let record = match known.into_iter().next_back().filter(|key| wall - key.since < SIGNS_FOR) {
        Some(record) => record,
        None => make(app, wall).await?,
    };
    let private = STANDARD.decode(&record.private)?;
    Ok((Signer { id: record.id, key: EncodingKey::from_ec_der(&private) }, record.since))
}

async fn make(app: &App, wall: DateTime<Utc>) -> Result<SigningKeyRecord, Error> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let private = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())?;
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, private.as_ref())?;
    let id = format!("{}-{}", wall.format("%Y%m%d%H%M%S"), &secret::id()[..8]);
    let point = pair.public_key().as_ref();
    let expires = (wall + SIGNS_FOR + PARENT_SESSION_LIFE.max(DEVICE_LIFE) + TimeDelta::days(7)).timestamp();
    let record = SigningKeyRecord { id: id.clone(), private: STANDARD.encode(private.as_ref()), since: wall, expires };
    let public = PublicKeyRecord { id: id.clone(), public: STANDARD.encode(point), expires };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&record);
    transaction.put_new(&public);
    app.table.write(transaction).await?;
    app.keyring.add(id, point);
    Ok(record)
}
