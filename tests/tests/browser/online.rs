//! Chantal pays online: from the mail's link to the solde that changes; a refusal, a second thought, a late notification,
//! another sum that the agent decides of.

use reqwest::Method;
use serde_json::{Value, json};
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::invoices::{TREASURER, sign_in};
use crate::window::{Window, call_as};

const FAMILY: &str = "/api/organisations/jumex/families/devret";

/// The treasurer issues May, outside the browser.
async fn issue_may(town: &Town) {
    let treasurer = town.stranger();
    let code = secret::totp_code(TREASURER.2, chrono::Utc::now()).unwrap();
    treasurer.post("/api/session", json!({ "name": TREASURER.0, "password": TREASURER.1, "code": code })).await.ok();
    let run = "/api/organisations/jumex/runs/2015-05";
    for (action, stage) in [("draft", "review"), ("issue", "done")] {
        treasurer.put(run, json!({ "action": action })).await.ok();
        let stands = async || (treasurer.get(run).await.ok()["run"]["stage"] == stage).then_some(());
        treasurer.until(stage, stands).await;
    }
}

async fn chooses(window: &Window, outcome: &str) {
    window.until("document.querySelector('h1')?.innerText === 'Paiement de démonstration'").await;
    window.press(&format!("button[value={outcome}]")).await;
}

/// Waits until the page of the return says how it stands.
async fn ends(window: &Window, state: &str) {
    window.until(&format!("document.querySelector('#state')?.dataset.state === {state:?}")).await;
}

async fn solde(window: &Window, amount: &str) {
    let said = "document.querySelector('#solde')?.innerText.replaceAll('\\u00a0', ' ')";
    window.until(&format!("{said} === {amount:?}")).await;
}

