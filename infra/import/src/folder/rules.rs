//! Rules of an activity: until when a day is booked or cancelled, as an agent writes it.

use shared::domain::calendar::Counting;
use shared::domain::deadline::{Deadline, Hour};

use crate::source::{Section, value};

/// Reads a rule: `{ days_before = 2, before = "12:00" }`, `{ weekday = "mardi", weeks_before = 1, until = "23:59" }`,
/// `{ open = true }` or `{ never = true }`.
pub(super) fn read(mut section: Section) -> Option<Deadline> {
    let kinds = ["days_before", "weekday", "open", "never"];
    let there: Vec<&str> = kinds.into_iter().filter(|kind| section.has(kind)).collect();
    let rule = match there.as_slice() {
        ["days_before"] => days_before(&mut section),
        ["weekday"] => weekly(&mut section),
        ["open"] => alone(&mut section, "open", Deadline::Open),
        ["never"] => alone(&mut section, "never", Deadline::Never),
        _ => {
            let line = section.line;
            section
                .fault(line, format!("une règle s’écrit avec une de ces clés, et une seule : {}.", kinds.join(", ")));
            return None;
        }
    };
    section.end();
    rule
}

fn days_before(section: &mut Section) -> Option<Deadline> {
    const MOST: u32 = 366;
    let days = section.number("days_before", MOST);
    let (line, has_counting) = (section.line, section.has("counting"));
    let counting = section.optional("counting", counting).or((!has_counting).then_some(Counting::Calendar));
    let hour = hour(section, line);
    Some(Deadline::DaysBefore { days: days?, counting: counting?, hour: hour? })
}

fn counting(text: &str) -> Result<Counting, String> {
    match text {
        "calendar" => Ok(Counting::Calendar),
        "working" => Ok(Counting::Working),
        "school" => Ok(Counting::School),
        other => Err(format!(
            "« {other} » : écrivez calendar (tous les jours), working (jours ouvrés) ou school (jours d’école)."
        )),
    }
}

fn weekly(section: &mut Section) -> Option<Deadline> {
    const MOST: u32 = 52;
    let weekday = section.parsed("weekday", value::weekday);
    let weeks = section.number("weeks_before", MOST);
    let line = section.line;
    let hour = hour(section, line);
    Some(Deadline::Weekly { weekday: weekday?, weeks: weeks?, hour: hour? })
}

fn hour(section: &mut Section, line: usize) -> Option<Hour> {
    let written = (section.has("before"), section.has("until"));
    let before = section.optional("before", value::minutes);
    let until = section.optional("until", value::minutes);
    match written {
        (true, false) => before.map(Hour::Before),
        (false, true) => until.map(Hour::Until),
        _ => {
            section.fault(line, "écrivez l’heure avec « before » (avant) ou « until » (jusqu’à), l’un des deux.");
            None
        }
    }
}

fn alone(section: &mut Section, key: &str, rule: Deadline) -> Option<Deadline> {
    let line = section.line;
    if section.flag(key, false) {
        return Some(rule);
    }
    section.fault(line, format!("écrivez {key} = true, ou une autre règle."));
    None
}
