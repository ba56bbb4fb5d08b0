//! Pictures of the pages for a person to look at, in `target/screenshots`.

use tests::Town;
use tests::town::TUESDAY;

use crate::agents_page;
use crate::first_minute::CHANTAL;
use crate::window::Window;

const PAGES: [(&str, &str); 11] = [
    ("/abonnements.html", "abonnements"),
    ("/preferences.html", "preferences"),
    ("/factures.html", "factures"),
    ("/dossier.html", "dossier"),
    ("/informations.html", "informations"),
    ("/compte.html", "compte"),
    ("/mes-donnees.html", "mes-donnees"),
    ("/menus.html", "menus"),
    ("/accessibilite.html", "accessibilite"),
    ("/confidentialite.html", "confidentialite"),
    ("/mentions-legales.html", "mentions-legales"),
];

#[tokio::test]
async fn pictures_of_every_page_are_written() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.go("/").await;
    for width in [360, 1280] {
        window.picture(&format!("connexion-{width}"), width).await;
    }
    window.size(1280, 900).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    for width in [360, 768, 1280] {
        window.picture(&format!("planning-{width}"), width).await;
    }
    window.dark(true).await;
    window.picture("planning-1280-dark", 1280).await;
    window.picture("planning-360-dark", 360).await;
    window.dark(false).await;
    for (page, name) in PAGES {
        window.go(page).await;
        window.until("document.querySelector('main').innerText.length > 60").await;
        for width in [360, 1280] {
            window.picture(&format!("{name}-{width}"), width).await;
        }
    }
    window.close().await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    agents_page::invite_page(&window).await;
    window.type_into("#search", "re").await;
    window.until("document.querySelectorAll('#found li').length > 1").await;
    window.picture("agent-1280", 1280).await;
    for (page, name) in [("/presences.html", "presences"), ("/fermetures.html", "fermetures")] {
        window.go(page).await;
        window.until("document.querySelector('main').innerText.length > 120").await;
        for width in [360, 1280] {
            window.picture(&format!("{name}-{width}"), width).await;
        }
    }
    window.close().await;
    let folder = tests::contract::project().join("target/screenshots");
    let written = std::fs::read_dir(folder).unwrap().count();
    assert!(written >= 15, "{written} pictures");
}
