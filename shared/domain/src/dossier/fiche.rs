//! A fiche: one person of the dossier, every field a text, as the guide draws it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{address, person, phone};
use crate::id::{AccountId, ChildId, FicheId};

/// The text of a box that is ticked; an empty text is one that is not.
pub const YES: &str = "yes";

/// A field of a fiche.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[expect(missing_docs, reason = "each has its name on the page beside it, in FIELDS")]
pub enum Field {
    Role,
    LastName,
    FirstName,
    Address1,
    Address2,
    Address3,
    PostalCode,
    Town,
    Phone,
    Mobile,
    WorkPhone,
    WorkMobile,
    Mel,
    Note,
    Emergency,
    Hidden,
}

/// Every field, its name on the wire, and its name on the page.
const FIELDS: [(Field, &str, &str); 16] = [
    (Field::Role, "role", "Lien avec l’enfant"),
    (Field::LastName, "last_name", "Nom"),
    (Field::FirstName, "first_name", "Prénom"),
    (Field::Address1, "address_1", "Adresse ligne 1"),
    (Field::Address2, "address_2", "Adresse ligne 2"),
    (Field::Address3, "address_3", "Adresse ligne 3"),
    (Field::PostalCode, "postal_code", "Code postal"),
    (Field::Town, "town", "Ville"),
    (Field::Phone, "phone", "Tél."),
    (Field::Mobile, "mobile", "Tél. (mob)"),
    (Field::WorkPhone, "work_phone", "Tél. travail"),
    (Field::WorkMobile, "work_mobile", "Tél. travail (mob)"),
    (Field::Mel, "mel", "Mél"),
    (Field::Note, "note", "Note pratique"),
    (Field::Emergency, "emergency", "Utiliser ces coordonnées en cas d’urgence"),
    (Field::Hidden, "hidden", "Coordonnées masquées à l’autre adulte"),
];

impl Field {
    /// All of them, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|(field, ..)| *field)
    }

    /// Its name on the wire and in an organisation's folder.
    pub fn as_str(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| name)
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(.., label)| label)
    }

    /// Whether it tells where a person lives or is reached: what can be hidden from the other adult.
    pub fn is_contact(self) -> bool {
        !matches!(self, Self::Role | Self::LastName | Self::FirstName | Self::Emergency | Self::Hidden)
    }

    /// What somebody is told who has left it empty: `Écrivez le nom`.
    pub fn asked(self) -> &'static str {
        match self {
            Self::Role => "Choisissez le lien avec l’enfant",
            Self::LastName => "Écrivez le nom",
            Self::FirstName => "Écrivez le prénom",
            Self::Address1 => "Écrivez l’adresse",
            Self::PostalCode => "Écrivez le code postal",
            Self::Town => "Écrivez la ville",
            _ => "Remplissez ce champ",
        }
    }

    /// A text as this field keeps it; an empty one empties it.
    ///
    /// # Errors
    /// What to do about a text that it cannot keep, in French.
    pub fn shaped(self, typed: &str) -> Result<String, String> {
        let text = person::tidy(typed);
        match self {
            Self::LastName | Self::FirstName | Self::Role if text.is_empty() => Err(format!("{}.", self.asked())),
            _ if text.is_empty() => Ok(text),
            Self::Role => person::role(&text),
            Self::LastName => person::name(&text).map(|name| name.to_uppercase()),
            Self::FirstName => person::name(&text),
            Self::Address1 | Self::Address2 | Self::Address3 => person::printed(&text, 80),
            Self::PostalCode => address::postal_code(&text),
            Self::Town => address::town(&text).and_then(|text| person::printed(&text, 60)),
            Self::Phone | Self::Mobile | Self::WorkPhone | Self::WorkMobile => phone::shaped(&text),
            Self::Mel => person::mel(&text),
            Self::Note => person::at_most(&text, 500),
            Self::Emergency | Self::Hidden if text == YES => Ok(text),
            Self::Emergency | Self::Hidden => Err("Cette case est cochée ou ne l’est pas.".to_owned()),
        }
    }
}

impl TryFrom<String> for Field {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let found = FIELDS.iter().find(|(_, name, _)| *name == text);
        found.map(|(field, ..)| *field).ok_or_else(|| format!("« {} » n’est pas un champ d’une fiche.", &text))
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.as_str().to_owned()
    }
}

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

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in Field::all() {
            assert_eq!(Field::try_from(field.as_str().to_owned()), Ok(field));
        }
        assert!(Field::try_from("Mobile".to_owned()).is_err());
    }
}
