//! The town as an organisation's folder, with its published prices.

use std::path::Path;

use csv::{Writer, WriterBuilder};

use crate::MonthError;
use crate::source::Household;

/// The organisation's identifier.
pub(crate) const ORGANISATION: &str = "mois";

const ORGANISATION_FILE: &str = r#"format = 1
id = "mois"
name = "Commune du Mois"
town = "99000 LE MOIS"
zone = "B"
[contact]
phone = "01 00 00 00 00"
mel = "mairie@mois.example"
address = ["Mairie", "99000 LE MOIS"]
opening_hours = ["Lundi : 9 h – 12 h"]
[billing]
seller = ["Commune du Mois", "1 place de la Mairie", "99000 LE MOIS", "SIRET 214 501 234 00011"]
day = 2
hour = 5
automatic = true
threshold = "0"
how_to_pay = ["Par chèque à l’ordre du Trésor public, à la mairie.", "Par virement, avec le code ci-contre."]
mentions = ["TVA non applicable, article 293 B du CGI."]
iban = "FR76 3000 1007 9412 3456 7890 185"
[administrator]
first_name = "Ada"
last_name = "MOIS"
mel = "ada@mois.example"
"#;

const CALENDAR_FILE: &str = "school_weekdays = [\"lundi\", \"mardi\", \"mercredi\", \"jeudi\", \"vendredi\"]\n";

/// The activities by the names of the source, with their identifiers and flat prices.
const ACTIVITIES: [(&str, &str, Option<&str>); 4] = [
    ("Garderie matin", "garderie-matin", Some("1,60")),
    ("Garderie midi", "garderie-midi", Some("0,80")),
    ("Garderie soir", "garderie-soir", Some("2,35")),
    ("Cantine", "cantine", None),
];

const TARIFF: &str = r#"
[[tariff]]
activity = "cantine"
from = 2025-09-01
prices = [
    { amount = "1,20", qf_from = "0", qf_to = "399" },
    { amount = "2,10", qf_from = "400", qf_to = "699" },
    { amount = "3,05", qf_from = "700", qf_to = "999" },
    { amount = "3,90", qf_from = "1000", qf_to = "1399" },
    { amount = "4,75", qf_from = "1400" },
]
"#;

/// Writes the folder.
pub(crate) fn write(folder: &Path, town: &[Household]) -> Result<(), MonthError> {
    std::fs::write(folder.join("organisation.toml"), ORGANISATION_FILE)?;
    std::fs::write(folder.join("calendar.toml"), CALENDAR_FILE)?;
    std::fs::write(folder.join("activities.toml"), activities())?;
    families(folder, town)?;
    children(folder, town)?;
    bookings(folder, town)
}

fn activities() -> String {
    let activity = |(name, id, price): &(&str, &str, Option<&str>)| {
        let price = price.map(|price| format!("price = \"{price}\"\n")).unwrap_or_default();
        format!(
            "[[activity]]\nid = \"{id}\"\nname = \"{name}\"\nweekdays = [\"lundi\", \"mardi\", \"mercredi\", \"jeudi\", \
             \"vendredi\"]\nbook = {{ open = true }}\ncancel = {{ open = true }}\n{price}"
        )
    };
    ACTIVITIES.iter().map(activity).chain([TARIFF.to_owned()]).collect()
}

fn sheet(folder: &Path, name: &str, columns: &[&str]) -> Result<Writer<std::fs::File>, MonthError> {
    let mut sheet = WriterBuilder::new().delimiter(b';').from_path(folder.join(name))?;
    sheet.write_record(columns)?;
    Ok(sheet)
}

fn families(folder: &Path, town: &[Household]) -> Result<(), MonthError> {
    let mut families = sheet(folder, "families.csv", &["family", "name", "town", "qf"])?;
    let mut adults = sheet(folder, "adults.csv", &["family", "adult", "role", "first_name", "last_name", "mel"])?;
    for Household { id, name, login, quotient, .. } in town {
        families.write_record([id, name, "99000 LE MOIS", quotient])?;
        let (last, first) = name.split_once(' ').unwrap_or((name, name));
        adults.write_record([id, "payeur", "MÈRE", first, last, &format!("{login}@mois.example")])?;
    }
    families.flush()?;
    Ok(adults.flush()?)
}

fn children(folder: &Path, town: &[Household]) -> Result<(), MonthError> {
    let mut children = sheet(folder, "children.csv", &["child", "first_name", "class", "born"])?;
    let mut custody = sheet(folder, "custody.csv", &["child", "family"])?;
    let mut enrolments = sheet(folder, "enrolments.csv", &["child", "activity"])?;
    for household in town {
        for child in &household.children {
            children.write_record([&child.id, &child.first_name, &child.class, &child.born])?;
            custody.write_record([&child.id, &household.id])?;
            for (_, activity, _) in ACTIVITIES {
                enrolments.write_record([child.id.as_str(), activity])?;
            }
        }
    }
    children.flush()?;
    custody.flush()?;
    Ok(enrolments.flush()?)
}

fn bookings(folder: &Path, town: &[Household]) -> Result<(), MonthError> {
    let mut bookings = sheet(folder, "bookings.csv", &["child", "activity", "day"])?;
    for child in town.iter().flat_map(|household| &household.children) {
        for (day, activity) in &child.bookings {
            let known = ACTIVITIES.iter().find(|(name, ..)| name == activity);
            let (_, id, _) = known.ok_or_else(|| MonthError::Folder(format!("unknown activity: {activity}")))?;
            bookings.write_record([child.id.as_str(), id, day])?;
        }
    }
    Ok(bookings.flush()?)
}
