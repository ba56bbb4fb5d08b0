//! A family takes everything away, or is erased: held against a scan of the whole table and of storage.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::day::parse_day;
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::invoice::Line;
use domain::online::{Online, State};
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use store::records::{
    AcceptanceRecord, AdultRecord, AskingRecord, AttemptRecord, CheckRecord, DoubtRecord, ErasureRecord, FamilyRecord,
    InvoiceRecord, MailTrouble, MailTroubleRecord, Means, PaymentRecord, RoundRecord, RunStage,
};
use store::{Record, keys};
use tests::Chain;
use tests::activity::canteen;
use tests::paper;
use tests::storage::Sheet;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Person, Town};
use uuid::Uuid;

use crate::{people, world};

/// 10 June 2015, 8 h in Paris: May is invoiced.
const JUNE: &str = "2015-06-10T06:00:00Z";
const BILLING: &str = "[billing]\nseller = [\"Commune de Village\"]\nautomatic = true\nthreshold = \"0,00\"\n";
/// What is known of Odile and nobody else.
const ODILE: [&str; 3] = ["Odile", "ZAMBEZE", "odile.zambeze@canari.example"];
const ALLERGY: &str = "Noix de macadamia";
/// What an agent noted of the family.
const NOTE: &str = "Odile appelle le soir seulement.";
const PASSWORD: &str = "les confitures de mamie";

/// The other adult of the family, and what is known of him.
const BASILE: [&str; 3] = ["Basile", "OKAVANGO", "basile.okavango@canari.example"];

/// Three families with bookings of May; Odile joins the second one by her invitation.
async fn village(town: &Town, bookings: &str) -> (Village, Person) {
    let activities = canteen().to_string();
    let shape = Shape { families: 3, activities: &activities, billing: BILLING, bookings, ..Shape::default() };
    let village = Village::build(town, town.table(), instant(JUNE), &shape).await;
    let odile = joins(town, &village, ODILE).await;
    (village, odile)
}

/// An adult takes up an invitation to the second family, and is signed in.
async fn joins(town: &Town, village: &Village, [first, last, mel]: [&str; 3]) -> Person {
    let invitation = json!({
        "request": Uuid::new_v4().to_string(), "mel": mel, "first_name": first, "last_name": last,
    });
    village.agent().await.post(&path(1, "invitations"), invitation).await.ok();
    let token = people::token_to(town, mel, "invitation.html").await;
    let adult = town.stranger();
    let identifiant = identifiant(first);
    let accept = json!({ "token": token, "identifiant": identifiant, "password": PASSWORD });
    adult.post("/api/invitation/accept", accept).await.ok();
    adult.sign_in(&identifiant, PASSWORD).await.ok();
    adult
}

fn identifiant(first: &str) -> String {
    format!("{}.canari", first.to_lowercase())
}

/// The account of an adult of a family.
pub(crate) async fn account_of(town: &Town, family: usize, first: &str) -> AccountId {
    let span = keys::adults(&VILLAGE.parse().unwrap(), &family_id(family).parse().unwrap());
    let adults: Vec<AdultRecord> = town.table().query(&span).await.unwrap();
    adults.into_iter().find(|one| one.adult.first_name == first).unwrap().adult.account.unwrap()
}

