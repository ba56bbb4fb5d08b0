//! At 360 pixels, by keyboard alone: one child, one day, no sideways scrolling.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::window::{Window, calm, cell};

const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
pub(crate) const ENTER: &str = "\u{e007}";

/// Presses Tab until this has the focus.
pub(crate) async fn tab_to(window: &Window, selector: &str) {
    for _ in 0..120 {
        let there = format!("document.activeElement?.matches({selector:?}) ?? false");
        if window.value(&there).await == json!(true) {
            return;
        }
        window.keys(TAB).await;
    }
    panic!("Tab never reaches {selector}");
}

#[tokio::test]
async fn a_booking_by_keyboard_alone_at_360_pixels() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 740).await;
    window.go("/").await;
    tab_to(&window, "#name").await;
    window.keys(CHANTAL.0).await;
    tab_to(&window, "#password").await;
    window.keys(CHANTAL.1).await;
    window.keys(ENTER).await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    // Thursday on the strip of days, then the cell, then the space bar.
    let thursday = "document.activeElement?.textContent.includes('28') && document.activeElement.matches('button')";
    for _ in 0..60 {
        if window.value(thursday).await == json!(true) {
            break;
        }
        window.keys(TAB).await;
    }
    window.keys(ENTER).await;
    let soir = cell("chloe", "garderie-soir", "2015-05-28");
    window.until(&format!("document.querySelector({soir:?}).checkVisibility()")).await;
    let hidden = cell("chloe", "garderie-soir", "2015-05-29");
    assert_eq!(window.value(&format!("document.querySelector({hidden:?}).checkVisibility()")).await, json!(false));
    tab_to(&window, &format!("{soir} input")).await;
    window.keys(" ").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    window.hears("Garderie soir, Chloé, jeudi 28 mai 2015 : inscrit").await;
    let focused = format!("document.activeElement?.matches({:?})", format!("{soir} input"));
    assert_eq!(window.value(&focused).await, json!(true), "focus stays where it was");
    calm(&window).await;
    window.keys(" ").await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_free'")).await;
    window.close().await;
}

#[tokio::test]
async fn a_locked_cell_shows_its_limit_to_who_comes_by_keyboard() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    // Sunday's basket too: what is shown stays on the page.
    let locked = [cell("chloe", "cantine-maternelle", "2015-05-26"), cell("chloe", "cantine-maternelle", "2015-05-25")];
    for width in [1280, 768, 360] {
        window.size(width, 900).await;
        window.go("/planning.html?jour=2015-05-26").await;
        for place in locked.iter().take(if width == 360 { 1 } else { 2 }) {
            window.until(&format!("document.querySelector({place:?})?.dataset.state.startsWith('locked')")).await;
            let note = format!("document.querySelector({:?})", format!("{place} .note"));
            tab_to(&window, &format!("{place} button")).await;
            let seen = format!(
                "((note) => {{ const box = note.getBoundingClientRect(), style = getComputedStyle(note);
                    return [style.clipPath, style.visibility, box.width > 60 && box.height > 12,
                        box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight]; }})({note})"
            );
            assert_eq!(window.value(&seen).await, json!(["none", "visible", true, true]), "{place} at {width}");
            let words = window.value(&format!("{note}.innerText")).await.to_string().replace('\u{a0}', " ");
            assert!(words.contains("limite"), "{words}");
        }
        let [first, _] = &locked;
        if width > 700 {
            // It can be put away, and comes back with the focus; the row says it for good.
            window.keys(ESCAPE).await;
            let clip =
                format!("getComputedStyle(document.querySelector({:?})).clipPath", format!("{} .note", locked[1]));
            assert_ne!(window.value(&clip).await, json!("none"));
            tab_to(&window, &format!("{} button", locked[1])).await;
        }
        window.value(&format!("document.querySelector({:?}).focus() ?? 1", format!("{first} button"))).await;
        window.keys(ENTER).await;
        let told = format!("document.querySelector({first:?}).closest('tr').nextElementSibling");
        window.until(&format!("{told}.matches('.margin-note') && {told}.innerText.includes('Limite')")).await;
        window.picture(&format!("planning-limite-{width}"), width).await;
    }
    window.size(1280, 900).await;
    window.go("/planning.html?jour=2015-05-26").await;
    window.until("document.querySelector('td button.cell') !== null").await;
    crate::accessibility::clean(&window, "locked cells").await;
    window.close().await;
}

#[tokio::test]
async fn the_first_screen_has_a_box_and_the_family_of_a_day_is_one_press_away() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 640).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let menu = "document.querySelector('.margin nav').getBoundingClientRect().top";
    let boxes = format!(
        "[...document.querySelectorAll('td[data-state] input')]
             .filter((one) => one.checkVisibility() && one.getBoundingClientRect().bottom <= {menu}).length"
    );
    assert_ne!(window.value(&boxes).await, json!(0), "no box above the menu");
    window.press(".children button[value='']").await;
    let children = "[...document.querySelectorAll('.week tbody')].filter((one) => one.checkVisibility()).length";
    assert_eq!(window.value(children).await, json!(3));
    window.until("document.querySelector('.day-menu').innerText.includes('ratatouille')").await;
    let soir = cell("chloe", "garderie-soir", "2015-05-26");
    window.press(&format!("{soir} input")).await;
    window.until(&format!("document.querySelector({soir:?}).dataset.state === 'open_booked'")).await;
    // The device remembers whose days it showed.
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('.children [aria-pressed=true]')?.textContent === 'Famille'").await;
    for name in ["planning-famille-360", "planning-famille-360-dark"] {
        window.dark(name.ends_with("dark")).await;
        window.picture(name, 360).await;
    }
    window.close().await;
}

