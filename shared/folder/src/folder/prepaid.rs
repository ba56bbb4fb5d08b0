//! How an activity sells tickets, in `activities.toml`.

use domain::activity::Activity;
use domain::deadline::Terms;
use domain::tariff::{Per, Tariff, When};
use domain::wallet::{Counts, Prepaid};

use crate::source::Section;

/// The most tickets sold at once.
const MOST: u32 = 100;

/// `{ packs = [10, 20], counts = "payment", per_child = true, without_ticket = true }`; all but the packs has a default.
pub(super) fn read(mut section: Section) -> Option<Prepaid> {
    let line = section.line;
    let packs = section.numbers("packs", MOST);
    if packs.is_empty() {
        section.fault(line, "« packs » : écrivez combien de tickets se vendent à la fois, comme packs = [10].");
    }
    let counts = section.optional("counts", |text| match text {
        "issue" => Ok(Counts::AtIssue),
        "payment" => Ok(Counts::AtPayment),
        other => Err(format!("« {other} » : écrivez issue (dès la facture) ou payment (une fois payés).")),
    });
    let (per_child, without_ticket) = (section.flag("per_child", false), section.flag("without_ticket", false));
    section.end();
    Some(Prepaid { packs, counts: counts.unwrap_or(Counts::AtIssue), per_child, without_ticket })
}

/// A ticket pays one day, whole: no price of a week or an hour, and nothing more for booking late.
pub(super) fn check(section: &Section, activities: &[Activity], tariffs: &[Tariff]) {
    for activity in activities.iter().filter(|activity| activity.prepaid.is_some()) {
        let late = activity.book.late.as_ref().map(|late| late.terms);
        if matches!(late, Some(Terms::Surcharge(1..))) {
            let message = "se paie par tickets : une réservation tardive n’y a pas de supplément.";
            section.fault(section.line, format!("l’activité « {} » {message}", activity.id));
        }
        let of_activity = tariffs.iter().filter(|tariff| tariff.activity == activity.id);
        if of_activity.clone().any(Tariff::asks_position) {
            let message = "se paie par tickets, un par enfant : le prix du jour de la famille (family_day) n’y va pas.";
            section.fault(section.line, format!("l’activité « {} » {message}", activity.id));
        }
        if of_activity.clone().flat_map(|tariff| &tariff.adjustments).any(|one| asks_the_day(&one.when)) {
            let message = "se paie par tickets : un ajustement n’y dépend pas du jour (presence, weekdays, together, \
                           regular, days_a_week, heures).";
            section.fault(section.line, format!("l’activité « {} » {message}", activity.id));
        }
        if of_activity.flat_map(|tariff| &tariff.prices).any(|price| price.per != Per::Day) {
            let message = "se paie par tickets : ses prix sont ceux d’un jour.";
            section.fault(section.line, format!("l’activité « {} » {message}", activity.id));
        }
    }
}

/// Whether it holds on some days alone: a ticket is bought before anybody knows of which day it will be.
fn asks_the_day(when: &When) -> bool {
    let counted = when.together.is_some() || when.days_a_week.is_some() || when.regular.is_some();
    let hours = when.arrived_before.is_some() || when.left_until.is_some();
    counted || hours || !when.presence.is_empty() || !when.weekdays.is_empty()
}
