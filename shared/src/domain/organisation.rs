//! A commune or an association: who it is, how it is reached, its calendar and its activities.

use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::calendar::{Calendar, Range};
use super::capacity::Capacity;
use super::day::later;
use super::family::Child;
use super::id::{ActivityId, OrganisationId};

/// How the organisation is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// `02 38 00 00 00`.
    pub phone: String,
    /// The mél families write to, and mails are answered to.
    pub mel: String,
    /// Lines of the postal address.
    pub address: Vec<String>,
    /// When somebody answers, a line each.
    pub opening_hours: Vec<String>,
}

/// A text shown under Informations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its heading.
    pub title: String,
    /// Its paragraphs, plain text.
    pub paragraphs: Vec<String>,
}

/// An organisation with everything its week needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier; also the prefix of the identifiants it mints.
    pub id: OrganisationId,
    /// `Commune de Jumex`.
    pub name: String,
    /// `45600 JUMEX`.
    pub town: String,
    /// School zone: A, B, C, Corse…
    pub zone: String,
    /// How it is reached.
    pub contact: Contact,
    /// What Informations shows.
    pub texts: Vec<Text>,
    /// Its days.
    pub calendar: Calendar,
    /// Its activities, in the order of the week's rows.
    pub activities: Vec<Activity>,
    /// How many children fit.
    #[serde(default)]
    pub capacities: Vec<Capacity>,
}

impl Organisation {
    /// One of its activities.
    pub fn activity(&self, id: &ActivityId) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.id == *id)
    }

    /// Lays a closure or an opening of some activities (none: all) over what the folder says.
    pub fn lay_over(&mut self, opens: bool, activities: &[ActivityId], range: Range) {
        if !opens && activities.is_empty() {
            self.calendar.closures.push(range.clone());
        }
        for activity in &mut self.activities {
            if !activities.is_empty() && !activities.contains(&activity.id) {
                continue;
            }
            let days = (0..).map(|days| later(range.from, days)).take_while(|day| *day <= range.to);
            if opens {
                activity.openings.extend(days);
            } else {
                activity.openings.retain(|day| !range.holds(*day));
                activity.closures.push(range.clone());
            }
        }
    }

    /// The capacity that a booking of a child in an activity counts in, when there is one.
    pub fn capacity(&self, activity: &ActivityId, child: &Child) -> Option<&Capacity> {
        self.capacities.iter().find(|capacity| capacity.counts(activity, child))
    }
}
