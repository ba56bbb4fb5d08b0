//! A card provider's hosted checkout, in the form common to them: JSON over HTTPS, a bearer key, an idempotency key, a
//! session with a page of its own, and notifications signed with HMAC-SHA-256.

use crate::outside::{Letter, Outside, Unanswered};
use chrono::{DateTime, TimeDelta, Utc};
use domain::online::{Report, card_said};
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::records::CardKeysRecord;
use url::Url;

use super::{Opened, Order, Trouble};

/// How old a signature may be: an answer that was overheard is not sent again tomorrow.
const SIGNATURE_LIFE: TimeDelta = TimeDelta::minutes(5);

/// The longest address of a page, and the longest name of a session: both are kept.
const LONGEST_ADDRESS: usize = 2_000;
const LONGEST_HANDLE: usize = 255;

/// The card provider of one organisation.
pub(crate) struct Card<'a> {
    pub(super) outside: &'a Outside,
    /// `https://api.prestataire.example`.
    pub(super) url: &'a str,
    pub(super) keys: CardKeysRecord,
}

#[derive(Serialize)]
struct NewSession<'a> {
    amount: u64,
    currency: &'static str,
    reference: &'a str,
    description: &'a str,
    customer_email: &'a str,
    return_url: &'a str,
    notification_url: &'a str,
}

#[derive(Deserialize)]
struct Created {
    id: String,
    url: String,
}

#[derive(Deserialize)]
struct Session {
    id: String,
    status: String,
    payment_status: String,
    amount: Option<u64>,
    currency: Option<String>,
    reference: Option<String>,
    /// Epoch seconds.
    paid_at: Option<i64>,
    authorisation: Option<String>,
}

#[derive(Deserialize)]
struct Account {
    name: String,
}

impl Card<'_> {
    pub(super) async fn open(&self, order: &Order<'_>) -> Result<Opened, Trouble> {
        let session = NewSession {
            amount: order.cents,
            currency: "eur",
            reference: order.reference,
            description: order.object,
            customer_email: order.mel,
            return_url: order.back,
            notification_url: order.notification,
        };
        let body = serde_json::to_string(&session).map_err(|error| Trouble::Refused(error.to_string()))?;
        let created: Option<Created> = self.call("POST", "/v1/checkout/sessions", Some(order.attempt), body).await?;
        let Created { id, url } = created.ok_or_else(|| Trouble::Refused("404".to_owned()))?;
        let address =
            page_of(self.url, &url).ok_or_else(|| Trouble::Refused("a page that is not its own".to_owned()))?;
        match id.len() <= LONGEST_HANDLE {
            true => Ok(Opened { handle: id, address }),
            false => Err(Trouble::Refused("an endless name of a session".to_owned())),
        }
    }

    pub(super) async fn ask(&self, handle: &str) -> Result<Report, Trouble> {
        let safe: String = form_urlencoded::byte_serialize(handle.as_bytes()).collect();
        let path = format!("/v1/checkout/sessions/{safe}");
        let session: Option<Session> = self.call("GET", &path, None, String::new()).await?;
        Ok(session
            .map_or_else(|| Report::bare(card_said("expired", "unpaid"), "404"), |session| report(session, handle)))
    }

    pub(super) async fn name(&self) -> Result<String, Trouble> {
        let account: Option<Account> = self.call("GET", "/v1/account", None, String::new()).await?;
        account.map(|account| account.name).ok_or_else(|| Trouble::Refused("404".to_owned()))
    }

    /// The answer; none for 404.
    async fn call<R: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        idempotency_key: Option<&str>,
        body: String,
    ) -> Result<Option<R>, Trouble> {
        let (url, bearer) = (format!("{}{path}", self.url), format!("Bearer {}", self.keys.api_key));
        let mut headers = vec![("authorization", bearer.as_str()), ("accept", "application/json")];
        if let Some(key) = idempotency_key {
            headers.extend([("idempotency-key", key), ("content-type", "application/json")]);
        }
        let answer = self.outside.send(Letter { method, url: &url, headers: &headers, body }).await?;
        match answer.status {
            200..=299 => {
                Ok(Some(serde_json::from_slice(&answer.body).map_err(|error| Unanswered::unreadable(&error))?))
            }
            404 => Ok(None),
            status @ 400..=499 => Err(Trouble::Refused(status.to_string())),
            status => Err(Unanswered::unreadable(&status).into()),
        }
    }
}

