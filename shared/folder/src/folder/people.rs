//! `families.csv`, `adults.csv` and `children.csv`, row by row.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::sync::LazyLock;

use domain::account::normalised_name;
use domain::day::Day;
use domain::dossier::{Field, YES};
use domain::id::{ChildId, FamilyId};
use domain::situation::{Situation, Situations};
use domain::tariff::Quotient;

use super::AdultRow;
use super::when::quotient;
use crate::source::{Reading, Row, Sheet, value};

const FAMILIES: Sheet =
    Sheet { file: "families.csv", required: &["family", "name", "town"], optional: &["qf", "outside"] };
/// The file; a folder need not have it.
pub(super) const SITUATIONS_FILE: &str = "situations.csv";
const SITUATIONS: Sheet = Sheet { file: SITUATIONS_FILE, required: &["family", "from"], optional: &["qf", "outside"] };
/// What a row of `adults.csv` must say.
const ADULT: [&str; 5] = ["family", "adult", "role", "first_name", "last_name"];

/// `adults.csv`: what every adult has, and whatever else a fiche has, but what only the adult may decide.
fn adults_sheet() -> Sheet {
    static REST: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let fields = Field::all().filter(|field| *field != Field::Hidden).map(Field::as_str);
        fields.filter(|name| !ADULT.contains(name)).chain(["invite", "billing", "collects"]).collect()
    });
    Sheet { file: "adults.csv", required: &ADULT, optional: &REST }
}

const CHILDREN: Sheet =
    Sheet { file: "children.csv", required: &["child", "first_name"], optional: &["class", "school", "born", "pai"] };

/// A row of `families.csv`.
pub(super) struct Household {
    pub(super) id: FamilyId,
    pub(super) name: String,
    pub(super) town: String,
    pub(super) quotient: Option<Quotient>,
    pub(super) outside: bool,
}

/// A row of `situations.csv`.
pub(super) struct SituationRow {
    pub(super) from: Day,
    /// As before when nothing is said; `None` inside is a quotient nobody knows any more.
    pub(super) quotient: Option<Option<Quotient>>,
    pub(super) outside: Option<bool>,
}

impl SituationRow {
    /// The situation it begins, after what held before.
    pub(super) fn after(self, before: &Situations) -> Situation {
        let (quotient, outside) = before.on(self.from);
        let (quotient, outside) = (self.quotient.unwrap_or(quotient), self.outside.unwrap_or(outside));
        Situation { from: self.from, quotient, outside, by_agent: false }
    }
}

/// A row of `children.csv`.
pub(super) struct ChildRow {
    pub(super) id: ChildId,
    pub(super) first_name: String,
    pub(super) class: Option<String>,
    pub(super) school: Option<String>,
    pub(super) born: Option<Day>,
    pub(super) pai: bool,
    pub(super) line: usize,
}

/// What rows named so far; a second naming is a fault.
pub(super) struct Once<K>(HashSet<K>);

impl<K: Eq + Hash> Once<K> {
    pub(super) fn new() -> Self {
        Self(HashSet::new())
    }

    /// Whether this is the first row of its name.
    pub(super) fn first(&mut self, key: K, row: &Row, said: impl FnOnce() -> String) -> bool {
        let first = self.0.insert(key);
        if !first {
            row.fault(format!("{} est là deux fois.", said()));
        }
        first
    }
}

/// Reads `families.csv`.
pub(super) fn households(reading: &Reading) -> Vec<Household> {
    let mut once = Once::new();
    let rows = FAMILIES.rows(reading);
    rows.iter()
        .filter_map(|row| {
            let (id, name, town) = (row.id::<FamilyId>("family"), row.text("name"), row.text("town"));
            let id = id.filter(|id| once.first(id.clone(), row, || format!("la famille « {id} »")))?;
            let quotient = row.optional("qf", quotient);
            let outside = row.optional("outside", value::yes).unwrap_or(false);
            Some(Household { id, name: name?, town: town?, quotient, outside })
        })
        .collect()
}

/// Reads `situations.csv` when it is there: the rows of each family, in the order of their days.
pub(super) fn situations(
    reading: &Reading,
    known: impl Fn(&FamilyId, &Row) -> bool,
) -> BTreeMap<FamilyId, BTreeMap<Day, SituationRow>> {
    let mut of: BTreeMap<FamilyId, BTreeMap<Day, SituationRow>> = BTreeMap::new();
    if !reading.dir.join(SITUATIONS_FILE).exists() {
        return of;
    }
    let mut once = Once::new();
    for row in SITUATIONS.rows(reading) {
        let family = row.id::<FamilyId>("family").filter(|family| known(family, &row));
        let from = row.day("from").map(|written| written.day);
        let unknown_or = |text: &str| if text == "unknown" { Ok(None) } else { quotient(text).map(Some) };
        let (quotient, outside) = (row.optional("qf", unknown_or), row.optional("outside", value::yes));
        let (Some(family), Some(from)) = (family, from) else { continue };
        if once.first((family.clone(), from), &row, || format!("la situation de « {family} » à partir de ce jour")) {
            of.entry(family).or_default().insert(from, SituationRow { from, quotient, outside });
        }
    }
    of
}

