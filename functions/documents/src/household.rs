//! A family and what is asked of it in papers; one of its documents.

use domain::document::Kind;
use domain::family::Family;
use domain::id::FamilyPath;
use domain::organisation::Organisation;
use domain::role::Permission;
use store::keys::{self, Key};
use store::records::{DocumentRecord, PiecesRecord};
use uuid::Uuid;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call};

use crate::DocumentsApp;

/// Who sees documents: an adult of the family, or an agent.
pub(crate) const READERS: Who = Who::FamilyOr(Permission::SeeFamilies);
/// Who sends them and takes them back.
pub(crate) const KEEPERS: Who = Who::FamilyOr(Permission::KeepDocuments);
/// Who decides on them.
pub(crate) const JUDGES: Who = Who::Agents(Permission::KeepDocuments);

/// A family, loaded and allowed.
pub(crate) struct Household {
    pub(crate) asked: FamilyCall,
    pub(crate) organisation: Organisation,
    pub(crate) family: Family,
    pub(crate) pieces: Option<PiecesRecord>,
}

impl Household {
    /// One wave: the right, the organisation, the family and its pieces, and what else is needed.
    pub(crate) async fn open(
        app: &DocumentsApp,
        call: &Call,
        who: Who,
        further: impl FnOnce(&FamilyPath) -> Vec<Key>,
    ) -> Result<Self, ApiError> {
        let needed = |at: &FamilyPath| {
            let FamilyPath { organisation, family } = at;
            let own = [
                keys::organisation(organisation),
                keys::family(organisation, family),
                keys::pieces(organisation, family),
            ];
            own.into_iter().chain(further(at)).collect()
        };
        let asked = FamilyCall::open(&app.app, call, who, |at, _| needed(at)).await?;
        Ok(Self {
            family: asked.family()?.family,
            organisation: asked.organisation()?.effective(),
            pieces: asked.get(&keys::pieces(&asked.at.organisation, &asked.at.family))?,
            asked,
        })
    }

    /// Whether the caller may know of a document of this kind: an adult of the family of all, an agent by the role.
    pub(crate) fn may_see(&self, kind: Kind) -> bool {
        !kind.is_health() || self.asked.access.role.is_none_or(|role| role.may(Permission::ReadHealth))
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
    pub(crate) async fn open(app: &DocumentsApp, call: &Call, who: Who) -> Result<Self, ApiError> {
        app.app.caller(call).await?;
        let id = call.path::<Uuid>("document")?.simple().to_string();
        let key = |at: &FamilyPath| keys::document(&at.organisation, &at.family, &id);
        let household = Household::open(app, call, who, |at| vec![key(at)]).await?;
        let document: DocumentRecord = household.asked.found(&key(&household.asked.at))?;
        if !household.may_see(document.kind) {
            return Err(ApiError::not_found());
        }
        Ok(Self { household, document })
    }
}
