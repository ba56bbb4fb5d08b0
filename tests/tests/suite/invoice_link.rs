//! The link of an invoice's mail: opens this invoice for thirty days and nothing else; a look at its address is no use.

use domain::account::Purpose;
use reqwest::Method;
use secret::{sha256, token as secret};
use serde_json::{Value, json};
use store::keys;
use store::records::{AdultRecord, NameRecord, RunStage, TokenRecord};
use tests::Chain;
use tests::Town;
use tests::village::{AUTOMATIC, VILLAGE, family_id, path};

use crate::invoices::{JUNE, until, village};
use crate::people::token_to;

const READ: &str = "/api/invoice-link/read";
const FILE: &str = "/api/invoice-link/file";

/// A village whose families 1 and 2 have a mail, and the link of each.
async fn mailed() -> (Town, [String; 2]) {
    let town = Town::at(JUNE).await;
    village(&town, 3, AUTOMATIC, "").await;
    crate::planning_mails::tick(&town, "hour").await;
    until(&town, RunStage::Done).await;
    let links = [
        token_to(&town, "f0001@village.example", "facture.html").await,
        token_to(&town, "f0002@village.example", "facture.html").await,
    ];
    (town, links)
}

async fn record(town: &Town, token: &str) -> TokenRecord {
    town.table().get(&keys::token(&sha256(token))).await.unwrap().unwrap()
}

async fn keep(town: &Town, record: &TokenRecord) {
    town.table().write(Chain::new().put(record)).await.unwrap();
}

/// What a token is answered, for the words and for the file.
async fn answers(town: &Town, token: &str) -> [(u16, String); 2] {
    let body = json!({ "token": token });
    let words = town.stranger().post(READ, body.clone()).await;
    let file = town.stranger().try_bytes(Method::POST, FILE, Some(body.to_string())).await;
    let code = serde_json::from_slice::<Value>(&file.1).map(|body| body["code"].to_string()).unwrap_or_default();
    [(words.status.as_u16(), words.code().to_owned()), (file.0.as_u16(), code.trim_matches('"').to_owned())]
}

