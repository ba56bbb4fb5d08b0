//! Aujourd'hui, by keyboard alone: from signing in to a roll and back, from day to day; what changes meanwhile moves nothing.

use serde_json::json;
use tests::town::TUESDAY;
use tests::{Person, Town};
use uuid::Uuid;

use crate::first_minute::CHANTAL;
use crate::window::Window;
use crate::{accessibility, agents_page, queue};

const ENTER: &str = "\u{e007}";
/// What the focused link is called.
const FOCUSED: &str = "document.activeElement.textContent";
const ADDRESS: &str = "location.pathname + location.search";

/// Signed in as the desk, on the page one lands on.
async fn open(town: &Town) -> Window {
    let window = Window::open(town).await;
    agents_page::sign_in(&window).await;
    window
}

async fn titled(window: &Window, title: &str) {
    window.until(&format!("document.querySelector('#title').textContent === {title:?}")).await;
}

#[tokio::test]
async fn an_agent_lands_on_the_day_calls_a_roll_and_comes_back_by_keyboard() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    titled(&window, "Mardi 26 mai").await;
    let names = "[...document.querySelectorAll('#activities h2')].map((one) => one.firstChild.textContent)";
    let expected = json!(["Cantine maternelle", "Garderie matin", "Garderie midi", "Garderie soir"]);
    assert_eq!(window.value(names).await, expected);
    assert_eq!(window.text("#no-waiting").await, "Rien n’attend.");
    assert_eq!(window.value("document.querySelectorAll('#week a').length").await, json!(7));
    accessibility::clean(&window, "Aujourd’hui").await;
    // The first roll, and back to the day.
    window.keys("jj").await;
    let second = window.value(FOCUSED).await;
    assert!(second.as_str().unwrap().contains("Garderie matin"), "{second}");
    window.keys("k").await;
    assert!(window.value(FOCUSED).await.as_str().unwrap().contains("Cantine maternelle"));
    window.keys(ENTER).await;
    window
        .until("location.pathname === '/presences.html' && document.querySelector('#roll [data-child]') !== null")
        .await;
    assert!(window.text("#title").await.starts_with("Cantine maternelle"));
    assert!(window.text("#when").await.contains("mardi 26 mai"));
    window.value("history.back() ?? 1").await;
    window
        .until("location.pathname === '/aujourdhui.html' && document.querySelector('#activities .to-roll') !== null")
        .await;
    window.close().await;
}

#[tokio::test]
async fn days_have_addresses_and_back_leads_to_the_one_before() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    titled(&window, "Mardi 26 mai").await;
    window.keys(">").await;
    titled(&window, "Mercredi 27 mai").await;
    assert_eq!(window.value(ADDRESS).await, json!("/aujourdhui.html?organisation=jumex&jour=2015-05-27"));
    window.press("#week [data-day='2015-05-29']").await;
    titled(&window, "Vendredi 29 mai").await;
    assert_eq!(window.value("document.querySelector('#week [aria-current]').dataset.day").await, json!("2015-05-29"));
    window.value("history.back() ?? 1").await;
    titled(&window, "Mercredi 27 mai").await;
    window.keys("<").await;
    titled(&window, "Mardi 26 mai").await;
    // Today's address has no day.
    assert_eq!(window.value(ADDRESS).await, json!("/aujourdhui.html?organisation=jumex"));
    window.type_into("#day", "1/6/2015\u{e007}").await;
    titled(&window, "Lundi 1er juin").await;
    window.value("document.activeElement.blur() ?? 1").await;
    window.keys("t").await;
    titled(&window, "Mardi 26 mai").await;
    window.type_into("#day", "demain\u{e007}").await;
    window.until("document.querySelector('#day').getAttribute('aria-invalid') === 'true'").await;
    titled(&window, "Mardi 26 mai").await;
    window.close().await;
}

