//! Every call a function makes is in its policy, and its policy holds nothing it never uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use serde_yaml_ng::Value;
use tests::Town;
use tests::town::TUESDAY;
use uuid::Uuid;

use crate::{people, template};

/// Per function, which actions on which partitions.
type Used = BTreeMap<String, BTreeSet<(String, String)>>;

#[tokio::test]
async fn policies_hold_what_the_scenarios_use_and_nothing_else() {
    let town = Town::at(TUESDAY).await;
    everything_once(&town).await;
    let used = used(&town);
    let mut faults = Vec::new();
    for (id, properties) in template::functions() {
        let package = template::package(&properties);
        let granted = granted(&properties["Policies"]);
        let nothing = BTreeSet::new();
        let needed = used.get(&package).unwrap_or(&nothing);
        faults.extend(needed.difference(&granted).map(|missing| format!("{id} needs {missing:?}")));
        faults.extend(granted.difference(needed).map(|surplus| format!("{id} never uses {surplus:?}")));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
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
    agent.get("/api/organisations/jumex/families?search=devret").await.ok();
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
    people::mail_to(town, "odette@example.fr", "Votre mot de passe a changé").await;
    chantal.call(reqwest::Method::DELETE, "/api/session", None).await;
    town.outbox_is_quiet().await;
    town.portal.invoke("mailer", json!({ "sweep": "outbox" })).await.unwrap();
}

fn used(town: &Town) -> Used {
    let mut used = Used::new();
    for call in town.wire.take() {
        for (action, partitions) in call.actions {
            let of_function = used.entry(call.function.clone()).or_default();
            match partitions.is_empty() {
                true => drop(of_function.insert((action, String::new()))),
                false => of_function.extend(partitions.into_iter().map(|partition| (action.clone(), partition))),
            }
        }
    }
    used
}

/// What the statements of a function allow, per partition (by `dynamodb:LeadingKeys`).
fn granted(policies: &Value) -> BTreeSet<(String, String)> {
    let mut granted = BTreeSet::new();
    for policy in policies.as_sequence().into_iter().flatten() {
        for statement in policy["Statement"].as_sequence().into_iter().flatten() {
            let actions = strings(&statement["Action"]);
            let leading = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            let partitions: Vec<String> = strings(leading)
                .iter()
                .map(|pattern| pattern.trim_end_matches('*').trim_end_matches('#').to_owned())
                .collect();
            for action in actions.iter().filter(|action| counted(action)) {
                match action.starts_with("ses:") {
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
