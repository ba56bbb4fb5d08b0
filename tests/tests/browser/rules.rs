//! What a family does beside single clicks: abonnements, a full day, an absence, mails and its calendar.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::window::{Window, cell};

const NADIA: (&str, &str) = ("nadia.vasseur", "poterie du samedi");

#[tokio::test]
async fn an_abonnement_is_made_changed_and_undone_on_its_page() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press("#to-abonnements").await;
    window.until("document.querySelector('#abonnement')?.checkVisibility()").await;
    window.press("#save").await;
    window.until("document.querySelector('#abonnement [data-error]').innerText.includes('Cochez')").await;
    let box_of = |activity: &str, day: &str| format!("input[data-activity='{activity}'][data-weekday='{day}']");
    window.press(&box_of("garderie-soir", "Mon")).await;
    window.press(&box_of("garderie-soir", "Thu")).await;
    window.type_into("#from", "1er juin").await;
    window.type_into("#to", "30/06/15").await;
    window.press("#form-title").await;
    // Mondays and Thursdays of June 2015 that are open and still free: counted on the calendar, at 1,00 € each.
    window.until("document.querySelector('#cost-days').innerText.replace('\\u00a0', ' ') === '9 jours'").await;
    assert_eq!(window.text("#cost-amount").await, "soit 9,00 €");
    window.hears("9 jours, soit 9,00 €").await;
    assert_eq!(window.text("#save").await, "Réserver 9 jours");
    window.press("#save").await;
    window.until("document.querySelector('#outcome').checkVisibility()").await;
    assert!(window.text("#outcome .yes").await.starts_with("9 jours réservés"), "{}", window.text("#outcome").await);
    window.until("document.querySelector('#list').innerText.includes('Garderie soir le lundi et le jeudi')").await;
    window.go("/planning.html?jour=2015-06-08").await;
    let monday = cell("chloe", "garderie-soir", "2015-06-08");
    window.until(&format!("document.querySelector({monday:?})?.dataset.state === 'open_booked'")).await;
    window.go("/abonnements.html").await;
    window.until("document.querySelector('button[data-edit]') !== null").await;
    window.press("button[data-edit]").await;
    assert_eq!(window.value("document.querySelector('#from').value").await, json!("01/06/2015"));
    window.press(&box_of("garderie-soir", "Thu")).await;
    window.press("#save").await;
    window.until("document.querySelector('#list').innerText.includes('Garderie soir le lundi, ')").await;
    window.press("button[data-end]").await;
    window.until("document.querySelector('#end').open").await;
    window.press("#end-confirm").await;
    window.until("document.querySelector('#list').innerText.includes('Aucun abonnement')").await;
    assert!(window.text("#outcome .yes").await.contains("5 jours annulés"), "{}", window.text("#outcome").await);
    window.close().await;
}

#[tokio::test]
async fn last_weeks_bookings_are_shown_before_they_are_made_again() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/planning.html?jour=2015-06-08").await;
    let monday = cell("chloe", "cantine-maternelle", "2015-06-08");
    let state = |state: &str| format!("document.querySelector({monday:?})?.dataset.state === {state:?}");
    window.until(&state("open_free")).await;
    window.press("#copy-week").await;
    window.until("document.querySelector('#many').open").await;
    let asked = window.text("#many-list").await;
    assert!(asked.contains("Chloé, Cantine maternelle : lundi 8 juin"), "{asked}");
    assert_eq!(window.value(&state("open_free")).await, json!(true), "nothing is sent before the yes");
    window.press("#many-yes").await;
    window.until(&state("open_booked")).await;
    window.hears("changements sont faits").await;
    window.close().await;
}

#[tokio::test]
async fn a_full_day_has_a_line_that_one_joins_and_leaves() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(NADIA.0, NADIA.1).await;
    window.go("/planning.html?jour=2015-06-06").await;
    let ines = cell("ines", "atelier-poterie", "2015-06-06");
    let state = |state: &str| format!("document.querySelector({ines:?})?.dataset.state === {state:?}");
    window.until(&state("full")).await;
    window.press(&format!("{ines} :is(button, input)")).await;
    window.until(&state("waiting")).await;
    window.hears("liste d’attente").await;
    // Her sister gives the place up: it is Inès’s without another click.
    let chloe = cell("chloe", "atelier-poterie", "2015-06-06");
    window.press(&format!("{chloe} :is(button, input)")).await;
    window.until(&state("open_booked")).await;
    window.close().await;
}

