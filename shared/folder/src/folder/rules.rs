//! Rules of an activity: until when a day is booked or cancelled, as an agent writes it.

use chrono::Weekday;
use domain::calendar::Counting;
use domain::day::Day;
use domain::deadline::{Batch, Deadline, Hour, Late, Period, Rule, Terms};

use crate::source::{Section, value};

/// The keys that say which kind a rule is; one of them, and only one.
const KINDS: [&str; 10] = [
    "days_before",
    "hours_before",
    "weekday",
    "by_weekday",
    "day_of_month",
    "periods",
    "annual",
    "open",
    "no_booking",
    "never",
];

/// The keys that go with a kind.
const COMPANIONS: [&str; 9] =
    ["counting", "of", "weeks_before", "months_before", "from_day_of_month", "before", "until", "on_day_off", "late"];

/// The longest way back a rule may point, in days.
const MOST_DAYS: u32 = 366;

/// Reads a deadline: a rule, perhaps moved on days off, perhaps with a late stage.
pub(super) fn read(mut section: Section) -> Option<Deadline> {
    let rule = rule(&mut section);
    let moves = moves(&mut section);
    let late = section.optional_section("late").map(late);
    section.end();
    let late = match late {
        None => None,
        Some(late) => Some(late?),
    };
    Some(Deadline { rule: rule?, moves, late })
}

fn late(mut section: Section) -> Option<Late> {
    let rule = rule(&mut section);
    let moves = moves(&mut section);
    let (line, priced) = (section.line, section.has("surcharge"));
    let surcharge = section.optional("surcharge", value::price);
    let on_request = section.flag("on_request", false);
    if priced && on_request {
        section.fault(line, "« late » : écrivez surcharge ou on_request, pas les deux.");
        return None;
    }
    section.end();
    let terms = match (priced, on_request) {
        (true, false) => Terms::Surcharge(surcharge?),
        (_, true) => Terms::OnRequest,
        (false, false) => Terms::Surcharge(0),
    };
    Some(Late { rule: rule?, moves, terms })
}

fn moves(section: &mut Section) -> Option<Counting> {
    let read = |text: &str| match text {
        "last_working_day" => Ok(Some(Counting::Working)),
        "last_school_day" => Ok(Some(Counting::School)),
        "stays" => Ok(None),
        other => Err(format!(
            "« {other} » : écrivez last_working_day (dernier jour ouvré avant), last_school_day (dernier jour d’école avant) ou stays."
        )),
    };
    section.optional("on_day_off", read).flatten()
}

fn rule(section: &mut Section) -> Option<Rule> {
    let there: Vec<&str> = KINDS.into_iter().filter(|kind| section.has(kind)).collect();
    match there.as_slice() {
        ["days_before"] => days_before(section),
        ["hours_before"] => hours_before(section),
        ["weekday"] => weekly(section),
        ["by_weekday"] => by_weekday(section),
        ["day_of_month"] => monthly(section),
        ["periods"] => periods(section),
        ["annual"] => annual(section),
        ["open"] => alone(section, "open", Rule::Open),
        ["no_booking"] => alone(section, "no_booking", Rule::NoBooking),
        ["never"] => alone(section, "never", Rule::Never),
        _ => {
            let line = section.line;
            section
                .fault(line, format!("une règle s’écrit avec une de ces clés, et une seule : {}.", KINDS.join(", ")));
            section.pass_over(&KINDS);
            section.pass_over(&COMPANIONS);
            None
        }
    }
}

fn days_before(section: &mut Section) -> Option<Rule> {
    let days = section.number("days_before", MOST_DAYS);
    let (line, has_counting) = (section.line, section.has("counting"));
    let counting = section.optional("counting", counting).or((!has_counting).then_some(Counting::Calendar));
    let hour = hour(section, line);
    Some(Rule::DaysBefore { days: days?, counting: counting?, hour: hour? })
}

