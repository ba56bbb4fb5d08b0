//! The agents' table of families: what each row says, which are asked for, page by page, and who never sees it.

use std::collections::BTreeSet;

use domain::id::{FamilyId, OrganisationId};
use serde_json::{Value, json};
use store::records::{AwaitedRecord, FindWord, FindableRecord, FoundBy};
use store::{Transaction, keys};
use tests::town::{TUESDAY, instant};
use tests::village::{REVIEWED, Shape, VILLAGE, Village, family_id, load};
use tests::{Person, Town};
use uuid::Uuid;

use crate::people;
use crate::planning_mails::tick;

const TABLE: &str = "/api/organisations/jumex/families";

fn named(table: &Value) -> Vec<&str> {
    table["families"].as_array().unwrap().iter().map(|family| family["name"].as_str().unwrap()).collect()
}

async fn table(agent: &Person, conditions: &str) -> Value {
    agent.get(&format!("{TABLE}?{conditions}")).await.ok()
}

/// A family of the village whose rows are as an import of last year left them: none in the table, one word too many.
pub(crate) async fn rows_of_before(town: &Town, number: usize) {
    let (organisation, family) = village_family(number);
    let mut known: FindableRecord = town.table().get(&keys::findable(&organisation, &family)).await.unwrap().unwrap();
    known.words.insert(FindWord { word: "autrefois".to_owned(), by: FoundBy::Adult, text: "Autrefois".to_owned() });
    let mut transaction = Transaction::of_system();
    transaction.put(&known);
    transaction.delete(&keys::listed(&organisation, &format!("FAMILLE {number}"), &family));
    town.table().write(transaction).await.unwrap();
}

/// Something is awaited of a family of the village.
pub(crate) async fn awaits(town: &Town, number: usize) {
    let (organisation, family) = village_family(number);
    let name = format!("FAMILLE {number}");
    let mut transaction = Transaction::of_system();
    transaction.put(&AwaitedRecord { organisation, family, name, owed: 0, due: None, missing: 1 });
    town.table().write(transaction).await.unwrap();
}

fn village_family(number: usize) -> (OrganisationId, FamilyId) {
    (VILLAGE.parse().unwrap(), family_id(number).parse().unwrap())
}

#[tokio::test]
async fn a_row_says_what_the_dossier_the_account_and_the_pieces_say() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let all = table(&agent, "").await;
    assert_eq!(named(&all), ["BERTHIER", "DEVRET", "GARNIER", "MOREL"], "in the order of names");
    assert_eq!((&all["count"], &all["next"], &all["more"]), (&json!(4), &Value::Null, &json!(false)));
    let devret = &all["families"][1];
    let first_names: Vec<&Value> =
        devret["children"].as_array().unwrap().iter().map(|child| &child["first_name"]).collect();
    assert_eq!(first_names, ["Chloé", "Lou", "Gaetan"]);
    assert_eq!(devret["children"][0]["class"], "Grande section");
    // Chantal's fiche is the one with the billing address.
    assert_eq!((&devret["phone"], &devret["mel"]), (&json!("06 07 89 70 15"), &json!("pasdemail@qis.fr")));
    assert_eq!(devret["portal"], "member");
    assert_eq!(devret["owed"], "65,10\u{a0}€", "what Mes factures shows Chantal as her solde");
    let documents = agent.get("/api/organisations/jumex/families/devret/documents").await.ok();
    assert_eq!(devret["missing"], documents["missing"].as_array().unwrap().len());
    assert_eq!(all["counts"]["all"], 4);
}

#[tokio::test]
async fn what_is_said_must_all_hold_and_what_cannot_be_said_is_refused() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    assert_eq!(named(&table(&agent, "class=grande%20SECTION").await), ["DEVRET", "GARNIER", "MOREL"]);
    assert_eq!(named(&table(&agent, "class=CE1").await), ["DEVRET"]);
    assert_eq!(named(&table(&agent, "class=CE1&school=ailleurs").await), Vec::<&str>::new());
    assert_eq!(named(&table(&agent, "mel=none").await), Vec::<&str>::new(), "each has one");
    assert_eq!(named(&table(&agent, "portal=never").await), Vec::<&str>::new(), "each has an account");
    for unreadable in ["mel=some", "owes_days=-1", "owes_days=x", "portal=x"] {
        assert_eq!(agent.get(&format!("{TABLE}?{unreadable}")).await.code(), "invalid", "{unreadable}");
    }
    // A quotient that an agent sets is there at once, and only from its day on.
    assert_eq!(table(&agent, "quotient=unknown").await["count"], 4);
    for (from, answered) in [("01/06/2015", 4), ("01/05/2015", 3)] {
        let situations = "/api/organisations/jumex/families/morel/situations";
        let version = agent.get(situations).await.ok()["version"].clone();
        let body = json!({
            "request": Uuid::new_v4().to_string(), "version": version, "from": from, "quotient": "812",
            "outside": false, "source": "avis papier", "document": null,
        });
        agent.post(situations, body).await.ok();
        assert_eq!(table(&agent, "quotient=unknown").await["count"], answered, "from {from}");
    }
}

