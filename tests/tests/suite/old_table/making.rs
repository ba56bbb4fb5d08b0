//! Makes a data folder that holds something of everything, as today's code writes it: what a fixture is made of.
//!
//! The demo lives through a week of May 2015, then on 2 June a day whose mails and work nobody has taken in hand yet.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use preau::Delivering;
use reqwest::Method;
use serde_json::{Value, json};
use store::keys;
use store::records::{BookingRecord, OrganisationRecord, OutboxRecord, OutboxStatus};
use tests::Chain;
use tests::storage::Sheet;
use tests::town::{TUESDAY, instant};
use tests::{Fault, Person, Town, paper};
use uuid::Uuid;

use crate::online::PAYFIP;
use crate::people;
use crate::planning_mails::{let_it_rest, tick};

use super::outbox;

/// 2 June 2015, 18 h 30 in Paris: the day on which May is invoiced, and a day before the limit of the Théâtre.
const JUNE: &str = "2015-06-02T16:30:00Z";
/// What Sophie's password is from that day on.
pub(super) const SOPHIES: (&str, &str) = ("sophie.morel", "le marronnier de la cour");
/// Who is invited to the guide's family, and has not answered.
pub(super) const INVITED: &str = "huguette@example.fr";

const DEVRET: &str = "/api/organisations/jumex/families/devret";
const BERTHIER: &str = "/api/organisations/jumex/families/berthier";
const MOREL: &str = "/api/organisations/jumex/families/morel";
const GARNIER: &str = "/api/organisations/jumex/families/garnier";
const VASSEUR: &str = "/api/organisations/aubray/families/vasseur";

/// Fills a folder that is not there yet; what its table then holds.
pub(super) async fn make(data: &Path) -> String {
    a_week_of_may(data).await;
    a_day_of_june(data).await
}

/// The demo, with its stream awake: what is asked for is done at once.
async fn a_week_of_may(data: &Path) {
    let town = Town::with(|options| {
        options.data = Some(data.to_owned());
        options.now = Some(instant(TUESDAY));
    })
    .await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    settings(&town).await;
    plannings(&town, &chantal, &anne).await;
    dossiers(&chantal, &anne).await;
    documents(&town, &chantal, &anne).await;
    accounts(&town, &anne).await;
    money(&town).await;
    mails(&town).await;
    town.outbox_is_quiet().await;
    town.portal.stop().await;
}

/// Both remind of debts, which the demo's folders do not say.
async fn settings(town: &Town) {
    for (organisation, reminders) in [("jumex", vec![15, 30]), ("aubray", vec![1])] {
        let mut record: OrganisationRecord = read(town, keys::organisation(&organisation.parse().unwrap())).await;
        record.organisation.billing.as_mut().unwrap().reminders = reminders;
        town.table().write(Chain::new().put(&record)).await.unwrap();
    }
}

async fn read<R: store::Record>(town: &Town, key: keys::Key) -> R {
    town.table().get(&key).await.unwrap().unwrap()
}

fn request() -> String {
    Uuid::new_v4().to_string()
}

/// Clicks, wishes, a feed, an abonnement, an absence, a line, the roll, a closure that gives back what was paid.
async fn plannings(town: &Town, chantal: &Person, anne: &Person) {
    let (helene, nadia) = (people::second_family(town).await, people::other_organisation(town).await);
    for (person, family) in [(chantal, DEVRET), (&helene, BERTHIER), (&nadia, VASSEUR)] {
        let wishes = json!({ "digest": true, "reminder": true });
        person.put(&format!("{family}/wishes"), wishes).await.ok();
    }
    chantal.post(&format!("{DEVRET}/feed"), json!({})).await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    chantal.click("devret", "gaetan", "theatre", "2015-06-10", "free").await.ok();
    let lines = json!([{ "activity": "garderie-matin", "weekdays": ["Tue"] }]);
    let pattern = json!({ "child": "nina", "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-06-30" });
    helene.put(&format!("{BERTHIER}/abonnements/{}", Uuid::new_v4()), pattern).await.ok();
    let absence = json!({
        "request": request(), "child": "chloe", "from": "2015-05-29", "to": "2015-05-29", "reason": "angine",
        "proof": "none",
    });
    chantal.post(&format!("{DEVRET}/absences"), absence).await.ok();
    aubray(&nadia, "ines", "atelier-poterie", "2015-06-06", "waiting").await;
    roll(anne).await;
    paid_already(town, "2015-06-11").await;
    close(anne, "2015-06-11").await.ok();
    let accepted = json!({ "version": 2 });
    chantal.put("/api/organisations/jumex/rules/reglement-periscolaire/acceptance", accepted).await;
}