fn hours_before(section: &mut Section) -> Option<Rule> {
    let hours = section.number("hours_before", MOST_DAYS * 24);
    let from = section.parsed("of", value::minutes);
    Some(Rule::HoursBefore { hours: hours?, from: from? })
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

/// `weekday`, `weeks_before` and an hour.
fn weekday_hour(section: &mut Section) -> Option<(Weekday, u32, Hour)> {
    const MOST: u32 = 52;
    let weekday = section.parsed("weekday", value::weekday);
    let weeks = section.number("weeks_before", MOST);
    let line = section.line;
    let hour = hour(section, line);
    Some((weekday?, weeks?, hour?))
}

fn weekly(section: &mut Section) -> Option<Rule> {
    let (weekday, weeks, hour) = weekday_hour(section)?;
    Some(Rule::Weekly { weekday, weeks, hour })
}

fn by_weekday(section: &mut Section) -> Option<Rule> {
    let mut seen: Vec<Weekday> = Vec::new();
    let mut sound = true;
    let mut batches = Vec::new();
    for mut inner in section.sections("by_weekday") {
        let line = inner.line;
        let service = inner.list("for", value::weekday);
        if let Some(twice) = service.iter().find(|day| seen.contains(day)) {
            let day = domain::day::weekday_name(*twice);
            inner.fault(line, format!("« for » : le {day} a déjà une limite."));
            sound = false;
        }
        seen.extend(&service);
        let read = weekday_hour(&mut inner);
        inner.end();
        match read {
            Some((weekday, weeks, hour)) => batches.push(Batch { service, weekday, weeks, hour }),
            None => sound = false,
        }
    }
    sound.then_some(Rule::ByWeekday { batches })
}

fn monthly(section: &mut Section) -> Option<Rule> {
    const DAYS: u32 = 31;
    const MONTHS: u32 = 12;
    let day = section.number("day_of_month", DAYS);
    let months = section.number("months_before", MONTHS);
    let has_from = section.has("from_day_of_month");
    let from_day = if has_from { Some(section.number("from_day_of_month", DAYS)?) } else { None };
    let line = section.line;
    let hour = hour(section, line);
    if from_day.zip(day).is_some_and(|(from, to)| from > to) {
        section.fault(line, "« from_day_of_month » est après « day_of_month ».");
        return None;
    }
    Some(Rule::Monthly { day: day?, months: months?, hour: hour?, from_day })
}

fn periods(section: &mut Section) -> Option<Rule> {
    let inner = section.sections("periods");
    let count = inner.len();
    let periods: Vec<Period> = inner.into_iter().filter_map(period).collect();
    let line = section.line;
    for (at, one) in periods.iter().enumerate() {
        let span = |period: &Period| value::Span { from: period.from, to: period.to };
        if periods.iter().take(at).any(|other| span(one).meets(span(other))) {
            section.fault(line, "« periods » : deux périodes ont des jours en commun.");
            return None;
        }
    }
    (periods.len() == count).then_some(Rule::Periods { periods })
}

fn period(mut section: Section) -> Option<Period> {
    let line = section.line;
    let mut day = |key: &str| section.day(key).map(|written| written.day);
    let (from, to, opens, closes) = (day("from"), day("to"), day("opens"), day("closes"));
    let opens_at = section.optional("opens_at", value::minutes);
    let hour = hour(&mut section, line);
    let opens: Option<(Day, u16)> = opens.map(|day| (day, opens_at.unwrap_or_default()));
    if closes.is_none() {
        section.fault(line, "la clé « closes » manque : le jour où les inscriptions ferment.");
    }
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        section.fault(line, "« to » est avant « from ».");
    }
    if opens.zip(closes).is_some_and(|((opens, _), closes)| closes < opens) {
        section.fault(line, "« closes » est avant « opens ».");
        return None;
    }
    section.end();
    Some(Period { from, to, opens, closes: closes?, hour: hour? })
}

/// `annual = "31 août"` with an hour, or `annual = "fixed"`.
fn annual(section: &mut Section) -> Option<Rule> {
    let day = section.parsed("annual", |text| match text {
        "fixed" => Ok(None),
        text => value::day_of_year(text).map(Some),
    })?;
    let Some((month, number)) = day else { return Some(Rule::Annual { until: None }) };
    let line = section.line;
    let hour = hour(section, line)?;
    Some(Rule::Annual { until: Some((month, number, hour)) })
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

fn alone(section: &mut Section, key: &str, rule: Rule) -> Option<Rule> {
    let line = section.line;
    if section.flag(key, false) {
        return Some(rule);
    }
    section.fault(line, format!("écrivez {key} = true, ou une autre règle."));
    None
}
