//! What days come to together, once each is priced: caps and packages, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::Period;
use super::line::{Line, label};
use super::reach::Reach;
use crate::day::{Day, Week};
use crate::family::{Child, Family};
use crate::id::{ActivityId, ChildId};
use crate::organisation::Organisation;
use crate::range::Range;
use crate::tariff::{Comes, Counted, JointPrice, JointRule, Over, Unit, Use};

/// What a day of a child in an activity was charged; of a day that costs nothing, nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spent<'a> {
    pub(super) child: &'a ChildId,
    pub(super) activity: &'a ActivityId,
    pub(super) day: Day,
    /// In cents; negative when it was given back.
    pub(super) cents: i64,
}

/// What they come to.
#[derive(Default)]
pub(super) struct Joined {
    /// What is given back, or charged on top.
    pub(super) lines: Vec<Line>,
    /// What is kept for the months after.
    pub(super) kept: Vec<String>,
    /// Sentences of what has no price.
    pub(super) faults: Vec<String>,
}

/// What the days of a draft come to together.
pub(super) struct JointPrices<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) family: &'a Family,
    /// What earlier months have kept.
    pub(super) charged: &'a BTreeSet<String>,
    /// The days that were charged, each once for a child and an activity.
    pub(super) uses: Vec<Spent<'a>>,
}

/// Days that come to something together.
struct Group<'a> {
    span: Range,
    days: Vec<Spent<'a>>,
}

/// A child in an activity.
type Pair<'a> = (usize, usize, &'a ChildId, &'a ActivityId);

impl<'a> JointPrices<'a> {
    /// Applies them to what was spent.
    pub(super) fn apply(&self, mut spent: Vec<Spent<'a>>) -> Joined {
        let mut joined = Joined::default();
        for joint in &self.organisation.joint_prices {
            for ((child, from), group) in self.groups(joint) {
                let of_group = |one: &&Spent| {
                    let in_span = joint.span(one.day).is_some_and(|span| span.from == from);
                    in_span && joint.covers(one.activity, one.day) && child.is_none_or(|child| child == one.child)
                };
                let of_group: Vec<Spent> = spent.iter().filter(of_group).cloned().collect();
                if let Some(change) = self.of_group(joint, child, &group, &of_group, &mut joined) {
                    spent.extend(change);
                }
            }
        }
        joined
    }

