//! What happens to a click that is pressed twice, that no network carries, that comes after the session's end.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::agents_page;
use crate::first_minute::CHANTAL;
use crate::small_screen::ENTER;
use crate::window::{Window, calm, cell};

const THURSDAY: &str = "2015-05-28";

/// Counts what is sent from here on.
const COUNTED: &str = "(window.sent = 0, window.fetched = window.fetch, \
    window.fetch = (url, what) => { window.sent += what?.method === 'PUT' ? 1 : 0; return window.fetched(url, what); }, 1)";

/// Presses something again in the moment in which its answer is painted: what a double click does to a fast server.
async fn press_again_once(window: &Window, painted: &str, place: &str, again: &str) {
    let watch = format!(
        "new MutationObserver((_, seen) => {{ if ({painted}) {{ seen.disconnect(); document.querySelector({again:?}).click(); }} }})
            .observe(document.querySelector({place:?}), {{ attributes: true, childList: true, subtree: true }}) ?? 1"
    );
    window.value(&watch).await;
}

#[tokio::test]
async fn the_second_half_of_a_double_click_undoes_nothing() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let soir = cell("chloe", "garderie-soir", THURSDAY);
    let state = |cell: &str, state: &str| format!("document.querySelector({cell:?}).dataset.state === {state:?}");
    window.value(COUNTED).await;
    let answered = format!("{} && 'answered' in document.querySelector({soir:?}).dataset", state(&soir, "open_booked"));
    press_again_once(&window, &answered, &soir, &format!("{soir} input")).await;
    window.press(&format!("{soir} input")).await;
    window.until(&state(&soir, "open_booked")).await;
    calm(&window).await;
    assert_eq!(window.value("window.sent").await, json!(1));
    let ticked = format!("document.querySelector({:?}).checked", format!("{soir} input"));
    assert_eq!(window.value(&ticked).await, json!(true));
    // A click after that is a click.
    window.press(&format!("{soir} input")).await;
    window.until(&state(&soir, "open_free")).await;
    // "Tout inscrire" where one was booked before: pressed twice, all are booked, that one too.
    let (friday, canteen) = ("2015-05-29", cell("chloe", "cantine-maternelle", "2015-05-29"));
    assert_eq!(window.value(&state(&canteen, "open_booked")).await, json!(true));
    let offer = format!("button[data-offer][data-child='chloe'][data-day='{friday}']");
    let verb = format!("td:has({offer})");
    window.value("window.sent = 0").await;
    let answered = format!(
        "document.querySelector({offer:?}).dataset.offer === 'cancel' && 'answered' in document.querySelector({verb:?}).dataset"
    );
    press_again_once(&window, &answered, &verb, &offer).await;
    window.press(&offer).await;
    window.until(&format!("document.querySelector({offer:?}).innerText === 'Tout annuler'")).await;
    calm(&window).await;
    assert_eq!(window.value("window.sent").await, json!(1));
    assert_eq!(window.value(&state(&canteen, "open_booked")).await, json!(true));
    window.close().await;
}

