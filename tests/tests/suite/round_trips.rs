//! The chart of round trips in `docs/DATA.md`: each of its rows is counted, and says what is counted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use tests::contract::project_file;
use tests::town::TUESDAY;
use tests::wire::{Sent, in_waves};
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::{people, stranger};

/// The chart, while it is counted.
struct Chart {
    /// The rows: a page or click, its waves, its calls. Each is taken out when it was counted.
    rows: RefCell<BTreeMap<String, (String, String)>>,
    /// Where chart and counting differ.
    faults: RefCell<Vec<String>>,
}

impl Chart {
    fn read() -> Self {
        let page = project_file("docs/DATA.md");
        let section = page.split("\n## Round trips\n").nth(1).unwrap().split("\n#").next().unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")).skip(1);
        let mut read = BTreeMap::new();
        for row in rows {
            let [what, waves, calls] = row.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let twice = read.insert(what.to_owned(), (waves.to_owned(), calls.to_owned()));
            assert_eq!(twice, None, "{what} is in docs/DATA.md twice");
        }
        Self { rows: RefCell::new(read), faults: RefCell::default() }
    }

    /// What was sent is what the row says.
    fn holds(&self, what: &str, sent: &[Sent]) {
        let said = self.rows.borrow_mut().remove(what);
        let counted = (in_waves(sent).len().to_string(), notation(sent));
        if said.as_ref() != Some(&counted) {
            let (waves, calls) = counted;
            self.faults.borrow_mut().push(format!("said: {said:?}, counted: | {what} | {waves} | {calls} |"));
        }
    }
}

/// `Get` · `BatchGet` ‖ 2 `Query`: waves one after the other, calls of a wave beside each other.
fn notation(sent: &[Sent]) -> String {
    let wave = |calls: Vec<&Sent>| {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for call in calls {
            let name = call.operation.trim_end_matches("WriteItems").trim_end_matches("Item");
            *times.entry(format!("`{name}`")).or_default() += 1;
        }
        let said = |(name, times): (String, usize)| if times == 1 { name } else { format!("{times} {name}") };
        times.into_iter().map(said).collect::<Vec<_>>().join(" ‖ ")
    };
    in_waves(sent).into_iter().map(wave).collect::<Vec<_>>().join(" · ")
}

/// What answers a page or a click, without what follows behind it.
fn answered(town: &Town) -> Vec<Sent> {
    const BEHIND: [&str; 6] = ["mailer", "tick", "billing", "payments", "checker", "retention"];
    let mut sent = town.wire.take();
    sent.retain(|call| !BEHIND.contains(&call.function.as_str()));
    sent
}

#[tokio::test]
async fn pages_and_clicks_cost_what_the_chart_says() {
    let town = Town::at(TUESDAY).await;
    let chart = Chart::read();
    parents(&town, &chart).await;
    agents(&town, &chart).await;
    let left: Vec<String> = chart.rows.into_inner().into_keys().collect();
    let faults = chart.faults.into_inner();
    assert!(faults.is_empty() && left.is_empty(), "{}\nrows that nothing counts: {left:?}", faults.join("\n"));
}