/// Reads `adults.csv`, each adult with its family.
pub(super) fn adults(reading: &Reading, known: impl Fn(&FamilyId, &Row) -> bool) -> Vec<(FamilyId, AdultRow)> {
    let mut once = Once::new();
    let mut invited: HashMap<(FamilyId, String), String> = HashMap::new();
    let rows = adults_sheet().rows(reading);
    rows.iter()
        .filter_map(|row| {
            let family = row.id::<FamilyId>("family").filter(|family| known(family, row));
            let adult = adult(row);
            let (family, mut adult) = (family?, adult?);
            // One mél is one person: a second invitation to it would make the one the other.
            if let Some(mel) = adult.mel.as_deref().filter(|_| adult.invite) {
                let other = invited.entry((family.clone(), normalised_name(mel))).or_insert_with(|| adult.reference.clone());
                if *other != adult.reference {
                    row.pass_over(format!(
                        "« {mel} » est déjà l’adresse de l’adulte « {other} », qui est invité : « {} » reste une fiche, \
                         il lui faut une autre adresse.",
                        adult.reference
                    ));
                    adult.invite = false;
                }
            }
            let key = (family.clone(), adult.reference.clone());
            once.first(key, row, || format!("l’adulte « {} » de « {family} »", adult.reference))
                .then_some((family, adult))
        })
        .collect()
}

fn adult(row: &Row) -> Option<AdultRow> {
    // A reference is part of a key of the table, so it is written like any other identifier.
    let reference: Option<FamilyId> = row.id("adult");
    let (role, first_name, last_name) = (row.text("role"), row.text("first_name"), row.text("last_name"));
    let mel = row.optional("mel", value::mel);
    let invite = row.optional("invite", value::yes).unwrap_or(false);
    if invite && mel.is_none() && row.is_sound() {
        row.fault("pour inviter cet adulte (invite = yes), il faut son mél.");
    }
    let details = details(row);
    let tick = |column| row.optional(column, value::yes).unwrap_or(false);
    let (billing, collects) = (tick("billing"), tick("collects"));
    let reference = reference?.as_str().to_owned();
    let (role, first_name, last_name) = (role?, first_name?, last_name?);
    Some(AdultRow { reference, role, first_name, last_name, mel, invite, details, billing, collects })
}

/// The rest of the fiche, written as a family would have to write it.
fn details(row: &Row) -> BTreeMap<Field, String> {
    let own = [Field::Role, Field::LastName, Field::FirstName, Field::Mel, Field::Emergency, Field::Hidden];
    let texts = Field::all().filter(|field| !own.contains(field));
    let read = |field: Field| Some((field, row.optional(field.as_str(), |text| field.shaped(text))?));
    let mut details: BTreeMap<Field, String> = texts.filter_map(read).collect();
    if row.optional("emergency", value::yes).unwrap_or(false) {
        if row.is_sound() && !Field::phones().any(|phone| details.contains_key(&phone)) {
            row.fault("pour appeler cet adulte en cas d’urgence (emergency = yes), il faut un numéro.");
        }
        details.insert(Field::Emergency, YES.to_owned());
    }
    details
}

/// Reads `children.csv`.
pub(super) fn children(reading: &Reading) -> Vec<ChildRow> {
    let mut once = Once::new();
    let rows = CHILDREN.rows(reading);
    rows.iter()
        .filter_map(|row| {
            let (id, first_name) = (row.id::<ChildId>("child"), row.text("first_name"));
            let class = row.optional("class", |text| Ok(text.to_owned()));
            let school = row.optional("school", |text| Ok(text.to_owned()));
            let born = row.optional("born", value::born);
            let pai = row.optional("pai", value::yes).unwrap_or(false);
            let id = id.filter(|id| once.first(id.clone(), row, || format!("l’enfant « {id} »")))?;
            Some(ChildRow { id, first_name: first_name?, class, school, born, pai, line: row.line })
        })
        .collect()
}

/// Tells a child without custody.
pub(super) fn tell_homeless(reading: &Reading, child: &ChildRow) {
    let message = format!("l’enfant « {} » n’a pas de famille : ajoutez une ligne à custody.csv.", child.id);
    reading.faults.error(CHILDREN.file, child.line, message);
}