    /// The days that count together, in order.
    fn groups(&self, joint: &JointPrice) -> BTreeMap<(Option<&'a ChildId>, Day), Group<'a>> {
        let mut groups: BTreeMap<(Option<&'a ChildId>, Day), Group<'a>> = BTreeMap::new();
        for one in self.uses.iter().filter(|one| joint.covers(one.activity, one.day)) {
            let Some(span) = joint.span(one.day) else { continue };
            let child = (joint.of == Counted::Child).then_some(one.child);
            let group = groups.entry((child, span.from)).or_insert_with(|| Group { span, days: Vec::new() });
            group.days.push(one.clone());
        }
        groups
    }

    /// What a group is given back or charged on top, by child and activity; none where it comes to what it is priced.
    fn of_group(
        &self,
        joint: &JointPrice,
        child: Option<&'a ChildId>,
        group: &Group<'a>,
        spent: &[Spent<'a>],
        joined: &mut Joined,
    ) -> Option<Vec<Spent<'a>>> {
        let first = group.days.iter().min_by_key(|one| one.day)?;
        if !joint.is_for(&self.family.payer(first.day), &self.used(first)?) {
            return None;
        }
        let sum: i64 = spent.iter().map(|one| one.cents).sum();
        let whose = child.map_or("", ChildId::as_str);
        let earlier = Reach::of_span(self.charged, joint.id.as_str(), whose, group.span.from);
        let before: i64 = earlier.iter().map(|one| one.cents).sum();
        let count = counted(joint, &group.days, &earlier);
        let all = count + earlier.iter().map(|one| one.count).sum::<u32>();
        let comes = match joint.comes_to(all) {
            Comes::AsPriced => sum,
            // What earlier months have charged is theirs: no cap gives it back.
            Comes::AtMost(cents) => sum.min((i64::from(cents) - before).max(0)),
            Comes::To(cents) => i64::from(cents) - before,
            Comes::Beyond => {
                joined.faults.push(self.beyond(joint, child, all));
                sum
            }
        };
        self.keep(joint, whose, group, (comes, count), joined);
        let change = comes - sum;
        let shares = (change != 0).then(|| self.shares(group, spent, change))?;
        joined.lines.extend(shares.iter().filter_map(|share| self.line(joint, &group.span, share)));
        Some(shares)
    }

    fn keep(&self, joint: &JointPrice, whose: &str, group: &Group, (cents, count): (i64, u32), joined: &mut Joined) {
        let span = &group.span;
        let Some(last) = group.days.iter().map(|one| one.day).max() else { return };
        if Period::of(span.from) != Period::of(span.to) {
            let (joint, child) = (joint.id.to_string(), whose.to_owned());
            let kept = Reach { joint, child, from: span.from, month: Period::of(last), cents, count, last };
            joined.kept.push(kept.kept());
        }
    }

    /// A use of that day, for what a joint price asks of the child.
    fn used(&self, first: &Spent<'a>) -> Option<Use<'a>> {
        let child = self.family.child(first.child)?;
        Some(Use::alone(child, self.family.rank(&child.id), first.day))
    }

    /// A change, by child and activity in proportion to what they were charged; the odd cents are the first ones', the
    /// eldest child before the others.
    fn shares(&self, group: &Group<'a>, spent: &[Spent<'a>], change: i64) -> Vec<Spent<'a>> {
        let mut sums: BTreeMap<Pair, (i64, Day)> = BTreeMap::new();
        for one in group.days.iter().chain(spent) {
            let (cents, last) = sums.entry(self.pair(one)).or_insert((0, one.day));
            *cents += one.cents;
            *last = one.day.max(*last);
        }
        let all: i64 = sums.values().map(|(cents, _)| (*cents).max(0)).sum();
        let mut sums: Vec<(Pair, i64, Day)> =
            sums.into_iter().map(|(pair, (cents, day))| (pair, cents.max(0), day)).collect();
        if all == 0 {
            // Nothing says how to divide it.
            sums.truncate(1);
        } else {
            sums.retain(|(_, cents, _)| *cents > 0);
        }
        let share = |cents: i64| if all == 0 { 0 } else { change.abs() * cents / all };
        let mut odd = change.abs() - sums.iter().map(|(_, cents, _)| share(*cents)).sum::<i64>();
        let shares = sums.into_iter().map(|((_, _, child, activity), cents, day)| {
            let one_more = if all == 0 { odd } else { odd.min(1) };
            odd -= one_more;
            Spent { child, activity, day, cents: change.signum() * (share(cents) + one_more) }
        });
        shares.collect()
    }

    fn pair(&self, one: &Spent<'a>) -> Pair<'a> {
        let activity = self.organisation.activities.iter().position(|activity| activity.id == *one.activity);
        let rank = usize::from(self.family.rank(one.child));
        (rank, activity.unwrap_or(usize::MAX), one.child, one.activity)
    }

    fn line(&self, joint: &JointPrice, span: &Range, share: &Spent) -> Option<Line> {
        let service = &self.organisation.activity(share.activity)?.name;
        let word = match &joint.rule {
            JointRule::Most { .. } => "Plafond",
            JointRule::Package { .. } => "Forfait",
        };
        let what = format!("{word} {} {}, service {service}", joint.name, span.name);
        Some(Line {
            child: Some(share.child.clone()),
            activity: Some(share.activity.clone()),
            joint: !is_of_one_month(joint),
            ..Line::plain(label(self.family.child(share.child), &what), share.cents)
        })
    }

    fn beyond(&self, joint: &JointPrice, child: Option<&ChildId>, count: u32) -> String {
        let named = child.and_then(|child| self.family.child(child)).map(|child: &Child| child.first_name.as_str());
        let unit = match joint.counting() {
            Unit::Days => "jours",
            Unit::Weeks => "semaines",
        };
        format!("{}, {} : le forfait n’a pas de prix pour {count} {unit}", named.unwrap_or("La famille"), joint.name)
    }
}

/// Whether it is what one child pays for one activity in a month: what is given back of its days is known.
fn is_of_one_month(joint: &JointPrice) -> bool {
    let one = joint.of == Counted::Child && joint.activities.len() == 1 && joint.over == Over::Month;
    one && matches!(joint.rule, JointRule::Most { from_days: ..=1, .. })
}

/// How many days, or weeks, of the children count that earlier months have not counted already.
fn counted(joint: &JointPrice, days: &[Spent], earlier: &[Reach]) -> u32 {
    let count = match joint.counting() {
        Unit::Days => days.iter().map(|one| (one.child, one.day)).collect::<BTreeSet<_>>().len(),
        Unit::Weeks => {
            let known = |monday: Day| earlier.iter().any(|one| Week::of(one.last).monday() == monday);
            let weeks = days.iter().map(|one| (one.child, Week::of(one.day).monday()));
            weeks.filter(|(_, monday)| !known(*monday)).collect::<BTreeSet<_>>().len()
        }
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}
