//! The agent at a desk: second factor, find a family, pass over a limit with a reason, invite an adult.

use domain::role::Role;
use fantoccini::Locator;
use serde_json::json;
use store::keys;
use store::records::{NameRecord, StaffRecord};
use tests::town::TUESDAY;
use tests::village::VILLAGE;
use tests::{Chain, Town};

use crate::paths::wait_for_mail;
use crate::window::{Window, cell};

const DESK: (&str, &str, &str) = ("anne.marchand", "accueil de la mairie", "JUNTWXE5T5YZON7KNSYL5AYIOM5KRNOP");

pub(crate) async fn sign_in(window: &Window) {
    window.go("/").await;
    window.type_into("#name", DESK.0).await;
    window.type_into("#password", DESK.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    let code = secret::totp_code(DESK.2, chrono::Utc::now()).unwrap();
    window.type_into("#code", &code).await;
    window.press("#sign-in").await;
    window
        .until("location.pathname === '/aujourdhui.html' && document.querySelector('#activities .to-roll') !== null")
        .await;
}

/// Who signs in here administers the village too.
pub(crate) async fn works_in_the_village(town: &Town) {
    let anne: NameRecord = town.table().get(&keys::name(DESK.0)).await.unwrap().unwrap();
    let staff = StaffRecord {
        account: anne.account,
        organisation: VILLAGE.parse().unwrap(),
        role: Role::Administrator,
        said: "Anne MARCHAND".to_owned(),
        version: 1,
    };
    town.table().write(Chain::new().put_new(&staff).put_new(&staff.role_record())).await.unwrap();
}

/// Where an agent invites adults, and sees who has access.
pub(crate) async fn invite_page(window: &Window) {
    window.go("/agent.html").await;
    window.until("document.querySelector('#search') !== null").await;
}

/// What a telephone reads on the page.
async fn photographed(window: &Window) -> String {
    window.value("document.querySelector('#enrolment .qr').scrollIntoView({ block: 'center' }) ?? 1").await;
    window.still().await;
    let square = window.client.find(Locator::Css("#enrolment .qr")).await.unwrap();
    let pixels = image::load_from_memory(&square.screenshot().await.unwrap()).unwrap().to_luma8();
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let at = |x: usize, y: usize| pixels.as_raw()[y * width + x];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let grids = picture.detect_grids();
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn a_second_factor_is_enrolled_by_photographing_its_square() {
    let town = Town::at(TUESDAY).await;
    let jumex = "jumex".parse().unwrap();
    folder::reset_second_factor(&town.table(), &jumex, DESK.0, chrono::Utc::now()).await.unwrap();
    let window = Window::open(&town).await;
    window.go("/").await;
    window.type_into("#name", DESK.0).await;
    window.type_into("#password", DESK.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#enrolment .qr') !== null").await;
    let mut read = photographed(&window).await;
    for (width, dark) in [(1280, true), (320, true), (320, false)] {
        window.dark(dark).await;
        window.size(width, 900).await;
        let again = photographed(&window).await;
        assert_eq!(again, read, "{width} pixels, dark: {dark}");
        read = again;
    }
    window.picture("connexion-carre-360", 360).await;
    let address = url::Url::parse(&read).unwrap();
    assert_eq!(
        (address.scheme(), address.host_str(), address.path()),
        ("otpauth", Some("totp"), "/Pr%C3%A9au:anne.marchand")
    );
    let key = address.query_pairs().find(|(name, _)| name == "secret").unwrap().1.into_owned();
    window.type_into("#code", &secret::totp_code(&key, chrono::Utc::now()).unwrap()).await;
    window.press("#sign-in").await;
    window.until("location.pathname === '/aujourdhui.html'").await;
    window.close().await;
}

#[tokio::test]
async fn an_agent_finds_a_family_and_passes_over_a_limit() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.type_into("#find", "devret chloe").await;
    window.until("document.querySelectorAll('#finds [role=option]').length === 1").await;
    assert!(window.text("#finds").await.contains("DEVRET"));
    window.go("/planning.html?organisation=jumex&famille=devret").await;
    window.until("document.querySelector('td[data-state]') !== null").await;
    let locked = cell("chloe", "cantine-maternelle", "2015-05-26");
    window.press(&format!("{locked} button")).await;
    window.until("document.querySelector('#override').open").await;
    window.type_into("#reason", "Appel de la mère à 8 h").await;
    window.press("#override button[type=submit]").await;
    window.until(&format!("document.querySelector({locked:?}).dataset.state === 'locked_booked'")).await;
    window.press("#history summary").await;
    window.until("document.querySelector('#history').innerText.includes('Appel de la mère')").await;
    window.close().await;
}

#[tokio::test]
async fn every_page_of_a_family_says_to_an_agent_whose_it_is() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    for (page, words) in [
        ("planning", "Planning"),
        ("factures", "Factures"),
        ("documents", "Documents"),
        ("abonnements", "Abonnements"),
        ("dossier", "Dossier"),
        ("enfant", "Chloé"),
    ] {
        window.go(&format!("/{page}.html?organisation=jumex&famille=devret&enfant=chloe")).await;
        window.until("document.querySelector('h1').innerText.includes('famille DEVRET')").await;
        let named = format!("document.title.includes('famille DEVRET') && document.title.startsWith({words:?})");
        assert_eq!(window.value(&named).await, json!(true), "{page}: {}", window.value("document.title").await);
        window.picture(&format!("agent-{page}-1280"), 1280).await;
    }
    window.close().await;
}

#[tokio::test]
async fn what_is_published_goes_to_the_organisation_that_is_looked_at() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    // Anne works for Aubray too.
    let administrator = ("gilles.perrot", "lavoir et tilleuls", "AXUYGBEBR3BLNC6MW4LJB6C2CLXD6ZXT");
    let gilles = town.stranger();
    let code = secret::totp_code(administrator.2, chrono::Utc::now()).unwrap();
    let (name, password) = (administrator.0, administrator.1);
    gilles.post("/api/session", json!({ "name": name, "password": password, "code": code })).await.ok();
    let invitation =
        json!({ "request": uuid::Uuid::new_v4().to_string(), "mel": "anne.marchand@jumex.example", "role": "desk" });
    gilles.post("/api/organisations/aubray/agents", invitation).await.ok();
    let mail = wait_for_mail(&town, "anne.marchand@jumex.example").await;
    let link = mail.split_whitespace().find(|word| word.contains("/invitation.html#")).unwrap();
    let token = link.split_once('#').unwrap().1;
    town.stranger().post("/api/invitation/accept", json!({ "token": token, "password": DESK.1 })).await.ok();
    window.go("/agent.html").await;
    window.until("document.querySelector('#organisation-field')?.checkVisibility()").await;
    window.go("/informations.html?organisation=aubray").await;
    window.until("document.querySelector('[data-organisation]').innerText.includes('Aubray')").await;
    window.press("a[href^='/publier.html']").await;
    window
        .until("location.pathname === '/publier.html' && document.querySelector('#menu-days fieldset') !== null")
        .await;
    assert!(window.text("[data-organisation]").await.contains("Aubray"));
    window.type_into("#news-form [name=title]", "Sortie au lavoir").await;
    window.type_into("#news-form [name=text]", "Prenez des bottes.").await;
    window.press("#news-form button[type=submit]").await;
    window.until("document.querySelector('#news-said').innerText.includes('publié')").await;
    let written = |organisation: &str| format!("/api/organisations/{organisation}/news");
    for (organisation, there) in [("aubray", true), ("jumex", false)] {
        let news = crate::window::call_as(&window, reqwest::Method::GET, &written(organisation), json!(null)).await;
        assert_eq!(news.body.to_string().contains("Sortie au lavoir"), there, "{organisation}: {}", news.body);
    }
    window.close().await;
}

