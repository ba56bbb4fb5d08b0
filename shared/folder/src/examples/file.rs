//! The examples as they are written, with their faults by line.

use std::path::Path;

use domain::activity::Activity;
use domain::attendance::Presence;
use domain::day::{Day, parse_day};
use domain::deadline::Hour;
use domain::id::ActivityId;
use domain::planning::Want;
use domain::situation::Situation;
use domain::tariff::Quotient;

use crate::fault::FolderError;
use crate::folder::{presence, quotient};
use crate::source::{Reading, Section, value};

const FILE: &str = "examples.toml";

/// One example.
pub(super) struct Example {
    line: usize,
    /// The example in words.
    pub(super) text: String,
    /// What it asks.
    pub(super) asked: Asked,
}

/// What an example asks.
pub(super) enum Asked {
    /// Until when a click is accepted.
    Deadline(Deadline),
    /// Whether clicks at an instant are accepted.
    Request(Request),
    /// What a family is charged.
    Price(Price),
    /// What this version cannot answer; what that needs.
    Later(String),
}

/// A click.
pub(super) struct Click {
    /// What it wants.
    pub(super) want: Want,
    /// In what.
    pub(super) activity: ActivityId,
}

/// Until when a click is accepted.
pub(super) struct Deadline {
    /// The click.
    pub(super) click: Click,
    /// The day of service.
    pub(super) day: Day,
    /// The day of the limit.
    pub(super) last: Day,
    /// The hour of the limit.
    pub(super) hour: Hour,
    /// Whether it is accepted after the limit, at a surcharge.
    pub(super) late: bool,
}

/// Whether clicks at an instant are accepted.
pub(super) struct Request {
    /// The click, the same on every day.
    pub(super) click: Click,
    /// The days of service.
    pub(super) days: Vec<Day>,
    /// The day of the clicks.
    pub(super) on: Day,
    /// Their minute, from 0:00.
    pub(super) minutes: u16,
    /// Whether they are accepted.
    pub(super) accepted: bool,
    /// The child's class.
    pub(super) class: Option<String>,
    /// The day the child was born.
    pub(super) born: Option<Day>,
}

/// What a family is charged for what its children took.
pub(super) struct Price {
    /// The sum, in cents, or words of what has no price.
    pub(super) total: Result<i64, String>,
    /// The quotient, when it is known.
    pub(super) qf: Option<Quotient>,
    /// Quotient and residence from a day on.
    pub(super) situations: Vec<Situation>,
    /// Whether the family lives elsewhere.
    pub(super) outside: bool,
    /// How many children it has.
    pub(super) children: u32,
    /// What they took.
    pub(super) takes: Vec<Take>,
}

/// So many days of an activity in a row, each the same.
pub(super) struct Take {
    /// In what.
    pub(super) activity: ActivityId,
    /// Which child, from 1, the eldest.
    pub(super) child: u32,
    /// On how many of the activity's weekdays.
    pub(super) times: u32,
    /// From which day on.
    pub(super) from: Day,
    /// The days themselves, where they are written.
    pub(super) days: Vec<Day>,
    /// What an agent saw.
    pub(super) presence: Option<Presence>,
    /// When it came, in minutes.
    pub(super) arrived: Option<u16>,
    /// When it left, in minutes.
    pub(super) left: Option<u16>,
    /// What booking late cost more, in cents.
    pub(super) surcharge: u32,
    /// Booked by an abonnement.
    pub(super) regular: bool,
    /// The child's class.
    pub(super) class: Option<String>,
    /// The child has its own meal.
    pub(super) pai: bool,
}

