//! `docs/ORGANISATION_FOLDER.md` is true: its samples, put into files, are a sound folder.

use std::collections::BTreeMap;

use domain::dossier::Field;
use folder::load_demo_accounts;

use crate::table::{Store, moment};
use crate::village::{Village, demo};

/// The samples of the page, in its order; what a file has two samples of goes into it one after the other.
const SAMPLES: [&str; 21] = [
    "organisation.toml",
    "organisation.toml",
    "organisation.toml",
    "organisation.toml",
    "information.toml",
    "calendar.toml",
    "calendar.toml",
    "activities.toml",
    "activities.toml",
    "activities.toml",
    "activities.toml",
    "activities.toml",
    "families.csv",
    "situations.csv",
    "adults.csv",
    "children.csv",
    "custody.csv",
    "enrolments.csv",
    "bookings.csv",
    "invoices.csv",
    "accounts.toml",
];

fn samples() -> Vec<String> {
    let page = std::fs::read_to_string(demo("../../docs/ORGANISATION_FOLDER.md")).unwrap();
    let fenced = page.split("```").skip(1).step_by(2);
    fenced.filter_map(|block| block.strip_prefix("toml\n").or(block.strip_prefix("csv\n"))).map(str::to_owned).collect()
}

#[test]
fn the_samples_are_a_sound_folder() {
    let samples = samples();
    assert_eq!(samples.len(), SAMPLES.len());
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for (file, text) in SAMPLES.into_iter().zip(&samples).take(SAMPLES.len() - 1) {
        files.entry(file).or_default().push_str(text);
    }
    let folder =
        files.iter().fold(Village::new(), |village, (file, text)| village.write(file, text.as_bytes())).read().unwrap();
    assert_eq!((folder.families.len(), folder.bookings.len()), (2, 2));
    assert!(folder.warnings.is_empty());
}

#[tokio::test]
async fn the_sample_of_accounts_is_sound_but_for_its_adult() {
    let village = Village::new().write("accounts.toml", samples().last().unwrap().as_bytes());
    let store = Store::new().await;
    let error = load_demo_accounts(&store.table, &village.path("accounts.toml"), moment()).await.unwrap_err();
    assert!(error.to_string().contains("désigne l’adulte « chantal »"), "{error}");
}

/// The guide names what a folder may say of an adult, and the folder takes it.
#[test]
fn each_field_of_a_fiche_is_a_column_that_the_guide_names() {
    let page = std::fs::read_to_string(demo("../../docs/ORGANISATION_FOLDER.md")).unwrap();
    let fields: Vec<&str> = Field::all().filter(|field| *field != Field::Hidden).map(Field::as_str).collect();
    let rows = page.split("## ").find(|section| section.starts_with("families.csv")).unwrap();
    for field in &fields {
        let named = rows.contains(&format!("`{field}`")) || rows.contains(&format!(";{field};"));
        assert!(named, "docs/ORGANISATION_FOLDER.md does not say {field}");
    }
    let header = format!("family;adult;{}\n", fields.join(";"));
    let village = Village::new().write("adults.csv", header.as_bytes());
    let said = |village: &Village| match village.read() {
        Ok(_) => String::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    assert!(!said(&village).contains("colonne"), "{}", said(&village));
    let hidden = Village::new().write("adults.csv", header.replace("role", "hidden;role").as_bytes());
    assert!(said(&hidden).contains("« hidden » est inconnue"), "{}", said(&hidden));
}
