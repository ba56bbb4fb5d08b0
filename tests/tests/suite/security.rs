//! Agents' accounts: what is grave asks for the second factor again, a lost one is replaced, and all of it is kept.

use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{NameRecord, SessionRecord, StaffRecord};
use tests::town::TUESDAY;
use tests::{Chain, Person, Town};
use uuid::Uuid;

use crate::people;

const AGENTS: &str = "/api/organisations/jumex/agents";
const BOOKS: &str = "/api/organisations/jumex";
const EVENTS: &str = "/api/organisations/jumex/security-events";

/// The agent's sessions began, and the second factor was shown, twenty minutes ago.
async fn long_ago(town: &Town, name: &str) {
    let found: NameRecord = town.table().get(&keys::name(name)).await.unwrap().unwrap();
    let sessions: Vec<SessionRecord> = town.table().query(&keys::sessions(&found.account)).await.unwrap();
    for session in sessions {
        let since = Utc::now() - TimeDelta::minutes(20);
        town.table().write(Chain::new().put(&SessionRecord { since, ..session })).await.unwrap();
    }
}

async fn account_of(administrator: &Person, name: &str) -> String {
    let list = administrator.get(AGENTS).await.ok();
    let found = list["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == name).cloned().unwrap();
    found["account"].as_str().unwrap().to_owned()
}

async fn events(administrator: &Person) -> Vec<Value> {
    administrator.get(EVENTS).await.ok()["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_grave_asks_an_agent_for_the_second_factor_again() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let luc = format!("{AGENTS}/{}", account_of(&isabelle, "Luc PETIT").await);
    long_ago(&town, people::ADMINISTRATOR.0).await;
    let password = people::ADMINISTRATOR.1;
    let grave = [
        (Method::POST, AGENTS, json!({ "request": Uuid::new_v4(), "mel": "x@example.fr", "role": "reader" })),
        (Method::PUT, luc.as_str(), json!({ "role": "desk", "version": 1 })),
        (Method::DELETE, luc.as_str(), Value::Null),
        (
            Method::PUT,
            "/api/account/password",
            json!({ "password": password, "new_password": "une phrase toute neuve" }),
        ),
        (Method::PUT, "/api/account/mel", json!({ "password": password, "mel": "isabelle@example.fr" })),
        (Method::PUT, "/api/account/identifiant", json!({ "password": password, "identifiant": "isabelle.x" })),
        (Method::POST, "/api/account/recovery-codes", json!({ "password": password })),
    ];
    for (method, path, body) in grave {
        let body = (!body.is_null()).then_some(&body);
        let answer = isabelle.call(method.clone(), path, body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "second-factor-again"), "{method} {path}");
    }
    let exports = ["debts/file", "journal/2015-04", "certificates/2014/file"].map(|file| format!("{BOOKS}/{file}"));
    for file in exports.into_iter().chain([format!("{EVENTS}/file")]) {
        let answer = isabelle.get(&file).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "second-factor-again"), "{file}");
    }
    isabelle.get(AGENTS).await.ok();
    assert!(events(&isabelle).await.iter().all(|event| event["event"] != "exported"), "nothing was taken out");
    let show = async |code: String| isabelle.post("/api/session/second-factor", json!({ "code": code })).await;
    assert_eq!(show("000000".to_owned()).await.status.as_u16(), 422);
    let next = secret::totp_code(people::ADMINISTRATOR.2, Utc::now() + TimeDelta::seconds(30)).unwrap();
    assert_eq!(show(next).await.status.as_u16(), 204);
    let body = json!({ "role": "desk", "version": 1 });
    assert_eq!(isabelle.put(&luc, body).await.status.as_u16(), 204, "now it is taken");
    assert!(isabelle.bytes(&format!("{BOOKS}/journal/2015-04")).await.starts_with("\u{feff}date;".as_bytes()));
    let chantal = people::chantal(&town).await;
    let refused = chantal.post("/api/session/second-factor", json!({ "code": "000000" })).await;
    assert_eq!(refused.code(), "no-second-factor");
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_away_by_another_administrator_told_and_kept() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let anne = people::agent(&town, people::DESK).await;
    let path = |account: String| format!("{AGENTS}/{account}/second-factor-reset");
    let own = path(account_of(&isabelle, "Isabelle FABRE").await);
    assert_eq!(isabelle.post(&own, json!({})).await.code(), "own-second-factor");
    let hers = path(account_of(&isabelle, "Anne MARCHAND").await);
    assert_eq!(isabelle.post(&hers, json!({})).await.status.as_u16(), 204);
    assert_eq!(anne.get("/api/session").await.code(), "no-session");
    town.mail_to("anne.marchand", "Isabelle FABRE").await;
    let again = town.stranger().sign_in(people::DESK.0, people::DESK.1).await;
    assert_eq!(again.code(), "second-factor-enrolment");
    let kept = events(&isabelle).await;
    let found = kept.iter().find(|event| event["event"] == "second-factor-reset").unwrap();
    assert_eq!((&found["who"], &found["about"]), (&json!("Isabelle FABRE"), &json!("Anne MARCHAND")));
}