async fn aubray(nadia: &Person, child: &str, activity: &str, day: &str, want: &str) {
    let body = json!({ "request": request(), "child": child, "activity": activity, "day": day, "want": want });
    nadia.put(&format!("{VASSEUR}/bookings"), body).await.ok();
}

async fn roll(anne: &Person) {
    let seen = anne.get("/api/organisations/jumex/attendance?day=2015-05-25&activity=cantine-maternelle").await.ok();
    let nina = seen["children"].as_array().unwrap().iter().find(|child| child["child"] == "nina").unwrap();
    let note = json!({
        "day": "2015-05-25", "activity": "cantine-maternelle", "child": "nina", "family": "berthier",
        "presence": "present", "arrived": null, "left": null, "version": nina["version"],
    });
    anne.put("/api/organisations/jumex/attendance", note).await.ok();
}

/// Nina's canteen of a day, as an import says that it is paid.
async fn paid_already(town: &Town, day: &str) {
    let helene = people::second_family(town).await;
    helene.click("berthier", "nina", "cantine-maternelle", day, "booked").await.ok();
    let (organisation, family) = ("jumex".parse().unwrap(), "berthier".parse().unwrap());
    let (child, activity) = ("nina".parse().unwrap(), "cantine-maternelle".parse().unwrap());
    let booking: BookingRecord =
        read(town, keys::booking(&organisation, &family, day.parse().unwrap(), &child, &activity)).await;
    let paid = BookingRecord { paid: Some(2170), version: booking.version + 1, ..booking };
    town.table().write(Chain::new().put(&paid)).await.unwrap();
}

async fn close(anne: &Person, day: &str) -> tests::Answer {
    let closed = json!({ "opens": false, "activities": [], "from": day, "to": day, "name": "Grève" });
    anne.put(&format!("/api/organisations/jumex/closings/{}", Uuid::new_v4()), closed).await
}

/// A nounou, an allergy that an agent reads, an address that waits for an agent.
async fn dossiers(chantal: &Person, anne: &Person) {
    crate::dossier::save(chantal, crate::dossier::nounou()).await.ok();
    for (place, was, now) in [("child.chloe.allergies", "", "Arachides"), ("fiche.marc.town", "JUMEX", "ORLÉANS")] {
        let change = json!({ "place": place, "was": was, "now": now });
        crate::dossier::save(chantal, json!({ "changes": [change] })).await.ok();
    }
    anne.get(&crate::dossier::path("health")).await.ok();
}

/// One that waits, two that are accepted for a while, one to be refused, one that never came, one whose files still lie.
async fn documents(town: &Town, chantal: &Person, anne: &Person) {
    chantal.send_sheet(DEVRET, &Sheet::of_family("caf_statement", paper::pdf(2000))).await;
    let photo = Sheet {
        kind: "insurance",
        child: Some("lou"),
        name: "IMG_1.JPG",
        mime: "image/jpeg",
        bytes: paper::photo(60, 40),
    };
    let insurance = chantal.send_sheet(DEVRET, &photo).await;
    let address =
        |document: &Value, rest: &str| format!("{DEVRET}/documents/{}{rest}", document["id"].as_str().unwrap());
    anne.post(&address(&insurance, "/link"), json!({})).await.ok();
    let accept = json!({ "decision": "accept", "version": insurance["version"], "valid_until": "2015-06-20" });
    anne.put(&address(&insurance, "/decision"), accept).await.ok();
    let note = Sheet { kind: "medical_note", child: Some("chloe"), ..photo.clone() };
    chantal.send_sheet(DEVRET, &note).await;
    let vaccines = Sheet { kind: "vaccines", child: Some("lou"), ..Sheet::of_family("", paper::pdf(300)) };
    let vaccines = chantal.send_sheet(DEVRET, &vaccines).await;
    let accept = json!({ "decision": "accept", "version": vaccines["version"], "valid_until": "2016-08-31" });
    anne.put(&address(&vaccines, "/decision"), accept).await.ok();
    let lost = Sheet { kind: "insurance", child: Some("chloe"), ..photo.clone() };
    chantal.ask_to_send(DEVRET, &lost, Uuid::new_v4()).await.ok();
    let taken_back = chantal.send_sheet(DEVRET, &Sheet { kind: "other", ..photo }).await;
    town.wire.break_operation("DeleteObject", Fault::Failed);
    assert_eq!(chantal.call(Method::DELETE, &address(&taken_back, ""), None).await.status.as_u16(), 204);
    town.wire.break_calls(1, &[]);
}

