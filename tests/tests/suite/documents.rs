//! Documents: from a family's telephone to the town hall and back, checked on the way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::person::state;
use tests::storage::{Sheet, put};
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, path};
use tests::{Fault, Person, Town, paper};
use uuid::Uuid;

use crate::{people, planning_mails};

const PLACE: &str = "/api/organisations/jumex/families/devret";

fn caf() -> Sheet<'static> {
    Sheet::of_family("caf_statement", paper::pdf(2000))
}

fn of_lou(kind: &'static str, name: &'static str, mime: &'static str, bytes: Vec<u8>) -> Sheet<'static> {
    Sheet { kind, child: Some("lou"), name, mime, bytes }
}

fn address(document: &Value, rest: &str) -> String {
    format!("{PLACE}/documents/{}{rest}", document["id"].as_str().unwrap())
}

async fn decide(agent: &Person, document: &Value, decision: Value) -> tests::Answer {
    let mut body = decision;
    body["version"] = document["version"].clone();
    agent.put(&address(document, "/decision"), body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_sends_twenty_documents_at_once_however_its_requests_meet() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let asking = |number: u8| {
        let sha256 = STANDARD.encode([number; 32]);
        json!({
            "request": Uuid::new_v4().to_string(), "kind": "caf_statement", "child": null, "name": "scan.pdf",
            "mime": "application/pdf", "bytes": 1000, "sha256": sha256,
        })
    };
    let documents = format!("{PLACE}/documents");
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..28 {
        let (tab, body, documents) = (chantal.other_tab(), asking(number), documents.clone());
        asked.spawn(async move { tab.post(&documents, body).await });
    }
    let answers = asked.join_all().await;
    let given = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert!(given <= 20, "{given}");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    }
    // What was too crowded to be counted is asked for again: the twentieth is the last one.
    let mut more = 0;
    while chantal.post(&documents, asking(100 + more)).await.status == StatusCode::CREATED {
        more += 1;
    }
    assert_eq!(given + usize::from(more), 20);
    assert_eq!(chantal.post(&documents, asking(200)).await.code(), "too-many-documents");
}

#[tokio::test]
async fn a_document_is_sent_refused_sent_again_and_accepted() {
    let town = Town::at(TUESDAY).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let missing = async || {
        let list = chantal.get(&format!("{PLACE}/documents")).await.ok();
        list["missing"].as_array().unwrap().iter().any(|gap| gap["kind"] == "caf_statement")
    };
    assert!(missing().await, "the demo asks for it");
    let first = chantal.send_sheet(PLACE, &caf()).await;
    assert_eq!((&first["standing"], &first["word"]), (&json!("received"), &json!("Reçu le 26 mai")));
    assert!(!missing().await, "what waits for the town hall is no fault of the family");
    let waiting = anne.get("/api/organisations/jumex/documents").await.ok();
    assert_eq!(waiting["documents"][0]["id"], first["id"]);
    let refusal = json!({ "decision": "refuse", "reason": "On ne lit pas la date. Renvoyez la page entière." });
    decide(&anne, &first, refusal.clone()).await.ok();
    decide(&anne, &first, refusal).await.ok();
    assert!(missing().await);
    let mail = town.mail_to("pasdemail@qis.fr", "Une pièce de votre dossier est à renvoyer").await;
    assert!(mail.text.contains("l’attestation CAF"), "{}", mail.text);
    town.outbox_is_quiet().await;
    let told = town.portal.mails().unwrap().into_iter().filter(|mail| mail.subject.contains("à renvoyer")).count();
    assert_eq!(told, 2, "one for each parent, once");
    let second = chantal.send_sheet(PLACE, &caf()).await;
    let accepted = decide(&anne, &second, json!({ "decision": "accept", "valid_until": "2016-08-31" })).await.ok();
    assert_eq!(accepted["standing"], "accepted");
    assert_eq!(accepted["sentence"], "Valable jusqu’au 31 août 2016.");
    assert!(!missing().await);
    let waiting = anne.get("/api/organisations/jumex/documents").await.ok();
    assert_eq!(waiting["documents"], json!([]));
    let kept = chantal.call(Method::DELETE, &address(&second, ""), None).await;
    assert_eq!(kept.code(), "document-accepted");
    let stale = decide(&anne, &second, json!({ "decision": "accept" })).await;
    assert_eq!(stale.code(), "changed-meanwhile");
}

#[tokio::test]
async fn a_download_lives_for_a_minute_and_nothing_of_it_runs_in_a_browser() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let photo = of_lou("insurance", "IMG_0001.JPG", "image/jpeg", paper::photo(600, 400));
    let document = chantal.send_sheet(PLACE, &photo).await;
    let link = chantal.post(&address(&document, "/link"), json!({})).await.ok();
    let url = link["url"].as_str().unwrap();
    assert!(url.contains("X-Amz-Expires=60"), "{url}");
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"assurance-scolaire-lou.jpg\"");
    let changed = url.replace("attachment", "inline");
    assert_eq!(reqwest::get(changed).await.unwrap().status(), StatusCode::FORBIDDEN);
    let preview = chantal.bytes(&address(&document, "/preview")).await;
    assert!(preview.starts_with(b"\xff\xd8\xff") && preview.len() < 100_000, "{}", preview.len());
}

