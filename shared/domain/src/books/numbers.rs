//! The numbers of an organisation: unique, without a gap, in the order of their dates.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Fault;
use crate::day::Day;
use crate::invoice::number;

/// A number that was given, and its date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    /// `2015-00042`.
    pub number: String,
    /// The date of what has it.
    pub issued: Day,
}

/// Holds the numbers of a year against its series: from the first that was its own to the next it will give.
pub fn check_numbers(year: i32, series: Range<u64>, given: &[Numbered]) -> Vec<Fault> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in given {
        *counts.entry(&one.number).or_default() += 1;
    }
    let expected: Vec<String> = series.map(|sequence| number(&year.to_string(), sequence)).collect();
    let gaps = expected.iter().filter(|number| !counts.contains_key(number.as_str()));
    let mut faults: Vec<Fault> = gaps.cloned().map(Fault::Gap).collect();
    for (number, count) in counts {
        if count > 1 {
            faults.push(Fault::Twice(number.to_owned()));
        }
        if expected.binary_search_by(|known| known.as_str().cmp(number)).is_err() {
            faults.push(Fault::Beyond(number.to_owned()));
        }
    }
    let mut ordered: Vec<&Numbered> = given.iter().collect();
    ordered.sort_unstable();
    let back = ordered.windows(2).filter(|pair| pair[1].issued < pair[0].issued);
    faults.extend(back.map(|pair| Fault::Date(pair[1].number.clone())));
    faults
}
