//! What is given back of a month that was charged already, once days of it are closed: each day once, on each line that
//! charged it.

use std::collections::BTreeSet;

use super::Line;
use crate::day::Day;
use crate::id::{ActivityId, ChildId};

/// A day of a child that was charged, and is closed.
pub type ClosedDay = (ChildId, ActivityId, Day);

/// What is given back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenBack {
    /// Units of lines that were charged, with their days, as a credit note has them.
    pub lines: Vec<Line>,
    /// Whether a line does not say what such a day cost: it has no days, or units of it were taken back by hand. A person
    /// has to decide.
    pub unclear: bool,
}

/// Whether a line of a credit note takes back units of a line of the invoice.
pub fn takes_back(back: &Line, line: &Line) -> bool {
    let same = (&line.child, &line.activity, &line.label) == (&back.child, &back.activity, &back.label);
    same && line.unit == -back.unit
}

/// What is given back of `charged` lines for closed days; `earlier` lines have given back some of it already. A flat price
/// has no price of a day, and stays. Beyond the most a child pays in a month nothing was charged, and nothing is given back.
pub fn give_back(charged: &[Line], earlier: &[Line], closed: &BTreeSet<ClosedDay>) -> GivenBack {
    let mut given = GivenBack::default();
    for line in charged {
        let days = closed_days(line, closed);
        let per_day = line.unit > 0 && !line.flat && line.activity.is_some();
        if !per_day || days.is_empty() && !line.days.is_empty() {
            continue;
        }
        match units(line, earlier, &days, charged, closed) {
            Units::Days(days) if days.is_empty() => {}
            Units::Days(days) => {
                let quantity = u32::try_from(days.len()).unwrap_or(u32::MAX);
                given.lines.push(Line { quantity, unit: -line.unit, days, ..line.clone() });
            }
            Units::All(quantity) => given.lines.push(Line { quantity, unit: -line.unit, ..line.clone() }),
            Units::Unclear => given.unclear = true,
        }
    }
    within_caps(charged, earlier, apart_from_joint_prices(charged, given))
}

/// What comes to something together with other days has no price of a day: a person decides.
fn apart_from_joint_prices(charged: &[Line], mut given: GivenBack) -> GivenBack {
    let joint = |back: &Line| {
        let of_it = |line: &Line| line.joint && line.child == back.child && line.activity == back.activity;
        charged.iter().any(of_it)
    };
    let before = given.lines.len();
    given.lines.retain(|back| !joint(back));
    given.unclear |= given.lines.len() < before;
    given
}

/// How many units of a line go.
enum Units {
    /// One for each of these days.
    Days(Vec<Day>),
    /// All of them: every day of it is closed.
    All(u32),
    Unclear,
}

/// The closed days that a line names.
fn closed_days(line: &Line, closed: &BTreeSet<ClosedDay>) -> Vec<Day> {
    let (Some(child), Some(activity)) = (&line.child, &line.activity) else { return Vec::new() };
    let is_closed = |day: &&Day| closed.contains(&(child.clone(), activity.clone(), **day));
    line.days.iter().filter(is_closed).copied().collect()
}

fn units(line: &Line, earlier: &[Line], days: &[Day], charged: &[Line], closed: &BTreeSet<ClosedDay>) -> Units {
    let back: Vec<&Line> = earlier.iter().filter(|back| takes_back(back, line)).collect();
    let taken: u32 = back.iter().map(|back| back.quantity).sum();
    if taken >= line.quantity {
        return Units::Days(Vec::new());
    }
    if line.days.is_empty() {
        let named = |closed: &&ClosedDay| {
            let of_it =
                |other: &&Line| other.child.as_ref() == Some(&closed.0) && other.activity.as_ref() == Some(&closed.1);
            charged.iter().filter(of_it).any(|other| other.days.contains(&closed.2))
        };
        let of_line = closed
            .iter()
            .filter(|closed| line.child.as_ref() == Some(&closed.0) && line.activity.as_ref() == Some(&closed.1));
        let unknown = of_line.filter(|closed| !named(closed)).count() > 0;
        return if unknown { Units::Unclear } else { Units::Days(Vec::new()) };
    }
    if back.iter().any(|back| back.days.is_empty()) {
        return Units::Unclear;
    }
    let given: BTreeSet<Day> = back.iter().flat_map(|back| back.days.iter().copied()).collect();
    let days: Vec<Day> = days.iter().filter(|day| !given.contains(*day)).copied().collect();
    if line.days.len() == line.quantity as usize || days.is_empty() {
        return Units::Days(days);
    }
    // Hours: what one of several days cost is not said.
    if days.len() == line.days.len() { Units::All(line.quantity) } else { Units::Unclear }
}