#[tokio::test]
async fn a_jpeg_is_one_whether_a_browser_calls_it_image_jpg_or_nothing() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    for mime in ["image/jpg", ""] {
        let request = Uuid::new_v4();
        let photo = of_lou("vaccines", "IMG_0001.JPG", mime, paper::photo(300, 200));
        chantal.ask_to_send(PLACE, &photo, request).await.ok();
        let document = chantal.send_sheet_as(PLACE, &photo, request).await;
        assert_eq!(document["standing"], "received", "{mime:?}: asked twice, as the same document");
        let link = chantal.post(&address(&document, "/link"), json!({})).await.ok();
        let answer = reqwest::get(link["url"].as_str().unwrap()).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "image/jpeg");
    }
    let unknown = of_lou("vaccines", "photo.exe", "", paper::photo(300, 200));
    let answer = chantal.ask_to_send(PLACE, &unknown, Uuid::new_v4()).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
}

#[tokio::test]
async fn a_photo_is_kept_without_where_and_how_it_was_taken() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let taken = paper::photo(900, 600);
    assert!(paper::holds(&taken, &paper::LATITUDE) && paper::holds(&taken, b"Exif"));
    chantal.send_sheet(PLACE, &of_lou("vaccines", "IMG_0001.JPG", "image/jpeg", taken)).await;
    for room in ["checked", "previews"] {
        let keys = town.files(room, "jumex/devret").await;
        assert_eq!(keys.len(), 1);
        let kept = town.file(&keys[0]).await;
        assert!(!paper::holds(&kept, &paper::LATITUDE) && !paper::holds(&kept, b"Exif"), "{room}");
        let picture = image::load_from_memory(&kept).unwrap();
        assert!(picture.height() > picture.width(), "{room}: it stands upright");
    }
    assert!(town.files("incoming", "jumex/devret").await.is_empty(), "what came is gone");
}

