//! Chantal in May 2015, at a desk: the guide's week, one click, what is locked and what is closed.

use reqwest::Method;
use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::window::{Window, call_as, cell};

pub(crate) const CHANTAL: (&str, &str) = ("chantal.devret", "marelle du mardi");
const THURSDAY: &str = "2015-05-28";

/// The guide's rows for Chloé: the names, and which of the seven days are booked.
const PRINTED: [(&str, &str, [bool; 7]); 4] = [
    ("Cantine maternelle", "cantine-maternelle", [true, false, false, false, true, false, false]),
    ("Garderie matin", "garderie-matin", [true, false, false, false, false, false, false]),
    ("Garderie midi", "garderie-midi", [false, true, false, true, false, false, false]),
    ("Garderie soir", "garderie-soir", [false, false, false, false, false, false, false]),
];
const DAYS: [(&str, &str); 7] = [
    ("2015-05-25", "lundi 25 mai 2015"),
    ("2015-05-26", "mardi 26 mai 2015"),
    ("2015-05-27", "mercredi 27 mai 2015"),
    ("2015-05-28", "jeudi 28 mai 2015"),
    ("2015-05-29", "vendredi 29 mai 2015"),
    ("2015-05-30", "samedi 30 mai 2015"),
    ("2015-05-31", "dimanche 31 mai 2015"),
];

#[tokio::test]
async fn the_guides_week_stands_there_cell_by_cell() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    assert_eq!(window.text("#week-title").await, "Semaine du 25 mai 2015 au 31 mai 2015");
    let tree = window.dev_tools("Accessibility.getFullAXTree", json!({})).await.to_string().replace('\u{a0}', " ");
    for (name, activity, booked) in PRINTED {
        for ((day, said), booked) in DAYS.iter().zip(booked) {
            let selector = cell("chloe", activity, day);
            let state = window.value(&format!("document.querySelector({selector:?}).dataset.state")).await;
            let state = state.as_str().unwrap();
            assert_eq!(state.ends_with("_booked"), booked, "{name} {day}: {state}");
            let words = match state {
                "open_free" => "non inscrit",
                "open_booked" => "inscrit",
                "locked_free" => "non inscrit, l’inscription n’est plus autorisée",
                "locked_booked" => "inscrit, la désinscription n’est plus autorisée",
                _ => "fermé",
            };
            let heard = format!("{name}, Chloé, {said} : {words}");
            assert!(tree.contains(&heard), "a screen reader does not hear « {heard} »");
        }
    }
    window.close().await;
}

#[tokio::test]
async fn one_click_books_with_an_orange_tick_and_a_reload_finds_it() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let soir = cell("chloe", "garderie-soir", THURSDAY);
    let colour = format!(
        "[...document.querySelectorAll({:?})]
             .flatMap(e => [null, '::before', '::after'].map(part => getComputedStyle(e, part)))
             .flatMap(s => [s.borderTopColor, s.backgroundColor, s.color]).join()",
        format!("{soir}, {soir} *")
    );
    // The answer is held back, so that the time before it can be looked at.
    window.value("window.hold = new Promise(go => window.letGo = go), window.fetched = window.fetch, window.fetch = (...a) => window.hold.then(() => window.fetched(...a)), 1").await;
    window.press(&format!("{soir} input")).await;
    window.until(&format!("document.querySelector({soir:?}).dataset.pending !== undefined")).await;
    let orange =
        window.value("getComputedStyle(document.documentElement).getPropertyValue('--cell-booked-tick').trim()").await;
    let orange = rgb(orange.as_str().unwrap());
    let pending = window.value(&colour).await;
    assert!(!pending.as_str().unwrap().contains(&orange), "nothing is orange before the answer");
    assert_eq!(
        window
            .value(&format!("document.activeElement === document.querySelector({:?})", format!("{soir} input")))
            .await,
        json!(true),
        "focus stays"
    );
    window.value("window.letGo() ?? 1").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked' && document.querySelector({soir:?}).dataset.pending === undefined")).await;
    window.until(&format!("{colour}.includes({orange:?})")).await;
    window.hears("Garderie soir, Chloé, jeudi 28 mai 2015 : inscrit").await;
    window.client.refresh().await.unwrap();
    window.until(&format!("document.querySelector({soir:?})?.dataset.state === 'open_booked'")).await;
    window.press(&format!("{soir} input")).await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_free'")).await;
    window.close().await;
}

