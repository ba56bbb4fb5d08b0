//! Required pieces: which an organisation asks for, what a family has, and what is missing for whom.

use serde::{Deserialize, Serialize};

use super::kind::{Concern, Kind};
use super::standing::{Standing, Status};
use crate::day::Day;
use crate::family::{Child, Family};
use crate::id::{ActivityId, ChildId};

/// A piece that an organisation asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The kind.
    pub kind: Kind,
    /// For which activities; none means every family.
    pub activities: Vec<ActivityId>,
    /// Whether the activities cannot be booked while it is missing.
    pub blocks: bool,
    /// What happens without it: `Sans elle, le tarif le plus élevé s’applique.`
    pub note: Option<String>,
}

/// A document a family has, as far as requirements look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// Which document.
    pub document: String,
    /// What it is.
    pub kind: Kind,
    /// The child.
    pub child: Option<ChildId>,
    /// How far it is.
    pub status: Status,
}

/// Why a required piece is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// None was sent.
    Absent,
    /// The one that was sent is refused.
    Refused,
    /// The one that counted has expired.
    Expired,
}

impl Missing {
    /// What is to be done about it: `à envoyer`.
    pub fn said(self) -> &'static str {
        match self {
            Self::Absent => "à envoyer",
            Self::Refused | Self::Expired => "à renvoyer",
        }
    }
}

/// A piece that keeps a child from being booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocking {
    /// The kind.
    pub kind: Kind,
    /// For which child it must be; none for the family.
    pub child: Option<ChildId>,
    /// Why it is missing.
    pub missing: Missing,
}

/// A required piece that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap<'a> {
    /// What is asked for.
    pub requirement: &'a Requirement,
    /// For which child; none for the family.
    pub child: Option<&'a Child>,
    /// Why it is missing.
    pub missing: Missing,
}

impl Requirement {
    /// Whether it is asked for a child in an activity.
    fn is_for(&self, activity: &ActivityId) -> bool {
        self.activities.is_empty() || self.activities.contains(activity)
    }

    /// Whether a child takes part, today or later, in something that asks for it.
    fn concerns(&self, child: &Child, today: Day) -> bool {
        let goes_on = |to: Option<Day>| to.is_none_or(|to| to >= today);
        self.activities.is_empty()
            || child.enrolments.iter().any(|one| self.activities.contains(&one.activity) && goes_on(one.to))
    }

    /// The child a document of this kind must name, for one who takes part.
    fn owner<'c>(&self, child: &'c Child) -> Option<&'c Child> {
        match self.kind.concern() {
            Concern::Child => Some(child),
            Concern::Family | Concern::Either => None,
        }
    }

    /// Why it is missing for an owner; `None` when it is there.
    fn missing(&self, owner: Option<&ChildId>, held: &[HandedIn], today: Day) -> Option<Missing> {
        let its = held.iter().filter(|one| one.kind == self.kind && one.child.as_ref() == owner);
        let standings: Vec<Standing> = its.map(|one| one.status.on(today)).collect();
        match standings {
            _ if standings.iter().any(|standing| standing.counts()) => None,
            _ if standings.contains(&Standing::Refused) => Some(Missing::Refused),
            _ if standings.contains(&Standing::Expired) => Some(Missing::Expired),
            _ => Some(Missing::Absent),
        }
    }
}

/// What of the required pieces a family lacks on a day, in the order of the requirements.
pub fn gaps<'a>(requirements: &'a [Requirement], family: &'a Family, held: &[HandedIn], today: Day) -> Vec<Gap<'a>> {
    let mut gaps: Vec<Gap> = Vec::new();
    for requirement in requirements {
        let children = family.children.iter().filter(|child| requirement.concerns(child, today));
        for child in children {
            let owner = requirement.owner(child);
            let missing = requirement.missing(owner.map(|child| &child.id), held, today);
            let gap = missing.map(|missing| Gap { requirement, child: owner, missing });
            gaps.extend(gap.filter(|gap| !gaps.contains(gap)));
        }
    }
    gaps
}