#[tokio::test]
async fn what_is_not_what_it_says_is_told_and_not_kept() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let (pdf, png) = ("application/pdf", "image/png");
    let exe = [b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec(), vec![0; 500]].concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let files: [(&'static str, &'static str, Vec<u8>, &str); 8] = [
        ("facture.pdf", pdf, exe, "malgré son nom"),
        ("image.png", png, b"<!doctype html><script>alert(1)</script>".to_vec(), "malgré son nom"),
        ("dessin.png", png, svg, "malgré son nom"),
        ("archive.pdf", pdf, paper::zip_bomb(), "malgré son nom"),
        ("bombe.pdf", pdf, paper::pdf_bomb(), "beaucoup trop grand"),
        ("alerte.pdf", pdf, paper::pdf_that_runs(), "contient un programme"),
        ("moitie.pdf", pdf, paper::pdf(5000)[..40].to_vec(), "abîmé"),
        ("photo.png", png, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "HEIC"),
    ];
    for (name, mime, bytes, words) in files {
        let document = chantal.send_sheet(PLACE, &of_lou("other", name, mime, bytes)).await;
        assert_eq!(document["standing"], "rejected", "{name}");
        assert!(document["sentence"].as_str().unwrap().contains(words), "{name}: {}", document["sentence"]);
        let link = chantal.post(&address(&document, "/link"), json!({})).await;
        assert_eq!(link.code(), "not-yet-checked", "{name}");
        assert_eq!(chantal.call(Method::DELETE, &address(&document, ""), None).await.status, 204, "{name}");
    }
    for room in ["incoming", "checked", "previews"] {
        assert!(town.files(room, "jumex/devret").await.is_empty(), "{room}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_before_it_is_sent() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let ask = async |field: &str, value: Value| {
        let mut body = caf().request(Uuid::new_v4());
        body[field] = value;
        chantal.post(&format!("{PLACE}/documents"), body).await
    };
    for (field, value, words) in [
        ("bytes", json!(0), "vide"),
        ("bytes", json!(11 * 1024 * 1024), "11 Mo"),
        ("mime", json!("image/svg+xml"), "PDF, ou une photo"),
        ("mime", json!("image/heic"), "HEIC"),
        ("child", json!("lou"), "toute la famille"),
        ("kind", json!("pai"), "Choisissez l’enfant"),
        ("sha256", json!("AAAA"), "empreinte"),
        ("name", json!(""), "renommez-le"),
    ] {
        let answer = ask(field, value.clone()).await;
        assert_eq!(answer.status.as_u16(), 422, "{field} {value}: {}", answer.body);
        let detail = answer.body["detail"].as_str().unwrap().replace('\u{a0}', " ");
        assert!(detail.contains(words), "{field} {value}: {detail}");
    }
    let name = format!("../../{}🎈.pdf", "long ".repeat(60));
    let sent = ask("name", json!(name)).await.ok();
    let shown = chantal.document(PLACE, sent["document"].as_str().unwrap()).await.unwrap();
    let shown = shown["name"].as_str().unwrap();
    assert!(shown.ends_with(".pdf") && shown.chars().count() <= 80 && !shown.contains(".."), "{shown}");
}

#[tokio::test]
async fn the_same_request_is_one_document_and_another_content_is_refused() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let request = Uuid::new_v4();
    chantal.ask_to_send(PLACE, &caf(), request).await.ok();
    chantal.send_sheet_as(PLACE, &caf(), request).await;
    let again = chantal.ask_to_send(PLACE, &caf(), request).await;
    assert_eq!(again.code(), "changed-meanwhile", "it has arrived");
    let list = chantal.get(&format!("{PLACE}/documents")).await.ok();
    assert_eq!(list["documents"].as_array().unwrap().len(), 1);
    let other = Uuid::new_v4();
    chantal.ask_to_send(PLACE, &caf(), other).await.ok();
    let swapped = Sheet::of_family("caf_statement", paper::pdf(2001));
    assert_eq!(chantal.ask_to_send(PLACE, &swapped, other).await.code(), "changed-meanwhile");
}