/// What an adult accepted, a field that waits for an agent, and a payment online that came to nothing after some doubt.
pub(crate) async fn odds_and_ends(town: &Town, family: usize, account: &AccountId) {
    let at = instant(JUNE);
    let (organisation, family): (OrganisationId, FamilyId) =
        (VILLAGE.parse().unwrap(), family_id(family).parse().unwrap());
    let acceptance = AcceptanceRecord {
        organisation: organisation.clone(),
        account: account.clone(),
        rules: "cantine".to_owned(),
        version: 1,
        families: vec![family.clone()],
        said: ODILE[0].to_owned(),
        at,
    };
    let check = CheckRecord {
        organisation: organisation.clone(),
        family: family.clone(),
        name: "FAMILLE 1".to_owned(),
        fields: 1,
        since: at,
    };
    let trouble = MailTroubleRecord {
        organisation: organisation.clone(),
        family: family.clone(),
        mel: ODILE[2].to_owned(),
        trouble: MailTrouble::Bounce,
        at,
        expires: i64::from(u32::MAX),
    };
    let attempt = Uuid::new_v4().to_string();
    let doubt = DoubtRecord { organisation: organisation.clone(), family: family.clone(), attempt: attempt.clone() };
    let asking = AskingRecord { organisation: organisation.clone(), family: family.clone(), attempt: attempt.clone() };
    let attempt = AttemptRecord {
        organisation,
        family,
        attempt,
        invoice: None,
        cents: 310,
        reference: "000000310".to_owned(),
        provider: Online::Card,
        mel: ODILE[2].to_owned(),
        said: ODILE[0].to_owned(),
        state: State::Cancelled,
        handle: None,
        address: None,
        opened: at,
        report: None,
        doubt: None,
        receipt: None,
        decision: None,
        version: 1,
        expires: None,
    };
    let all = Chain::new().put(&acceptance).put(&check).put(&attempt).put(&asking).put(&doubt).put(&trouble);
    town.table().write(all).await.unwrap();
}

/// An allergy; two documents of the family, one of them seen by an agent and accepted for a year.
async fn documents(village: &Village, odile: &Person) {
    allergy(odile, 1).await;
    noted(village).await;
    let paper = Sheet::of_family("caf_statement", paper::pdf(2000));
    let place = path(1, "").trim_end_matches('/').to_owned();
    let sent = odile.send_sheet(&place, &paper).await;
    let photo = Sheet { name: "x.jpg", mime: "image/jpeg", ..Sheet::of_family("caf_statement", paper::photo(60, 40)) };
    odile.send_sheet(&place, &photo).await;
    let decide = format!("{place}/documents/{}/decision", sent["id"].as_str().unwrap());
    let accept = json!({ "decision": "accept", "version": sent["version"], "valid_until": "2016-06-20" });
    village.agent().await.put(&decide, accept).await.ok();
}

/// What an agent notes of the second family.
async fn noted(village: &Village) {
    let note = json!({ "request": Uuid::new_v4(), "text": NOTE });
    village.agent().await.post(&path(1, "notes"), note).await.ok();
}

/// What is known of a child's health.
pub(crate) async fn allergy(adult: &Person, family: usize) {
    let filled = |place: &str, now: &str| json!({ "place": place, "was": "", "now": now });
    let changes = [
        filled(&format!("child.{}.allergies", child_id(family, 0)), ALLERGY),
        filled("fiche.adulte.address_1", "1 rue du Fleuve"),
        filled("fiche.adulte.postal_code", "45000"),
        filled("fiche.adulte.town", "ORLÉANS"),
    ];
    adult.put(&path(family, "dossier"), json!({ "changes": changes })).await.ok();
}

/// The files of a family in storage, by bucket and key.
async fn stored(town: &Town, family: usize) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let storage = town.storage();
    for bucket in ["documents", "files"] {
        let list = storage.list_objects_v2().bucket(bucket).send().await.unwrap();
        let keys = list.contents().iter().map(|object| object.key().unwrap().to_owned());
        for key in keys.filter(|key| key.split('/').any(|part| part == family_id(family))) {
            let object = storage.get_object().bucket(bucket).key(&key).send().await.unwrap();
            files.insert(format!("{bucket}/{key}"), object.body.collect().await.unwrap().to_vec());
        }
    }
    files
}

fn of_may() -> String {
    let days = ["2015-05-18", "2015-05-19", "2015-05-21"];
    let of = |family: usize| days.map(|day| format!("{};cantine;{day};\n", child_id(family, 0))).concat();
    (0..3).map(of).collect()
}

async fn invoiced(town: &Town) {
    crate::planning_mails::tick(town, "hour").await;
    crate::invoices::until_month(town, "2015-05", RunStage::Done).await;
    town.outbox_is_quiet().await;
}

async fn keep(town: &Town, what: &str) -> Value {
    town.portal.invoke("retention", json!({ "keep": what })).await.unwrap()
}

