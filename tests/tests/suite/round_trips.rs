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
        let sent: Vec<_> = sent.into_iter().filter(|call| call.function != "mailer").collect();
        let names: Vec<&str> = sent.iter().map(|call| call.operation.as_str()).collect();
        let counted = waves(&sent);
        println!("{what}: {counted} waves, {} calls {names:?}", sent.len());
        assert!((1..=most_waves).contains(&counted), "{what}: {counted} waves {names:?}");
        assert!(sent.len() <= most_calls, "{what}: {names:?}");
    };
    town.wire.take();
    chantal.sign_in(people::CHANTAL.0, people::CHANTAL.1).await.ok();
    count("sign-in", 4, 6);
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    town.wire.take(); // The first request with a new key id may read the public keys once.
    chantal.week("jumex", "devret", "2015-05-28").await.ok();
    count("the week", 1, 3);
    chantal.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await.ok();
    count("a click", 2, 4);
    let day = json!({ "request": Uuid::new_v4().to_string(), "child": "chloe", "day": "2015-05-28", "want": "booked" });
    chantal.put(&format!("{family}/days"), day).await.ok();
    count("a whole day", 2, 4);
    chantal.get(&format!("{family}/history?day=2015-05-28")).await.ok();
    count("the history", 1, 2);
    for (path, what) in [("information", "informations"), ("families/devret", "the dossier")] {
        chantal.get(&format!("/api/organisations/jumex/{path}")).await.ok();
        town.wire.take();
        chantal.get(&format!("/api/organisations/jumex/{path}")).await.ok();
        count(what, 1, 2);
    }
    chantal.get("/api/session").await.ok();
    count("who am I", 2, 2);
    chantal.call(reqwest::Method::DELETE, "/api/session", None).await;
    count("sign-out", 1, 1);
}
