//! The agent's side: a second factor, any family of the organisation, overrides that leave a trace, invitations.

use serde_json::json;
use tests::Town;
use tests::person::state;
use tests::town::TUESDAY;
use uuid::Uuid;

use crate::{people, world};

#[tokio::test]
async fn an_agent_needs_a_code_and_a_code_works_once() {
    let town = Town::at(TUESDAY).await;
    let agent = town.stranger();
    let (name, password, key) = people::DESK;
    assert_eq!(agent.sign_in(name, password).await.code(), "second-factor-required");
    let wrong = json!({ "name": name, "password": password, "code": "000000" });
    assert_eq!(agent.post("/api/session", wrong).await.code(), "second-factor-wrong");
    let code = people::code(key);
    let right = json!({ "name": name, "password": password, "code": code });
    agent.post("/api/session", right.clone()).await.ok();
    assert_eq!(town.stranger().post("/api/session", right).await.code(), "second-factor-wrong");
}

#[tokio::test]
async fn the_desk_finds_a_family_and_passes_over_a_limit_with_a_reason() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let found = agent.get("/api/organisations/jumex/search?q=CHLOE%20devret").await.ok();
    assert_eq!(found["hits"][0]["family"]["id"], "devret");
    let week = agent.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!((&week["acts_as_agent"], &week["may_override"]), (&json!(true), &json!(true)));
    let path = "/api/organisations/jumex/families/devret/bookings";
    let mut body = json!({
        "request": Uuid::new_v4().to_string(), "child": "chloe", "activity": "cantine-maternelle",
        "day": "2015-05-26", "want": "booked",
    });
    assert_eq!(agent.put(path, body.clone()).await.code(), "limit-passed");
    body["override"] = json!({ "reason": "Appel de la mère à 8 h" });
    agent.put(path, body.clone()).await.ok();
    let week = agent.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(state(&week, "chloe", "cantine-maternelle", "2015-05-26"), "locked_booked");
    let chantal = people::chantal(&town).await;
    let history = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-28").await.ok();
    let sentence = history["changes"][0]["sentence"].as_str().unwrap();
    assert!(sentence.contains("Motif : Appel de la mère à 8 h."), "{sentence}");
    body["request"] = json!(Uuid::new_v4().to_string());
    body["day"] = json!("2015-05-27");
    assert_eq!(agent.put(path, body.clone()).await.code(), "day-closed", "a closed day stays closed");
    body["day"] = json!("2015-05-26");
    body["want"] = json!("free");
    assert_eq!(chantal.put(path, body).await.code(), "role-too-low", "a parent passes over nothing");
}

#[tokio::test]
async fn roles_decide_who_changes_weeks() {
    let town = Town::at(TUESDAY).await;
    for (who, may) in [(people::READER, false), (people::TREASURER, false), (people::ADMINISTRATOR, true)] {
        let agent = people::agent(&town, who).await;
        agent.week("jumex", "devret", "2015-05-28").await.ok();
        let answer = agent.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await;
        assert_eq!(answer.status.is_success(), may, "{}", who.0);
        assert!(may || answer.code() == "role-too-low");
    }
}

#[tokio::test]
async fn an_invitation_becomes_an_account_that_sees_the_family() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let request = Uuid::new_v4().to_string();
    let body = json!({ "request": request, "mel": "mamie@example.fr", "first_name": "Odette", "last_name": "Devret" });
    let path = "/api/organisations/jumex/families/devret/invitations";
    agent.post(path, body.clone()).await.ok();
    agent.post(path, body).await.ok();
    let token = people::token_to(&town, "mamie@example.fr", "invitation.html").await;
    let mails = town.portal.mails().unwrap();
    assert_eq!(mails.iter().filter(|mail| mail.to.contains("mamie@example.fr")).count(), 1, "one request, one mail");
    let odette = town.stranger();
    let offer = odette.post("/api/invitation/read", json!({ "token": token })).await.ok();
    assert_eq!(offer["family_name"], "DEVRET");
    assert_eq!(offer["account_exists"], false);
    let identifiant = offer["suggested_identifiant"].as_str().unwrap();
    assert_eq!(identifiant, "jumex.odette.devret");
    let accept = json!({ "token": token, "identifiant": identifiant, "password": "les confitures de mamie" });
    odette.post("/api/invitation/accept", accept.clone()).await.ok();
    assert_eq!(odette.post("/api/invitation/accept", accept).await.code(), "token-expired");
    odette.sign_in("mamie@example.fr", "les confitures de mamie").await.ok();
    odette.week("jumex", "devret", "2015-05-28").await.ok();
}

#[tokio::test]
async fn a_second_adult_with_the_first_ones_mel_is_told_to_give_another() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let path = "/api/organisations/jumex/families/devret/invitations";
    let invite = |mel: &str, first_name: &str| {
        let request = Uuid::new_v4().to_string();
        json!({ "request": request, "mel": mel, "first_name": first_name, "last_name": "Devret" })
    };
    // Chantal has her account with this mél: whoever is meant by the invitation is not her.
    let refused = agent.post(path, invite("PasDeMail@qis.fr", "Odette")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "already-member"));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("Chantal DEVRET") && detail.contains("une autre adresse"), "{detail}");
    let herself = agent.post(path, invite("pasdemail@qis.fr", "Chantal")).await;
    assert!(herself.body["detail"].as_str().unwrap().contains("nouveau mot de passe"), "{}", herself.body);
    // Invited at an address of her own, which then becomes that of Marc's account: the link makes nobody of two persons.
    agent.post(path, invite("famille@example.fr", "Odette")).await.ok();
    let token = people::token_to(&town, "famille@example.fr", "invitation.html").await;
    let marc = people::marc(&town).await;
    marc.put("/api/account/mel", json!({ "mel": "famille@example.fr", "password": "velo bleu du papa" })).await.ok();
    let confirm = people::token_to(&town, "famille@example.fr", "confirmer-mel.html").await;
    town.stranger().post("/api/mel/confirm", json!({ "token": confirm })).await.ok();
    town.outbox_is_quiet().await;
    let before = world::everything(&town).await;
    for (route, body) in [
        ("/api/invitation/read", json!({ "token": token })),
        ("/api/invitation/accept", json!({ "token": token, "password": "velo bleu du papa" })),
    ] {
        let told = town.stranger().post(route, body).await;
        assert_eq!((told.status.as_u16(), told.code()), (409, "mel-taken"), "{route}");
        assert!(told.body["detail"].as_str().unwrap().contains("Marc DEVRET"), "{}", told.body);
    }
    world::assert_unchanged(&before, &world::everything(&town).await);
}

#[tokio::test]
async fn a_second_family_joins_the_account_one_has() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let body = json!({
        "request": Uuid::new_v4().to_string(), "mel": "pasdemail@qis.fr", "first_name": "Chantal", "last_name": "Devret",
    });
    agent.post(&format!("/api/organisations/jumex/families/{}/invitations", people::SECOND_FAMILY), body).await.ok();
    let token = people::token_to(&town, "pasdemail@qis.fr", "invitation.html").await;
    let chantal = town.stranger();
    let offer = chantal.post("/api/invitation/read", json!({ "token": token })).await.ok();
    assert_eq!(offer["account_exists"], true);
    let wrong = json!({ "token": token, "password": "pas le bon mot de passe" });
    assert_eq!(chantal.post("/api/invitation/accept", wrong).await.status.as_u16(), 422);
    chantal.post("/api/invitation/accept", json!({ "token": token, "password": people::CHANTAL.1 })).await.ok();
    let identity = chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    assert_eq!(identity["families"].as_array().unwrap().len(), 2);
}