#[tokio::test]
async fn from_the_mail_in_the_catcher_to_the_solde_that_changes() {
    // 2 June, 4 h: May is over, and the clock has not drafted it yet.
    let town = Town::at("2015-06-02T02:00:00Z").await;
    issue_may(&town).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press("nav a[href='/factures.html']").await;
    solde(&window, "274,40 €").await;
    // The newest comes first.
    let number = window.value("document.querySelector('[data-invoice]').dataset.invoice").await;
    let number = number.as_str().unwrap();
    let newest = format!("[data-invoice='{number}']");
    window.until(&format!("document.querySelector(\"{newest} a.button\") !== null")).await;
    let pdf = format!(
        "const done = arguments[arguments.length - 1];
         fetch(document.querySelector(\"{newest} a.button\").href).then(async (reply) => done((await reply.text()).slice(0, 5)));"
    );
    assert_eq!(window.client.execute_async(&pdf, Vec::new()).await.unwrap(), json!("%PDF-"));
    for width in [360, 1280] {
        window.picture(&format!("factures-payer-{width}"), width).await;
    }
    window.size(1280, 900).await;
    crate::paths::wait_for_mail(&town, CHANTAL_MEL).await;
    window.go("/_local/mails").await;
    let rows = "[...document.querySelectorAll('tbody tr')]";
    let row =
        format!("{rows}.find((row) => row.innerText.includes({CHANTAL_MEL:?}) && row.innerText.includes('facture'))");
    window.value(&format!("({row}).querySelector('a').click() ?? 1")).await;
    window.until("document.querySelector('pre a') !== null").await;
    window.value("document.querySelector('pre a').click() ?? 1").await;
    window.until("document.querySelector('a[download]') !== null").await;
    assert!(window.text("#title").await.contains("209,30 €"));
    window.press("#pay-online a").await;
    window.until(&format!("document.querySelector(\"[data-pay='{number}']\") !== null")).await;
    window.press(&format!("[data-pay='{number}']")).await;
    window.until("location.pathname === '/_local/payfip/paiementws.web'").await;
    let shown = window.text("main").await;
    let object = format!("Facture {}", number.replace('-', " "));
    for words in ["Aucun argent ne circule", "209,30 €", &object, CHANTAL_MEL] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    for width in [360, 1280] {
        window.picture(&format!("paiement-demonstration-{width}"), width).await;
    }
    chooses(&window, "paid").await;
    ends(&window, "paid").await;
    assert!(window.text("#said").await.contains("209,30 € est enregistré : reçu R2015-00001"));
    for width in [360, 1280] {
        window.picture(&format!("paiement-recu-{width}"), width).await;
    }
    window.press("#back").await;
    solde(&window, "65,10 €").await;
    assert!(window.text("#payment-list").await.contains("Carte, mardi 2 juin 2015"));
    town.outbox_is_quiet().await;
    let mail = crate::paths::wait_for_mail(&town, CHANTAL_MEL).await;
    assert!(mail.contains("R2015-00001"), "{mail}");
    window.close().await;
}

const CHANTAL_MEL: &str = "pasdemail@qis.fr";

#[tokio::test]
async fn refused_cancelled_twice_late_and_odd_are_said_and_the_agent_decides() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    for (outcome, state, words) in
        [("refused", "refused", "Votre banque a refusé"), ("cancelled", "cancelled", "Vous avez annulé")]
    {
        pays(&window, "[data-pay=solde]").await;
        chooses(&window, outcome).await;
        ends(&window, state).await;
        let said = window.text("#said").await;
        assert!(said.contains(words) && said.contains("Rien n’a été encaissé"), "{said}");
    }
    window.picture("paiement-annule-1280", 1280).await;
    // The provider says another sum: nothing is recorded, and the agent looks.
    pays(&window, "[data-pay='2015-00042']").await;
    chooses(&window, "other_amount").await;
    ends(&window, "doubtful").await;
    assert!(window.text("#said").await.contains("Ne payez pas une seconde fois"));
    let account = call_as(&window, Method::GET, &format!("{FAMILY}/invoices"), Value::Null).await.ok();
    assert_eq!(account["owed"], 6510, "nothing is recorded");
    let address = window.value("location.pathname + location.search").await;
    window.close().await;
    decides(&town).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.go(address.as_str().unwrap()).await;
    ends(&window, "dismissed").await;
    // She leaves the provider's page, and clicks again: she is told, and may go on with the first.
    pays(&window, "[data-pay=solde]").await;
    window.until("document.querySelector('h1')?.innerText === 'Paiement de démonstration'").await;
    let address = window.value("location.href").await;
    pays(&window, "[data-pay=solde]").await;
    window.until("document.querySelector('#twice').open").await;
    assert!(window.text("#twice-said").await.contains("vous paierez peut-être deux fois"));
    assert_eq!(window.value("document.querySelector('#twice-resume').href").await, address);
    window.picture("factures-deja-en-cours-1280", 1280).await;
    window.press("#twice-resume").await;
    // The notification comes after her return: what she sees was asked for, not believed.
    window.until("document.querySelector('#notice') !== null").await;
    window.value("(document.querySelector('#notice').value = 'after', 1)").await;
    chooses(&window, "paid").await;
    ends(&window, "paid").await;
    let attempt = window.value("new URLSearchParams(location.search).get('paiement')").await;
    let handle = address.as_str().unwrap().rsplit('=').next().unwrap().to_owned();
    let url = format!("{}{FAMILY}/online-payments/{}/notification", town.origin(), attempt.as_str().unwrap());
    for _ in 0..2 {
        let sent = reqwest::Client::new().post(&url).body(format!("idOp={handle}")).send().await.unwrap();
        assert_eq!(sent.status().as_u16(), 204, "twice, it changes nothing");
    }
    window.press("#back").await;
    solde(&window, "0,00 €").await;
    assert_eq!(window.value("document.querySelectorAll('#payment-list li').length").await.as_u64(), Some(2));
    window.close().await;
}

async fn pays(window: &Window, selector: &str) {
    window.go("/factures.html").await;
    window.until("document.querySelector('[data-pay=solde]') !== null").await;
    window.press(selector).await;
}

/// The agent looks at what waits, tries the way to the provider, and says that it was not paid.
async fn decides(town: &Town) {
    let window = Window::open(town).await;
    sign_in(&window).await;
    window.go("/facturation.html?organisation=jumex").await;
    window.until("document.querySelector('[data-doubt]') !== null").await;
    window.press("#try").await;
    window.until("document.querySelector('#tried').innerText.includes('REGIE PERISCOLAIRE')").await;
    for width in [360, 1280] {
        window.picture(&format!("facturation-a-verifier-{width}"), width).await;
    }
    window.size(1280, 900).await;
    assert!(window.text("[data-doubt]").await.contains("dit avoir encaissé 66,10 €"));
    window.press("[data-doubt] button[value=not]").await;
    window.until("document.querySelector('[data-doubt] .field .refusal') !== null").await;
    window.type_into("[data-doubt] [name=reason]", "absent du relevé du 27 mai").await;
    window.press("[data-doubt] button[value=not]").await;
    window.until("document.querySelector('[data-doubt]') === null").await;
    window.close().await;
}
