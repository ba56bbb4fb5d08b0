//! Tariffs in `activities.toml`: what families pay, as an agent writes it.

use std::collections::HashSet;

use domain::calendar::Range;
use domain::id::ActivityId;
use domain::tariff::{Absences, Amount, Charge, Charges, LateLeaving, Per, Price, Quotient, Tariff, When};

use crate::source::{Section, value};

const MOST_DAYS: u32 = 366;

/// Reads the tariffs; an ill-written one is a fault and left out.
pub(super) fn read(section: &mut Section, activities: &HashSet<ActivityId>) -> Vec<Tariff> {
    let mut tariffs: Vec<Tariff> = Vec::new();
    for inner in section.sections("tariff") {
        tariffs.extend(tariff(inner, activities, &tariffs));
    }
    tariffs
}

fn tariff(mut section: Section, activities: &HashSet<ActivityId>, others: &[Tariff]) -> Option<Tariff> {
    let line = section.line;
    let activity: Option<ActivityId> = section.parsed("activity", value::id);
    if let Some(unknown) = activity.as_ref().filter(|activity| !activities.contains(*activity)) {
        section.fault(line, format!("« activity » : l’activité « {unknown} » n’est pas dans ce fichier."));
    }
    let (from, to) = (section.day("from").map(|day| day.day), section.day("to").map(|day| day.day));
    let charges = charges(&mut section);
    let most_a_month = section.optional("most_a_month", value::price);
    let inner = section.sections("prices");
    if inner.is_empty() {
        section.fault(line, "« prices » : écrivez au moins un prix, comme prices = [{ amount = \"3,70\" }].");
    }
    let count = inner.len();
    let prices: Vec<Price> = inner.into_iter().filter_map(price).collect();
    let span = value::Span { from, to };
    let other = |one: &&Tariff| {
        activity.as_ref() == Some(&one.activity) && span.meets(value::Span { from: one.from, to: one.to })
    };
    if !span.is_ordered() {
        section.fault(line, "« to » est avant « from ».");
    } else if others.iter().find(other).is_some() {
        section.fault(line, "cette activité a déjà un tarif certains de ces jours.");
    }
    section.end();
    let sound = prices.len() == count && count > 0;
    let tariff = Tariff { activity: activity?, from, to, prices, charges: charges?, most_a_month };
    sound.then_some(tariff)
}

fn charges(section: &mut Section) -> Option<Charges> {
    let usual = Charges::default();
    let excused = section.optional("excused", charge).unwrap_or(usual.excused);
    let unexcused = section.optional("unexcused", charge).unwrap_or(usual.unexcused);
    let unbooked = section.optional("unbooked", charge).unwrap_or(usual.unbooked);
    let unbooked_from = section.number_or("unbooked_from", MOST_DAYS, 1)?;
    let absences = Absences {
        first_due: section.number_or("first_days_due", MOST_DAYS, 0)?,
        at_least: section.number_or("excused_from_days", MOST_DAYS, 0)?,
        at_most: section.number_or("excused_up_to_days", MOST_DAYS, 0)?,
    };
    let late_leaving = match section.optional_section("late_leaving") {
        None => None,
        Some(mut inner) => {
            let after = inner.parsed("after", value::minutes);
            let every = inner.number_or("every", 1440, 0);
            let cents = inner.parsed("price", value::price);
            inner.end();
            Some(LateLeaving { after: after?, every: u16::try_from(every?).ok()?, cents: cents? })
        }
    };
    Some(Charges { excused, absences, unexcused, unbooked, unbooked_from, late_leaving })
}

/// `full`, `free`, `50 %`, `5,49` instead, `+2,50` more, `-3,85` given back.
fn charge(text: &str) -> Result<Charge, String> {
    const MOST: u32 = 1000;
    let percent = |text: &str| text.trim_end().parse::<u32>().ok().filter(|percent| *percent <= MOST);
    Ok(match text {
        "full" => Charge::Full,
        "free" => Charge::Free,
        _ => match (text.strip_suffix('%'), text.strip_prefix('+'), text.strip_prefix('-')) {
            (Some(share), ..) => Charge::Percent(percent(share).ok_or_else(|| help(text))?),
            (_, Some(more), _) => Charge::More(value::price(more)?),
            (_, _, Some(back)) => Charge::Back(value::price(back)?),
            _ => Charge::Instead(value::price(text).map_err(|_| help(text))?),
        },
    })
}

fn help(text: &str) -> String {
    format!(
        "« {text} » : écrivez full, free, \"50 %\", \"5,49\" (ce prix-là), \"+2,50\" (en plus) ou \"-3,85\" (rendu)."
    )
}

fn price(mut section: Section) -> Option<Price> {
    let line = section.line;
    let name = section.optional("name", |text| Ok(text.to_owned()));
    let amount = amount(&mut section, line);
    let when = when(&mut section);
    let per = per(&mut section);
    if per == Some(Per::Term) && when.as_ref().is_some_and(|when| when.days.is_none()) {
        section.fault(line, "« per » : un prix d’une période (term) dit aussi « from » et « to ».");
    }
    section.end();
    Some(Price { name, when: when?, amount: amount?, per: per? })
}

fn amount(section: &mut Section, line: usize) -> Option<Amount> {
    match (section.has("amount"), section.has("rate")) {
        (true, false) => section.parsed("amount", value::price).map(Amount::Fixed),
        (false, true) => {
            let millionths = section.parsed("rate", rate);
            let least = section.optional("least", value::price).unwrap_or_default();
            let most = section.optional("most", value::price);
            Some(Amount::Rate { millionths: millionths?, least, most })
        }
        _ => {
            section.fault(line, "un prix dit soit « amount », soit « rate ».");
            section.pass_over(&["amount", "rate", "least", "most"]);
            None
        }
    }
}

/// `0,55 %` in millionths.
fn rate(text: &str) -> Result<u32, String> {
    let wrong = || format!("« {text} » n’est pas un taux : écrivez-le comme \"0,55 %\".");
    let number = text.strip_suffix('%').ok_or_else(wrong)?.trim_end();
    let (whole, part) = number.split_once([',', '.']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 4;
    if whole.is_empty() || whole.len() > 2 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    format!("{whole}{part:0<4}").parse().map_err(|_| wrong())
}

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

fn when(section: &mut Section) -> Option<When> {
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
    })
}

fn per(section: &mut Section) -> Option<Per> {
    let (line, minutes) = (section.line, section.has("minutes"));
    let named = section.optional("per", |text| {
        Ok(Some(match text {
            "day" => Per::Day,
            "week" => Per::Week,
            "month" => Per::Month,
            "term" => Per::Term,
            "year" => Per::Year,
            "year_of_family" => Per::YearOfFamily,
            "started" => return Ok(None),
            other => {
                return Err(format!(
                    "« {other} » : écrivez day, started (avec minutes), week, month, term, year ou year_of_family."
                ));
            }
        }))
    });
    match (named, minutes) {
        (None, false) => Some(Per::Day),
        (Some(Some(per)), false) => Some(per),
        (None | Some(None), true) => {
            let minutes = section.number("minutes", 1440).filter(|minutes| *minutes > 0);
            let grace = section.number_or("grace", 1440, 0);
            Some(Per::Started { minutes: u16::try_from(minutes?).ok()?, grace: u16::try_from(grace?).ok()? })
        }
        _ => {
            section.fault(line, "« minutes » va avec per = \"started\".");
            section.pass_over(&["minutes", "grace"]);
            None
        }
    }
}
