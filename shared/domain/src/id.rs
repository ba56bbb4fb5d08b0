//! Identifiers: short readable slugs, typed so that one cannot stand for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that cannot be an identifier: 1 to 63 of `a-z`, `0-9` and single hyphens inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("« {0} » n’est pas un identifiant : des lettres minuscules, des chiffres et des tirets, 63 au plus")]
pub struct NotAnId(pub String);

fn is_slug(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.len() <= 63 && text.split('-').all(plain)
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as it is written everywhere.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if is_slug(text) { Ok(Self(text.to_owned())) } else { Err(NotAnId(text.chars().take(40).collect())) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> { text.parse() }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String { id.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )+ };
}

ids! {
    /// A commune or an association, unique in the deployment.
    OrganisationId,
    /// A family's dossier, unique in its organisation.
    FamilyId,
    /// A child, unique in its organisation.
    ChildId,
    /// A fiche of a dossier, unique in its family.
    FicheId,
    /// An activity, unique in its organisation.
    ActivityId,
    /// A number of places, unique in its organisation.
    CapacityId,
    /// A cap or a package, unique in its organisation.
    JointPriceId,
    /// A lot of tickets: the number of the invoice that sold it, unique in its organisation.
    LotId,
    /// One adult's account, opaque, unique in the deployment.
    AccountId,
}

/// An organisation and a family of it: what every path about a family begins with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyPath {
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// The family, within the organisation.
    pub family: FamilyId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_ids_and_nothing_else_is() {
        for good in ["jumex", "cantine-maternelle", "f0001", "a"] {
            assert!(good.parse::<FamilyId>().is_ok(), "{good}");
        }
        let long = "a".repeat(64);
        for bad in ["", "-a", "a-", "a--b", "A", "é", "a#b", "a b", "../a", long.as_str()] {
            assert!(bad.parse::<FamilyId>().is_err(), "{bad}");
        }
    }
}
