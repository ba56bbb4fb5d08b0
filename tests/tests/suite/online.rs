//! Paying online, by PayFiP and by card: what is paid counts once, whatever is lost, repeated, late or odd on the way.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use domain::day::paris_day;
use domain::online::State;
use reqwest::StatusCode;
use serde_json::{Value, json};
use store::keys;
use store::records::{AskingRecord, AttemptRecord, InvoiceRecord, PaymentRecord};
use tests::Chain;
use tests::town::{TUESDAY, instant};
use tests::wire::{Sent, waves};
use tests::{Answer, Fault, Person, Town};
use uuid::Uuid;

use crate::people;

/// A family that owes one invoice, and who takes its payments.
pub(crate) struct Debt {
    pub(crate) organisation: &'static str,
    pub(crate) family: &'static str,
    pub(crate) invoice: &'static str,
    cents: i64,
    mel: &'static str,
}

/// Jumex has PayFiP.
pub(crate) const PAYFIP: Debt =
    Debt { organisation: "jumex", family: "devret", invoice: "2015-00042", cents: 6510, mel: "pasdemail@qis.fr" };
/// Les Mercredis d'Aubray have a card provider.
pub(crate) const CARD: Debt = Debt {
    organisation: "aubray",
    family: "vasseur",
    invoice: "2015-00008",
    cents: 3750,
    mel: "nadia.vasseur@mail.example",
};

impl Debt {
    fn path(&self, rest: &str) -> String {
        format!("/api/organisations/{}/families/{}/{rest}", self.organisation, self.family)
    }

    pub(crate) async fn person(&self, town: &Town) -> Person {
        match self.organisation {
            "jumex" => people::chantal(town).await,
            _ => people::other_organisation(town).await,
        }
    }

    async fn agent(&self, town: &Town) -> Person {
        match self.organisation {
            "jumex" => people::agent(town, people::TREASURER).await,
            _ => people::agent(town, people::OTHER_ADMINISTRATOR).await,
        }
    }

    async fn owed(&self, person: &Person) -> i64 {
        person.get(&self.path("invoices")).await.ok()["owed"].as_i64().unwrap()
    }

    async fn attempt(&self, town: &Town, attempt: &str) -> AttemptRecord {
        let (organisation, family) = (self.organisation.parse().unwrap(), self.family.parse().unwrap());
        town.table().get(&keys::attempt(&organisation, &family, attempt)).await.unwrap().unwrap()
    }

    /// What was received since the portal runs.
    async fn payments(&self, town: &Town) -> Vec<PaymentRecord> {
        let span = keys::account_of_family(&self.organisation.parse().unwrap(), &self.family.parse().unwrap());
        let all: Vec<PaymentRecord> = town.table().query_mixed(&span).await.unwrap().of().unwrap();
        all.into_iter().filter(|one| one.day >= paris_day(instant(TUESDAY))).collect()
    }

    pub(crate) async fn begin(&self, person: &Person) -> Begun {
        let begun = person.post(&self.path("online-payments"), request(Value::Null, false)).await.ok();
        Begun { attempt: text(&begun["attempt"]), address: text(&begun["address"]) }
    }

    pub(crate) async fn check(&self, person: &Person, attempt: &str) -> Value {
        person.post(&self.path(&format!("online-payments/{attempt}/check")), json!({})).await.ok()
    }

    /// What the provider would send, by hand.
    async fn notify(&self, town: &Town, begun: &Begun) -> StatusCode {
        let body = match self.organisation {
            "jumex" => format!("idOp={}", begun.handle()),
            _ => json!({ "session": begun.handle() }).to_string(),
        };
        let signature = signature(&town.portal.card_keys().notification_key, &body);
        self.send(town, &begun.attempt, body, Some(signature)).await
    }

    async fn send(&self, town: &Town, attempt: &str, body: String, signature: Option<String>) -> StatusCode {
        let url = format!("{}{}", town.origin(), self.path(&format!("online-payments/{attempt}/notification")));
        let kind = if self.organisation == "jumex" { "application/x-www-form-urlencoded" } else { "application/json" };
        let request = reqwest::Client::new().post(url).header("content-type", kind).body(body);
        let signed = match signature {
            Some(signature) => request.header("payment-signature", signature),
            None => request,
        };
        signed.send().await.unwrap().status()
    }
}