/// The files of a ZIP, by name.
fn unpacked(zip: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_adult_has_three_archives_and_a_family_one_erasure_however_requests_meet() {
    let town = Town::at(JUNE).await;
    let (_, odile) = village(&town, &of_may()).await;
    let at_once = async |rest: &str, body: fn() -> Value| {
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..14 {
            let (tab, place) = (odile.other_tab(), path(1, rest));
            asked.spawn(async move { tab.post(&place, body()).await });
        }
        let answers = asked.join_all().await;
        let odd = answers.iter().find(|answer| ![202, 409].contains(&answer.status.as_u16()));
        assert!(odd.is_none(), "{odd:?}");
        answers.iter().filter(|answer| answer.status.as_u16() == 202).count()
    };
    let count = async |pk: &str, sk: &str| {
        let all = crate::world::everything(&town).await;
        all.keys().filter(|(of, below)| of.starts_with(pk) && below.starts_with(sk)).count()
    };
    let archive = || json!({ "request": Uuid::new_v4().to_string() });
    let given = at_once("archives", archive).await;
    assert!(given <= 3, "{given}");
    let mut more = 0;
    while odile.post(&path(1, "archives"), archive()).await.status.as_u16() == 202 {
        more += 1;
    }
    assert_eq!((given + more, count("FAMILY#village#", "ARCHIVE#").await, count("PRIVACY#TASKS", "").await), (3, 3, 3));
    let name = village_name(&town).await;
    let refused = odile.post(&path(1, "erasure"), json!({ "name": "quelqu’un d’autre" })).await;
    assert_eq!(refused.status.as_u16(), 422);
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..14 {
        let (tab, body) = (odile.other_tab(), json!({ "name": name.to_lowercase() }));
        asked.spawn(async move { tab.post(&path(1, "erasure"), body).await.status.as_u16() });
    }
    let answers = asked.join_all().await;
    assert!(answers.contains(&202) && answers.iter().all(|status| [202, 409].contains(status)), "{answers:?}");
    assert_eq!(count("ERASURE#village", "").await, 1);
    let erasure: ErasureRecord = town
        .table()
        .get(&keys::erasure(&VILLAGE.parse().unwrap(), &family_id(1).parse().unwrap()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(erasure.version, 1, "asked once");
}

/// What the second family is called.
async fn village_name(town: &Town) -> String {
    let key = keys::family(&VILLAGE.parse().unwrap(), &family_id(1).parse().unwrap());
    town.table().get::<FamilyRecord>(&key).await.unwrap().unwrap().family.name
}

/// Kinds of items that carry a secret, serve the machine alone or watch over agents, and rows that repeat what other items say:
/// no part of what a family takes away.
const NOT_TAKEN: [&str; 11] =
    ["TOKEN", "CREDENTIALS", "NAME", "THROTTLE", "IMPORT", "PRIVACY", "WORK", "SECURITY", "LISTED", "AWAITED", "FIND"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_holds_everything_of_the_family_and_nothing_of_another() {
    let town = Town::at(JUNE).await;
    let (village, odile) = village(&town, &of_may()).await;
    let basile = joins(&town, &village, BASILE).await;
    invoiced(&town).await;
    odile.put(&path(1, "wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    odds_and_ends(&town, 1, &account_of(&town, 1, ODILE[0]).await).await;
    documents(&village, &odile).await;
    let request = json!({ "request": Uuid::new_v4().to_string() });
    odile.post(&path(1, "archives"), request.clone()).await;
    let again = odile.post(&path(1, "archives"), request.clone()).await;
    assert_eq!(again.status.as_u16(), 202, "the same request is the same archive: {}", again.body);
    let id = request["request"].as_str().unwrap();
    let link = path(1, &format!("archives/{id}/link"));
    assert_eq!(odile.post(&link, json!({})).await.status.as_u16(), 404, "it is not made yet");
    assert_eq!(keep(&town, "tasks").await["tasks"], 1);
    let url = odile.post(&link, json!({})).await.ok()["url"].as_str().unwrap().to_owned();
    assert_eq!(basile.post(&link, json!({})).await.status.as_u16(), 404, "who did not ask has no link");
    let zip = reqwest::get(&url).await.unwrap().bytes().await.unwrap().to_vec();
    let files = unpacked(zip);
    town.mail_to(ODILE[2], "L’archive de vos données est prête").await;
    // Every item that is about the family is in it; no other family is named.
    let mut taken = Vec::new();
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("donnees/")) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        for other in [family_id(0), family_id(2), child_id(2, 0)] {
            assert!(!text.contains(&other), "{name} names {other}");
        }
        let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
        taken.extend(rows.iter().map(|row| (row["pk"].clone(), row["sk"].clone())));
    }
    let mine = [family_id(1), child_id(1, 0), ODILE[2].to_owned()];
    let mut missing = Vec::new();
    for ((pk, sk), item) in world::everything(&town).await {
        let about = mine.iter().any(|word| item.contains(word.as_str()));
        let after = item.contains("archive_ready") || sk.starts_with("ARCHIVE#") || sk == "FINDABLE";
        if about && !after && !NOT_TAKEN.iter().any(|kind| pk.starts_with(kind)) {
            let key = (json!(pk), json!(sk));
            if !taken.contains(&key) {
                missing.push(key);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    // So is every file, but the small pictures that are made of them.
    let stored = stored(&town, 1).await;
    assert_eq!(stored.len(), 4, "an invoice, two documents, a small picture: {:?}", stored.keys());
    for (key, bytes) in stored.iter().filter(|(key, _)| !key.contains("/previews/")) {
        let name = files.iter().find(|(_, packed)| *packed == bytes).map(|(name, _)| name);
        assert!(name.is_some_and(|name| name.starts_with("factures/") || name.starts_with("documents/")), "{key}");
    }
    // The account of the other adult is not in it.
    let all: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(all.contains(ALLERGY), "opened for who takes it away");
    assert!(all.contains(NOTE), "they may ask to read what agents note");
    assert!(all.contains(ODILE[2]) && all.contains(&identifiant(ODILE[0])));
    assert!(!all.contains(&identifiant(BASILE[0])), "how he signs in is his");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_for_who_may_not_see_a_coordinate_holds_no_note_that_could_tell_it() {
    let town = Town::at(JUNE).await;
    let (village, odile) = village(&town, &of_may()).await;
    let basile = joins(&town, &village, BASILE).await;
    allergy(&odile, 1).await;
    noted(&village).await;
    let fiche = basile.get(&path(1, "dossier")).await.ok()["own"].as_str().unwrap().to_owned();
    let hides = json!({ "place": format!("fiche.{fiche}.hidden"), "was": "", "now": "yes" });
    basile.put(&path(1, "dossier"), json!({ "changes": [hides] })).await.ok();
    for (who, holds) in [(&odile, false), (&basile, true)] {
        let id = Uuid::new_v4().to_string();
        who.post(&path(1, "archives"), json!({ "request": id })).await;
        keep(&town, "tasks").await;
        let link = who.post(&path(1, &format!("archives/{id}/link")), json!({})).await.ok();
        let zip = reqwest::get(link["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap().to_vec();
        let all: String = unpacked(zip).values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        assert_eq!(all.contains(NOTE), holds);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_family_leaves_what_the_law_keeps_and_a_restored_backup_is_erased_again() {
    let town = Town::at(JUNE).await;
    let (village, odile) = village(&town, &of_may()).await;
    odile.put(&path(1, "wishes"), json!({ "digest": true, "reminder": true })).await.ok();
    odile.post(&path(1, "feed"), json!({})).await.ok();
    odds_and_ends(&town, 1, &account_of(&town, 1, ODILE[0]).await).await;
    documents(&village, &odile).await;
    let administrator = village.agent_as(Role::Administrator).await;
    // Somebody who was invited and never came is remembered for who administers, with the family's name.
    let aunt = json!({
        "request": Uuid::new_v4(), "mel": "tante@ailleurs.example", "first_name": "Odette", "last_name": "CANARI",
    });
    administrator.post(&path(1, "invitations"), aunt).await.ok();
    let members =
        administrator.get(&format!("/api/organisations/{VILLAGE}/families/{}/members", family_id(1))).await.ok();
    let waiting = path(1, &format!("invitations/{}", members["invitations"][0]["id"].as_str().unwrap()));
    assert_eq!(administrator.call(Method::DELETE, &waiting, None).await.status.as_u16(), 204);
    let archive = Uuid::new_v4().to_string();
    odile.post(&path(1, "archives"), json!({ "request": archive })).await;
    let ask = async |name: &str| odile.post(&path(1, "erasure"), json!({ "name": name })).await;
    assert_eq!(ask("FAMILLE 2").await.status.as_u16(), 422, "the name is typed to confirm");
    assert_eq!(ask("famille 1").await.status.as_u16(), 202);
    assert_eq!(odile.call(Method::DELETE, &path(1, "erasure"), None).await.status.as_u16(), 204, "taken back");
    ask("FAMILLE 1").await;
    let decide = format!("/api/organisations/{VILLAGE}/erasures/{}", family_id(1));
    let decision = |action: &str, reason: &str| json!({ "action": action, "reason": reason });
    assert_eq!(administrator.put(&decide, decision("refuse", " ")).await.status.as_u16(), 422);
    administrator.put(&decide, decision("refuse", "une facture est contestée")).await.ok();
    let shown = odile.get(&path(1, "privacy")).await.ok();
    assert_eq!(shown["erasure"]["reason"], "une facture est contestée");
    ask("FAMILLE 1").await;
    administrator.put(&decide, json!({ "action": "accept", "reason": null })).await.ok();
    assert_eq!(administrator.put(&decide, decision("refuse", "trop tard")).await.code(), "erasure-decided");
    // May is not invoiced yet: that comes first.
    keep(&town, "tasks").await;
    let waits = odile.get(&path(1, "privacy")).await.ok()["erasure"]["waits"].clone();
    assert_eq!(waits, "mai 2015 n’est pas encore facturé");
    invoiced(&town).await;
    let backup = raw(&town).await;
    keep(&town, "tasks").await;
    let listed = administrator.get(&format!("/api/organisations/{VILLAGE}/erasures")).await.ok();
    assert_eq!(listed[0]["stage"], "done", "{listed}");
    assert!(listed[0]["kept"].as_array().unwrap().iter().any(|kept| kept.as_str().unwrap().contains("2015-0000")));
    nothing_is_left(&town).await;
    let again = town.stranger().sign_in("odile.canari", PASSWORD).await;
    assert_eq!(again.code(), "bad-credentials", "the account is gone");
    assert_eq!(
        village.adult(2).await.get(&path(2, "invoices")).await.ok()["owed"],
        1200,
        "the others have all of theirs"
    );
    // A backup from before is restored: the journal in storage erases the family again.
    for item in backup {
        town.client().put_item().table_name(town.portal.table_name()).set_item(Some(item)).send().await.unwrap();
    }
    town.stranger().sign_in("odile.canari", PASSWORD).await.ok();
    assert_eq!(keep(&town, "replay").await["erased"], 1);
    nothing_is_left(&town).await;
}

type Item = std::collections::HashMap<String, AttributeValue>;

async fn raw(town: &Town) -> Vec<Item> {
    let mut items = Vec::new();
    let mut next = None;
    loop {
        let page = town.client().scan().table_name(town.portal.table_name()).set_exclusive_start_key(next);
        let page = page.send().await.unwrap();
        items.extend(page.items().to_vec());
        next = page.last_evaluated_key;
        if next.is_none() {
            return items;
        }
    }
}

/// No name, mail or identifiant of Odile or her child's family in any item, but in what the law keeps.
async fn nothing_is_left(town: &Town) {
    let words =
        [ODILE[0], ODILE[1], ODILE[2], "odile.canari", "FAMILLE 1", "f0001@village.example", "tante@ailleurs.example"];
    for ((pk, sk), item) in world::everything(town).await {
        if ["INVOICE#", "PAYMENT#", "PERIOD#"].iter().any(|kept| sk.starts_with(kept)) {
            continue;
        }
        for word in words {
            assert!(!item.contains(word), "{word} is still in {pk} {sk}: {item}");
        }
        let own = format!("FAMILY#{VILLAGE}#{}", family_id(1));
        assert!(pk != own, "{sk} is still there");
    }
    let stored = stored(town, 1).await;
    let kept: Vec<&String> = stored.keys().collect();
    assert!(kept.len() == 1 && kept[0].starts_with("files/invoices/"), "{kept:?}");
    let archives = town.storage().list_objects_v2().bucket("files").prefix("archives/").send().await.unwrap();
    assert!(archives.contents().is_empty(), "an archive of all of it");
}

/// An invoice of 2004, ten years and more past.
pub(crate) async fn an_old_invoice(town: &Town) -> InvoiceRecord {
    let line = Line {
        child: Some(child_id(1, 0).parse().unwrap()),
        activity: None,
        label: "[Enfant 0] : Cantine".to_owned(),
        quantity: 3,
        unit: 400,
        penalty: false,
        flat: false,
        joint: false,
        days: Vec::new(),
    };
    let issued = parse_day("2004-12-31").unwrap();
    let invoice = InvoiceRecord {
        organisation: VILLAGE.parse().unwrap(),
        family: family_id(1).parse().unwrap(),
        number: "2004-00001".to_owned(),
        request: None,
        period: None,
        corrects: None,
        completes: None,
        issued,
        due: issued,
        payer: vec!["Famille FAMILLE 1".to_owned()],
        lines: vec![line],
        total: 1200,
        imported: true,
        written_off: None,
        filed: true,
        version: 1,
    };
    town.table().write(Chain::new().put_new(&invoice)).await.unwrap();
    invoice
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_past_its_period_keeps_its_number_and_sum_alone() {
    let town = Town::at(JUNE).await;
    village(&town, "").await;
    let invoice = an_old_invoice(&town).await;
    let key = keys::invoice(&invoice.organisation, &invoice.family, &invoice.number);
    let payment = PaymentRecord {
        organisation: invoice.organisation.clone(),
        family: invoice.family.clone(),
        receipt: "R2004-00001".to_owned(),
        day: invoice.issued,
        means: Means::Card,
        cents: 1200,
        reverses: None,
        request: "r".to_owned(),
        said: ODILE[0].to_owned(),
        at: instant(JUNE),
    };
    town.table().write(Chain::new().put_new(&payment)).await.unwrap();
    assert_eq!(keep(&town, "purge").await["purged"], 2);
    assert_eq!(another_night(&town).await, 0, "once");
    let paid: PaymentRecord = town.table().get(&payment.key()).await.unwrap().unwrap();
    assert_eq!((paid.cents, paid.said.as_str()), (1200, ""), "what was paid, and no name");
    let left: InvoiceRecord = town.table().get(&key).await.unwrap().unwrap();
    assert_eq!((left.total, left.lines[0].amount(), left.payer.len()), (1200, 1200, 0));
    assert!(!left.lines[0].label.contains("Enfant"), "{:?}", left.lines);
}

/// The purge of another night: how many items went or were blanked.
async fn another_night(town: &Town) -> Value {
    for (job, of) in [("purges", "all"), ("purge", VILLAGE), ("purge-erased", VILLAGE)] {
        let round: Option<RoundRecord> = town.table().get(&keys::round(job, of)).await.unwrap();
        let Some(round) = round else { continue };
        let before = RoundRecord { turn: "2015-06-09".to_owned(), ..round };
        town.table().write(Chain::new().put(&before)).await.unwrap();
    }
    keep(town, "purge").await["purged"].clone()
}

/// A payment of the whole of it on a day.
pub(crate) async fn paid_on(town: &Town, invoice: &InvoiceRecord, day: &str, means: Means) {
    let payment = PaymentRecord {
        organisation: invoice.organisation.clone(),
        family: invoice.family.clone(),
        receipt: format!("R-{}", invoice.number),
        day: parse_day(day).unwrap(),
        means,
        cents: invoice.total,
        reverses: None,
        request: "r".to_owned(),
        said: String::new(),
        at: instant(JUNE),
    };
    town.table().write(Chain::new().put_new(&payment)).await.unwrap();
}

async fn again(town: &Town, invoice: &InvoiceRecord) -> InvoiceRecord {
    let key = keys::invoice(&invoice.organisation, &invoice.family, &invoice.number);
    town.table().get(&key).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_debt_is_kept_whole_until_it_is_paid_or_written_off_and_its_period_runs_from_then() {
    let town = Town::at(JUNE).await;
    let (village, odile) = village(&town, "").await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let first = an_old_invoice(&town).await;
    assert_eq!(another_night(&town).await, 0, "it is owed");
    assert_eq!(again(&town, &first).await, first);
    // Written off today: ten years run from now.
    let off = path(1, "invoices/2004-00001/write-off");
    let decision = json!({ "reason": "prescribed", "note": "délibération du 12 mars" });
    assert_eq!(village.agent().await.post(&off, decision.clone()).await.status.as_u16(), 403, "who does not bill");
    let wordless = treasurer.post(&off, json!({ "reason": "prescribed", "note": "" })).await;
    assert_eq!((wordless.status.as_u16(), wordless.body["errors"][0]["field"].as_str()), (422, Some("note")));
    treasurer.post(&off, decision.clone()).await.ok();
    treasurer.post(&off, decision).await.ok();
    let other = treasurer.post(&off, json!({ "reason": "uncollectable", "note": "autre chose" })).await;
    assert_eq!((other.status.as_u16(), other.code()), (409, "written-off"));
    let account = treasurer.get(&path(1, "invoices")).await.ok();
    let shown = &account["invoices"][0]["written_off"];
    assert_eq!(
        (&account["owed"], &shown["said"], &shown["day"]),
        (&json!(0), &json!("prescrite"), &json!("2015-06-10"))
    );
    assert!(shown["note"].as_str().unwrap().contains("délibération du 12 mars"), "{shown}");
    let seen = odile.get(&path(1, "invoices")).await.ok();
    assert_eq!(seen["invoices"][0]["written_off"]["note"], json!(null), "the agent’s words are for agents");
    assert_eq!(another_night(&town).await, 0);
    let note = json!({ "request": Uuid::new_v4().to_string(), "reason": "geste", "lines": null });
    let refused = treasurer.post(&path(1, "invoices/2004-00001/credit-note"), note).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "written-off"));
    // Of 2004 and paid in 2014: its period runs from 2014.
    let late =
        InvoiceRecord { family: family_id(2).parse().unwrap(), number: "2004-00002".to_owned(), ..first.clone() };
    town.table().write(Chain::new().put_new(&late)).await.unwrap();
    paid_on(&town, &late, "2014-12-31", Means::Cheque).await;
    assert_eq!(another_night(&town).await, 0);
    assert_eq!(again(&town, &late).await, late);
    // Written off ten years ago: it is past.
    let mut long_ago = again(&town, &first).await;
    long_ago.written_off.as_mut().unwrap().day = parse_day("2004-12-31").unwrap();
    town.table().write(Chain::new().put(&long_ago)).await.unwrap();
    assert_eq!(another_night(&town).await, 1);
    let blank = again(&town, &first).await;
    let kept = blank.written_off.as_ref().unwrap();
    assert!(blank.is_blanked() && kept.note.is_empty() && kept.said.is_empty() && kept.cents == 1200, "{blank:?}");
    let report = preau_check::check(&town.table(), None, &VILLAGE.parse().unwrap()).await.unwrap();
    assert!(report.findings.iter().all(|finding| !finding.sentence.contains("facturé")), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_whose_detail_is_past_its_period_says_so_offers_no_pdf_and_stays_paid() {
    let town = Town::at(JUNE).await;
    let (_, odile) = village(&town, "").await;
    let invoice = an_old_invoice(&town).await;
    paid_on(&town, &invoice, "2004-12-31", Means::Cesu).await;
    // CESU pays no canteen: it is owed still, and stays.
    assert_eq!(another_night(&town).await, 0);
    let cash = InvoiceRecord { number: "2004-00002".to_owned(), ..invoice.clone() };
    town.table().write(Chain::new().put_new(&cash)).await.unwrap();
    paid_on(&town, &cash, "2004-12-31", Means::Cash).await;
    assert_eq!(another_night(&town).await, 1, "the cash pays the older one");
    let account = odile.get(&path(1, "invoices")).await.ok();
    let shown = |number: &str| {
        account["invoices"].as_array().unwrap().iter().find(|one| one["number"] == number).unwrap().clone()
    };
    let (past, open) = (shown("2004-00001"), shown("2004-00002"));
    assert_eq!((&past["erased"], &past["filed"], &past["owed"]), (&json!(true), &json!(false), &json!(0)));
    assert_eq!((&open["erased"], &open["owed"]), (&json!(false), &json!(1200)));
    let file = odile.get(&path(1, "invoices/2004-00001/file")).await;
    assert_eq!((file.status.as_u16(), file.code()), (410, "detail-erased"));
    assert!(file.body["detail"].as_str().unwrap().contains("effacé"), "{}", file.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nightly_purge_takes_what_is_past_its_period_to_the_day() {
    let town = Town::at(JUNE).await;
    let child = child_id(1, 0);
    let bookings = format!("{child};cantine;2014-05-06;\n{child};cantine;2014-05-12;\n{child};cantine;2015-05-18;\n");
    village(&town, &bookings).await;
    let booked = async || {
        let all = world::everything(&town).await;
        let of = format!("FAMILY#{VILLAGE}#{}", family_id(1));
        let days = all.keys().filter(|(pk, sk)| *pk == of && sk.starts_with("BOOKING#"));
        days.map(|(_, sk)| sk[8..18].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(booked().await, ["2014-05-06", "2014-05-12", "2015-05-18"]);
    keep(&town, "purge").await;
    assert_eq!(booked().await, ["2014-05-12", "2015-05-18"], "thirteen months before 10 June 2015 is 10 May 2014");
    world::places_agree(&town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_home_of_a_child_keeps_it_and_forgets_the_erased_one() {
    let town = Town::at(JUNE).await;
    let (village, odile) = village(&town, "").await;
    allergy(&odile, 1).await;
    let agent = village.agent().await;
    let child = child_id(1, 0);
    for (family, weeks, home) in [(1, "even", Value::Null), (2, "odd", json!(family_id(1)))] {
        let version = agent.get(&path(family, "dossier")).await.ok()["version"].clone();
        let kept = json!({
            "version": version, "first_name": "Enfant", "born": "", "class": "", "school": "", "pai": false,
            "weeks": weeks, "from": null, "to": null, "enrolments": [], "home": home,
        });
        agent.put(&path(family, &format!("children/{child}")), kept).await.ok();
    }
    let request = Uuid::new_v4().to_string();
    odile.post(&path(1, "archives"), json!({ "request": request })).await;
    keep(&town, "tasks").await;
    let link = odile.post(&path(1, &format!("archives/{request}/link")), json!({})).await.ok();
    let zip = reqwest::get(link["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap().to_vec();
    let health = String::from_utf8(unpacked(zip)["donnees/health.json"].clone()).unwrap();
    assert!(health.contains(ALLERGY), "a child of two homes is this family's too: {health}");
    odile.post(&path(1, "erasure"), json!({ "name": "FAMILLE 1" })).await;
    let decide = format!("/api/organisations/{VILLAGE}/erasures/{}", family_id(1));
    let administrator = village.agent_as(Role::Administrator).await;
    administrator.put(&decide, json!({ "action": "accept", "reason": null })).await.ok();
    keep(&town, "tasks").await;
    nothing_of_the_family(&town).await;
    let other = agent.get(&path(2, "dossier")).await.ok();
    let there = other["children"].as_array().unwrap().iter().find(|one| one["id"] == child.as_str()).unwrap();
    assert_eq!((&there["kept"]["also"], &there["care"]), (&json!([]), &json!(true)));
    let organisation = VILLAGE.parse().unwrap();
    let health = keys::health(&organisation, &child.parse().unwrap());
    assert!(town.table().get::<store::records::HealthRecord>(&health).await.unwrap().is_some());
}

async fn nothing_of_the_family(town: &Town) {
    let own = format!("FAMILY#{VILLAGE}#{}", family_id(1));
    assert!(world::everything(town).await.keys().all(|(pk, _)| *pk != own));
}
