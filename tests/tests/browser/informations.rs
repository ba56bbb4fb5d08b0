//! Informations, menus and their writing, through the pages.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::window::Window;

#[tokio::test]
async fn the_page_asks_for_the_rules_until_they_are_accepted() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/informations.html").await;
    window.until("document.querySelector('[data-rules] button') !== null").await;
    assert!(window.text("#information").await.contains("Elle a lieu le dernier samedi de juin"));
    let strong = "[...document.querySelectorAll('[data-news] strong')].map((one) => one.textContent)";
    assert_eq!(window.value(strong).await, json!(["dernier samedi de juin"]));
    for width in [360, 1280] {
        window.picture(&format!("informations-reglement-{width}"), width).await;
    }
    window.press("[data-rules] button").await;
    window.until("document.querySelector('[data-rules] .accepted') !== null").await;
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('[data-rules] .accepted')?.innerText.includes('26 mai 2015')").await;
    assert_eq!(window.value("document.querySelector('[data-rules] button')").await, json!(null));
    window.dark(true).await;
    window.picture("informations-dark-1280", 1280).await;
    window.close().await;
}

#[tokio::test]
async fn an_agent_writes_a_menu_and_a_piece_of_news_that_families_read() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    crate::agents_page::sign_in(&window).await;
    window.go("/publier.html").await;
    window.until("document.querySelector('#menu-days fieldset') !== null").await;
    window.until("document.querySelector('#acceptances').innerText.includes('BERTHIER')").await;
    window.type_into("#news-form [name=title]", "Grève de jeudi").await;
    window.type_into("#news-form [name=text]", "La cantine <b>ferme</b>.\n- garderie ouverte").await;
    window.type_into("#news-form [name=day]", "30 février").await;
    window.press("#news-form button[type=submit]").await;
    window.until("document.querySelector('#day').getAttribute('aria-invalid') === 'true'").await;
    window.type_into("#news-form [name=day]", "26 mai 2015").await;
    window.press("#news-form button[type=submit]").await;
    window.until("document.querySelector('#news-said').innerText.includes('publié')").await;
    for width in [360, 1280] {
        window.picture(&format!("publier-{width}"), width).await;
    }
    window.size(1280, 900).await;
    window.type_into("#menu-days fieldset:nth-child(4) textarea", "Soupe\nTarte aux poireaux").await;
    window.press("#menu-form button[type=submit]").await;
    window.until("document.querySelector('#menu-said').innerText.includes('publié')").await;
    window.close().await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/menus.html?jour=2015-05-28").await;
    window.until("document.querySelector('[data-day=\"2015-05-28\"]')?.innerText.includes('Tarte aux poireaux')").await;
    for width in [360, 1280] {
        window.picture(&format!("menus-{width}"), width).await;
    }
    window.go("/informations.html").await;
    window.until("document.querySelector('[data-news]')?.innerText.includes('Grève de jeudi')").await;
    let news = window.text("[data-news]").await;
    assert!(news.contains("<b>ferme</b>") && news.contains("garderie ouverte"), "shown as it was typed: {news}");
    assert_eq!(window.value("document.querySelectorAll('[data-news] li').length > 0").await, json!(true));
    window.close().await;
}

#[tokio::test]
async fn the_legal_pages_read_without_signing_in_and_name_the_organisation_of_the_address() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.go("/").await;
    let links = "[...document.querySelectorAll('.legal-links a')].map((one) => new URL(one.href).pathname)";
    let pages = ["/accessibilite.html", "/confidentialite.html", "/mentions-legales.html"];
    let shown = window.value(links).await;
    assert_eq!(shown, json!([pages[0], pages[1], pages[2], "/plan-du-site.html"]));
    for page in pages {
        window.go(page).await;
        assert!(window.text("main").await.len() > 300, "{page}");
        window.go(&format!("{page}?organisation=jumex")).await;
        window.until("document.querySelector('main').innerText.includes('Commune de Jumex')").await;
    }
    window.go("/accessibilite.html").await;
    assert!(window.text("main").await.contains("Non conforme."));
    assert_eq!(window.value("document.querySelector('nav').checkVisibility()").await, json!(false), "nobody signed in");
    // Signed in, the menu stays, and leads back.
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    for page in pages {
        window.go(page).await;
        window.until("document.querySelector('.margin nav').checkVisibility()").await;
        assert!(window.text(".who").await.contains("Chantal DEVRET"));
    }
    for width in [360, 1280] {
        window.picture(&format!("legales-{width}"), width).await;
    }
    window.size(1280, 900).await;
    window.press("nav a[href='/documents.html']").await;
    window.until("location.pathname === '/documents.html'").await;
    window.close().await;
}
