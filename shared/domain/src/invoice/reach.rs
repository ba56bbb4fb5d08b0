//! What a month keeps for the months after it: what it has charged, and counted, of a span that reaches beyond it.
//!
//! It lies among the flat prices of a closed month, as a text of its own kind: months of before have none.

use std::collections::BTreeSet;

use super::Period;
use crate::day::{Day, parse_day};

/// What marks it among the keys of flat prices, which begin with an activity.
const MARK: &str = "=joint";

/// What a month has charged of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    /// Of which joint price.
    pub(super) joint: String,
    /// Of which child; empty for the family.
    pub(super) child: String,
    /// The first day of the span.
    pub(super) from: Day,
    /// The month.
    pub(super) month: Period,
    /// What it has charged, in cents.
    pub(super) cents: i64,
    /// How many days or weeks it has counted.
    pub(super) count: u32,
    /// The last day it has counted.
    pub(super) last: Day,
}

impl Reach {
    pub(super) fn kept(&self) -> String {
        let Self { joint, child, from, month, cents, count, last } = self;
        format!("{MARK}#{joint}#{child}#{from}#{month}#{cents}#{count}#{last}")
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('#').collect();
        let [MARK, joint, child, from, month, cents, count, last] = parts.as_slice() else { return None };
        Some(Self {
            joint: (*joint).to_owned(),
            child: (*child).to_owned(),
            from: parse_day(from)?,
            month: Period::parse(month)?,
            cents: cents.parse().ok()?,
            count: count.parse().ok()?,
            last: parse_day(last)?,
        })
    }

    /// What other months have kept of a span.
    pub(super) fn of_span(kept: &BTreeSet<String>, joint: &str, child: &str, from: Day) -> Vec<Self> {
        let all = kept.iter().filter_map(|text| Self::read(text));
        all.filter(|one| (one.joint.as_str(), one.child.as_str(), one.from) == (joint, child, from)).collect()
    }
}

/// What a month keeps once it is priced anew: the flat prices of both, and of what reaches beyond it the new alone.
pub fn kept_anew(before: &BTreeSet<String>, now: &BTreeSet<String>) -> BTreeSet<String> {
    let stays = |text: &&String| Reach::read(text).is_none();
    before.iter().filter(stays).chain(now).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_a_flat_price_is_none() {
        let (from, last) = (parse_day("2026-11-30").unwrap(), parse_day("2026-12-04").unwrap());
        let one = Reach {
            joint: "semaine".to_owned(),
            child: String::new(),
            from,
            month: Period::parse("2026-12").unwrap(),
            cents: -250,
            count: 3,
            last,
        };
        assert_eq!(one.kept(), "=joint#semaine##2026-11-30#2026-12#-250#3#2026-12-04");
        assert_eq!(Reach::read(&one.kept()), Some(one.clone()));
        assert_eq!(Reach::read("garderie#lou#abonné#2026-12"), None);
        let before = BTreeSet::from([one.kept(), "garderie#lou##2026".to_owned()]);
        let now = Reach { cents: 100, ..one };
        let kept = kept_anew(&before, &BTreeSet::from([now.kept()]));
        assert_eq!(kept, BTreeSet::from([now.kept(), "garderie#lou##2026".to_owned()]));
        assert_eq!(Reach::of_span(&kept, "semaine", "", from), [now]);
    }
}
