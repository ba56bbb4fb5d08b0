//! How many sequential waves to the table each page and click costs, as `docs/DATA.md` says.

use serde_json::json;
use tests::Town;
use tests::town::TUESDAY;
use tests::wire::waves;
use uuid::Uuid;

use crate::people;

#[tokio::test]
async fn pages_and_clicks_cost_what_the_chart_says() {
    let town = Town::at(TUESDAY).await;
    let chantal = town.stranger();
    let family = "/api/organisations/jumex/families/devret";
    let count = |what: &'static str, most_waves: usize, most_calls: usize| {
        let sent = town.wire.take();
        let sent: Vec<_> = sent
            .into_iter()
            .filter(|call| {
                !["mailer", "tick", "billing", "payments", "checker", "retention"].contains(&call.function.as_str())
            })
            .collect();
        let names: Vec<&str> = sent.iter().map(|call| call.operation.as_str()).collect();
        let counted = waves(&sent);
        println!("{what}: {counted} waves, {} calls {names:?}", sent.len());
        assert!((1..=most_waves).contains(&counted), "{what}: {counted} waves {names:?}");
        assert!(sent.len() <= most_calls, "{what}: {names:?}");
    };
    town.wire.take();
    chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    count("sign-in", 4, 8);
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    town.wire.take(); // The first request with a new key id may read the public keys once.
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    count("the week", 1, 4);
    let dossier = format!("{family}/dossier");
    chantal.get(&dossier).await.ok();
    town.wire.take(); // As above: a function's first request may read the public keys.
    chantal.get(&dossier).await.ok();
    count("the dossier's fiches", 1, 2);
    let note = json!({ "changes": [{ "place": "fiche.chantal.note", "was": "", "now": "Après 18 h" }] });
    chantal.put(&dossier, note).await.ok();
    count("the dossier is saved", 2, 3);
    chantal.get(&format!("{family}/health")).await.ok();
    count("the children's health", 2, 3);
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    count("a click", 2, 6);
    let day = json!({ "request": Uuid::new_v4().to_string(), "child": "chloe", "day": "2015-05-28", "want": "booked" });
    chantal.put(&format!("{family}/days"), day).await.ok();
    count("a whole day", 2, 6);
    chantal.get(&format!("{family}/history?day=2015-05-28")).await.ok();
    count("the history", 1, 2);
    for (path, what) in [("information", "informations"), ("families/devret", "the dossier")] {
        chantal.get(&format!("/api/organisations/jumex/{path}")).await.ok();
        town.wire.take();
        chantal.get(&format!("/api/organisations/jumex/{path}")).await.ok();
        count(what, 1, if what == "informations" { 4 } else { 2 });
    }
    chantal.get("/api/organisations/jumex/menus?day=2015-05-28").await.ok();
    count("the menus of a week", 1, 3);
    let rules = "/api/organisations/jumex/rules/reglement-periscolaire/acceptance";
    chantal.put(rules, json!({ "version": 2 })).await;
    count("rules accepted", 2, 3);
    chantal.get(&format!("{family}/abonnements")).await.ok();
    count("the abonnements", 1, 2);
    let lines = json!([{ "activity": "garderie-soir", "weekdays": ["Mon"] }]);
    let pattern =
        json!({ "child": "chloe", "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-07-03" });
    let abonnement = format!("{family}/abonnements/{}", Uuid::new_v4());
    chantal.put(&abonnement, pattern).await.ok();
    count("an abonnement of five days", 5, 11);
    chantal.call(reqwest::Method::DELETE, &abonnement, None).await.ok();
    count("its end", 5, 11);
    let absence = json!({
        "request": Uuid::new_v4().to_string(), "child": "chloe", "from": "2015-05-28", "to": "2015-05-28",
        "reason": "angine", "proof": "none",
    });
    chantal.post(&format!("{family}/absences"), absence).await.ok();
    count("an absence", 3, 8);
    chantal.get(&format!("{family}/wishes")).await.ok();
    count("the wishes", 1, 1);
    chantal.put(&format!("{family}/wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    count("new wishes", 2, 2);
    let made = chantal.post(&format!("{family}/feed"), json!({})).await.ok();
    count("a new feed", 2, 2);
    reqwest::get(made["url"].as_str().unwrap()).await.unwrap();
    count("the feed", 2, 4);
    chantal.get(&format!("{family}/invoices")).await.ok();
    town.wire.take();
    chantal.get(&format!("{family}/invoices")).await.ok();
    count("Mes factures", 1, 2);
    chantal.bytes(&format!("{family}/invoices/2015-00042/file")).await;
    count("an invoice's PDF", 2, 2);
    let nadia = people::other_organisation(&town).await;
    town.wire.take();
    let purchase = crate::tickets::purchase("ludotheque", None, 5);
    nadia.post("/api/organisations/aubray/families/vasseur/tickets", purchase).await.ok();
    count("tickets", 2, 3);
    chantal.get(&format!("{family}/documents")).await.ok();
    town.wire.take();
    chantal.get(&format!("{family}/documents")).await.ok();
    count("Mes documents", 1, 3);
    let sheet = tests::storage::Sheet::of_family("caf_statement", tests::paper::pdf(100));
    let permission = chantal.ask_to_send(family, &sheet, Uuid::new_v4()).await.ok();
    count("a permission to send", 2, 3);
    tests::storage::put(&permission, |_| {}, sheet.bytes.clone()).await;
    let document = chantal.checked(family, permission["document"].as_str().unwrap()).await;
    town.wire.take();
    chantal.post(&format!("{family}/documents/{}/link", document["id"].as_str().unwrap()), json!({})).await.ok();
    count("a download", 1, 1);
    chantal.get(&format!("{family}/privacy")).await.ok();
    town.wire.take();
    chantal.get(&format!("{family}/privacy")).await.ok();
    count("Mes données", 1, 2);
    chantal.post(&format!("{family}/archives"), json!({ "request": Uuid::new_v4().to_string() })).await.ok();
    count("an archive", 2, 3);
    chantal.get("/api/session").await.ok();
    count("who am I", 2, 2);
    chantal.get("/api/account").await.ok();
    count("Mon compte", 1, 2);
    chantal.call(reqwest::Method::DELETE, "/api/account/sessions", None).await;
    count("the end of the other sessions", 2, 2);
    chantal.get("/api/account/deletion").await.ok();
    count("what a deletion would do", 2, 4);
    let own = json!({ "password": people::CHANTAL.1, "identifiant": "la.lune" });
    chantal.put("/api/account/identifiant", own).await;
    count("another identifiant", 3, 5);
    let own = json!({ "password": people::CHANTAL.1, "mel": "lune@example.fr" });
    chantal.put("/api/account/mel", own).await.ok();
    count("a wished mél", 3, 5);
    let own = json!({ "password": people::CHANTAL.1, "new_password": "une phrase toute neuve" });
    chantal.put("/api/account/password", own).await;
    count("another password", 3, 5);
    chantal.call(reqwest::Method::DELETE, "/api/session", None).await;
    count("sign-out", 1, 1);
}