/// The page a family is sent to, as a browser reads its address: at the API's own origin, or over https at a host beside it
/// (`pay.` beside `api.prestataire.fr`); none for any other.
fn page_of(api: &str, address: &str) -> Option<String> {
    let (api, page) = (Url::parse(api).ok()?, Url::parse(address).ok()?);
    let anonymous = page.username().is_empty() && page.password().is_none();
    let beside = || page.scheme() == "https" && page.port().is_none() && shares_domain(&page, &api);
    let ours = anonymous && address.len() <= LONGEST_ADDRESS && (page.origin() == api.origin() || beside());
    ours.then(|| page.into())
}

/// Whether a host is in the domain of another one: what follows its first label, where that is a domain itself.
fn shares_domain(host: &Url, other: &Url) -> bool {
    let (Some(host), Some(other)) = (host.domain(), other.domain()) else { return false };
    let domain = other.split_once('.').map(|(_, domain)| domain).filter(|domain| domain.contains('.')).unwrap_or(other);
    host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

/// An answer about another session, or in another currency, has no reference of ours.
fn report(session: Session, handle: &str) -> Report {
    let ours = session.id == handle && session.currency.as_deref() == Some("eur");
    Report {
        said: card_said(&session.status, &session.payment_status),
        code: format!("{}/{}", session.status, session.payment_status),
        cents: session.amount,
        reference: session.reference.filter(|_| ours),
        at: session.paid_at.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        proof: session.authorisation,
    }
}

/// Whether a notification's `payment-signature` (`t=1790000000,v1=…`) is the provider's, and of now: the HMAC of
/// `t.body` in hex.
pub(crate) fn signed_by(key: &str, header: &str, body: &[u8], wall: DateTime<Utc>) -> bool {
    let part = |name: &str| header.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let Some((time, signature)) = part("t").zip(part("v1")) else { return false };
    let Some(at) = time.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)) else { return false };
    let Some(signature) = bytes_of(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    (wall - at).abs() <= SIGNATURE_LIFE && mac.verify_slice(&signature).is_ok()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit()) && hex.len().is_multiple_of(2);
    let pairs = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
    digits.then(|| pairs.collect()).flatten()
}

#[cfg(test)]
mod tests {
    use domain::online::{Expected, Said, State, Verdict, judge};
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;

    fn session(status: &str, payment: &str) -> Session {
        Session {
            id: "cs_1".to_owned(),
            status: status.to_owned(),
            payment_status: payment.to_owned(),
            amount: Some(6510),
            currency: Some("eur".to_owned()),
            reference: Some("F201500042".to_owned()),
            paid_at: Some(1_432_620_180),
            authorisation: None,
        }
    }

    #[test]
    fn a_family_is_sent_over_https_to_the_providers_hosts_and_nowhere_else() {
        const API: &str = "https://api.prestataire.fr/v2";
        for page in [
            "https://api.prestataire.fr/pay/cs_1",
            "https://pay.prestataire.fr/cs_1?x=1#y",
            "https://prestataire.fr/cs_1",
            "https://a.b.prestataire.fr/",
        ] {
            assert_eq!(page_of(API, page).as_deref(), Some(page));
        }
        for page in [
            "http://pay.prestataire.fr/cs_1",
            "https://prestataire.fr.example/cs_1",
            "https://autreprestataire.fr/cs_1",
            "https://prestataire.fr@example.fr/cs_1",
            "https://user@pay.prestataire.fr/cs_1",
            "https://pay.prestataire.fr:8443/cs_1",
            "https://example.fr\\@pay.prestataire.fr/",
            "https:\\\\example.fr/",
            "//pay.prestataire.fr/cs_1",
            "javascript:alert(1)//pay.prestataire.fr",
            "data:text/html,x",
            "",
        ] {
            assert_eq!(page_of(API, page), None, "{page}");
        }
        assert_eq!(page_of(API, &format!("https://pay.prestataire.fr/{}", "x".repeat(LONGEST_ADDRESS))), None);
        // A domain of two labels shares nothing with the rest of its country.
        assert_eq!(page_of("https://prestataire.fr", "https://example.fr/"), None);
        assert!(page_of("https://prestataire.fr", "https://pay.prestataire.fr/").is_some());
        // Without TLS, as on one machine, the very same origin alone.
        assert!(page_of("http://localhost:3000/_local/card", "http://localhost:3000/_local/bank/cs_1").is_some());
        for page in ["http://localhost:3001/", "http://127.0.0.1:3000/"] {
            assert_eq!(page_of("http://localhost:3000/_local/card", page), None, "{page}");
        }
    }