fn refused() -> [(u16, String); 2] {
    [(410, "token-expired".to_owned()), (410, "token-expired".to_owned())]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_link_opens_its_own_invoice_as_often_as_wanted_and_is_no_session() {
    let (town, links) = mailed().await;
    let stranger = town.stranger();
    for (at, token) in links.iter().enumerate() {
        for _ in 0..2 {
            let opened = stranger.post(READ, json!({ "token": token })).await.ok();
            assert_eq!(
                (&opened["number"], &opened["amount"]),
                (&json!(format!("2015-0000{}", at + 1)), &json!("20,00\u{a0}€"))
            );
            let file = stranger.try_bytes(Method::POST, FILE, Some(json!({ "token": token }).to_string())).await;
            assert!(file.1.starts_with(b"%PDF-"), "{}", file.0);
        }
    }
    assert_eq!(stranger.cookie(), None);
    for family in [1, 2] {
        assert_eq!(stranger.get(&path(family, "invoices")).await.status.as_u16(), 401);
        assert_eq!(stranger.get(&path(family, "invoices/2015-00001/file")).await.status.as_u16(), 401);
    }
    // Whoever names a family, an organisation or a number beside the token is not listened to.
    for more in ["family", "organisation", "number"] {
        let asked = stranger.post(READ, json!({ "token": links[0], more: "2015-00002" })).await;
        assert_eq!(asked.status.as_u16(), 400, "{more}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_holds_for_thirty_days_to_the_second_and_then_says_to_sign_in() {
    let (town, [token, _]) = mailed().await;
    let kept = record(&town, &token).await;
    let now = chrono::Utc::now().timestamp();
    assert!((kept.expires - now - 30 * 86_400).abs() < 600, "{}", kept.expires - now);
    keep(&town, &TokenRecord { expires: now + 60, ..kept.clone() }).await;
    assert_eq!(answers(&town, &token).await, [(200, String::new()), (200, String::new())]);
    keep(&town, &TokenRecord { expires: now, ..kept }).await;
    assert_eq!(answers(&town, &token).await, refused());
    let told = town.stranger().post(READ, json!({ "token": token })).await;
    assert!(told.body["detail"].as_str().unwrap().contains("Connectez-vous"), "{}", told.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn altered_foreign_and_other_tokens_open_nothing() {
    let (town, [token, other]) = mailed().await;
    let flipped = |at: usize| {
        let swap = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("{}{swap}{}", &token[..at], &token[at + 1..])
    };
    let mut wrong: Vec<String> = (0..token.len()).step_by(5).map(flipped).collect();
    wrong.extend([String::new(), token[1..].to_owned(), format!("{token}="), token.to_uppercase()]);
    wrong.push(format!("{}{}", &token[..token.len() / 2], &other[token.len() / 2..]));
    wrong.extend([sha256(&token), secret()]);
    for wrong in wrong {
        assert_eq!(answers(&town, &wrong).await, refused(), "{wrong}");
    }
    // A token of another organisation, or of another family, finds no invoice of this number there.
    let kept = record(&town, &token).await;
    let forged = |organisation: &str, family: &str| TokenRecord {
        organisation: Some(organisation.parse().unwrap()),
        family: Some(family.parse().unwrap()),
        ..kept.clone()
    };
    for elsewhere in [forged("jumex", "devret"), forged("jumex", &family_id(1)), forged(VILLAGE, &family_id(2))] {
        keep(&town, &elsewhere).await;
        assert_eq!(answers(&town, &token).await, refused());
    }
    // A token for something else is none for this.
    for purpose in [Purpose::PasswordReset, Purpose::Invitation] {
        keep(&town, &TokenRecord { purpose, ..kept.clone() }).await;
        assert_eq!(answers(&town, &token).await, refused());
    }
    keep(&town, &kept).await;
    assert_eq!(answers(&town, &token).await[0].0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_looks_at_the_address_sees_nothing_and_spends_nothing() {
    let (town, [token, _]) = mailed().await;
    let scanner = town.stranger();
    // A scanner that follows the link asks for the page; what stands after # never leaves it.
    for address in ["/facture.html".to_owned(), format!("/facture.html?{token}")] {
        for method in [Method::GET, Method::HEAD] {
            let (status, page) = scanner.try_bytes(method, &address, None).await;
            let page = String::from_utf8(page).unwrap();
            assert!(status.is_success(), "{address}: {status}");
            assert!(!page.contains("2015-") && !page.contains("20,00") && !page.contains("FAMILLE"), "{page}");
        }
    }
    for route in [READ, FILE] {
        for address in [route.to_owned(), format!("{route}?token={token}"), format!("{route}/{token}")] {
            for method in [Method::GET, Method::HEAD] {
                let (status, body) = scanner.try_bytes(method, &address, None).await;
                assert_eq!(status.as_u16(), 404, "{address}");
                assert!(!String::from_utf8_lossy(&body).contains("20,00"));
            }
        }
    }
    assert_eq!(answers(&town, &token).await, [(200, String::new()), (200, String::new())], "the family comes later");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_ends_when_its_adult_has_another_mel() {
    let (town, [token, other]) = mailed().await;
    let kept = record(&town, &token).await;
    let (organisation, family) = (kept.organisation.clone().unwrap(), kept.family.clone().unwrap());
    let adults: Vec<AdultRecord> = town.table().query(&keys::adults(&organisation, &family)).await.unwrap();
    let mut moved = adults[0].clone();
    moved.adult.mel = Some("ailleurs@village.example".to_owned());
    town.table().write(Chain::new().put(&moved)).await.unwrap();
    assert_eq!(answers(&town, &token).await, refused());
    assert_eq!(answers(&town, &other).await, [(200, String::new()), (200, String::new())]);
    // The mél of the account goes before that of the fiche.
    let chantal: NameRecord = town.table().get(&keys::name("chantal.devret")).await.unwrap().unwrap();
    moved.adult.account = Some(chantal.account);
    moved.adult.mel = Some("f0001@village.example".to_owned());
    town.table().write(Chain::new().put(&moved)).await.unwrap();
    assert_eq!(answers(&town, &token).await, refused());
}
