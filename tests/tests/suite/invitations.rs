//! Invitations: the latest one alone works, and none gives back what was taken away.

use chrono::Utc;
use domain::account::Purpose;
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{InvitationRecord, TokenRecord};
use tests::town::TUESDAY;
use tests::village::{REVIEWED, Shape, VILLAGE, Village};
use tests::{Answer, Chain, Person, Town};
use uuid::Uuid;

use crate::links::next_token;
use crate::people;

const AGENTS: &str = "/api/organisations/jumex/agents";
const FAMILY: &str = "/api/organisations/jumex/families/devret";
const ODETTE: &str = "odette@example.fr";
const ZOE: &str = "zoe@example.fr";

fn request() -> String {
    Uuid::new_v4().to_string()
}

async fn invite_odette(agent: &Person) {
    let body = json!({ "request": request(), "mel": ODETTE, "first_name": "Odette", "last_name": "X" });
    agent.post(&format!("{FAMILY}/invitations"), body).await.ok();
}

async fn invite_agent(agent: &Person, mel: &str, role: &str) {
    agent.post(AGENTS, json!({ "request": request(), "mel": mel, "role": role })).await.ok();
}

async fn accept(town: &Town, token: &str, identifiant: &str) -> Answer {
    let body = json!({
        "token": token, "identifiant": identifiant, "password": "les confitures de mamie", "first_name": "Z",
        "last_name": "X",
    });
    town.stranger().post("/api/invitation/accept", body).await
}

/// Neither read nor accepted.
async fn dead(town: &Town, token: &str) {
    let read = town.stranger().post("/api/invitation/read", json!({ "token": token })).await;
    assert_eq!((read.status.as_u16(), read.code()), (410, "token-expired"), "read");
    assert_eq!(accept(town, token, "encore.x").await.code(), "token-expired", "accepted");
}

async fn agent_named(administrator: &Person, name: &str) -> Value {
    let list = administrator.get(AGENTS).await.ok();
    list["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == name).unwrap().clone()
}

async fn open_agents(administrator: &Person) -> Vec<Value> {
    administrator.get(AGENTS).await.ok()["invitations"].as_array().unwrap().clone()
}

async fn open_adults(administrator: &Person) -> Vec<Value> {
    administrator.get(&format!("{FAMILY}/members")).await.ok()["invitations"].as_array().unwrap().clone()
}

fn id(invitation: &Value) -> &str {
    invitation["id"].as_str().unwrap()
}

#[tokio::test]
async fn an_access_that_was_ended_is_given_back_by_no_older_invitation() {
    let town = Town::at(TUESDAY).await;
    let (isabelle, anne) =
        (people::agent(&town, people::ADMINISTRATOR).await, people::agent(&town, people::DESK).await);
    invite_odette(&anne).await;
    let first = next_token(&town, ODETTE, "invitation.html", &[]).await;
    invite_odette(&anne).await;
    let second = next_token(&town, ODETTE, "invitation.html", &[&first]).await;
    dead(&town, &first).await;
    accept(&town, &second, "odette.x").await.ok();
    let odette = town.stranger();
    odette.sign_in("odette.x", "les confitures de mamie").await.ok();
    odette.get(FAMILY).await.ok();
    let members = isabelle.get(&format!("{FAMILY}/members")).await.ok();
    let member = members["members"].as_array().unwrap().iter().find(|one| one["name"] == "Odette X").unwrap();
    let member = format!("{FAMILY}/members/{}", member["adult"].as_str().unwrap());
    assert_eq!(isabelle.call(Method::DELETE, &member, None).await.status.as_u16(), 204);
    dead(&town, &first).await;
    dead(&town, &second).await;
    invite_odette(&anne).await;
    let third = next_token(&town, ODETTE, "invitation.html", &[&first, &second]).await;
    accept(&town, &third, "odette.x").await.ok();
}

#[tokio::test]
async fn ending_an_access_ends_an_invitation_that_is_open_at_another_mel_of_the_same_adult() {
    let town = Town::at(TUESDAY).await;
    let (isabelle, anne) =
        (people::agent(&town, people::ADMINISTRATOR).await, people::agent(&town, people::DESK).await);
    invite_odette(&anne).await;
    let first = next_token(&town, ODETTE, "invitation.html", &[]).await;
    let key = keys::family_invitation(&"jumex".parse().unwrap(), &"devret".parse().unwrap(), ODETTE);
    let known: InvitationRecord = town.table().get(&key).await.unwrap().unwrap();
    // The fiche says another mél meanwhile, and that one is invited too.
    let other = InvitationRecord { mel: "odette@travail.example".to_owned(), id: "other".to_owned(), ..known };
    let sha256 = secret::sha256("other link");
    let token: TokenRecord = town.table().get(&keys::token(&secret::sha256(&first))).await.unwrap().unwrap();
    let token = TokenRecord { sha256, invitation: Some("other".to_owned()), mel: other.mel.clone(), ..token };
    town.table().write(Chain::new().put(&other).put(&token)).await.unwrap();
    town.stranger().post("/api/invitation/read", json!({ "token": "other link" })).await.ok();
    accept(&town, &first, "odette.x").await.ok();
    dead(&town, "other link").await;
    assert_eq!(open_adults(&isabelle).await.len(), 0);
}

#[tokio::test]
async fn a_dismissed_agent_comes_back_by_no_invitation() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    invite_agent(&isabelle, ZOE, "administrator").await;
    let first = next_token(&town, ZOE, "invitation.html", &[]).await;
    invite_agent(&isabelle, ZOE, "administrator").await;
    let second = next_token(&town, ZOE, "invitation.html", &[&first]).await;
    dead(&town, &first).await;
    accept(&town, &second, "zoe.x").await.ok();
    invite_agent(&isabelle, ZOE, "administrator").await;
    let third = next_token(&town, ZOE, "invitation.html", &[&first, &second]).await;
    let zoe = agent_named(&isabelle, "Z X").await;
    let zoe = format!("{AGENTS}/{}", zoe["account"].as_str().unwrap());
    assert_eq!(isabelle.call(Method::DELETE, &zoe, None).await.status.as_u16(), 204);
    for token in [&first, &second, &third] {
        dead(&town, token).await;
    }
}

