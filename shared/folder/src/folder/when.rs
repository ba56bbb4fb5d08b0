//! For whom and when a price holds: the conditions that prices, adjustments and joint prices share.

use domain::attendance::Presence;
use domain::calendar::Range;
use domain::tariff::{Quotient, When};

use crate::source::{Section, value};

/// A quotient as `308` or `308,01`, in hundredths.
pub(crate) fn quotient(text: &str) -> Result<Quotient, String> {
    let wrong = |_| format!("« {text} » n’est pas un quotient : écrivez-le comme \"700\" ou \"308,01\".");
    value::price(text).map(Quotient).map_err(wrong)
}

/// `3`, `1-2` or `3+`.
fn counts(text: &str) -> Result<(u8, u8), String> {
    let wrong = || format!("« {text} » : écrivez \"3\", \"1-2\" ou \"3+\".");
    let number = |text: &str| text.trim().parse::<u8>().map_err(|_| wrong());
    let range = match (text.strip_suffix('+'), text.split_once('-')) {
        (Some(least), _) => (number(least)?, u8::MAX),
        (None, Some((least, most))) => (number(least)?, number(most)?),
        (None, None) => (number(text)?, number(text)?),
    };
    if range.0 <= range.1 { Ok(range) } else { Err(wrong()) }
}

/// `present`, `excused`, `unexcused`, `unbooked`.
pub(crate) fn presence(text: &str) -> Result<Presence, String> {
    match text {
        "present" => Ok(Presence::Present),
        "excused" => Ok(Presence::AbsentExcused),
        "unexcused" => Ok(Presence::AbsentUnexcused),
        "unbooked" => Ok(Presence::PresentUnbooked),
        other => Err(format!(
            "« {other} » : écrivez present, excused (absence excusée), unexcused ou unbooked (sans inscription)."
        )),
    }
}

/// Reads for whom and when a price, an adjustment or a joint price holds.
pub(super) fn when(section: &mut Section) -> Option<When> {
    let optional = |section: &mut Section, key: &str| section.has(key).then(|| section.flag(key, false));
    let qf_to = section.optional("qf_to", quotient).map(|Quotient(last)| Quotient(last + 1));
    let (from, to) = (section.day("from").map(|day| day.day), section.day("to").map(|day| day.day));
    let days = match (from, to) {
        (None, None) => None,
        (from, to) => Some(Range {
            from: from.unwrap_or(chrono::NaiveDate::MIN),
            to: to.unwrap_or(chrono::NaiveDate::MAX),
            name: String::new(),
        }),
    };
    Some(When {
        qf_from: section.optional("qf_from", quotient),
        qf_below: section.optional("qf_below", quotient).or(qf_to),
        qf_unknown: section.flag("qf_unknown", false),
        resident: optional(section, "resident"),
        rank: section.optional("rank", counts),
        children: section.optional("children", counts),
        together: section.optional("together", counts),
        classes: if section.has("classes") { section.list("classes", |text| Ok(text.to_owned())) } else { Vec::new() },
        regular: optional(section, "regular"),
        pai: optional(section, "pai"),
        days_a_week: section.optional("days_a_week", counts),
        arrived_before: section.optional("arrived_before", value::minutes),
        left_until: section.optional("left_until", value::minutes),
        days,
        presence: section.one_or_more("presence", presence),
        weekdays: section.one_or_more("weekdays", value::weekday),
    })
}
