//! A quotient and a residence have days: they price the day of service, and what is invoiced is corrected once.

use domain::role::Role;
use serde_json::{Value, json};
use store::records::RunStage;
use tests::activity::canteen;
use tests::storage::Sheet;
use tests::town::instant;
use tests::village::{REVIEWED, Shape, VILLAGE, Village, child_id, path};
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::invoices::{JUNE, invoices, until};

/// 0,515 % of the quotient, 3,60 € at most; those of elsewhere pay 5,00 €.
const TARIFF: &str = "[[tariff]]\nactivity = \"cantine\"\nprices = [{ resident = false, amount = \"5,00\" }, \
                      { rate = \"0,515 %\", most = \"3,60\" }]\n";

/// A family with five meals in May 2015: on the 18th, 19th, 21st, 22nd and 26th.
async fn village(town: &Town) -> Village {
    with_threshold(town, "1,00").await
}

async fn with_threshold(town: &Town, threshold: &str) -> Village {
    let days = ["2015-05-18", "2015-05-19", "2015-05-21", "2015-05-22", "2015-05-26"];
    let bookings: String = days.iter().map(|day| format!("{};cantine;{day};\n", child_id(0, 0))).collect();
    let (activities, billing) = (format!("{}{TARIFF}", canteen()), format!("{REVIEWED}threshold = \"{threshold}\"\n"));
    let shape = Shape { activities: &activities, billing: &billing, bookings: &bookings, ..Shape::default() };
    Village::build(town, town.table(), instant(JUNE), &shape).await
}

async fn set(agent: &Person, from: &str, quotient: &str, outside: bool) -> Answer {
    let version = agent.get(&path(0, "situations")).await.ok()["version"].clone();
    agent.post(&path(0, "situations"), situation(version, from, quotient, outside)).await
}

fn situation(version: Value, from: &str, quotient: &str, outside: bool) -> Value {
    json!({
        "request": Uuid::new_v4().to_string(), "version": version, "from": from, "quotient": quotient,
        "outside": outside, "source": "attestation CAF montrée au guichet", "document": null,
    })
}

async fn month(town: &Town, treasurer: &Person) {
    let run = format!("/api/organisations/{VILLAGE}/runs/2015-05");
    for (action, stage) in [("draft", RunStage::Review), ("issue", RunStage::Done)] {
        treasurer.put(&run, json!({ "action": action })).await.ok();
        until(town, stage).await;
    }
}

fn correction(difference: i64) -> Value {
    json!({ "request": Uuid::new_v4().to_string(), "period": "2015-05", "difference": difference })
}

async fn owed(agent: &Person) -> (i64, i64) {
    let account = agent.get(&path(0, "invoices")).await.ok();
    (account["owed"].as_i64().unwrap(), account["credit"].as_i64().unwrap())
}

