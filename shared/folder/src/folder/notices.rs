//! `information.toml`, when it is there: news, menus, rules to accept, and who answers in law.

use std::collections::BTreeMap;

use domain::activity::Activity;
use domain::day::{Day, Week};
use domain::id::ActivityId;
use domain::notice::{Legal, MenuDay, News, Rules};

use crate::source::{Reading, Section, value};

/// The file; a folder need not have it.
pub(super) const FILE: &str = "information.toml";

/// What an organisation tells its families beside its texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// Each with its identifier.
    pub news: Vec<(String, News)>,
    /// The weeks of each canteen.
    pub menus: Vec<MenuRow>,
    /// Rules to accept.
    pub rules: Vec<Rules>,
    /// Who answers in law.
    pub legal: Legal,
}

/// The menus of a canteen in a week.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MenuRow {
    /// The canteen.
    pub activity: ActivityId,
    /// The Monday of the week.
    pub monday: Day,
    /// Its days, in order.
    pub days: Vec<MenuDay>,
}

/// Reads the file; what is ill-written is a fault and left out.
pub(super) fn read(reading: &Reading, activities: &[Activity]) -> Notices {
    if !reading.dir.join(FILE).exists() {
        return Notices::default();
    }
    let Some(text) = reading.text(FILE) else { return Notices::default() };
    let Some(mut section) = Section::of_file(reading, FILE, &text) else { return Notices::default() };
    let mut notices = Notices::default();
    for inner in section.sections("news") {
        let line = inner.line;
        match news(inner) {
            Some((id, _)) if notices.news.iter().any(|(known, _)| *known == id) => {
                section.fault(line, format!("« {id} » est déjà le nom d’une actualité."));
            }
            one => notices.news.extend(one),
        }
    }
    for inner in section.sections("rules") {
        let line = inner.line;
        match rules(inner) {
            Some(one) if notices.rules.iter().any(|known| known.id == one.id) => {
                section.fault(line, format!("« {} » est déjà le nom d’un règlement.", one.id));
            }
            one => notices.rules.extend(one),
        }
    }
    notices.menus = menus(&mut section, activities);
    notices.legal = section.optional_section("legal").map(legal).unwrap_or_default();
    section.end();
    notices
}

fn news(mut section: Section) -> Option<(String, News)> {
    // An activity's identifier has the form of every other.
    let id: Option<ActivityId> = section.parsed("id", value::id);
    let (title, text) = (section.text("title"), paragraphs(&mut section));
    let line = section.line;
    if !section.has("day") {
        section.fault(line, "« day » : écrivez le jour de l’actualité.");
    }
    let (day, from, to) = (section.day("day"), section.day("from"), section.day("to"));
    let (day, from, to) = (day.map(|day| day.day), from.map(|day| day.day), to.map(|day| day.day));
    section.end();
    Some((id?.to_string(), News { title: title?, text, day: day?, from, to }))
}

fn rules(mut section: Section) -> Option<Rules> {
    let id: Option<ActivityId> = section.parsed("id", value::id);
    let (title, version) = (section.text("title"), section.number("version", 10_000));
    let text = paragraphs(&mut section);
    let line = section.line;
    if !section.has("day") {
        section.fault(line, "« day » : écrivez depuis quand ce règlement vaut.");
    }
    let day = section.day("day").map(|day| day.day);
    section.end();
    Some(Rules { id: id?.to_string(), title: title?, version: version?, day: day?, text })
}

fn paragraphs(section: &mut Section) -> String {
    section.list("paragraphs", |text| Ok(text.to_owned())).join("\n\n")
}

/// A day of a canteen each; those of one week are kept together.
fn menus(section: &mut Section, activities: &[Activity]) -> Vec<MenuRow> {
    let mut weeks: BTreeMap<(ActivityId, Day), Vec<MenuDay>> = BTreeMap::new();
    for mut inner in section.sections("menu") {
        let line = inner.line;
        let activity: Option<ActivityId> = inner.parsed("activity", value::id);
        if !inner.has("day") {
            inner.fault(line, "« day » : écrivez le jour du menu.");
        }
        let day = inner.day("day").map(|day| day.day);
        let dishes = inner.list("dishes", |text| Ok(text.to_owned()));
        let mut optional = |key: &str| inner.optional(key, |text| Ok(text.to_owned())).unwrap_or_default();
        let (labels, allergens) = (optional("labels"), optional("allergens"));
        inner.end();
        let Some((activity, day)) = activity.zip(day) else { continue };
        if !activities.iter().any(|known| known.id == activity) {
            section.fault(line, format!("« activity » : l’activité « {activity} » n’est pas dans activities.toml."));
            continue;
        }
        let days = weeks.entry((activity, Week::of(day).monday())).or_default();
        if days.iter().any(|menu| menu.day == day) {
            section.fault(line, format!("le menu du {day} est déjà écrit."));
            continue;
        }
        days.push(MenuDay { day, dishes, labels, allergens });
    }
    weeks
        .into_iter()
        .map(|((activity, monday), mut days)| {
            days.sort_by_key(|menu| menu.day);
            MenuRow { activity, monday, days }
        })
        .collect()
}

fn legal(mut section: Section) -> Legal {
    let own = |text: &str| Ok(text.to_owned());
    let (publisher, dpo_name) = (section.optional("publisher", own), section.optional("dpo_name", own));
    let dpo_mel = section.optional("dpo_mel", value::mel);
    let retention = if section.has("retention") { section.list("retention", own) } else { Vec::new() };
    section.end();
    Legal { publisher, dpo_name, dpo_mel, retention }
}
