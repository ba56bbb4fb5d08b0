//! The town as its files tell it, cut short or repeated to so many families.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::MonthError;

/// A family with its children and their bookings.
#[derive(Debug, Clone)]
pub(crate) struct Household {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) quotient: String,
    pub(crate) children: Vec<Child>,
}

/// A child with what it is booked for: the day and the activity's name.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) class: String,
    pub(crate) born: String,
    pub(crate) bookings: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct FamilyRow {
    family: String,
    name: String,
    login: String,
    qf: String,
}

#[derive(Deserialize)]
struct ChildRow {
    child_id: String,
    family: String,
    first: String,
    birth: String,
    group: String,
}

#[derive(Deserialize)]
struct BookingRow {
    child_id: String,
    date: String,
    activity: String,
}

/// Reads the town of a folder.
pub(crate) fn read(folder: &Path, families: Option<usize>) -> Result<Vec<Household>, MonthError> {
    let mut bookings: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in rows::<BookingRow>(&folder.join("bookings.csv"))? {
        bookings.entry(row.child_id).or_default().push((row.date, row.activity));
    }
    let mut children: BTreeMap<String, Vec<Child>> = BTreeMap::new();
    for row in rows::<ChildRow>(&folder.join("children.csv"))? {
        let bookings = bookings.remove(&row.child_id).unwrap_or_default();
        let (id, first_name, class, born) = (row.child_id, row.first, row.group, row.birth);
        children.entry(row.family).or_default().push(Child { id, first_name, class, born, bookings });
    }
    let households: Vec<Household> = rows::<FamilyRow>(&folder.join("families.csv"))?
        .into_iter()
        .map(|row| Household {
            children: children.remove(&row.family).unwrap_or_default(),
            id: row.family,
            name: row.name,
            login: row.login.to_lowercase(),
            quotient: row.qf,
        })
        .collect();
    let wanted = families.unwrap_or(households.len());
    Ok(households.iter().cycle().take(wanted).enumerate().map(|(at, one)| one.again(at / households.len())).collect())
}

impl Household {
    /// The same family once more, under identifiers of its own from the second time on.
    fn again(&self, turn: usize) -> Self {
        let named = |id: &str| if turn == 0 { id.to_owned() } else { format!("{id}-{turn}") };
        let child = |child: &Child| Child { id: named(&child.id), ..child.clone() };
        let children = self.children.iter().map(child).collect();
        Self { id: named(&self.id), login: named(&self.login), children, ..self.clone() }
    }
}

/// The rows of a file, which may lie there compressed.
fn rows<R: DeserializeOwned>(file: &Path) -> Result<Vec<R>, MonthError> {
    let compressed = file.with_extension("csv.gz");
    let opened: Box<dyn Read> = match compressed.is_file() {
        true => Box::new(GzDecoder::new(open(&compressed)?)),
        false => Box::new(open(file)?),
    };
    csv::Reader::from_reader(opened).deserialize().map(|row| Ok(row?)).collect()
}

fn open(file: &Path) -> Result<File, MonthError> {
    File::open(file).map_err(|error| MonthError::Folder(format!("{} : {error}", file.display())))
}