async fn differences(agent: &Person) -> Vec<Value> {
    let found = agent.get(&path(0, "corrections")).await.ok();
    found["months"].as_array().unwrap().iter().map(|month| month["difference"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quotient_of_the_day_of_service_prices_it_though_another_holds_when_it_is_drafted() {
    let town = Town::at(JUNE).await;
    let village = village(&town).await;
    let (desk, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    set(&desk, "1/5/2015", "400", false).await.ok();
    let seen = set(&desk, "1er juin 2015", "1\u{202f}000", false).await.ok();
    assert_eq!((&seen["quotient"], &seen["situations"][1]["quotient"]), (&json!("1\u{202f}000"), &json!("400")));
    assert_eq!(seen["situations"][0]["source"], "attestation CAF montrée au guichet");
    assert_eq!(village.adult(0).await.get(&path(0, "situations")).await.ok()["quotient"], "1\u{202f}000");
    month(&town, &treasurer).await;
    assert_eq!(invoices(&town, 1).await[0].total, 5 * 206, "0,515 % of 400, not 3,60 €");
    assert_eq!(differences(&treasurer).await, [json!(null); 0], "nothing to correct");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lower_quotient_becomes_one_credit_note_a_higher_one_a_supplementary_invoice() {
    let town = Town::at(JUNE).await;
    let village = village(&town).await;
    let (desk, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    set(&desk, "2015-05-01", "400", false).await.ok();
    month(&town, &treasurer).await;
    let original = invoices(&town, 1).await[0].clone();
    assert_eq!(owed(&treasurer).await, (1030, 0));
    // From the 21st on at 200: three meals at 1,03 € instead of 2,06 €.
    set(&desk, "2015-05-21", "200,00", false).await.ok();
    let shown = treasurer.get(&path(0, "corrections")).await.ok();
    let month = &shown["months"][0];
    assert_eq!((&month["difference"], &month["invoice"]), (&json!(-309), &json!(original.number)));
    assert_eq!(month["sentence"], format!("Avoir de 3,09\u{a0}€ sur la facture {}.", original.number));
    assert_eq!(owed(&treasurer).await, (1030, 0), "to look changes nothing");
    let other = treasurer.post(&path(0, "corrections"), correction(-308)).await;
    assert_eq!((other.status.as_u16(), other.code()), (409, "changed-meanwhile"), "only what was shown");
    // Two agents at once, and the same request again.
    let (second, address) = (village.agent_as(Role::Administrator).await, path(0, "corrections"));
    let (mine, theirs) = (correction(-309), correction(-309));
    let (one, two) = tokio::join!(treasurer.post(&address, mine.clone()), second.post(&address, theirs.clone()));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.body, two.body);
    let (kept, by, lost) = if one.status.is_success() { (mine, &treasurer, two) } else { (theirs, &second, one) };
    assert_eq!(lost.code(), "nothing-to-correct");
    by.post(&address, kept).await.ok();
    let all = invoices(&town, 1).await;
    assert_eq!(all.iter().map(|one| one.total).collect::<Vec<_>>(), [1030, -309]);
    assert_eq!(all[1].corrects.as_ref(), Some(&original.number));
    assert_eq!((&all[0].lines, owed(&treasurer).await), (&original.lines, (721, 0)), "its lines stay");
    // It was 600 after all: three meals at 3,09 € instead of 1,03 €.
    set(&desk, "2015-05-21", "600", false).await.ok();
    assert_eq!(differences(&treasurer).await, [json!(618)]);
    treasurer.post(&address, correction(618)).await.ok();
    let all = invoices(&town, 1).await;
    assert_eq!((all[2].total, &all[2].corrects, all[2].completes.as_ref()), (618, &None, Some(&original.number)));
    assert_eq!(owed(&treasurer).await, (1339, 0), "2 × 2,06 + 3 × 3,09");
    assert_eq!(differences(&treasurer).await, [json!(null); 0]);
    // Who lived elsewhere pays 5,00 €: a residence has days too.
    set(&desk, "2015-05-26", "600", true).await.ok();
    assert_eq!(differences(&treasurer).await, [json!(500 - 309)]);
    until(&town, RunStage::Done).await;
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_day_of_a_corrected_month_gives_back_what_it_costs_since() {
    let town = Town::at(JUNE).await;
    let village = village(&town).await;
    let (desk, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    let close = async |day: &str| {
        let body = json!({ "opens": false, "activities": ["cantine"], "from": day, "to": day, "name": "Grève" });
        desk.put(&format!("/api/organisations/{VILLAGE}/closings/{}", Uuid::new_v4()), body).await.ok()
    };
    set(&desk, "2015-05-01", "400", false).await.ok();
    month(&town, &treasurer).await;
    set(&desk, "2015-05-21", "200", false).await.ok();
    treasurer.post(&path(0, "corrections"), correction(-309)).await.ok();
    assert_eq!(owed(&treasurer).await, (721, 0), "2 × 2,06 + 3 × 1,03");
    let closed = close("2015-05-22").await;
    assert_eq!(
        (owed(&treasurer).await, &closed["by_hand"]),
        ((618, 0), &json!([])),
        "1,03 €, neither 2,06 € nor nothing"
    );
    set(&desk, "2015-05-21", "600", false).await.ok();
    treasurer.post(&path(0, "corrections"), correction(412)).await.ok();
    assert_eq!(owed(&treasurer).await, (1030, 0), "2 × 2,06 + 2 × 3,09");
    // Two invoices charge the day now: a person gives it back.
    let closed = close("2015-05-26").await;
    assert_eq!((owed(&treasurer).await, &closed["by_hand"]), ((1030, 0), &json!(["FAMILLE 0"])));
    until(&town, RunStage::Done).await;
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_situation_is_set_once_with_its_source_and_on_the_family_as_it_was_read() {
    let town = Town::at(JUNE).await;
    let village = village(&town).await;
    let desk = village.agent().await;
    let version = desk.get(&path(0, "situations")).await.ok()["version"].clone();
    let first = situation(version.clone(), "2015-09-01", "812,40", false);
    let set = desk.post(&path(0, "situations"), first.clone()).await.ok();
    assert_eq!(desk.post(&path(0, "situations"), first).await.ok(), set, "once");
    let stale = desk.post(&path(0, "situations"), situation(version, "2015-10-01", "900", false)).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (409, "changed-meanwhile"));
    for (field, body) in [
        ("from", situation(set["version"].clone(), "31/02/2015", "900", false)),
        ("quotient", situation(set["version"].clone(), "2015-10-01", "NC", false)),
    ] {
        let refused = desk.post(&path(0, "situations"), body).await;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["field"]), (422, &json!(field)));
    }
    let mut unsaid = situation(set["version"].clone(), "2015-10-01", "900", false);
    unsaid["source"] = json!(" ");
    assert_eq!(desk.post(&path(0, "situations"), unsaid.clone()).await.status.as_u16(), 422);
    unsaid["document"] = json!(Uuid::new_v4().to_string());
    assert_eq!(desk.post(&path(0, "situations"), unsaid.clone()).await.status.as_u16(), 404, "no such statement");
    // The statement that the family sent and an agent accepted is the source.
    let family = format!("/api/organisations/{VILLAGE}/families/f0000");
    let parent = village.adult(0).await;
    let sheet = Sheet::of_family("caf_statement", tests::paper::pdf(100));
    let sent = parent.send_sheet(&family, &sheet).await;
    let id = sent["id"].as_str().unwrap();
    unsaid["document"] = json!(id);
    assert_eq!(desk.post(&path(0, "situations"), unsaid.clone()).await.status.as_u16(), 404, "not accepted yet");
    let decision = json!({ "decision": "accept", "version": sent["version"], "reason": null, "valid_until": null });
    desk.put(&format!("{family}/documents/{id}/decision"), decision).await.ok();
    let seen = desk.post(&path(0, "situations"), unsaid).await.ok();
    assert_eq!(seen["statements"][0]["id"], id);
    assert_eq!(seen["situations"][0]["source"], "Attestation CAF acceptée le 2 juin 2015");
    assert_eq!(seen["situations"][0]["quotient"], "900");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_that_is_only_carried_is_corrected_in_what_is_carried_and_once() {
    let town = Town::at(JUNE).await;
    let village = with_threshold(&town, "15,00").await;
    let (desk, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    set(&desk, "2015-05-01", "400", false).await.ok();
    month(&town, &treasurer).await;
    let carried = async || treasurer.get(&path(0, "invoices")).await.ok()["carried"].clone();
    assert_eq!(carried().await, "10,30\u{a0}€", "below the threshold");
    set(&desk, "2015-05-01", "200", false).await.ok();
    let shown = treasurer.get(&path(0, "corrections")).await.ok();
    assert_eq!(
        shown["months"][0]["sentence"],
        "Ce mois n’est que reporté : le report passe de 10,30\u{a0}€ à 5,15\u{a0}€."
    );
    let correction = correction(-515);
    let done = treasurer.post(&path(0, "corrections"), correction.clone()).await.ok();
    assert_eq!(treasurer.post(&path(0, "corrections"), correction).await.ok(), done, "once");
    assert_eq!(carried().await, "5,15\u{a0}€", "5 × 1,03 €");
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supplement_below_the_threshold_is_carried_as_other_small_sums_are() {
    let town = Town::at(JUNE).await;
    let village = with_threshold(&town, "15,00").await;
    let (desk, treasurer) = (village.agent().await, village.agent_as(Role::Treasurer).await);
    set(&desk, "2015-05-01", "600", false).await.ok();
    month(&town, &treasurer).await;
    let original = invoices(&town, 1).await[0].clone();
    assert_eq!(original.total, 1545, "5 × 3,09 €");
    let account = async || {
        let account = treasurer.get(&path(0, "invoices")).await.ok();
        let carried = account["carried"].as_str().map(|carried| carried.replace('\u{a0}', " "));
        (account["owed"].as_i64().unwrap(), carried)
    };
    let sentence = async || {
        let shown = treasurer.get(&path(0, "corrections")).await.ok();
        shown["months"][0]["sentence"].as_str().unwrap().replace('\u{a0}', " ")
    };
    // At 800 the meal of the 26th costs 3,60 €, the most: 0,51 € more.
    set(&desk, "2015-05-26", "800", false).await.ok();
    let number = &original.number;
    let told = format!(
        "Complément de 0,51 € à la facture {number} : sous le seuil de 15,00 €, il est reporté à la prochaine facture."
    );
    assert_eq!(sentence().await, told);
    let small = correction(51);
    let done = treasurer.post(&path(0, "corrections"), small.clone()).await.ok();
    assert_eq!(treasurer.post(&path(0, "corrections"), small).await.ok(), done, "once");
    assert_eq!(done["number"], json!(null));
    assert_eq!((account().await, differences(&treasurer).await), ((1545, Some("0,51 €".to_owned())), vec![]));
    // At 650 it costs 3,35 €: what is only carried is less, and nothing is credited.
    set(&desk, "2015-05-26", "650", false).await.ok();
    let told = format!("Le complément à la facture {number} n’est que reporté : le report passe de 0,51 € à 0,26 €.");
    assert_eq!(sentence().await, told);
    treasurer.post(&path(0, "corrections"), correction(-25)).await.ok();
    assert_eq!(account().await, (1545, Some("0,26 €".to_owned())));
    assert_eq!(invoices(&town, 1).await.len(), 1, "no paper for small sums");
    // At 500 it costs 2,58 €: that is more than was carried, so the invoice is credited.
    set(&desk, "2015-05-26", "500", false).await.ok();
    treasurer.post(&path(0, "corrections"), correction(-77)).await.ok();
    assert_eq!(account().await, (1468, Some("0,26 €".to_owned())), "4 × 3,09 € + 2,58 €, of it 0,26 € carried");
    // No one document says any more what the day cost: a person gives it back.
    let body =
        json!({ "opens": false, "activities": ["cantine"], "from": "2015-05-26", "to": "2015-05-26", "name": "Grève" });
    let closed = desk.put(&format!("/api/organisations/{VILLAGE}/closings/{}", Uuid::new_v4()), body).await.ok();
    assert_eq!((account().await.0, &closed["by_hand"]), (1468, &json!(["FAMILLE 0"])));
    until(&town, RunStage::Done).await;
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}