/// `#CC4F05` as a computed style has it.
fn rgb(hex: &str) -> String {
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    format!("rgb({}, {}, {})", part(1), part(3), part(5))
}

#[tokio::test]
async fn a_locked_and_a_closed_cell_take_no_click() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.value("window.calls = 0, window.fetched = window.fetch, window.fetch = (...a) => (window.calls++, window.fetched(...a)), 1").await;
    let states = "[...document.querySelectorAll('td[data-state]')].map((one) => one.dataset.state)";
    let before = window.value(states).await;
    for (selector, word, why) in [
        (cell("chloe", "cantine-maternelle", "2015-05-25"), "Inscrit", "lundi 25 mai : Limite : "),
        (cell("chloe", "cantine-maternelle", "2015-05-26"), "Non inscrit", "mardi 26 mai : Limite : "),
        (cell("chloe", "cantine-maternelle", "2015-05-27"), "Fermé", "mercredi 27 mai : Pas d’activité ce jour."),
    ] {
        assert!(window.text(&selector).await.contains(word), "{selector}");
        // A locked cell is a button that only tells why.
        let boxes = format!("document.querySelectorAll({:?}).length", format!("{selector} input"));
        assert_eq!(window.value(&boxes).await, json!(0));
        window.press(&selector).await;
        // Why is said in the row, for whoever has no mouse to rest on it.
        let said = window.text(".activity + .margin-note").await;
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(window.value("window.calls").await, json!(0));
    assert_eq!(before, window.value(states).await);
    window.close().await;
}

#[tokio::test]
async fn all_activities_of_a_day_in_one_click_and_what_was_passed_over_is_said() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let offer = "button[data-offer][data-child='chloe'][data-day='2015-05-26']";
    assert_eq!(window.text(offer).await, "Tout inscrire");
    window.press(offer).await;
    let soir = cell("chloe", "garderie-soir", "2015-05-26");
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    window.until(&format!("document.querySelector({offer:?}).innerText === 'Tout annuler'")).await;
    window.hears("Inchangé : Cantine maternelle").await;
    window.close().await;
}

#[tokio::test]
async fn a_refusal_explains_itself_in_the_margin_and_the_true_state_returns() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    // The page is stale: it believes that Wednesday's garderie matin, whose limit was at eight, is still open.
    let body = json!({
        "request": "0b6f4f3c-2f43-4a55-9a41-00000000000b", "child": "chloe", "activity": "garderie-matin",
        "day": "2015-05-27", "want": "booked",
    });
    let path = "/api/organisations/jumex/families/devret/bookings";
    let refused = call_as(&window, Method::PUT, path, body).await;
    let sentence = refused.body["detail"].as_str().unwrap().to_owned();
    window.value("window.fetched = window.fetch, window.fetch = (url, o) => window.fetched(url, o?.method === 'PUT' ? { ...o, body: o.body.replace('2015-05-28', '2015-05-27') } : o), 1").await;
    let matin = cell("chloe", "garderie-matin", THURSDAY);
    window.press(&format!("{matin} input")).await;
    window.until(&format!("document.querySelector({matin:?}).dataset.refused !== undefined")).await;
    let week = window.text("#week").await;
    let shown = sentence.replace('\u{a0}', " ");
    assert!(week.to_lowercase().contains(&shown.to_lowercase()), "{shown}\n{week}");
    assert!(week.contains("Refusé"));
    window.close().await;
}
