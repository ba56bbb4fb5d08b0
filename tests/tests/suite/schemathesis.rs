//! What is described is what is answered, whoever calls: tried by requests that somebody else's program makes of the contract.

use std::collections::BTreeSet;

use serde_json::json;
use tests::contract::CONTRACT;
use tests::schemathesis::{Caller, Found, Ids, Schemathesis};
use tests::storage::Sheet;
use tests::town::TUESDAY;
use tests::{Person, Town, paper};
use uuid::Uuid;

use crate::{certificates, online, people, stranger};

const JUMEX: &str = "/api/organisations/jumex";
const DEVRET: &str = "/api/organisations/jumex/families/devret";

/// Operations that may meet 404 alone, and why.
const UNMET: [(&str, &str); 3] = [
    ("DELETE /api/account/sessions/{session}", "the other sessions were ended by the operation before"),
    (
        "DELETE /api/organisations/{organisation}/families/{family}/invitations/{invitation}",
        "the operation before sends it again, and what is sent again has another id",
    ),
    (
        "POST /api/organisations/{organisation}/families/{family}/archives/{archive}/link",
        "an archive is made by the clock, which stands still here",
    ),
];

/// Something of every kind that a path can name.
async fn prepared(town: &Town, chantal: &Person, administrator: &Person) -> Ids {
    let id = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let some = stranger::SOME_ID;
    let (pdf, photo) = (paper::pdf(1000), paper::photo(60, 40));
    let sheet = Sheet::of_family("caf_statement", pdf);
    let document = chantal.send_sheet(DEVRET, &sheet).await;
    let picture = chantal.send_sheet(DEVRET, &Sheet::of_family("proof_of_address", photo)).await;
    let abonnement = stranger::good_body("PUT /{abonnement}").unwrap();
    chantal.put(&format!("{DEVRET}/abonnements/{some}"), abonnement).await.ok();
    let attempt = online::PAYFIP.begin(chantal).await.attempt;
    let archive = chantal.post(&format!("{DEVRET}/archives"), json!({ "request": some })).await.ok();
    chantal.post(&format!("{DEVRET}/erasure"), json!({ "name": "DEVRET" })).await.ok();
    let feed = people::second_family(town).await;
    let feed = feed.post(&format!("{JUMEX}/families/berthier/feed"), json!({})).await.ok();
    let closing = json!({
        "opens": false, "from": "2015-07-02", "to": "2015-07-02", "activities": ["theatre"], "name": "Répétition",
    });
    administrator.put(&format!("{JUMEX}/closings/{some}"), closing).await.ok();
    administrator.put(&format!("{JUMEX}/runs/2015-04"), json!({ "action": "draft" })).await;
    let invoice = json!({
        "request": Uuid::new_v4(), "lines": [{ "label": "Badge perdu", "quantity": 5, "price": "5,00" }],
    });
    let invoice = id(&administrator.post(&format!("{DEVRET}/invoices"), invoice).await.ok()["number"]);
    let printed = async || {
        let list = administrator.get(&format!("{DEVRET}/invoices")).await.ok();
        let is_it = |one: &&serde_json::Value| one["number"] == invoice.as_str();
        list["invoices"].as_array().unwrap().iter().find(is_it)?["filed"].as_bool().filter(|filed| *filed)
    };
    administrator.until("the invoice is printed", printed).await;
    let invitation = json!({
        "request": Uuid::new_v4(), "mel": "tante@mail.example", "first_name": "Odette", "last_name": "DEVRET",
    });
    administrator.post(&format!("{DEVRET}/invitations"), invitation).await.ok();
    let members = administrator.get(&format!("{DEVRET}/members")).await.ok();
    let agents = administrator.get(&format!("{JUMEX}/agents")).await.ok();
    let reader = agents["agents"].as_array().unwrap().iter().find(|agent| agent["role"] == "reader").unwrap();
    let other_session = {
        people::chantal(town).await;
        let account = chantal.get("/api/account").await.ok();
        let sessions = account["sessions"].as_array().unwrap().clone();
        id(&sessions.iter().find(|one| one["current"] == false).unwrap()["id"])
    };
    let link = people::token_to(town, "denis.gautier", "invitation.html").await;
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    Ids::from([
        ("path.organisation", words(&["jumex"])),
        ("path.family", words(&["devret"])),
        ("path.child", words(&["chloe", "lou"])),
        ("path.activity", words(&["cantine-maternelle"])),
        ("path.day", words(&["2015-05-28", "2015-06-04"])),
        ("path.number", words(&["2015-00042", &invoice])),
        ("path.period", words(&["2015-04"])),
        ("path.year", words(&["2014"])),
        ("path.adult", words(&["marc"])),
        ("path.rules", words(&["reglement-periscolaire"])),
        ("path.news", words(&["fete-ecole"])),
        ("path.abonnement", words(&[some])),
        ("path.closing", words(&[some])),
        ("path.account", vec![id(&reader["account"])]),
        ("path.session", vec![other_session]),
        ("path.attempt", vec![dashed(attempt)]),
        ("path.archive", vec![archive["id"].as_str().unwrap_or(some).to_owned()]),
        ("path.document", vec![id(&document["id"]), id(&picture["id"])].into_iter().map(dashed).collect()),
        ("path.invitation", vec![id(&agents["invitations"][0]["id"])]),
        ("family.invitation", vec![id(&members["invitations"][0]["id"])]),
        ("path.feed", vec![id(&feed["url"]).rsplit('/').next().unwrap().to_owned()]),
        ("body.child", words(&["chloe", "lou"])),
        ("body.activity", words(&["garderie-soir", "cantine-maternelle"])),
        ("body.family", words(&["devret"])),
        ("body.day", words(&["2015-05-28", "2015-06-04"])),
        ("body.token", vec![link]),
        ("query.search", words(&["de"])),
    ])
}