#[tokio::test]
async fn what_has_the_focus_is_never_behind_the_bar_that_saves() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 640).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go("/dossier.html").await;
    window.until("document.querySelector('[data-fiche]') !== null").await;
    assert_eq!(window.value("document.querySelector('#bar').checkVisibility()").await, json!(false), "nothing changed");
    tab_to(&window, "[name='fiche.chantal.address_2']").await;
    window.keys("Bâtiment B").await;
    window.until("document.querySelector('#bar').checkVisibility()").await;
    window.picture("dossier-barre-360", 360).await;
    window.size(360, 640).await;
    window.value("window.scrollTo(0, 0) ?? document.activeElement.blur() ?? 1").await;
    // Where the one with the focus is, and what is seen there: itself, not what lies over it.
    let hidden = "(() => {
        const one = document.activeElement;
        if (one === document.body || one.closest('.save-bar, nav, header')) return null;
        const [box, bar] = [one, document.querySelector('#bar')].map((each) => each.getBoundingClientRect());
        const covered = box.bottom > bar.top && box.top < bar.bottom;
        return covered || box.top < 0 || box.bottom > innerHeight ? [one.id || one.textContent, box.top, box.bottom, bar.top] : null; })()";
    let count = window.value(NUMBERED).await.as_u64().unwrap();
    let mut seen = 0;
    for _ in 0..count + 5 {
        window.keys(TAB).await;
        assert_eq!(window.value(hidden).await, json!(null), "behind the bar");
        seen += u64::from(window.value("document.activeElement.closest('form') !== null").await == json!(true));
    }
    assert!(seen > 15, "{seen} fields were reached");
    // So low that a field would be left no room: the bar lies in the page.
    window.size(640, 400).await;
    assert_eq!(window.value("getComputedStyle(document.querySelector('#bar')).position").await, json!("static"));
    window.close().await;
}

/// Nothing of a page is wider than the screen.
async fn fits(window: &Window, page: &str) {
    window.go(page).await;
    window.until("document.readyState === 'complete' && document.querySelector('main').innerText.length > 40").await;
    for width in [320, 360, 768, 1280] {
        window.size(width, 800).await;
        let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(window.value(wide).await, json!(true), "{page} at {width}");
    }
}

#[tokio::test]
async fn the_desk_fits_a_phone() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    crate::agents_page::sign_in(&window).await;
    for page in [
        "/aujourdhui.html",
        "/agent.html",
        "/familles.html",
        "/presences.html",
        "/fermetures.html",
        "/famille.html?organisation=jumex&famille=devret",
        "/famille.html?organisation=jumex&famille=devret&onglet=compte",
        "/famille.html?organisation=jumex&famille=devret&onglet=dossier",
        "/famille.html?organisation=jumex&famille=devret&onglet=pieces",
        "/facturation.html",
        "/publier.html",
        "/a-verifier.html",
        "/nouvelle-famille.html",
        "/dossier.html?organisation=jumex&famille=devret",
        "/enfant.html?organisation=jumex&famille=devret&enfant=chloe",
        "/situation.html?organisation=jumex&famille=devret",
    ] {
        fits(&window, page).await;
    }
    window.close().await;
}

#[tokio::test]
async fn nothing_scrolls_sideways_and_targets_are_large_enough() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    let pages = [
        "/planning.html",
        "/abonnements.html",
        "/preferences.html",
        "/factures.html",
        "/paiement.html?organisation=jumex&famille=devret&paiement=x",
        "/dossier.html",
        "/documents.html",
        "/informations.html",
        "/compte.html",
        "/mes-donnees.html",
        "/menus.html",
        "/accessibilite.html",
        "/confidentialite.html",
        "/mentions-legales.html",
        "/aide.html",
        "/plan-du-site.html",
        "/404.html",
    ];
    for page in pages {
        fits(&window, page).await;
    }
    window.size(360, 800).await;
    window.go("/planning.html").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    let small = window
        .value(
            "[...document.querySelectorAll('td label, button, nav a')].filter(e => e.checkVisibility())
             .map(e => [e.getBoundingClientRect(), e.textContent]).filter(([r]) => r.width < 24 || r.height < 24)
             .map(([, text]) => text)",
        )
        .await;
    assert_eq!(small, json!([]), "targets under 24 pixels");
    window.close().await;
}

/// What can have the focus and is seen, numbered; of radio buttons Tab reaches one of a group.
const NUMBERED: &str = "(() => {
    window.met = new Set();
    document.addEventListener('focusin', (event) => window.met.add(event.target.dataset.numbered));
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
    return all.filter((one) => one.checkVisibility() && !one.disabled && one.type !== 'radio' && one.tabIndex >= 0)
        .map((one, number) => { one.dataset.numbered = number; }).length; })()";

#[tokio::test]
async fn tab_reaches_everything_and_is_never_caught() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 740).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    for (page, shown) in [
        ("/dossier.html", "[data-fiche]"),
        ("/documents.html", "[data-gap] button"),
        ("/informations.html", "[data-news]"),
        ("/menus.html", "[data-menu]"),
        ("/compte.html", "#sessions li"),
        ("/mes-donnees.html", "#take:not([hidden])"),
    ] {
        window.go(page).await;
        window.until(&format!("document.querySelector({shown:?}) !== null")).await;
        let count = window.value(NUMBERED).await.as_u64().unwrap();
        for _ in 0..count + 20 {
            window.keys(TAB).await;
        }
        let missed = "[...document.querySelectorAll('[data-numbered]')].filter((one) => one.checkVisibility() \
            && !window.met.has(one.dataset.numbered)).map((one) => one.outerHTML.slice(0, 90))";
        assert_eq!(window.value(missed).await, json!([]), "{page}");
    }
    window.close().await;
}
