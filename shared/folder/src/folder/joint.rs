//! Caps and packages in `activities.toml`: what days, activities or children come to together.

use domain::activity::Activity;
use domain::id::{ActivityId, JointPriceId};
use domain::tariff::{Counted, JointPrice, JointRule, Over, Per, Tariff, Tier, Unit, When};

use super::calendar::range;
use super::when::when;
use crate::source::{Section, value};

/// The most days, or weeks, a package can be of.
const MOST: u32 = 366;

/// Reads `[[cap]]` and `[[package]]`, in the order written; an ill-written one is a fault and left out.
pub(super) fn read(section: &mut Section, activities: &[Activity], tariffs: &[Tariff]) -> Vec<JointPrice> {
    let mut inner: Vec<(Section, bool)> = section.sections("cap").into_iter().map(|one| (one, false)).collect();
    inner.extend(section.sections("package").into_iter().map(|one| (one, true)));
    inner.sort_by_key(|(section, _)| section.line);
    let mut joint: Vec<JointPrice> = Vec::new();
    for (inner, package) in inner {
        let line = inner.line;
        let Some(one) = joint_price(inner, package, activities) else { continue };
        let wrong = joint.iter().find_map(|other| apart(other, &one)).or_else(|| of_tariffs(&one, tariffs));
        match wrong {
            Some(message) => section.fault(line, message),
            None => joint.push(one),
        }
    }
    joint
}

fn joint_price(mut section: Section, package: bool, activities: &[Activity]) -> Option<JointPrice> {
    let line = section.line;
    let id: Option<JointPriceId> = section.parsed("id", value::id);
    let name = section.text("name");
    let counted = counted_activities(&mut section, activities);
    let of = section.optional("of", |text| match text {
        "child" => Ok(Counted::Child),
        "family" => Ok(Counted::Family),
        other => Err(format!("« {other} » : écrivez child (par enfant) ou family (par famille).")),
    });
    let of = of.unwrap_or(Counted::Child);
    let over = over(&mut section);
    // In a cap these are the days it holds on, not those a price holds on.
    let (from, to) = (section.day("from").map(|day| day.day), section.day("to").map(|day| day.day));
    let rule = if package { package_of(&mut section, of) } else { most(&mut section) };
    let when = when(&mut section);
    if let Some(key) = when.as_ref().and_then(|when| beyond_the_family(when, of)) {
        let whose = if of == Counted::Family { " de toute la famille" } else { "" };
        let message = "il vaut pour plusieurs jours ou enfants.";
        section.fault(line, format!("« {key} » ne va pas avec un plafond ou un forfait{whose}\u{a0}: {message}"));
    }
    if !(value::Span { from, to }).is_ordered() {
        section.fault(line, "« to » est avant « from ».");
    }
    section.end();
    let activities = counted?;
    Some(JointPrice { id: id?, name: name?, activities, of, over: over?, from, to, when: when?, rule: rule? })
}

/// What is wrong of a joint price beside an earlier one. Those that share days lie within each other, the smaller first: else
/// what one gives back would decide what the other does, and a day less could cost more.
fn apart(earlier: &JointPrice, one: &JointPrice) -> Option<String> {
    if earlier.id == one.id {
        return Some(format!("« {} » est là deux fois.", one.id));
    }
    let span = |one: &JointPrice| value::Span { from: one.from, to: one.to };
    let shares = one.activities.iter().any(|activity| earlier.activities.contains(activity));
    let inner = earlier.activities.iter().all(|activity| one.activities.contains(activity));
    let of = earlier.of == one.of || one.of == Counted::Family;
    let over = earlier.over == one.over || one.over == Over::SchoolYear && !matches!(earlier.over, Over::Periods(_));
    let sound = !shares || !span(earlier).meets(span(one)) || inner && of && over;
    (!sound).then(|| {
        format!(
            "« {} » et « {} » comptent certains jours ensemble sans que le second contienne le premier (activités, enfants, \
             période)\u{a0}: le total dépendrait de la façon de les partager. Écrivez le plus petit d’abord, ou un seul.",
            earlier.name, one.name
        )
    })
}

/// What is wrong of a joint price beside the prices of its activities.
fn of_tariffs(one: &JointPrice, tariffs: &[Tariff]) -> Option<String> {
    let longer = |per: Per| match one.over {
        Over::Week => per.is_beyond_a_week(),
        Over::Month => matches!(per, Per::Term | Per::Year | Per::YearOfFamily),
        Over::SchoolYear | Over::Periods(_) => false,
    };
    let mut of_activities = tariffs.iter().filter(|tariff| one.activities.contains(&tariff.activity));
    of_activities.find_map(|tariff| {
        let activity = &tariff.activity;
        if tariff.prices.iter().any(|price| longer(price.per)) {
            return Some(format!(
                "« {} » compte par {} l’activité « {activity} », qui se paie pour plus longtemps\u{a0}: ce prix n’est celui \
                 d’aucun de ses jours.",
                one.name,
                if one.over == Over::Week { "semaine" } else { "mois" }
            ));
        }
        let across = tariff.most_a_month.is_some() && matches!(one.over, Over::Week | Over::Periods(_));
        across.then(|| {
            format!(
                "« {} » et le plafond du mois (most_a_month) de l’activité « {activity} » se recoupent sans que l’un contienne \
                 l’autre\u{a0}: gardez l’un des deux.",
                one.name
            )
        })
    })
}

