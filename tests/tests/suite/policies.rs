//! Every call a function makes is in its policy, and its policy holds nothing it never uses.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{FamilyId, OrganisationId};
use domain::invoice::{Line, Period};
use domain::role::Role;
use reqwest::Method;
use serde_json::json;
use serde_yaml_ng::Value;
use store::keys;
use store::records::{
    BookingRecord, BookingStatus, CreditRecord, DraftRecord, InvoiceRecord, Means, Message, Numbered,
    OrganisationRecord, OutboxRecord, OutboxStatus, PeriodRecord, RunStage, TokenRecord, Wishes, WishesRecord,
};
use tests::Chain;
use tests::activity::activity;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::wire::Sent;
use tests::{Fault, Person, Town};
use uuid::Uuid;

use crate::{people, template};

/// Per function, which actions on which partitions.
type Used = BTreeMap<String, BTreeSet<(String, String)>>;

#[tokio::test]
async fn policies_hold_what_the_scenarios_use_and_nothing_else() {
    // The first start of all: keys are made in it.
    let town = Town::first(instant(TUESDAY)).await;
    every_scenario(&town).await;
    town.outbox_is_quiet().await;
    let calls = town.wire.take();
    let mut used = used(&calls);
    // A permission is made without a call; whoever uses it does so with the rights of the function that made it.
    used.entry("documents".to_owned()).or_default().insert(("s3:PutObject".to_owned(), String::new()));
    used.entry("privacy".to_owned()).or_default().insert(("s3:GetObject".to_owned(), String::new()));
    let mut faults = Vec::new();
    for (id, properties) in template::functions() {
        let package = template::package(&properties);
        let granted = granted(&properties["Policies"]);
        let nothing = BTreeSet::new();
        let needed = used.get(&package).unwrap_or(&nothing);
        faults.extend(needed.difference(&granted).map(|missing| format!("{id} needs {missing:?}")));
        faults.extend(granted.difference(needed).map(|surplus| format!("{id} never uses {surplus:?}")));
        faults.extend(torn(&calls, &package, &properties["Policies"]).map(|call| format!("{id} tears {call:?}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// All of them, one after the other.
pub(crate) async fn every_scenario(town: &Town) {
    everything_once(town).await;
    every_planning_once(town).await;
    every_dossier_once(town).await;
}

/// Every operation of every function, in the ways that make different calls.
async fn everything_once(town: &Town) {
    let chantal = people::chantal(town).await;
    let family = "/api/organisations/jumex/families/devret";
    chantal.get("/api/session").await.ok();
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "free").await.ok();
    chantal.get(&format!("{family}/history?day=2015-05-28")).await.ok();
    chantal.get("/api/organisations/jumex/information").await.ok();
    chantal.get(family).await.ok();
    crate::world::age_session(town, &chantal).await;
    chantal.post("/api/session/renew", json!({})).await;
    let agent = people::agent(town, people::DESK).await;
    agent.get("/api/organisations/jumex/search?q=devret").await.ok();
    agent.get("/api/organisations/jumex/families").await.ok();
    let body = json!({
        "request": Uuid::new_v4().to_string(), "mel": "odette@example.fr", "first_name": "Odette", "last_name": "X",
    });
    agent.post(&format!("{family}/invitations"), body).await.ok();
    let token = people::token_to(town, "odette@example.fr", "invitation.html").await;
    let odette = town.stranger();
    odette.post("/api/invitation/read", json!({ "token": token })).await.ok();
    let accept = json!({ "token": token, "identifiant": "odette.x", "password": "les confitures de mamie" });
    odette.post("/api/invitation/accept", accept).await.ok();
    odette.sign_in("odette.x", "pas le bon mot").await;
    odette.post("/api/password/forgotten", json!({ "name": "odette.x" })).await.ok();
    let token = people::token_to(town, "odette@example.fr", "nouveau-mot-de-passe.html").await;
    odette.post("/api/password/reset", json!({ "token": token, "password": "une phrase toute neuve" })).await;
    town.mail_to("odette@example.fr", "Votre mot de passe a changé").await;
    odette.sign_in("odette.x", "une phrase toute neuve").await.ok();
    odette.post("/api/account/deletion", json!({ "password": "une phrase toute neuve" })).await;
    town.mail_to("odette@example.fr", "Votre compte est supprimé").await;
    chantal.call(Method::DELETE, "/api/account/sessions", None).await;
    chantal.call(Method::DELETE, "/api/session", None).await;
    let isabelle = every_agent_once(town).await;
    crate::informations::every_operation_once(town, &isabelle).await;
    town.outbox_is_quiet().await;
    // A mailer died with a mail in hand: the sweep takes it up.
    let message = Message::PasswordChanged { account: "00000000-0000-4000-8000-000000000001".parse().unwrap() };
    let at = chrono::Utc::now() - chrono::TimeDelta::minutes(20);
    let mail = OutboxRecord::pending("in-hand".to_owned(), message, "personne@example.fr".to_owned(), at);
    let in_hand = OutboxRecord { status: OutboxStatus::Claimed, tries: 1, ..mail };
    town.table().write(Chain::new().put(&in_hand)).await.unwrap();
    town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
}

/// What administrators do: an agent comes, changes and goes; a membership ends.
async fn every_agent_once(town: &Town) -> Person {
    let agents = "/api/organisations/jumex/agents";
    let isabelle = people::agent(town, people::ADMINISTRATOR).await;
    let body = json!({ "request": Uuid::new_v4().to_string(), "mel": "zoe@example.fr", "role": "administrator" });
    isabelle.post(agents, body).await.ok();
    let token = people::token_to(town, "zoe@example.fr", "invitation.html").await;
    let accept = json!({
        "token": token, "identifiant": "zoe.x", "password": "la caisse du mercredi", "first_name": "Zoé",
        "last_name": "X",
    });
    town.stranger().post("/api/invitation/accept", accept).await.ok();
    let listed = isabelle.get(agents).await.ok();
    let zoe = listed["agents"].as_array().unwrap().iter().find(|agent| agent["name"] == "Zoé X").unwrap();
    let zoe = format!("{agents}/{}", zoe["account"].as_str().unwrap());
    isabelle.put(&zoe, json!({ "role": "reader", "version": 1 })).await;
    crate::invitations::every_operation_once(&isabelle).await;
    crate::security::every_operation_once(&isabelle, &zoe).await;
    isabelle.call(Method::DELETE, &zoe, None).await;
    isabelle.get("/api/organisations/jumex/families/devret/members").await.ok();
    isabelle.call(Method::DELETE, "/api/organisations/jumex/families/devret/members/marc", None).await;
    town.mail_to("marc.devret@mail.example", "Vous n’avez plus accès").await;
    isabelle
}

/// Dossiers: read, saved with health and a fiche that ends, checked, made.
async fn every_dossier_once(town: &Town) {
    let (chantal, agent) = (people::chantal(town).await, people::agent(town, people::DESK).await);
    crate::dossier::save(&chantal, crate::dossier::nounou()).await.ok();
    crate::dossier::save(&chantal, json!({ "changes": [], "ends": ["nounou"] })).await.ok();
    let allergies = json!({ "place": "child.chloe.allergies", "was": "", "now": "Arachides" });
    crate::dossier::save(&chantal, json!({ "changes": [allergies] })).await.ok();
    agent.get(&crate::dossier::path("health")).await.ok();
    let moved = json!({ "place": "fiche.marc.town", "was": "JUMEX", "now": "ORLÉANS" });
    crate::dossier::save(&chantal, json!({ "changes": [moved] })).await.ok();
    agent.get("/api/organisations/jumex/checks").await.ok();
    let answer = json!({ "place": "fiche.marc.town", "value": "ORLÉANS" });
    agent.put(&crate::dossier::path("checks"), answer).await.ok();
    agent.get(&crate::dossier::path("summary")).await.ok();
    let note = json!({ "request": Uuid::new_v4(), "text": "Rappeler la mère après 17 h 30." });
    agent.post(&crate::dossier::path("notes"), note.clone()).await.ok();
    let note = crate::dossier::path(&format!("notes/{}", note["request"].as_str().unwrap()));
    agent.call(Method::DELETE, &note, None).await.ok();
    let family = agent.post("/api/organisations/jumex/families", crate::dossier::family()).await;
    assert_eq!(family.status.as_u16(), 201, "{}", family.body);
}

fn activities() -> String {
    let until_tuesday = "{ weekday = \"mardi\", weeks_before = 1, until = \"23:59\" }";
    let workshop = activity("atelier", "Atelier").booked(until_tuesday).price("4,00").places(1, 0);
    let library = activity("ludo", "Ludothèque").on(&["mardi"]).price("3,00");
    let tariff = "[[tariff]]\nactivity = \"atelier\"\nprices = [{ resident = false, amount = \"5,00\" }, { amount = \"4,00\" }]\n";
    format!("{workshop}{}{tariff}", library.says("prepaid = { packs = [2], counts = \"payment\" }"))
}

/// Something paid already, a month below the threshold, and a month above it.
const BOOKINGS: &str = "c0000-0;atelier;2015-05-25;4,00\nc0000-0;atelier;2015-03-02;\nc0000-0;atelier;2015-04-02;\n\
    c0000-0;atelier;2015-04-03;\nc0000-0;atelier;2015-04-07;\nc0003-0;atelier;2015-02-02;\n";
const BILLING: &str = "[billing]\nseller = [\"Commune de Village\"]\nthreshold = \"10,00\"\nreminders = [1]\n";

async fn want(person: &Person, family: usize, day: &str, want: &str) {
    let request = Uuid::new_v4().to_string();
    let body =
        json!({ "request": request, "child": child_id(family, 0), "activity": "atelier", "day": day, "want": want });
    person.put(&path(family, "bookings"), body).await.ok();
}

/// What makes and changes plannings beside the click: abonnements, absences, the line, wishes, the desk, the clock.
async fn every_planning_once(town: &Town) {
    let activities = activities();
    let shape =
        Shape { families: 4, activities: &activities, billing: BILLING, bookings: BOOKINGS, ..Shape::default() };
    let village = Village::build(town, town.table(), instant(TUESDAY), &shape).await;
    let (first, second, third) = (village.adult(0).await, village.adult(1).await, village.adult(2).await);
    // Wishes and the feed, made twice, read and ended.
    let wishes = path(0, "wishes");
    first.get(&wishes).await.ok();
    first.put(&wishes, json!({ "digest": true, "reminder": true })).await.ok();
    second.put(&path(1, "wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    second.put(&path(1, "wishes"), json!({ "digest": true, "reminder": false })).await.ok();
    first.post(&path(0, "feed"), json!({})).await.ok();
    let made = first.post(&path(0, "feed"), json!({})).await.ok();
    assert!(reqwest::get(made["url"].as_str().unwrap()).await.unwrap().status().is_success());
    first.call(Method::DELETE, &path(0, "feed"), None).await;
    // The line: the second and the third wait, the second is given the place.
    want(&first, 0, "2015-06-01", "booked").await;
    want(&second, 1, "2015-06-01", "waiting").await;
    want(&third, 2, "2015-06-01", "waiting").await;
    want(&first, 0, "2015-06-01", "free").await;
    // An abonnement made and ended, an absence.
    let lines = json!([{ "activity": "atelier", "weekdays": ["Thu"] }]);
    let pattern =
        json!({ "child": child_id(0, 0), "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-06-30" });
    let abonnement = path(0, &format!("abonnements/{}", Uuid::new_v4()));
    first.get(&path(0, "abonnements")).await.ok();
    first.put(&abonnement, pattern).await.ok();
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": child_id(0, 0), "from": "2015-06-04", "to": "2015-06-04",
        "reason": "angine", "proof": "none",
    });
    first.post(&path(0, "absences"), absence).await.ok();
    first.call(Method::DELETE, &abonnement, None).await.ok();
    // The clock: digests that have rested, a reminder, a place that became free without a click.
    crate::planning_mails::let_it_rest(town).await;
    crate::planning_mails::tick(town, "digests").await;
    let key = keys::organisation(&VILLAGE.parse().unwrap());
    let mut record: OrganisationRecord = town.table().get(&key).await.unwrap().unwrap();
    record.organisation.capacities[0].places = 2;
    town.table().write(Chain::new().put(&record)).await.unwrap();
    crate::families::rows_of_before(town, 1).await;
    assert_ne!(crate::planning_mails::tick(town, "hour").await["places"], 0);
    desk(town, &village).await;
    billing(town, &village).await;
    closed_months(town, &village).await;
    crate::online::everything_once(town).await;
    documents(town, &village).await;
    privacy(town, &village).await;
}

/// A document accepted for a while, one refused, one taken back; what events lost, and what expires.
async fn documents(town: &Town, village: &Village) {
    let (parent, agent) = (village.adult(0).await, village.agent().await);
    let place = path(0, "").trim_end_matches('/').to_owned();
    let photo = tests::storage::Sheet {
        name: "x.jpg",
        mime: "image/jpeg",
        ..tests::storage::Sheet::of_family("caf_statement", tests::paper::photo(60, 40))
    };
    let address = |document: &serde_json::Value, rest: &str| {
        format!("{place}/documents/{}{rest}", document["id"].as_str().unwrap())
    };
    let first = parent.send_sheet(&place, &photo).await;
    agent.get(&format!("/api/organisations/{VILLAGE}/documents")).await.ok();
    agent.bytes(&address(&first, "/preview")).await;
    parent.post(&address(&first, "/link"), json!({})).await.ok();
    let decide = async |version: u64, last: &str| {
        let body = json!({ "decision": "accept", "version": version, "valid_until": last });
        agent.put(&address(&first, "/decision"), body).await.ok()["version"].as_u64().unwrap()
    };
    let version = decide(first["version"].as_u64().unwrap(), "2015-06-20").await;
    decide(version, "2015-06-21").await;
    let second = parent.send_sheet(&place, &photo).await;
    let body = json!({ "decision": "refuse", "version": second["version"], "reason": "On ne lit rien du tout." });
    agent.put(&address(&second, "/decision"), body).await.ok();
    // The files of one taken back are left to the sweep.
    let discard = store::records::DiscardRecord { id: "x".to_owned(), files: vec!["checked/x".to_owned()] };
    town.table().write(Chain::new().put(&discard)).await.unwrap();
    parent.call(Method::DELETE, &address(&second, ""), None).await;
    town.portal.invoke("checker", json!({ "sweep": "documents" })).await.unwrap();
    assert_ne!(crate::planning_mails::tick(town, "hour").await["expiries"], 0);
}

/// A family that takes its data away and is erased, with a draft, a digest to come and a feed; an invoice past its period.
async fn privacy(town: &Town, village: &Village) {
    let runs = format!("/api/organisations/{VILLAGE}/runs/2015-02");
    village.agent_as(Role::Treasurer).await.put(&runs, json!({ "action": "draft" })).await.ok();
    crate::invoices::until_month(town, "2015-02", RunStage::Review).await;
    let invitation = json!({
        "request": Uuid::new_v4().to_string(), "mel": "ysee@example.fr", "first_name": "Ysée", "last_name": "X",
    });
    village.agent().await.post(&path(3, "invitations"), invitation).await.ok();
    let token = people::token_to(town, "ysee@example.fr", "invitation.html").await;
    let ysee = town.stranger();
    let accept = json!({ "token": token, "identifiant": "ysee.x", "password": "les confitures de mamie" });
    ysee.post("/api/invitation/accept", accept).await.ok();
    ysee.sign_in("ysee.x", "les confitures de mamie").await.ok();
    ysee.put(&path(3, "wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    ysee.post(&path(3, "feed"), json!({})).await.ok();
    want(&ysee, 3, "2015-06-29", "booked").await;
    want(&ysee, 3, "2015-06-29", "free").await;
    let account = crate::privacy::account_of(town, 3, "Ysée").await;
    crate::privacy::odds_and_ends(town, 3, &account).await;
    crate::privacy::allergy(&ysee, 3).await;
    let paper = tests::storage::Sheet::of_family("caf_statement", tests::paper::pdf(2000));
    let place = path(3, "").trim_end_matches('/').to_owned();
    let sent = ysee.send_sheet(&place, &paper).await;
    ysee.send_sheet(&place, &paper).await;
    let decision = json!({ "decision": "accept", "version": sent["version"], "valid_until": "2016-06-20" });
    let decide = format!("{place}/documents/{}/decision", sent["id"].as_str().unwrap());
    village.agent().await.put(&decide, decision).await.ok();
    ysee.get(&path(3, "privacy")).await.ok();
    let archive = Uuid::new_v4().to_string();
    ysee.post(&path(3, "archives"), json!({ "request": archive })).await;
    let keep = async |what: &str| town.portal.invoke("retention", json!({ "keep": what })).await.unwrap();
    keep("tasks").await;
    ysee.post(&path(3, &format!("archives/{archive}/link")), json!({})).await.ok();
    crate::families::awaits(town, 3).await;
    let ask = json!({ "name": "FAMILLE 3" });
    ysee.post(&path(3, "erasure"), ask.clone()).await;
    ysee.call(Method::DELETE, &path(3, "erasure"), None).await;
    ysee.post(&path(3, "erasure"), ask).await;
    let administrator = village.agent_as(Role::Administrator).await;
    let erasures = format!("/api/organisations/{VILLAGE}/erasures");
    administrator.get(&erasures).await.ok();
    let accept = json!({ "action": "accept", "reason": null });
    administrator.put(&format!("{erasures}/{}", family_id(3)), accept).await.ok();
    keep("tasks").await;
    assert_eq!(administrator.get(&erasures).await.ok()[0]["stage"], "done");
    let old = crate::privacy::an_old_invoice(town).await;
    crate::privacy::paid_on(town, &old, "2004-12-31", Means::Cheque).await;
    keep("purge").await;
    keep("replay").await;
}

/// The family lived elsewhere in April: its three days cost 1,00 € more each.
async fn moved_away(village: &Village, treasurer: &Person) {
    let desk = village.agent().await;
    let version = desk.get(&path(0, "situations")).await.ok()["version"].clone();
    let situation = json!({
        "request": Uuid::new_v4().to_string(), "version": version, "from": "2015-04-01", "quotient": "",
        "outside": true, "source": "justificatif de domicile", "document": null,
    });
    desk.post(&path(0, "situations"), situation).await.ok();
    treasurer.get(&path(0, "corrections")).await.ok();
    let correction = json!({ "request": Uuid::new_v4().to_string(), "period": "2015-04", "difference": 300 });
    treasurer.post(&path(0, "corrections"), correction).await.ok();
}

/// A month drafted, issued, paid and corrected; what is carried and what is given back is taken up by the next.
async fn billing(town: &Town, village: &Village) {
    let agent = village.agent_as(Role::Treasurer).await;
    let runs = format!("/api/organisations/{VILLAGE}/runs");
    let credit = CreditRecord {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(0).parse().unwrap(),
        child: child_id(0, 0).parse().unwrap(),
        activity: "atelier".parse().unwrap(),
        day: domain::day::parse_day("2015-03-03").unwrap(),
        cents: 100,
        reason: "Grève".to_owned(),
        at: instant(TUESDAY),
    };
    town.table().write(Chain::new().put(&credit)).await.unwrap();
    for (month, number) in [("2015-03", None), ("2015-04", Some("2015-00001"))] {
        let run = format!("{runs}/{month}");
        for (action, stage) in [("draft", RunStage::Review), ("issue", RunStage::Done)] {
            agent.put(&run, json!({ "action": action })).await.ok();
            crate::invoices::until_month(town, month, stage).await;
            agent.get(&run).await.ok();
        }
        if let Some(number) = number {
            assert!(agent.bytes(&path(0, &format!("invoices/{number}/file"))).await.starts_with(b"%PDF-"));
            moved_away(village, &agent).await;
            let note = path(0, &format!("invoices/{number}/credit-note"));
            agent.post(&note, json!({ "request": Uuid::new_v4().to_string(), "reason": "erreur" })).await.ok();
        }
    }
    let lines = json!([{ "label": "Badge perdu", "quantity": 1, "price": "5,00" }]);
    agent.post(&path(0, "invoices"), json!({ "request": Uuid::new_v4().to_string(), "lines": lines })).await.ok();
    let badge = json!([{ "label": "Badge perdu", "quantity": 1, "price": "5,00" }]);
    let badge =
        agent.post(&path(0, "invoices"), json!({ "request": Uuid::new_v4().to_string(), "lines": badge })).await;
    let off = path(0, &format!("invoices/{}/write-off", badge.ok()["number"].as_str().unwrap()));
    agent.post(&off, json!({ "reason": "uncollectable", "note": "délibération" })).await.ok();
    agent.get(&format!("/api/organisations/{VILLAGE}/certificates/2014")).await.ok();
    agent.get(&format!("/api/organisations/{VILLAGE}/debts")).await.ok();
    agent.get(&runs).await.ok();
    agent.post(&path(0, "tickets"), crate::tickets::purchase("ludo", None, 2)).await.ok();
    mail_news(town, &agent).await;
    let payment =
        json!({ "request": Uuid::new_v4().to_string(), "day": "2015-05-20", "means": "card", "amount": "5,00" });
    agent.post(&path(0, "payments"), payment).await.ok();
    agent.get(&path(0, "invoices")).await.ok();
    town.outbox_is_quiet().await;
    let token = crate::people::token_to(town, "f0000@village.example", "facture.html").await;
    town.stranger().post("/api/invoice-link/read", json!({ "token": token })).await.ok();
    let body = json!({ "token": token }).to_string();
    town.stranger().try_bytes(Method::POST, "/api/invoice-link/file", Some(body)).await;
    town.portal.invoke("billing", json!({ "sweep": "work" })).await.unwrap();
}

/// Days of a month that is invoiced, and of one that is drafted, close: by the desk, and by the clock where the desk was cut.
async fn closed_months(town: &Town, village: &Village) {
    let agent = village.agent().await;
    let closed =
        |from: &str, to: &str| json!({ "opens": false, "activities": [], "from": from, "to": to, "name": "Grève" });
    let closing = || format!("/api/organisations/{VILLAGE}/closings/{}", Uuid::new_v4());
    charged(town, 1, ["2014-11-06", "2014-12-04"]).await;
    agent.put(&closing(), closed("2014-11-06", "2014-12-04")).await.ok();
    charged(town, 2, ["2014-11-13", "2014-12-11"]).await;
    town.wire.cut_after("desk", 1, Fault::LostRequest);
    let answer = agent.put(&closing(), closed("2014-11-13", "2014-12-11")).await;
    assert!(answer.status.is_server_error(), "cut: {}", answer.body);
    town.wire.mend();
    assert_ne!(crate::planning_mails::tick(town, "hour").await["closed"], 0);
}

/// A day of November that is invoiced, and one of December that is drafted.
async fn charged(town: &Town, family: usize, days: [&str; 2]) {
    let day = |text: &str| domain::day::parse_day(text).unwrap();
    let (organisation, id): (OrganisationId, FamilyId) = (VILLAGE.parse().unwrap(), family_id(family).parse().unwrap());
    let booking = |text: &str| BookingRecord {
        organisation: organisation.clone(),
        family: id.clone(),
        child: child_id(family, 0).parse().unwrap(),
        activity: "atelier".parse().unwrap(),
        day: day(text),
        at: instant(TUESDAY),
        status: BookingStatus::Booked,
        surcharge: 0,
        abonnement: None,
        paid: None,
        lot: None,
        absence: None,
        attendance: None,
        version: 1,
    };
    let line = Line {
        child: Some(child_id(family, 0).parse().unwrap()),
        activity: Some("atelier".parse().unwrap()),
        days: vec![day(days[0])],
        ..Line::plain("Atelier".to_owned(), 600)
    };
    let draft = |month: &str| DraftRecord {
        organisation: organisation.clone(),
        period: Period::parse(month).unwrap(),
        family: id.clone(),
        name: String::new(),
        payer: Vec::new(),
        lines: vec![line.clone()],
        faults: Vec::new(),
        total: 600,
        flats: BTreeSet::new(),
        takes_up: None,
        carried: 0,
        credits: Vec::new(),
        priced_by: None,
    };
    let numbered = Numbered { number: format!("avant-{family}"), issued: day("2014-12-02") };
    let due = day("2015-01-02");
    let invoice = InvoiceRecord::of_before(&organisation, &id, (numbered, due), Vec::new(), vec![line.clone()]);
    let november = Period::parse("2014-11").unwrap();
    let month = PeriodRecord {
        organisation: organisation.clone(),
        family: id.clone(),
        period: november,
        invoice: Some(invoice.number.clone()),
        charged: 600,
        given_back: 0,
        carried: 0,
        flats: BTreeSet::new(),
        lines: Vec::new(),
        returned: Vec::new(),
        priced_by: None,
        corrected_by: None,
        version: 1,
    };
    let (first, second) = (booking(days[0]), booking(days[1]));
    let chain = Chain::new().put(&first).put(&first.place()).put(&second).put(&second.place());
    let invoice = InvoiceRecord { period: Some(november), ..invoice };
    town.table().write(chain.put(&invoice).put(&month).put(&draft("2014-12"))).await.unwrap();
}

/// A mail that bounces, one that was uncertain and arrives, one that is complained of, and the agents' list.
async fn mail_news(town: &Town, agent: &tests::person::Person) {
    let account: domain::id::AccountId = "0123456789abcdef".parse().unwrap();
    let mut wishes = WishesRecord::none(VILLAGE.parse().unwrap(), family_id(0).parse().unwrap());
    wishes.version = 1;
    wishes.accounts.insert(account.to_string(), Wishes { digest: true, reminder: true });
    for (event, status) in
        [("Bounce", OutboxStatus::Sent), ("Delivery", OutboxStatus::Unknown), ("Complaint", OutboxStatus::Sent)]
    {
        let message = Message::InvoiceIssued {
            organisation: VILLAGE.parse().unwrap(),
            family: family_id(0).parse().unwrap(),
            number: "2015-00001".to_owned(),
        };
        let id = Uuid::new_v4().to_string();
        let mail = OutboxRecord::pending(id.clone(), message, "f0000@village.example".to_owned(), chrono::Utc::now());
        let mail = OutboxRecord { status, account: Some(account.clone()), ..mail };
        town.table().write(Chain::new().put(&mail).put(&wishes)).await.unwrap();
        let told = json!({
            "eventType": event, "mail": { "tags": { "outbox": [id] } }, "bounce": { "bounceType": "Permanent" },
        });
        let event = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": told.to_string() } }] });
        town.portal.invoke("mailer", event).await.unwrap();
    }
    town.table().write(Chain::new().put(&wishes)).await.unwrap();
    let stop = TokenRecord {
        sha256: secret::sha256("stop"),
        purpose: domain::account::Purpose::StopReminder,
        account: Some(account),
        organisation: Some(VILLAGE.parse().unwrap()),
        family: Some(family_id(0).parse().unwrap()),
        adult: None,
        role: None,
        invoice: None,
        invitation: None,
        serial: 0,
        mel: String::new(),
        expires: chrono::Utc::now().timestamp() + 60,
    };
    town.table().write(Chain::new().put(&stop)).await.unwrap();
    town.stranger().post("/api/opt-out/stop", json!({})).await.ok();
    let listed = agent.get(&format!("/api/organisations/{VILLAGE}/mail-troubles")).await.ok();
    assert_eq!(listed[0]["trouble"], "complaint");
}

async fn desk(town: &Town, village: &Village) {
    let agent = village.agent().await;
    let roll = format!("/api/organisations/{VILLAGE}/attendance");
    let note_on = |day: &str, family: usize, presence: serde_json::Value, version: u64| {
        json!({
            "day": day, "activity": "atelier", "child": child_id(family, 0), "family": family_id(family),
            "presence": presence, "arrived": null, "left": null, "version": version,
        })
    };
    let note =
        |family: usize, presence: serde_json::Value, version: u64| note_on("2015-05-25", family, presence, version);
    // A day of a month that could be invoiced meanwhile.
    agent.put(&roll, note_on("2015-04-20", 3, json!("present_unbooked"), 0)).await.ok();
    agent.put(&roll, note_on("2015-04-20", 3, json!(null), 1)).await.ok();
    let seen = agent.get(&format!("{roll}?day=2015-05-25&activity=atelier")).await.ok();
    agent.put(&roll, note(0, json!("present"), seen["children"][0]["version"].as_u64().unwrap())).await.ok();
    agent.put(&roll, note(3, json!("present_unbooked"), 0)).await.ok();
    agent.put(&roll, note(3, json!(null), 1)).await.ok();
    let seen = agent.get(&format!("{roll}?day=2015-05-25&activity=atelier")).await.ok();
    agent.put(&roll, note(0, json!(null), seen["children"][0]["version"].as_u64().unwrap())).await.ok();
    let seen = &agent.get(&format!("{roll}?day=2015-05-25&activity=atelier")).await.ok()["children"][0];
    let waiting = json!([{ "child": seen["child"], "family": seen["family"], "version": seen["version"] }]);
    let all = json!({ "day": "2015-05-25", "activity": "atelier", "children": waiting });
    agent.put(&format!("{roll}/present"), all).await.ok();
    village.agent_as(Role::Administrator).await.get(&format!("/api/organisations/{VILLAGE}/today")).await.ok();
    // A closure that is cut, finished by the clock, and taken back; another one that runs through.
    let closings = format!("/api/organisations/{VILLAGE}/closings");
    let closed = |day: &str| json!({ "opens": false, "activities": [], "from": day, "to": day, "name": "Grève" });
    let (cut, whole) = (format!("{closings}/{}", Uuid::new_v4()), format!("{closings}/{}", Uuid::new_v4()));
    want(&village.adult(3).await, 3, "2015-06-02", "booked").await;
    want(&village.adult(3).await, 3, "2015-06-05", "booked").await;
    town.wire.cut_after("desk", 1, Fault::LostRequest);
    let answer = agent.put(&cut, closed("2015-06-02")).await;
    assert!(answer.status.is_server_error(), "cut: {}", answer.body);
    town.wire.mend();
    assert_ne!(crate::planning_mails::tick(town, "hour").await["closed"], 0);
    agent.put(&whole, closed("2015-06-05")).await.ok();
    agent.get(&closings).await.ok();
    agent.call(Method::DELETE, &whole, None).await.ok();
}

fn used(calls: &[Sent]) -> Used {
    let mut used = Used::new();
    for call in calls {
        for (action, partitions) in &call.actions {
            let of_function = used.entry(call.function.clone()).or_default();
            match partitions.is_empty() {
                true => drop(of_function.insert((action.clone(), String::new()))),
                false => of_function.extend(partitions.iter().map(|partition| (action.clone(), partition.clone()))),
            }
        }
    }
    used
}

/// What a function does in one call (a batch of reads, a transaction) although no single statement allows all of it: IAM
/// may hold the keys of an action together, so each of them must be among those of one and the same statement.
fn torn(calls: &[Sent], package: &str, policies: &Value) -> impl Iterator<Item = (String, BTreeSet<String>)> {
    let statements = policies.as_sequence().into_iter().flatten().flat_map(|policy| policy["Statement"].as_sequence());
    let statements: Vec<(Vec<String>, BTreeSet<String>)> =
        statements.flatten().map(|statement| (strings(&statement["Action"]), partitions(statement))).collect();
    let calls = calls.iter().filter(|call| call.function == package).flat_map(|call| &call.actions);
    let calls: BTreeSet<(String, BTreeSet<String>)> = calls
        .filter(|(action, _)| action.starts_with("dynamodb:"))
        .map(|(action, partitions)| (action.clone(), partitions.iter().cloned().collect()))
        .collect();
    calls.into_iter().filter(move |(action, touched)| {
        !statements.iter().any(|(actions, allowed)| actions.contains(action) && touched.is_subset(allowed))
    })
}

/// The partitions of a statement, by `dynamodb:LeadingKeys`.
fn partitions(statement: &Value) -> BTreeSet<String> {
    let leading = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    strings(leading).iter().map(|pattern| pattern.trim_end_matches('*').trim_end_matches('#').to_owned()).collect()
}

/// What the statements of a function allow, per partition (by `dynamodb:LeadingKeys`).
fn granted(policies: &Value) -> BTreeSet<(String, String)> {
    let mut granted = BTreeSet::new();
    for policy in policies.as_sequence().into_iter().flatten() {
        for statement in policy["Statement"].as_sequence().into_iter().flatten() {
            let actions = strings(&statement["Action"]);
            let partitions = partitions(statement);
            for action in actions.iter().filter(|action| counted(action)) {
                match action.starts_with("ses:") || action.starts_with("s3:") {
                    true => drop(granted.insert((action.clone(), String::new()))),
                    false => granted.extend(partitions.iter().map(|partition| (action.clone(), partition.clone()))),
                }
            }
        }
    }
    granted
}

/// Listed exceptions: what the runtime around the function uses, never its code.
fn counted(action: &str) -> bool {
    const AROUND: [&str; 3] = ["kms:", "sqs:", "logs:"];
    const STREAMS: [&str; 4] =
        ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"];
    !AROUND.iter().any(|prefix| action.starts_with(prefix)) && !STREAMS.contains(&action)
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Sequence(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