#[tokio::test]
async fn health_is_read_by_the_roles_that_need_it_and_the_family_sees_who_read() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let pai = chantal.send_sheet(PLACE, &of_lou("pai", "pai.jpg", "image/jpeg", paper::photo(300, 200))).await;
    let other = chantal.send_sheet(PLACE, &caf()).await;
    for who in [people::READER, people::TREASURER] {
        let agent = people::agent(&town, who).await;
        let list = agent.get(&format!("{PLACE}/documents")).await.ok();
        let seen: Vec<&Value> = list["documents"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(seen, [&other["id"]], "{}", who.0);
        assert_eq!(agent.post(&address(&pai, "/link"), json!({})).await.status.as_u16(), 404);
        assert_eq!(agent.try_bytes(Method::GET, &address(&pai, "/preview"), None).await.0.as_u16(), 404);
    }
    let anne = people::agent(&town, people::DESK).await;
    anne.bytes(&address(&pai, "/preview")).await;
    anne.post(&address(&pai, "/link"), json!({})).await.ok();
    chantal.bytes(&address(&pai, "/preview")).await;
    let list = chantal.get(&format!("{PLACE}/documents")).await.ok();
    let readings = list["readings"].as_array().unwrap();
    assert_eq!(readings.len(), 1, "one a day, and none of the family's own: {readings:?}");
    assert_eq!(readings[0]["sentence"], "Anne MARCHAND a ouvert PAI (Lou), le 26 mai 2015.");
    let refusal = json!({ "decision": "refuse", "reason": "Le médecin n’a pas signé la dernière page." });
    decide(&anne, &pai, refusal).await.ok();
    let mail = town.mail_to("pasdemail@qis.fr", "Une pièce de votre dossier est à renvoyer").await;
    assert!(mail.text.contains("un document de Lou") && !mail.text.contains("PAI"), "{}", mail.text);
}