fn counted_activities(section: &mut Section, activities: &[Activity]) -> Option<Vec<ActivityId>> {
    let line = section.line;
    let counted: Vec<ActivityId> = section.list("activities", value::id);
    let mut sound = !counted.is_empty();
    for (at, id) in counted.iter().enumerate() {
        let known = activities.iter().find(|activity| activity.id == *id);
        if known.is_none() {
            section.fault(line, format!("« activities » : l’activité « {id} » n’est pas dans ce fichier."));
        } else if known.is_some_and(|known| known.prepaid.is_some()) {
            let message = "se paie par tickets, avant qu’on sache combien de jours elle sert\u{a0}: elle n’a ni plafond ni \
                           forfait.";
            section.fault(line, format!("« activities » : l’activité « {id} » {message}"));
        } else if counted[..at].contains(id) {
            section.fault(line, format!("« activities » : l’activité « {id} » est là deux fois."));
        }
        sound &= known.is_some();
    }
    sound.then_some(counted)
}

/// `per = "week"`, `"month"`, `"school_year"`, or `periods`.
fn over(section: &mut Section) -> Option<Over> {
    let line = section.line;
    match (section.has("per"), section.has("periods")) {
        (true, false) => section.parsed("per", |text| match text {
            "week" => Ok(Over::Week),
            "month" => Ok(Over::Month),
            "school_year" => Ok(Over::SchoolYear),
            other => Err(format!(
                "« {other} » : écrivez week, month ou school_year\u{a0}; un trimestre ou d’autres périodes se disent avec \
                 periods = [{{ name = \"1er trimestre\", from = 2026-09-01, to = 2026-12-18 }}]."
            )),
        }),
        (false, true) => {
            let inner = section.sections("periods");
            let count = inner.len();
            let mut periods: Vec<_> = inner.into_iter().filter_map(|one| range(one, None)).collect();
            periods.sort_by_key(|period| period.from);
            if let Some(two) = periods.windows(2).find(|two| two[1].from <= two[0].to) {
                section.fault(line, format!("« periods » : « {} » et « {} » se chevauchent.", two[0].name, two[1].name));
            }
            (periods.len() == count && count > 0).then_some(Over::Periods(periods))
        }
        _ => {
            section.fault(line, "un plafond ou un forfait dit soit « per », soit « periods ».");
            section.pass_over(&["per", "periods"]);
            None
        }
    }
}

/// `most = "50,00"`, perhaps from so many days on.
fn most(section: &mut Section) -> Option<JointRule> {
    let from_days = section.number_or("from_days", MOST, 1);
    Some(JointRule::Most { cents: section.parsed("most", value::price)?, from_days: from_days? })
}

/// `steps = [{ count = "1", price = "120,00" }, …]`.
fn package_of(section: &mut Section, of: Counted) -> Option<JointRule> {
    let line = section.line;
    let counting = section.optional("counting", |text| match text {
        "days" => Ok(Unit::Days),
        "weeks" => Ok(Unit::Weeks),
        other => Err(format!("« {other} » : écrivez days (jours) ou weeks (semaines).")),
    });
    let counting = counting.unwrap_or(Unit::Days);
    if counting == Unit::Weeks && of == Counted::Family {
        section.fault(line, "un forfait de semaines se compte par enfant, pas par famille.");
    }
    let inner = section.sections("steps");
    let count = inner.len();
    let steps: Vec<Tier> = inner.into_iter().filter_map(step).collect();
    if count == 0 {
        section.fault(
            line,
            "« steps » : écrivez au moins un prix, comme steps = [{ count = \"1\", price = \"120,00\" }].",
        );
    }
    let follows = |two: &&[Tier]| two[0].to.is_none_or(|to| to + 1 != two[1].from);
    if let Some(two) = steps.windows(2).find(follows) {
        let message = "dans l’ordre, chaque nombre une fois et sans trou\u{a0}: après";
        section.fault(line, format!("« steps » : écrivez les prix {message} {} vient {}.", two[0].from, two[1].from));
    }
    (steps.len() == count && count > 0).then_some(JointRule::Package { counting, steps })
}

fn step(mut section: Section) -> Option<Tier> {
    let count = section.parsed("count", count);
    let cents = section.parsed("price", value::price);
    section.end();
    let ((from, to), cents) = (count?, cents?);
    Some(Tier { from, to, cents })
}

/// `3`, `2-4` or `5+`.
fn count(text: &str) -> Result<(u32, Option<u32>), String> {
    let wrong = || format!("« {text} » : écrivez \"3\", \"2-4\" ou \"5+\", de 1 à {MOST}.");
    let number = |text: &str| {
        let number = text.trim().parse::<u32>().ok();
        number.filter(|number| (1..=MOST).contains(number)).ok_or_else(wrong)
    };
    let (from, to) = match (text.strip_suffix('+'), text.split_once('-')) {
        (Some(from), _) => (number(from)?, None),
        (None, Some((from, to))) => (number(from)?, Some(number(to)?)),
        (None, None) => (number(text)?, Some(number(text)?)),
    };
    if to.is_none_or(|to| from <= to) { Ok((from, to)) } else { Err(wrong()) }
}

/// What it asks of a single day, or of a single child where all of the family count.
fn beyond_the_family(when: &When, of: Counted) -> Option<&'static str> {
    let of_day = [
        (when.together.is_some(), "together"),
        (when.regular.is_some(), "regular"),
        (when.days_a_week.is_some(), "days_a_week"),
        (when.arrived_before.is_some(), "arrived_before"),
        (when.left_until.is_some(), "left_until"),
        (!when.presence.is_empty(), "presence"),
        (!when.weekdays.is_empty(), "weekdays"),
    ];
    let of_child = [(when.rank.is_some(), "rank"), (!when.classes.is_empty(), "classes"), (when.pai.is_some(), "pai")];
    let of_child = of_child.into_iter().filter(|_| of == Counted::Family);
    of_day.into_iter().chain(of_child).find(|(asked, _)| *asked).map(|(_, key)| key)
}