#[tokio::test]
async fn a_debt_is_found_after_its_days_and_no_day_before() {
    let town = Town::at(TUESDAY).await;
    let treasurer = people::agent(&town, people::TREASURER).await;
    let devret = table(&treasurer, "").await["families"][1].clone();
    let due = domain::day::parse_day(devret["due"].as_str().unwrap()).unwrap();
    let invoices = treasurer.get("/api/organisations/jumex/families/devret/invoices").await.ok();
    let unpaid = invoices["invoices"].as_array().unwrap().iter().filter(|one| one["owed"].as_i64().unwrap() > 0);
    let oldest = unpaid.filter_map(|one| one["due"].as_str()).min().unwrap();
    assert_eq!(due.to_string(), oldest, "the oldest that is unpaid");
    // 26 May 2015 is the day of the guide.
    let late = (domain::day::parse_day("2015-05-26").unwrap() - due).num_days().max(0);
    if late > 0 {
        assert!(named(&table(&treasurer, &format!("owes_days={}", late - 1)).await).contains(&"DEVRET"));
    }
    assert!(!named(&table(&treasurer, &format!("owes_days={late}")).await).contains(&"DEVRET"));
}

#[tokio::test]
async fn a_long_table_comes_page_by_page_each_family_once_in_order() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { families: 120, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let agent = village.agent().await;
    let (mut names, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let query = url(&after);
        let page = agent.get(&format!("/api/organisations/{VILLAGE}/families?after={query}")).await.ok();
        assert_eq!(page["count"].as_u64().unwrap() as usize, 120 - names.len());
        names.extend(named(&page).into_iter().map(str::to_owned));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(pages, 3, "fifty a page");
    assert!(names.is_sorted(), "{names:?}");
    let expected: BTreeSet<String> = (0..120).map(|family| format!("FAMILLE {family}")).collect();
    assert_eq!(names.len(), 120);
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), expected);
}

fn url(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn the_table_follows_a_new_name_and_a_new_phone_and_belongs_to_one_organisation() {
    let town = Town::at(TUESDAY).await;
    load(&town.table(), instant(TUESDAY), &Shape { families: 2, ..Shape::default() }).await;
    let agent = people::agent(&town, people::DESK).await;
    assert_eq!(table(&agent, "").await["count"], 4, "the village's families are the village's");
    assert_eq!(agent.get(&format!("/api/organisations/{VILLAGE}/families")).await.status.as_u16(), 404);
    // Made at the desk, it is there.
    let made = json!({
        "request": Uuid::new_v4().to_string(), "last_name": "Åström-Nuñez", "first_name": "Søren", "role": "PÈRE",
        "address_1": "1 rue du Port", "postal_code": "45600", "town": "Jumex", "mel": "",
    });
    let family = agent.post(TABLE, made).await.ok()["id"].as_str().unwrap().to_owned();
    let without = table(&agent, "mel=none").await;
    assert_eq!(named(&without).len(), 1);
    assert_eq!((&without["families"][0]["id"], &without["families"][0]["portal"]), (&json!(family), &json!("nobody")));
    assert_eq!(table(&agent, "").await["families"][0]["id"], json!(family), "Å is read as an A");
    let request = Uuid::new_v4().to_string();
    let mel = "soren@mail.example";
    let invitation = json!({ "request": request, "mel": mel, "first_name": "Søren", "last_name": "Åström" });
    agent.post(&format!("{TABLE}/{family}/invitations"), invitation).await.ok();
    assert_eq!(table(&agent, "portal=never").await["families"][0]["portal"], "invited");
    // A phone that the family writes is there with the same save.
    let chantal = people::chantal(&town).await;
    let path = "/api/organisations/jumex/families/devret/dossier";
    let place = "fiche.chantal.mobile";
    let change = json!({ "changes": [{ "place": place, "was": "06 07 89 70 15", "now": "06 99 88 77 66" }] });
    chantal.put(path, change).await.ok();
    let rows = table(&agent, "").await;
    let devret = rows["families"].as_array().unwrap().iter().find(|one| one["id"] == "devret").unwrap();
    assert_eq!(devret["phone"], "06 99 88 77 66");
}

#[tokio::test]
async fn a_tick_makes_the_rows_of_a_table_that_has_none_and_says_when() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { families: 70, billing: REVIEWED, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    // As a table filled before the rows existed.
    for number in 0..70 {
        rows_of_before(&town, number).await;
    }
    let agent = village.agent().await;
    let path = format!("/api/organisations/{VILLAGE}/families");
    assert_eq!(agent.get(&path).await.ok()["count"], 0);
    tick(&town, "hour").await;
    let page = agent.get(&path).await.ok();
    assert_eq!(page["count"], 70);
    let as_of: chrono::DateTime<chrono::Utc> = page["as_of"].as_str().unwrap().parse().unwrap();
    assert!((as_of - instant(TUESDAY)).num_minutes().abs() < 10, "on the clock of the portal: {as_of}");
}
