//! Mes factures as Chantal reads them, the link of a mail, and a month issued by the agent who bills.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;

use crate::first_minute::CHANTAL;
use crate::window::Window;

pub(crate) const TREASURER: (&str, &str, &str) =
    ("yves.colin", "caisse de la regie", "6IJ5IMJWVR3UT7I5RNEQYJ2QRD5437FB");

pub(crate) async fn sign_in(window: &Window) {
    window.go("/").await;
    window.type_into("#name", TREASURER.0).await;
    window.type_into("#password", TREASURER.1).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    let code = secret::totp_code(TREASURER.2, chrono::Utc::now()).unwrap();
    window.type_into("#code", &code).await;
    window.press("#sign-in").await;
    window
        .until("location.pathname === '/aujourdhui.html' && document.querySelector('#activities .to-roll') !== null")
        .await;
}

#[tokio::test]
async fn the_guides_two_invoices_are_there_to_the_letter_and_their_pdf_opens() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press("nav a[href='/factures.html']").await;
    window.until("document.querySelectorAll('[data-invoice] a.button').length === 2").await;
    assert_eq!(window.text("#solde").await, "65,10 €");
    assert_eq!(window.text("#estimate-amount").await, "209,30 €");
    let february = window.text("[data-invoice='2015-00042']").await;
    for words in ["Facture du 2 février 2015", "À régler", "65,10 €", "2 x [Lou]", "1 x [Chloé]"] {
        assert!(february.contains(words), "{words} in {february}");
    }
    let december = window.text("[data-invoice='2014-00311']").await;
    for words in ["Facture du 18 décembre 2014", "Réglée", "43,40 €", "7 x [Chloé]", "7 x [Gaetan]", "service Théâtre"]
    {
        assert!(december.contains(words), "{words} in {december}");
    }
    let pdf = window
        .client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             fetch(document.querySelector('[data-invoice] a.button').href)
               .then(async (reply) => done([reply.headers.get('content-type'), (await reply.text()).slice(0, 5)]));",
            Vec::new(),
        )
        .await
        .unwrap();
    assert_eq!(pdf, json!(["application/pdf", "%PDF-"]));
    window.close().await;
}

#[tokio::test]
async fn a_payment_settles_the_invoice_and_a_credit_note_takes_it_back() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.go("/factures.html?organisation=jumex&famille=devret").await;
    window.until("document.querySelector('#pay').checkVisibility()").await;
    window.type_into("#amount", "soixante-cinq").await;
    window.press("#pay [type=submit]").await;
    window.until("document.querySelector('#pay').innerText.includes('Écrivez une somme')").await;
    window.type_into("#amount", "65,10").await;
    window.press("#pay [type=submit]").await;
    window.until("document.querySelector('#paid').innerText.includes('reçu R2015-00001')").await;
    window.until("document.querySelector(\"[data-invoice='2015-00042']\").dataset.owed === '0'").await;
    window.press("button[data-reverse='R2015-00001']").await;
    window.until("document.querySelector(\"[data-invoice='2015-00042']\").dataset.owed === '6510'").await;
    window.press("button[data-credit='2015-00042']").await;
    window.until("document.querySelector('#credit').open").await;
    window.picture("avoir-1280", 1280).await;
    let units = "[...document.querySelectorAll('#credit-lines input')].map((input) => input.value)";
    assert_eq!(window.value(units).await, json!(["2", "1"]), "all that is left");
    window.type_into("#reason", "repas compté deux fois").await;
    window.press("#credit [type=submit]").await;
    window.until("document.querySelector('#solde').innerText.startsWith('0,00')").await;
    assert!(window.text("[data-invoice='2015-00043']").await.contains("Avoir du 26 mai 2015"));
    window.close().await;
}