#[tokio::test]
async fn a_second_factor_that_guards_another_organisation_too_is_not_taken_away_from_here() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let anne = people::agent(&town, people::DESK).await;
    let account = account_of(&isabelle, "Anne MARCHAND").await;
    let entry = keys::staff_entry(&"jumex".parse().unwrap(), &account.parse().unwrap());
    let staff: StaffRecord = town.table().get(&entry).await.unwrap().unwrap();
    let elsewhere = StaffRecord { organisation: "aubray".parse().unwrap(), ..staff };
    town.table().write(Chain::new().put(&elsewhere).put(&elsewhere.role_record())).await.unwrap();
    let refused = isabelle.post(&format!("{AGENTS}/{account}/second-factor-reset"), json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "not-yours-alone"));
    assert!(!refused.body.to_string().contains("ubray"), "where else shows nowhere");
    anne.get("/api/session").await.ok();
}

#[tokio::test]
async fn the_operator_helps_who_administers_alone_and_it_is_told_and_kept() {
    let town = Town::at(TUESDAY).await;
    let jumex = "jumex".parse().unwrap();
    let reset = async |name: &str| folder::reset_second_factor(&town.table(), &jumex, name, Utc::now()).await;
    assert!(reset(people::CHANTAL.0).await.is_err(), "no agent");
    assert_eq!(reset(people::ADMINISTRATOR.0).await.unwrap(), "Isabelle FABRE");
    town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
    town.mail_to("isabelle.fabre", "l’exploitant du portail").await;
    let (name, password, _) = people::ADMINISTRATOR;
    let enrolling = town.stranger().sign_in(name, password).await;
    assert_eq!(enrolling.code(), "second-factor-enrolment");
    let key = enrolling.body["enrolment"]["secret"].as_str().unwrap().replace(' ', "");
    let isabelle = town.stranger();
    let code = secret::totp_code(&key, Utc::now()).unwrap();
    isabelle.post("/api/session", json!({ "name": name, "password": password, "code": code })).await.ok();
    let kept = events(&isabelle).await;
    let found = kept.iter().find(|event| event["event"] == "second-factor-reset").unwrap();
    assert_eq!(found["who"], "l’exploitant du portail");
}

