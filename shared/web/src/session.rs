//! The session on the wire: a short-lived ES256 token in a `__Host-` cookie, checked with pinned settings.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use domain::account::DEVICE_LIFE;
use domain::id::AccountId;

/// The name of the cookie.
pub const COOKIE: &str = "__Host-session";
/// The name of the cookie of a browser that signed in before.
pub const DEVICE_COOKIE: &str = "__Host-device";
/// How many accounts a browser is known for; the oldest makes room.
const MOST_ACCOUNTS: usize = 4;
const AUDIENCE: &str = "preau";
const TYPE: &str = "session";
const DEVICE: &str = "device";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: AccountId,
    /// The session, which the table must still hold.
    pub sid: String,
    iss: String,
    aud: String,
    typ: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What the cookie of a browser says: which accounts signed in there. It opens nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct DeviceClaims {
    sub: String,
    accounts: Vec<AccountId>,
    iss: String,
    aud: String,
    typ: String,
    nbf: i64,
    exp: i64,
}

/// Why a token is not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It has run out; its session may be renewed.
    Expired,
    /// Its key is not known here yet.
    UnknownKey,
    /// Anything else.
    Invalid,
}

/// Whether a token that has run out is taken: to renew its session, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It must be fresh.
    Fresh,
    /// It may have run out.
    Any,
}

/// Signs a token.
pub struct Signer {
    /// The `kid`.
    pub id: String,
    /// PKCS#8 of an ES256 key.
    pub key: EncodingKey,
}

impl Signer {
    /// A token for a session, for `life` from now.
    pub fn sign(
        &self,
        issuer: &str,
        account: &AccountId,
        session: &str,
        wall: DateTime<Utc>,
        life: TimeDelta,
    ) -> Result<String, String> {
        let now = wall.timestamp();
        let claims = Claims {
            sub: account.clone(),
            sid: session.to_owned(),
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            typ: TYPE.to_owned(),
            iat: now,
            nbf: now,
            exp: now + life.num_seconds(),
        };
        self.encode(&claims)
    }

    /// The cookie of a browser in which an account has signed in, beside those that did before.
    pub fn device(
        &self,
        issuer: &str,
        account: &AccountId,
        known: &[AccountId],
        wall: DateTime<Utc>,
    ) -> Result<String, String> {
        let others = known.iter().filter(|known| *known != account);
        let claims = DeviceClaims {
            sub: DEVICE.to_owned(),
            accounts: std::iter::once(account).chain(others).take(MOST_ACCOUNTS).cloned().collect(),
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            typ: DEVICE.to_owned(),
            nbf: wall.timestamp(),
            exp: (wall + DEVICE_LIFE).timestamp(),
        };
        let (token, seconds) = (self.encode(&claims)?, DEVICE_LIFE.num_seconds());
        Ok(format!("{DEVICE_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}"))
    }

    fn encode(&self, claims: &impl Serialize) -> Result<String, String> {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.key).map_err(|error| error.to_string())
    }
}

/// The public keys by id, and the settings every token is checked with.
pub struct Keyring {
    keys: RwLock<HashMap<String, DecodingKey>>,
    fresh: Validation,
    any: Validation,
}

impl Keyring {
    /// Without keys yet, for tokens of this issuer.
    pub fn new(issuer: &str) -> Self {
        let mut fresh = Validation::new(Algorithm::ES256);
        fresh.leeway = 0;
        fresh.validate_nbf = true;
        fresh.set_audience(&[AUDIENCE]);
        fresh.set_issuer(&[issuer]);
        fresh.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let any = Validation { validate_exp: false, ..fresh.clone() };
        Self { keys: RwLock::default(), fresh, any }
    }

    /// Takes a public key: the uncompressed point.
    pub fn add(&self, id: String, point: &[u8]) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert(id, DecodingKey::from_ec_der(point));
    }

    /// What a token says, when it is one of ours.
    pub fn verify(&self, token: &str, age: Age) -> Result<Claims, TokenError> {
        let claims: Claims = self.read(token, age)?;
        if claims.typ == TYPE { Ok(claims) } else { Err(TokenError::Invalid) }
    }

    /// Which accounts signed in with a browser, by its cookie.
    pub fn device(&self, token: &str) -> Result<Vec<AccountId>, TokenError> {
        let claims: DeviceClaims = self.read(token, Age::Fresh)?;
        if claims.typ == DEVICE { Ok(claims.accounts) } else { Err(TokenError::Invalid) }
    }

    fn read<C: DeserializeOwned>(&self, token: &str, age: Age) -> Result<C, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Invalid)?;
        let id = header.kid.ok_or(TokenError::Invalid)?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.get(&id).ok_or(TokenError::UnknownKey)?;
        let validation = if age == Age::Fresh { &self.fresh } else { &self.any };
        let claims = decode::<C>(token, key, validation).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => TokenError::Expired,
            _ => TokenError::Invalid,
        })?;
        Ok(claims.claims)
    }
}

/// The cookie that carries a token. It outlives the token, so that the session can be renewed.
pub fn cookie(token: &str, life: TimeDelta) -> String {
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={}", life.num_seconds())
}

/// The cookie that removes it.
pub fn no_cookie() -> String {
    cookie("", TimeDelta::zero())
}
