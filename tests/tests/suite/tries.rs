//! Tries at sign-in: only failures stay, whoever tries at once; names of one account count together.

use chrono::Utc;
use serde_json::json;
use store::keys;
use store::records::{AccountRecord, CredentialsRecord, NameRecord, SessionRecord, ThrottleRecord};
use tests::town::TUESDAY;
use tests::{Answer, Chain, Town};
use tokio::task::JoinSet;

use crate::{people, world};

const MEL: &str = "pasdemail@qis.fr";
const PASSWORD: &str = "la cloche de midi sonne";

/// As many accounts as asked for, all with one password.
async fn accounts(town: &Town, count: usize) -> Vec<String> {
    let hash = secret::password::hash_aside(PASSWORD.to_owned()).await.unwrap();
    let chantal = keys::name(people::CHANTAL.0);
    let chantal: NameRecord = town.table().get(&chantal).await.unwrap().unwrap();
    let profile: AccountRecord = town.table().get(&keys::account(&chantal.account)).await.unwrap().unwrap();
    let credentials: CredentialsRecord = town.table().get(&keys::credentials(&chantal.account)).await.unwrap().unwrap();
    let mut names = Vec::new();
    for at in 0..count {
        let (account, identifiant) = (secret::account_id(), format!("voisin.{at}"));
        let name = |name: &str| NameRecord { name: name.to_owned(), account: account.clone() };
        let mel = format!("{identifiant}@example.fr");
        let profile = AccountRecord {
            account: account.clone(),
            identifiant: identifiant.clone(),
            mel: mel.clone(),
            ..profile.clone()
        };
        let credentials = CredentialsRecord { account: account.clone(), password: hash.clone(), ..credentials.clone() };
        let made = Chain::new().put_new(&name(&identifiant)).put_new(&name(&mel)).put_new(&profile);
        town.table().write(made.put_new(&credentials)).await.unwrap();
        names.push(identifiant);
    }
    names
}

/// What is counted of the address all tests come from.
async fn failures_of_the_address(town: &Town) -> u32 {
    let key = keys::throttle("address", &secret::sha256("127.0.0.1"));
    town.table().get::<ThrottleRecord>(&key).await.unwrap().map_or(0, |record| record.tries.count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_right_sign_ins_of_one_address_at_once_all_succeed_and_so_do_later_waves() {
    let town = Town::at(TUESDAY).await;
    let names = accounts(&town, 30).await;
    for wave in 0..3 {
        let mut signing = JoinSet::new();
        for name in names.clone() {
            // A browser of its own each time: none is known.
            let person = town.stranger();
            signing.spawn(async move { person.sign_in(&name, PASSWORD).await });
        }
        let answers: Vec<Answer> = signing.join_all().await;
        let refused: Vec<_> = answers.iter().filter(|answer| !answer.status.is_success()).collect();
        assert!(refused.is_empty(), "wave {wave}: {} of 30: {:?}", refused.len(), refused.first());
        assert_eq!(failures_of_the_address(&town).await, 0, "wave {wave}: nobody has failed");
    }
}

#[tokio::test]
async fn only_failures_stay_counted_of_an_address() {
    let town = Town::at(TUESDAY).await;
    people::chantal(&town).await;
    assert_eq!(failures_of_the_address(&town).await, 0);
    town.stranger().sign_in(people::CHANTAL.0, "pas le bon mot").await;
    people::agent(&town, people::DESK).await;
    assert_eq!(failures_of_the_address(&town).await, 1);
}

async fn exhaust(town: &Town) {
    let stranger = town.stranger();
    for attempt in 0..30 {
        let answer = stranger.sign_in(&format!("nom.{attempt}"), "pas le bon mot").await;
        assert_eq!(answer.code(), "bad-credentials", "try {attempt}");
    }
}

#[tokio::test]
async fn a_browser_that_signed_in_there_before_is_not_held_up_by_its_neighbours() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    chantal.call(reqwest::Method::DELETE, "/api/session", None).await;
    exhaust(&town).await;
    let held_up = town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await;
    assert_eq!(held_up.code(), "too-many-tries");
    let seconds = held_up.body["retry_after"].as_u64().unwrap();
    assert!(seconds <= 5, "slowed, not shut: {seconds} s");
    chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    let marc = chantal.sign_in("marc.devret", "velo bleu du papa").await;
    assert_eq!(marc.code(), "too-many-tries", "known for who signed in with it, and for nobody else");
}

#[tokio::test]
async fn the_identifiant_and_the_mel_of_an_account_count_together_and_it_shows_nowhere() {
    let town = Town::at(TUESDAY).await;
    for attempt in 0..5 {
        let answer = town.stranger().sign_in(people::CHANTAL.0, "pas le bon mot").await;
        assert_eq!(answer.code(), "bad-credentials", "try {attempt}");
        town.stranger().sign_in("personne.x", "pas le bon mot").await;
    }
    let by_mel = town.stranger().sign_in(MEL, people::CHANTAL.1).await;
    assert_eq!(by_mel.code(), "bad-credentials", "the right password counts for nothing now");
    let unknown = town.stranger().sign_in("personne@example.fr", people::CHANTAL.1).await;
    assert_eq!(by_mel.body, unknown.body, "as for a mél nobody has");
    assert_eq!(town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await.code(), "too-many-tries");
}

#[tokio::test]
async fn typing_the_code_later_is_no_failure_and_a_wrong_code_is() {
    let town = Town::at(TUESDAY).await;
    let (name, password, key) = people::DESK;
    for attempt in 0..6 {
        let answer = town.stranger().sign_in(name, password).await;
        assert_eq!(answer.code(), "second-factor-required", "try {attempt}");
    }
    assert_eq!(failures_of_the_address(&town).await, 0);
    let wrong = json!({ "name": name, "password": password, "code": "000 000" });
    for attempt in 0..5 {
        let answer = town.stranger().post("/api/session", wrong.clone()).await;
        assert_eq!(answer.code(), "second-factor-wrong", "try {attempt}");
    }
    let right = json!({ "name": name, "password": password, "code": people::code(key) });
    assert_eq!(town.stranger().post("/api/session", right).await.code(), "too-many-tries");
}

#[tokio::test]
async fn an_agents_session_ends_when_it_is_not_used() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let ends = async || {
        let name: NameRecord = town.table().get(&keys::name(people::DESK.0)).await.unwrap().unwrap();
        let span = keys::sessions(&name.account);
        let sessions: Vec<SessionRecord> = town.table().query(&span).await.unwrap();
        sessions.into_iter().next().unwrap()
    };
    let lasts = |session: &SessionRecord| session.expires - Utc::now().timestamp();
    let begun = ends().await;
    assert!((3500..=3600).contains(&lasts(&begun)), "{} s", lasts(&begun));
    // Half an hour later it is used, and eleven hours and a half later.
    for (minutes, left) in [(30, 3600), (690, 1800)] {
        let since = Utc::now() - chrono::TimeDelta::minutes(minutes);
        let used = SessionRecord { since, expires: Utc::now().timestamp() + 600, ..begun.clone() };
        town.table().write(Chain::new().put(&used)).await.unwrap();
        assert_eq!(agent.post("/api/session/renew", json!({})).await.status.as_u16(), 204);
        let lasts = lasts(&ends().await);
        assert!((left - 100..=left).contains(&lasts), "{minutes} minutes after it began: {lasts} s");
    }
    world::overdue(&town, &agent).await;
    assert_eq!(agent.post("/api/session/renew", json!({})).await.code(), "no-session");
}
