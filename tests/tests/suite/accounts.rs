//! One's own account: mél, identifiant, password, sessions, recovery codes, and the end of it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::{Answer, Person, Town};

use crate::{people, world};

const MARC_MEL: &str = "marc.devret@mail.example";
const NEW_MEL: &str = "chantal@nouvelle.example";

async fn ask_mel(person: &Person, mel: &str) -> Answer {
    person.put("/api/account/mel", json!({ "mel": mel, "password": people::CHANTAL.1 })).await
}

async fn sessions(person: &Person) -> Vec<Value> {
    person.get("/api/account").await.ok()["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_new_mel_is_confirmed_at_its_own_address_and_the_old_one_is_told() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let wrong = json!({ "mel": NEW_MEL, "password": "pas le bon mot" });
    assert_eq!(chantal.put("/api/account/mel", wrong).await.body["errors"][0]["field"], "password");
    ask_mel(&chantal, NEW_MEL).await.ok();
    let token = people::token_to(&town, NEW_MEL, "confirmer-mel.html").await;
    assert_eq!(chantal.get("/api/account").await.ok()["wanted_mel"], NEW_MEL);
    assert_eq!(town.stranger().sign_in(NEW_MEL, people::CHANTAL.1).await.code(), "bad-credentials", "not yet");
    town.stranger().sign_in("pasdemail@qis.fr", people::CHANTAL.1).await.ok();
    let confirm = json!({ "token": token });
    assert_eq!(town.stranger().post("/api/mel/confirm", confirm.clone()).await.ok()["mel"], NEW_MEL);
    assert_eq!(town.stranger().post("/api/mel/confirm", confirm).await.code(), "token-expired", "once");
    town.mail_to("pasdemail@qis.fr", "L’adresse mél de votre compte a changé").await;
    assert_eq!(town.stranger().sign_in("pasdemail@qis.fr", people::CHANTAL.1).await.code(), "bad-credentials");
    town.stranger().sign_in(NEW_MEL, people::CHANTAL.1).await.ok();
    let account = chantal.get("/api/account").await.ok();
    assert_eq!((&account["mel"], &account["wanted_mel"]), (&json!(NEW_MEL), &Value::Null));
}

#[tokio::test]
async fn a_later_wish_or_a_new_password_puts_a_wished_mel_out_of_force() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    ask_mel(&chantal, "premiere@example.fr").await.ok();
    let first = people::token_to(&town, "premiere@example.fr", "confirmer-mel.html").await;
    ask_mel(&chantal, "seconde@example.fr").await.ok();
    let second = people::token_to(&town, "seconde@example.fr", "confirmer-mel.html").await;
    let confirm = async |token: &str| town.stranger().post("/api/mel/confirm", json!({ "token": token })).await;
    assert_eq!(confirm(&first).await.code(), "token-expired");
    let body = json!({ "password": people::CHANTAL.1, "new_password": "une phrase toute neuve" });
    assert_eq!(chantal.put("/api/account/password", body).await.status.as_u16(), 204);
    assert_eq!(confirm(&second).await.code(), "token-expired");
}

#[tokio::test]
async fn whose_a_mel_is_shows_at_its_own_link_only() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let free = ask_mel(&chantal, "libre@example.fr").await;
    let taken = ask_mel(&chantal, MARC_MEL).await;
    let words = |answer: Answer| answer.ok()["message"].as_str().unwrap().to_owned();
    assert_eq!(words(free).replace("libre@example.fr", ""), words(taken).replace(MARC_MEL, ""));
    let token = people::token_to(&town, MARC_MEL, "confirmer-mel.html").await;
    let confirmed = town.stranger().post("/api/mel/confirm", json!({ "token": token })).await;
    assert_eq!((confirmed.status.as_u16(), confirmed.code()), (409, "mel-taken"));
    people::marc(&town).await;
}

#[tokio::test]
async fn an_identifiant_is_unique_and_changes_at_once() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let want = async |identifiant: &str| {
        let body = json!({ "identifiant": identifiant, "password": people::CHANTAL.1 });
        chantal.put("/api/account/identifiant", body).await
    };
    assert_eq!(want("marc.devret").await.code(), "identifiant-taken");
    assert_eq!(want("é").await.status.as_u16(), 422);
    assert_eq!(want("La.Lune").await.status.as_u16(), 204);
    town.mail_to("pasdemail@qis.fr", "la.lune").await;
    town.stranger().sign_in("la.lune", people::CHANTAL.1).await.ok();
    assert_eq!(town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await.code(), "bad-credentials");
    let marc = people::marc(&town).await;
    let freed = json!({ "identifiant": people::CHANTAL.0, "password": "velo bleu du papa" });
    assert_eq!(marc.put("/api/account/identifiant", freed).await.status.as_u16(), 204, "the old one is free");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_at_once() {
    let town = Town::at(TUESDAY).await;
    let (chantal, phone) = (people::chantal(&town).await, people::chantal(&town).await);
    let new = async |password: &str, new: &str| {
        chantal.put("/api/account/password", json!({ "password": password, "new_password": new })).await
    };
    assert_eq!(new(people::CHANTAL.1, "court").await.code(), "password-too-weak");
    assert_eq!(new(people::CHANTAL.1, "avec chantal.devret").await.code(), "password-too-weak");
    assert_eq!(new("pas le bon", "une phrase toute neuve").await.body["errors"][0]["field"], "password");
    phone.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(new(people::CHANTAL.1, "une phrase toute neuve").await.status.as_u16(), 204);
    assert_eq!(phone.week("jumex", "devret", "2015-05-28").await.code(), "no-session");
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await.code(), "bad-credentials");
    town.stranger().sign_in(people::CHANTAL.0, "une phrase toute neuve").await.ok();
    town.mail_to("pasdemail@qis.fr", "Votre mot de passe a changé").await;
}

