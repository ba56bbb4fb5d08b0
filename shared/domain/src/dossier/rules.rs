//! What an organisation decides about dossiers: which changes wait for an agent, what is consented to.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::child::ChildField;
use super::consent::ConsentText;
use super::field::Field;
use super::place::Place;
use crate::account::INVITATION_LIFE;

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
    /// For how many days the invitation of an adult works; none: as long as any may.
    #[serde(default)]
    pub invitation_days: Option<u8>,
}

impl DossierRules {
    /// How long the invitation of an adult works; never longer than [`INVITATION_LIFE`].
    pub fn invitation_life(&self) -> TimeDelta {
        let days = self.invitation_days.map(|days| TimeDelta::days(i64::from(days)));
        days.map_or(INVITATION_LIFE, |life| life.min(INVITATION_LIFE))
    }

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
