//! The one way to ask: who calls, what is read with it in one wave, what the caller may, and the transaction that
//! demands that all of this still holds.
//!
//! Three kinds of calls: for a family ([`FamilyCall`]), for an organisation's desk ([`DeskCall`]), for one's own
//! account ([`OwnCall`]); and [`SessionCall`] where the session itself is renewed or ends. Each is opened before a body is looked at, so that nobody learns anything from a body's errors.

use std::ops::Deref;

use domain::id::{FamilyPath, OrganisationId};
use domain::moment::Moment;
use domain::role::Permission;
use store::keys::{self, Key};
use store::records::{FamilyRecord, OrganisationRecord};
use store::{Items, Record, StoreError, Transaction};

use crate::app::{Access, App, Caller};
use crate::session::Age;
use crate::{ApiError, Call};

/// Who may make a call about a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Its adults, and agents who may this.
    FamilyOr(Permission),
    /// Its adults alone.
    Family,
    /// Agents who may this, whether or not the family is theirs too.
    Agents(Permission),
}

/// What every opened call has.
#[derive(Debug)]
pub struct Asked {
    /// Who calls.
    pub caller: Caller,
    /// In which quality.
    pub access: Access,
    /// When, by both clocks.
    pub moment: Moment,
    items: Items,
}

impl Asked {
    /// A record that was read with the call, when there is one.
    pub fn get<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        self.items.get(key)
    }

    /// A record that was read with the call; 404 without it.
    pub fn found<R: Record>(&self, key: &Key) -> Result<R, ApiError> {
        self.get(key)?.ok_or_else(ApiError::not_found)
    }

    /// Everything that was read with the call.
    pub fn items(&self) -> &Items {
        &self.items
    }

    /// Demands of an agent that the second factor was shown a moment ago: before what is grave.
    pub fn demand_proof(&self) -> Result<(), ApiError> {
        let session = self.caller.check_session(&self.items, self.moment.wall)?;
        match self.access.role.is_none() || session.proved_lately(self.moment.wall) {
            true => Ok(()),
            false => Err(ApiError::second_factor_again()),
        }
    }

    /// The transaction of this caller: it demands that the session goes on, and that the membership or role is still as
    /// it was read.
    pub fn begin(&self) -> Transaction {
        let granted_by = Some((&self.access.granted_by, self.access.version));
        Transaction::of_caller(&self.caller.session_key(), granted_by)
    }
}

/// A call about a family.
#[derive(Debug)]
pub struct FamilyCall {
    /// Which family.
    pub at: FamilyPath,
    asked: Asked,
}

impl FamilyCall {
    /// Opens a call about the family of the path: one wave reads who calls and what else is needed.
    ///
    /// 401 without an open session, 404 where the family is not the caller's to see, 403 where an agent's role is too low.
    pub async fn open(
        app: &App,
        call: &Call,
        who: Who,
        needed: impl FnOnce(&FamilyPath, &Caller) -> Vec<Key>,
    ) -> Result<Self, ApiError> {
        let caller = app.caller(call).await?;
        let at = call.family_path()?;
        let mut keys = caller.family_keys(&at.organisation, &at.family).to_vec();
        keys.extend(needed(&at, &caller));
        let items = app.table.batch_get(&keys).await?;
        let (moment, wall) = (call.moment, call.moment.wall);
        let access = match who {
            Who::Agents(_) => caller.agent_access(&items, &at.organisation, wall)?,
            Who::Family | Who::FamilyOr(_) => caller.family_access(&items, &at.organisation, &at.family, wall)?,
        };
        match (who, access.role) {
            (Who::Family, Some(_)) => return Err(ApiError::role_too_low()),
            (Who::FamilyOr(permission) | Who::Agents(permission), _) => access.demand(permission)?,
            (Who::Family, None) => {}
        }
        Ok(Self { at, asked: Asked { caller, access, moment, items } })
    }

    /// The family; its key must be among what was needed.
    pub fn family(&self) -> Result<FamilyRecord, ApiError> {
        self.found(&keys::family(&self.at.organisation, &self.at.family))
    }

