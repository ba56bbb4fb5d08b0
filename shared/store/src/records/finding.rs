//! By which words agents find a family, and what each row shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::dossier::{Adult, Field};
use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use domain::text::searched;

/// What a word is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FoundBy {
    /// The name of the family.
    Family,
    /// A child.
    Child,
    /// An adult, or somebody the family wrote down.
    Adult,
    /// A telephone.
    Phone,
    /// A mél.
    Mel,
    /// A street.
    Street,
    /// A class.
    Class,
    /// The number of an invoice or a credit note.
    Invoice,
}

impl FoundBy {
    /// How it ends a key.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Family => "f",
            Self::Child => "c",
            Self::Adult => "a",
            Self::Phone => "p",
            Self::Mel => "m",
            Self::Street => "s",
            Self::Class => "k",
            Self::Invoice => "i",
        }
    }
}

/// A word, or the end of one, with what it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FindWord {
    /// As it is searched for: without case, accents, apostrophes.
    pub word: String,
    /// What it is of.
    pub by: FoundBy,
    /// As it is written: `Odile MARTINEAU`, `06 12 04 48 90`.
    pub text: String,
}

/// What a row shows of its family, whatever it was found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The family's name.
    pub name: String,
    /// `Chloé CE1`.
    pub children: Vec<String>,
    /// The telephone to call first.
    pub phone: String,
    /// All words it is found by, for a search of several.
    pub words: String,
}

/// A row by which a family is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The word.
    pub word: FindWord,
    /// What is shown.
    pub shown: Shown,
}

impl Record for FindRecord {
    fn key(&self) -> Key {
        keys::find(&self.organisation, &self.family, &self.word)
    }
}

/// The rows a family has: what has to change when it does, and goes when it is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindableRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The words of its rows.
    pub words: BTreeSet<FindWord>,
    /// What its rows show.
    pub shown: Shown,
    /// Grows with every change.
    pub version: u64,
}

impl Record for FindableRecord {
    fn key(&self) -> Key {
        keys::findable(&self.organisation, &self.family)
    }
}

/// Words with what they are of, and all that is written so.
type Words = BTreeMap<(String, FoundBy), String>;

/// The shortest end of a name that finds it.
const SHORTEST: usize = 2;
/// The shortest end of a number that finds it.
const DIGITS: usize = 4;
/// What stands before the name of a street, and is in every second address.
const KINDS_OF_STREETS: [&str; 20] = [
    "rue",
    "avenue",
    "allee",
    "allees",
    "chemin",
    "place",
    "impasse",
    "route",
    "boulevard",
    "cours",
    "square",
    "residence",
    "lotissement",
    "quai",
    "des",
    "les",
    "aux",
    "sur",
    "bis",
    "ter",
];

impl FindableRecord {
    /// By what a family is found that has these adults and invoices.
    pub fn of<'a>(
        organisation: &OrganisationId,
        family: &Family,
        adults: impl IntoIterator<Item = &'a Adult>,
        invoices: impl IntoIterator<Item = &'a str>,
        phone: &str,
    ) -> Self {
        let mut words = Words::new();
        ends(&mut words, FoundBy::Family, &family.name, &family.name);
        for child in &family.children {
            ends(&mut words, FoundBy::Child, &child.first_name, &child.first_name);
            let class = child.class.as_deref().unwrap_or_default();
            beginnings(&mut words, FoundBy::Class, class, &format!("{}, {class}", child.first_name), SHORTEST);
        }
        for adult in adults {
            let name = format!("{} {}", adult.first_name, adult.last_name);
            ends(&mut words, FoundBy::Adult, &name, &name);
            for phone in adult.phones() {
                number(&mut words, FoundBy::Phone, phone);
            }
            let mel = adult.text(Field::Mel);
            beginnings(&mut words, FoundBy::Mel, mel, mel, SHORTEST);
            let parts = mel.split('@').next().unwrap_or_default().replace(['.', '_', '+'], " ");
            beginnings(&mut words, FoundBy::Mel, &parts, mel, SHORTEST);
            let street = adult.text(Field::Address1);
            let apart = street.replace(['’', '\''], " ");
            beginnings(&mut words, FoundBy::Street, &apart, street, SHORTEST + 1);
        }
        for invoice in invoices {
            number(&mut words, FoundBy::Invoice, invoice);
        }
        let class = |class: &Option<String>| class.as_ref().map(|class| format!(" {class}")).unwrap_or_default();
        let children = family.children.iter().map(|child| format!("{}{}", child.first_name, class(&child.class)));
        let words: BTreeSet<FindWord> =
            words.into_iter().map(|((word, by), text)| FindWord { word, by, text }).collect();
        let whole: BTreeSet<String> = words.iter().map(|word| searched(&word.text)).collect();
        let shown = Shown {
            name: family.name.clone(),
            children: children.collect(),
            phone: phone.to_owned(),
            words: whole.into_iter().collect::<Vec<_>>().join("\n"),
        };
        Self { organisation: organisation.clone(), family: family.id.clone(), words, shown, version: 0 }
    }

    /// The numbers of its invoices and credit notes.
    pub fn invoices(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().filter(|word| word.by == FoundBy::Invoice);
        words.flat_map(|word| word.text.split(", "))
    }

    /// The row of a word.
    pub fn row(&self, word: &FindWord) -> FindRecord {
        FindRecord {
            organisation: self.organisation.clone(),
            family: self.family.clone(),
            word: word.clone(),
            shown: self.shown.clone(),
        }
    }
}

/// Whether a word may find anything by itself: « rue » is in every second address.
pub fn finds(word: &str) -> bool {
    !KINDS_OF_STREETS.contains(&word)
}

/// Every end of every word of a name: « tineau » finds MARTINEAU.
fn ends(words: &mut Words, by: FoundBy, name: &str, text: &str) {
    for word in searched(name).split_whitespace() {
        for (at, _) in word.char_indices() {
            keep(words, by, &word[at..], text, SHORTEST);
        }
    }
}

/// Every word, by its beginning.
fn beginnings(words: &mut Words, by: FoundBy, words_of: &str, text: &str, shortest: usize) {
    for word in searched(words_of).split_whitespace() {
        if finds(word) {
            keep(words, by, word, text, shortest);
        }
    }
}

/// A number, from each second digit on: « 48 90 » finds 06 12 04 48 90, « 00042 » and « 2015-00042 » an invoice.
fn number(words: &mut Words, by: FoundBy, text: &str) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    for at in (0..digits.len()).step_by(2) {
        keep(words, by, &digits[at..], text, DIGITS);
    }
}

fn keep(words: &mut Words, by: FoundBy, word: &str, text: &str, shortest: usize) {
    /// Longer than any word one types, and short enough for a key.
    const LONGEST: usize = 40;
    if word.chars().count() < shortest {
        return;
    }
    let texts = words.entry((word.chars().take(LONGEST).collect(), by)).or_default();
    // Marc and Chantal are both found by their last name.
    if !texts.split(", ").any(|known| known == text) {
        let comma = if texts.is_empty() { "" } else { ", " };
        *texts = format!("{texts}{comma}{text}");
    }
}
