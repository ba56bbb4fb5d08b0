//! Tariffs in `activities.toml`: what families pay, as an agent writes it.

use std::collections::HashSet;

use domain::attendance::Presence;
use domain::id::ActivityId;
use domain::tariff::{Absences, Again, Amount, Charge, Charges, LateLeaving, Per, Price, Tariff, When, Within};

use super::adjustments;
use super::when::when;
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
    let adjustments = adjustments::read(&mut section, &prices);
    let span = value::Span { from, to };
    let other = |one: &&Tariff| {
        activity.as_ref() == Some(&one.activity) && span.meets(value::Span { from: one.from, to: one.to })
    };
    if !span.is_ordered() {
        section.fault(line, "« to » est avant « from ».");
    } else if others.iter().find(other).is_some() {
        section.fault(line, "cette activité a déjà un tarif certains de ces jours.");
    }
    if charges.iter().flat_map(Charges::all).any(|charge| matches!(charge, Charge::Minutes(_)))
        && !prices.iter().all(|price| matches!(price.per, Per::Started { .. }))
    {
        section.fault(
            line,
            "une absence de tant d’heures va avec des prix d’heures\u{a0}: per = \"started\", minutes = 60.",
        );
    }
    let whens = prices.iter().map(|price| &price.when);
    let adjusted = adjustments.iter().flatten().map(|adjustment| &adjustment.when);
    if let Some(charges) = &charges
        && let Some(state) = whens.chain(adjusted).find_map(|when| never_asked(when, charges))
    {
        section.fault(line, state);
    }
    section.end();
    let sound = prices.len() == count && count > 0;
    let (activity, charges, adjustments) = (activity?, charges?, adjustments?);
    let tariff = Tariff { activity, from, to, prices, charges, most_a_month, adjustments };
    sound.then_some(tariff)
}

/// What is wrong of a price for a state of the day that costs the same whatever the price is.
fn never_asked(when: &When, charges: &Charges) -> Option<String> {
    let charge = |presence: &Presence| charges.of(Some(*presence), true, u32::MAX);
    let all = |alone: bool| alone && !when.presence.is_empty();
    all(when.presence.iter().all(|presence| charge(presence).stands_alone())).then(|| {
        let (word, key) = match when.presence.first() {
            Some(Presence::AbsentExcused) => ("une absence excusée", "excused"),
            Some(Presence::AbsentUnexcused) => ("une absence non excusée", "unexcused"),
            _ => ("une présence sans réservation", "unbooked"),
        };
        format!(
            "« presence » : {word} ne coûte ici pas le prix, donc aucun prix ni ajustement n’y change rien\u{a0}: écrivez \
             aussi {key} = \"full\"."
        )
    })
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
        due: section.one_or_more("days_due", day_numbers),
    };
    let unexcused_again = section.optional_section("unexcused_again").map(|inner| again(inner, charge));
    let unbooked_again = section.optional_section("unbooked_again").map(|inner| again(inner, charge));
    let late_leaving = match section.optional_section("late_leaving") {
        None => None,
        Some(mut inner) => {
            let after = inner.parsed("after", value::minutes);
            let every = inner.number_or("every", 1440, 0);
            let cents = inner.parsed("price", value::price);
            let again = inner.optional_section("again").map(|inner| again(inner, value::price));
            inner.end();
            let again = again.map_or(Some(None), |again| again.map(Some))?;
            Some(LateLeaving { after: after?, every: u16::try_from(every?).ok()?, cents: cents?, again })
        }
    };
    let unexcused_again = unexcused_again.map_or(Some(None), |again| again.map(Some))?;
    let unbooked_again = unbooked_again.map_or(Some(None), |again| again.map(Some))?;
    Some(Charges {
        excused,
        absences,
        unexcused,
        unbooked,
        unbooked_from,
        unbooked_again,
        unexcused_again,
        late_leaving,
    })
}

/// `{ within = "school_year", steps = [{ from = 3, price = "15,00" }] }`: what it costs once it has happened before.
fn again<T>(mut section: Section, cost: impl Fn(&str) -> Result<T, String> + Copy) -> Option<Again<T>> {
    let line = section.line;
    let within = section.parsed("within", |text| match text {
        "month" => Ok(Within::Month),
        "school_year" => Ok(Within::SchoolYear),
        other => {
            Err(format!("« {other} » : écrivez month (compté dans le mois) ou school_year (dans l’année scolaire)."))
        }
    });
    let inner = section.sections("steps");
    let count = inner.len();
    let step = |mut inner: Section| {
        let step = (inner.number("from", MOST_DAYS), inner.parsed("price", cost));
        inner.end();
        Some((step.0?, step.1?))
    };
    let steps: Vec<(u32, T)> = inner.into_iter().filter_map(step).collect();
    if count == 0 {
        section.fault(line, "« steps » : écrivez au moins une étape, comme steps = [{ from = 3, price = \"15,00\" }].");
    }
    if steps.first().is_some_and(|(from, _)| *from < 2) || steps.windows(2).any(|two| two[1].0 <= two[0].0) {
        section.fault(
            line,
            "« steps » : la première fois est déjà dite\u{a0}; écrivez les suivantes dans l’ordre, à partir de 2.",
        );
    }
    section.end();
    let sound = steps.len() == count && count > 0;
    Some(Again { within: within?, steps }).filter(|_| sound)
}

