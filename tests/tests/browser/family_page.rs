//! One family for agents, by keyboard alone: its tabs, a limit passed for a reason, a note, a cheque.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::window::{Window, calm, cell};

const ADMINISTRATOR: (&str, &str, &str) = ("isabelle.fabre", "clef sous le preau", "CSO2Z6YHIXPFS7FFQHQSKTXQW3EORPC4");
const READER: (&str, &str, &str) = ("luc.petit", "lire sans toucher", "FUXMAQ7ND7AF5GKK3PQ36NFF7HB45JPQ");
const FAMILY: &str = "/famille.html?organisation=jumex&famille=devret";
pub(crate) const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";
const SPACE: &str = " ";

/// Who administers, and so may do everything at the desk and of the régie.
pub(crate) async fn sign_in(window: &Window) {
    sign_in_as(window, ADMINISTRATOR).await;
}

async fn sign_in_as(window: &Window, (name, password, key): (&str, &str, &str)) {
    window.go("/").await;
    window.type_into("#name", name).await;
    window.type_into("#password", password).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    let code = secret::totp_code(key, chrono::Utc::now()).unwrap();
    window.type_into("#code", &code).await;
    window.press("#sign-in").await;
    window.until("location.pathname === '/aujourdhui.html'").await;
}

/// Tab, until what is wanted has the focus.
async fn tab_to(window: &Window, selector: &str) {
    for _ in 0..120 {
        if window.value(&format!("document.activeElement?.matches({selector:?}) ?? false")).await == json!(true) {
            return;
        }
        window.keys(TAB).await;
    }
    panic!("Tab never reaches {selector}");
}

#[tokio::test]
async fn an_agent_keeps_a_family_by_keyboard_alone() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.go(FAMILY).await;
    window.until("document.querySelector('#title').innerText === 'Famille DEVRET'").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    assert!(window.text("#facts").await.contains("65,10 €"), "{}", window.text("#facts").await);
    for width in [1280, 1024, 768] {
        window.picture(&format!("famille-semaine-{width}"), width).await;
    }
    window.size(1280, 900).await;
    // A limit is passed by one switch with one reason; the history says by whom and why.
    let locked = cell("chloe", "cantine-maternelle", "2015-05-26");
    assert_eq!(window.value(&format!("document.querySelector({:?})", format!("{locked} input"))).await, json!(null));
    window.keys("v").await;
    window.until("document.activeElement.id === 'visit-reason'").await;
    assert!(window.text("#pass-why").await.contains("motif"), "nothing is passed without a reason");
    window.keys("La mère a appelé").await;
    window.until(&format!("document.querySelector({:?}) !== null", format!("{locked} input"))).await;
    tab_to(&window, &format!("{locked} input")).await;
    window.picture("famille-passer-outre-1280", 1280).await;
    window.size(1280, 900).await;
    window.keys(SPACE).await;
    window.until(&format!("document.querySelector({locked:?}).dataset.state === 'locked_booked'")).await;
    calm(&window).await;
    // Figures turn the tabs, each with its address; "back" returns.
    window.keys("5").await;
    window.until("location.search.includes('onglet=histoire')").await;
    let row = "document.querySelector('.history-rows li')?.innerText ?? ''";
    window.until(&format!("({row}).includes('La mère a appelé')")).await;
    let told = window.text(".history-rows li").await;
    assert!(told.contains("Isabelle FABRE") && told.contains("Libre") && told.contains("Inscrit"), "{told}");
    window.picture("famille-histoire-1280", 1280).await;
    window.size(1280, 900).await;
    window.keys("2").await;
    window.until("document.querySelectorAll('.adult').length > 1").await;
    window.picture("famille-dossier-1280", 1280).await;
    window.size(1280, 900).await;
    window.client.back().await.unwrap();
    window.until("location.search.includes('onglet=histoire') && document.querySelector('[data-panel=histoire]').checkVisibility()").await;
    // A note, taken back, and put there again.
    window.keys("n").await;
    window.until("document.activeElement.id === 'note-text'").await;
    window.keys("Rappeler la mère à 17 h 30").await;
    tab_to(&window, "#note-form [type=submit]").await;
    window.keys(ENTER).await;
    window.until("document.querySelector('[data-note]')?.innerText.includes('Isabelle FABRE') ?? false").await;
    window.hears("Note ajoutée").await;
    tab_to(&window, "[data-take-back]").await;
    window.keys(ENTER).await;
    window.until("document.querySelector('[data-note]') === null").await;
    tab_to(&window, "#note-said [data-undo]").await;
    window.keys(ENTER).await;
    window.until("document.querySelector('[data-note]')?.innerText.includes('17') ?? false").await;
    // A cheque: the sum is proposed, Enter records it, and the solde follows.
    window.keys("3").await;
    window.until("document.querySelector('#take') !== null").await;
    assert_eq!(window.value("document.querySelector('#take-amount').value").await, "65,10");
    let newest = window.value("document.querySelector('[data-entry]').dataset.balance").await;
    assert_eq!(newest, "6510");
    for width in [1280, 1024, 768, 360] {
        window.picture(&format!("famille-compte-{width}"), width).await;
    }
    window.size(1280, 900).await;
    tab_to(&window, "#take-amount").await;
    window.client.execute("document.querySelector('#take-amount').select()", Vec::new()).await.unwrap();
    window.keys("50,00").await;
    assert!(window.text("#take-left").await.contains("15,10 €"), "{}", window.text("#take-left").await);
    window.keys(ENTER).await;
    window.until("document.querySelector('[data-entry]')?.dataset.balance === '1510'").await;
    window.until("document.querySelector('#facts').innerText.replaceAll('\\u00a0', ' ').includes('15,10 €')").await;
    assert!(window.text("#taken").await.contains("50,00 €"));
    window.keys("4").await;
    window.until("document.querySelector('[data-gap-row]') !== null").await;
    window.picture("famille-pieces-1280", 1280).await;
    window.size(1280, 900).await;
    window.dark(true).await;
    window.keys("3").await;
    window.until("document.querySelector('[data-entry]').checkVisibility()").await;
    window.picture("famille-compte-1280-dark", 1280).await;
    window.close().await;
}

#[tokio::test]
async fn who_only_reads_finds_nothing_to_act_with() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in_as(&window, READER).await;
    window.go(FAMILY).await;
    window
        .until("document.querySelector('#notes').checkVisibility() && document.querySelector('td[data-state]')")
        .await;
    let acts = "[...document.querySelectorAll('#passing, #add-note, #take, #accept-piece, [data-panel=dossier] a:not([href^=tel])')]\
        .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 60))";
    assert_eq!(window.value(acts).await, json!([]), "the week");
    for (figure, shown) in
        [("2", ".adult"), ("3", "[data-entry]"), ("4", "[data-panel=pieces] .part"), ("5", ".family-panels .serif")]
    {
        window.keys(figure).await;
        window.until(&format!("document.querySelector({shown:?})?.checkVisibility() ?? false")).await;
        assert_eq!(window.value(acts).await, json!([]), "tab {figure}");
    }
    // The keys of what is not there do nothing.
    window.keys("1nv").await;
    window.until("document.querySelector('td[data-state]').checkVisibility()").await;
    assert_eq!(window.value("document.querySelector('#pass').checked").await, json!(false));
    // A family that is not there is told, and a page without one leads to the families.
    window.go("/famille.html?organisation=jumex&famille=personne").await;
    window.until("document.querySelector('#children .refusal') !== null").await;
    window.go("/famille.html").await;
    window.until("location.pathname === '/familles.html'").await;
    window.close().await;
}
