//! Who somebody is: the account with its families and roles, as the page receives it.

use chrono::{DateTime, Utc};
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::moment::Moment;
use domain::role::{Permission, Role};
use serde::Serialize;
use store::keys;
use store::records::{AccountRecord, FamilyRecord, MembershipRecord, OrganisationRecord, RoleRecord, SessionRecord};
use store::{Items, StoreError, Transaction};
use web::ApiError;
use web::app::{App, Caller};
use web::ask::OwnCall;

/// Everything of an account but its credentials.
#[derive(Clone)]
pub(crate) struct AccountItems {
    pub(crate) profile: AccountRecord,
    pub(crate) sessions: Vec<SessionRecord>,
    pub(crate) memberships: Vec<MembershipRecord>,
    pub(crate) roles: Vec<RoleRecord>,
}

impl AccountItems {
    /// Reads them: one call.
    pub(crate) async fn read(app: &App, account: &AccountId) -> Result<Option<Self>, StoreError> {
        Self::of(&app.table.query_mixed(&keys::of_account(account)).await?, account)
    }

    /// The caller's own, as the call was opened with them.
    pub(crate) fn own(own: &OwnCall) -> Result<Self, ApiError> {
        Self::of(own.items(), &own.caller.account)?.ok_or_else(ApiError::no_session)
    }

    fn of(items: &Items, account: &AccountId) -> Result<Option<Self>, StoreError> {
        let Some(profile) = items.get(&keys::account(account))? else { return Ok(None) };
        Ok(Some(Self { profile, sessions: items.of()?, memberships: items.of()?, roles: items.of()? }))
    }

    /// Ends the sessions of the account, but the one that the caller's request came with.
    pub(crate) fn end_sessions(&self, transaction: &mut Transaction, caller: &Caller) {
        for session in self.sessions.iter().filter(|session| session.session != caller.session) {
            transaction.delete(&keys::session(&session.account, &session.session));
        }
    }

    /// The names behind the ids: one call.
    pub(crate) async fn names(&self, app: &App) -> Result<Items, StoreError> {
        let families = self.memberships.iter().flat_map(|member| {
            [keys::organisation(&member.organisation), keys::family(&member.organisation, &member.family)]
        });
        let roles = self.roles.iter().map(|role| keys::organisation(&role.organisation));
        let mut wanted: Vec<_> = families.chain(roles).collect();
        wanted.sort_by(|one, other| (&one.pk, &one.sk).cmp(&(&other.pk, &other.sk)));
        wanted.dedup();
        if wanted.is_empty() { Ok(Items::default()) } else { app.table.batch_get(&wanted).await }
    }

    /// The account as the page receives it.
    pub(crate) fn view(&self, names: &Items, moment: Moment) -> Result<IdentityView, ApiError> {
        let organisation_name = |id: &OrganisationId| -> Result<String, StoreError> {
            let record: Option<OrganisationRecord> = names.get(&keys::organisation(id))?;
            Ok(record.map_or_else(|| id.to_string(), |record| record.organisation.name))
        };
        let family = |member: &MembershipRecord| -> Result<FamilyLink, StoreError> {
            let record: Option<FamilyRecord> = names.get(&keys::family(&member.organisation, &member.family))?;
            Ok(FamilyLink {
                organisation_name: organisation_name(&member.organisation)?,
                organisation: member.organisation.clone(),
                family_name: record.map_or_else(|| member.family.to_string(), |record| record.family.name),
                family: member.family.clone(),
            })
        };
        let role = |role: &RoleRecord| -> Result<RoleLink, StoreError> {
            let organisation_name = organisation_name(&role.organisation)?;
            Ok(RoleLink {
                organisation: role.organisation.clone(),
                organisation_name,
                role: role.role,
                may: role.role.permissions(),
            })
        };
        Ok(IdentityView {
            account: AccountView {
                first_name: self.profile.first_name.clone(),
                last_name: self.profile.last_name.clone(),
                identifiant: self.profile.identifiant.clone(),
            },
            families: self.memberships.iter().map(family).collect::<Result<_, _>>()?,
            roles: self.roles.iter().map(role).collect::<Result<_, _>>()?,
            now: moment.business,
        })
    }
}

#[derive(Serialize)]
pub(crate) struct IdentityView {
    account: AccountView,
    families: Vec<FamilyLink>,
    roles: Vec<RoleLink>,
    /// What the organisation's clock says: agents' pages tell the day by it.
    now: DateTime<Utc>,
}

#[derive(Serialize)]
struct AccountView {
    first_name: String,
    last_name: String,
    identifiant: String,
}

#[derive(Serialize)]
struct FamilyLink {
    organisation: OrganisationId,
    organisation_name: String,
    family: FamilyId,
    family_name: String,
}

#[derive(Serialize)]
struct RoleLink {
    organisation: OrganisationId,
    organisation_name: String,
    role: Role,
    /// What the role allows: pages repeat no role.
    may: Vec<Permission>,
}
