//! Familles, by keyboard alone: search, filter, tick, invite, open; and single keys that can be switched off.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::agents_page;
use crate::window::Window;

const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

/// What has the focus.
async fn focused(window: &Window) -> String {
    let said = "document.activeElement.id || document.activeElement.name || document.activeElement.textContent";
    window.value(said).await.as_str().unwrap().to_owned()
}

async fn open(town: &Town) -> Window {
    let window = Window::open(town).await;
    agents_page::sign_in(&window).await;
    window.go("/familles.html?organisation=jumex").await;
    window.until("document.querySelectorAll('#rows tr').length === 4").await;
    window
}

#[tokio::test]
async fn a_family_is_searched_for_filtered_ticked_and_opened_without_a_mouse() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    // Search: `/` leads there, arrows choose, Escape goes back where one was.
    window.keys("j").await;
    assert_eq!(focused(&window).await, "BERTHIER");
    window.keys("/").await;
    assert_eq!(focused(&window).await, "find");
    window.keys("j").await; // A letter in a field is a letter.
    assert_eq!(window.value("document.activeElement.value").await, json!("j"));
    window.keys("ulien").await;
    window.until("document.querySelectorAll('#finds [aria-selected=true]').length === 1").await;
    assert!(window.text("#finds").await.contains("GARNIER"));
    window.keys(ESCAPE).await;
    assert_eq!(focused(&window).await, "BERTHIER");
    // A condition: `f` leads to the blank.
    window.keys("f").await;
    assert_eq!(focused(&window).await, "adds");
    let choose = "(() => { const one = document.activeElement; one.value = 'class=Grande section';
        one.dispatchEvent(new Event('change')); return 1; })()";
    window.value(choose).await;
    window.until("document.querySelectorAll('#rows tr').length === 3").await;
    assert_eq!(window.text("#count").await, "3");
    assert!(window.text("#filter").await.starts_with("Les familles"));
    // Ticked, the bar is there with what can truly be done: each family has an account already.
    window.value("document.activeElement.blur() ?? 1").await;
    window.keys("j").await;
    window.keys("x").await;
    window.keys("j").await;
    window.keys("x").await;
    window.until("document.querySelector('#bar').checkVisibility()").await;
    assert_eq!(window.text("#ticked").await.replace('\u{a0}', " "), "2 cochées sur 3");
    assert!(!window.value("document.querySelector('#invite').checkVisibility()").await.as_bool().unwrap());
    window.keys("x").await;
    assert!(window.text("#ticked").await.starts_with("1 cochée"));
    // Enter opens the one in hand.
    assert_eq!(focused(&window).await, "GARNIER");
    window.keys(ENTER).await;
    window
        .until(
            "location.pathname === '/famille.html' && document.querySelector('#title').innerText.includes('GARNIER')",
        )
        .await;
    // `[` and `]` walk through the list one came from, on the same tab; its words lead back to it.
    let walked = async |keys: &str, words: &str| {
        window.keys(keys).await;
        let there = format!("document.querySelector('#walk')?.innerText.replace(/\\s+/g, ' ').includes('{words}')");
        window.until(&there).await;
        window.value("new URLSearchParams(location.search).get('onglet')").await
    };
    window.keys("3").await;
    window.until("document.querySelector('[data-tab=compte][aria-current]') !== null").await;
    assert_eq!(walked("]", "3e sur 3, Grande section").await, json!("compte"));
    assert!(window.value("document.querySelector('#walk a[rel=next]') === null").await.as_bool().unwrap(), "the last");
    assert_eq!(walked("[", "2e sur 3").await, json!("compte"));
    assert_eq!(walked("[", "1re sur 3").await, json!("compte"));
    window.until("document.querySelector('#title').innerText.includes('DEVRET')").await;
    window.press("#walk span a").await;
    window.until("document.querySelectorAll('#rows tr').length === 3").await;
    window.close().await;
}

