//! An older table under today's code: what waited is done once, its people sign in, its months go on.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use domain::id::OrganisationId;
use domain::invoice::Period;
use lambda::environment::Environment;
use serde_json::{Value, json};
use store::records::{DirectoryRecord, InvoiceRecord, OutboxStatus, RunRecord, RunStage, WorkRecord};
use store::{Files, keys};
use tests::Town;
use tests::person::state;
use tests::town::instant;
use uuid::Uuid;

use crate::people;
use crate::planning_mails::tick;

use super::{kept, making, outbox};

/// 3 June 2015, 8 h in Paris: the morning after the table was left.
const JUNE: &str = "2015-06-03T06:00:00Z";
/// A month later.
const JULY: &str = "2015-07-02T06:00:00Z";
const DEVRET: &str = "/api/organisations/jumex/families/devret";
/// The last number of the time before the portal: the first one it gave comes next.
const IMPORTED: u64 = 42;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_table_opens_does_what_waited_once_and_runs_its_months() {
    for fixture in kept::all() {
        let folder = fixture.unpacked();
        let town = opened(folder.path(), JUNE).await;
        holds(&town).await;
        of_before_versions(&town).await;
        mails_go_out_once(&town).await;
        work_is_done(&town).await;
        the_clock_goes_on(&town).await;
        people_go_on(&town).await;
        the_desk_goes_on(&town).await;
        issue(&town, "2015-05").await;
        holds(&town).await;
        town.portal.stop().await;
        let town = opened(folder.path(), JULY).await;
        assert_eq!(tick(&town, "hour").await["runs"], 1, "June of Jumex");
        issue(&town, "2015-06").await;
        holds(&town).await;
        town.portal.stop().await;
    }
}

/// A portal of today on an older folder; nobody moves its clock but the test.
async fn opened(data: &Path, now: &str) -> Town {
    Town::opened(|options| {
        options.data = Some(data.to_owned());
        options.now = Some(instant(now));
        options.demo = false;
    })
    .await
}

/// Takes away the versions that tables older still did not have.
async fn of_before_versions(town: &Town) {
    let client = town.client();
    let all = client.scan().table_name(town.portal.table_name()).send().await.unwrap();
    let of_then = all.items().iter().filter(|item| {
        let sk = item["sk"].as_s().unwrap();
        sk == "ACCOUNT" || sk == "ORGANISATION"
    });
    let mut taken = 0;
    for item in of_then {
        let key = item.iter().filter(|(name, _)| matches!(name.as_str(), "pk" | "sk"));
        let key = key.map(|(name, value)| (name.clone(), value.clone())).collect();
        let update = client.update_item().table_name(town.portal.table_name()).set_key(Some(key));
        update.update_expression("REMOVE version").send().await.unwrap();
        taken += 1;
    }
    assert!(taken > 10, "{taken}");
}

