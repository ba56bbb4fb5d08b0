//! A fiche: one person of the dossier, every field a text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::{Field, YES};
use crate::id::{AccountId, ChildId, FicheId};

/// Whether a person may fetch a child; nothing said is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collects {
    /// Staff may hand the child over.
    Allowed,
    /// Staff must not: shown in red.
    NotAllowed,
}

impl Collects {
    /// What a text says.
    pub(super) fn read(text: &str) -> Result<Option<Self>, String> {
        match text {
            "" => Ok(None),
            "allowed" => Ok(Some(Self::Allowed)),
            "not_allowed" => Ok(Some(Self::NotAllowed)),
            _ => Err("Une personne est autorisée, ne l’est pas, ou rien n’est dit.".to_owned()),
        }
    }

    /// Its text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::NotAllowed => "not_allowed",
        }
    }
}

/// A person of a family, with or without an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Adult {
    /// Given name.
    pub first_name: String,
    /// Family name, in capitals as French forms have it.
    pub last_name: String,
    /// `MÈRE`, `PÈRE`…
    pub role: String,
    /// Where an invitation goes.
    pub mel: Option<String>,
    /// The account, once the adult has accepted.
    pub account: Option<AccountId>,
    /// Whether an invitation was sent.
    pub invited: bool,
    /// Whether the family wrote this fiche itself: such a person gets no mail before having an account.
    #[serde(default)]
    pub written_by_family: bool,
    /// Everything else of the fiche; what is empty is absent.
    #[serde(default)]
    pub details: BTreeMap<Field, String>,
    /// Who may, and who must not, be handed which child.
    #[serde(default)]
    pub collects: BTreeMap<ChildId, Collects>,
}

impl Adult {
    /// The text of a field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Role => &self.role,
            Field::LastName => &self.last_name,
            Field::FirstName => &self.first_name,
            Field::Mel => self.mel.as_deref().unwrap_or_default(),
            other => self.details.get(&other).map_or("", String::as_str),
        }
    }

    /// Keeps a text that the field has shaped.
    pub fn keep(&mut self, field: Field, text: String) {
        match field {
            Field::Role => self.role = text,
            Field::LastName => self.last_name = text,
            Field::FirstName => self.first_name = text,
            Field::Mel => self.mel = Some(text).filter(|text| !text.is_empty()),
            other if text.is_empty() => drop(self.details.remove(&other)),
            other => drop(self.details.insert(other, text)),
        }
    }

    /// The mél a mail of the family may go to before there is an account: never that of a nounou whom the family wrote down.
    pub fn mel_of_ones_own(&self) -> Option<&str> {
        self.mel.as_deref().filter(|_| !self.written_by_family)
    }

    /// The telephones that are known, the one to call first before the others: a mobile before a landline, one's own before work's.
    pub fn phones(&self) -> impl Iterator<Item = &str> {
        let fields = [Field::Mobile, Field::Phone, Field::WorkMobile, Field::WorkPhone];
        fields.into_iter().map(|field| self.text(field)).filter(|number| !number.is_empty())
    }

    /// Whether mails to the family reach this person: an account always has a mél.
    pub fn is_reached(&self) -> bool {
        self.account.is_some() || self.mel_of_ones_own().is_some()
    }

    /// Whether a box is ticked.
    pub fn says(&self, field: Field) -> bool {
        self.text(field) == YES
    }

    /// Name and address as they stand on an envelope.
    pub fn address_lines(&self) -> Vec<String> {
        let town = format!("{} {}", self.text(Field::PostalCode), self.text(Field::Town));
        let lines = [Field::Address1, Field::Address2, Field::Address3].map(|field| self.text(field).to_owned());
        let name = format!("{} {}", self.first_name, self.last_name);
        let all = [name].into_iter().chain(lines).chain([town.trim().to_owned()]);
        all.filter(|line| !line.trim().is_empty()).collect()
    }
}

/// A person with the name the fiche has in its dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fiche {
    /// Unique in the family.
    pub id: FicheId,
    /// The person.
    pub adult: Adult,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_fiche_is_written_as_the_guide_writes_it() {
        let mut adult = Adult::default();
        for (field, typed) in [
            (Field::LastName, "Devret"),
            (Field::FirstName, "Chantal"),
            (Field::Address1, "Chemin de  la lune"),
            (Field::PostalCode, "45 600"),
            (Field::Town, "Jumex"),
            (Field::Mobile, "0607897015"),
            (Field::Emergency, "yes"),
        ] {
            adult.keep(field, field.shaped(typed).unwrap());
        }
        assert_eq!(adult.address_lines(), ["Chantal DEVRET", "Chemin de la lune", "45600 JUMEX"]);
        assert_eq!(adult.text(Field::Mobile), "06 07 89 70 15");
        assert!(adult.says(Field::Emergency) && !adult.says(Field::Hidden));
        adult.keep(Field::Mobile, String::new());
        assert_eq!(adult.text(Field::Mobile), "");
    }
}