#[tokio::test]
async fn the_search_opens_a_family_from_any_page_and_marks_what_was_typed() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    window.go("/presences.html?organisation=jumex").await;
    window.until("document.querySelector('#roll [data-child]') !== null").await;
    let control_k = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))";
    window.value(control_k).await;
    assert_eq!(focused(&window).await, "find");
    window.keys("re").await;
    window.until("document.querySelectorAll('#finds [role=option]').length === 2").await;
    let chosen =
        "[...document.querySelectorAll('#finds [role=option]')].findIndex((one) => one.ariaSelected === 'true')";
    assert_eq!(window.value(chosen).await, json!(0));
    window.keys(DOWN).await;
    assert_eq!(window.value(chosen).await, json!(1));
    assert_eq!(window.text("#finds [aria-selected=true] mark").await, "RE");
    window.keys(ENTER).await;
    window
        .until("location.pathname === '/famille.html' && document.querySelector('#title').innerText.includes('MOREL')")
        .await;
    window.close().await;
}

#[tokio::test]
async fn single_keys_are_listed_and_can_be_switched_off_for_good() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    window.keys("?").await;
    window.until("document.querySelector('.keys-dialog')?.open").await;
    let listed = window.text(".keys-dialog").await;
    for words in ["Chercher", "Famille suivante", "Cocher ou décocher la famille"] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    window.press("#single-keys").await;
    window.press(".keys-dialog .actions button").await;
    window.value("document.activeElement.blur() ?? 1").await;
    window.keys("j").await;
    assert_ne!(focused(&window).await, "BERTHIER");
    window.go("/familles.html?organisation=jumex").await;
    window.until("document.querySelectorAll('#rows tr').length === 4").await;
    window.keys("/").await;
    assert_ne!(focused(&window).await, "find", "kept by this browser");
    window.close().await;
}

#[tokio::test]
async fn families_that_were_never_invited_are_invited_together_after_a_preview() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    // Two families come to Jumex by hand, one of them without a mél.
    for (name, mel) in [("Aubry", "aubry@mail.example"), ("Zola", "")] {
        let body = json!({
            "request": uuid::Uuid::new_v4().to_string(), "last_name": name, "first_name": "Ana", "role": "MÈRE",
            "address_1": "1 rue du Port", "postal_code": "45600", "town": "Jumex", "mel": mel,
        });
        let path = "/api/organisations/jumex/families";
        assert!(crate::window::call_as(&window, reqwest::Method::POST, path, body).await.status.is_success());
    }
    window.go("/familles.html?organisation=jumex").await;
    window.until("document.querySelectorAll('#rows tr').length === 6").await;
    window.press("#all").await;
    window.until("document.querySelector('#invite').checkVisibility()").await;
    assert_eq!(window.text("#invite").await, "Inviter (1)");
    assert!(window.text("#left-out").await.contains("1 n’a pas de mél"));
    window.press("#invite").await;
    window.until("document.querySelector('#inviting').open").await;
    let said = window.text("#inviting-out").await;
    assert!(said.contains("ZOLA") && said.contains("DEVRET"), "{said}");
    window.press("#inviting-yes").await;
    window.until("document.querySelector('#inviting-said').innerText.includes('invitation part')").await;
    crate::paths::wait_for_mail(&town, "aubry@mail.example").await;
    window.until("document.querySelector('#rows tr').innerText.includes('Invitée')").await;
    window.close().await;
}

#[tokio::test]
async fn the_menu_has_what_the_role_may_and_a_link_to_the_rest_is_answered_in_words() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    let words = "[...document.querySelectorAll('.margin nav li:not([hidden])')]
        .map((one) => (one.querySelector('.whole') ?? one).textContent.trim())";
    // The desk closes days and does not bill.
    assert_eq!(window.value(words).await, json!(["Aujourd’hui", "Familles", "Présences", "Messages", "Réglages"]));
    window.go("/facturation.html?organisation=jumex").await;
    window
        .until("location.pathname === '/aujourdhui.html' && document.querySelector('#page-said').checkVisibility()")
        .await;
    let said = window.text("#page-said").await;
    assert!(said.contains("Facturation") && said.contains("Accueil"), "{said}");
    window.go("/aujourdhui.html?organisation=jumex&page=Cliquez%20ici").await;
    window.until("document.querySelector('#activities .to-roll') !== null").await;
    let shown = window.value("document.querySelector('#page-said').checkVisibility()").await;
    assert_eq!(shown, json!(false), "an address says no sentence of its own");
    // On a family's own pages an agent reads agents' words.
    window.go("/planning.html?organisation=jumex&famille=devret").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    let text = window.text("main").await;
    assert!(text.contains("Ses abonnements") && !text.contains("mes abonnements"), "{text}");
    assert_eq!(window.value(words).await[0], json!("Aujourd’hui"));
    window.close().await;
}
