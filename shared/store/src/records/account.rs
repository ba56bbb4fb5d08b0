//! Accounts: profile, names, credentials, families and roles.

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use crate::version::Version;
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::role::Role;

/// An adult's profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountRecord {
    /// Opaque, global.
    pub account: AccountId,
    /// Signs in; can be changed.
    pub identifiant: String,
    /// Signs in too; verified.
    pub mel: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A mél that was asked for and is not confirmed yet; only its own link makes it the account's.
    #[serde(default)]
    pub wanted_mel: Option<String>,
    /// Grows when links of "mot de passe oublié" sent before must end: another one, a new password, a new mél.
    #[serde(default)]
    pub resets: u64,
    /// Grows when links that confirm a mél must end: another wish, a new password, a new mél.
    #[serde(default)]
    pub wishes: u64,
    /// Grows with every change.
    #[serde(default)]
    pub version: Version,
}

impl AccountRecord {
    /// The same, one version later, with every link that was mailed before out of force: of the password and of the mél.
    pub fn without_links(&self) -> Self {
        Self {
            wanted_mel: None,
            resets: self.resets + 1,
            wishes: self.wishes + 1,
            version: self.version + 1,
            ..self.clone()
        }
    }
}

impl Record for AccountRecord {
    fn key(&self) -> Key {
        keys::account(&self.account)
    }
}

/// A normalised identifiant or mél and the account it signs in to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NameRecord {
    /// As [`domain::account::normalised_name`] has it.
    pub name: String,
    /// The account.
    pub account: AccountId,
}

impl Record for NameRecord {
    fn key(&self) -> Key {
        keys::name(&self.name)
    }
}

/// Password and second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CredentialsRecord {
    /// The account.
    pub account: AccountId,
    /// Argon2id, as a PHC string.
    pub password: String,
    /// The key of the second factor in base32, once the person has proved to have it.
    pub totp: Option<String>,
    /// A key that was shown and is not proved yet.
    pub totp_offered: Option<String>,
    /// The last time step whose code was used; an older or equal one is refused.
    pub totp_used: u64,
    /// SHA-256 of the recovery codes that are left.
    #[serde(default)]
    pub recovery: Vec<String>,
    /// Grows with every sign-in and change.
    pub version: u64,
}

impl Record for CredentialsRecord {
    fn key(&self) -> Key {
        keys::credentials(&self.account)
    }
}

/// That an account belongs to a family.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MembershipRecord {
    /// The account.
    pub account: AccountId,
    /// The family's organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which of its adults this account is.
    pub adult: String,
    /// The name kept with what this account changes.
    pub said: String,
    /// Grows with every change; 0 where it was written before there were versions.
    #[serde(default)]
    pub version: Version,
}

impl Record for MembershipRecord {
    fn key(&self) -> Key {
        keys::membership(&self.account, &self.organisation, &self.family)
    }
}

impl OfKind for MembershipRecord {
    const PREFIX: &'static str = keys::prefix::MEMBER;
}

/// That an account is an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoleRecord {
    /// The account.
    pub account: AccountId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// The name kept with what this account changes.
    pub said: String,
    /// The version of the [`StaffRecord`] it was written with; 0 where it was written before there were versions.
    #[serde(default)]
    pub version: Version,
}

/// An agent as the administrators of an organisation find it; written together with the [`RoleRecord`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The account.
    pub account: AccountId,
    /// As what.
    pub role: Role,
    /// The agent's name.
    pub said: String,
    /// Grows with every change.
    pub version: u64,
}

impl Record for StaffRecord {
    fn key(&self) -> Key {
        keys::staff_entry(&self.organisation, &self.account)
    }
}

impl StaffRecord {
    /// The agent's own side of it.
    pub fn role_record(&self) -> RoleRecord {
        let Self { organisation, account, role, said, version } = self.clone();
        RoleRecord { account, organisation, role, said, version: version.into() }
    }
}

impl Record for RoleRecord {
    fn key(&self) -> Key {
        keys::role(&self.account, &self.organisation)
    }
}

impl OfKind for RoleRecord {
    const PREFIX: &'static str = keys::prefix::ROLE;
}