#[tokio::test]
async fn the_latest_change_is_taken_back_by_a_press_or_a_key_and_done_again() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let state = |activity: &str, state: &str| {
        format!("document.querySelector({:?}).dataset.state === {state:?}", cell("chloe", activity, THURSDAY))
    };
    let note = "document.querySelector('.margin-note p.shown') ?? document.querySelector('.margin-note p')";
    let button = "[...document.querySelectorAll('.margin-note .button')].find((one) => one.checkVisibility())";
    for width in [1280, 360] {
        window.size(width, 800).await;
        window.go(&format!("/planning.html?jour={THURSDAY}")).await;
        let soir = cell("chloe", "garderie-soir", THURSDAY);
        window.until(&format!("document.querySelector({:?}) !== null", format!("{soir} input"))).await;
        window.press(&format!("{soir} input")).await;
        window.until(&state("garderie-soir", "open_booked")).await;
        window.hears("Annuler ce changement : bouton suivant.").await;
        window.picture(&format!("planning-annuler-{width}"), width).await;
        window.value(&format!("({button}).focus() ?? 1")).await;
        window.keys(ENTER).await;
        window.until(&state("garderie-soir", "open_free")).await;
        window.until(&format!("({note}).innerText.includes('Le refaire')")).await;
        // The focus stays where it was pressed: on the button that does it again.
        assert_eq!(window.value("document.activeElement.innerText").await, json!("Le refaire"));
        window.keys(ENTER).await;
        window.until(&state("garderie-soir", "open_booked")).await;
        window.value(&format!("document.querySelector({:?}).focus() ?? 1", format!("{soir} input"))).await;
        let undo =
            json!({ "type": "rawKeyDown", "modifiers": 2, "key": "z", "code": "KeyZ", "windowsVirtualKeyCode": 90 });
        window.dev_tools("Input.dispatchKeyEvent", undo).await;
        window.until(&state("garderie-soir", "open_free")).await;
        calm(&window).await;
        // A whole day goes back to the mix it was.
        let mix = "JSON.stringify([...document.querySelectorAll('td[data-child=chloe][data-day=\"2015-05-28\"]')].map((one) => one.dataset.state))";
        let before = window.value(mix).await;
        window.press(&format!("button[data-offer][data-child='chloe'][data-day='{THURSDAY}']")).await;
        window
            .until(&format!("{mix} !== {} && ({note})?.innerText.includes('Annuler ce changement')", json!(before)))
            .await;
        window.value(&format!("({button}).click() ?? 1")).await;
        window.until(&format!("{mix} === {}", json!(before))).await;
    }
    // Another week forgets it, and is one like the first: what is clicked there is taken, and taken back.
    window.until(&format!("({note}).innerText.includes('Le refaire')")).await;
    window.press("#next-week").await;
    let june = cell("chloe", "garderie-soir", "2015-06-04");
    window.until(&format!("document.querySelector({:?}) !== null", format!("{june} input"))).await;
    assert_eq!(window.value("document.querySelector('.margin-note')").await, json!(null));
    assert_eq!(window.text("#page-error").await, "");
    window.press(".days button[value='2015-06-04']").await;
    window.press(&format!("{june} input")).await;
    window.until(&format!("document.querySelector({june:?}).dataset.state === 'open_booked'")).await;
    window.value(&format!("({button}).click() ?? 1")).await;
    window.until(&format!("document.querySelector({june:?}).dataset.state === 'open_free'")).await;
    window.close().await;
}

#[tokio::test]
async fn what_the_other_parent_did_meanwhile_is_named_when_a_change_is_taken_back() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let soir = cell("chloe", "garderie-soir", THURSDAY);
    window.press(&format!("{soir} input")).await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    let marc = town.stranger();
    marc.sign_in("marc.devret", "velo bleu du papa").await.ok();
    marc.click("devret", "chloe", "garderie-soir", THURSDAY, "free").await.ok();
    window.press(".margin-note .button").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_free'")).await;
    window.hears("changé depuis").await;
    assert!(window.text(".margin-note").await.contains("changé depuis"));
    window.close().await;
}

/// A press of the mouse as the system reports it: the second of a double click has the count 2.
async fn mouse(window: &Window, selector: &str, count: u8) {
    window.value(&format!("document.querySelector({selector:?}).scrollIntoView({{ block: 'center' }}) ?? 1")).await;
    let place = window
        .value(&format!("(({{ x, y, width, height }}) => [x + width / 2, y + height / 2])(document.querySelector({selector:?}).getBoundingClientRect())"))
        .await;
    for kind in ["mousePressed", "mouseReleased"] {
        let press = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": count });
        window.dev_tools("Input.dispatchMouseEvent", press).await;
    }
}

