//! Tickets as Nadia sees them: few are left, one is used, a book is bought, and another booking is possible again.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::window::{Window, cell};

#[tokio::test]
async fn tickets_run_out_and_a_book_of_them_is_bought() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in("nadia.vasseur", "poterie du samedi").await;
    // One is left of the demo's; the Friday after next takes it.
    window.go("/planning.html?jour=2015-06-05").await;
    let (chloe, ines) = (cell("chloe", "ludotheque", "2015-06-05"), cell("ines", "ludotheque", "2015-06-05"));
    window.until(&format!("document.querySelector({ines:?})?.dataset.state === 'open_free'")).await;
    assert_eq!(window.value(&format!("document.querySelector({chloe:?}).dataset.state")).await, json!("open_booked"));
    assert_eq!(window.text("#tickets").await, "Ludothèque : il reste 1 ticket. Acheter des tickets");
    window.press(&format!("{ines} input")).await;
    window.hears("Ludothèque, Inès, vendredi 5 juin 2015 : inscrit, il ne reste aucun ticket").await;
    window.until("document.querySelector('#tickets').innerText.includes('aucun ticket')").await;
    window.go("/planning.html?jour=2015-06-12").await;
    let next = cell("ines", "ludotheque", "2015-06-12");
    window.until(&format!("document.querySelector({next:?})?.dataset.state === 'locked_free'")).await;
    assert!(window.text(&next).await.contains("plus de ticket"), "{}", window.text(&next).await);
    for width in [360, 1280] {
        window.picture(&format!("tickets-planning-{width}"), width).await;
    }
    window.size(1280, 900).await;
    // She buys ten; the invoice is there at once.
    window.press("#tickets a").await;
    window.until("document.querySelector('[data-tickets=ludotheque]')?.dataset.left === '0'").await;
    window.press("[data-tickets=ludotheque] [data-pack='10']").await;
    window.until("document.querySelector('#buy').open").await;
    let asked = window.text("#buy-what").await;
    assert_eq!(asked, "10 tickets à 3,50 €, Ludothèque : 35,00 €. La facture est émise aussitôt.");
    window.picture("tickets-achat-1280", 1280).await;
    window.press("#buy [type=submit]").await;
    window.until("document.querySelector('[data-tickets=ludotheque]').dataset.left === '10'").await;
    window.until("document.querySelector('#bought').innerText.includes('facture 2015-00009')").await;
    assert!(window.text("[data-invoice='2015-00009']").await.contains("35,00 €"));
    assert_eq!(window.text("#solde").await, "72,50 €", "and the 37,50 € of the demo");
    for width in [360, 1280] {
        window.picture(&format!("tickets-{width}"), width).await;
    }
    window.dark(true).await;
    window.picture("tickets-1280-dark", 1280).await;
    window.dark(false).await;
    window.go("/planning.html?jour=2015-06-12").await;
    window.until(&format!("document.querySelector({next:?})?.dataset.state === 'open_free'")).await;
    assert_eq!(window.text("#tickets").await, "Ludothèque : il reste 10 tickets.");
    window.close().await;
}
