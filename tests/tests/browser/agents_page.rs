//! The agent at a desk: second factor, find a family, pass over a limit with a reason, invite an adult.

use fantoccini::Locator;
use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::paths::wait_for_mail;
use crate::window::{Window, cell};

const DESK: (&str, &str, &str) = ("anne.marchand", "accueil de la mairie", "JUNTWXE5T5YZON7KNSYL5AYIOM5KRNOP");

pub(crate) async fn sign_in(window: &Window) {
    window.go("/").await;
    window.type_into("#name", DESK.0).await;
    window.type_into("#password", DESK.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    let code = secret::totp_code(DESK.2, chrono::Utc::now()).unwrap();
    window.type_into("#code", &code).await;
    window.press("#sign-in").await;
    window.until("location.pathname === '/agent.html' && document.querySelector('#search') !== null").await;
}

#[tokio::test]
async fn an_agent_finds_a_family_and_passes_over_a_limit() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.type_into("#search", "devret chloe").await;
    window.until("document.querySelectorAll('#found li').length === 1").await;
    assert!(window.text("#found").await.contains("Famille DEVRET"));
    window.press("#found a.button").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    let locked = cell("chloe", "cantine-maternelle", "2015-05-26");
    window.press(&format!("{locked} button")).await;
    window.until("document.querySelector('#override').open").await;
    window.type_into("#reason", "Appel de la mère à 8 h").await;
    window.press("#override button[type=submit]").await;
    window.until(&format!("document.querySelector({locked:?}).dataset.state === 'locked_booked'")).await;
    window.press("#history summary").await;
    window.until("document.querySelector('#history').innerText.includes('Appel de la mère')").await;
    window.close().await;
}

#[tokio::test]
async fn an_invitation_is_sent_and_accepted_through_the_pages() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.type_into("#search", "berthier").await;
    window.until("document.querySelectorAll('#found li').length === 1").await;
    window.press("#found summary").await;
    window.type_into("#found input[name=mel]", "mamie@example.fr").await;
    window.type_into("#found input[name=first_name]", "Odette").await;
    window.type_into("#found input[name=last_name]", "Berthier").await;
    window.press("#found form button[type=submit]").await;
    window.until("document.querySelector('#found .said').innerText.includes('mamie@example.fr')").await;
    let mail = wait_for_mail(&town, "mamie@example.fr").await;
    window.close().await;
    let window = Window::open(&town).await; // Odette's own.
    let link = mail.split_whitespace().find(|word| word.contains("/invitation.html#")).unwrap();
    window.client.goto(link).await.unwrap();
    window.until("document.querySelector('#invitation-form')?.checkVisibility()").await;
    window.until("document.querySelector('input[name=identifiant]').value === 'jumex.odette.berthier'").await;
    for (name, text) in [("first_name", "Odette"), ("last_name", "Berthier")] {
        window.type_into(&format!("#invitation-form input[name={name}]"), text).await;
    }
    window.type_into("#invitation-form input[name=password]", "les confitures de mamie").await;
    window.press("#accept").await;
    window.until("document.querySelector('#sign-in-form') !== null").await;
    window.until("document.querySelector('#name').value === 'jumex.odette.berthier'").await;
    let password = window.client.find(Locator::Css("#password")).await.unwrap();
    password.send_keys("les confitures de mamie").await.unwrap();
    window.press("#sign-in").await;
    window.until("location.pathname === '/planning.html' && document.querySelector('td[data-state]') !== null").await;
    assert_eq!(window.value("document.querySelector('td[data-child]').dataset.child").await, json!("nina"));
    window.close().await;
}
