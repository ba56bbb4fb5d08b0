//! Mes données in a real browser: everything is taken away; an erasure is asked for, refused and taken back.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::small_screen::{ENTER, tab_to};
use crate::window::Window;
use crate::{accessibility, account};

async fn open(window: &Window) {
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/dossier.html").await;
    window.until("document.querySelector('#to-my-data')?.checkVisibility()").await;
    tab_to(window, "#to-my-data a").await;
    window.keys(ENTER).await;
    window.until("document.querySelector('#take')?.checkVisibility()").await;
}

/// The words of an element, its spaces ordinary ones.
async fn says(window: &Window, selector: &str, words: &str) {
    let text = format!("(document.querySelector({selector:?})?.innerText ?? '').replaceAll('\\u00a0', ' ')");
    window.until(&format!("{text}.includes({words:?})")).await;
}

#[tokio::test]
async fn an_archive_is_asked_for_made_and_taken() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    open(&window).await;
    assert!(window.text("#retention").await.contains("13 mois"), "{}", window.text("#retention").await);
    window.press("#ask").await;
    says(&window, "#archives", "en préparation").await;
    town.portal.invoke("retention", json!({ "keep": "tasks" })).await.unwrap();
    window.until("document.querySelector('#archives button') !== null").await;
    accessibility::clean(&window, "Mes données").await;
    for width in [360, 1280] {
        window.picture(&format!("mes-donnees-{width}"), width).await;
    }
    window.size(1280, 900).await;
    // The click asks for an address of storage, and the browser is given a file there.
    let taken = "fetch(location.origin + '/api/organisations/jumex/families/devret/archives/' \
        + document.querySelector('[data-archive]').dataset.archive + '/link', { method: 'POST', body: '{}', \
        headers: { 'content-type': 'application/json' } }).then((reply) => reply.json()).then(({ url }) => { window.taken = url; }) && 1";
    window.value(taken).await;
    window.until("window.taken !== undefined").await;
    let url = window.value("window.taken").await.as_str().unwrap().to_owned();
    let reply = reqwest::get(&url).await.unwrap();
    let disposition = reply.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "attachment; filename=\"mes-donnees.zip\"");
    assert!(reply.bytes().await.unwrap().starts_with(b"PK"), "a ZIP");
    window.press("#archives button").await;
    window.until("location.pathname === '/mes-donnees.html'").await;
    window.close().await;
}

#[tokio::test]
async fn an_erasure_is_asked_for_by_keyboard_alone_at_360_pixels_and_decided() {
    let town = Town::at(TUESDAY).await;
    let parent = Window::open(&town).await;
    parent.size(360, 740).await;
    open(&parent).await;
    tab_to(&parent, "#name").await;
    parent.keys("DEVERT").await;
    parent.keys(ENTER).await;
    parent.until("document.activeElement.id === 'name' && document.activeElement.ariaInvalid === 'true'").await;
    parent.type_into("#name", "").await;
    parent.keys("devret").await;
    parent.keys(ENTER).await;
    says(&parent, "#erasure-said", "Chantal DEVRET a demandé l’effacement le 26 mai 2015.").await;
    parent.picture("effacement-demande-360", 360).await;
    let agent = Window::open(&town).await;
    account::administrator(&agent).await;
    agent.go("/effacements.html").await;
    agent.until("document.querySelector('[data-erasure=devret]') !== null").await;
    accessibility::clean(&agent, "Effacements").await;
    for width in [360, 1280] {
        agent.picture(&format!("effacements-{width}"), width).await;
    }
    agent.size(1280, 900).await;
    agent.press("[data-erasure=devret] .ticket-actions button:last-child").await;
    agent.until("document.querySelector('#decide').open").await;
    agent.press("#decide-yes").await;
    agent.until("document.activeElement.id === 'reason'").await;
    agent.type_into("#reason", "La facture d’avril reste à payer.").await;
    agent.press("#decide-yes").await;
    says(&agent, "[data-erasure=devret]", "refusé par").await;
    agent.close().await;
    parent.client.refresh().await.unwrap();
    says(&parent, "#erasure-said", "L’effacement est refusé : La facture d’avril reste à payer.").await;
    // Asked for once more, and taken back.
    parent.type_into("#name", "DEVRET").await;
    parent.keys(ENTER).await;
    parent.until("document.querySelector('#withdraw')?.checkVisibility()").await;
    tab_to(&parent, "#withdraw").await;
    parent.keys(ENTER).await;
    parent.until("document.querySelector('#erase')?.checkVisibility() && document.activeElement.id === 'name'").await;
    parent.close().await;
}
