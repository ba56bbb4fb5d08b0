//! Ways through the pages: weeks and dates, the back button, a forgotten password, the other parent, signing out.

use reqwest::Method;
use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::window::{Window, call_as, cell};

async fn shows(window: &Window, title: &str) {
    let expression =
        format!("document.querySelector('#week-title').innerText.replaceAll('\\u00a0', ' ') === {title:?}");
    window.until(&expression).await;
}

#[tokio::test]
async fn weeks_dates_typed_the_french_way_and_the_back_button() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    shows(&window, "Semaine du 25 mai 2015 au 31 mai 2015").await;
    window.press("#next-week").await;
    shows(&window, "Semaine du 1er juin 2015 au 7 juin 2015").await;
    window.press("#previous-week").await;
    window.press("#previous-week").await;
    shows(&window, "Semaine du 18 mai 2015 au 24 mai 2015").await;
    window.press("#today").await;
    shows(&window, "Semaine du 25 mai 2015 au 31 mai 2015").await;
    for (typed, title) in [
        ("3 juin 2015", "Semaine du 1er juin 2015 au 7 juin 2015"),
        ("14/05/2015", "Semaine du 11 mai 2015 au 17 mai 2015"),
    ] {
        window.until("document.querySelector('#choose-date').checkVisibility()").await;
        if window.value("document.querySelector('#date-form').hidden").await == json!(true) {
            window.press("#choose-date").await;
        }
        window.type_into("#date", typed).await;
        window.press("#date-form button[type=submit]").await;
        shows(&window, title).await;
    }
    window.client.back().await.unwrap();
    shows(&window, "Semaine du 1er juin 2015 au 7 juin 2015").await;
    if window.value("document.querySelector('#date-form').hidden").await == json!(true) {
        window.press("#choose-date").await;
    }
    window.type_into("#date", "30/02/2015").await;
    window.press("#date-form button[type=submit]").await;
    window.until("document.querySelector('#date').getAttribute('aria-invalid') === 'true'").await;
    shows(&window, "Semaine du 1er juin 2015 au 7 juin 2015").await;
    window.close().await;
}

#[tokio::test]
async fn the_other_parents_click_appears_when_one_comes_back_to_the_page() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let body = json!({
        "request": "0b6f4f3c-2f43-4a55-9a41-00000000000c", "child": "lou", "activity": "cantine-maternelle",
        "day": "2015-05-29", "want": "booked",
    });
    call_as(&window, Method::PUT, "/api/organisations/jumex/families/devret/bookings", body).await.ok();
    let lou = cell("lou", "cantine-maternelle", "2015-05-29");
    assert_eq!(window.value(&format!("document.querySelector({lou:?}).dataset.state")).await, json!("open_free"));
    // Half a minute later the person comes back to the tab.
    window.value("Date.now = ((now) => () => now() + 31000)(Date.now.bind(Date)), document.dispatchEvent(new Event('visibilitychange')), 1").await;
    window.until(&format!("document.querySelector({lou:?}).dataset.state === 'open_booked'")).await;
    window.close().await;
}

#[tokio::test]
async fn a_forgotten_password_from_page_to_mail_to_page() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.go("/").await;
    window.press("a[href='/mot-de-passe-oublie.html']").await;
    window.until("document.querySelector('#forgotten-form') !== null").await;
    window.type_into("#name", CHANTAL.0).await;
    window.press("#forgotten-form button[type=submit]").await;
    window.until("document.querySelector('#message').innerText.includes('Si un compte porte ce nom')").await;
    let mail = wait_for_mail(&town, "pasdemail@qis.fr").await;
    window.go("/_local/mails").await;
    assert!(window.text("body").await.contains("Choisir un nouveau mot de passe"));
    let link = mail.split_whitespace().find(|word| word.contains("/nouveau-mot-de-passe.html#")).unwrap();
    window.client.goto(link).await.unwrap();
    window.until("location.hash === '' && document.querySelector('#new-password-form') !== null").await;
    let fields = "#new-password-form input[type=password], #new-password-form input[name=password]";
    window.type_into(fields, "court").await;
    window.press("#new-password-form button[type=submit]").await;
    window.until("document.querySelector('[aria-invalid=true]') !== null").await;
    window.type_into(fields, "la mare aux canards").await;
    window.press("#new-password-form button[type=submit]").await;
    window.until("document.querySelector('#to-sign-in')?.checkVisibility()").await;
    window.sign_in(CHANTAL.0, "la mare aux canards").await;
    window.close().await;
}

/// The text of the newest mail to somebody.
pub(crate) async fn wait_for_mail(town: &Town, to: &str) -> String {
    town.mail_to(to, "").await.text
}

#[tokio::test]
async fn the_menu_leads_to_true_pages_and_signing_out_closes_them() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    for (page, words) in [
        ("/informations.html", "02 38 00 00 00"),
        ("/dossier.html", "DEVRET Chantal"),
        ("/factures.html", "Facture du 2 février 2015"),
        ("/documents.html", "document"),
    ] {
        window.press(&format!("nav a[href='{page}']")).await;
        window.until(&format!("location.pathname === {page:?}")).await;
        window
            .until(&format!("document.querySelector('main').innerText.replaceAll('\\u00a0', ' ').includes({words:?})"))
            .await;
        assert_eq!(window.value("document.querySelectorAll('h1').length").await, json!(1), "{page}");
    }
    window.press("nav a[href='/planning.html']").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    window.press("[data-sign-out]").await;
    window.until("document.querySelector('#sign-in-form') !== null").await;
    window.go("/dossier.html").await;
    window.until("location.pathname === '/' && location.search.includes('suite=')").await;
    window.close().await;
}
