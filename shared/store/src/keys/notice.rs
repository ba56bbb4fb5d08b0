//! The keys of what an organisation tells its families.

use super::prefix::{ACCEPTANCE, MENU, NEWS, ORGANISATION};
use super::{Key, Span, beginning, key};
use domain::day::Week;
use domain::id::{AccountId, ActivityId, OrganisationId};

/// The rules and the legal part of an organisation's folder.
pub fn published(organisation: &OrganisationId) -> Key {
    key(format!("{ORGANISATION}{organisation}"), "PUBLISHED")
}

/// A piece of news.
pub fn news(organisation: &OrganisationId, id: &str) -> Key {
    key(format!("{NEWS}{organisation}"), id)
}

/// All news of an organisation.
pub fn all_news(organisation: &OrganisationId) -> Span {
    beginning(format!("{NEWS}{organisation}"), "")
}

/// The menus of a canteen in a week.
pub fn menu(organisation: &OrganisationId, week: Week, activity: &ActivityId) -> Key {
    key(format!("{MENU}{organisation}"), format!("{}#{activity}", week.monday()))
}

/// All menus of an organisation in a week.
pub fn menus(organisation: &OrganisationId, week: Week) -> Span {
    beginning(format!("{MENU}{organisation}"), &format!("{}#", week.monday()))
}

/// That an adult accepted a version of rules.
pub fn acceptance(organisation: &OrganisationId, account: &AccountId, rules: &str, version: u32) -> Key {
    key(format!("{ACCEPTANCE}{organisation}"), format!("{account}#{rules}#{version}"))
}

/// All that an adult accepted of an organisation.
pub fn acceptances_of(organisation: &OrganisationId, account: &AccountId) -> Span {
    beginning(format!("{ACCEPTANCE}{organisation}"), &format!("{account}#"))
}

/// All that was accepted of an organisation.
pub fn acceptances(organisation: &OrganisationId) -> Span {
    beginning(format!("{ACCEPTANCE}{organisation}"), "")
}