    /// The organisation; its key must be among what was needed.
    pub fn organisation(&self) -> Result<OrganisationRecord, ApiError> {
        self.found(&keys::organisation(&self.at.organisation))
    }
}

impl Deref for FamilyCall {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

/// A call of an agent about an organisation.
#[derive(Debug)]
pub struct DeskCall {
    /// Which organisation.
    pub organisation: OrganisationId,
    asked: Asked,
}

impl DeskCall {
    /// Opens a call about the organisation of the path: one wave reads who calls and what else is needed.
    ///
    /// 401 without an open session, 404 for who is no agent there, 403 where the role is too low.
    pub async fn open(
        app: &App,
        call: &Call,
        permission: Permission,
        needed: impl FnOnce(&OrganisationId, &Caller) -> Vec<Key>,
    ) -> Result<Self, ApiError> {
        let caller = app.caller(call).await?;
        let organisation: OrganisationId = call.path("organisation")?;
        let mut keys = vec![caller.session_key(), keys::role(&caller.account, &organisation)];
        keys.extend(needed(&organisation, &caller));
        let items = app.table.batch_get(&keys).await?;
        let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
        access.demand(permission)?;
        Ok(Self { organisation, asked: Asked { caller, access, moment: call.moment, items } })
    }

    /// The organisation; its key must be among what was needed.
    pub fn record(&self) -> Result<OrganisationRecord, ApiError> {
        self.found(&keys::organisation(&self.organisation))
    }
}

impl Deref for DeskCall {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

/// A call about the caller's own account.
#[derive(Debug)]
pub struct OwnCall {
    /// Who calls.
    pub caller: Caller,
    /// When, by both clocks.
    pub moment: Moment,
    /// The session, as it was read.
    pub session: store::records::SessionRecord,
    items: Items,
}

impl OwnCall {
    /// Opens a call: one wave reads the session and what else is needed. 401 without an open session.
    pub async fn open(app: &App, call: &Call, needed: impl FnOnce(&Caller) -> Vec<Key>) -> Result<Self, ApiError> {
        let caller = app.caller(call).await?;
        let mut keys = vec![caller.session_key()];
        keys.extend(needed(&caller));
        let items = app.table.batch_get(&keys).await?;
        let session = caller.check_session(&items, call.moment.wall)?;
        Ok(Self { caller, moment: call.moment, session, items })
    }

    /// Opens a call on everything of the account but its credentials: one query. 401 without an open session.
    pub async fn open_account(app: &App, call: &Call) -> Result<Self, ApiError> {
        let caller = app.caller(call).await?;
        let items = app.table.query_mixed(&keys::of_account(&caller.account)).await?;
        let session = caller.check_session(&items, call.moment.wall)?;
        Ok(Self { caller, moment: call.moment, session, items })
    }

    /// A record that was read with the call, when there is one.
    pub fn get<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        self.items.get(key)
    }

    /// Everything that was read with the call.
    pub fn items(&self) -> &Items {
        &self.items
    }

    /// The caller as an agent of an organisation, else nobody (404); the key of the role must be among what was needed.
    pub fn agent_of(&self, organisation: &OrganisationId) -> Result<Access, ApiError> {
        self.caller.agent_access(&self.items, organisation, self.moment.wall)
    }

    /// The transaction of this caller: it demands that the session goes on.
    pub fn begin(&self) -> Transaction {
        Transaction::of_caller(&self.caller.session_key(), None)
    }
}

/// A call about the session alone, whose token may have run out: to renew the one, or to end the other.
#[derive(Debug)]
pub struct SessionCall {
    /// Who calls.
    pub caller: Caller,
}

impl SessionCall {
    /// Opens a call; nothing is read. 401 without a token of ours.
    pub async fn open(app: &App, call: &Call) -> Result<Self, ApiError> {
        Ok(Self { caller: app.caller_of_age(call, Age::Any).await? })
    }

    /// The transaction of this session: it demands that the session is there.
    pub fn begin(&self) -> Transaction {
        Transaction::of_caller(&self.caller.session_key(), None)
    }
}