#[tokio::test]
async fn an_invitation_is_sent_and_accepted_through_the_pages() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    invite_page(&window).await;
    window.type_into("#search", "berthier").await;
    window.until("document.querySelectorAll('#found li').length === 1").await;
    window.press("#found summary").await;
    window.type_into("#found input[name=mel]", "mamie@example.fr").await;
    window.type_into("#found input[name=first_name]", "Odette").await;
    window.type_into("#found input[name=last_name]", "Berthier").await;
    window.press("#found form button[type=submit]").await;
    window.until("document.querySelector('#found .said').innerText.includes('mamie@example.fr')").await;
    let mail = wait_for_mail(&town, "mamie@example.fr").await;
    window.close().await;
    let window = Window::open(&town).await; // Odette's own.
    let link = mail.split_whitespace().find(|word| word.contains("/invitation.html#")).unwrap();
    window.client.goto(link).await.unwrap();
    window.until("document.querySelector('#invitation-form')?.checkVisibility()").await;
    window.until("document.querySelector('input[name=identifiant]').value === 'jumex.odette.berthier'").await;
    for (name, text) in [("first_name", "Odette"), ("last_name", "Berthier")] {
        window.type_into(&format!("#invitation-form input[name={name}]"), text).await;
    }
    window.type_into("#invitation-form input[name=password]", "les confitures de mamie").await;
    window.press("#accept").await;
    window.until("document.querySelector('#sign-in-form') !== null").await;
    window.until("document.querySelector('#name').value === 'jumex.odette.berthier'").await;
    let password = window.client.find(Locator::Css("#password")).await.unwrap();
    password.send_keys("les confitures de mamie").await.unwrap();
    window.press("#sign-in").await;
    window.until("location.pathname === '/planning.html' && document.querySelector('td[data-state]') !== null").await;
    assert_eq!(window.value("document.querySelector('td[data-child]').dataset.child").await, json!("nina"));
    window.close().await;
}
