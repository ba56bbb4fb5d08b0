//! A right that is lost between reading and writing is refused on every operation, from one table no new route escapes.

use std::collections::{BTreeSet, HashMap};

use reqwest::Method;
use serde_json::json;
use tests::Town;
use tests::rights::Rights;
use tests::town::TUESDAY;
use uuid::Uuid;

use crate::{people, policies, stranger, template};

/// Routes that change nothing, though they are no `GET`: they give an address of storage, ask a provider its name, or count
/// what a body asks for.
const WRITE_NOTHING: [&str; 3] = [
    "POST /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}/cost",
    "POST /api/organisations/{organisation}/families/{family}/archives/{archive}/link",
    "POST /api/organisations/{organisation}/online-payments/trial",
];
/// What a provider says of a payment is recorded whoever asked.
const ON_ITS_OWN: [&str; 1] =
    ["POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/check"];
/// What an agent reads here is noted before it is shown.
const NOTED: [&str; 4] = [
    "GET /api/organisations/{organisation}/debts/file",
    "GET /api/organisations/{organisation}/journal/{period}",
    "GET /api/organisations/{organisation}/families/{family}/documents/{document}/preview",
    "GET /api/organisations/{organisation}/families/{family}/health",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_lost_before_the_write_is_refused_on_every_operation() {
    let town = Town::at(TUESDAY).await;
    let functions = template::functions().into_iter().flat_map(|(_, properties)| {
        let package = template::package(&properties);
        template::routes_of(&properties).into_iter().map(move |route| (route, package.clone())).collect::<Vec<_>>()
    });
    let functions: HashMap<String, String> = functions.collect();
    // The first seal of all makes a key, which is written for nobody.
    let chantal = people::chantal(&town).await;
    for (was, now) in [("", "Noix"), ("Noix", "")] {
        let allergies = json!({ "place": "child.chloe.allergies", "was": was, "now": now });
        crate::dossier::save(&chantal, json!({ "changes": [allergies] })).await.ok();
    }
    let rights = Rights::watch(&town, functions, &ON_ITS_OWN);
    own_accounts(&town).await;
    desk_and_families(&town).await;
    policies::every_scenario(&town).await;
    let faults = rights.faults();
    assert!(faults.is_empty(), "{faults:#?}");
    let mut missing: BTreeSet<String> = stranger::routes_with_a_session().map(str::to_owned).collect();
    missing.retain(|route| NOTED.contains(&route.as_str()) || !route.starts_with("GET"));
    missing.retain(|route| !WRITE_NOTHING.contains(&route.as_str()) && !ON_ITS_OWN.contains(&route.as_str()));
    missing.retain(|route| !rights.tried().contains(route));
    assert!(missing.is_empty(), "no write of these was tried: call them here, or in `policies`: {missing:#?}");
}

/// What the other scenario does not change of one's own account.
async fn own_accounts(town: &Town) {
    let (chantal, other) = (people::chantal(town).await, people::chantal(town).await);
    let sessions = other.get("/api/account").await.ok();
    let current = sessions["sessions"].as_array().unwrap().iter().find(|session| session["current"] == true);
    let session = current.unwrap()["id"].as_str().unwrap();
    chantal.call(Method::DELETE, &format!("/api/account/sessions/{session}"), None).await;
    let password = people::CHANTAL.1;
    chantal.put("/api/account/mel", json!({ "password": password, "mel": "lune@example.fr" })).await.ok();
    let agent = people::agent(town, people::READER).await;
    agent.post("/api/account/recovery-codes", json!({ "password": people::READER.1 })).await.ok();
    let renamed = json!({ "password": people::READER.1, "identifiant": "luc.autrement" });
    assert_eq!(agent.put("/api/account/identifiant", renamed).await.status.as_u16(), 204);
    let changed = json!({ "password": people::READER.1, "new_password": "une phrase toute neuve" });
    assert_eq!(agent.put("/api/account/password", changed).await.status.as_u16(), 204);
}

/// What the other scenario leaves out at the desk.
async fn desk_and_families(town: &Town) {
    let (chantal, agent) = (people::chantal(town).await, people::agent(town, people::ADMINISTRATOR).await);
    let family = "/api/organisations/jumex/families/devret";
    let day = json!({ "request": Uuid::new_v4().to_string(), "child": "chloe", "day": "2015-05-29", "want": "booked" });
    let request = day["request"].as_str().unwrap().to_owned();
    chantal.put(&format!("{family}/days"), day).await.ok();
    let undo = json!({ "request": Uuid::new_v4().to_string(), "from": "2015-05-29", "to": "2015-05-29" });
    chantal.post(&format!("{family}/changes/{request}/undo"), undo).await.ok();
    let made = agent.post("/api/organisations/jumex/families", crate::dossier::family()).await.ok();
    let made = format!("/api/organisations/jumex/families/{}", made["id"].as_str().unwrap());
    let version = agent.get(&format!("{made}/dossier")).await.ok()["version"].clone();
    let child = json!({
        "version": version, "first_name": "Zoé", "born": "2009-05-04", "class": "GS", "school": "", "pai": false,
        "weeks": "all", "from": null, "to": null, "enrolments": [],
    });
    agent.put(&format!("{made}/children/{}", Uuid::new_v4()), child).await.ok();
    let sheet = tests::storage::Sheet::of_family("caf_statement", tests::paper::pdf(100));
    let sent = chantal.send_sheet(family, &sheet).await;
    agent.post(&format!("{family}/documents/{}/link", sent["id"].as_str().unwrap()), json!({})).await.ok();
}