#[tokio::test]
async fn what_a_family_takes_back_is_gone_with_its_files() {
    let town = Town::at(TUESDAY).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    let document = chantal.send_sheet(PLACE, &of_lou("other", "x.jpg", "image/jpeg", paper::photo(300, 200))).await;
    assert_eq!(chantal.call(Method::DELETE, &address(&document, ""), None).await.status.as_u16(), 204);
    for room in ["checked", "previews"] {
        assert!(town.files(room, "jumex/devret").await.is_empty(), "{room}");
    }
    let waiting = anne.get("/api/organisations/jumex/documents").await.ok();
    assert_eq!(waiting["documents"], json!([]));
    assert_eq!(chantal.post(&address(&document, "/link"), json!({})).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_file_whose_check_was_cut_is_checked_by_the_sweep() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    town.wire.cut_after("checker", 0, Fault::LostRequest);
    let permission = chantal.ask_to_send(PLACE, &caf(), Uuid::new_v4()).await.ok();
    assert_eq!(put(&permission, |_| {}, caf().bytes).await.status.as_u16(), 200);
    let swept = town.portal.invoke("checker", json!({ "sweep": "documents" })).await.unwrap();
    assert_eq!(swept["again"], 1, "it still lies where it came to");
    town.wire.mend();
    town.portal.invoke("checker", json!({ "sweep": "documents" })).await.unwrap();
    let document = chantal.checked(PLACE, permission["document"].as_str().unwrap()).await;
    assert_eq!(document["standing"], "received");
}

#[tokio::test]
async fn eight_files_at_once_all_arrive() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    // The first request with a new key makes the function read the keys; those beside it would be told to renew.
    chantal.get(&format!("{PLACE}/documents")).await.ok();
    let sends = (0..8).map(|at| {
        let tab = chantal.other_tab();
        tokio::spawn(async move {
            let sheet = Sheet::of_family("other", paper::pdf(1000 + at));
            tab.send_sheet(PLACE, &sheet).await["standing"].clone()
        })
    });
    for sent in sends.collect::<Vec<_>>() {
        assert_eq!(sent.await.unwrap(), "received");
    }
    let record: store::records::PiecesRecord = town
        .table()
        .get(&store::keys::pieces(&"jumex".parse().unwrap(), &"devret".parse().unwrap()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.held.len(), 8);
}

#[tokio::test]
async fn a_family_is_told_once_that_a_document_expires() {
    let town = Town::at(TUESDAY).await;
    let (chantal, anne) = (people::chantal(&town).await, people::agent(&town, people::DESK).await);
    // The local schedule ticks too, whenever it likes: what counts is the mails, one for each parent.
    for (last, mails) in [("2015-06-26", 0), ("2015-06-25", 2)] {
        let document = chantal.send_sheet(PLACE, &caf()).await;
        decide(&anne, &document, json!({ "decision": "accept", "valid_until": last })).await.ok();
        for _ in 0..2 {
            planning_mails::tick(&town, "hour").await;
            town.outbox_is_quiet().await;
        }
        let told = town.portal.mails().unwrap().into_iter().filter(|mail| mail.subject.contains("expire bientôt"));
        assert_eq!(told.count(), mails, "{last}");
    }
    let mail = town.mail_to("pasdemail@qis.fr", "Une pièce de votre dossier expire bientôt").await;
    assert!(mail.text.contains("l’attestation CAF, valable jusqu’au 25 juin 2015"), "{}", mail.text);
}

const ASKS: &str = r#"
[[activity]]
id = "atelier"
name = "Atelier"
weekdays = ["lundi", "mardi", "jeudi", "vendredi"]
book = { open = true }
cancel = { open = true }
[[piece]]
kind = "medical_note"
activities = ["atelier"]
blocks = true
"#;

#[tokio::test]
async fn an_activity_that_asks_for_a_piece_is_booked_once_it_is_there() {
    let town = Town::at(TUESDAY).await;
    let shape = Shape { activities: ASKS, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let (parent, agent, child) = (village.adult(0).await, village.agent().await, child_id(0, 0));
    let click = async |person: &Person, day: &str, want: &str, reason: Option<&str>| {
        let mut body = json!({
            "request": Uuid::new_v4(), "child": child, "activity": "atelier", "day": day, "want": want,
        });
        if let Some(reason) = reason {
            body["override"] = json!({ "reason": reason });
        }
        person.put(&path(0, "bookings"), body).await
    };
    let refused = click(&parent, "2015-06-01", "booked", None).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "piece-missing"));
    assert!(refused.body["detail"].as_str().unwrap().contains("il manque une pièce (Avis médical)"));
    let week = parent.week(VILLAGE, "f0000", "2015-06-01").await.ok();
    assert_eq!(state(&week, &child, "atelier", "2015-06-01"), "locked_free");
    let cell = |week: &Value| week["children"][0]["activities"][0]["cells"][0].clone();
    let locked = cell(&week);
    assert_eq!(
        (&locked["kind"], &locked["said"]),
        (&json!("piece_missing"), &json!("non inscrit, l’avis médical est à envoyer"))
    );
    let piece = json!({ "kind": "medical_note", "title": "Avis médical", "word": "à envoyer", "child": child });
    assert_eq!(locked["pieces"], json!([piece]));
    // What concerns a child's health is no limit that an agent passes over.
    let refused = click(&agent, "2015-06-02", "booked", Some("vu le papier au guichet")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "piece-missing"));
    let lines = json!([{ "activity": "atelier", "weekdays": ["Thu"] }]);
    let pattern = json!({ "child": child, "lines": lines, "turn": "every", "from": "2015-06-01", "to": "2015-06-12" });
    let gesture = parent.put(&path(0, &format!("abonnements/{}", Uuid::new_v4())), pattern).await.ok();
    assert!(gesture["summary"].as_str().unwrap().contains("2 sans la pièce demandée"), "{gesture}");
    let place = path(0, "").trim_end_matches('/').to_owned();
    let sheet = Sheet { child: Some(&child), ..Sheet::of_family("medical_note", paper::pdf(1000)) };
    let document = parent.send_sheet(&place, &sheet).await;
    click(&parent, "2015-06-01", "booked", None).await.ok();
    let refusal = json!({ "decision": "refuse", "version": document["version"], "reason": "La signature manque." });
    let decision = format!("{place}/documents/{}/decision", document["id"].as_str().unwrap());
    agent.put(&decision, refusal).await.ok();
    assert_eq!(click(&parent, "2015-06-05", "booked", None).await.code(), "piece-missing");
    click(&parent, "2015-06-01", "free", None).await.ok();
    let again = cell(&parent.week(VILLAGE, "f0000", "2015-06-01").await.ok());
    assert_eq!(again["said"], "non inscrit, l’avis médical est à renvoyer");
    assert_eq!(again["pieces"][0]["word"], "à renvoyer");
}
