//! The fields of a fiche, as the guide draws them: the one list that the server, the page and the folder go by.

use serde::{Deserialize, Serialize};

use super::{address, person, phone};

/// The text of a box that is ticked; an empty text is one that is not.
pub const YES: &str = "yes";

/// A field of a fiche.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[expect(missing_docs, reason = "each has its name on the page beside it, in ENTRIES")]
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

/// How a field is drawn and typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Which one.
    #[serde(skip)]
    pub field: Field,
    /// Its name on the wire and in an organisation's folder.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// Where it stands.
    pub part: Part,
    /// How it is typed.
    pub input: Input,
    /// How many characters it takes; none where it is chosen.
    pub longest: Option<usize>,
    /// What a browser may fill in on one's own fiche.
    pub autocomplete: Option<&'static str>,
    /// What there is to choose from.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub words: &'static [&'static str],
}

/// A part of a fiche.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What the person is to the children: asked once, when the fiche is new.
    Link,
    /// The left: who it is, and where.
    Address,
    /// The right: how the person is reached.
    Reach,
    /// The choices below.
    Choices,
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// One of a list.
    List,
    /// A line of text.
    Text,
    /// A phone.
    Tel,
    /// A mél.
    Email,
    /// A box: ticked, its text is [`YES`].
    Box,
}

/// What a person can be to the children. A folder may say another word.
const ROLES: [&str; 16] = [
    "MÈRE",
    "PÈRE",
    "NOUNOU",
    "GRAND-MÈRE",
    "GRAND-PÈRE",
    "BELLE-MÈRE",
    "BEAU-PÈRE",
    "SŒUR",
    "FRÈRE",
    "TANTE",
    "ONCLE",
    "VOISINE",
    "VOISIN",
    "TUTRICE",
    "TUTEUR",
    "AUTRE",
];

use Input::{Box as Tick, Email, List, Tel, Text};
use Part::{Address, Choices, Link, Reach};

/// Every field, in the order of the page.
pub const ENTRIES: [Entry; 16] = [
    Entry { words: &ROLES, ..entry(Field::Role, "role", "Lien avec l’enfant", Link, List, None, None) },
    entry(Field::LastName, "last_name", "Nom", Address, Text, Some(60), Some("family-name")),
    entry(Field::FirstName, "first_name", "Prénom", Address, Text, Some(60), Some("given-name")),
    entry(Field::Address1, "address_1", "Adresse ligne 1", Address, Text, Some(80), Some("address-line1")),
    entry(Field::Address2, "address_2", "Adresse ligne 2", Address, Text, Some(80), Some("address-line2")),
    entry(Field::Address3, "address_3", "Adresse ligne 3", Address, Text, Some(80), Some("address-line3")),
    entry(Field::PostalCode, "postal_code", "Code postal", Address, Text, Some(12), Some("postal-code")),
    entry(Field::Town, "town", "Ville", Address, Text, Some(60), Some("address-level2")),
    entry(Field::Phone, "phone", "Tél.", Reach, Tel, Some(30), Some("home tel")),
    entry(Field::Mobile, "mobile", "Tél. (mob)", Reach, Tel, Some(30), Some("mobile tel")),
    entry(Field::WorkPhone, "work_phone", "Tél. travail", Reach, Tel, Some(30), Some("work tel")),
    entry(Field::WorkMobile, "work_mobile", "Tél. travail (mob)", Reach, Tel, Some(30), Some("work tel")),
    entry(Field::Mel, "mel", "Mél", Reach, Email, Some(254), Some("email")),
    entry(Field::Note, "note", "Note pratique", Reach, Text, Some(500), None),
    entry(Field::Emergency, "emergency", "Utiliser ces coordonnées en cas d’urgence", Choices, Tick, None, None),
    entry(Field::Hidden, "hidden", "Masquer ces coordonnées à l’autre adulte", Choices, Tick, None, None),
];

const fn entry(
    field: Field,
    name: &'static str,
    label: &'static str,
    part: Part,
    input: Input,
    longest: Option<usize>,
    autocomplete: Option<&'static str>,
) -> Entry {
    Entry { field, name, label, part, input, longest, autocomplete, words: &[] }
}

impl Field {
    /// All of them, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        ENTRIES.iter().map(|entry| entry.field)
    }

    /// Its name on the wire and in an organisation's folder.
    pub fn as_str(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name)
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        self.entry().map_or("", |entry| entry.label)
    }

    fn entry(self) -> Option<&'static Entry> {
        ENTRIES.iter().find(|entry| entry.field == self)
    }

    /// The phones.
    pub fn phones() -> impl Iterator<Item = Self> {
        ENTRIES.iter().filter(|entry| entry.input == Tel).map(|entry| entry.field)
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
        let found = ENTRIES.iter().find(|entry| entry.name == text);
        found.map(|entry| entry.field).ok_or_else(|| format!("« {} » n’est pas un champ d’une fiche.", &text))
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in Field::all() {
            assert_eq!(Field::try_from(field.as_str().to_owned()), Ok(field));
        }
        assert!(Field::try_from("Mobile".to_owned()).is_err());
    }

    #[test]
    fn what_the_page_lets_type_is_what_a_field_keeps() {
        for Entry { name, field, input, longest, .. } in ENTRIES.iter().filter(|entry| entry.input == Text) {
            let longest = longest.unwrap_or_else(|| panic!("{name} is {input:?} of no length"));
            let typed = if *field == Field::PostalCode { "4".repeat(5) } else { "a".repeat(longest) };
            assert!(field.shaped(&typed).is_ok(), "{name}");
            assert!(field.shaped(&"a".repeat(longest + 1)).is_err(), "{name}");
        }
    }

    #[test]
    fn each_word_of_the_list_is_one_a_fiche_keeps() {
        for role in ROLES {
            assert_eq!(Field::Role.shaped(role).as_deref(), Ok(role));
        }
    }
}