#[tokio::test]
async fn a_month_is_prepared_looked_at_and_issued_and_its_mail_opens_it() {
    // 2 June, 4 h: the clock will do it at 5 h; the agent is earlier.
    let town = Town::at("2015-06-02T02:00:00Z").await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.press("nav a[href^='/facturation.html']").await;
    window.until("document.querySelector('#draft').checkVisibility()").await;
    assert_eq!(window.text("#open-title").await, "Facturer mai 2015");
    window.press("#draft").await;
    window.until("document.querySelector('#issue').checkVisibility()").await;
    // The guide's month: 9 meals at 21,70 € and 14 garderies at 1,00 €, counted on the picture.
    assert!(window.text("[data-draft=devret]").await.contains("209,30 €"));
    window.press("#issue").await;
    window.until("document.querySelector('#confirm').open").await;
    window.press("#confirm-yes").await;
    window.until("document.querySelector('#run-said').innerText.includes('émise')").await;
    let mail = crate::paths::wait_for_mail(&town, "pasdemail@qis.fr").await;
    assert!(mail.replace('\u{a0}', " ").contains("209,30 €"), "{mail}");
    let sent = town.portal.mails().unwrap().into_iter().find(|one| one.text == mail).unwrap();
    window.go(&format!("/_local/mails/{}/html", sent.id)).await;
    window.picture("mail-600", 600).await;
    window.dark(true).await;
    window.picture("mail-360-dark", 360).await;
    window.dark(false).await;
    let link = mail.split_whitespace().find(|word| word.contains("/facture.html#")).unwrap().to_owned();
    window.close().await;
    let window = Window::open(&town).await; // Nobody is signed in here.
    window.client.goto(&link).await.unwrap();
    window.until("document.querySelector('a[download]') !== null").await;
    assert!(window.text("#title").await.contains("209,30 €"));
    window.client.goto(&link[..link.len() - 1]).await.unwrap();
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('#trouble').innerText.includes('n’est plus valable')").await;
    window.close().await;
}

#[tokio::test]
async fn the_treasurer_sees_who_is_late_and_charges_what_no_month_has() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    window.go("/facturation.html?organisation=jumex").await;
    window.until("document.querySelector('#show-debts').checkVisibility()").await;
    window.press("#show-debts").await;
    window.until("document.querySelector('[data-debt=devret]') !== null").await;
    let debt = window.text("[data-debt=devret]").await;
    // The guide's invoice of February was due on 4 March: 83 days before.
    for words in ["65,10 €", "83 jours de retard", "4 mars 2015", "pas encore de rappel"] {
        assert!(debt.contains(words), "{words} in {debt}");
    }
    for width in [360, 1280] {
        window.picture(&format!("facturation-{width}"), width).await;
    }
    // Sheets are put together of their parts: nothing but this invoice is late, and February has its lines.
    window.press("#debts-file").await;
    window
        .until("document.querySelector('#debts-said').innerText.replace(/\\s/g, ' ') === 'impayes.csv : 1 ligne.'")
        .await;
    window.press("#journal-file").await;
    window
        .until("/^journal.csv : \\d+ lignes?\\.$/.test(document.querySelector('#journal-said').innerText.replace(/\\s/g, ' '))")
        .await;
    window.go("/factures.html?organisation=jumex&famille=devret").await;
    window.until("document.querySelector('#charge').checkVisibility()").await;
    window.type_into("#label", "Badge perdu").await;
    window.type_into("#price", "cinq").await;
    window.press("#charge [type=submit]").await;
    window.until("document.querySelector('#charge').innerText.includes('Écrivez un prix')").await;
    window.type_into("#price", "5,00").await;
    window.press("#charge [type=submit]").await;
    window.until("document.querySelector('#solde').innerText.startsWith('70,10')").await;
    assert!(window.text("[data-invoice='2015-00043']").await.contains("Badge perdu"));
    for width in [360, 1280] {
        window.picture(&format!("factures-agent-{width}"), width).await;
    }
    window.close().await;
}
