//! Administrators: who the agents of an organisation are, and the end of a role or a membership.

use reqwest::Method;
use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::{Person, Town};
use uuid::Uuid;

use crate::people;

const AGENTS: &str = "/api/organisations/jumex/agents";

/// The agent of that name, as an administrator sees it.
async fn entry(administrator: &Person, name: &str) -> Value {
    let list = administrator.get(AGENTS).await.ok();
    let found = list["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}

fn path(agent: &Value) -> String {
    format!("{AGENTS}/{}", agent["account"].as_str().unwrap())
}

async fn give(administrator: &Person, name: &str, role: &str) {
    let agent = entry(administrator, name).await;
    let body = json!({ "role": role, "version": agent["version"] });
    assert_eq!(administrator.put(&path(&agent), body).await.status.as_u16(), 204);
}

#[tokio::test]
async fn a_role_changes_for_the_next_request_and_its_end_ends_the_sessions() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let anne = people::agent(&town, people::DESK).await;
    let stale = entry(&isabelle, "Anne MARCHAND").await;
    assert_eq!(stale["role"], "desk");
    anne.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    give(&isabelle, "Anne MARCHAND", "reader").await;
    let refused = anne.click("devret", "chloe", "garderie-soir", "2015-05-28", "free").await;
    assert_eq!(refused.code(), "role-too-low");
    let late = json!({ "role": "administrator", "version": stale["version"] });
    assert_eq!(isabelle.put(&path(&stale), late).await.code(), "changed-meanwhile", "a stale page decides nothing");
    assert_eq!(isabelle.call(Method::DELETE, &path(&stale), None).await.status.as_u16(), 204);
    assert_eq!(anne.get("/api/session").await.code(), "no-session");
    assert_eq!(isabelle.call(Method::DELETE, &path(&stale), None).await.status.as_u16(), 404);
    town.mail_to("anne.marchand", "vous n’êtes plus agent").await;
}

#[tokio::test]
async fn an_agent_is_invited_once_and_enters_with_the_role() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let body = json!({ "request": Uuid::new_v4().to_string(), "mel": "zoe@example.fr", "role": "treasurer" });
    isabelle.post(AGENTS, body.clone()).await.ok();
    isabelle.post(AGENTS, body).await.ok();
    let token = people::token_to(&town, "zoe@example.fr", "invitation.html").await;
    let sent = town.portal.mails().unwrap().iter().filter(|mail| mail.to.contains("zoe@example.fr")).count();
    assert_eq!(sent, 1, "one request, one mail");
    let accept = json!({
        "token": token, "identifiant": "zoe.regie", "password": "la caisse du mercredi", "first_name": "Zoé",
        "last_name": "RÉGIE",
    });
    town.stranger().post("/api/invitation/accept", accept).await.ok();
    assert_eq!(entry(&isabelle, "Zoé RÉGIE").await["role"], "treasurer");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let own = entry(&isabelle, "Isabelle FABRE").await;
    assert_eq!(own["you"], true);
    assert_eq!(isabelle.call(Method::DELETE, &path(&own), None).await.code(), "last-administrator");
    let less = json!({ "role": "desk", "version": own["version"] });
    assert_eq!(isabelle.put(&path(&own), less).await.code(), "last-administrator");
    let said = isabelle.get("/api/account/deletion").await.ok();
    assert!(said["obstacle"].as_str().unwrap().contains("Commune de Jumex"), "{said}");
    let password = json!({ "password": people::ADMINISTRATOR.1 });
    assert_eq!(isabelle.post("/api/account/deletion", password.clone()).await.code(), "last-administrator");
    give(&isabelle, "Anne MARCHAND", "administrator").await;
    assert_eq!(isabelle.post("/api/account/deletion", password).await.status.as_u16(), 204);
    let anne = people::agent(&town, people::DESK).await;
    assert_eq!(anne.get(AGENTS).await.ok()["agents"].as_array().unwrap().len(), 3, "the deleted one is gone");
}

#[tokio::test]
async fn two_administrators_who_end_each_other_at_once_leave_one() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let anne = people::agent(&town, people::DESK).await;
    give(&isabelle, "Anne MARCHAND", "administrator").await;
    let (hers, mine) = (entry(&isabelle, "Anne MARCHAND").await, entry(&isabelle, "Isabelle FABRE").await);
    let (one, other) = (path(&hers), path(&mine));
    let (one, other) = tokio::join!(isabelle.call(Method::DELETE, &one, None), anne.call(Method::DELETE, &other, None));
    assert!(one.status.is_success() != other.status.is_success(), "{} {}", one.status, other.status);
    let left = if one.status.is_success() { &isabelle } else { &anne };
    let list = left.get(AGENTS).await.ok();
    let administrators = list["agents"].as_array().unwrap().iter().filter(|agent| agent["role"] == "administrator");
    assert_eq!(administrators.count(), 1);
}

#[tokio::test]
async fn an_ended_membership_ends_the_sessions_and_the_other_parent_keeps_the_family() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    let member = "/api/organisations/jumex/families/devret/members/marc";
    let listed = isabelle.get("/api/organisations/jumex/families/devret/members").await.ok();
    assert_eq!(listed["members"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(chantal.call(Method::DELETE, member, None).await.status.as_u16(), 404, "no parent ends another");
    assert_eq!(isabelle.call(Method::DELETE, member, None).await.status.as_u16(), 204);
    assert_eq!(marc.get("/api/session").await.code(), "no-session");
    let marc = people::marc(&town).await;
    assert_eq!(marc.week("jumex", "devret", "2015-05-28").await.status.as_u16(), 404);
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    let dossier = chantal.get("/api/organisations/jumex/families/devret").await.ok();
    assert!(dossier.to_string().contains("\"none\""), "still in the dossier, without an account: {dossier}");
    assert_eq!(isabelle.call(Method::DELETE, member, None).await.status.as_u16(), 404);
}