/// `1` or `3-4`: days of an absence, from 1.
fn day_numbers(text: &str) -> Result<(u32, u32), String> {
    let wrong = || format!("« {text} » : écrivez les jours dus d’une absence comme \"1\" ou \"3-4\".");
    let number =
        |text: &str| text.trim().parse::<u32>().ok().filter(|day| (1..=MOST_DAYS).contains(day)).ok_or_else(wrong);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let days = (number(first)?, number(last)?);
    if days.0 <= days.1 { Ok(days) } else { Err(wrong()) }
}

/// `full`, `free`, `50 %`, `+30 %`, `5,49` instead, `+2,50` more, `-3,85` given back, `5 h` of the price.
fn charge(text: &str) -> Result<Charge, String> {
    const MOST: u32 = 1000;
    let percent = |text: &str| text.trim_end().parse::<u32>().ok().filter(|percent| *percent <= MOST);
    let hours = |text: &str| text.trim().parse::<u16>().ok().filter(|hours| (1..=24).contains(hours));
    Ok(match text {
        "full" => Charge::Full,
        "free" => Charge::Free,
        _ if text.ends_with(" h") => {
            let hours = text.strip_suffix(" h").and_then(hours).ok_or_else(|| help(text))?;
            Charge::Minutes(60 * hours)
        }
        _ if text.starts_with('+') && text.ends_with('%') => {
            let more = text.trim_matches(['+', '%']).trim_start();
            Charge::Percent(100 + percent(more).ok_or_else(|| help(text))?)
        }
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
        "« {text} » : écrivez full, free, \"50 %\", \"+30 %\", \"5,49\" (ce prix-là), \"+2,50\" (en plus), \"-3,85\" (rendu) ou \
         \"5 h\" (tant d’heures du prix)."
    )
}

fn price(mut section: Section) -> Option<Price> {
    let line = section.line;
    let name = section.optional("name", |text| Ok(text.to_owned()));
    let amount = amount(&mut section, line);
    let when = when(&mut section);
    let per = per(&mut section);
    if matches!(amount, Some(Amount::OfFamily { .. })) && per.is_some_and(|per| per != Per::Day) {
        section
            .fault(line, "« family_day » est le prix d’un jour\u{a0}: il ne va ni avec « per » ni avec « minutes ».");
    }
    if per == Some(Per::Term) && when.as_ref().is_some_and(|when| when.days.is_none()) {
        section.fault(line, "« per » : un prix d’une période (term) dit aussi « from » et « to ».");
    }
    section.end();
    Some(Price { name, when: when?, amount: amount?, per: per? })
}

fn amount(section: &mut Section, line: usize) -> Option<Amount> {
    match (section.has("amount"), section.has("rate"), section.has("family_day")) {
        (false, false, true) => of_family(section, line),
        (true, false, false) => section.parsed("amount", value::price).map(Amount::Fixed),
        (false, true, false) => {
            let millionths = section.parsed("rate", rate);
            let least = section.optional("least", value::price).unwrap_or_default();
            let most = section.optional("most", value::price);
            Some(Amount::Rate { millionths: millionths?, least, most })
        }
        _ => {
            section.fault(line, "un prix dit soit « amount », soit « rate », soit « family_day ».");
            section.pass_over(&["amount", "rate", "least", "most", "family_day", "each_more"]);
            None
        }
    }
}

/// `family_day = ["2,80", "4,65", "6,70"]`: of one child, two, three of the family together.
fn of_family(section: &mut Section, line: usize) -> Option<Amount> {
    let steps = section.list("family_day", value::price);
    let each_more = section.optional("each_more", value::price);
    if steps.len() < 2 {
        section.fault(
            line,
            "« family_day » dit le prix d’un enfant, de deux, de trois… de la famille\u{a0}: [\"2,80\", \"4,65\"].",
        );
    }
    if steps.windows(2).any(|two| two[1] < two[0]) {
        section.fault(line, "« family_day » : plusieurs enfants ensemble ne paient pas moins qu’un seul d’entre eux.");
    }
    (steps.len() > 1).then_some(Amount::OfFamily { steps, each_more })
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
            let (grace, least) = (section.number_or("grace", 1440, 0), section.number_or("at_least", 1440, 0));
            let [minutes, grace, least] = [minutes?, grace?, least?].map(u16::try_from);
            Some(Per::Started { minutes: minutes.ok()?, grace: grace.ok()?, least: least.ok()? })
        }
        _ => {
            section.fault(line, "« minutes » va avec per = \"started\".");
            section.pass_over(&["minutes", "grace", "at_least"]);
            None
        }
    }
}
