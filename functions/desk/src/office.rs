//! An agent at work: the right, and the organisation as it is now.

use domain::id::OrganisationId;
use domain::role::Permission;
use store::keys::{self, Key};
use store::records::OrganisationRecord;
use store::{Chain, Items};
use web::app::{Access, App, Caller};
use web::{ApiError, Call};

/// What every request of an agent needs.
pub(crate) struct Office {
    pub(crate) caller: Caller,
    pub(crate) access: Access,
    pub(crate) record: OrganisationRecord,
}

impl Office {
    /// Who may do this in the organisation of the path; further items are read in the same call.
    pub(crate) async fn open(
        app: &App,
        call: &Call,
        permission: Permission,
        further: &[Key],
    ) -> Result<(Self, Items), ApiError> {
        let organisation: OrganisationId = call.path("organisation")?;
        let caller = app.caller(call).await?;
        let mut needed =
            vec![caller.session_key(), keys::role(&caller.account, &organisation), keys::organisation(&organisation)];
        needed.extend(further.iter().cloned());
        let items = app.table.batch_get(&needed).await?;
        let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
        access.demand(permission)?;
        let record: Option<OrganisationRecord> = items.get(&keys::organisation(&organisation))?;
        Ok((Self { caller, access, record: record.ok_or_else(ApiError::not_found)? }, items))
    }

    /// What every change demands: the session and the role are still there.
    pub(crate) fn guard(&self) -> Chain {
        Chain::new().check_exists(&self.caller.session_key()).check_exists(&self.access.granted_by)
    }
}
