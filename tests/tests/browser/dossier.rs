//! Mon dossier as the guide tells it: a mobile number, a new nounou, one validation; and two parents at once.

use reqwest::Method;
use serde_json::json;
use tests::town::TUESDAY;
use tests::{Fault, Town};

use crate::first_minute::CHANTAL;
use crate::small_screen::{ENTER, tab_to};
use crate::window::{Window, call_as};

const MARC: (&str, &str) = ("marc.devret", "velo bleu du papa");
const MOBILE: &str = "[name='fiche.chantal.mobile']";

async fn open(window: &Window, who: (&str, &str)) {
    window.sign_in(who.0, who.1).await;
    window.go("/dossier.html").await;
    ready(window).await;
}

async fn ready(window: &Window) {
    window.until("document.querySelector('[data-fiche]') !== null").await;
}

async fn field(window: &Window, selector: &str) -> String {
    window.value(&format!("document.querySelector({selector:?}).value")).await.as_str().unwrap().to_owned()
}

async fn validate(window: &Window) {
    window.press("#validate").await;
}

async fn validated(window: &Window) {
    validate(window).await;
    window.until("document.querySelector('#said').innerText.startsWith('Vos modifications sont enregistrées')").await;
    assert_eq!(window.value("document.querySelector('#validate').checkVisibility()").await, json!(false));
}

#[tokio::test]
async fn a_mobile_and_a_new_nounou_as_the_guide_tells() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    open(&window, CHANTAL).await;
    assert_eq!(window.text(".fiche:not(.away) h2").await, "MÈRE > DEVRET Chantal");
    assert_eq!(field(&window, MOBILE).await, "06 07 89 70 15");
    window.picture("dossier-1280", 1280).await;
    window.size(1280, 900).await;
    // A number that is too short: said under the field, which has the focus; nothing is lost.
    window.type_into("[name='fiche.chantal.phone']", "04 76 89").await;
    window.type_into(MOBILE, "0607897016").await;
    window
        .until(
            "document.querySelector('#changes').innerText.replaceAll('\\u00a0', ' ') === '2 modifications à valider'",
        )
        .await;
    validate(&window).await;
    window.until("document.activeElement.name === 'fiche.chantal.phone'").await;
    assert_eq!(
        window.text("[data-of='fiche.chantal.phone'] .refusal").await,
        "Il manque des chiffres : un numéro en compte dix."
    );
    assert_eq!(window.text("#changes").await, "2 modifications à valider, 1 champ à corriger");
    assert_eq!(field(&window, MOBILE).await, "0607897016");
    window.picture("dossier-corriger-1280", 1280).await;
    window.picture("dossier-corriger-360", 360).await;
    window.size(1280, 900).await;
    window.type_into("[name='fiche.chantal.phone']", "").await;
    // The nounou, who may fetch Chloé only.
    window.press("#add").await;
    window.until("document.activeElement.name?.endsWith('.role')").await;
    let fresh = window.value("document.activeElement.name.split('.')[1]").await.as_str().unwrap().to_owned();
    window.value(&format!("(() => {{ const role = document.activeElement; role.value = 'NOUNOU'; role.dispatchEvent(new Event('input', {{ bubbles: true }})); }})(), {fresh:?}")).await;
    for (name, text) in [("last_name", "Poppins"), ("first_name", "Mary"), ("mobile", "06 11 22 33 44")] {
        window.type_into(&format!("[name='fiche.{fresh}.{name}']"), text).await;
    }
    window.press(&format!("[name='collects.{fresh}.chloe'][data-on=allowed]")).await;
    assert_eq!(window.text("#changes").await, "2 modifications à valider");
    window.picture("dossier-nounou-1280", 1280).await;
    tabs_are_free(&window).await;
    window.size(1280, 900).await;
    // What is one's own a browser may fill in; the nounou's it leaves alone.
    for (name, own) in
        [("last_name", "family-name"), ("postal_code", "postal-code"), ("mobile", "mobile tel"), ("mel", "email")]
    {
        let of = |fiche: &str| format!("document.querySelector(\"[name='fiche.{fiche}.{name}']\").autocomplete");
        assert_eq!(window.value(&of("chantal")).await, json!(own));
        assert_eq!(window.value(&of(&fresh)).await, json!("off"));
    }
    validated(&window).await;
    window.client.refresh().await.unwrap();
    ready(&window).await;
    assert_eq!(field(&window, MOBILE).await, "06 07 89 70 16");
    window.close().await;
    let window = Window::open(&town).await; // The other parent's own.
    open(&window, MARC).await;
    assert_eq!(field(&window, MOBILE).await, "06 07 89 70 16");
    window.press(&format!("[data-tab='{fresh}']")).await;
    assert_eq!(window.text(".fiche:not(.away) h2").await, "NOUNOU > POPPINS Mary");
    let allowed =
        |child: &str| format!("document.querySelector(\"[name='collects.{fresh}.{child}'][data-on=allowed]\").checked");
    assert_eq!(window.value(&allowed("chloe")).await, json!(true));
    assert_eq!(window.value(&allowed("lou")).await, json!(false));
    window.client.back().await.unwrap();
    window.until("document.querySelector('.fiche:not(.away)').dataset.fiche === 'marc'").await;
    window.close().await;
}

