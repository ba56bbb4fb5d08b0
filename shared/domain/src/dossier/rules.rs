//! What an organisation decides about dossiers: which changes wait for an agent, what is consented to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::child::ChildField;
use super::consent::ConsentText;
use super::fiche::Field;
use super::place::Place;

/// The settings of dossiers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DossierRules {
    /// Fields of fiches whose changes by a family wait for an agent.
    #[serde(default)]
    pub checked: BTreeSet<Field>,
    /// Whether another billing address waits for an agent.
    #[serde(default)]
    pub billing_checked: bool,
    /// What is asked for each child.
    #[serde(default)]
    pub consents: Vec<ConsentText>,
}

impl DossierRules {
    /// Whether a family's change there waits for an agent. Who a child is always does: prices and places hang on it.
    pub fn checks(&self, place: &Place) -> bool {
        match place {
            Place::Billing => self.billing_checked,
            Place::Fiche(_, field) => self.checked.contains(field),
            Place::Child(_, field) => matches!(field, ChildField::FirstName | ChildField::Born),
            Place::Collects(..) | Place::Consent(..) => false,
        }
    }

    /// A consent that is asked for.
    pub fn consent(&self, id: &str) -> Option<&ConsentText> {
        self.consents.iter().find(|consent| consent.id == id)
    }
}
