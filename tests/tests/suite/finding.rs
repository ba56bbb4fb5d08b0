//! Chercher: what agents type finds families by names, phones, méls, streets, classes and invoices, and follows them.

use serde_json::{Value, json};
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village};
use tests::{Person, Town};
use uuid::Uuid;

use crate::people;
use crate::planning_mails::tick;

const FAMILIES: &str = "/api/organisations/jumex/families";

async fn found(agent: &Person, typed: &str) -> Value {
    let typed: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
    agent.get(&format!("/api/organisations/jumex/search?q={typed}")).await.ok()
}

/// The names of the families, in the order of the answers, each once.
fn named(found: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for hit in found["hits"].as_array().unwrap() {
        let name = hit["family"]["name"].as_str().unwrap();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

async fn make(agent: &Person, last_name: &str, first_name: &str, mel: &str) -> String {
    let body = json!({
        "request": Uuid::new_v4().to_string(), "last_name": last_name, "first_name": first_name, "role": "PÈRE",
        "address_1": "3 rue de l’Écluse", "postal_code": "45600", "town": "Jumex", "mel": mel,
    });
    agent.post(FAMILIES, body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_family_is_found_by_whatever_one_knows_of_it() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    for (typed, by) in [
        ("devret", "family"),
        ("DÉVRET", "family"),
        ("vre", "family"),
        ("chloe", "child"),
        ("hloé devret", "family"),
        ("06 07 89", "phone"),
        ("0607897015", "phone"),
        ("+33 6 07 89 70 15", "phone"),
        ("70 15", "phone"),
        ("pasdemail", "mel"),
        ("pasdemail@qis.fr", "mel"),
        ("chemin lune", "street"),
        ("ce1", "class"),
        ("2015-00042", "invoice"),
        ("00042", "invoice"),
    ] {
        let found = found(&agent, typed).await;
        assert_eq!(named(&found), ["DEVRET"], "{typed}: {found}");
        assert!(found["hits"].as_array().unwrap().iter().any(|hit| hit["by"] == by), "{typed}: {found}");
    }
    assert_eq!(named(&found(&agent, "lune devret").await), ["DEVRET"], "every word, wherever it is");
    assert_eq!(named(&found(&agent, "lune berthier").await), Vec::<&str>::new(), "all words, of one family");
    assert_eq!(named(&found(&agent, "nobody").await), Vec::<&str>::new());
    for unreadable in ["d", " ", "\u{7}ab", &"a".repeat(81)] {
        let typed: String = unreadable.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = agent.get(&format!("/api/organisations/jumex/search?q={typed}")).await;
        assert_eq!(answer.code(), "invalid", "{unreadable:?}");
    }
}

#[tokio::test]
async fn names_are_found_however_they_are_spelled() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let family = make(&agent, "O’Neill-Østergård", "Łukasz", "").await;
    let only = |found: &Value| {
        let hits = found["hits"].as_array().unwrap();
        !hits.is_empty() && hits.iter().all(|hit| hit["family"]["id"] == json!(family))
    };
    for typed in ["o'neill", "oneill", "O’NEILL", "neill ostergard", "østergård", "stergard", "lukasz", "Łuk", "ecluse"]
    {
        let found = found(&agent, typed).await;
        assert!(only(&found), "{typed}: {found}");
    }
    let weiss = make(&agent, "Weiß", "Ana", "").await;
    for typed in ["weiss", "WEIß", "eiß"] {
        assert_eq!(found(&agent, typed).await["hits"][0]["family"]["id"], json!(weiss), "{typed}");
    }
}

#[tokio::test]
async fn what_changes_is_found_at_once_and_what_was_is_not() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let chantal = people::chantal(&town).await;
    let path = "/api/organisations/jumex/families/devret/dossier";
    let change = json!({ "changes": [
        { "place": "fiche.chantal.mobile", "was": "06 07 89 70 15", "now": "06 99 88 77 66" },
        { "place": "fiche.chantal.last_name", "was": "DEVRET", "now": "CALENDULA" },
    ] });
    chantal.put(path, change).await.ok();
    assert_eq!(named(&found(&agent, "calendula").await), ["DEVRET"]);
    assert_eq!(named(&found(&agent, "99 88 77").await), ["DEVRET"], "from each second figure on");
    assert_eq!(named(&found(&agent, "0699887766").await), ["DEVRET"]);
    assert_eq!(named(&found(&agent, "0607897015").await), Vec::<&str>::new());
    // What the new name's row shows is the new phone too, in every other row as well.
    assert_eq!(found(&agent, "pasdemail").await["hits"][0]["family"]["phone"], "06 99 88 77 66");
    assert_eq!(named(&found(&agent, "2015-00042").await), ["DEVRET"], "its invoices are still found");
}

#[tokio::test]
async fn a_search_is_of_one_organisation_and_has_at_most_twelve_answers() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { families: 40, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let desk = people::agent(&town, people::DESK).await;
    assert_eq!(named(&found(&desk, "famille").await), Vec::<&str>::new(), "the village's are the village's");
    let agent = village.agent().await;
    let answer = agent.get(&format!("/api/organisations/{VILLAGE}/search?q=famille")).await.ok();
    assert_eq!((answer["hits"].as_array().unwrap().len(), &answer["more"]), (12, &json!(true)));
    let answer = agent.get(&format!("/api/organisations/{VILLAGE}/search?q=famille%2017")).await.ok();
    assert_eq!((named(&answer), &answer["more"]), (vec!["FAMILLE 17"], &json!(false)));
    assert_eq!(agent.get("/api/organisations/jumex/search?q=devret").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_tick_fills_a_table_of_before_and_goes_on_where_it_stopped() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let organisation: domain::id::OrganisationId = "jumex".parse().unwrap();
    // As a table filled before there were such rows: neither the rows nor the list of them.
    let rows = town.table().list(&store::keys::found_by(&organisation, "")).await.unwrap().keys().unwrap();
    assert!(rows.len() > 100, "{}", rows.len());
    for some in rows.chunks(90) {
        let mut transaction = store::Transaction::of_system();
        for key in some {
            transaction.delete(key);
        }
        town.table().write(transaction).await.unwrap();
    }
    for family in ["devret", "berthier", "morel", "garnier"] {
        let mut transaction = store::Transaction::of_system();
        transaction.delete(&store::keys::findable(&organisation, &family.parse().unwrap()));
        town.table().write(transaction).await.unwrap();
    }
    assert_eq!(named(&found(&agent, "devret").await), Vec::<&str>::new());
    tick(&town, "hour").await;
    assert_eq!(named(&found(&agent, "devret").await), ["DEVRET"]);
    let again = town.table().list(&store::keys::found_by(&organisation, "")).await.unwrap().keys().unwrap();
    assert_eq!(again, rows, "the same rows as the import made");
}