/// Nothing is found by `preau-check`.
async fn holds(town: &Town) {
    let settings = [
        ("AWS_REGION", "eu-west-3".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_ENDPOINT_URL_S3", town.portal.storage_endpoint()),
        ("FILES_BUCKET", "files".to_owned()),
    ];
    let environment: Environment = settings.into_iter().collect();
    let files = Files::of(&environment, None).unwrap();
    let reports = preau_check::check_all(&town.table(), Some(&files)).await.unwrap();
    assert_eq!(reports.len(), 2);
    for report in reports {
        assert!(report.findings.is_empty() && report.invoices > 0, "{report}");
    }
}

/// Every mail that waited is sent, by two sweeps at once, once.
async fn mails_go_out_once(town: &Town) {
    let before = outbox(town).await;
    let waiting: Vec<_> = before.iter().filter(|mail| mail.status == OutboxStatus::Pending).collect();
    let kinds: BTreeSet<String> = waiting.iter().map(|mail| making::kind(mail)).collect();
    assert!(kinds.len() >= 20, "{kinds:?}");
    let old: BTreeSet<String> = town.portal.mails().unwrap().into_iter().map(|mail| mail.id).collect();
    let sweep = || town.portal.invoke("mailer", json!({ "sweep": "outbox" }));
    let (one, other) = tokio::join!(sweep(), sweep());
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    town.outbox_is_quiet().await;
    let after = outbox(town).await;
    for mail in waiting {
        let now = after.iter().find(|known| known.id == mail.id).unwrap();
        // A reminder of what was paid meanwhile is not sent any more.
        assert!(now.status == OutboxStatus::Sent || making::kind(now) == "debt_reminder", "{now:?}");
    }
    // A mail to a family of several is one for each adult: the item itself goes nowhere.
    let was_sent = |id: &str| before.iter().any(|mail| mail.id == id && mail.status != OutboxStatus::Pending);
    let ended = |status: OutboxStatus| {
        let direct = after.iter().filter(|mail| !mail.to.is_empty() && !was_sent(&mail.id));
        direct.filter(move |mail| mail.status == status)
    };
    // One reminds of what was paid meanwhile: it is not even tried.
    assert!(ended(OutboxStatus::Refused).all(|mail| mail.tries == 0 && making::kind(mail) == "debt_reminder"));
    let sent = ended(OutboxStatus::Sent);
    let mut sent: Vec<&str> =
        sent.inspect(|mail| assert_eq!(mail.tries, 1, "{mail:?}")).map(|mail| &*mail.to).collect();
    let news = town.portal.mails().unwrap().into_iter().filter(|mail| !old.contains(&mail.id));
    let mut arrived: Vec<String> = news.map(|mail| mail.to).collect();
    sent.sort_unstable();
    arrived.sort_unstable();
    assert_eq!(arrived, sent);
    assert_eq!(sweep().await.unwrap(), json!({ "again": 0 }));
    assert_eq!(town.portal.mails().unwrap().len(), old.len() + arrived.len());
}

/// Invoices are printed, a month is drafted, and nothing of it is left.
async fn work_is_done(town: &Town) {
    let jumex = invoices(town, "jumex").await.into_iter();
    let unfiled = jumex.chain(invoices(town, "aubray").await).filter(|one| !one.filed && !one.imported);
    assert!(unfiled.count() >= 2, "there is something to be printed");
    let again = town.portal.invoke("billing", json!({ "sweep": "work" })).await.unwrap();
    assert!(again["again"].as_u64().unwrap() >= 3, "{again}");
    until(town, "2015-04", RunStage::Review).await;
    for organisation in ["jumex", "aubray"] {
        for invoice in invoices(town, organisation).await.into_iter().filter(|one| !one.imported) {
            assert!(invoice.filed, "{invoice:?}");
        }
    }
    town.outbox_is_quiet().await;
}

/// A digest that rested is sent, a closure that was cut is finished, an archive that was asked for is made.
async fn the_clock_goes_on(town: &Town) {
    assert_ne!(tick(town, "digests").await["digests"], 0);
    assert_ne!(tick(town, "hour").await["closed"], 0);
    town.portal.invoke("payments", json!({ "sweep": "payments" })).await.unwrap();
    town.portal.invoke("retention", json!({ "keep": "tasks" })).await.unwrap();
    town.outbox_is_quiet().await;
    let ready = town.portal.mails().unwrap().into_iter().filter(|mail| mail.text.contains("mes-donnees.html"));
    let ready: Vec<String> = ready.map(|mail| mail.to).collect();
    assert_eq!(ready, ["sophie.morel@mail.example"; 2], "the one that was made before, and the one asked for");
}

/// Old passwords, the changed one, a link that an older version mailed, and one that today's mails for an older wish.
async fn people_go_on(town: &Town) {
    let chantal = people::chantal(town).await;
    chantal.click("devret", "lou", "cantine-maternelle", "2015-06-18", "booked").await.ok();
    let week = chantal.week("jumex", "devret", "2015-06-18").await.ok();
    assert_eq!(state(&week, "lou", "cantine-maternelle", "2015-06-18"), "open_booked");
    let confirm = json!({ "token": people::token_to(town, "chantal@nouvelle.example", "confirmer-mel.html").await });
    assert_eq!(town.stranger().post("/api/mel/confirm", confirm).await.ok()["mel"], "chantal@nouvelle.example");
    people::parent(town, making::SOPHIES).await.get("/api/session").await.ok();
    assert_eq!(town.stranger().sign_in(making::SOPHIES.0, "semaines paires").await.code(), "bad-credentials");
    let huguette = town.stranger();
    let token = people::token_to(town, making::INVITED, "invitation.html").await;
    let accept = json!({ "token": token, "identifiant": "huguette.x", "password": "les volets du matin" });
    huguette.post("/api/invitation/accept", accept).await.ok();
    huguette.sign_in("huguette.x", "les volets du matin").await.ok();
    huguette.week("jumex", "devret", "2015-06-18").await.ok();
}

/// What was received is opened and accepted; a day is closed, an address that waited accepted, what was sealed opened.
async fn the_desk_goes_on(town: &Town) {
    let anne = people::agent(town, people::DESK).await;
    let listed = anne.get("/api/organisations/jumex/documents").await.ok();
    let waiting = listed["documents"].as_array().unwrap();
    let paper = waiting.iter().find(|document| document["kind"] == "caf_statement").unwrap();
    let address = |rest: &str| format!("{DEVRET}/documents/{}/{rest}", paper["id"].as_str().unwrap());
    let link = anne.post(&address("link"), json!({})).await.ok();
    let file = reqwest::get(link["url"].as_str().unwrap()).await.unwrap();
    assert!(file.bytes().await.unwrap().starts_with(b"%PDF-"));
    let accept = json!({ "decision": "accept", "version": paper["version"], "valid_until": "2016-08-31" });
    assert_eq!(anne.put(&address("decision"), accept).await.ok()["standing"], "accepted");
    let closed = json!({ "opens": false, "activities": [], "from": "2015-06-25", "to": "2015-06-25", "name": "Fête" });
    anne.put(&format!("/api/organisations/jumex/closings/{}", Uuid::new_v4()), closed).await.ok();
    let answer = json!({ "place": "fiche.marc.town", "value": "ORLÉANS" });
    anne.put(&crate::dossier::path("checks"), answer).await.ok();
    let health: Value = anne.get(&crate::dossier::path("health")).await.ok();
    assert!(health.to_string().contains("Arachides"), "it opens what was sealed: {health}");
}

/// A month under review is issued: its numbers follow those that were given, without a gap.
async fn issue(town: &Town, month: &str) {
    let yves = people::agent(town, people::TREASURER).await;
    let run = format!("/api/organisations/jumex/runs/{month}");
    until(town, month, RunStage::Review).await;
    let before = invoices(town, "jumex").await.len();
    yves.put(&run, json!({ "action": "issue" })).await.ok();
    until(town, month, RunStage::Done).await;
    let after = invoices(town, "jumex").await;
    assert!(after.len() > before, "{month} charges somebody");
    let given = after.iter().filter(|one| !one.imported);
    let mut numbers: Vec<u64> = given.map(|one| one.number.split_once('-').unwrap().1.parse().unwrap()).collect();
    numbers.sort_unstable();
    let expected: Vec<u64> = (IMPORTED + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
    assert!(after.iter().all(|one| one.filed || one.imported));
    town.outbox_is_quiet().await;
}

async fn invoices(town: &Town, organisation: &str) -> Vec<InvoiceRecord> {
    let place: OrganisationId = organisation.parse().unwrap();
    let families: Vec<DirectoryRecord> = town.table().query(&keys::directory(&place)).await.unwrap();
    let mut all = Vec::new();
    for entry in families {
        let items = town.table().query_mixed(&keys::account_of_family(&place, &entry.family)).await.unwrap();
        all.extend(items.of::<InvoiceRecord>().unwrap());
    }
    all
}

/// Waits until a month of Jumex stands there and no work is left.
async fn until(town: &Town, month: &str, stage: RunStage) {
    let key = keys::run(&"jumex".parse().unwrap(), Period::parse(month).unwrap());
    let mut run: Option<RunRecord> = None;
    for _ in 0..600 {
        let mut waiting = 0;
        for shard in 0..keys::WORK_SHARDS {
            waiting += town.table().query::<WorkRecord>(&keys::work_shard(shard)).await.unwrap().len();
        }
        run = town.table().get(&key).await.unwrap();
        if waiting == 0 && run.as_ref().is_some_and(|run| run.stage == stage) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{month} does not come to {stage:?}: {run:?}");
}
