//! What an organisation tells: texts as data, news from day to day, menus, rules by version, the legal part.

use reqwest::Method;
use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::{Person, Town};

use crate::people;

const JUMEX: &str = "/api/organisations/jumex";

fn news(title: &str, from: Value, to: Value, version: u64) -> Value {
    json!({
        "title": title, "paragraphs": ["Le **soir**, [le site](https://jumex.example)."], "day": "2015-05-26",
        "from": from, "to": to, "version": version,
    })
}

fn menu(dishes: &[&str], version: u64) -> Value {
    json!({ "days": [{ "day": "2015-05-28", "dishes": dishes, "allergens": "Lait" }], "version": version })
}

/// Every operation, in the ways that make different calls; for the policies.
pub(crate) async fn every_operation_once(town: &Town, anne: &Person) {
    let chantal = people::chantal(town).await;
    town.stranger().get(&format!("{JUMEX}/legal")).await.ok();
    anne.put(&format!("{JUMEX}/news/greve"), news("Grève", Value::Null, Value::Null, 0)).await.ok();
    anne.get(&format!("{JUMEX}/news")).await.ok();
    anne.call(Method::DELETE, &format!("{JUMEX}/news/greve"), None).await;
    anne.put(&format!("{JUMEX}/menus/cantine-maternelle/2015-05-28"), menu(&["Soupe"], 1)).await.ok();
    chantal.get(&format!("{JUMEX}/menus?day=2015-05-28")).await.ok();
    chantal.put(&format!("{JUMEX}/rules/reglement-periscolaire/acceptance"), json!({ "version": 2 })).await;
    anne.get(&format!("{JUMEX}/rules/reglement-periscolaire/acceptances")).await.ok();
}

#[tokio::test]
async fn an_agents_news_is_shown_in_its_days_as_data_and_taken_away_for_good() {
    let town = Town::at(TUESDAY).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let path = |id: &str| format!("{JUMEX}/news/{id}");
    anne.put(&path("greve"), news("Grève", Value::Null, Value::Null, 0)).await.ok();
    anne.put(&path("demain"), news("Demain", json!("2015-05-27"), Value::Null, 0)).await.ok();
    anne.put(&path("hier"), news("Hier", json!("2015-05-20"), json!("2015-05-25"), 0)).await.ok();
    let shown = chantal.get(&format!("{JUMEX}/information")).await.ok();
    let titles: Vec<&str> =
        shown["news"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles[0], "Grève", "the newest first: {titles:?}");
    assert!(!titles.contains(&"Demain") && !titles.contains(&"Hier"), "{titles:?}");
    let spans = &shown["news"][0]["blocks"][0]["spans"];
    assert_eq!((&spans[1]["text"], &spans[1]["strong"]), (&json!("soir"), &json!(true)));
    assert_eq!(spans[3]["link"], "https://jumex.example");
    assert_eq!(anne.put(&path("greve"), news("X", Value::Null, Value::Null, 0)).await.code(), "changed-meanwhile");
    let backwards = news("X", json!("2015-05-28"), json!("2015-05-27"), 1);
    assert_eq!(anne.put(&path("greve"), backwards).await.body["errors"][0]["field"], "to");
    assert_eq!(anne.call(Method::DELETE, &path("greve"), None).await.status.as_u16(), 204);
    assert_eq!(anne.call(Method::DELETE, &path("greve"), None).await.status.as_u16(), 404);
    let again = news("Grève", Value::Null, Value::Null, 2);
    assert_eq!(anne.put(&path("greve"), again).await.code(), "changed-meanwhile", "what is taken away stays away");
}

#[tokio::test]
async fn menus_of_the_folder_are_shown_and_an_agents_week_replaces_them() {
    let town = Town::at(TUESDAY).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let week = async || chantal.get(&format!("{JUMEX}/menus?day=2015-05-28")).await.ok();
    let before = week().await;
    assert_eq!((before["may_write"].clone(), before["monday"].clone()), (json!(false), json!("2015-05-25")));
    let canteen = &before["canteens"][0];
    assert_eq!(canteen["days"].as_array().unwrap().len(), 4, "{canteen}");
    let path = format!("{JUMEX}/menus/cantine-maternelle/2015-05-28");
    let version = canteen["version"].as_u64().unwrap();
    assert_eq!(anne.put(&path, menu(&["Soupe"], version + 1)).await.code(), "changed-meanwhile");
    let elsewhere = json!({ "days": [{ "day": "2015-06-01", "dishes": ["Soupe"] }], "version": version });
    assert_eq!(anne.put(&path, elsewhere).await.status.as_u16(), 422, "a day of another week");
    anne.put(&path, menu(&["Soupe", "Tarte"], version)).await.ok();
    let after = week().await;
    let expected = json!([{ "day": "2015-05-28", "dishes": ["Soupe", "Tarte"], "labels": "", "allergens": "Lait" }]);
    assert_eq!(after["canteens"][0]["days"], expected);
    assert_eq!(anne.put(&format!("{JUMEX}/menus/nothing/2015-05-28"), menu(&["x"], 0)).await.status.as_u16(), 404);
}

#[tokio::test]
async fn rules_are_accepted_by_version_and_agents_see_who_has_not() {
    let town = Town::at(TUESDAY).await;
    let (chantal, reader) = (people::chantal(&town).await, people::agent(&town, people::READER).await);
    let path = format!("{JUMEX}/rules/reglement-periscolaire/acceptance");
    let rules = async || chantal.get(&format!("{JUMEX}/information")).await.ok()["rules"][0].clone();
    assert_eq!((&rules().await["version"], &rules().await["accepted"]), (&json!(2), &Value::Null));
    assert_eq!(chantal.put(&path, json!({ "version": 1 })).await.code(), "changed-meanwhile");
    for _ in 0..2 {
        assert_eq!(chantal.put(&path, json!({ "version": 2 })).await.status.as_u16(), 204);
    }
    assert_eq!(rules().await["accepted"], "2015-05-26");
    let seen = reader.get(&format!("{path}s")).await.ok();
    assert_eq!(seen["accepted"], json!([{ "name": "Chantal DEVRET", "day": "2015-05-26" }]));
    let missing: Vec<&str> = seen["missing"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(missing.contains(&"BERTHIER") && !missing.contains(&"DEVRET"), "{missing:?}");
    let marc = people::marc(&town).await;
    let of_marc = marc.get(&format!("{JUMEX}/information")).await.ok();
    assert_eq!(of_marc["rules"][0]["accepted"], Value::Null, "each adult accepts for oneself");
}

#[tokio::test]
async fn the_legal_part_is_read_without_signing_in() {
    let town = Town::at(TUESDAY).await;
    let legal = town.stranger().get(&format!("{JUMEX}/legal")).await.ok();
    assert_eq!(
        (&legal["name"], &legal["legal"]["dpo_mel"]),
        (&json!("Commune de Jumex"), &json!("donnees@jumex.example"))
    );
    let first = legal["legal"]["retention"][0].as_str().unwrap();
    assert!(first.contains("13 mois après le jour concerné"), "the period the purge keeps to: {first}");
    assert_eq!(town.stranger().get("/api/organisations/nowhere/legal").await.status.as_u16(), 404);
}
