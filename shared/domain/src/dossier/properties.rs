//! Two adults at one dossier, in any order: nothing is lost, and every saved dossier has one payer with an address.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{at, devret, id, parent};
use super::*;

/// What one of the two does.
#[derive(Debug, Clone)]
enum Act {
    /// Reads the dossier again.
    Reads,
    /// Saves what it typed on the page as it was read last.
    Saves { changes: Vec<(usize, usize)>, adds: bool, ends: bool },
}

const PLACES: [&str; 9] = [
    "fiche.chantal.mobile",
    "fiche.chantal.address_1",
    "fiche.chantal.town",
    "fiche.marc.address_1",
    "fiche.marc.note",
    "collects.marc.lou",
    "billing",
    "fiche.nounou.note",
    "fiche.nounou.address_1",
];

/// What may be typed at a place: good and bad.
fn typed(place: usize, choice: usize) -> &'static str {
    let of_place: [&str; 3] = match PLACES[place] {
        "fiche.chantal.mobile" => ["06 07 89 70 15", "06 11 11 11 11", ""],
        "fiche.chantal.town" => ["JUMEX", "ORLÉANS", ""],
        "collects.marc.lou" => ["allowed", "", "allowed"],
        "billing" => ["chantal", "marc", "nounou"],
        _ => ["Chemin de la lune", "2 rue du Four", ""],
    };
    of_place[choice]
}

fn act() -> impl Strategy<Value = (bool, Act)> {
    let changes = prop::collection::vec((0..PLACES.len(), 0..3_usize), 1..4);
    let saves = (changes, any::<bool>(), any::<bool>()).prop_map(|(changes, adds, ends)| Act::Saves {
        changes,
        adds,
        ends: ends && !adds,
    });
    (any::<bool>(), prop_oneof![1 => Just(Act::Reads), 3 => saves])
}

/// What the page of somebody who read `read` sends.
fn save(read: &Dossier, author: &Author, changes: &[(usize, usize)], adds: bool, ends: bool) -> Save {
    let rules = DossierRules::default();
    let mut save = Save::default();
    if adds && read.fiche(&id("nounou")).is_none() {
        save.adds.push(id("nounou"));
        for (field, text) in [("role", "NOUNOU"), ("last_name", "POPPINS"), ("first_name", "Mary")] {
            let place = format!("fiche.nounou.{field}").parse().unwrap();
            save.changes.push(Change { place, was: String::new(), now: text.to_owned() });
        }
    }
    if ends {
        save.ends.push(id("nounou"));
    }
    for (at, choice) in changes {
        let place: Place = PLACES[*at].parse().unwrap();
        let was = author.sees(read, &rules, &place).unwrap_or_default();
        if !save.changes.iter().any(|change| change.place == place) {
            save.changes.push(Change { place, was, now: typed(*at, *choice).to_owned() });
        }
    }
    save
}

/// Every text of a dossier that this test writes.
fn texts(dossier: &Dossier) -> BTreeMap<Place, String> {
    let rules = DossierRules::default();
    let more = ["fiche.nounou.role", "fiche.nounou.last_name", "fiche.nounou.first_name"];
    let places = PLACES.iter().chain(&more).map(|place| place.parse::<Place>().unwrap());
    places.filter_map(|place| Some((place.clone(), dossier.text(&rules, &place)?))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_two_adults_edits_equal_some_order_of_them(acts in prop::collection::vec(act(), 1..30)) {
        let rules = DossierRules::default();
        let authors = [parent("chantal"), parent("marc")];
        let mut kept = devret();
        let mut read = [kept.clone(), kept.clone()];
        // The same history by a model that knows no merging: the texts after each save that was taken, one after the other.
        let mut model = texts(&kept);
        for (second, act) in acts {
            let who = usize::from(second);
            let (changes, adds, ends) = match act {
                Act::Reads => { read[who] = kept.clone(); continue; }
                Act::Saves { changes, adds, ends } => (changes, adds, ends),
            };
            let save = save(&read[who], &authors[who], &changes, adds, ends);
            match decide(&kept, &rules, &authors[who], &save, at()) {
                Err(refusal) => prop_assert!(refusal != Refusal::default(), "a refusal says why"),
                Ok(next) => {
                    for change in &save.changes {
                        let there = model.get(&change.place).cloned().unwrap_or_default();
                        let ended = save.ends.iter().any(|end| change.place.fiche() == Some(end));
                        prop_assert!(there == change.was || there == change.now, "{} overwrote unseen {there}", change.place);
                        if !ended { model.insert(change.place.clone(), change.now.clone()); }
                    }
                    if save.adds.contains(&id("nounou")) {
                        for place in ["fiche.nounou.note", "fiche.nounou.address_1"] {
                            model.entry(place.parse().unwrap()).or_default();
                        }
                    }
                    model.retain(|place, _| !save.ends.iter().any(|end| place.fiche() == Some(end)));
                    kept = next;
                    read[who] = kept.clone();
                }
            }
            prop_assert_eq!(&texts(&kept), &model);
            let payers = kept.fiches.iter().filter(|fiche| Some(&fiche.id) == kept.billing.as_ref()).count();
            prop_assert_eq!(payers, 1, "one payer");
            prop_assert!(kept.billed().unwrap().lines.len() >= 3, "name, street, town");
        }
    }
}