/// With four fiches no tab is covered, none sticks out, and on a phone the current one is in view.
async fn tabs_are_free(window: &Window) {
    for width in [1024, 768, 360] {
        window.picture(&format!("dossier-nounou-{width}"), width).await;
        window.size(width, 900).await;
        window.value("window.scrollTo(0, 0) ?? 1").await;
        let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(window.value(wide).await, json!(true), "{width}");
        let covered = "[...document.querySelectorAll('#tabs a, #add')].filter((one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            const seen = x >= 0 && x + width <= innerWidth;
            return seen && !one.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }).map((one) => one.textContent)";
        assert_eq!(window.value(covered).await, json!([]), "{width}");
        let current = "(({ left, right }) => left >= 0 && right <= innerWidth)(document.querySelector('#tabs [aria-current]').getBoundingClientRect())";
        assert_eq!(window.value(current).await, json!(true), "{width}");
    }
}

#[tokio::test]
async fn a_mobile_changes_by_keyboard_alone_at_360_pixels() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.size(360, 740).await;
    open(&window, CHANTAL).await;
    tab_to(&window, MOBILE).await;
    window.value("document.activeElement.select() ?? 1").await;
    window.keys("06 07").await;
    tab_to(&window, "#validate").await;
    window.keys(ENTER).await;
    window.until("document.activeElement.name === 'fiche.chantal.mobile'").await;
    window.value("document.activeElement.select() ?? 1").await;
    window.keys("0607897016").await;
    window.keys(ENTER).await;
    window.until("document.querySelector('#said').innerText.startsWith('Vos modifications sont enregistrées')").await;
    assert_eq!(field(&window, MOBILE).await, "06 07 89 70 16");
    // Nothing sticks out, and nobody's focus is lost.
    assert_eq!(window.value("document.documentElement.scrollWidth <= innerWidth").await, json!(true));
    assert_eq!(window.value("document.activeElement !== document.body").await, json!(true));
    window.close().await;
}

#[tokio::test]
async fn a_stale_page_is_told_keeps_its_typing_and_lets_choose() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    open(&window, CHANTAL).await;
    window.type_into(MOBILE, "06 22 22 22 22").await;
    window.type_into("[name='fiche.chantal.note']", "Après 18 h").await;
    // Meanwhile the same number, and another field, change elsewhere.
    let change = |place: &str, was: &str, now: &str| json!({ "place": place, "was": was, "now": now });
    let elsewhere = json!({ "changes": [
        change("fiche.chantal.mobile", "06 07 89 70 15", "06 11 11 11 11"),
        change("fiche.marc.note", "", "Le matin"),
    ] });
    call_as(&window, Method::PUT, "/api/organisations/jumex/families/devret/dossier", elsewhere).await.ok();
    validate(&window).await;
    window.until("document.querySelector('.meanwhile') !== null").await;
    let said = window.text(".meanwhile").await;
    assert!(said.contains("06 11 11 11 11") && said.contains("06 22 22 22 22"), "{said}");
    assert_eq!(window.value("document.activeElement.matches('.meanwhile')").await, json!(true));
    assert_eq!(field(&window, MOBILE).await, "06 22 22 22 22");
    assert_eq!(field(&window, "[name='fiche.chantal.note']").await, "Après 18 h");
    assert_eq!(field(&window, "[name='fiche.marc.note']").await, "Le matin", "what was not touched follows");
    window.picture("dossier-entre-temps-1280", 1280).await;
    window.picture("dossier-entre-temps-360", 360).await;
    // A reload loses nothing either, and asks again.
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('.meanwhile') !== null").await;
    assert_eq!(field(&window, MOBILE).await, "06 22 22 22 22");
    window.press("[data-settle=mine]").await;
    validated(&window).await;
    assert_eq!(field(&window, MOBILE).await, "06 22 22 22 22");
    assert_eq!(window.text("#changes").await, "");
    window.close().await;
}