/// Of a child's month at its cap, only what it comes to below the cap is given back.
fn within_caps(charged: &[Line], earlier: &[Line], given: GivenBack) -> GivenBack {
    let caps =
        charged.iter().filter(|line| line.unit < 0 && line.days.is_empty() && line.activity.is_some() && !line.joint);
    caps.fold(given, |mut given, cap| {
        let same = |line: &&Line| line.child == cap.child && line.activity == cap.activity;
        let sum = |lines: &[Line]| -> i64 {
            lines.iter().filter(same).filter(|line| !line.days.is_empty()).map(Line::amount).sum()
        };
        let most = sum(charged) + cap.amount();
        let before = sum(charged) + sum(earlier);
        let back = -sum(&given.lines);
        let less = before.min(most) - (before - back).min(most);
        if back <= 0 {
            return given;
        }
        if less <= 0 {
            given.lines.retain(|line| !same(&line));
        } else if back > less {
            given.lines.push(Line { quantity: 1, unit: back - less, ..cap.clone() });
        }
        given
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    fn day(number: u32) -> Day {
        parse_day(&format!("2015-01-{number:02}")).unwrap()
    }

    fn line(label: &str, unit: i64, days: &[u32]) -> Line {
        Line {
            child: Some("lou".parse().unwrap()),
            activity: Some("cantine".parse().unwrap()),
            quantity: u32::try_from(days.len()).unwrap().max(1),
            days: days.iter().map(|number| day(*number)).collect(),
            ..Line::plain(label.to_owned(), unit)
        }
    }

    fn closed(days: &[u32]) -> BTreeSet<ClosedDay> {
        days.iter().map(|number| ("lou".parse().unwrap(), "cantine".parse().unwrap(), day(*number))).collect()
    }

    /// What is given back, in cents.
    fn back(charged: &[Line], earlier: &[Line], days: &[u32]) -> (i64, bool) {
        let given = give_back(charged, earlier, &closed(days));
        (-given.lines.iter().map(Line::amount).sum::<i64>(), given.unclear)
    }

    #[test]
    fn each_closed_day_is_given_back_once_on_each_line_that_charged_it() {
        let charged = [line("repas", 400, &[5, 6, 8]), line("supplément", 100, &[6])];
        let given = give_back(&charged, &[], &closed(&[6, 8, 9]));
        let said: Vec<_> = given.lines.iter().map(|line| (line.label.as_str(), line.quantity, line.unit)).collect();
        assert_eq!(said, [("repas", 2, -400), ("supplément", 1, -100)]);
        assert_eq!(given.lines[0].days, [day(6), day(8)]);
        assert_eq!(back(&charged, &given.lines, &[6, 8, 9]), (0, false), "once");
        assert_eq!(back(&charged, &given.lines, &[5, 6]), (400, false), "another closure gives back its own days");
    }

    #[test]
    fn a_person_decides_where_a_line_does_not_say_what_its_day_cost() {
        let by_hand = Line { quantity: 1, days: Vec::new(), ..line("repas", -400, &[]) };
        let charged = [line("repas", 400, &[5, 6, 8])];
        assert_eq!(back(&charged, &[by_hand], &[6]), (0, true), "units were taken back by hand");
        let all = Line { quantity: 3, ..line("repas", -400, &[]) };
        assert_eq!(back(&charged, &[all], &[6]), (0, false), "nothing is left to give back");
        assert_eq!(back(&[line("repas", 400, &[])], &[], &[6]), (0, true), "a line of before has no days");
        let hours = [Line { quantity: 7, ..line("heures", 100, &[5, 6]) }];
        assert_eq!(back(&hours, &[], &[6]), (0, true), "hours of one day of two");
        assert_eq!(back(&hours, &[], &[5, 6]), (700, false), "all its hours");
        assert_eq!(back(&charged, &[], &[9]), (0, false), "nothing was charged that day");
    }

    #[test]
    fn a_flat_price_stays_where_its_first_day_is_closed() {
        assert_eq!(back(&[Line { flat: true, ..line("mois", 6200, &[5]) }], &[], &[5]), (0, false));
    }

    #[test]
    fn beyond_the_cap_of_a_month_nothing_is_given_back() {
        // Five days of 4 € come to 12 €, the most.
        let charged = [line("repas", 400, &[5, 6, 8, 9, 12]), line("plafond", -800, &[])];
        assert_eq!(back(&charged, &[], &[5, 6]), (0, false), "three days still come to 12 €");
        assert_eq!(back(&charged, &[], &[5, 6, 8]), (400, false), "two days come to 8 €");
        let given = give_back(&charged, &[], &closed(&[5, 6, 8]));
        assert_eq!(back(&charged, &given.lines, &[9]), (400, false), "one day comes to 4 €");
    }
}