#[tokio::test]
async fn what_happens_to_agents_accounts_is_kept_for_who_administers() {
    let town = Town::at(TUESDAY).await;
    town.stranger().sign_in(people::DESK.0, "pas le bon mot").await;
    town.stranger().sign_in(people::CHANTAL.0, "pas le bon mot").await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let yves = people::agent(&town, people::TREASURER).await;
    yves.bytes("/api/organisations/jumex/debts/file").await;
    yves.bytes("/api/organisations/jumex/journal/2015-04").await;
    let invited = json!({ "request": Uuid::new_v4(), "mel": "=zoe@example.fr", "role": "reader" });
    isabelle.post(AGENTS, invited).await.ok();
    let luc = format!("{AGENTS}/{}", account_of(&isabelle, "Luc PETIT").await);
    assert_eq!(isabelle.put(&luc, json!({ "role": "desk", "version": 1 })).await.status.as_u16(), 204);
    assert_eq!(isabelle.call(Method::DELETE, &luc, None).await.status.as_u16(), 204);
    let kept = events(&isabelle).await;
    let said: Vec<[&str; 3]> =
        kept.iter().map(|one| ["event", "who", "about"].map(|name| one[name].as_str().unwrap())).collect();
    let expected = [
        ["role-ended", "Isabelle FABRE", "Luc PETIT"],
        ["role-changed", "Isabelle FABRE", "Luc PETIT"],
        ["invited", "Isabelle FABRE", "=zoe@example.fr"],
        ["exported", "Yves COLIN", "journal 2015-04"],
        ["exported", "Yves COLIN", "impayés"],
        ["signed-in", "Yves COLIN", "Yves COLIN"],
        ["signed-in", "Isabelle FABRE", "Isabelle FABRE"],
        ["sign-in-failed", "", "Anne MARCHAND"],
    ];
    assert_eq!(said, expected, "the newest first, and nothing of parents");
    let file = String::from_utf8(isabelle.bytes(&format!("{EVENTS}/file")).await).unwrap();
    assert!(file.contains("invitation;Isabelle FABRE;'=zoe@example.fr;lecture"), "no formula: {file}");
    assert_eq!(file.lines().count(), 1 + expected.len());
    assert_eq!(yves.get(EVENTS).await.code(), "role-too-low");
}

#[tokio::test]
async fn whom_agents_invite_to_a_family_is_kept_for_who_administers() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let anne = people::agent(&town, people::DESK).await;
    let place = "/api/organisations/jumex/families/devret/invitations";
    let body = json!({
        "request": Uuid::new_v4(), "mel": "Autre@example.fr", "first_name": "Alix", "last_name": "DEVRET",
    });
    anne.post(place, body.clone()).await;
    anne.post(place, body).await;
    let id = isabelle.get(&format!("{BOOKS}/families/devret/members")).await.ok()["invitations"][0]["id"].clone();
    let open = format!("{place}/{}", id.as_str().unwrap());
    let again = Uuid::new_v4();
    isabelle.post(&open, json!({ "request": again })).await;
    assert_eq!(isabelle.call(Method::DELETE, &format!("{place}/{again}"), None).await.status.as_u16(), 204);
    let kept = events(&isabelle).await;
    let of_family: Vec<[&str; 4]> = kept
        .iter()
        .map(|one| ["event", "who", "about", "more"].map(|name| one[name].as_str().unwrap()))
        .filter(|[.., more]| more.starts_with("famille "))
        .collect();
    let expected = [
        ["invitation-withdrawn", "Isabelle FABRE", "autre@example.fr", "famille DEVRET"],
        ["invited", "Isabelle FABRE", "autre@example.fr", "famille DEVRET"],
        ["invited", "Anne MARCHAND", "autre@example.fr", "famille DEVRET"],
    ];
    assert_eq!(of_family, expected, "the same request twice is one");
}

/// What only administrators do here, for those who count the calls; `agent` is the address of one.
pub(crate) async fn every_operation_once(isabelle: &Person, agent: &str) {
    isabelle.get(EVENTS).await.ok();
    isabelle.bytes(&format!("{EVENTS}/file")).await;
    isabelle.bytes("/api/organisations/jumex/debts/file").await;
    isabelle.bytes("/api/organisations/jumex/journal/2015-04").await;
    isabelle.post("/api/session/second-factor", json!({ "code": "000000" })).await;
    isabelle.post(&format!("{agent}/second-factor-reset"), json!({})).await;
}
