//! Demo accounts: a file of people with passwords, made once, so that the demo can be signed in to.

mod file;
mod second_factor;
mod write;

pub use second_factor::{SecondFactorError, reset_second_factor};

use std::path::Path;

use domain::day::paris_day;
use domain::id::{FamilyId, OrganisationId};
use domain::moment::Moment;
use domain::role::Role;
use secret::password::HashError;
use store::{StoreError, Table};

use crate::fault::FolderError;
use crate::load::rows;

/// An account of the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// Signs in.
    pub identifiant: String,
    /// Its password, in clear: it protects nothing.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Signs in too.
    pub mel: String,
    /// Who this is, in a French phrase: `Mère de Chloé, Lou et Gaetan`.
    pub note: Option<String>,
    /// Families it belongs to.
    pub families: Vec<DemoFamily>,
    /// Where it is an agent, and its second factor.
    pub role: Option<DemoRole>,
}

/// A family a demo account belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFamily {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which of its adults this account is.
    pub adult: String,
}

/// Where a demo account is an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoRole {
    /// The organisation.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// The key of its second factor, in base32.
    pub totp: String,
}

/// Demo accounts could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file has faults.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    File(Vec<FolderError>),
    /// The file names an adult no folder describes.
    #[error("Le compte de démonstration « {identifiant} » désigne l’adulte « {adult} », inconnu dans « {family} ».")]
    UnknownAdult {
        /// The account.
        identifiant: String,
        /// Organisation and family.
        family: String,
        /// The adult.
        adult: String,
    },
    /// The table cannot be read or written.
    #[error("La table ne répond pas comme il faut ({0}).")]
    Store(#[from] StoreError),
    /// Somebody else changed the same items.
    #[error("Le compte de démonstration « {0} » n’a pas pu être créé : la table est trop occupée.")]
    Busy(String),
    /// A password cannot be hashed.
    #[error("Le mot de passe d’un compte de démonstration ne peut pas être chiffré ({0}).")]
    Hash(#[from] HashError),
}

/// Makes the accounts of a file that are not there yet; an account whose identifiant exists is left as it is.
/// The folders they refer to must be loaded before. Returns all accounts of the file.
///
/// # Errors
/// Faults of the file, by line, or of the table.
pub async fn load_demo_accounts(table: &Table, path: &Path, moment: Moment) -> Result<Vec<DemoAccount>, AccountsError> {
    let accounts = file::read(path, paris_day(moment.business)).map_err(AccountsError::File)?;
    for account in &accounts {
        if write::make(table, account).await? {
            for family in &account.families {
                rows::follow(table, (&family.organisation, &family.family), moment).await?;
            }
        }
    }
    Ok(accounts)
}
