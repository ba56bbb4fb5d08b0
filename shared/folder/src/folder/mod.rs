//! An organisation's folder, read and checked: the files against their form, then against each other.

mod activities;
mod adjustments;
mod bookings;
mod calendar;
mod families;
mod identity;
mod invoices;
mod joint;
mod notices;
mod people;
mod pieces;
mod prepaid;
mod rules;
mod stand_ins;
mod tariffs;
mod when;

pub use invoices::InvoiceRow;
pub use notices::{MenuRow, Notices};
pub(crate) use when::{presence, quotient};

use std::collections::BTreeMap;
use std::path::Path;

use domain::day::Day;
use domain::dossier::{Adult, Collects, Field};
use domain::family::{Child, Family};
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::organisation::Organisation;

use crate::fault::FolderError;
use crate::source::{Reading, Section};

/// The latest form of a folder this version reads.
pub(crate) const FORMAT: u32 = 1;

/// The TOML and CSV files of a folder.
const FILES: [&str; 9] = [
    "organisation.toml",
    "calendar.toml",
    "activities.toml",
    "families.csv",
    "adults.csv",
    "children.csv",
    "custody.csv",
    "enrolments.csv",
    "bookings.csv",
];

/// A file of worked examples, for those who check the rules; the import does not read it.
const EXAMPLES: &str = "examples.toml";

/// Everything a folder says, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationFolder {
    /// The organisation with its calendar and activities.
    pub organisation: Organisation,
    /// Who administers it first.
    pub administrator: Administrator,
    /// Its families with their adults.
    pub families: Vec<FamilyRow>,
    /// Its bookings, each with the family that answers for the day.
    pub bookings: Vec<BookingRow>,
    /// Its invoices of the time before.
    pub invoices: Vec<InvoiceRow>,
    /// What it tells its families beside its texts.
    pub notices: Notices,
    /// Rows that are passed over, and why.
    pub warnings: Vec<FolderError>,
}

/// Who administers an organisation first; the import invites this person once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where the invitation goes.
    pub mel: String,
}

/// A family and its adults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyRow {
    /// The family as the planning knows it.
    pub family: Family,
    /// Its adults, in the order of the file.
    pub adults: Vec<AdultRow>,
}

/// An adult, as the folder describes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AdultRow {
    /// Unique in the family.
    pub reference: String,
    /// `MÈRE`, `PÈRE`…
    pub role: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where an invitation goes.
    pub mel: Option<String>,
    /// Whether the import invites this adult, once.
    pub invite: bool,
    /// The rest of the fiche; a row that says nothing of it keeps its mark.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Field, String>,
    /// Whether this address is for the invoices.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub billing: bool,
    /// Whether this adult may fetch every child of the family.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub collects: bool,
}

impl AdultRow {
    /// The fiche it describes, for a family with these children.
    pub fn fiche(&self, children: &[Child]) -> Adult {
        let allowed = |child: &Child| (child.id.clone(), Collects::Allowed);
        Adult {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            role: self.role.clone(),
            mel: self.mel.clone(),
            details: self.details.clone(),
            collects: children.iter().filter(|_| self.collects).map(allowed).collect(),
            ..Adult::default()
        }
    }
}

/// A booking, with the family that answers for its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRow {
    /// Who answers.
    pub family: FamilyId,
    /// Who takes part.
    pub child: ChildId,
    /// In what.
    pub activity: ActivityId,
    /// The day.
    pub day: Day,
    /// What was paid for it already, in cents.
    pub paid: Option<u32>,
}

/// Reads and checks a folder. `today` is the day of the business clock: relative days are counted from its week.
///
/// # Errors
/// Every fault of every file, by file and line.
pub fn read(dir: &Path, today: Day) -> Result<OrganisationFolder, Vec<FolderError>> {
    whole(Reading::new(dir, today))
}

/// Reads the rules of a folder: of its files `activities.toml` alone must be there.
pub(crate) fn read_rules(dir: &Path, today: Day) -> Result<OrganisationFolder, Vec<FolderError>> {
    whole(Reading { stand_ins: &stand_ins::FILES, ..Reading::new(dir, today) })
}

fn whole(reading: Reading) -> Result<OrganisationFolder, Vec<FolderError>> {
    let texts = ["organisation.toml", "calendar.toml", "activities.toml"].map(|file| (file, reading.text(file)));
    let parts = parts(&reading, &texts);
    let Reading { faults, .. } = reading;
    let warnings = faults.conclude()?;
    let whole = parts.map(|folder| OrganisationFolder { warnings, ..folder });
    // Whatever is missing was told as a fault above; this is told only if a reader forgot to.
    let forgotten =
        || vec![FolderError { file: "organisation.toml".into(), line: None, message: "dossier incomplet.".into() }];
    whole.ok_or_else(forgotten)
}

fn parts<'r>(reading: &'r Reading<'r>, texts: &'r [(&'static str, Option<String>); 3]) -> Option<OrganisationFolder> {
    let section = |at: usize| {
        let (file, text) = &texts[at];
        text.as_deref().and_then(|text| Section::of_file(reading, file, text))
    };
    let mut identity = section(0);
    if identity.as_mut().is_some_and(|identity| !identity::format_is_known(identity)) {
        return None;
    }
    refuse_unknown_files(reading);
    let identity = identity.and_then(identity::read);
    let calendar = section(1).map(calendar::read);
    let activities = section(2).map(activities::read);
    let known = activities.as_ref().map(|(activities, ..)| activities.as_slice()).unwrap_or_default();
    let households = families::read(reading, known);
    let bookings = bookings::read(reading, known, calendar.as_ref(), &households);
    let invoices = invoices::read(reading, known, &households);
    let notices = notices::read(reading, known);
    let (identity, calendar, (activities, capacities, prices, pieces)) = (identity?, calendar?, activities?);
    Some(OrganisationFolder {
        organisation: identity.organisation(calendar, activities, capacities, prices, pieces),
        administrator: identity.administrator,
        families: households,
        bookings,
        invoices,
        notices,
        warnings: Vec::new(),
    })
}

/// A file with a name ill-typed would otherwise be passed over without a word.
fn refuse_unknown_files(reading: &Reading) {
    let Ok(entries) = std::fs::read_dir(reading.dir) else { return };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    for name in names.filter(|name| name.ends_with(".csv") || name.ends_with(".toml")) {
        if !FILES.contains(&name.as_str())
            && ![EXAMPLES, invoices::FILE, notices::FILE, people::SITUATIONS_FILE].contains(&name.as_str())
        {
            let message = format!("ce fichier est inconnu. Un dossier contient {}.", FILES.join(", "));
            reading.faults.error(&name, None, message);
        }
    }
}