#[tokio::test]
async fn a_lost_reply_keeps_what_was_typed_and_children_have_health_and_consents() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    open(&window, CHANTAL).await;
    window.type_into("[name='fiche.chantal.address_2']", "Bâtiment B").await;
    town.wire.break_operation("TransactWriteItems", Fault::LostReply); // Written, and nobody is told.
    validate(&window).await;
    window.until("document.querySelector('#refused .refusal')?.innerText.includes('Pas de réponse')").await;
    assert_eq!(field(&window, "[name='fiche.chantal.address_2']").await, "Bâtiment B");
    town.wire.break_calls(1, &[]);
    validated(&window).await;
    // Health and consents of a child; the agent's reading shows.
    window.press("[data-tab=enfants]").await;
    let allergies = "document.querySelector(\"[name='child.chloe.allergies']\").checkVisibility()";
    assert_eq!(window.value(allergies).await, json!(false), "health lies in an envelope");
    window.press("[data-open-health=chloe]").await;
    window.type_into("[name='child.chloe.allergies']", "Arachides").await;
    window.press("[id='consent.chloe.photo=given']").await;
    window.picture("dossier-enfants-1280", 1280).await;
    window.picture("dossier-enfants-360", 360).await;
    window.size(1280, 900).await;
    validated(&window).await;
    assert!(window.text("[data-child=chloe] .consent").await.contains("Répondu le 26 mai 2015 par Chantal DEVRET"));
    // A new fiche, given up before it was validated.
    window.press("#add").await;
    window.until("document.activeElement.name?.endsWith('.role')").await;
    window.press("#drop").await;
    window.until("document.querySelectorAll('#tabs a').length === 3").await;
    window.close().await;
}

#[tokio::test]
async fn at_the_desk_a_forbidden_person_is_red_and_a_check_is_answered() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    open(&window, MARC).await;
    window.type_into("[name='fiche.marc.address_1']", "2 rue du Four").await;
    validate(&window).await;
    window.hears("Certaines attendent la mairie").await;
    assert!(window.text("[data-of='fiche.marc.address_1'] .waits").await.contains("Chemin de la lune"));
    window.picture("dossier-en-attente-1280", 1280).await;
    window.size(1280, 900).await;
    // What is saved next and waits for nobody says nothing of waiting.
    window.type_into("[name='fiche.marc.note']", "Après 18 h").await;
    validated(&window).await;
    assert_eq!(window.text("#said").await, "Vos modifications sont enregistrées.");
    window.close().await;
    let window = Window::open(&town).await;
    crate::agents_page::sign_in(&window).await;
    window.press("#waiting a[href^='/a-verifier.html']").await;
    window.until("document.querySelector('.two-sides')?.innerText.includes('2 rue du Four') ?? false").await;
    // Where it is answered among other things of the family, that is done there.
    window.go("/dossier.html?organisation=jumex&famille=devret").await;
    ready(&window).await;
    window.press("[data-tab=marc]").await;
    window.press("[data-accept]").await;
    window.hears("la famille le voit").await;
    assert_eq!(field(&window, "[name='fiche.marc.address_1']").await, "2 rue du Four");
    window.size(1280, 1400).await;
    window.press(".fiche:not(.away) .forbids summary").await;
    window.press("[name='collects.marc.chloe'][data-on=not_allowed]").await;
    validated(&window).await;
    assert_eq!(window.text(".fiche:not(.away) .forbidden").await, "Non autorisé à récupérer Chloé");
    window.picture("dossier-agent-1280", 1280).await;
    window.size(1280, 900).await;
    window.press("[data-tab=enfants]").await;
    window.press("[data-read-health=chloe]").await;
    window.until("document.querySelector(\"[name='child.chloe.allergies']\") !== null").await;
    // A family and a child, made at the desk.
    window.go("/nouvelle-famille.html?organisation=jumex").await;
    for (name, text) in [
        ("last_name", "Petit"),
        ("first_name", "Ada"),
        ("address_1", "1 rue Basse"),
        ("postal_code", "4560"),
        ("town", "Jumex"),
    ] {
        window.type_into(&format!("#{name}"), text).await;
    }
    window.press("#make").await;
    window.until("document.activeElement.name === 'postal_code'").await;
    window.type_into("#postal_code", "45600").await;
    window.press("#make").await;
    window.until("location.pathname === '/dossier.html'").await;
    ready(&window).await;
    window.press(".fiche:not(.away) .plates-line a").await;
    window.until("document.querySelector('#child')?.hidden === false").await;
    window.type_into("#first_name", "Zoé").await;
    window.type_into("#born", "3/2/2010").await;
    window.press("#more").await;
    window.picture("enfant-1280", 1280).await;
    window.picture("enfant-360", 360).await;
    window.size(1280, 900).await;
    window.press("#save").await;
    window.hears("C’est enregistré").await;
    window.close().await;
}
