//! Mon compte and the agents, through the pages: what one signs in with, sessions, several families, roles.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::paths::wait_for_mail;
use crate::window::Window;

const ADMINISTRATOR: (&str, &str, &str) = ("isabelle.fabre", "clef sous le preau", "CSO2Z6YHIXPFS7FFQHQSKTXQW3EORPC4");

async fn open_account(window: &Window) {
    window.go("/compte.html").await;
    window.until("document.querySelector('#sessions li') !== null").await;
}

/// Opens the form of a change and fills it in.
async fn change(window: &Window, form: &str, field: &str, text: &str, password: &str) {
    window.value(&format!("document.querySelector('#{form}').closest('details').open = true")).await;
    window.type_into(&format!("#{form} [name={field}]"), text).await;
    window.type_into(&format!("#{form} [name=password]"), password).await;
    window.press(&format!("#{form} button[type=submit]")).await;
}

#[tokio::test]
async fn a_mel_is_changed_by_the_link_of_its_own_mail_and_opening_the_link_spends_nothing() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press(".who a").await;
    window.until("location.pathname === '/compte.html' && document.querySelector('#sessions li') !== null").await;
    change(&window, "mel-form", "mel", "nouvelle@example.fr", "pas le bon mot").await;
    window.until("document.querySelector('#mel-password').getAttribute('aria-invalid') === 'true'").await;
    assert_eq!(window.value("document.querySelector('#mel').value").await, json!("nouvelle@example.fr"), "kept");
    window.type_into("#mel-password", CHANTAL.1).await;
    window.press("#mel-form button[type=submit]").await;
    window.until("document.querySelector('#mel-wanted').textContent.includes('nouvelle@example.fr')").await;
    let mail = wait_for_mail(&town, "nouvelle@example.fr").await;
    let link = mail.split_whitespace().find(|word| word.contains("/confirmer-mel.html#")).unwrap();
    for _ in 0..2 {
        window.client.goto(link).await.unwrap();
        window.client.refresh().await.unwrap();
        window.go("/404.html").await;
    }
    window.client.goto(link).await.unwrap();
    window.press("#confirm-form button[type=submit]").await;
    window.until("document.querySelector('#message').textContent.includes('nouvelle@example.fr')").await;
    assert_eq!(window.value("location.hash").await, json!(""), "the secret has left the address");
    open_account(&window).await;
    assert_eq!(window.text("#mel-shown").await, "nouvelle@example.fr");
    window.close().await;
}

#[tokio::test]
async fn a_phone_is_told_in_words_and_disconnected() {
    let town = Town::at(TUESDAY).await;
    let phone = Window::open(&town).await;
    phone.sign_in(CHANTAL.0, CHANTAL.1).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    open_account(&window).await;
    assert_eq!(window.value("document.querySelectorAll('#sessions li').length").await, json!(2));
    let listed = window.text("#sessions").await;
    assert!(listed.contains("Chrome sur Linux : cette connexion"), "{listed}");
    for width in [360, 1280] {
        window.picture(&format!("compte-connexions-{width}"), width).await;
    }
    window.press("#sessions button").await;
    window.until("document.querySelectorAll('#sessions li').length === 1").await;
    phone.go("/compte.html").await;
    phone.until("location.pathname === '/'").await;
    phone.close().await;
    // What deletes the account is read before it is done.
    window.press("#deletion summary").await;
    window.until("document.querySelector('#deletion-form').checkVisibility()").await;
    assert!(window.text("#deletion-said").await.contains("l’autre adulte le garde"));
    window.type_into("#deletion-password", CHANTAL.1).await;
    window.press("#deletion-form button[type=submit]").await;
    window.until("location.pathname === '/'").await;
    assert_eq!(window.value("localStorage.getItem('preau.identity')").await, json!(null));
    window.close().await;
}

