//! A small sound folder, to be changed by tests.

use std::path::{Path, PathBuf};

use domain::capacity::Room;
use domain::day::{Day, parse_day};
use domain::id::{ActivityId, CapacityId, ChildId};
use domain::planning::{Facts, Held};
use folder::{FolderError, OrganisationFolder, read};
use tempfile::TempDir;

const FILES: [(&str, &str); 9] = [
    ("organisation.toml", ORGANISATION),
    ("calendar.toml", CALENDAR),
    ("activities.toml", ACTIVITIES),
    ("families.csv", "family;name;town\nroux;ROUX;BOURG\nblanc;BLANC;BOURG\n"),
    ("adults.csv", "family;adult;role;first_name;last_name;mel;invite\nroux;eva;MÈRE;Eva;ROUX;eva@mail.example;yes\n"),
    ("children.csv", "child;first_name;class\nzoe;Zoé;CP\nleo;Léo;\n"),
    ("custody.csv", "child;family;weeks;from;to\nzoe;roux;even;;\nzoe;blanc;odd;;\nleo;blanc;;;\n"),
    ("enrolments.csv", "child;activity;from;to\nzoe;cantine;2026-09-01;2027-07-02\nleo;cantine;;\n"),
    ("bookings.csv", "child;activity;day\nzoe;cantine;2026-09-07\nzoe;cantine;2026-09-14\nleo;cantine;2026-09-07\n"),
];

const ORGANISATION: &str = r#"format = 1
id = "bourg"
name = "Commune de Bourg"
town = "99000 BOURG"
zone = "B"

[contact]
phone = "02 00 00 00 00"
mel = "mairie@bourg.example"
address = ["Mairie"]
opening_hours = ["Lundi : 9 h – 12 h"]

[administrator]
first_name = "Ada"
last_name = "BRUN"
mel = "ada@bourg.example"
"#;

const CALENDAR: &str = r#"school_weekdays = ["lundi", "mardi", "jeudi", "vendredi"]

[[public_holiday]]
day = 2026-11-11
name = "Armistice"

[[school_holidays]]
from = 2026-10-17
to = 2026-11-01
name = "Toussaint"
"#;

const ACTIVITIES: &str = r#"[[activity]]
id = "cantine"
name = "Cantine"
weekdays = ["lundi", "mardi", "jeudi", "vendredi"]
book = { days_before = 2, counting = "working", before = "12:00" }
cancel = { weekday = "mardi", weeks_before = 1, until = "23:59" }
price = "3,70"
"#;

/// The folder, in a place of its own.
pub(crate) struct Village(TempDir);

impl Village {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in FILES {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        Self(dir)
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// Replaces a text that is in a file once.
    pub(crate) fn change(self, file: &str, from: &str, to: &str) -> Self {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "« {from} » in {file}");
        std::fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
        self
    }

    pub(crate) fn write(self, file: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.path(file), bytes).unwrap();
        self
    }

    pub(crate) fn read(&self) -> Result<OrganisationFolder, Vec<FolderError>> {
        read(self.0.path(), day("2026-09-09"))
    }
}

pub(crate) fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// A folder of the demo.
pub(crate) fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/demo").join(name)
}

/// The bookings of a folder, as the facts a week is decided on. Its rooms are empty.
pub(crate) struct Booked<'a>(pub(crate) &'a OrganisationFolder);

impl Facts for Booked<'_> {
    fn held(&self, child: &ChildId, activity: &ActivityId, day: Day) -> Held {
        let mut rows = self.0.bookings.iter();
        Held::of(rows.any(|row| (&row.child, &row.activity, row.day) == (child, activity, day)))
    }

    fn room(&self, _: &CapacityId, _: Day) -> &Room {
        static EMPTY: Room = Room { taken: 0, line: Vec::new(), next_ticket: 0 };
        &EMPTY
    }
}