/// Somebody joins a family, somebody an organisation, somebody asks for another mél; one has not answered.
async fn accounts(town: &Town, anne: &Person) {
    invite(anne, DEVRET, "odette@example.fr", "Odette").await;
    accept(town, "odette@example.fr", json!({ "identifiant": "odette.x", "password": ODETTES })).await;
    town.stranger().sign_in("odette.x", "pas le bon mot").await;
    let isabelle = people::agent(town, people::ADMINISTRATOR).await;
    let body = json!({ "request": request(), "mel": "zoe@example.fr", "role": "desk" });
    isabelle.post(AGENTS, body).await.ok();
    let zoe = json!({
        "identifiant": "zoe.x", "password": "la caisse du mercredi", "first_name": "Zoé", "last_name": "X",
    });
    accept(town, "zoe@example.fr", zoe).await;
    let wanted = json!({ "mel": HELENES_NEW, "password": "tarte aux pommes" });
    people::second_family(town).await.put("/api/account/mel", wanted).await.ok();
    people::token_to(town, HELENES_NEW, "confirmer-mel.html").await;
    invite(anne, DEVRET, INVITED, "Huguette").await;
    people::token_to(town, INVITED, "invitation.html").await;
    let julien = people::parent(town, ("julien.garnier", "semaines impaires")).await;
    julien.post(&format!("{GARNIER}/erasure"), json!({ "name": "GARNIER" })).await;
}

const AGENTS: &str = "/api/organisations/jumex/agents";
const ODETTES: &str = "les confitures de mamie";
const HELENES_NEW: &str = "helene@nouvelle.example";

async fn invite(anne: &Person, family: &str, mel: &str, first: &str) {
    let body = json!({ "request": request(), "mel": mel, "first_name": first, "last_name": "X" });
    anne.post(&format!("{family}/invitations"), body).await.ok();
}

async fn accept(town: &Town, mel: &str, mut body: Value) {
    body["token"] = json!(people::token_to(town, mel, "invitation.html").await);
    town.stranger().post("/api/invitation/accept", body).await.ok();
}

/// An invoice made by hand and paid, one corrected, tickets; payments online: one refused, one in doubt, one under way.
async fn money(town: &Town) {
    let yves = people::agent(town, people::TREASURER).await;
    let sortie = charge(&yves, MOREL, "Sortie au lac", "12,00").await;
    let badge = charge(&yves, BERTHIER, "Badge perdu", "5,00").await;
    assert_eq!((sortie.as_str(), badge.as_str()), ("2015-00043", "2015-00044"), "after the last imported one");
    let payment = json!({ "request": request(), "day": "2015-05-26", "means": "cheque", "amount": "12,00" });
    yves.post(&format!("{MOREL}/payments"), payment).await.ok();
    let note = json!({ "request": request(), "reason": "il est retrouvé" });
    yves.post(&format!("{BERTHIER}/invoices/{badge}/credit-note"), note).await.ok();
    let nadia = people::other_organisation(town).await;
    nadia.post(&format!("{VASSEUR}/tickets"), crate::tickets::purchase("ludotheque", None, 5)).await.ok();
    let chantal = people::chantal(town).await;
    let refused = PAYFIP.begin(&chantal).await;
    refused.choose(town, "refused", "never").await;
    PAYFIP.check(&chantal, &refused.attempt).await;
    crate::online::CARD.begin(&nadia).await.choose(town, "odd", "before").await;
    let anyway = json!({ "request": request(), "invoice": null, "anyway": true });
    nadia.post(&format!("{VASSEUR}/online-payments"), anyway).await.ok();
}