#[tokio::test]
async fn of_two_families_the_chosen_one_stays_chosen_over_pages_and_reload() {
    let town = Town::at(TUESDAY).await;
    let agent = tests::Person::new(&town.origin());
    let code = secret::totp_code(ADMINISTRATOR.2, chrono::Utc::now()).unwrap();
    let signing = json!({ "name": ADMINISTRATOR.0, "password": ADMINISTRATOR.1, "code": code });
    agent.post("/api/session", signing).await.ok();
    let invitation = json!({
        "request": "0b6f4f3c-2f43-4a55-9a41-00000000000d", "mel": "pasdemail@qis.fr", "first_name": "Chantal",
        "last_name": "Devret",
    });
    agent.post("/api/organisations/jumex/families/berthier/invitations", invitation).await.ok();
    let mail = wait_for_mail(&town, "pasdemail@qis.fr").await;
    let token = mail.split("/invitation.html#").nth(1).unwrap().split_whitespace().next().unwrap();
    let accept = json!({ "token": token, "password": CHANTAL.1 });
    tests::Person::new(&town.origin()).post("/api/invitation/accept", accept).await.ok();
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    // Whichever of the two comes first, the other is chosen.
    let first = window.value("document.querySelector('.families summary').innerText.includes('BERTHIER')").await;
    let (name, nina) = if first == json!(true) { ("DEVRET", false) } else { ("BERTHIER", true) };
    let other = &format!("document.querySelector('.families summary')?.innerText.includes({name:?})");
    let child = &format!("(document.querySelector('td[data-child]')?.dataset.child === 'nina') === {nina}");
    window.press(".families summary").await;
    window.picture("dossiers-1280", 1280).await;
    let link = format!("Famille {name}");
    window.client.find(fantoccini::Locator::LinkText(&link)).await.unwrap().click().await.unwrap();
    window.until(&format!("document.querySelector('td[data-child]') !== null && {child} && {other}")).await;
    for page in ["/factures.html", "/dossier.html", "/planning.html"] {
        window.go(page).await;
        window.until(other).await;
    }
    window.client.refresh().await.unwrap();
    window.until(&format!("document.querySelector('td[data-child]') !== null && {child} && {other}")).await;
    window.size(360, 740).await;
    window.picture("dossiers-360", 360).await;
    window.close().await;
}

/// Signs in as the administrator.
pub(crate) async fn administrator(window: &Window) {
    window.go("/").await;
    window.type_into("#name", ADMINISTRATOR.0).await;
    window.type_into("#password", ADMINISTRATOR.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    window.type_into("#code", &secret::totp_code(ADMINISTRATOR.2, chrono::Utc::now()).unwrap()).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#activities .to-roll') !== null").await;
}

#[tokio::test]
async fn an_administrator_changes_a_role_and_removes_an_agent() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    administrator(&window).await;
    window.press(".margin nav a[href^='/fermetures.html']").await;
    window.until("document.querySelector(\".beside a[href^='/agents.html']\")?.checkVisibility()").await;
    window.press(".beside a[href^='/agents.html']").await;
    window.until("document.querySelectorAll('#agents li').length === 4").await;
    crate::accessibility::clean(&window, "Agents").await;
    for width in [360, 1280] {
        window.picture(&format!("agents-{width}"), width).await;
    }
    window.size(1280, 900).await;
    let luc = "[...document.querySelectorAll('#agents li')].find((one) => one.textContent.includes('Luc PETIT'))";
    window.value(&format!("{luc}.querySelector('select').value = 'desk'")).await;
    window.value(&format!("{luc}.querySelector('button').click() ?? 1")).await;
    window.until("document.querySelector('#agents-said').textContent.includes('accueil, dès maintenant')").await;
    window.until(&format!("{luc}.querySelector('select').value === 'desk'")).await;
    window.value(&format!("{luc}.querySelectorAll('button')[1].click() ?? 1")).await;
    assert_eq!(window.value("document.querySelectorAll('#agents li').length").await, json!(4), "asked twice");
    crate::window::calm(&window).await;
    window.value(&format!("{luc}.querySelectorAll('button')[1].click() ?? 1")).await;
    window.until("document.querySelectorAll('#agents li').length === 3").await;
    crate::accessibility::clean(&window, "the agents").await;
    // An adult's access to a family ends where the family is found.
    window.go("/agent.html?nom=devret").await;
    window.until("document.querySelector('[data-members]') !== null").await;
    window.press("[data-members] summary").await;
    window.until("document.querySelectorAll('[data-members] li:not([data-invitation])').length === 2").await;
    window.press("[data-members] li:not([data-invitation]):last-child button").await;
    crate::window::calm(&window).await;
    window.press("[data-members] li:not([data-invitation]):last-child button").await;
    window.until("document.querySelectorAll('[data-members] li:not([data-invitation])').length === 1").await;
    // Codes for the day the phone is lost.
    window.go("/compte.html").await;
    window.until("document.querySelector('#recovery').checkVisibility()").await;
    window.value("document.querySelector('#recovery-form').closest('details').open = true").await;
    window.type_into("#recovery-password", ADMINISTRATOR.1).await;
    window.press("#recovery-form button[type=submit]").await;
    window.until("document.querySelectorAll('#recovery-codes li').length === 10").await;
    window.picture("codes-1280", 1280).await;
    window.close().await;
}
