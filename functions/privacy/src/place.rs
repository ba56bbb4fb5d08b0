//! An adult of a family asks: no agent takes a family's data away, or asks for its erasure.

use domain::id::{FamilyId, OrganisationId};
use store::keys::{self, Key};
use store::records::FamilyRecord;
use store::{Chain, Items};
use web::app::{Access, App, Caller};
use web::{ApiError, Call};

/// An adult, and the family.
pub(crate) struct Place {
    pub(crate) organisation: OrganisationId,
    pub(crate) family: FamilyId,
    pub(crate) caller: Caller,
    pub(crate) access: Access,
}

impl Place {
    /// Who may ask for the family of the path; further items are read in the same call.
    pub(crate) async fn open(
        app: &App,
        call: &Call,
        further: impl FnOnce(&OrganisationId, &FamilyId) -> Vec<Key>,
    ) -> Result<(Self, Items), ApiError> {
        let (organisation, family): (OrganisationId, FamilyId) = (call.path("organisation")?, call.path("family")?);
        let caller = app.caller(call).await?;
        let mut needed = caller.family_keys(&organisation, &family).to_vec();
        needed.push(keys::family(&organisation, &family));
        needed.extend(further(&organisation, &family));
        let items = app.table.batch_get(&needed).await?;
        let access = caller.family_access(&items, &organisation, &family, call.moment.wall)?;
        let known: Option<FamilyRecord> = items.get(&keys::family(&organisation, &family))?;
        known.ok_or_else(ApiError::not_found)?;
        if access.role.is_some() {
            return Err(ApiError::role_too_low());
        }
        Ok((Self { organisation, family, caller, access }, items))
    }

    /// What every change demands: the session and the membership are still there.
    pub(crate) fn guard(&self) -> Chain {
        Chain::new().check_exists(&self.caller.session_key()).check_exists(&self.access.granted_by)
    }
}