#[tokio::test]
async fn a_missing_document_is_said_in_its_own_cell_which_leads_to_it() {
    let town = Town::at("2026-11-24T07:03:00Z").await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/planning.html?jour=2026-12-05").await;
    let basket = cell("chloe", "basket", "2026-12-05");
    window.until(&format!("document.querySelector({basket:?})?.dataset.piece !== undefined")).await;
    let tree = window.dev_tools("Accessibility.getFullAXTree", json!({})).await.to_string().replace('\u{a0}', " ");
    let heard = "basket, Chloé, samedi 5 décembre 2026 : non inscrit, l’avis médical est à envoyer";
    assert!(tree.contains(heard), "a screen reader does not hear « {heard} »");
    let word = format!("document.querySelector({:?})", format!("{basket} .word"));
    assert_eq!(
        window.value(&format!("[{word}.textContent, {word}.dataset.second]")).await,
        json!(["Avis médical", "à envoyer"])
    );
    window.picture("piece-manquante-1280", 1280).await;
    window.dark(true).await;
    window.picture("piece-manquante-1280-dark", 1280).await;
    window.dark(false).await;
    window.picture("piece-manquante-768", 768).await;
    window.picture("piece-manquante-360", 360).await;
    window.size(360, 740).await;
    assert!(window.text(&basket).await.contains("pièce à envoyer"), "{}", window.text(&basket).await);
    crate::accessibility::clean(&window, "a missing document").await;
    window.press(&format!("{basket} a")).await;
    window.until("document.activeElement.closest('[data-gap=medical_note][data-child=chloe]') !== null").await;
    window.close().await;
}

#[tokio::test]
async fn an_absence_is_told_and_the_booking_cancelled_or_kept() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    window.press("#tell-absence").await;
    window.until("document.querySelector('#absence').open").await;
    window.value("(document.querySelector('#absence select[name=child]').value = 'lou')").await;
    window.type_into("#absence input[name=from]", "25/05/2015").await;
    window.type_into("#absence input[name=to]", "30 février").await;
    window.press("#absence [type=submit]").await;
    window.until("document.querySelector('#absence').innerText.includes('Écrivez une date')").await;
    window.type_into("#absence input[name=to]", "29 mai").await;
    window.type_into("#absence [name=reason]", "angine").await;
    window.press("#absence [type=submit]").await;
    window.until("!document.querySelector('#absence').open").await;
    window.hears("annul").await;
    let kept = cell("lou", "cantine-maternelle", "2015-05-26");
    window.until(&format!("document.querySelector({kept:?}).textContent.includes('absence signalée')")).await;
    let cancelled = cell("lou", "garderie-soir", "2015-05-28");
    window.until(&format!("document.querySelector({cancelled:?}).dataset.state === 'open_free'")).await;
    window.close().await;
}

#[tokio::test]
async fn mails_are_chosen_and_the_calendar_has_a_secret_address() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/preferences.html").await;
    window.until("document.querySelector('#wishes').checkVisibility()").await;
    window.press("#reminder").await;
    window.press("#save").await;
    window.until("document.querySelector('#saved').innerText.includes('enregistré')").await;
    window.press("#make-feed").await;
    window.until("document.querySelector('#feed-url').value.endsWith('.ics')").await;
    let address = window.value("document.querySelector('#feed-url').value").await.as_str().unwrap().to_owned();
    let calendar = reqwest::get(&address).await.unwrap();
    assert!(calendar.text().await.unwrap().contains("BEGIN:VEVENT"));
    window.go("/preferences.html").await;
    window.until("document.querySelector('#end-feed').checkVisibility()").await;
    assert_eq!(window.value("document.querySelector('#reminder').checked").await, json!(true));
    assert_eq!(window.value("document.querySelector('#feed-url').checkVisibility()").await, json!(false), "shown once");
    window.press("#end-feed").await;
    window.until("document.querySelector('#feed-said').innerText.includes('ne répond plus')").await;
    assert_eq!(reqwest::get(&address).await.unwrap().status().as_u16(), 404);
    window.close().await;
}
