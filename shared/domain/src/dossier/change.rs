//! A save: its changes, field by field, taken whole or refused with what to correct and what others changed meanwhile.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::fiche::{Adult, Collects, Fiche};
use super::field::Field;
use super::place::Place;
use super::rules::DossierRules;
use super::whole::{Declined, Dossier, Fault, MOST_FICHES, Waiting};
use crate::day::{Day, paris_day};
use crate::id::FicheId;
use crate::text::entered;

/// One text that a person changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The place in the dossier.
    pub place: Place,
    /// What stood there when the person read it.
    pub was: String,
    /// What shall stand there.
    pub now: String,
}

/// Everything a person validates at once. Sent again, it finds itself done and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Save {
    /// New fiches, by the names the page has given them.
    pub adds: Vec<FicheId>,
    /// Changed texts, those of new fiches too.
    pub changes: Vec<Change>,
    /// Fiches that end.
    pub ends: Vec<FicheId>,
}

/// Who saves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// An adult of the family, with its own fiche.
    Adult {
        /// Which fiche is this person's.
        fiche: Option<FicheId>,
        /// The name kept with what waits.
        said: String,
    },
    /// An agent.
    Agent {
        /// The name kept with consents.
        said: String,
    },
}

/// A place somebody else changed since the person read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanwhile {
    /// The place in the dossier.
    pub place: Place,
    /// What stands there now; nothing when the fiche is gone.
    pub theirs: Option<String>,
}

/// Why a save is not taken; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// What to correct.
    pub faults: Vec<Fault>,
    /// What others changed meanwhile.
    pub changed: Vec<Meanwhile>,
}

impl Author {
    fn said(&self) -> &str {
        match self {
            Self::Adult { said, .. } | Self::Agent { said, .. } => said,
        }
    }

    /// Whether this is an adult to whom a fiche's coordinates are hidden.
    pub fn is_kept_from(&self, fiche: &Fiche) -> bool {
        match self {
            Self::Agent { .. } => false,
            Self::Adult { fiche: own, .. } => fiche.adult.says(Field::Hidden) && own.as_ref() != Some(&fiche.id),
        }
    }

    /// What this person sees at a place: a family sees its own words also while they wait.
    pub fn sees(&self, dossier: &Dossier, rules: &DossierRules, place: &Place) -> Option<String> {
        let stands = dossier.text(rules, place)?;
        let own_words = matches!(self, Self::Adult { .. });
        let waiting = dossier.waiting.get(place).filter(|_| own_words);
        Some(waiting.map_or(stands, |waiting| waiting.now.clone()))
    }

    /// Why this person may not write there.
    fn barred(&self, dossier: &Dossier, place: &Place, text: &str) -> Option<&'static str> {
        let Self::Adult { fiche: own, .. } = self else { return None };
        let fiche = dossier.fiche(place.fiche()?)?;
        match place {
            Place::Fiche(_, field) if field.is_contact() && self.is_kept_from(fiche) => {
                Some("Ces coordonnées sont masquées : la personne elle-même ou la mairie les change.")
            }
            Place::Fiche(id, Field::Hidden) if own.as_ref() != Some(id) => {
                Some("La personne elle-même, ou la mairie, décide de masquer ses coordonnées.")
            }
            // Between parents, a court decides and the town hall writes it down.
            Place::Collects(_, child) if fiche.adult.account.is_some() => {
                let barred = Collects::NotAllowed;
                let touches = fiche.adult.collects.get(child) == Some(&barred) || text == barred.as_str();
                touches.then_some("Entre parents, la mairie seule inscrit ou lève une interdiction : montrez-lui la décision de justice.")
            }
            _ => None,
        }
    }
}

/// What becomes of a dossier by a save, or why it is refused. `at` is business time.
///
/// # Errors
/// All faults, and all that others changed, at once.
pub fn decide(
    dossier: &Dossier,
    rules: &DossierRules,
    author: &Author,
    save: &Save,
    at: DateTime<Utc>,
) -> Result<Dossier, Refusal> {
    let mut next = dossier.clone();
    let mut refusal = Refusal::default();
    for id in &save.adds {
        if next.fiche(id).is_none() {
            let written_by_family = matches!(author, Author::Adult { .. });
            next.fiches.push(Fiche { id: id.clone(), adult: Adult { written_by_family, ..Adult::default() } });
        }
    }
    for change in &save.changes {
        let waits = place_waits(dossier, rules, author, &change.place);
        take(&mut next, rules, author, change, waits, at, &mut refusal);
    }
    for id in &save.ends {
        end(&mut next, id, &mut refusal);
    }
    if next.fiches.len() > MOST_FICHES {
        let detail = format!("Un dossier compte {MOST_FICHES} fiches au plus.");
        refusal.faults.push(Fault { place: Place::Billing, detail });
    }
    conclude(next, rules, refusal, at)
}