/// Pages and clicks of a family.
async fn parents(town: &Town, chart: &Chart) {
    let chantal = town.stranger();
    let family = "/api/organisations/jumex/families/devret";
    let count = |what: &str| chart.holds(what, &answered(town));
    // A function's first request, and the first one with a new key id, may read the public keys.
    let read = async |what: &str, path: &str| {
        chantal.get(path).await.ok();
        town.wire.take();
        chantal.get(path).await.ok();
        count(what);
    };
    town.wire.take();
    chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    count("sign-in");
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    town.wire.take(); // The first request with a new key id may read the public keys once.
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    count("the week");
    let dossier = format!("{family}/dossier");
    read("the dossier's fiches", &dossier).await;
    let note = json!({ "changes": [{ "place": "fiche.chantal.note", "was": "", "now": "Après 18 h" }] });
    chantal.put(&dossier, note).await.ok();
    count("the dossier is saved");
    chantal.get(&format!("{family}/health")).await.ok();
    count("the children's health");
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    count("a click");
    let day = json!({ "request": Uuid::new_v4().to_string(), "child": "chloe", "day": "2015-05-28", "want": "booked" });
    chantal.put(&format!("{family}/days"), day).await.ok();
    count("a whole day");
    chantal.get(&format!("{family}/history?day=2015-05-28")).await.ok();
    count("the history");
    read("informations", "/api/organisations/jumex/information").await;
    read("a family", family).await;
    read("the menus of a week", "/api/organisations/jumex/menus?day=2015-05-28").await;
    read("the legal part of an organisation", "/api/organisations/jumex/legal").await;
    let rules = "/api/organisations/jumex/rules/reglement-periscolaire/acceptance";
    chantal.put(rules, json!({ "version": 2 })).await;
    count("rules accepted");
    chantal.get(&format!("{family}/abonnements")).await.ok();
    count("the abonnements");
    let lines = json!([{ "activity": "garderie-soir", "weekdays": ["Mon"] }]);
    let pattern =
        json!({ "child": "chloe", "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-07-03" });
    let abonnement = format!("{family}/abonnements/{}", Uuid::new_v4());
    chantal.post(&format!("{abonnement}/cost"), json!({ "pattern": pattern, "siblings": [] })).await.ok();
    count("what an abonnement would cost");
    chantal.put(&abonnement, pattern).await.ok();
    count("an abonnement of five days");
    chantal.call(Method::DELETE, &abonnement, None).await.ok();
    count("its end");
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": "chloe", "from": "2015-05-28", "to": "2015-05-28",
        "reason": "angine", "proof": "none",
    });
    chantal.post(&format!("{family}/absences"), absence).await.ok();
    count("an absence");
    chantal.get(&format!("{family}/wishes")).await.ok();
    count("the wishes");
    chantal.put(&format!("{family}/wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    count("new wishes");
    let made = chantal.post(&format!("{family}/feed"), json!({})).await.ok();
    count("a new feed");
    reqwest::get(made["url"].as_str().unwrap()).await.unwrap();
    count("the feed");
    read("Mes factures", &format!("{family}/invoices")).await;
    chantal.bytes(&format!("{family}/invoices/2015-00042/file")).await;
    count("an invoice's PDF");
    // Nothing was paid in that year for what a certificate counts, which is known when all is read.
    chantal.try_bytes(Method::GET, &format!("{family}/certificates/2014"), None).await;
    count("a tax certificate");
    let nadia = people::other_organisation(town).await;
    town.wire.take();
    let purchase = crate::tickets::purchase("ludotheque", None, 5);
    nadia.post("/api/organisations/aubray/families/vasseur/tickets", purchase).await.ok();
    count("tickets");
    read("Mes documents", &format!("{family}/documents")).await;
    let sheet = tests::storage::Sheet::of_family("caf_statement", tests::paper::pdf(100));
    let permission = chantal.ask_to_send(family, &sheet, Uuid::new_v4()).await.ok();
    count("a permission to send");
    tests::storage::put(&permission, |_| {}, sheet.bytes.clone()).await;
    let document = chantal.checked(family, permission["document"].as_str().unwrap()).await;
    town.wire.take();
    chantal.post(&format!("{family}/documents/{}/link", document["id"].as_str().unwrap()), json!({})).await.ok();
    count("a download");
    read("Mes données", &format!("{family}/privacy")).await;
    chantal.post(&format!("{family}/archives"), json!({ "request": Uuid::new_v4().to_string() })).await.ok();
    count("an archive");
    chantal.get("/api/session").await.ok();
    count("who am I");
    chantal.get("/api/account").await.ok();
    count("Mon compte");
    chantal.call(Method::DELETE, "/api/account/sessions", None).await;
    count("the end of the other sessions");
    chantal.get("/api/account/deletion").await.ok();
    count("what a deletion would do");
    chantal.post("/api/session/renew", json!({})).await;
    count("renew");
    let own = json!({ "password": people::CHANTAL.1, "identifiant": "la.lune" });
    chantal.put("/api/account/identifiant", own).await;
    count("another identifiant");
    let own = json!({ "password": people::CHANTAL.1, "mel": "lune@example.fr" });
    chantal.put("/api/account/mel", own).await.ok();
    count("a wished mél");
    let own = json!({ "password": people::CHANTAL.1, "new_password": "une phrase toute neuve" });
    chantal.put("/api/account/password", own).await;
    count("another password");
    chantal.call(Method::DELETE, "/api/session", None).await;
    count("sign-out");
    town.stranger().post("/api/password/forgotten", json!({ "name": "marc.devret" })).await;
    count("forgotten password");
    town.stranger().post("/api/password/forgotten", json!({ "name": "personne" })).await;
    count("forgotten password, of nobody");
    let token = people::token_to(town, "marc.devret@mail.example", "nouveau-mot-de-passe.html").await;
    town.wire.take();
    town.stranger().post("/api/password/reset", json!({ "token": token, "password": "une phrase toute neuve" })).await;
    count("new password");
}

/// Pages and clicks of agents.
async fn agents(town: &Town, chart: &Chart) {
    let anne = people::agent(town, people::DESK).await;
    let (yves, isabelle) =
        (people::agent(town, people::TREASURER).await, people::agent(town, people::ADMINISTRATOR).await);
    let organisation = "/api/organisations/jumex";
    let family = format!("{organisation}/families/devret");
    let read = async |person: &Person, what: &str, path: String| {
        person.bytes(&path).await;
        town.wire.take();
        person.bytes(&path).await;
        chart.holds(what, &answered(town));
    };
    let wrote = |what: &str, answer: Answer| {
        if !answer.status.is_success() {
            chart.faults.borrow_mut().push(format!("{what}: {} {}", answer.status, answer.body));
        }
        chart.holds(what, &answered(town));
    };
    read(&anne, "find a family", format!("{organisation}/search?q=dev")).await;
    read(&anne, "the table of families", format!("{organisation}/families?mel=none")).await;
    read(&anne, "what waits for agents", format!("{organisation}/documents")).await;
    read(&anne, "who accepted rules", format!("{organisation}/rules/reglement-periscolaire/acceptances")).await;
    read(&anne, "what agents must know of a family", format!("{family}/summary")).await;
    read(&anne, "quotient and residence", format!("{family}/situations")).await;
    read(&anne, "the children's health, by an agent", format!("{family}/health")).await;
    read(&isabelle, "Aujourd’hui", format!("{organisation}/today?day=2015-05-26")).await;
    read(&anne, "the roll", format!("{organisation}/attendance?day=2015-05-26&activity=cantine-maternelle")).await;
    read(&yves, "the debts", format!("{organisation}/debts")).await;
    read(&yves, "the journal of a month", format!("{organisation}/journal/2015-05")).await;
    read(&yves, "months to correct", format!("{family}/corrections")).await;
    read(&yves, "the months' runs", format!("{organisation}/runs")).await;
    read(&isabelle, "the agents", format!("{organisation}/agents")).await;
    read(&isabelle, "a family's members", format!("{family}/members")).await;
    let body = |route: &str| stranger::good_body(route).unwrap();
    wrote("a service note", anne.post(&format!("{family}/notes"), body("notes")).await);
    wrote("a quotient set", anne.post(&format!("{family}/situations"), body("situations")).await);
    wrote("invite an adult", anne.post(&format!("{family}/invitations"), body("invitations")).await);
    wrote("a child noted at the roll", anne.put(&format!("{organisation}/attendance"), body("attendance")).await);
    let day = "2015-06-22";
    let menu = json!({ "days": [{ "day": day, "dishes": ["Soupe"] }], "version": 0 });
    wrote("a menu written", anne.put(&format!("{organisation}/menus/cantine-maternelle/{day}"), menu).await);
    wrote("news written", anne.put(&format!("{organisation}/news/{}", Uuid::new_v4()), body("{news}")).await);
    wrote("a payment", yves.post(&format!("{family}/payments"), body("payments")).await);
    wrote("a credit note", yves.post(&format!("{family}/invoices/2015-00042/credit-note"), body("credit-note")).await);
}