/// The pieces without which a child cannot be booked for an activity; none when it can.
pub fn unblocked_by(
    requirements: &[Requirement],
    child: &Child,
    activity: &ActivityId,
    held: &[HandedIn],
    today: Day,
) -> Vec<Blocking> {
    let blocking = requirements.iter().filter(|one| one.blocks && one.is_for(activity));
    let lacking = blocking.filter_map(|one| {
        let owner = one.owner(child).map(|child| &child.id);
        let missing = one.missing(owner, held, today)?;
        Some(Blocking { kind: one.kind, child: owner.cloned(), missing })
    });
    lacking.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::day::parse_day;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    fn child(id: &str, activity: Option<(&str, Option<&str>)>) -> Child {
        let enrolments: Vec<Value> =
            activity.iter().map(|(activity, to)| json!({ "activity": activity, "to": to })).collect();
        let custody = json!({ "weeks": "all", "from": null, "to": null });
        let child = json!({ "id": id, "first_name": id, "custody": custody, "enrolments": enrolments });
        serde_json::from_value(child).unwrap()
    }

    fn family(children: &[Child]) -> Family {
        let family = json!({ "id": "devret", "name": "DEVRET", "town": "", "children": children });
        serde_json::from_value(family).unwrap()
    }

    fn asks(kind: Kind, activities: &[&str]) -> Requirement {
        let activities = activities.iter().map(|id| id.parse().unwrap()).collect();
        Requirement { kind, activities, blocks: true, note: None }
    }

    fn handed_in(kind: Kind, child: Option<&str>, status: Status) -> HandedIn {
        HandedIn { document: "1".to_owned(), kind, child: child.map(|id| id.parse().unwrap()), status }
    }

    #[test]
    fn a_piece_is_asked_for_each_child_who_takes_part_and_once_for_the_family() {
        let ended = Some("2015-05-01");
        let family = family(&[
            child("chloe", Some(("cantine", None))),
            child("lou", Some(("cantine", None))),
            child("gaetan", Some(("cantine", ended))),
            child("tom", None),
        ]);
        let asked = [asks(Kind::MedicalNote, &["cantine"]), asks(Kind::CafStatement, &["cantine"])];
        let gaps = gaps(&asked, &family, &[], day("2015-05-26"));
        let said: Vec<(Kind, Option<&str>)> =
            gaps.iter().map(|gap| (gap.requirement.kind, gap.child.map(|child| child.id.as_str()))).collect();
        assert_eq!(
            said,
            [(Kind::MedicalNote, Some("chloe")), (Kind::MedicalNote, Some("lou")), (Kind::CafStatement, None)]
        );
    }

    #[test]
    fn what_waits_for_the_town_hall_counts_and_what_is_refused_or_expired_does_not() {
        let lou = child("lou", Some(("cantine", None)));
        let (asked, activity) = ([asks(Kind::MedicalNote, &["cantine"])], "cantine".parse().unwrap());
        let today = day("2015-05-26");
        let blocked = |status: Option<Status>| {
            let held: Vec<HandedIn> =
                status.map(|status| handed_in(Kind::MedicalNote, Some("lou"), status)).into_iter().collect();
            !unblocked_by(&asked, &lou, &activity, &held, today).is_empty()
        };
        assert!(blocked(None));
        assert!(blocked(Some(Status::Sending)));
        assert!(blocked(Some(Status::Refused { reason: String::new() })));
        assert!(blocked(Some(Status::Accepted { valid_until: Some(day("2015-05-25")) })));
        assert!(!blocked(Some(Status::Received)));
        assert!(!blocked(Some(Status::Accepted { valid_until: Some(today) })), "its last day");
        let others = [handed_in(Kind::MedicalNote, Some("chloe"), Status::Received)];
        let lacking = unblocked_by(&asked, &lou, &activity, &others, today);
        let its = Blocking { kind: Kind::MedicalNote, child: Some(lou.id.clone()), missing: Missing::Absent };
        assert_eq!(lacking, [its], "another child's");
    }

    #[test]
    fn an_activity_that_asks_for_nothing_is_not_blocked() {
        let lou = child("lou", Some(("cantine", None)));
        let elsewhere = "garderie".parse().unwrap();
        let mut asked = asks(Kind::MedicalNote, &["cantine"]);
        assert!(unblocked_by(&[asked.clone()], &lou, &elsewhere, &[], day("2015-05-26")).is_empty());
        asked.blocks = false;
        assert!(unblocked_by(&[asked], &lou, &"cantine".parse().unwrap(), &[], day("2015-05-26")).is_empty());
    }
}
