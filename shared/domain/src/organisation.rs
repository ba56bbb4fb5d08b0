//! A commune or an association: who it is, how it is reached, its calendar and its activities.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::activity::{Activity, ActivityKind};
use super::calendar::{Calendar, Range};
use super::capacity::Capacity;
use super::day::{Day, later};
use super::document::Requirement;
use super::dossier::DossierRules;
use super::family::Child;
use super::id::{ActivityId, OrganisationId};
use super::invoice::Billing;
use super::privacy::Retention;
use super::tariff::{Amount, Charges, JointPrice, Per, Price, Tariff, When};

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
    /// What families pay.
    #[serde(default)]
    pub tariffs: Vec<Tariff>,
    /// What several days come to together, in the order it acts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joint_prices: Vec<JointPrice>,
    /// How it invoices, when it does.
    #[serde(default)]
    pub billing: Option<Billing>,
    /// How its dossiers are kept.
    #[serde(default)]
    pub dossier: DossierRules,
    /// The documents it asks families for.
    #[serde(default)]
    pub pieces: Vec<Requirement>,
    /// For how long it keeps what families leave behind.
    #[serde(default)]
    pub retention: Retention,
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

    /// The tariff of an activity on a day: the one that was written, else its flat price.
    pub fn tariff(&self, activity: &ActivityId, day: Day) -> Option<Cow<'_, Tariff>> {
        let written = self.tariffs.iter().find(|tariff| tariff.activity == *activity && tariff.holds(day));
        let flat = || {
            let cents = self.activity(activity)?.price?;
            let price = Price { name: None, when: When::default(), amount: Amount::Fixed(cents), per: Per::Day };
            let activity = activity.clone();
            let (from, to, prices, charges) = (None, None, vec![price], Charges::default());
            Some(Tariff { activity, from, to, prices, charges, most_a_month: None, adjustments: Vec::new() })
        };
        written.map(Cow::Borrowed).or_else(|| flat().map(Cow::Owned))
    }

    /// Whether it matters when a child comes to an activity and leaves: its price asks so, or children are minded there.
    pub fn counts_hours(&self, activity: &ActivityId, day: Day) -> bool {
        let minded = |one: &Activity| matches!(one.kind, ActivityKind::Childcare | ActivityKind::Leisure);
        self.activity(activity).is_some_and(minded)
            || self.tariff(activity, day).is_some_and(|tariff| tariff.asks_hours())
    }

    /// Whether a price depends on a child's abonnements: on how many days a week it usually comes.
    pub fn asks_usual_week(&self) -> bool {
        self.tariffs.iter().any(Tariff::asks_usual_week)
    }

    /// Whether a month is priced by what earlier months have charged or counted.
    pub fn asks_earlier_months(&self) -> bool {
        let joint = self.joint_prices.iter().any(JointPrice::reaches_beyond_a_month);
        joint || self.tariffs.iter().any(Tariff::asks_earlier_months)
    }

    /// The capacity that a booking of a child in an activity counts in, when there is one.
    pub fn capacity(&self, activity: &ActivityId, child: &Child) -> Option<&Capacity> {
        self.capacities.iter().find(|capacity| capacity.counts(activity, child))
    }
}