#[tokio::test]
async fn guessing_the_password_from_an_open_session_is_slowed_down() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let body = json!({ "password": "pas le bon mot", "new_password": "une phrase toute neuve" });
    for attempt in 0..5 {
        assert_eq!(chantal.put("/api/account/password", body.clone()).await.code(), "invalid", "{attempt}");
    }
    assert_eq!(chantal.put("/api/account/password", body).await.code(), "too-many-tries");
    let right = json!({ "password": people::CHANTAL.1 });
    assert_eq!(chantal.post("/api/account/deletion", right).await.code(), "too-many-tries", "wherever it is asked");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_and_all_others() {
    let town = Town::at(TUESDAY).await;
    let (chantal, phone) = (people::chantal(&town).await, people::chantal(&town).await);
    let (tablet, marc) = (people::chantal(&town).await, people::marc(&town).await);
    let listed = sessions(&phone).await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|session| session["current"] == true).count(), 1);
    let of_phone = listed.iter().find(|session| session["current"] == true).unwrap()["id"].as_str().unwrap();
    let path = format!("/api/account/sessions/{of_phone}");
    assert_eq!(marc.call(Method::DELETE, &path, None).await.status.as_u16(), 404, "another's");
    assert_eq!(chantal.call(Method::DELETE, &path, None).await.status.as_u16(), 204);
    assert_eq!(phone.get("/api/session").await.code(), "no-session");
    assert_eq!(chantal.call(Method::DELETE, &path, None).await.status.as_u16(), 404, "already ended");
    assert_eq!(chantal.call(Method::DELETE, "/api/account/sessions", None).await.status.as_u16(), 204);
    assert_eq!(tablet.get("/api/session").await.code(), "no-session");
    assert_eq!(sessions(&chantal).await.len(), 1);
    people::second_family(&town).await.get("/api/session").await.ok();
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing_but_the_dossier() {
    let town = Town::at(TUESDAY).await;
    let (chantal, phone) = (people::chantal(&town).await, people::chantal(&town).await);
    let said = chantal.get("/api/account/deletion").await.ok();
    assert!(said["ends"][1].as_str().unwrap().contains("DEVRET ; l’autre adulte le garde"), "{said}");
    assert_eq!(chantal.post("/api/account/deletion", json!({ "password": "non" })).await.status.as_u16(), 422);
    let answer = chantal.post("/api/account/deletion", json!({ "password": people::CHANTAL.1 })).await;
    assert_eq!((answer.status.as_u16(), chantal.cookie()), (204, None));
    assert_eq!(phone.week("jumex", "devret", "2015-05-28").await.code(), "no-session");
    for name in [people::CHANTAL.0, "pasdemail@qis.fr"] {
        assert_eq!(town.stranger().sign_in(name, people::CHANTAL.1).await.code(), "bad-credentials");
    }
    town.mail_to("pasdemail@qis.fr", "Votre compte est supprimé").await;
    let items = world::everything(&town).await;
    let left = items.keys().filter(|(pk, _)| pk.contains("chantal") || pk.contains("pasdemail")).count();
    assert_eq!(left, 0, "both names are free");
    let profile = items.iter().filter(|((_, sk), item)| sk == "ACCOUNT" && item.contains("pasdemail@qis.fr"));
    assert_eq!(profile.count(), 0);
    let marc = people::marc(&town).await;
    marc.week("jumex", "devret", "2015-05-28").await.ok();
    let last = marc.get("/api/account/deletion").await.ok();
    assert!(last["ends"][1].as_str().unwrap().starts_with("Plus aucun adulte"), "the last one is told: {last}");
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_phone_once() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let password = json!({ "password": people::DESK.1 });
    let made = agent.post("/api/account/recovery-codes", password).await.ok();
    let codes: Vec<&str> = made["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    let digits = |code: &str| code.chars().filter(char::is_ascii_digit).count();
    assert!(codes.iter().all(|code| digits(code) == 25), "83 bits: {codes:?}");
    let enter = async |code: &str| {
        let body = json!({ "name": people::DESK.0, "password": people::DESK.1, "code": code });
        town.stranger().post("/api/session", body).await
    };
    enter(codes[3]).await.ok();
    assert_eq!(enter(codes[3]).await.code(), "second-factor-wrong");
    enter(&codes[4].replace(' ', "")).await.ok();
    assert_eq!(agent.get("/api/account").await.ok()["recovery_codes"], 8);
    let items = world::everything(&town).await;
    let plain = codes[5].replace(' ', "");
    assert!(!items.values().any(|item| item.contains(&plain)), "kept as a hash alone");
    let chantal = people::chantal(&town).await;
    let refused = chantal.post("/api/account/recovery-codes", json!({ "password": people::CHANTAL.1 })).await;
    assert_eq!(refused.code(), "no-second-factor");
}
