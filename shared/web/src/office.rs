//! Who asks: an adult of the family, an agent who sees it, or an agent who bills.

use crate::app::{Access, App, Caller};
use crate::{ApiError, Call};
use domain::id::{FamilyId, OrganisationId};
use domain::role::Permission;
use store::keys::{self, Key};
use store::{Chain, Items};

/// A family of the path.
pub struct Place {
    /// Where.
    pub organisation: OrganisationId,
    /// Which.
    pub family: FamilyId,
}

impl Place {
    /// Of the path.
    pub fn of(call: &Call) -> Result<Self, ApiError> {
        Ok(Self { organisation: call.path("organisation")?, family: call.path("family")? })
    }
}

/// An agent who bills.
pub struct Office {
    /// Where.
    pub organisation: OrganisationId,
    /// Who.
    pub caller: Caller,
    /// In which quality.
    pub access: Access,
}

impl Office {
    /// Who may do this in the organisation of the path; further items are read in the same call.
    pub async fn open(
        app: &App,
        call: &Call,
        permission: Permission,
        further: &[Key],
    ) -> Result<(Self, Items), ApiError> {
        let organisation: OrganisationId = call.path("organisation")?;
        let caller = app.caller(call).await?;
        let mut needed = vec![caller.session_key(), keys::role(&caller.account, &organisation)];
        needed.extend(further.iter().cloned());
        let items = app.table.batch_get(&needed).await?;
        let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
        access.demand(permission)?;
        Ok((Self { organisation, caller, access }, items))
    }

    /// What every change demands: the session and the role are still there.
    pub fn guard(&self) -> Chain {
        Chain::new().check_exists(&self.caller.session_key()).check_exists(&self.access.granted_by)
    }
}
