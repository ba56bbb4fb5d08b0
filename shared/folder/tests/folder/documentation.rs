//! `docs/ORGANISATION_FOLDER.md` is true: its samples, put into files, are a sound folder.

use std::collections::BTreeMap;

use folder::load_demo_accounts;

use crate::table::{Store, moment};
use crate::village::{Village, demo};

/// The samples of the page, in its order; what a file has two samples of goes into it one after the other.
const SAMPLES: [&str; 20] = [
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
