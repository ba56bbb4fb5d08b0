//! axe-core on every page, signed out and in, light and dark, wide and narrow: it finds nothing.

use serde_json::{Value, json};
use tests::Town;
use tests::contract::project_file;
use tests::town::TUESDAY;

use crate::agents_page;
use crate::first_minute::CHANTAL;
use crate::window::Window;

const SIGNED_OUT: [&str; 12] = [
    "/",
    "/mot-de-passe-oublie.html",
    "/nouveau-mot-de-passe.html#x",
    "/invitation.html#x",
    "/confirmer-mel.html#x",
    "/facture.html#x",
    "/404.html",
    "/accessibilite.html",
    "/confidentialite.html",
    "/mentions-legales.html",
    "/aide.html",
    "/plan-du-site.html",
];
const SIGNED_IN: [&str; 11] = [
    "/planning.html",
    "/abonnements.html",
    "/preferences.html",
    "/factures.html",
    "/paiement.html?organisation=jumex&famille=devret&paiement=x",
    "/dossier.html",
    "/documents.html",
    "/informations.html",
    "/menus.html",
    "/compte.html",
    "/mes-donnees.html",
];
const DESK: [&str; 15] = [
    "/aujourdhui.html",
    "/famille.html?organisation=jumex&famille=devret",
    "/famille.html?organisation=jumex&famille=devret&onglet=dossier",
    "/famille.html?organisation=jumex&famille=devret&onglet=compte",
    "/famille.html?organisation=jumex&famille=devret&onglet=pieces",
    "/famille.html?organisation=jumex&famille=devret&onglet=histoire",
    "/familles.html?class=CE1",
    "/presences.html",
    "/fermetures.html",
    "/publier.html",
    "/a-verifier.html",
    "/nouvelle-famille.html",
    "/dossier.html?organisation=jumex&famille=devret",
    "/enfant.html?organisation=jumex&famille=devret&enfant=chloe",
    "/situation.html?organisation=jumex&famille=devret",
];
/// Pages of the agents who bill, and what a mail opens.
const BILLING: [&str; 2] = ["/facturation.html", "/factures.html?organisation=jumex&famille=devret"];
/// What a page shows once its answer is there.
const FILLED: [(&str, &str); 22] = [
    ("/aujourdhui.html", "#activities .to-roll"),
    ("/famille.html?organisation=jumex&famille=devret", "td[data-state]"),
    ("/famille.html?organisation=jumex&famille=devret&onglet=dossier", ".adult"),
    ("/famille.html?organisation=jumex&famille=devret&onglet=compte", "[data-entry]"),
    ("/famille.html?organisation=jumex&famille=devret&onglet=pieces", "[data-gap-row]"),
    ("/familles.html?class=CE1", "#rows tr"),
    ("/documents.html", "[data-gap] button"),
    ("/dossier.html", "[data-fiche]"),
    ("/dossier.html?organisation=jumex&famille=devret", "[data-fiche]"),
    ("/enfant.html?organisation=jumex&famille=devret&enfant=chloe", "#child:not([hidden])"),
    ("/situation.html?organisation=jumex&famille=devret", "#situation:not([hidden])"),
    ("/factures.html", "[data-invoice] a.button"),
    ("/planning.html", "td[data-state]"),
    ("/compte.html", "#sessions li"),
    ("/informations.html", "[data-news]"),
    ("/mes-donnees.html", "#take:not([hidden])"),
    ("/menus.html", "[data-menu]"),
    ("/publier.html", "#menu-days fieldset"),
    ("/abonnements.html", "#pattern input"),
    ("/preferences.html", "#wishes:not([hidden])"),
    ("/presences.html", "#roll [data-child]"),
    ("/fermetures.html", "#closing:not([hidden])"),
];

/// What axe finds on the page as it stands: rule and elements.
async fn findings(window: &Window, axe: &str) -> Vec<String> {
    window.client.execute(axe, Vec::new()).await.unwrap();
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.violations), (e) => done([{ id: String(e), nodes: [] }]));";
    let found = window.client.execute_async(run, Vec::new()).await.unwrap();
    let described = |finding: &Value| {
        let nodes: Vec<&str> =
            finding["nodes"].as_array().unwrap().iter().filter_map(|node| node["html"].as_str()).take(3).collect();
        format!("{}: {nodes:?}", finding["id"])
    };
    found.as_array().unwrap().iter().map(described).collect()
}

/// Panics when axe finds anything on the page as it stands, light or dark, wide or narrow.
pub(crate) async fn clean(window: &Window, what: &str) {
    clean_at(window, what, &[(1280, 900), (360, 900)]).await;
    window.size(1280, 900).await;
}

/// Panics when axe finds anything on the page as it stands, light or dark, at these widths and heights.
pub(crate) async fn clean_at(window: &Window, what: &str, sizes: &[(u32, u32)]) {
    let axe = axe();
    for dark in [false, true] {
        window.dark(dark).await;
        for (width, height) in sizes.iter().copied() {
            window.size(width, height).await;
            let found = findings(window, &axe).await;
            assert!(found.is_empty(), "{what} at {width}, dark {dark}: {found:#?}");
        }
    }
    window.dark(false).await;
}

async fn look(window: &Window, axe: &str, pages: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for page in pages {
        window.go(page).await;
        window.until("document.readyState === 'complete' && document.querySelector('h1') !== null").await;
        if let Some((_, shown)) = FILLED.iter().find(|(filled, _)| filled == page) {
            window.until(&format!("document.querySelector({shown:?}) !== null")).await;
        }
        for dark in [false, true] {
            window.dark(dark).await;
            for width in [1280, 360] {
                window.size(width, 900).await;
                let found = findings(window, axe).await;
                all.extend(found.into_iter().map(|finding| format!("{page} at {width}, dark {dark}: {finding}")));
            }
        }
        window.size(1280, 900).await;
        window.dark(false).await;
    }
    all
}

fn axe() -> String {
    project_file("tests/browser/node_modules/axe-core/axe.min.js")
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let axe = axe();
    let mut found = look(&window, &axe, &SIGNED_OUT).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    found.extend(look(&window, &axe, &SIGNED_IN).await);
    assert!(found.is_empty(), "{found:#?}");
    window.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_on_the_agents_pages_and_would_find_a_fault() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let axe = axe();
    agents_page::sign_in(&window).await;
    agents_page::invite_page(&window).await;
    window.type_into("#search", "devret").await;
    window.until("document.querySelectorAll('#found li').length === 1").await;
    window.press("#found summary").await;
    let found = findings(&window, &axe).await;
    assert!(found.is_empty(), "{found:#?}");
    window.press("#found a.button").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    let found = findings(&window, &axe).await;
    assert!(found.is_empty(), "{found:#?}");
    let found = look(&window, &axe, &DESK).await;
    assert!(found.is_empty(), "{found:#?}");
    window.value("document.querySelector('h1').after(document.createElement('img')) ?? 1").await;
    assert_ne!(json!(findings(&window, &axe).await), json!([]), "an image without words is found");
    window.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_on_the_pages_of_who_bills() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    crate::invoices::sign_in(&window).await;
    let found = look(&window, &axe(), &BILLING).await;
    assert!(found.is_empty(), "{found:#?}");
    window.close().await;
}
