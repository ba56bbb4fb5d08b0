//! Where in a dossier a text stands: `fiche.chantal.mobile`, `collects.nounou.chloe`, `billing`…

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::child::ChildField;
use super::field::Field;
use crate::id::{ActivityId, ChildId, FicheId};

/// The place of one text of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// Which fiche's address is for the invoices.
    Billing,
    /// A field of a fiche.
    Fiche(FicheId, Field),
    /// Whether the person of a fiche may fetch a child.
    Collects(FicheId, ChildId),
    /// A field of a child.
    Child(ChildId, ChildField),
    /// What was answered to a consent for a child.
    Consent(ChildId, String),
}

/// A text that names no place.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("ce n’est pas un endroit d’un dossier")]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;
    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let parts: Vec<&str> = text.split('.').collect();
        let fiche = |text: &str| text.parse::<FicheId>().map_err(|_| NotAPlace);
        let child = |text: &str| text.parse::<ChildId>().map_err(|_| NotAPlace);
        match parts.as_slice() {
            ["billing"] => Ok(Self::Billing),
            ["fiche", id, field] => {
                Ok(Self::Fiche(fiche(id)?, Field::try_from((*field).to_owned()).map_err(|_| NotAPlace)?))
            }
            ["collects", id, of] => Ok(Self::Collects(fiche(id)?, child(of)?)),
            ["child", id, field] => {
                Ok(Self::Child(child(id)?, ChildField::try_from((*field).to_owned()).map_err(|_| NotAPlace)?))
            }
            // A consent's name is written like any other identifier.
            ["consent", id, consent] if consent.parse::<ActivityId>().is_ok() => {
                Ok(Self::Consent(child(id)?, (*consent).to_owned()))
            }
            _ => Err(NotAPlace),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Billing => f.write_str("billing"),
            Self::Fiche(fiche, field) => write!(f, "fiche.{fiche}.{}", field.as_str()),
            Self::Collects(fiche, child) => write!(f, "collects.{fiche}.{child}"),
            Self::Child(child, field) => write!(f, "child.{child}.{}", field.as_str()),
            Self::Consent(child, consent) => write!(f, "consent.{child}.{consent}"),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = NotAPlace;
    fn try_from(text: String) -> Result<Self, NotAPlace> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl Place {
    /// The fiche it is in.
    pub fn fiche(&self) -> Option<&FicheId> {
        match self {
            Self::Fiche(fiche, _) | Self::Collects(fiche, _) => Some(fiche),
            _ => None,
        }
    }

    /// The child whose health it is about.
    pub fn health_of(&self) -> Option<&ChildId> {
        match self {
            Self::Child(child, field) if field.is_health() => Some(child),
            _ => None,
        }
    }

    /// What it is called on the page.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Billing => "Adresse de facturation",
            Self::Fiche(_, field) => field.label(),
            Self::Collects(..) => "Est autorisé à récupérer l’enfant",
            Self::Child(_, field) => field.label(),
            Self::Consent(..) => "Autorisation",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_it_is_read() {
        for text in [
            "billing",
            "fiche.chantal.mobile",
            "fiche.0b6f4f3c2f434a559a4100000000000a.address_1",
            "collects.nounou.chloe",
            "child.chloe.allergies",
            "consent.chloe.photo",
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        for bad in
            ["", "fiche", "fiche.chantal", "fiche.chantal.price", "fiche.CHANTAL.note", "consent.chloe.é", "billing.x"]
        {
            assert_eq!(bad.parse::<Place>(), Err(NotAPlace), "{bad}");
        }
    }
}