/// Reads the examples in the order of the file.
pub(super) fn read(dir: &Path, today: Day, activities: &[Activity]) -> Result<Vec<Example>, Vec<FolderError>> {
    let reading = Reading::new(dir, today);
    let text = reading.text(FILE);
    let examples = text.as_deref().and_then(|text| Section::of_file(&reading, FILE, text)).map(|mut file| {
        let mut examples: Vec<Example> = Vec::new();
        let mut take = |key: &str, read: fn(&mut Section, &[Activity]) -> Option<Asked>| {
            examples.extend(file.sections(key).into_iter().filter_map(|section| example(section, activities, read)));
        };
        take("deadline", deadline);
        take("request", request);
        take("price", price);
        take("later", |section, _| section.text("needs").map(Asked::Later));
        file.end();
        examples.sort_by_key(|example| example.line);
        examples
    });
    let Reading { faults, .. } = reading;
    faults.conclude()?;
    Ok(examples.unwrap_or_default())
}

fn example(
    mut section: Section,
    activities: &[Activity],
    read: fn(&mut Section, &[Activity]) -> Option<Asked>,
) -> Option<Example> {
    let (line, text) = (section.line, section.text("text"));
    let asked = read(&mut section, activities);
    section.end();
    Some(Example { line, text: text?, asked: asked? })
}

fn click(section: &mut Section, activities: &[Activity]) -> Option<Click> {
    let want = section.parsed("action", |text| {
        one_of(text, &[("book", Want::Booked), ("cancel", Want::Free)], "book (réserver) ou cancel (annuler)")
    });
    let activity = section.parsed("activity", |text| known(text, activities));
    Some(Click { want: want?, activity: activity? })
}

fn deadline(section: &mut Section, activities: &[Activity]) -> Option<Asked> {
    let line = section.line;
    let click = click(section, activities);
    if !section.has("day") {
        section.fault(line, "la clé « day » manque.");
    }
    let day = section.day("day").map(|written| written.day);
    let last = section.parsed("last", moment);
    let until = section.parsed("boundary", |text| {
        one_of(text, &[("before", false), ("until", true)], "before (avant) ou until (jusqu’à)")
    });
    let late = section.optional("after", |text| {
        one_of(text, &[("refused", false), ("late", true)], "refused (refusé) ou late (accepté, mais plus cher)")
    });
    let ((last, minutes), until) = (last?, until?);
    let hour = match (until, minutes) {
        (false, minutes) => Hour::Before(minutes.unwrap_or_default()),
        (true, Some(minutes)) => Hour::Until(minutes),
        (true, None) => {
            section.fault(line, "« last » : avec until, écrivez aussi l’heure, comme \"2026-11-26 23:59\".");
            return None;
        }
    };
    Some(Asked::Deadline(Deadline { click: click?, day: day?, last, hour, late: late.unwrap_or(false) }))
}

fn request(section: &mut Section, activities: &[Activity]) -> Option<Asked> {
    let line = section.line;
    let click = click(section, activities);
    let days = section.list("days", one_day);
    if days.is_empty() {
        section.fault(line, "« days » : écrivez au moins un jour, comme [\"2026-09-07\"].");
    }
    let at = section.parsed("at", |text| match moment(text)? {
        (day, Some(minutes)) => Ok((day, minutes)),
        (_, None) => Err(format!("« {text} » : écrivez aussi l’heure, comme \"2026-09-01 9:00\".")),
    });
    let accepted = section.parsed("expected", |text| {
        one_of(text, &[("accepted", true), ("refused", false)], "accepted (accepté) ou refused (refusé)")
    });
    let class = section.optional("class", |text| Ok(text.to_owned()));
    let born = section.day("born").map(|written| written.day);
    let (click, (on, minutes), accepted) = (click?, at?, accepted?);
    Some(Asked::Request(Request { click, days, on, minutes, accepted, class, born }))
}

