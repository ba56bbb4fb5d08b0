//! One family for agents: what they must know of it, the notes of the service, its ledger.

use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{MembershipRecord, NameRecord};
use tests::Chain;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, Village, path};
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::people;

const FAMILY: &str = "/api/organisations/jumex/families/devret";

async fn note(agent: &Person, text: &str) -> Answer {
    agent.post(&format!("{FAMILY}/notes"), json!({ "request": Uuid::new_v4(), "text": text })).await
}

async fn notes(agent: &Person) -> Value {
    agent.get(&format!("{FAMILY}/summary")).await.ok()["notes"].clone()
}

#[tokio::test]
async fn agents_read_what_they_must_know_of_a_family_in_one_reply() {
    let town = Town::at(TUESDAY).await;
    let (anne, luc) = (people::agent(&town, people::DESK).await, people::agent(&town, people::READER).await);
    let bars = json!({ "place": "collects.marc.lou", "was": "", "now": "not_allowed" });
    let known = anne.get(&format!("{FAMILY}/dossier")).await.ok();
    let marc = known["fiches"].as_array().unwrap().iter().find(|fiche| fiche["id"] == "marc").unwrap();
    let was = marc["collects"]["lou"].as_str().unwrap_or_default();
    let bars = json!({ "place": bars["place"], "was": was, "now": bars["now"] });
    anne.put(&format!("{FAMILY}/dossier"), json!({ "changes": [bars] })).await.ok();
    let summary = anne.get(&format!("{FAMILY}/summary")).await.ok();
    assert_eq!((&summary["name"], &summary["outside"]), (&json!("DEVRET"), &json!(false)));
    assert_eq!(summary["barred"], json!([{ "children": ["Lou"], "name": "Marc DEVRET", "role": "PÈRE" }]));
    let names: Vec<&str> =
        summary["children"].as_array().unwrap().iter().map(|child| child["first_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Chloé", "Lou", "Gaetan"]);
    let account = anne.get(&format!("{FAMILY}/invoices")).await.ok();
    let open = account["invoices"].as_array().unwrap().iter().filter(|one| one["owed"].as_i64().unwrap() > 0).count();
    assert_eq!((&summary["owed"], &summary["owed_invoices"]), (&account["owed"], &json!(open)));
    assert!(summary["adults"].as_array().unwrap().iter().any(|adult| adult["phone"].is_string()));
    let missing = anne.get(&format!("{FAMILY}/documents")).await.ok()["missing"].as_array().unwrap().len();
    assert_eq!(summary["missing"].as_array().unwrap().len(), missing);
    // Who reads no health is not told which papers of health are missing, and writes no note.
    let read = luc.get(&format!("{FAMILY}/summary")).await.ok();
    let health = ["Avis médical", "PAI", "Vaccins"];
    let told = |one: &Value| health.iter().any(|word| one.as_str().unwrap().starts_with(word));
    assert!(!read["missing"].as_array().unwrap().iter().any(told), "{read}");
    assert_eq!((&read["may_note"], &summary["may_note"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_note_is_read_by_agents_alone_and_taken_back_by_who_wrote_it_or_who_administers() {
    let town = Town::at(TUESDAY).await;
    let (anne, yves) = (people::agent(&town, people::DESK).await, people::agent(&town, people::TREASURER).await);
    let body = json!({ "request": Uuid::new_v4(), "text": "  Rappeler la mère après 17 h 30.  " });
    let first = anne.post(&format!("{FAMILY}/notes"), body.clone()).await.ok();
    let again = anne.post(&format!("{FAMILY}/notes"), body.clone()).await.ok();
    assert_eq!(first, again, "the same request twice is one note");
    let other = json!({ "request": body["request"], "text": "Autre chose." });
    assert_eq!(anne.post(&format!("{FAMILY}/notes"), other).await.code(), "changed-meanwhile");
    note(&yves, "Octobre se règle en deux fois.").await.ok();
    let read = notes(&people::agent(&town, people::READER).await).await;
    assert_eq!(read[0]["text"], "Octobre se règle en deux fois.", "the newest first");
    let expected = json!({
        "id": body["request"], "text": "Rappeler la mère après 17 h 30.", "by": "Anne MARCHAND", "day": "26 mai 2015",
        "removable": false,
    });
    assert_eq!(read[1], expected);
    // No adult of the family reads it in the portal, whatever page they ask for.
    let chantal = people::chantal(&town).await;
    for page in ["", "/dossier", "/invoices", "/privacy", "/documents", "/situations", "/history?weeks=26"] {
        let shown = chantal.get(&format!("{FAMILY}{page}")).await.ok().to_string();
        assert!(!shown.contains("Rappeler la mère"), "{page}: {shown}");
    }
    let taken = async |who: &Person| {
        who.call(Method::DELETE, &format!("{FAMILY}/notes/{}", body["request"].as_str().unwrap()), None).await
    };
    assert_eq!(taken(&yves).await.code(), "role-too-low", "another's note");
    assert_eq!(taken(&anne).await.ok()["notes"].as_array().unwrap().len(), 1);
    assert_eq!(taken(&anne).await.status.as_u16(), 404);
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let last = notes(&isabelle).await[0].clone();
    assert_eq!(last["removable"], true);
    let last = format!("{FAMILY}/notes/{}", last["id"].as_str().unwrap());
    assert_eq!(isabelle.call(Method::DELETE, &last, None).await.ok()["notes"], json!([]));
}

#[tokio::test]
async fn a_note_has_two_thousand_characters_and_a_family_a_hundred_notes() {
    let town = Town::at(TUESDAY).await;
    let anne = people::agent(&town, people::DESK).await;
    note(&anne, &"é".repeat(2000)).await.ok();
    for text in ["é".repeat(2001), "   ".to_owned()] {
        let refused = note(&anne, &text).await;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["field"]), (422, &json!("text")));
    }
    for number in 1..98 {
        note(&anne, &format!("Note {number}")).await.ok();
    }
    // Those that come at once count each other.
    let (one, other, third) = tokio::join!(note(&anne, "99"), note(&anne, "100"), note(&anne, "101"));
    let codes: Vec<u16> = [one, other, third].iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(notes(&anne).await.as_array().unwrap().len(), 100, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 409).count(), 1, "{codes:?}");
    assert_eq!(note(&anne, "une de plus").await.code(), "notes-enough");
}

#[tokio::test]
async fn an_agent_does_not_keep_the_notes_of_their_own_family() {
    let town = Town::at(TUESDAY).await;
    let (anne, yves) = (people::agent(&town, people::DESK).await, people::agent(&town, people::TREASURER).await);
    note(&anne, "À convoquer.").await.ok();
    let account: NameRecord = town.table().get(&keys::name(people::TREASURER.0)).await.unwrap().unwrap();
    let membership = MembershipRecord {
        account: account.account,
        organisation: "jumex".parse().unwrap(),
        family: "devret".parse().unwrap(),
        adult: "oncle".to_owned(),
        said: "Yves COLIN".to_owned(),
        version: 1.into(),
    };
    town.table().write(Chain::new().put_new(&membership)).await.unwrap();
    let summary = yves.get(&format!("{FAMILY}/summary")).await.ok();
    assert_eq!((&summary["notes"], &summary["may_note"]), (&Value::Null, &json!(false)));
    assert_eq!(note(&yves, "Tout va bien.").await.status.as_u16(), 404);
}

const BILLING: &str = "[billing]\nseller = [\"Commune de Village\"]\n";

#[tokio::test]
async fn each_row_of_the_ledger_says_what_is_owed_after_it_to_the_cent() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { billing: BILLING, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let charge = async |label: &str, price: &str| {
        let lines = json!([{ "label": label, "quantity": 1, "price": price }]);
        let made =
            treasurer.post(&path(0, "invoices"), json!({ "request": Uuid::new_v4(), "lines": lines })).await.ok();
        made["number"].as_str().unwrap().to_owned()
    };
    let pay = async |day: &str, means: &str, amount: &str, reverses: Option<&str>| {
        let body = json!({
            "request": Uuid::new_v4(), "day": day, "means": means, "amount": amount, "reverses": reverses,
        });
        treasurer.post(&path(0, "payments"), body).await.ok()["receipt"].as_str().unwrap().to_owned()
    };
    let trip = charge("Sortie au moulin", "40,50").await;
    let badge = charge("Badge perdu", "24,60").await;
    let cheque = pay("2015-05-20", "cheque", "50,00", None).await;
    let note = path(0, &format!("invoices/{trip}/credit-note"));
    treasurer.post(&note, json!({ "request": Uuid::new_v4(), "reason": "annulée" })).await.ok();
    let camp = charge("Camp", "30,00").await;
    let cash = pay("2015-05-26", "cash", "6,20", None).await;
    let back = pay("2015-05-26", "cash", "6,20", Some(&cash)).await;
    let off = path(0, &format!("invoices/{camp}/write-off"));
    treasurer.post(&off, json!({ "reason": "uncollectable", "note": "délibération" })).await.ok();
    let account = treasurer.get(&path(0, "invoices")).await.ok();
    let credit = account["invoices"].as_array().unwrap().iter().find(|one| one["cents"] == -4050).unwrap();
    // What was done, in the order of days, then of kinds; what it leaves is added up here.
    let done = [
        ("payment", cheque.as_str(), -5000),
        ("invoice", trip.as_str(), 4050),
        ("invoice", badge.as_str(), 2460),
        ("invoice", camp.as_str(), 3000),
        ("credit_note", credit["number"].as_str().unwrap(), -4050),
        ("payment", cash.as_str(), -620),
        ("reversal", back.as_str(), 620),
        ("written_off", camp.as_str(), -460),
    ];
    let mut solde = 0;
    let expected = done.map(|(kind, number, cents)| {
        solde += cents;
        (kind.to_owned(), number.to_owned(), cents, solde)
    });
    let rows = account["entries"].as_array().unwrap();
    let told = rows.iter().rev().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("kind"), text("number"), row["cents"].as_i64().unwrap(), row["balance"].as_i64().unwrap())
    });
    assert_eq!(told.collect::<Vec<_>>(), expected.to_vec());
    assert_eq!(solde, account["owed"].as_i64().unwrap() - account["credit"].as_i64().unwrap());
    let row =
        |number: &str, kind: &str| rows.iter().find(|row| row["number"] == number && row["kind"] == kind).unwrap();
    assert_eq!(row(&badge, "invoice")["settled"], true);
    assert_eq!(row(&camp, "invoice")["settled"], false, "given up is not settled");
    assert_eq!(row(&cheque, "payment")["received"].as_str().unwrap().replace('\u{a0}', " "), "50,00 €");
}