#[tokio::test]
async fn what_parents_said_and_what_waits_lead_where_they_are_answered() {
    let town = Town::at(TUESDAY).await;
    queue::what_waits(&town).await;
    let chantal = Person::new(&town.origin());
    chantal.sign_in(CHANTAL.0, CHANTAL.1).await.ok();
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": "lou", "from": "2015-05-26", "to": "2015-05-26",
        "reason": "Elle a une angine", "proof": "to_come",
    });
    chantal.post("/api/organisations/jumex/families/devret/absences", absence).await.ok();
    let window = open(&town).await;
    titled(&window, "Mardi 26 mai").await;
    let waiting = "[...document.querySelectorAll('#waiting li')]
        .map((one) => one.querySelector('b').textContent + ' ' + one.querySelector('a').lastChild.textContent)";
    assert_eq!(window.value(waiting).await, json!(["1 changement de dossier", "2 documents reçus"]));
    let said = window.text("#announced li").await;
    for words in ["Elle a une angine", "Lou", "DEVRET", "Cantine maternelle"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let first = "document.querySelector('#activities section').textContent.includes('1\u{a0}absence annoncée')";
    assert_eq!(window.value(first).await, json!(true));
    accessibility::clean(&window, "Aujourd’hui, with what waits").await;
    window.press("#announced li a").await;
    let on_the_roll = "document.querySelector('#roll')?.innerText.includes('absence annoncée')";
    window.until(&format!("location.pathname === '/presences.html' && {on_the_roll}")).await;
    window.value("history.back() ?? 1").await;
    window.until("document.querySelector('#waiting li') !== null").await;
    window.keys("d").await;
    window
        .until("location.pathname === '/a-verifier.html' && document.querySelectorAll('[data-item]').length === 3")
        .await;
    window.close().await;
}

/// A child is marked by somebody else while the page is looked at.
const MARK: &str = "(async () => {
    const at = '/api/organisations/jumex/attendance';
    const roll = await (await fetch(`${at}?day=2015-05-26&activity=cantine-maternelle`)).json();
    const { child, family, version } = roll.children[0];
    const note = { day: '2015-05-26', activity: 'cantine-maternelle', child, family, version, presence: 'present', arrived: null, left: null };
    const headers = { 'content-type': 'application/json' };
    document.body.dataset.noted = (await fetch(at, { method: 'PUT', headers, body: JSON.stringify(note) })).status;
})() && 1";

#[tokio::test]
async fn the_page_follows_the_day_without_a_word_and_keeps_the_focus() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    titled(&window, "Mardi 26 mai").await;
    window.keys("j").await;
    window.until("document.querySelector('#status').textContent.startsWith('Mardi 26 mai')").await;
    let before =
        "(window.before = { link: document.activeElement, said: document.querySelector('#status').firstChild }) && 1";
    window.value(before).await;
    window.value(MARK).await;
    window.until("document.body.dataset.noted === '200'").await;
    window.value("document.dispatchEvent(new Event('visibilitychange')) && 1").await;
    window.until("document.querySelector('#activities section').textContent.includes('1\u{a0}pointé')").await;
    let same = "document.activeElement === window.before.link && document.querySelector('#status').firstChild === window.before.said";
    assert_eq!(window.value(same).await, json!(true));
    window.close().await;
}

#[tokio::test]
async fn a_page_that_nobody_used_says_of_when_it_is_and_keeps_no_session_alive() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    titled(&window, "Mardi 26 mai").await;
    window.client.delete_all_cookies().await.unwrap();
    window.value("document.dispatchEvent(new Event('visibilitychange')) && 1").await;
    window.until("document.querySelector('#as-of').checkVisibility()").await;
    let said = window.text("#as-of").await.replace('\u{a0}', " ");
    assert!(said.contains("La page montre ce qui était vrai à 8 h 0"), "{said}");
    assert_eq!(window.value("document.querySelector('#activities .to-roll') !== null").await, json!(true));
    // Whoever uses it again is asked who they are, and comes back here.
    window.keys("j").await;
    window.until("location.pathname === '/' && location.search.includes('aujourdhui')").await;
    window.close().await;
}
