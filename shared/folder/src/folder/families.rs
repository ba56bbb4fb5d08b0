//! Families put together: their adults, their children by custody, and what these take part in.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::activity::Activity;
use domain::day::Day;
use domain::family::{Billed, Child, Custody, Enrolment, Family, Weeks};
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::situation::Situations;

use super::people::{ChildRow, Household, Once, SituationRow, adults, children, households, situations, tell_homeless};
use super::{AdultRow, FamilyRow};
use crate::source::value::Span;
use crate::source::{Reading, Row, Sheet};

const CUSTODY: Sheet =
    Sheet { file: "custody.csv", required: &["child", "family"], optional: &["weeks", "from", "to"] };
const ENROLMENTS: Sheet = Sheet { file: "enrolments.csv", required: &["child", "activity"], optional: &["from", "to"] };

/// Who has which child when.
type Custodies = HashMap<ChildId, Vec<(FamilyId, Custody)>>;
type Enrolments = HashMap<ChildId, Vec<Enrolment>>;

/// Reads the families with everything of theirs; ill-written rows are faults and left out.
pub(super) fn read(reading: &Reading, activities: &[Activity]) -> Vec<FamilyRow> {
    let households = households(reading);
    let ids: HashSet<FamilyId> = households.iter().map(|household| household.id.clone()).collect();
    let family_known = |family: &FamilyId, row: &Row| known(&ids, family, row, "la famille", "families.csv");
    let mut situations = situations(reading, family_known);
    let adults = adults(reading, family_known);
    let children = children(reading);
    let ids: HashSet<ChildId> = children.iter().map(|child| child.id.clone()).collect();
    let child_known = |child: &ChildId, row: &Row| known(&ids, child, row, "l’enfant", "children.csv");
    let custodies = custodies(reading, family_known, child_known);
    let enrolments = enrolments(reading, activities, child_known);
    if !reading.faults.in_files(&["families.csv", CUSTODY.file]) {
        let homeless = children.iter().filter(|child| !custodies.contains_key(&child.id));
        homeless.for_each(|child| tell_homeless(reading, child));
    }
    let mut adults_of: HashMap<FamilyId, Vec<AdultRow>> = HashMap::new();
    for (family, adult) in adults {
        adults_of.entry(family).or_default().push(adult);
    }
    let children_of = children_of(&children, &custodies, &enrolments);
    let of = |household: Household| {
        let dated = situations.remove(&household.id).unwrap_or_default();
        family(household, dated, &mut adults_of, &children_of)
    };
    households.into_iter().map(of).collect()
}

fn known<I: Eq + std::hash::Hash + std::fmt::Display>(
    ids: &HashSet<I>,
    id: &I,
    row: &Row,
    what: &str,
    file: &str,
) -> bool {
    let known = ids.contains(id);
    if !known {
        row.unknown(what, id, &[file]);
    }
    known
}

fn family(
    household: Household,
    dated: BTreeMap<Day, SituationRow>,
    adults: &mut HashMap<FamilyId, Vec<AdultRow>>,
    children: &HashMap<FamilyId, Vec<Child>>,
) -> FamilyRow {
    let Household { id, name, town, quotient, outside } = household;
    let adults = adults.remove(&id).unwrap_or_default();
    let children = children.get(&id).cloned().unwrap_or_default();
    let quotients = quotient.into_iter().map(|quotient| (None, quotient)).collect();
    let since_ever = Situations { quotients, outside, dated: Vec::new() };
    let all = dated.into_values().fold(since_ever, |before, row| {
        let next = row.after(&before);
        before.with(next)
    });
    let Situations { quotients, outside, dated: situations } = all;
    let billed = billed(&adults);
    FamilyRow { family: Family { id, name, town, children, quotients, outside, situations, billed }, adults }
}

/// The adult whose address is for the invoices: the one that says so, else the first.
fn billed(adults: &[AdultRow]) -> Option<Billed> {
    let payer = adults.iter().find(|adult| adult.billing).or_else(|| adults.first())?;
    Some(Billed { fiche: payer.reference.parse().ok()?, lines: payer.fiche(&[]).address_lines() })
}

/// The children of each family, in the order of `children.csv`.
fn children_of(children: &[ChildRow], custodies: &Custodies, enrolments: &Enrolments) -> HashMap<FamilyId, Vec<Child>> {
    let mut of: HashMap<FamilyId, Vec<Child>> = HashMap::new();
    for row in children {
        let homes = custodies.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        for (family, custody) in homes {
            let others = homes.iter().map(|(other, _)| other.clone()).filter(|other| other != family);
            let child = Child {
                class: row.class.clone(),
                school: row.school.clone(),
                born: row.born,
                pai: row.pai,
                enrolments: enrolments.get(&row.id).cloned().unwrap_or_default(),
                also: others.collect(),
                ..Child::named(row.id.clone(), &row.first_name, *custody)
            };
            of.entry(family.clone()).or_default().push(child);
        }
    }
    of
}

fn custodies(
    reading: &Reading,
    family_known: impl Fn(&FamilyId, &Row) -> bool,
    child_known: impl Fn(&ChildId, &Row) -> bool,
) -> Custodies {
    let mut once = Once::new();
    let mut custodies = Custodies::new();
    for row in CUSTODY.rows(reading) {
        let child = row.id::<ChildId>("child").filter(|child| child_known(child, &row));
        let family = row.id::<FamilyId>("family").filter(|family| family_known(family, &row));
        let weeks = row.optional("weeks", weeks).unwrap_or(Weeks::All);
        let Span { from, to } = row.span();
        let (Some(child), Some(family)) = (child, family) else { continue };
        if !once.first((child.clone(), family.clone()), &row, || format!("la garde de « {child} » par « {family} »"))
        {
            continue;
        }
        let custody = Custody { weeks, from, to };
        let others = custodies.entry(child).or_default();
        let doubled = others.iter().find(|(_, other)| row.is_sound() && other.meets(&custody));
        if let Some((other, _)) = doubled {
            row.fault(format!("« {other} » a déjà la garde certains de ces jours : un seul foyer répond d’un jour."));
        }
        others.push((family, custody));
    }
    custodies
}

fn weeks(text: &str) -> Result<Weeks, String> {
    match text {
        "all" => Ok(Weeks::All),
        "even" => Ok(Weeks::Even),
        "odd" => Ok(Weeks::Odd),
        other => Err(format!("« {other} » : écrivez all (toutes), even (paires) ou odd (impaires).")),
    }
}

fn enrolments(reading: &Reading, activities: &[Activity], child_known: impl Fn(&ChildId, &Row) -> bool) -> Enrolments {
    let ids: HashSet<ActivityId> = activities.iter().map(|activity| activity.id.clone()).collect();
    let mut enrolments = Enrolments::new();
    for row in ENROLMENTS.rows(reading) {
        let child = row.id::<ChildId>("child").filter(|child| child_known(child, &row));
        let activity = row.id::<ActivityId>("activity");
        let activity = activity.filter(|activity| known(&ids, activity, &row, "l’activité", "activities.toml"));
        let Span { from, to } = row.span();
        let (Some(child), Some(activity)) = (child, activity) else { continue };
        let of_child = enrolments.entry(child).or_default();
        let enrolment = Enrolment { activity, from, to };
        if row.is_sound() && of_child.iter().any(|other| other.meets(&enrolment)) {
            row.fault(format!("cet enfant est déjà inscrit à « {} » certains de ces jours.", enrolment.activity));
        }
        of_child.push(enrolment);
    }
    enrolments
}