fn price(section: &mut Section, activities: &[Activity]) -> Option<Asked> {
    const MOST: u32 = 20;
    let line = section.line;
    let total = match (section.has("total"), section.has("fault")) {
        (_, false) => section.parsed("total", value::price).map(|cents| Ok(i64::from(cents))),
        (false, true) => section.text("fault").map(Err),
        (true, true) => {
            section.fault(line, "un exemple dit soit « total », soit « fault » (ce qui n’a pas de prix).");
            section.pass_over(&["total", "fault"]);
            None
        }
    };
    let qf = section.optional("qf", quotient);
    let outside = section.flag("outside", false);
    let children = section.number_or("children", MOST, 1);
    let inner = section.sections("takes");
    let count = inner.len();
    let takes: Vec<Take> = inner.into_iter().filter_map(|inner| take(inner, activities)).collect();
    let later = section.sections("situations");
    let dated = later.len();
    let situations: Vec<Situation> = later.into_iter().filter_map(situation).collect();
    if situations.windows(2).any(|two| two[1].from <= two[0].from) {
        section.fault(line, "« situations » : écrivez-les dans l’ordre de leurs jours.");
    }
    let sound = takes.len() == count && situations.len() == dated;
    sound.then_some(Asked::Price(Price { total: total?, qf, situations, outside, children: children?, takes }))
}

/// `{ from = 2026-12-15, qf = "600", outside = true }`; without `qf` nobody knows it any more.
fn situation(mut section: Section) -> Option<Situation> {
    let line = section.line;
    let from = section.day("from").map(|written| written.day);
    if from.is_none() {
        section.fault(line, "« situations » : écrivez depuis quel jour, comme from = 2026-12-15.");
    }
    let quotient = section.optional("qf", quotient);
    let outside = section.flag("outside", false);
    section.end();
    Some(Situation { from: from?, quotient, outside, by_agent: false })
}

fn take(mut section: Section, activities: &[Activity]) -> Option<Take> {
    const MOST: u32 = 400;
    let (line, written) = (section.line, section.has("times") || section.has("from"));
    let activity = section.parsed("activity", |text| known(text, activities));
    let child = section.number_or("child", 20, 1).filter(|child| *child > 0);
    let times = section.number_or("times", MOST, 1);
    let from = section.day("from").map(|written| written.day).or(Day::from_ymd_opt(2026, 12, 1));
    let days = section.one_or_more("days", one_day);
    if !days.is_empty() && written {
        section.fault(line, "« days » dit tous les jours : « times » et « from » ne vont pas avec.");
    }
    let presence = section.optional("presence", presence);
    let (arrived, left) = (section.optional("arrived", value::minutes), section.optional("left", value::minutes));
    let surcharge = section.optional("surcharge", value::price).unwrap_or_default();
    let (regular, pai) = (section.flag("regular", false), section.flag("pai", false));
    let class = section.optional("class", |text| Ok(text.to_owned()));
    section.end();
    let (activity, child, times, from) = (activity?, child?, times?, from?);
    Some(Take { activity, child, times, from, days, presence, arrived, left, surcharge, regular, class, pai })
}

fn one_day(text: &str) -> Result<Day, String> {
    parse_day(text).ok_or_else(|| format!("« {text} » n’est pas un jour : {}", value::DAY_HELP))
}

fn known(text: &str, activities: &[Activity]) -> Result<ActivityId, String> {
    let id: ActivityId = value::id(text)?;
    let known = activities.iter().any(|activity| activity.id == id);
    if known { Ok(id) } else { Err(format!("l’activité « {id} » n’est pas dans activities.toml.")) }
}

fn one_of<T: Copy>(text: &str, known: &[(&str, T)], help: &str) -> Result<T, String> {
    let found = known.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant);
    found.ok_or_else(|| format!("« {text} » : écrivez {help}."))
}

/// `2026-11-26 9:00`, or a day without an hour.
fn moment(text: &str) -> Result<(Day, Option<u16>), String> {
    let (day, hour) = text.split_once(' ').map_or((text, None), |(day, hour)| (day, Some(hour.trim())));
    let day = parse_day(day)
        .ok_or_else(|| format!("« {text} » n’est pas un moment : écrivez-le comme \"2026-11-26 9:00\"."))?;
    Ok((day, hour.map(value::minutes).transpose()?))
}