/// A UUID as the contract writes it.
fn dashed(id: String) -> String {
    id.parse::<Uuid>().unwrap().to_string()
}

/// Who calls.
enum Calls {
    Nobody,
    Parent,
    /// Another family's adult, who signs out.
    Leaving,
    Agent(people::Agent),
}

/// Lets it call in somebody's place, in a town of its own: what another one ends or decides would be missing.
async fn tried(program: &Schemathesis, name: &str, who: Calls, arguments: &[&str]) -> Found {
    let town = Town::at(TUESDAY).await;
    certificates::paid_in_2014(&town, ("jumex", "devret", "lou", "garderie-soir")).await;
    let chantal = people::chantal(&town).await;
    let administrator = people::agent(&town, people::ADMINISTRATOR).await;
    let ids = prepared(&town, &chantal, &administrator).await;
    let session = match who {
        Calls::Nobody => None,
        Calls::Parent => chantal.cookie(),
        Calls::Leaving => people::second_family(&town).await.cookie(),
        Calls::Agent(agent) => people::agent(&town, agent).await.cookie(),
    };
    program.run(&town.origin(), &ids, Caller { name, session, arguments }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_made_of_the_contract_have_the_replies_it_describes() {
    // Signing out would end the caller: it is tried by itself, below.
    const FEW: [&str; 6] =
        ["--phases=fuzzing", "--max-examples=2", "--mode=all", "--exclude-operation-id", "sign_out", "--workers=1"];
    const MORE: [&str; 6] = [
        "--phases=coverage,fuzzing",
        "--max-examples=2",
        "--mode=positive",
        "--exclude-operation-id",
        "sign_out",
        "--workers=1",
    ];
    const SIGN_OUT: [&str; 4] = ["--phases=fuzzing", "--max-examples=4", "--include-operation-id", "sign_out"];
    let program = Schemathesis::installed().await;
    let (one, two, three, four, five, six, seven) = tokio::join!(
        tried(&program, "nobody", Calls::Nobody, &FEW),
        tried(&program, "a parent", Calls::Parent, &FEW),
        tried(&program, "a reader", Calls::Agent(people::READER), &FEW),
        tried(&program, "the treasurer", Calls::Agent(people::TREASURER), &FEW),
        tried(&program, "the desk", Calls::Agent(people::DESK), &FEW),
        tried(&program, "who leaves", Calls::Leaving, &SIGN_OUT),
        tried(&program, "an administrator", Calls::Agent(people::ADMINISTRATOR), &MORE),
    );
    let found = [two, three, four, five, six, seven].into_iter().fold(one, Found::and);
    assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
    let unmet = found.statuses.iter().filter(|(_, met)| only_refused(met)).map(|(operation, _)| operation.as_str());
    let unmet: Vec<&str> = unmet.filter(|operation| UNMET.iter().all(|(known, _)| known != operation)).collect();
    assert!(unmet.is_empty(), "operations that nobody could reach: {unmet:#?}");
    let tried: BTreeSet<&String> = found.statuses.keys().collect();
    let routes = CONTRACT.routes();
    assert_eq!(tried, routes.iter().collect(), "every operation is tried");
    println!("{} requests", found.requests);
}

fn only_refused(met: &BTreeSet<u64>) -> bool {
    met.iter().all(|status| [401, 403, 404].contains(status))
}

#[test]
fn no_description_of_the_contract_was_cut_at_a_comma() {
    fn nameless(value: &serde_json::Value, here: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    if member.is_null() {
                        found.push(format!("{here}: « {name} »"));
                    }
                    nameless(member, &format!("{here}/{name}"), found);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| nameless(item, here, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    nameless(&CONTRACT.document, "", &mut found);
    assert!(found.is_empty(), "a text with a comma, or with a colon, is written in quotes: {found:#?}");
}
