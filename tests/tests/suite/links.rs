//! Links of mails: each ends with what comes after it.

use reqwest::Method;
use serde_json::json;
use tests::town::TUESDAY;
use tests::{Answer, Town};

use crate::people;

const MEL: &str = "pasdemail@qis.fr";
const RESET: &str = "nouveau-mot-de-passe.html";

/// The token of a mail to somebody, to that page, that is none of those known already.
pub(crate) async fn next_token(town: &Town, to: &str, page: &str, known: &[&String]) -> String {
    let link = format!("{page}#");
    let fresh = || async {
        let mails = town.portal.mails().unwrap();
        let texts = mails.iter().filter(|mail| mail.to.contains(to)).map(|mail| mail.text.clone());
        let mut tokens = texts.filter_map(|text| {
            let (_, rest) = text.split_once(&link)?;
            rest.split_whitespace().next().map(str::to_owned)
        });
        tokens.find(|token| !known.contains(&token))
    };
    town.until(to, fresh).await
}

async fn ask(town: &Town, name: &str, known: &[&String]) -> String {
    town.stranger().post("/api/password/forgotten", json!({ "name": name })).await.ok();
    next_token(town, MEL, RESET, known).await
}

async fn reset(town: &Town, token: &str, password: &str) -> Answer {
    town.stranger().post("/api/password/reset", json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn a_reset_link_ends_with_the_next_one_by_whatever_name_and_with_its_use() {
    let town = Town::at(TUESDAY).await;
    let first = ask(&town, people::CHANTAL.0, &[]).await;
    let second = ask(&town, MEL, &[&first]).await;
    assert_eq!(reset(&town, &first, "une phrase toute neuve").await.code(), "token-expired");
    town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    assert_eq!(reset(&town, &second, "une phrase toute neuve").await.status.as_u16(), 204, "signing in ends none");
    for token in [&first, &second] {
        assert_eq!(reset(&town, token, "une autre phrase neuve").await.code(), "token-expired");
    }
    town.stranger().sign_in(people::CHANTAL.0, "une phrase toute neuve").await.ok();
}

#[tokio::test]
async fn a_reset_link_ends_with_a_new_password() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let link = ask(&town, MEL, &[]).await;
    let body = json!({ "password": people::CHANTAL.1, "new_password": "une phrase toute neuve" });
    assert_eq!(chantal.put("/api/account/password", body).await.status.as_u16(), 204);
    assert_eq!(reset(&town, &link, "la phrase du voleur").await.code(), "token-expired");
    town.stranger().sign_in(MEL, "une phrase toute neuve").await.ok();
}

#[tokio::test]
async fn a_reset_link_ends_with_a_new_mel() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let link = ask(&town, MEL, &[]).await;
    let wish = json!({ "mel": "chantal@nouvelle.example", "password": people::CHANTAL.1 });
    chantal.put("/api/account/mel", wish).await.ok();
    let confirm = next_token(&town, "chantal@nouvelle.example", "confirmer-mel.html", &[]).await;
    town.stranger().post("/api/mel/confirm", json!({ "token": confirm })).await.ok();
    assert_eq!(reset(&town, &link, "la phrase du voleur").await.code(), "token-expired");
    chantal.call(Method::GET, "/api/session", None).await.ok();
    town.stranger().sign_in("chantal@nouvelle.example", people::CHANTAL.1).await.ok();
}

#[tokio::test]
async fn a_wish_for_the_same_mel_again_ends_its_first_link() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let mel = "chantal@nouvelle.example";
    let ask = async |mel: &str| {
        chantal.put("/api/account/mel", json!({ "mel": mel, "password": people::CHANTAL.1 })).await.ok();
    };
    ask(mel).await;
    let first = next_token(&town, mel, "confirmer-mel.html", &[]).await;
    ask("autre@nouvelle.example").await;
    ask(mel).await;
    let last = next_token(&town, mel, "confirmer-mel.html", &[&first]).await;
    let confirm = async |token: &str| town.stranger().post("/api/mel/confirm", json!({ "token": token })).await;
    assert_eq!(confirm(&first).await.code(), "token-expired");
    assert_eq!(confirm(&last).await.ok()["mel"], mel);
}