async fn charge(yves: &Person, family: &str, label: &str, price: &str) -> String {
    let lines = json!([{ "label": label, "quantity": 1, "price": price }]);
    let made = yves.post(&format!("{family}/invoices"), json!({ "request": request(), "lines": lines })).await.ok();
    made["number"].as_str().unwrap().to_owned()
}

/// A mail of an invoice bounces.
async fn mails(town: &Town) {
    town.outbox_is_quiet().await;
    let mut sent = outbox(town).await.into_iter();
    let mail = sent.rfind(|mail| mail.to.contains("paul.berthier") && kind(mail) == "invoice_issued").unwrap();
    let told = json!({
        "eventType": "Bounce", "mail": { "tags": { "outbox": [mail.id] } }, "bounce": { "bounceType": "Permanent" },
    });
    let event = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": told.to_string() } }] });
    town.portal.invoke("mailer", event).await.unwrap();
}

/// What a mail is.
pub(super) fn kind(mail: &OutboxRecord) -> String {
    serde_json::to_value(&mail.message).unwrap()["kind"].as_str().unwrap().to_owned()
}

/// The stream sleeps: what must follow stays where it was asked for.
async fn a_day_of_june(data: &Path) -> String {
    let town = Town::with(|options| {
        options.data = Some(data.to_owned());
        options.now = Some(instant(JUNE));
        options.demo = false;
        options.stream = Delivering { glance: Duration::from_secs(86_400), ..Delivering::default() };
    })
    .await;
    // The follower looks once at the beginning.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let_it_rest(&town).await;
    tick(&town, "digests").await;
    assert_eq!(tick(&town, "hour").await["runs"], 1, "May of Jumex");
    work(&town).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    invoices(&town, &chantal).await;
    bookings(&town, &chantal, &anne).await;
    papers(&town, &anne).await;
    people_change(&town, &chantal, &anne).await;
    every_mail_waits(&town).await;
    super::ages::age(&town).await;
    let items = super::kept::dump(&town).await;
    town.portal.stop().await;
    items
}

/// What the stream would have woken billing for.
async fn work(town: &Town) {
    town.portal.invoke("billing", json!({ "redrive": "work" })).await.unwrap();
}

/// May of Jumex is under review; May of Aubray is numbered and not printed; a month is to be drafted, an invoice printed.
async fn invoices(town: &Town, chantal: &Person) {
    let yves = people::agent(town, people::TREASURER).await;
    charge(&yves, BERTHIER, "Clé perdue", "8,00").await;
    work(town).await;
    let gilles = people::agent(town, people::OTHER_ADMINISTRATOR).await;
    let may = "/api/organisations/aubray/runs/2015-05";
    gilles.put(may, json!({ "action": "draft" })).await.ok();
    work(town).await;
    gilles.put(may, json!({ "action": "issue" })).await.ok();
    town.wire.break_operation("PutObject", Fault::Failed);
    work(town).await;
    town.wire.break_calls(1, &[]);
    assert_eq!(gilles.get(may).await.ok()["run"]["stage"], "done");
    charge(&yves, MOREL, "Carte de car", "9,00").await;
    yves.put("/api/organisations/jumex/runs/2015-04", json!({ "action": "draft" })).await.ok();
    assert_eq!(yves.get("/api/organisations/jumex/runs/2015-05").await.ok()["run"]["stage"], "review");
    let paid = PAYFIP.begin(chantal).await;
    paid.choose(town, "debit", "never").await;
    let after = PAYFIP.check(chantal, &paid.attempt).await;
    assert_ne!(after["receipt"], Value::Null, "{after}");
}

