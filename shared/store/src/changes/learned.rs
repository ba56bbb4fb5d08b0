//! What a failed write of a planning teaches the next try.

use std::collections::{BTreeSet, HashSet};

use domain::capacity::Waiting;
use domain::day::Day;
use domain::id::{ActivityId, ChildId};

/// What failed writes taught: places other families hold, those in a line whose booking is gone, mails that went.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    held: HashSet<(ChildId, ActivityId, Day)>,
    gone: HashSet<String>,
    told: HashSet<String>,
}

/// The places in a transaction of actions whose failure says something of its own.
#[derive(Debug)]
pub(super) enum Mark {
    /// A booking that is made, and its place: the place alone fails when another family holds it.
    Place { cell: (ChildId, ActivityId, Day), booking: usize, place: usize },
    /// The booking and the place of a promoted child: they fail when the line knew a child that is gone.
    Promoted { gone: String, booking: usize, place: usize },
    /// A mail that goes once: it fails when it went.
    Told { mail: String, at: usize },
}

impl Learned {
    /// Whether another family holds the place of a child's cell.
    pub fn is_held(&self, child: &ChildId, activity: &ActivityId, day: Day) -> bool {
        self.held.contains(&(child.clone(), activity.clone(), day))
    }

    /// The cells of a child whose place another family holds.
    pub fn held_of(&self, child: &ChildId) -> BTreeSet<(ActivityId, Day)> {
        let held = self.held.iter().filter(|(of, ..)| of == child);
        held.map(|(_, activity, day)| (activity.clone(), *day)).collect()
    }

    /// Whether the booking of somebody in a line is gone.
    pub(super) fn is_gone(&self, waiting: &Waiting, day: Day) -> bool {
        self.gone.contains(&gone_key(waiting, day))
    }

    /// Whether a mail that goes once went.
    pub(super) fn is_told(&self, mail: &str) -> bool {
        self.told.contains(mail)
    }

    pub(super) fn learn_from_success(&mut self, marks: Vec<Mark>) {
        for mark in marks {
            if let Mark::Told { mail, .. } = mark {
                self.told.insert(mail);
            }
        }
    }

    /// What failed conditions teach for the next try.
    pub(super) fn learn_from_failure(&mut self, failed: &[usize], marks: Vec<Mark>) {
        for mark in marks {
            match mark {
                Mark::Place { cell, booking, place } if failed.contains(&place) && !failed.contains(&booking) => {
                    self.held.insert(cell);
                }
                Mark::Promoted { gone, booking, place } if failed.contains(&booking) || failed.contains(&place) => {
                    self.gone.insert(gone);
                }
                Mark::Told { mail, at } if failed.contains(&at) => {
                    self.told.insert(mail);
                }
                _ => {}
            }
        }
    }
}

/// Names somebody's stay in a line.
pub(super) fn gone_key(waiting: &Waiting, day: Day) -> String {
    format!("{day}#{}#{}#{}", waiting.ticket, waiting.child, waiting.activity)
}
