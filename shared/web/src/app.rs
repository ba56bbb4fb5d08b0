//! What every HTTP function works with: the table, the keys of sessions, and who may see which family.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use crate::session::{Age, COOKIE, Claims, DEVICE_COOKIE, Keyring, TokenError};
use crate::{ApiError, Call};
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::role::{Permission, Role};
use lambda::{Error, Start};
use store::keys::{self, Key};
use store::records::{MembershipRecord, PublicKeyRecord, RoleRecord, SessionRecord};
use store::{Busy, Failure, Items, StoreError, Table, Version};

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        failure.faster().map_or_else(Self::from, |_| Self::changed_meanwhile())
    }
}

impl From<Busy> for ApiError {
    fn from(_: Busy) -> Self {
        Self::busy()
    }
}

/// How often, at most, unknown keys make a function read the public keys again.
const RELOAD_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The common part of every HTTP function.
pub struct App {
    /// The table.
    pub table: Table,
    /// Public keys of sessions.
    pub keyring: Keyring,
    /// Where the pages are: `https://…` without a slash at the end.
    pub public_origin: String,
    reloaded: Mutex<Option<DateTime<Utc>>>,
}

/// Who calls, by the token; the table still has to agree that the session is open.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: String,
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        Self { account: claims.sub, session: claims.sid }
    }
}

impl App {
    /// Reads the settings and opens the way to the table, in the start phase so that no request waits for it.
    pub async fn start(start: &Start) -> Result<Self, Error> {
        let table = Table::of(&start.environment, start.http_client.clone())?;
        let public_origin = start.environment.required("PUBLIC_ORIGIN")?.to_owned();
        let app = Self { table, keyring: Keyring::new(&public_origin), public_origin, reloaded: Mutex::default() };
        app.load_keys().await?;
        Ok(app)
    }

    async fn load_keys(&self) -> Result<(), StoreError> {
        let records: Vec<PublicKeyRecord> = self.table.query(&keys::public_keys()).await?;
        for record in records {
            let point = STANDARD.decode(&record.public).map_err(|error| StoreError(format!("public key: {error}")))?;
            self.keyring.add(record.id, &point);
        }
        Ok(())
    }

    /// Who calls, by a fresh token.
    pub async fn caller(&self, call: &Call) -> Result<Caller, ApiError> {
        self.caller_of_age(call, Age::Fresh).await
    }

    /// Who calls, by a token that may have run out when `age` says so.
    pub async fn caller_of_age(&self, call: &Call, age: Age) -> Result<Caller, ApiError> {
        let token = call.cookie(COOKIE).ok_or_else(ApiError::no_session)?;
        let verified = match self.keyring.verify(&token, age) {
            Err(TokenError::UnknownKey) => {
                self.reload_keys(call.moment.wall).await?;
                self.keyring.verify(&token, age)
            }
            verified => verified,
        };
        verified.map(Caller::from).map_err(|error| match error {
            TokenError::Expired => ApiError::session_expired(),
            TokenError::UnknownKey | TokenError::Invalid => ApiError::no_session(),
        })
    }

    /// Which accounts signed in with this browser before; none where it does not say so.
    pub async fn known_device(&self, call: &Call) -> Result<Vec<AccountId>, ApiError> {
        let Some(token) = call.cookie(DEVICE_COOKIE) else { return Ok(Vec::new()) };
        let verified = match self.keyring.device(&token) {
            Err(TokenError::UnknownKey) => {
                self.reload_keys(call.moment.wall).await?;
                self.keyring.device(&token)
            }
            verified => verified,
        };
        Ok(verified.unwrap_or_default())
    }

    /// Reads the public keys again; forged key ids must not make every request do so. Who comes meanwhile waits.
    async fn reload_keys(&self, wall: DateTime<Utc>) -> Result<(), StoreError> {
        let mut reloaded = self.reloaded.lock().await;
        if reloaded.is_none_or(|last| wall - last >= RELOAD_PAUSE) {
            self.load_keys().await?;
            *reloaded = Some(wall);
        }
        Ok(())
    }
}

/// In which quality a caller sees a family or an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// An adult of the family, or an agent with a role.
    pub role: Option<Role>,
    /// The name kept with what the caller changes.
    pub said: String,
    /// The item that grants it; a transaction demands that it is still as it was read.
    pub granted_by: Key,
    /// The version at which that was read.
    pub version: Version,
}

impl Access {
    /// Refuses an agent whose role does not allow this; an adult of the family is always allowed.
    pub fn demand(&self, permission: Permission) -> Result<(), ApiError> {
        match self.role {
            Some(role) if !role.may(permission) => Err(ApiError::role_too_low()),
            _ => Ok(()),
        }
    }
}

impl Caller {
    /// The key of the caller's session.
    pub fn session_key(&self) -> Key {
        keys::session(&self.account, &self.session)
    }

    /// What has to be read to know whether the caller may see a family.
    pub fn family_keys(&self, organisation: &OrganisationId, family: &FamilyId) -> [Key; 3] {
        [
            self.session_key(),
            keys::membership(&self.account, organisation, family),
            keys::role(&self.account, organisation),
        ]
    }

    /// Refuses a session that was ended.
    pub fn check_session(&self, items: &Items, wall: DateTime<Utc>) -> Result<SessionRecord, ApiError> {
        let session: Option<SessionRecord> = items.get(&self.session_key())?;
        session.filter(|session| session.open(wall)).ok_or_else(ApiError::no_session)
    }

    /// How the caller sees a family: as one of its adults, else as an agent, else not at all (404).
    pub fn family_access(
        &self,
        items: &Items,
        organisation: &OrganisationId,
        family: &FamilyId,
        wall: DateTime<Utc>,
    ) -> Result<Access, ApiError> {
        self.check_session(items, wall)?;
        let membership_key = keys::membership(&self.account, organisation, family);
        match items.get::<MembershipRecord>(&membership_key)? {
            Some(membership) => {
                let (said, version) = (membership.said, membership.version);
                Ok(Access { role: None, said, granted_by: membership_key, version })
            }
            None => self.agent_access(items, organisation, wall),
        }
    }

    /// The caller as an agent of an organisation, else nobody (404).
    /// A session that began without the second factor never acts as an agent.
    pub fn agent_access(
        &self,
        items: &Items,
        organisation: &OrganisationId,
        wall: DateTime<Utc>,
    ) -> Result<Access, ApiError> {
        let session = self.check_session(items, wall)?;
        let role_key = keys::role(&self.account, organisation);
        let role: Option<RoleRecord> = items.get(&role_key)?;
        let role = role.ok_or_else(ApiError::not_found)?;
        if !session.agent {
            return Err(ApiError::no_session());
        }
        Ok(Access { role: Some(role.role), said: role.said, granted_by: role_key, version: role.version })
    }
}