#[tokio::test]
async fn a_lowered_role_is_given_back_by_no_invitation() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let mel = "anne.marchand@jumex.example";
    let anne = agent_named(&isabelle, "Anne MARCHAND").await;
    let profile = people::agent(&town, people::DESK).await.get("/api/account").await.ok();
    let mel = profile["mel"].as_str().unwrap_or(mel);
    invite_agent(&isabelle, mel, "administrator").await;
    let token = next_token(&town, mel, "invitation.html", &[]).await;
    let path = format!("{AGENTS}/{}", anne["account"].as_str().unwrap());
    let body = json!({ "role": "reader", "version": anne["version"] });
    assert_eq!(isabelle.put(&path, body).await.status.as_u16(), 204);
    dead(&town, &token).await;
    assert_eq!(agent_named(&isabelle, "Anne MARCHAND").await["role"], "reader");
}

#[tokio::test]
async fn what_an_ended_or_lowered_administrator_sent_is_out_of_force() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    for lowered in [true, false] {
        let anne = agent_named(&isabelle, "Anne MARCHAND").await;
        let path = format!("{AGENTS}/{}", anne["account"].as_str().unwrap());
        let raised = json!({ "role": "administrator", "version": anne["version"] });
        assert_eq!(isabelle.put(&path, raised).await.status.as_u16(), 204);
        let sender = people::agent(&town, people::DESK).await;
        let mel = if lowered { "un@example.fr" } else { "deux@example.fr" };
        invite_agent(&sender, mel, "administrator").await;
        let token = next_token(&town, mel, "invitation.html", &[]).await;
        town.stranger().post("/api/invitation/read", json!({ "token": token })).await.ok();
        let version = agent_named(&isabelle, "Anne MARCHAND").await["version"].clone();
        let end = match lowered {
            true => isabelle.put(&path, json!({ "role": "desk", "version": version })).await,
            false => isabelle.call(Method::DELETE, &path, None).await,
        };
        assert_eq!(end.status.as_u16(), 204);
        assert_eq!(accept(&town, &token, "nouveau.x").await.code(), "token-expired", "{mel}");
    }
}