#[tokio::test]
async fn a_double_click_never_presses_what_slid_under_it() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.go("/publier.html").await;
    window.until("document.querySelectorAll('#news-list li').length > 1").await;
    let count = window.value("document.querySelectorAll('#news-list li').length").await.as_u64().unwrap();
    let remove = "#news-list li:first-child button:last-child";
    mouse(&window, remove, 1).await;
    window.until(&format!("document.querySelectorAll('#news-list li').length === {}", count - 1)).await;
    window.value(COUNTED.replace("'PUT'", "'DELETE'").as_str()).await;
    mouse(&window, remove, 2).await; // The next one of the list is there now.
    assert_eq!(window.value("window.sent").await, json!(0));
    mouse(&window, remove, 1).await;
    window.until(&format!("document.querySelectorAll('#news-list li').length === {}", count - 2)).await;
    window.close().await;
}

async fn network(window: &Window, there: bool) {
    let conditions = json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    window.dev_tools("Network.enable", json!({})).await;
    window.dev_tools("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn a_click_without_network_is_named_once_and_offered_again_when_it_returns() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 740).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press(&format!(".days button[value='{THURSDAY}']")).await;
    let soir = cell("chloe", "garderie-soir", THURSDAY);
    network(&window, false).await;
    window.press(&format!("{soir} input")).await;
    window.hears("Garderie soir, Chloé, jeudi 28 mai 2015 : Pas de réponse de la mairie : rien n’est sûr.").await;
    window.until("document.querySelectorAll('.margin-note button').length === 1").await;
    window.picture("hors-reseau-360", 360).await;
    window.size(360, 740).await;
    let again = "[...document.querySelectorAll('button')].filter((one) => one.checkVisibility() && one.textContent === 'Relire le planning').length";
    assert_eq!(window.value(again).await, json!(1), "one message, one button");
    assert_eq!(window.text("#page-error").await, "");
    network(&window, true).await;
    window.until("document.querySelector('.margin-note button')?.textContent === 'Inscrire'").await;
    let note = window.text(".margin-note").await;
    assert!(note.contains("Ce clic n’a pas été pris : la connexion s’est coupée."), "{note}");
    assert_eq!(window.value(&format!("document.querySelector({soir:?}).dataset.state")).await, json!("open_free"));
    window.press(".margin-note button").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    window.until("document.querySelector('.margin-note button')?.textContent === 'Annuler ce changement'").await;
    let note = window.text(".margin-note").await;
    assert!(note.contains("vous venez d’inscrire Chloé") && !note.contains("connexion"), "{note}");
    window.close().await;
}

#[tokio::test]
async fn a_click_after_the_sessions_end_is_named_at_the_door_and_offered_again_behind_it() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 740).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press(&format!(".days button[value='{THURSDAY}']")).await;
    window.dev_tools("Network.clearBrowserCookies", json!({})).await;
    let soir = cell("chloe", "garderie-soir", THURSDAY);
    window.press(&format!("{soir} input")).await;
    window.until("location.pathname === '/' && document.querySelector('#untaken')?.checkVisibility()").await;
    assert_eq!(window.text("#untaken-what").await, "Garderie soir, Chloé, jeudi 28 mai 2015");
    let said = window.text("#welcome").await;
    assert_eq!(said, "Ce clic n’a pas été pris : votre connexion était finie. Rien d’autre n’a changé.");
    assert_eq!(window.value("document.querySelector('#name').value").await, json!(CHANTAL.0));
    for width in [360, 1280] {
        window.picture(&format!("connexion-finie-{width}"), width).await;
    }
    window.size(360, 740).await;
    window.type_into("#password", CHANTAL.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('.margin-note button')?.textContent === 'Inscrire'").await;
    let note = window.text(".margin-note").await;
    assert!(note.contains("Ce clic n’a pas été pris : votre connexion était finie."), "{note}");
    assert_eq!(
        window.value(&format!("document.querySelector({soir:?}).dataset.state")).await,
        json!("open_free"),
        "it is never sent again by itself"
    );
    window.press(".margin-note button").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    // Said once: a reload says nothing more.
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('td[data-state]') !== null").await;
    assert_eq!(window.value("document.querySelector('.margin-note')").await, json!(null));
    window.close().await;
}
