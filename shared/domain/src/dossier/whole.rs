//! A dossier as a whole: what stands at each place, and what must hold before it is saved.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::child::{ChildField, Health};
use super::consent::Consent;
use super::fiche::{Collects, Fiche};
use super::field::Field;
use super::place::Place;
use super::rules::DossierRules;
use crate::day::{Day, parse_day};
use crate::family::{Billed, Child};
use crate::id::{ChildId, FicheId};

/// How many fiches a dossier holds at most.
pub(super) const MOST_FICHES: usize = 20;

/// A change of a family that an agent has not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What stands there.
    pub was: String,
    /// What the family wants.
    pub now: String,
    /// Who asked.
    pub by: String,
    /// When it was.
    pub at: DateTime<Utc>,
}

/// A change that an agent did not accept, until the family writes there again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// What the family wanted.
    pub value: String,
    /// Why not, in the agent's words.
    pub reason: String,
    /// The day.
    pub day: Day,
}

/// A text that cannot be kept, and why, in French.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place in the dossier.
    pub place: Place,
    /// What to do.
    pub detail: String,
}

/// Everything of a dossier that can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// Its people, in order.
    pub fiches: Vec<Fiche>,
    /// Whose address is for the invoices; the first fiche until somebody chose.
    pub billing: Option<FicheId>,
    /// Its children.
    pub children: Vec<Child>,
    /// The health of those children for whom it was read.
    pub health: BTreeMap<ChildId, Health>,
    /// What was answered for each child.
    pub consents: BTreeMap<ChildId, BTreeMap<String, Consent>>,
    /// What waits for an agent.
    pub waiting: BTreeMap<Place, Waiting>,
    /// What an agent did not accept.
    pub declined: BTreeMap<Place, Declined>,
}

impl Dossier {
    /// One of its fiches.
    pub fn fiche(&self, id: &FicheId) -> Option<&Fiche> {
        self.fiches.iter().find(|fiche| fiche.id == *id)
    }

    fn child(&self, id: &ChildId) -> Option<&Child> {
        self.children.iter().find(|child| child.id == *id)
    }

    /// The one fiche whose address is for the invoices.
    pub fn payer(&self) -> Option<&Fiche> {
        match &self.billing {
            Some(id) => self.fiche(id),
            None => self.fiches.first(),
        }
    }

    /// The payer as it is kept with the family and printed on invoices.
    pub fn billed(&self) -> Option<Billed> {
        self.payer().map(|fiche| Billed { fiche: fiche.id.clone(), lines: fiche.adult.address_lines() })
    }

    /// Writes with each child what staff have to know of it elsewhere: that its health asks for care, who is barred.
    pub(super) fn tell_staff(&mut self) {
        let children = std::mem::take(&mut self.children);
        let told = children.into_iter().map(|child| Child {
            care: self.health.get(&child.id).map_or(child.care, Health::asks_for_care),
            barred: self.barred(&child.id),
            ..child
        });
        self.children = told.collect();
    }

    fn barred(&self, child: &ChildId) -> Vec<String> {
        let barred = |fiche: &&Fiche| fiche.adult.collects.get(child) == Some(&Collects::NotAllowed);
        let name = |fiche: &Fiche| format!("{} {}", fiche.adult.first_name, fiche.adult.last_name);
        self.fiches.iter().filter(barred).map(name).collect()
    }

    /// What stands at a place; nothing where there is no such place, or its health was not read.
    pub fn text(&self, rules: &DossierRules, place: &Place) -> Option<String> {
        match place {
            Place::Billing => Some(self.payer().map(|fiche| fiche.id.to_string()).unwrap_or_default()),
            Place::Fiche(fiche, field) => Some(self.fiche(fiche)?.adult.text(*field).to_owned()),
            Place::Collects(fiche, child) => {
                self.child(child)?;
                let collects = self.fiche(fiche)?.adult.collects.get(child);
                Some(collects.map_or("", |collects| collects.as_str()).to_owned())
            }
            Place::Child(child, ChildField::FirstName) => Some(self.child(child)?.first_name.clone()),
            Place::Child(child, ChildField::Born) => {
                Some(self.child(child)?.born.map(|day| day.to_string()).unwrap_or_default())
            }
            Place::Child(child, field) => Some(self.health.get(child)?.text(*field).to_owned()),
            Place::Consent(child, id) => {
                let asked = rules.consent(id)?;
                self.child(child)?;
                let answer = self.consents.get(child).and_then(|answers| answers.get(id));
                let current = answer.filter(|answer| answer.version == asked.version);
                Some(current.map_or("", Consent::as_str).to_owned())
            }
        }
    }