#[tokio::test]
async fn administrators_see_send_again_and_withdraw_open_invitations() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    invite_agent(&isabelle, ZOE, "treasurer").await;
    invite_odette(&isabelle).await;
    for (mel, at_agents) in [(ZOE, true), (ODETTE, false)] {
        let list = async || if at_agents { open_agents(&isabelle).await } else { open_adults(&isabelle).await };
        let place = if at_agents { "/api/organisations/jumex" } else { FAMILY };
        let first = next_token(&town, mel, "invitation.html", &[]).await;
        let seen = list().await.into_iter().find(|one| one["mel"] == mel).unwrap();
        assert_eq!((&seen["by"], seen["role"].as_str()), (&json!("Isabelle FABRE"), at_agents.then_some("treasurer")));
        let again = json!({ "request": request() });
        let path = format!("{place}/invitations/{}", id(&seen));
        assert_eq!(isabelle.post(&path, again.clone()).await.status.as_u16(), 202);
        assert_eq!(isabelle.post(&path, again).await.status.as_u16(), 202, "one request, one mail");
        let second = next_token(&town, mel, "invitation.html", &[&first]).await;
        dead(&town, &first).await;
        town.stranger().post("/api/invitation/read", json!({ "token": second })).await.ok();
        assert_eq!(isabelle.call(Method::DELETE, &path, None).await.status.as_u16(), 404, "the one before");
        let seen = list().await.into_iter().find(|one| one["mel"] == mel).unwrap();
        let path = format!("{place}/invitations/{}", id(&seen));
        assert_eq!(isabelle.call(Method::DELETE, &path, None).await.status.as_u16(), 204);
        dead(&town, &second).await;
        assert!(list().await.iter().all(|one| one["mel"] != mel), "withdrawn");
        assert_eq!(isabelle.post(&path, json!({ "request": request() })).await.status.as_u16(), 404);
        let sent = town.portal.mails().unwrap().iter().filter(|mail_to| mail_to.to.contains(mel)).count();
        assert_eq!(sent, 2, "{mel}");
    }
}

#[tokio::test]
async fn an_agents_link_lives_three_days_and_a_parents_what_the_organisation_says() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    invite_agent(&isabelle, ZOE, "reader").await;
    invite_odette(&isabelle).await;
    let two_days = format!("{REVIEWED}[dossier]\ninvitation_days = 2\n");
    let shape = Shape { billing: &two_days, ..Shape::default() };
    let village = Village::build(&town, town.table(), Utc::now(), &shape).await;
    let ada = village.agent_as(Role::Administrator).await;
    let body = json!({ "request": request(), "mel": "deux@example.fr", "first_name": "Odette", "last_name": "X" });
    ada.post(&format!("/api/organisations/{VILLAGE}/families/f0000/invitations"), body).await.ok();
    for (mel, days) in [(ZOE, 3), (ODETTE, 30), ("deux@example.fr", 2)] {
        let token = next_token(&town, mel, "invitation.html", &[]).await;
        let kept: TokenRecord = town.table().get(&keys::token(&secret::sha256(&token))).await.unwrap().unwrap();
        let lives = kept.expires - Utc::now().timestamp();
        let whole = days * 24 * 3600;
        assert!((whole - 120..=whole).contains(&lives), "{mel}: {lives} seconds, not {days} days");
        town.stranger().post("/api/invitation/read", json!({ "token": token })).await.ok();
        // A link of a mail that promised more is worth what the invitation is.
        let key = match mel {
            ZOE => keys::agent_invitation(&"jumex".parse().unwrap(), mel),
            ODETTE => keys::family_invitation(&"jumex".parse().unwrap(), &"devret".parse().unwrap(), mel),
            _ => keys::family_invitation(&VILLAGE.parse().unwrap(), &"f0000".parse().unwrap(), mel),
        };
        let known: InvitationRecord = town.table().get(&key).await.unwrap().unwrap();
        let over = InvitationRecord { until: Utc::now().timestamp() - 1, ..known };
        town.table().write(Chain::new().put(&over)).await.unwrap();
        dead(&town, &token).await;
    }
}