/// Whether a change there waits for an agent; what was empty is simply filled.
fn place_waits(dossier: &Dossier, rules: &DossierRules, author: &Author, place: &Place) -> bool {
    let stands = dossier.text(rules, place).is_some_and(|text| !text.is_empty());
    matches!(author, Author::Adult { .. }) && rules.checks(place) && stands
}

fn take(
    next: &mut Dossier,
    rules: &DossierRules,
    author: &Author,
    change: &Change,
    waits: bool,
    at: DateTime<Utc>,
    refusal: &mut Refusal,
) {
    let Change { place, was, now } = change;
    let Some(stands) = author.sees(next, rules, place) else {
        return refusal.changed.push(Meanwhile { place: place.clone(), theirs: None });
    };
    let mut fault = |detail: String| refusal.faults.push(Fault { place: place.clone(), detail });
    if let Some(detail) = author.barred(next, place, now) {
        return fault(detail.to_owned());
    }
    let text = match next.shaped(place, now) {
        Ok(text) => text,
        Err(detail) => return fault(detail),
    };
    if text == stands {
        return;
    }
    if entered(was) != entered(&stands) {
        return refusal.changed.push(Meanwhile { place: place.clone(), theirs: Some(stands) });
    }
    next.declined.remove(place);
    let kept = next.text(rules, place).unwrap_or_default();
    next.waiting.remove(place);
    if !waits {
        next.keep(rules, place, text, author.said(), paris_day(at));
    } else if text != kept {
        let by = author.said().to_owned();
        next.waiting.insert(place.clone(), Waiting { was: kept, now: text, by, at });
    }
}

fn end(next: &mut Dossier, id: &FicheId, refusal: &mut Refusal) {
    let Some(fiche) = next.fiche(id) else { return };
    if fiche.adult.account.is_some() {
        let detail = "Cette personne a un compte : la mairie lui retire d’abord l’accès au dossier.".to_owned();
        return refusal.faults.push(Fault { place: Place::Fiche(id.clone(), Field::LastName), detail });
    }
    if next.payer().is_some_and(|payer| payer.id == *id) {
        let detail = "Avant de retirer cette fiche, choisissez une autre adresse de facturation.".to_owned();
        return refusal.faults.push(Fault { place: Place::Billing, detail });
    }
    next.fiches.retain(|fiche| fiche.id != *id);
    next.declined.retain(|place, _| place.fiche() != Some(id));
    next.waiting.retain(|place, waiting| place.fiche() != Some(id) && waiting.now != id.as_str());
}

fn conclude(
    mut next: Dossier,
    rules: &DossierRules,
    mut refusal: Refusal,
    at: DateTime<Utc>,
) -> Result<Dossier, Refusal> {
    let known = |refusal: &Refusal, fault: &Fault| refusal.faults.iter().any(|other| other.place == fault.place);
    for fault in next.faults().into_iter().chain(next.with_all_accepted(rules, paris_day(at)).faults()) {
        if !known(&refusal, &fault) {
            refusal.faults.push(fault);
        }
    }
    next.tell_staff();
    match refusal == Refusal::default() {
        true => Ok(next),
        false => Err(refusal),
    }
}

/// What becomes of a dossier when an agent accepts what waits at a place, or refuses it with a reason.
///
/// # Errors
/// The family changed its mind meanwhile, or the dossier could not stand like that.
pub fn resolve(
    dossier: &Dossier,
    rules: &DossierRules,
    place: &Place,
    wanted: &str,
    reason: Option<&str>,
    day: Day,
) -> Result<Dossier, Refusal> {
    let mut next = dossier.clone();
    let waiting = next.waiting.remove(place).filter(|waiting| entered(&waiting.now) == entered(wanted));
    let Some(waiting) = waiting else {
        let theirs = dossier.waiting.get(place).map(|waiting| waiting.now.clone());
        return Err(Refusal { changed: vec![Meanwhile { place: place.clone(), theirs }], ..Refusal::default() });
    };
    match reason {
        Some(reason) => {
            let declined = Declined { value: waiting.now, reason: reason.to_owned(), day };
            next.declined.insert(place.clone(), declined);
        }
        None => next.keep(rules, place, waiting.now, &waiting.by, day),
    }
    match next.faults() {
        faults if faults.is_empty() => Ok(next),
        faults => Err(Refusal { faults, ..Refusal::default() }),
    }
}
