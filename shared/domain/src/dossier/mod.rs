//! The dossier: fiches, children and choices of a family, changed field by field and saved whole or not at all.
//!
//! Everything that can be changed has a [`Place`] and a text. A change says what stood there when the person read it, so
//! that two people who edit at once are told of each other exactly where they meet, and nowhere else.

mod address;
mod change;
mod child;
mod consent;
mod fiche;
mod field;
mod person;
mod phone;
mod place;
#[cfg(test)]
mod properties;
mod rules;
#[cfg(test)]
mod tests;
mod whole;

pub use change::{Author, Change, Meanwhile, Refusal, Save, decide, resolve};
pub use child::{ChildField, Health};
pub use consent::{Consent, ConsentText};
pub use fiche::{Adult, Collects, Fiche};
pub use field::{ENTRIES, Entry, Field, Input, Part, YES};
pub use place::{NotAPlace, Place};
pub use rules::DossierRules;
pub use whole::{Declined, Dossier, Fault, Waiting};