#[tokio::test]
async fn a_link_mailed_before_invitations_were_kept_works_until_something_comes_after_it() {
    let town = Town::at(TUESDAY).await;
    let (isabelle, anne) =
        (people::agent(&town, people::ADMINISTRATOR).await, people::agent(&town, people::DESK).await);
    invite_odette(&anne).await;
    let sent = next_token(&town, ODETTE, "invitation.html", &[]).await;
    let kept: TokenRecord = town.table().get(&keys::token(&secret::sha256(&sent))).await.unwrap().unwrap();
    let key = keys::family_invitation(&"jumex".parse().unwrap(), &"devret".parse().unwrap(), ODETTE);
    let older = |text: &str| TokenRecord { sha256: secret::sha256(text), invitation: None, ..kept.clone() };
    town.table().write(Chain::new().put(&older("old")).put(&older("older")).delete(&key)).await.unwrap();
    town.stranger().post("/api/invitation/read", json!({ "token": "old" })).await.ok();
    accept(&town, "old", "odette.x").await.ok();
    dead(&town, "older").await;
    // An agent's of before lives three days, whatever its mail promised.
    for (days, lives) in [(28, true), (26, false)] {
        let text = format!("agent {days}");
        let token = TokenRecord {
            purpose: Purpose::Invitation,
            family: None,
            adult: None,
            role: Some(Role::Reader),
            mel: ZOE.to_owned(),
            expires: Utc::now().timestamp() + days * 24 * 3600,
            ..older(&text)
        };
        town.table().write(Chain::new().put(&token)).await.unwrap();
        let read = town.stranger().post("/api/invitation/read", json!({ "token": text })).await;
        assert_eq!(read.status.is_success(), lives, "{days} days left of thirty");
    }
    invite_agent(&isabelle, ZOE, "reader").await;
    dead(&town, "agent 28").await;
}

#[tokio::test]
async fn who_holds_an_invitation_guesses_no_password() {
    let town = Town::at(TUESDAY).await;
    let isabelle = people::agent(&town, people::ADMINISTRATOR).await;
    let mel = "helene.berthier@mail.example";
    let mel = match people::second_family(&town).await.get("/api/account").await.ok()["mel"].as_str() {
        Some(known) => known.to_owned(),
        None => mel.to_owned(),
    };
    invite_agent(&isabelle, &mel, "reader").await;
    let token = next_token(&town, &mel, "invitation.html", &[]).await;
    let guess = json!({ "token": token, "password": "pas le bon mot" });
    for attempt in 0..5 {
        let answer = town.stranger().post("/api/invitation/accept", guess.clone()).await;
        assert_eq!(answer.code(), "invalid", "{attempt}");
    }
    let right = json!({ "token": token, "password": "tarte aux pommes" });
    assert_eq!(town.stranger().post("/api/invitation/accept", right).await.code(), "too-many-tries");
}

/// What changes an open invitation, for those who count the calls.
pub(crate) async fn every_operation_once(isabelle: &Person) {
    invite_agent(isabelle, "marguerite@example.fr", "reader").await;
    let body = json!({
        "request": request(), "mel": "marguerite@example.fr", "first_name": "Marguerite", "last_name": "X",
    });
    isabelle.post(&format!("{FAMILY}/invitations"), body).await.ok();
    for place in ["/api/organisations/jumex", FAMILY] {
        let list = if place == FAMILY { open_adults(isabelle).await } else { open_agents(isabelle).await };
        let open = list.into_iter().find(|one| one["mel"] == "marguerite@example.fr").unwrap();
        let again = Uuid::new_v4();
        let path = format!("{place}/invitations/{}", id(&open));
        isabelle.post(&path, json!({ "request": again })).await.ok();
        let path = format!("{place}/invitations/{}", again.simple());
        assert_eq!(isabelle.call(Method::DELETE, &path, None).await.status.as_u16(), 204);
    }
}
