//! Who asks about which family, or which of its documents.

use domain::document::Kind;
use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use domain::organisation::Organisation;
use domain::role::Permission;
use store::keys::{self, Key};
use store::records::{DocumentRecord, FamilyRecord, OrganisationRecord, PiecesRecord};
use store::{Chain, Items};
use uuid::Uuid;
use web::app::{Access, Caller};
use web::{ApiError, Call};

use crate::DocumentsApp;

/// A family of the path.
pub(crate) struct Place {
    pub(crate) organisation: OrganisationId,
    pub(crate) family: FamilyId,
}

impl Place {
    /// Of the path.
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        Ok(Self { organisation: call.path("organisation")?, family: call.path("family")? })
    }

    /// What every request about a family's documents reads.
    pub(crate) fn needed(&self, caller: &Caller) -> Vec<Key> {
        let mut needed = caller.family_keys(&self.organisation, &self.family).to_vec();
        needed.extend([
            keys::organisation(&self.organisation),
            keys::family(&self.organisation, &self.family),
            keys::pieces(&self.organisation, &self.family),
        ]);
        needed
    }
}

/// A family, loaded and allowed.
pub(crate) struct Household {
    pub(crate) caller: Caller,
    pub(crate) access: Access,
    pub(crate) organisation: Organisation,
    pub(crate) family: Family,
    pub(crate) pieces: Option<PiecesRecord>,
}

impl Household {
    /// Decides whether the caller may see what was read.
    pub(crate) fn from(caller: Caller, place: &Place, call: &Call, items: &Items) -> Result<Self, ApiError> {
        let access = caller.family_access(items, &place.organisation, &place.family, call.moment.wall)?;
        let family: Option<FamilyRecord> = items.get(&keys::family(&place.organisation, &place.family))?;
        let organisation: Option<OrganisationRecord> = items.get(&keys::organisation(&place.organisation))?;
        Ok(Self {
            caller,
            access,
            organisation: organisation.ok_or_else(ApiError::not_found)?.effective(),
            family: family.ok_or_else(ApiError::not_found)?.family,
            pieces: items.get(&keys::pieces(&place.organisation, &place.family))?,
        })
    }

    /// Whether the caller may know of a document of this kind: an adult of the family of all, an agent by the role.
    pub(crate) fn may_see(&self, kind: Kind) -> bool {
        !kind.is_health() || self.access.role.is_none_or(|role| role.may(Permission::ReadHealth))
    }

    /// What every change demands: the session and the right are still there.
    pub(crate) fn guard(&self) -> Chain {
        Chain::new().check_exists(&self.caller.session_key()).check_exists(&self.access.granted_by)
    }

    /// What a child is called.
    pub(crate) fn child_name(&self, document: &DocumentRecord) -> Option<String> {
        let child = document.child.as_ref().and_then(|id| self.family.child(id));
        child.map(|child| child.first_name.clone())
    }
}

/// A document of the path, with its family.
pub(crate) struct Opened {
    pub(crate) household: Household,
    pub(crate) document: DocumentRecord,
}

impl Opened {
    /// One wave. A document that the caller may not see does not exist for them.
    pub(crate) async fn open(app: &DocumentsApp, call: &Call) -> Result<Self, ApiError> {
        let place = Place::of(call)?;
        let id: Uuid = call.path("document")?;
        let caller = app.app.caller(call).await?;
        let key = keys::document(&place.organisation, &place.family, &id.simple().to_string());
        let mut needed = place.needed(&caller);
        needed.push(key.clone());
        let items = app.app.table.batch_get(&needed).await?;
        let household = Household::from(caller, &place, call, &items)?;
        let document: DocumentRecord = items.get(&key)?.ok_or_else(ApiError::not_found)?;
        if !household.may_see(document.kind) {
            return Err(ApiError::not_found());
        }
        Ok(Self { household, document })
    }
}