/// A digest to come, a place that was given to the first in line, a closure that is done and one that is half done.
async fn bookings(town: &Town, chantal: &Person, anne: &Person) {
    chantal.click("devret", "lou", "garderie-soir", "2015-06-23", "booked").await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-06-16", "booked").await.ok();
    people::second_family(town)
        .await
        .click("berthier", "nina", "cantine-maternelle", "2015-06-16", "booked")
        .await
        .ok();
    let nadia = people::other_organisation(town).await;
    aubray(&nadia, "chloe", "atelier-poterie", "2015-06-06", "free").await;
    aubray(&nadia, "chloe", "atelier-poterie", "2015-06-13", "booked").await;
    aubray(&nadia, "ines", "atelier-poterie", "2015-06-13", "waiting").await;
    chantal.click("devret", "chloe", "cantine-maternelle", "2015-06-09", "booked").await.ok();
    close(anne, "2015-06-09").await.ok();
    town.wire.cut_after("desk", 1, Fault::LostRequest);
    assert!(close(anne, "2015-06-16").await.status.is_server_error(), "it is cut");
    town.wire.mend();
}

/// A document refused; an archive made, one asked for.
async fn papers(town: &Town, anne: &Person) {
    let listed = anne.get("/api/organisations/jumex/documents").await.ok();
    let waiting = listed["documents"].as_array().unwrap();
    let note = waiting.iter().find(|document| document["kind"] == "medical_note").unwrap();
    let refuse = json!({ "decision": "refuse", "version": note["version"], "reason": "On ne lit pas la date." });
    anne.put(&format!("{DEVRET}/documents/{}/decision", note["id"].as_str().unwrap()), refuse).await.ok();
    let sophie = people::parent(town, ("sophie.morel", "semaines paires")).await;
    sophie.post(&format!("{MOREL}/archives"), json!({ "request": request() })).await;
    town.portal.invoke("retention", json!({ "keep": "tasks" })).await.unwrap();
    sophie.post(&format!("{MOREL}/archives"), json!({ "request": request() })).await;
}

/// What is changed of accounts, roles and memberships.
async fn people_change(town: &Town, chantal: &Person, anne: &Person) {
    let sophie = people::parent(town, ("sophie.morel", "semaines paires")).await;
    let password = json!({ "password": "semaines paires", "new_password": SOPHIES.1 });
    assert_eq!(sophie.put("/api/account/password", password).await.status.as_u16(), 204);
    town.stranger().post("/api/password/forgotten", json!({ "name": "julien.garnier" })).await.ok();
    let confirm = json!({ "token": people::token_to(town, HELENES_NEW, "confirmer-mel.html").await });
    town.stranger().post("/api/mel/confirm", confirm).await.ok();
    let helene = people::second_family(town).await;
    let identifiant = json!({ "identifiant": "helene.b", "password": "tarte aux pommes" });
    assert_eq!(helene.put("/api/account/identifiant", identifiant).await.status.as_u16(), 204);
    let wanted = json!({ "mel": "chantal@nouvelle.example", "password": people::CHANTAL.1 });
    chantal.put("/api/account/mel", wanted).await.ok();
    let odette = people::parent(town, ("odette.x", ODETTES)).await;
    odette.post("/api/account/deletion", json!({ "password": ODETTES })).await;
    let isabelle = people::agent(town, people::ADMINISTRATOR).await;
    let listed = isabelle.get(AGENTS).await.ok();
    let zoe = listed["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == "Zoé X").unwrap();
    let zoe = format!("{AGENTS}/{}", zoe["account"].as_str().unwrap());
    isabelle.put(&zoe, json!({ "role": "reader", "version": 1 })).await;
    isabelle.post(&format!("{zoe}/second-factor-reset"), json!({})).await;
    isabelle.call(Method::DELETE, &format!("{DEVRET}/members/marc"), None).await;
    let body = json!({ "request": request(), "mel": "lea@example.fr", "role": "treasurer" });
    isabelle.post(AGENTS, body).await.ok();
    invite(anne, BERTHIER, "mamie@example.fr", "Jeanne").await;
}

/// A mail of each kind is asked for, and none was taken in hand.
async fn every_mail_waits(town: &Town) {
    let waiting = outbox(town).await.into_iter().filter(|mail| mail.status == OutboxStatus::Pending);
    let kinds: BTreeSet<String> = waiting.map(|mail| kind(&mail)).collect();
    let all = super::message_kinds();
    assert_eq!(kinds, all, "missing: {:?}", all.difference(&kinds).collect::<Vec<_>>());
}