    /// A text as this place keeps it.
    pub(super) fn shaped(&self, place: &Place, typed: &str) -> Result<String, String> {
        match place {
            Place::Billing if self.fiches.iter().any(|fiche| fiche.id.as_str() == typed) => Ok(typed.to_owned()),
            Place::Billing => Err("Choisissez une fiche de votre dossier.".to_owned()),
            Place::Fiche(_, field) => field.shaped(typed),
            Place::Collects(..) => Collects::read(typed).map(|said| said.map_or("", Collects::as_str).to_owned()),
            Place::Child(_, field) => field.shaped(typed),
            Place::Consent(..) if ["given", "refused"].contains(&typed) => Ok(typed.to_owned()),
            Place::Consent(..) => Err("Répondez par oui ou par non.".to_owned()),
        }
    }

    /// Keeps a text that was shaped, at a place that exists.
    pub(super) fn keep(&mut self, rules: &DossierRules, place: &Place, text: String, by: &str, day: Day) {
        let fiche = |fiches: &mut Vec<Fiche>, id: &FicheId| fiches.iter().position(|fiche| fiche.id == *id);
        match place {
            Place::Billing => self.billing = text.parse().ok(),
            Place::Fiche(id, field) => {
                if let Some(fiche) = fiche(&mut self.fiches, id).and_then(|at| self.fiches.get_mut(at)) {
                    fiche.adult.keep(*field, text);
                }
            }
            Place::Collects(id, child) => {
                if let Some(fiche) = fiche(&mut self.fiches, id).and_then(|at| self.fiches.get_mut(at)) {
                    match Collects::read(&text) {
                        Ok(Some(collects)) => drop(fiche.adult.collects.insert(child.clone(), collects)),
                        _ => drop(fiche.adult.collects.remove(child)),
                    }
                }
            }
            Place::Child(id, field) if field.is_health() => {
                self.health.entry(id.clone()).or_default().keep(*field, text);
            }
            Place::Child(id, field) => {
                if let Some(child) = self.children.iter_mut().find(|child| child.id == *id) {
                    match field {
                        ChildField::FirstName => child.first_name = text,
                        _ => child.born = parse_day(&text),
                    }
                }
            }
            Place::Consent(child, id) => {
                let version = rules.consent(id).map_or(0, |asked| asked.version);
                let consent = Consent { given: text == "given", version, day, by: by.to_owned() };
                self.consents.entry(child.clone()).or_default().insert(id.clone(), consent);
            }
        }
    }

    /// The dossier as it will be when an agent accepts all that waits.
    pub(super) fn with_all_accepted(&self, rules: &DossierRules, day: Day) -> Self {
        let mut all = self.clone();
        for (place, waiting) in &self.waiting {
            all.keep(rules, place, waiting.now.clone(), &waiting.by, day);
        }
        all
    }

    /// What keeps it from being saved: a field that must be filled, a choice that contradicts another.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |fiche: &Fiche, field: Field, detail: &str| {
            faults.push(Fault { place: Place::Fiche(fiche.id.clone(), field), detail: detail.to_owned() });
        };
        for fiche in &self.fiches {
            let empty = |field: Field| fiche.adult.text(field).is_empty();
            for field in [Field::Role, Field::LastName, Field::FirstName].into_iter().filter(|field| empty(*field)) {
                fault(fiche, field, &format!("{}.", field.asked()));
            }
            if fiche.adult.says(Field::Emergency) && Field::phones().all(empty) {
                fault(fiche, Field::Phone, "Cette personne est à appeler en cas d’urgence : il faut un numéro.");
            }
        }
        match self.payer() {
            None => {
                let detail = "Choisissez la fiche dont l’adresse sert à la facturation.";
                faults.push(Fault { place: Place::Billing, detail: detail.to_owned() });
            }
            Some(payer) => {
                let needed = [Field::Address1, Field::PostalCode, Field::Town];
                for field in needed.into_iter().filter(|field| payer.adult.text(*field).is_empty()) {
                    fault(payer, field, &format!("Les factures vont à cette adresse. {}.", field.asked()));
                }
                if payer.adult.says(Field::Hidden) {
                    let detail = "L’adresse de facturation se lit sur les factures : choisissez-en une autre pour masquer celle-ci.";
                    fault(payer, Field::Hidden, detail);
                }
            }
        }
        faults
    }
}