    #[test]
    fn a_paid_session_is_a_paid_report_and_another_currency_is_nobodys() {
        let paid = report(session("complete", "paid"), "cs_1");
        assert_eq!((paid.said, paid.cents, paid.code.as_str()), (Said::PaidByCard, Some(6510), "complete/paid"));
        assert_eq!(paid.at.unwrap().to_rfc3339(), "2015-05-26T06:03:00+00:00");
        let dollars = Session { currency: Some("usd".to_owned()), ..session("complete", "paid") };
        assert_eq!(report(dollars, "cs_1").reference, None);
        assert_eq!(report(session("complete", "paid"), "cs_2").reference, None);
    }

    fn json() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(json!("cs_1")),
            Just(json!("complete")),
            Just(json!("paid")),
            Just(json!("unpaid")),
            Just(json!("eur")),
            Just(json!(6510)),
            Just(json!("6510")),
            Just(json!(6510.0)),
            Just(json!(-6510)),
            Just(json!(null)),
            Just(json!([])),
            Just(json!({ "id": "cs_1" })),
            Just(json!(u64::MAX)),
            Just(json!(i64::MIN)),
            any::<i64>().prop_map(Value::from),
            ".{0,9}".prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn property_no_change_of_a_session_pays_what_it_does_not_say(
            members in prop::collection::vec((select(vec![
                "id", "status", "payment_status", "amount", "currency", "reference", "paid_at", "authorisation", "more",
            ]), json()), 0..4),
        ) {
            let mut said = json!({
                "id": "cs_1", "status": "complete", "payment_status": "paid", "amount": 6510, "currency": "eur",
                "reference": "F201500042", "paid_at": 1_432_620_180, "authorisation": null,
            });
            members.into_iter().for_each(|(name, value)| said[name] = value);
            let Ok(session) = serde_json::from_value::<Session>(said.clone()) else { return Ok(()) };
            let report = report(session, "cs_1");
            let expected = Expected { cents: 6510, reference: "F201500042" };
            let pays = judge(State::Sent, expected, &report, TimeDelta::minutes(1)) == Verdict::Pay;
            let right = said["id"] == "cs_1" && said["currency"] == "eur" && said["amount"] == 6510
                && said["reference"] == "F201500042" && said["payment_status"] == "paid";
            prop_assert!(right || !pays, "{}", said);
        }

        #[test]
        fn property_a_page_is_https_and_of_the_provider_or_none(
            before in "(https?|HTTPS|ftp|javascript|data)?:?[/\\\\]{0,3}[a-z.@:%\\\\ -]{0,12}",
            after in "[/\\\\.@:?#]?.{0,12}",
        ) {
            let address = format!("{before}prestataire.fr{after}");
            if let Some(page) = page_of("https://api.prestataire.fr", &address) {
                let page = Url::parse(&page).unwrap();
                prop_assert_eq!(page.scheme(), "https");
                let host = page.host_str().unwrap();
                prop_assert!(host == "prestataire.fr" || host.ends_with(".prestataire.fr"), "{}", address);
                prop_assert!(page.port().is_none() && page.username().is_empty(), "{}", address);
            }
        }
    }

    #[test]
    fn a_signature_is_the_providers_of_now_and_of_this_body() {
        // HMAC-SHA-256 of `1432620180.{"session":"cs_1"}` under `whsec`, by `openssl dgst -sha256 -hmac whsec`.
        const SIGNATURE: &str = "b10ab790227cb7f8d845c7af32f6c9c22c0356c5043173323c3dc7e352a1a2bc";
        let at = DateTime::from_timestamp(1_432_620_180, 0).unwrap();
        let body = br#"{"session":"cs_1"}"#;
        let header = format!("t=1432620180,v1={SIGNATURE}");
        assert!(signed_by("whsec", &header, body, at));
        assert!(signed_by("whsec", &header, body, at + TimeDelta::minutes(5)));
        assert!(!signed_by("whsec", &header, body, at + TimeDelta::seconds(301)), "overheard");
        assert!(!signed_by("other", &header, body, at));
        assert!(!signed_by("whsec", &header, br#"{"session":"cs_2"}"#, at));
        assert!(!signed_by("whsec", &header.replace("t=1432620180", "t=1432620181"), body, at));
        for broken in ["", "t=1432620180", "v1=00", "t=x,v1=00", "t=1432620180,v1=0", "t=1432620180,v1=é0"] {
            assert!(!signed_by("whsec", broken, body, at), "{broken}");
        }
    }
}
