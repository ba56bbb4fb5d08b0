//! What an abonnement did, counted and said.

use serde::{Deserialize, Serialize};

use super::Fate;
use crate::text::{counted, list};

/// How many days of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Booked by this abonnement, now or before.
    pub booked: u32,
    /// Cancelled by this gesture.
    pub cancelled: u32,
    /// Booked before, by hand or otherwise.
    pub already: u32,
    /// Left alone: decided by hand.
    pub by_hand: u32,
    /// Left alone: full.
    pub full: u32,
    /// Left alone: closed.
    pub closed: u32,
    /// Left alone: too late.
    pub too_late: u32,
    /// Left alone: with the other family.
    pub other_family: u32,
    /// Left alone: too few days in the week.
    pub short_week: u32,
    /// Left alone: not taking part.
    pub not_enrolled: u32,
    /// Left alone: calendar not published.
    pub unknown: u32,
    /// Left alone: no ticket is left.
    #[serde(default)]
    pub no_ticket: u32,
    /// Left alone: a piece is missing.
    #[serde(default)]
    pub piece_missing: u32,
}

impl Tally {
    /// Counts one day.
    pub fn count(&mut self, fate: Fate, its_own: bool) {
        let counter = match fate {
            Fate::None => return,
            Fate::Book => &mut self.booked,
            Fate::Already if its_own => &mut self.booked,
            Fate::Already => &mut self.already,
            Fate::Cancel => &mut self.cancelled,
            Fate::ByHand => &mut self.by_hand,
            Fate::Full => &mut self.full,
            Fate::Closed => &mut self.closed,
            Fate::TooLate => &mut self.too_late,
            Fate::OtherFamily => &mut self.other_family,
            Fate::ShortWeek => &mut self.short_week,
            Fate::NotEnrolled => &mut self.not_enrolled,
            Fate::Unknown => &mut self.unknown,
            Fate::NoTicket => &mut self.no_ticket,
            Fate::PieceMissing => &mut self.piece_missing,
        };
        *counter += 1;
    }

    /// `137 jours réservés, 3 complets et 6 fermés.`
    pub fn sentence(&self) -> String {
        let parts = [
            (self.booked, "jour réservé", "jours réservés"),
            (self.cancelled, "jour annulé", "jours annulés"),
            (self.already, "déjà inscrit", "déjà inscrits"),
            (self.by_hand, "que vous aviez changé vous-même", "que vous aviez changés vous-même"),
            (self.full, "complet", "complets"),
            (self.closed, "fermé", "fermés"),
            (self.too_late, "hors délai", "hors délai"),
            (self.other_family, "dans l’autre foyer", "dans l’autre foyer"),
            (self.short_week, "dans une semaine trop courte", "dans des semaines trop courtes"),
            (self.not_enrolled, "sans participation à cette date", "sans participation à ces dates"),
            (self.no_ticket, "sans ticket", "sans ticket"),
            (self.unknown, "dont le calendrier n’est pas publié", "dont le calendrier n’est pas publié"),
            (self.piece_missing, "sans la pièce demandée", "sans la pièce demandée"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, one, many)| counted(count, one, many))
            .collect();
        if parts.is_empty() { "Aucun jour n’a changé.".to_owned() } else { format!("{}.", list(&parts)) }
    }
}
