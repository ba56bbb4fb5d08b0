//! What becomes of mails: bounces and complaints are shown to agents, a mail program's button ends what may be ended.

use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::Record;
use store::keys;
use store::records::{AdultRecord, Message, OutboxRecord};
use tests::Chain;
use tests::Town;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, family_id, path};
use uuid::Uuid;

use crate::people;
use crate::planning_mails::{let_it_rest, tick};

const WISHES: &str = "/api/organisations/jumex/families/devret/wishes";

async fn troubles(agent: &tests::person::Person, count: usize) -> Vec<Value> {
    let so_many = async || {
        let all = agent.get(&format!("/api/organisations/{VILLAGE}/mail-troubles")).await.ok();
        Some(all.as_array().unwrap().clone()).filter(|all| all.len() == count)
    };
    agent.until("so many addresses are in trouble", so_many).await
}

#[tokio::test]
async fn an_address_that_bounces_or_complains_is_shown_to_the_agents_of_its_organisation() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { families: 3, billing: "[billing]\nseller = [\"Village\"]\n", ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let organisation = VILLAGE.parse().unwrap();
    for (family, mel) in [(0, "bounce@simulator.amazonses.com"), (1, "complaint@simulator.amazonses.com")] {
        let key = keys::adult(&organisation, &family_id(family).parse().unwrap(), "adulte");
        let mut adult: AdultRecord = town.table().get(&key).await.unwrap().unwrap();
        adult.adult.mel = Some(mel.to_owned());
        town.table().write(Chain::new().put(&adult)).await.unwrap();
    }
    let treasurer = village.agent_as(Role::Treasurer).await;
    for family in 0..3 {
        let lines = json!([{ "label": "Badge perdu", "quantity": 1, "price": "5,00" }]);
        let body = json!({ "request": Uuid::new_v4().to_string(), "lines": lines });
        treasurer.post(&path(family, "invoices"), body).await.ok();
    }
    let mut all = troubles(&village.agent_as(Role::Reader).await, 2).await;
    all.sort_by_key(|one| one["family"].to_string());
    assert_eq!((&all[0]["trouble"], &all[0]["mel"]), (&json!("bounce"), &json!("bounce@simulator.amazonses.com")));
    assert_eq!((&all[1]["trouble"], &all[1]["name"]), (&json!("complaint"), &json!("FAMILLE 1")));
    let elsewhere = people::agent(&town, people::READER).await;
    assert_eq!(elsewhere.get("/api/organisations/jumex/mail-troubles").await.ok(), json!([]), "not another's");
}

/// The outbox item of a digest to Chantal, and the text of its mail as it travelled.
async fn digest(town: &Town) -> (OutboxRecord, String) {
    town.mail_to("pasdemail@qis.fr", "Vos changements").await;
    town.outbox_is_quiet().await;
    let digest = |one: &OutboxRecord| matches!(one.message, Message::Digest { .. }) && one.to == "pasdemail@qis.fr";
    let found = town.outbox().await.into_iter().find(digest);
    let mails = std::fs::read_dir(town.folder.path().join("data/mails")).unwrap();
    let texts = mails.map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap());
    let raw = texts.filter(|text| text.contains("List-Unsubscribe:")).last().unwrap();
    (found.unwrap(), raw)
}

async fn told(town: &Town) -> (OutboxRecord, String) {
    let chantal = people::chantal(town).await;
    chantal.put(WISHES, json!({ "digest": true, "reminder": true })).await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    let_it_rest(town).await;
    assert_eq!(tick(town, "digests").await["digests"], 1);
    digest(town).await
}

#[tokio::test]
async fn one_click_of_a_mail_program_ends_the_digests_of_that_adult_and_nothing_else() {
    let town = Town::at(TUESDAY).await;
    let (_, raw) = told(&town).await;
    assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{raw}");
    let folded = raw.replace("\r\n ", "").replace("\r\n\t", "");
    let (_, token) = folded.split_once("/api/opt-out/").unwrap();
    let token = token.split('>').next().unwrap();
    // A mail program is no page of ours: it says nothing of where it comes from.
    let mut program = town.stranger();
    program.fetch_site = Some("cross-site");
    let click = async |token: &str| {
        let body = Some("List-Unsubscribe=One-Click".to_owned());
        program.try_bytes(Method::POST, &format!("/api/opt-out/{token}"), body).await.0.as_u16()
    };
    assert_eq!(click(&token[1..]).await, 410);
    assert_eq!([click(token).await, click(token).await], [204, 204], "again changes nothing");
    let wishes = people::chantal(&town).await.get(WISHES).await.ok();
    assert_eq!((&wishes["digest"], &wishes["reminder"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn who_complains_of_a_mail_is_sent_no_more_of_what_may_be_ended() {
    let town = Town::at(TUESDAY).await;
    let (record, _) = told(&town).await;
    let message = json!({ "eventType": "Complaint", "mail": { "tags": { "outbox": [record.id] } } }).to_string();
    let event = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": message } }] });
    assert_eq!(town.portal.invoke("mailer", event.clone()).await.unwrap()["taken"], 1);
    town.portal.invoke("mailer", event).await.unwrap();
    let wishes = people::chantal(&town).await.get(WISHES).await.ok();
    assert_eq!((&wishes["digest"], &wishes["reminder"]), (&json!(false), &json!(false)));
    let reminder = keys::reminder(&"jumex".parse().unwrap(), &"devret".parse().unwrap());
    let left: Option<store::records::ReminderRecord> = town.table().get(&reminder).await.unwrap();
    assert!(left.is_none(), "nobody wants reminders any more");
    let now: OutboxRecord = town.table().get(&record.key()).await.unwrap().unwrap();
    assert_eq!(now.status, store::records::OutboxStatus::Complained);
    let odd = json!({ "Records": [{ "Sns": { "Message": "{" } }] });
    assert_eq!(town.portal.invoke("mailer", odd).await.unwrap()["taken"], 0, "what cannot be read is passed over");
}