/// A payment that was begun.
pub(crate) struct Begun {
    pub(crate) attempt: String,
    address: String,
}

impl Begun {
    /// The provider's name for it, as its address has it.
    fn handle(&self) -> &str {
        self.address.rsplit(['=', '/']).next().unwrap()
    }

    /// Chooses on the provider's page; where the family is led back to.
    pub(crate) async fn choose(&self, town: &Town, outcome: &str, notice: &str) -> String {
        let page = reqwest::get(&self.address).await.unwrap();
        assert!(page.status().is_success(), "{}", page.status());
        let shown = page.text().await.unwrap();
        assert!(shown.contains("Aucun argent ne circule"), "{shown}");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let form = format!("outcome={outcome}&notice={notice}");
        let url = format!("{}/_local/paiement/{}", town.origin(), self.handle());
        let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
        let back = request.send().await.unwrap();
        assert_eq!(back.status(), StatusCode::SEE_OTHER);
        back.headers()["location"].to_str().unwrap().to_owned()
    }
}

/// Every call that paying online makes, for the policies.
pub(crate) async fn everything_once(town: &Town) {
    for debt in [PAYFIP, CARD] {
        let (person, agent) = (debt.person(town).await, debt.agent(town).await);
        let begun = debt.begin(&person).await;
        begun.choose(town, "odd", "before").await;
        agent.get(&format!("/api/organisations/{}/online-payments", debt.organisation)).await.ok();
        let paid = json!({ "paid": true, "amount": "5,00", "reason": "vu sur le relevé" });
        agent.put(&debt.path(&format!("online-payments/{}", begun.attempt)), paid).await.ok();
        let begun = debt.begin(&person).await;
        begun.choose(town, "paid", "never").await;
        sweep(town).await;
        agent.post(&format!("/api/organisations/{}/online-payments/trial", debt.organisation), json!({})).await.ok();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

fn request(invoice: Value, anyway: bool) -> Value {
    json!({ "request": Uuid::new_v4().to_string(), "invoice": invoice, "anyway": anyway })
}

/// `t=…,v1=…`, made here anew.
fn signature(key: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let time = Utc::now().timestamp();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={hex}")
}

/// Lets an attempt be as old as this.
async fn age(town: &Town, debt: &Debt, attempt: &str, age: TimeDelta) {
    let record = debt.attempt(town, attempt).await;
    let aged = AttemptRecord { opened: Utc::now() - age, ..record };
    town.table().write(Chain::new().put(&aged)).await.unwrap();
}

async fn sweep(town: &Town) -> Value {
    town.portal.invoke("payments", json!({ "sweep": "payments" })).await.unwrap()
}

async fn asking(town: &Town) -> usize {
    let mut waiting = 0;
    for shard in 0..keys::ASKING_SHARDS {
        waiting += town.table().query::<AskingRecord>(&keys::asking_shard(shard)).await.unwrap().len();
    }
    waiting
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_or_cancelled_changes_nothing_and_what_is_paid_moves_the_solde() {
    let town = Town::at(TUESDAY).await;
    for (debt, outcome) in [(PAYFIP, "debit"), (CARD, "paid")] {
        let person = debt.person(&town).await;
        for (outcome, state) in [("cancelled", "cancelled"), ("refused", "refused")] {
            let begun = debt.begin(&person).await;
            begun.choose(&town, outcome, "never").await;
            let after = debt.check(&person, &begun.attempt).await;
            assert_eq!((&after["state"], &after["receipt"]), (&json!(state), &Value::Null));
            assert!(text(&after["said"]).contains("Rien n’a été encaissé"), "{after}");
            assert_eq!(debt.owed(&person).await, debt.cents);
        }
        let begun = debt.begin(&person).await;
        let back = begun.choose(&town, outcome, "never").await;
        let own = format!("/paiement.html?organisation={}&famille={}&paiement=", debt.organisation, debt.family);
        assert!(back.contains(&own), "{back}");
        assert_eq!(debt.owed(&person).await, debt.cents, "coming back proves nothing");
        let after = debt.check(&person, &begun.attempt).await;
        assert_eq!((&after["state"], &after["receipt"]), (&json!("paid"), &json!("R2015-00001")));
        assert_eq!(debt.check(&person, &begun.attempt).await, after, "asked again, it says the same");
        let account = person.get(&debt.path("invoices")).await.ok();
        assert_eq!(account["owed"], 0);
        let payments = account["payments"].as_array().unwrap();
        let payment = payments.iter().find(|one| one["receipt"] == "R2015-00001").unwrap();
        assert_eq!(payment["cents"], debt.cents);
        assert_eq!(payment["means"], if outcome == "debit" { "debit" } else { "card" });
        assert_eq!(payment["day"], "2015-05-26", "the day of the business clock");
        let mail = town.mail_to(debt.mel, "Paiement reçu").await;
        assert!(mail.text.contains("R2015-00001") && mail.text.contains("26 mai 2015"), "{}", mail.text);
        let again = person.post(&debt.path("online-payments"), request(Value::Null, false)).await;
        assert_eq!((again.status.as_u16(), again.code()), (409, "not-payable"));
    }
    assert_eq!(asking(&town).await, 0, "nothing is left to ask for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_before_or_after_the_return_twice_or_at_once_is_one_payment() {
    let town = Town::at(TUESDAY).await;
    for debt in [PAYFIP, CARD] {
        let person = debt.person(&town).await;
        let begun = debt.begin(&person).await;
        begun.choose(&town, "paid", "before").await;
        assert_eq!(debt.owed(&person).await, 0, "the notification made us ask");
        let record = debt.attempt(&town, &begun.attempt).await;
        assert_eq!(debt.notify(&town, &begun).await, StatusCode::NO_CONTENT, "twice");
        assert_eq!(debt.check(&person, &begun.attempt).await["state"], "paid");
        assert_eq!(debt.attempt(&town, &begun.attempt).await, record, "nothing changed");
        take_back(&town, &debt, &debt.agent(&town).await).await;
        // Everybody at once.
        let begun = debt.begin(&person).await;
        begun.choose(&town, "paid", "never").await;
        let tab = person.other_tab();
        let (one, two, three, four) = tokio::join!(
            debt.notify(&town, &begun),
            debt.check(&person, &begun.attempt),
            debt.notify(&town, &begun),
            debt.check(&tab, &begun.attempt)
        );
        assert_eq!((one, three), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
        assert_eq!((&two["state"], &four["state"]), (&json!("paid"), &json!("paid")));
        assert_eq!(two["receipt"], four["receipt"]);
        assert_eq!(debt.owed(&person).await, 0);
        assert_eq!(debt.payments(&town).await.len(), 3, "paid, taken back, paid");
    }
}

/// An agent takes the last payment back, so that the debt is there again.
async fn take_back(town: &Town, debt: &Debt, agent: &Person) {
    let last = debt.payments(town).await.pop().unwrap();
    let amount = format!("{},{:02}", last.cents / 100, last.cents % 100);
    let back = json!({
        "request": Uuid::new_v4().to_string(), "day": "2015-05-26", "means": last.means, "amount": amount,
        "reverses": last.receipt,
    });
    agent.post(&debt.path("payments"), back).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_return_nor_a_notification_proves_anything() {
    let town = Town::at(TUESDAY).await;
    for debt in [PAYFIP, CARD] {
        let person = debt.person(&town).await;
        let begun = debt.begin(&person).await;
        assert_eq!(debt.check(&person, &begun.attempt).await["state"], "sent");
        assert_eq!(debt.notify(&town, &begun).await, StatusCode::NO_CONTENT);
        assert_eq!((debt.owed(&person).await, debt.payments(&town).await.len()), (debt.cents, 0));
        // About another operation, about another payment, or signed by nobody.
        let key = &town.portal.card_keys().notification_key;
        for body in ["idOp=another", "{\"session\":\"another\"}", "", "\u{0}"] {
            let signed = Some(signature(key, body));
            assert_eq!(debt.send(&town, &begun.attempt, body.to_owned(), signed).await, StatusCode::BAD_REQUEST);
        }
        let body = json!({ "session": begun.handle() }).to_string();
        let other = Uuid::new_v4().simple().to_string();
        let signed = Some(signature(key, &body));
        assert_eq!(debt.send(&town, &other, body.clone(), signed).await, StatusCode::NOT_FOUND);
        if debt.organisation == "aubray" {
            for forged in [None, Some(signature("another key", &body)), Some("t=1,v1=00".to_owned())] {
                assert_eq!(debt.send(&town, &begun.attempt, body.clone(), forged).await, StatusCode::FORBIDDEN);
            }
        }
        // Another family's parent does not see it.
        let stranger = people::second_family(&town).await;
        let path = debt.path(&format!("online-payments/{}/check", begun.attempt));
        assert_eq!(stranger.post(&path, json!({})).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_sum_and_an_unknown_word_wait_for_a_person_who_decides() {
    let town = Town::at(TUESDAY).await;
    for debt in [PAYFIP, CARD] {
        let (person, agent) = (debt.person(&town).await, debt.agent(&town).await);
        let listed = format!("/api/organisations/{}/online-payments", debt.organisation);
        // One euro more than was asked for.
        let more = debt.begin(&person).await;
        more.choose(&town, "other_amount", "before").await;
        assert_eq!(debt.check(&person, &more.attempt).await["state"], "doubtful");
        assert_eq!(debt.owed(&person).await, debt.cents, "nothing is recorded");
        let told = person.post(&debt.path("online-payments"), request(Value::Null, false)).await;
        assert_eq!(told.code(), "payment-under-way", "it may have been paid");
        // And a word nobody knows.
        let odd = person.post(&debt.path("online-payments"), request(Value::Null, true)).await.ok();
        let odd = Begun { attempt: text(&odd["attempt"]), address: text(&odd["address"]) };
        odd.choose(&town, "odd", "before").await;
        let doubts = agent.get(&listed).await.ok();
        let doubts = doubts["doubts"].as_array().unwrap().clone();
        assert_eq!(doubts.len(), 2, "{doubts:#?}");
        assert_eq!((&doubts[0]["attempt"], &doubts[0]["family"]), (&json!(more.attempt), &json!(debt.family)));
        let (asked, said) = (debt.cents, debt.cents + 100);
        assert_eq!(doubts[0]["suggested"], format!("{},{:02}", said / 100, said % 100));
        assert_eq!(doubts[1]["suggested"], format!("{},{:02}", asked / 100, asked % 100));
        assert!(text(&doubts[1]["why"]).contains("code inconnu"), "{doubts:#?}");
        assert!(doubts[0]["known"].as_array().unwrap().iter().any(|line| line == "Autorisation 000042"), "{doubts:#?}");
        // The sweep leaves them alone; a notification too.
        assert_eq!(sweep(&town).await["asked"], 0);
        assert_eq!(debt.notify(&town, &odd).await, StatusCode::NO_CONTENT);
        // The agent looks at the provider's: the first was paid, the second not.
        let decide = |attempt: &str, decision: Value| {
            let path = debt.path(&format!("online-payments/{attempt}"));
            let agent = &agent;
            async move { agent.put(&path, decision).await }
        };
        let refused = decide(&more.attempt, json!({ "paid": true, "reason": "relevé du 27 mai" })).await;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["field"]), (422, &json!("amount")));
        let refused = decide(&more.attempt, json!({ "paid": true, "amount": "1,00", "reason": " " })).await;
        assert_eq!((refused.status.as_u16(), &refused.body["errors"][0]["field"]), (422, &json!("reason")));
        let paid = json!({ "paid": true, "amount": doubts[0]["suggested"], "reason": "relevé du 27 mai" });
        let decided = decide(&more.attempt, paid.clone()).await.ok();
        assert_eq!(decided["state"], "paid");
        assert_eq!(decide(&more.attempt, paid).await.ok(), decided, "said again, it changes nothing");
        let account = person.get(&debt.path("invoices")).await.ok();
        assert_eq!((&account["owed"], &account["credit"]), (&json!(0), &json!(100)), "too much is a credit");
        let not = json!({ "paid": false, "reason": "absent du relevé" });
        assert_eq!(decide(&odd.attempt, not.clone()).await.ok()["state"], "dismissed");
        assert_eq!(decide(&more.attempt, not).await.code(), "changed-meanwhile", "decided otherwise already");
        assert_eq!(agent.get(&listed).await.ok()["doubts"], json!([]));
        assert_eq!(debt.payments(&town).await.len(), 1);
        assert_eq!(debt.attempt(&town, &odd.attempt).await.decision.unwrap().reason, "absent du relevé");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_payment_of_the_same_debt_is_never_begun_without_saying_so() {
    let town = Town::at(TUESDAY).await;
    let debt = PAYFIP;
    let (person, marc) = (debt.person(&town).await, people::marc(&town).await);
    let body = request(json!(debt.invoice), false);
    let path = debt.path("online-payments");
    let first = person.post(&path, body.clone()).await.ok();
    assert_eq!(person.post(&path, body).await.ok(), first, "the same click is the same payment");
    // The invoice is part of the solde; the other parent is told as well.
    for (who, invoice) in [(&person, Value::Null), (&marc, json!(debt.invoice))] {
        let told = who.post(&path, request(invoice, false)).await;
        assert_eq!((told.status.as_u16(), told.code()), (409, "payment-under-way"));
        assert_eq!((&told.body["address"], &told.body["attempt"]), (&first["address"], &first["attempt"]));
    }
    let account = person.get(&debt.path("invoices")).await.ok();
    assert_eq!((&account["pays_online"], account["under_way"].as_array().unwrap().len()), (&json!(true), 1));
    // Its page has closed: nobody is led there any more.
    age(&town, &debt, &text(&first["attempt"]), TimeDelta::minutes(15)).await;
    let told = marc.post(&path, request(Value::Null, false)).await;
    assert_eq!((told.code(), &told.body["address"]), ("payment-under-way", &Value::Null));
    let second = marc.post(&path, request(Value::Null, true)).await.ok();
    assert_ne!(second["attempt"], first["attempt"]);
    // Two tabs at the same instant: one begins, one is told.
    let other = CARD;
    let nadia = other.person(&town).await;
    let tabs: Vec<Person> = (0..6).map(|_| nadia.other_tab()).collect();
    let path = &other.path("online-payments");
    let mut clicks = tokio::task::JoinSet::new();
    for tab in tabs {
        let path = path.clone();
        clicks.spawn(async move { tab.post(&path, request(Value::Null, false)).await });
    }
    let answers: Vec<Answer> = clicks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.code() == "payment-under-way").count(), 5);
    // Whatever a family is told, three payments are under way at most: PayFiP's two, and of many tabs one.
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (tab, path) = (marc.other_tab(), debt.path("online-payments"));
        clicks.spawn(async move { tab.post(&path, request(Value::Null, true)).await });
    }
    let answers: Vec<Answer> = clicks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    let crowded =
        |answer: &&Answer| ["too-many-payments", "changed-meanwhile", "conflict-busy"].contains(&answer.code());
    assert_eq!(answers.iter().filter(crowded).count(), 11);
    assert_eq!(marc.post(&debt.path("online-payments"), request(Value::Null, true)).await.code(), "too-many-payments");
    // An invoice of somebody else does not exist here; one that is settled is not paid.
    let unknown = marc.post(&debt.path("online-payments"), request(json!("2015-00007"), true)).await;
    assert_eq!(unknown.status.as_u16(), 404);
    let settled = marc.post(&debt.path("online-payments"), request(json!("2014-00311"), true)).await;
    assert_eq!((settled.status.as_u16(), settled.code()), (409, "not-payable"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_never_confirmed_is_asked_for_again_and_given_up_and_a_late_proof_still_counts() {
    let town = Town::at(TUESDAY).await;
    for debt in [PAYFIP, CARD] {
        let (person, agent) = (debt.person(&town).await, debt.agent(&town).await);
        // P5: not yet, or never.
        let begun = debt.begin(&person).await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 0 }));
        age(&town, &debt, &begun.attempt, TimeDelta::minutes(119)).await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 0 }));
        age(&town, &debt, &begun.attempt, TimeDelta::hours(2)).await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 1 }));
        assert_eq!(debt.check(&person, &begun.attempt).await["state"], "abandoned");
        assert_eq!((sweep(&town).await["asked"].as_u64(), asking(&town).await), (Some(0), 0));
        assert_eq!(debt.owed(&person).await, debt.cents);
        // The family was only slow: the provider's word comes late, and counts once.
        begun.choose(&town, "paid", "before").await;
        assert_eq!(debt.notify(&town, &begun).await, StatusCode::NO_CONTENT);
        assert_eq!((debt.owed(&person).await, debt.payments(&town).await.len()), (0, 1));
        take_back(&town, &debt, &agent).await;
        // P1: the provider knows no such operation, or none any more.
        let begun = debt.begin(&person).await;
        let record = debt.attempt(&town, &begun.attempt).await;
        let lost = AttemptRecord { handle: Some("unknown".to_owned()), ..record };
        town.table().write(Chain::new().put(&lost)).await.unwrap();
        assert_eq!(debt.check(&person, &begun.attempt).await["state"], "sent");
        age(&town, &debt, &begun.attempt, TimeDelta::minutes(15)).await;
        assert_eq!(debt.check(&person, &begun.attempt).await["state"], "abandoned");
        // Paid, and the notification is lost: the clock finds it.
        let begun = debt.begin(&person).await;
        begun.choose(&town, "paid", "never").await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 1 }));
        assert_eq!(debt.owed(&person).await, 0);
        take_back(&town, &debt, &agent).await;
        // A provider that does not answer for a day is left to a person.
        let begun = debt.begin(&person).await;
        town.wire.break_operation("Outside", Fault::LostRequest);
        age(&town, &debt, &begun.attempt, TimeDelta::hours(23)).await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 0 }), "it may have been paid");
        assert_eq!(debt.notify(&town, &begun).await, StatusCode::SERVICE_UNAVAILABLE, "to come again");
        age(&town, &debt, &begun.attempt, TimeDelta::hours(24)).await;
        assert_eq!(sweep(&town).await, json!({ "asked": 1, "ended": 1 }));
        let silent = person.post(&debt.path("online-payments"), request(Value::Null, true)).await;
        assert_eq!((silent.status.as_u16(), silent.code()), (424, "provider-silent"));
        town.wire.break_calls(1, &[]);
        let doubts = agent.get(&format!("/api/organisations/{}/online-payments", debt.organisation)).await.ok();
        assert!(text(&doubts["doubts"][0]["why"]).contains("ne répond pas"), "{doubts}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_at_any_call_it_is_paid_once() {
    let town = Town::at(TUESDAY).await;
    let debt = PAYFIP;
    let (person, agent) = (debt.person(&town).await, debt.agent(&town).await);
    let (mut cuts, mut receipts) = (0, BTreeSet::new());
    for fault in [Fault::LostRequest, Fault::LostReply] {
        // Five calls begin a payment, four end it.
        for cut in 0..9 {
            // A reading that is lost is the same either way.
            if fault == Fault::LostRequest && [0, 1, 5, 7].contains(&cut) {
                continue;
            }
            let begun = begun_over_a_cut(&town, &debt, &person, cut, fault).await;
            begun.choose(&town, "paid", "never").await;
            if let Some(cut) = cut.checked_sub(5) {
                town.wire.cut_calls_after("payments", cut, fault);
                let path = debt.path(&format!("online-payments/{}/check", begun.attempt));
                person.post(&path, json!({})).await;
                town.wire.mend();
            }
            assert_eq!(sweep(&town).await["asked"].as_u64().map(|asked| asked <= 2), Some(true));
            let after = debt.check(&person, &begun.attempt).await;
            assert_eq!(after["state"], "paid", "cut {cut}, {fault:?}");
            assert_eq!(debt.owed(&person).await, 0, "cut {cut}, {fault:?}");
            assert!(receipts.insert(text(&after["receipt"])), "a new receipt");
            take_back(&town, &debt, &agent).await;
            cuts += 1;
        }
    }
    let payments = debt.payments(&town).await;
    let numbers: Vec<String> = payments.iter().map(|one| one.receipt.clone()).collect();
    let expected: Vec<String> = (1..=2 * cuts).map(|number| format!("R2015-{number:05}")).collect();
    assert_eq!(numbers, expected, "each paid once and taken back once, no gap");
    println!("{cuts} cuts, one payment each");
}

