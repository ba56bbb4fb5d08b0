//! What a dossier says of a child beside its planning: who it is, and its health.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{person, phone};
use crate::day::typed_day;

/// A field of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[expect(missing_docs, reason = "each has its name on the page beside it, in FIELDS")]
pub enum ChildField {
    FirstName,
    Born,
    Allergies,
    Diet,
    Pai,
    Doctor,
    DoctorPhone,
}

/// Every field, its name on the wire, and its name on the page.
const FIELDS: [(ChildField, &str, &str); 7] = [
    (ChildField::FirstName, "first_name", "Prénom"),
    (ChildField::Born, "born", "Date de naissance"),
    (ChildField::Allergies, "allergies", "Allergies"),
    (ChildField::Diet, "diet", "Repas"),
    (ChildField::Pai, "pai", "PAI : conduite à tenir"),
    (ChildField::Doctor, "doctor", "Médecin traitant"),
    (ChildField::DoctorPhone, "doctor_phone", "Tél. du médecin"),
];

impl ChildField {
    /// All of them, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|(field, ..)| *field)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| name)
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(.., label)| label)
    }

    /// Whether it is about the child's health: kept sealed, read by those who need it.
    pub fn is_health(self) -> bool {
        !matches!(self, Self::FirstName | Self::Born)
    }

    /// A text as this field keeps it; an empty one empties it.
    ///
    /// # Errors
    /// What to do about a text that it cannot keep, in French.
    pub fn shaped(self, typed: &str) -> Result<String, String> {
        let text = person::tidy(typed);
        match self {
            Self::FirstName => person::name(&text),
            _ if text.is_empty() => Ok(text),
            Self::Born => {
                let help = || "Écrivez une date, par exemple 14/03/2021.".to_owned();
                typed_day(&text).map(|day| day.to_string()).ok_or_else(help)
            }
            Self::Allergies | Self::Pai => person::at_most(&text, 500),
            Self::Doctor => person::at_most(&text, 80),
            Self::DoctorPhone => phone::shaped(&text),
            // What is eaten, never why.
            Self::Diet if ["no_pork", "no_meat"].contains(&text.as_str()) => Ok(text),
            Self::Diet => Err("Un repas est ordinaire, sans porc ou sans viande.".to_owned()),
        }
    }
}

impl TryFrom<String> for ChildField {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let found = FIELDS.iter().find(|(_, name, _)| *name == text);
        found.map(|(field, ..)| *field).ok_or_else(|| format!("« {} » n’est pas un champ d’un enfant.", &text))
    }
}

impl From<ChildField> for String {
    fn from(field: ChildField) -> Self {
        field.as_str().to_owned()
    }
}

/// A child's health, as far as it is known; what is empty is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Health(pub BTreeMap<ChildField, String>);

impl Health {
    /// The text of a field.
    pub fn text(&self, field: ChildField) -> &str {
        self.0.get(&field).map_or("", String::as_str)
    }

    /// Keeps a text that the field has shaped.
    pub fn keep(&mut self, field: ChildField, text: String) {
        match text.is_empty() {
            true => drop(self.0.remove(&field)),
            false => drop(self.0.insert(field, text)),
        }
    }

    /// Whether whoever serves a meal or minds the child must know something.
    pub fn asks_for_care(&self) -> bool {
        [ChildField::Allergies, ChildField::Diet, ChildField::Pai].iter().any(|field| !self.text(*field).is_empty())
    }
}