/// As the page does: the same click again while no answer is certain, a new click after a refusal.
async fn begun_over_a_cut(town: &Town, debt: &Debt, person: &Person, cut: u64, fault: Fault) -> Begun {
    let path = debt.path("online-payments");
    let mut body = request(Value::Null, false);
    if cut < 5 {
        town.wire.cut_calls_after("payments", cut, fault);
        let answer = person.post(&path, body.clone()).await;
        assert!(!answer.status.is_success(), "cut {cut}: {}", answer.body);
        if answer.status.as_u16() < 500 {
            body = request(Value::Null, false);
        }
        town.wire.mend();
    }
    for _ in 0..3 {
        let answer = person.post(&path, body.clone()).await;
        if answer.status.is_success() {
            return Begun { attempt: text(&answer.body["attempt"]), address: text(&answer.body["address"]) };
        }
        // What was begun and lost is said; the person goes on all the same.
        body = request(Value::Null, answer.code() == "payment-under-way");
    }
    panic!("cut {cut}, {fault:?}: no payment begins");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sums_hold_and_each_step_costs_what_the_chart_says() {
    let town = Town::at(TUESDAY).await;
    let debt = PAYFIP;
    let (person, agent) = (debt.person(&town).await, debt.agent(&town).await);
    debt.owed(&person).await;
    let trial = format!("/api/organisations/{}/online-payments/trial", debt.organisation);
    let named = agent.post(&trial, json!({})).await.ok();
    assert!(text(&named["message"]).contains("REGIE PERISCOLAIRE"), "{named}");
    let count = |what: &str, most: usize| {
        // The clock's own sweep reads its list beside.
        let by_clock = |call: &Sent| {
            call.operation == "Query" && call.actions.values().any(|partitions| partitions.contains("ASKING"))
        };
        let sent = town.wire.take().into_iter().filter(|call| call.function == "payments" && !by_clock(call));
        let sent: Vec<Sent> = sent.collect();
        let names: Vec<&str> = sent.iter().map(|call| call.operation.as_str()).collect();
        assert!((1..=most).contains(&waves(&sent)), "{what}: {} waves {names:?}", waves(&sent));
    };
    town.wire.take();
    let begun = debt.begin(&person).await;
    count("a payment begun", 4);
    begun.choose(&town, "paid", "never").await;
    town.wire.take();
    debt.check(&person, &begun.attempt).await;
    count("a payment confirmed", 4);
    // What was invoiced is what is owed and what was paid.
    let span = keys::account_of_family(&"jumex".parse().unwrap(), &"devret".parse().unwrap());
    let lying = town.table().query_mixed(&span).await.unwrap();
    let invoices: Vec<InvoiceRecord> = lying.of().unwrap();
    let payments: Vec<PaymentRecord> = lying.of().unwrap();
    let invoiced: i64 = invoices.iter().map(|one| one.total).sum();
    let paid: i64 = payments.iter().map(|one| one.cents).sum();
    assert_eq!(invoiced, paid + debt.owed(&person).await);
    assert_eq!(debt.attempt(&town, &begun.attempt).await.state, State::Paid);
    // Nobody waits for the mail of it longer than the outbox takes.
    tokio::time::timeout(Duration::from_secs(20), town.outbox_is_quiet()).await.unwrap();
}
