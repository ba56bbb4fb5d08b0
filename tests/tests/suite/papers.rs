//! Invoices as families get them, on A4: pictures in `target/screenshots` for a person to look at.

use std::path::PathBuf;
use std::process::Command;

use domain::day::parse_day;
use domain::family::Billed;
use domain::invoice::Line;
use domain::role::Role;
use serde_json::{Value, json};
use store::records::{FamilyRecord, InvoiceRecord, Numbered, RunStage};
use store::{Table, Transaction, keys};
use tests::Town;
use tests::activity::activity;
use tests::contract::project;
use tests::town::instant;
use tests::village::{Shape, VILLAGE, Village, child_id, family_id, path};

use crate::invoices::{JUNE, until};
use crate::{people, tickets};

const BILLING: &str = r#"[billing]
seller = ["Commune de Village", "1 place de la Mairie", "99000 VILLAGE", "SIRET 214 501 234 00011"]
how_to_pay = ["Par chèque à l’ordre du Trésor public, à la mairie.", "Par virement, avec le code ci-contre."]
mentions = ["TVA non applicable, article 293 B du CGI."]
iban = "FR7630001007941234567890185"
automatic = true
"#;

/// As many services as make an invoice of several pages.
const SERVICES: usize = 16;

fn activities() -> String {
    let one = |at: usize| {
        let name = format!("Atelier du mercredi n° {at}");
        activity(&format!("service-{at}"), &name).on_wednesdays_too().price(&format!("{at},50")).to_string()
    };
    (1..=SERVICES).map(one).collect()
}

/// Family 0 uses four services, family 1 all of them, with all its children.
fn bookings() -> String {
    let mut all = String::new();
    for (family, children, services) in [(0, 1, 4), (1, 4, SERVICES)] {
        for child in 0..children {
            for service in 1..=services {
                for day in ["2015-05-18", "2015-05-19", "2015-05-21"] {
                    all += &format!("{};service-{service};{day};\n", child_id(family, child));
                }
            }
        }
    }
    all
}

/// Draws a paper at A4; how many pages it has.
fn draw(name: &str, paper: &[u8]) -> usize {
    assert!(paper.starts_with(b"%PDF-"), "{name}");
    let folder = project().join("target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let (file, stem) = (folder.join(format!("{name}.pdf")), folder.join(name));
    std::fs::write(&file, paper).unwrap();
    pictures(name).iter().for_each(|old| std::fs::remove_file(old).unwrap());
    let drawn = Command::new("pdftoppm").args(["-r", "110", "-png"]).arg(&file).arg(&stem).status();
    assert!(drawn.expect("pdftoppm is missing: install poppler-utils").success());
    let size = Command::new("pdfinfo").arg(&file).output().unwrap();
    let size = String::from_utf8(size.stdout).unwrap();
    assert!(size.contains("(A4)"), "{size}");
    pictures(name).len()
}

fn pictures(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(project().join("target/screenshots")).unwrap();
    let of_it = |path: &PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        file.strip_prefix(name).is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".png"))
    };
    entries.map(|entry| entry.unwrap().path()).filter(of_it).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invoices_are_drawn_for_a_person_to_look_at() {
    let town = Town::at(JUNE).await;
    let (activities, bookings) = (activities(), bookings());
    let shape = Shape {
        families: 2,
        children: 4,
        activities: &activities,
        billing: BILLING,
        bookings: &bookings,
        ..Shape::default()
    };
    let village = Village::build(&town, town.table(), instant(JUNE), &shape).await;
    crate::planning_mails::tick(&town, "hour").await;
    until(&town, RunStage::Done).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let note = path(0, "invoices/2015-00001/credit-note");
    treasurer
        .post(
            &note,
            json!({ "request": uuid::Uuid::new_v4().to_string(), "reason": "grève du 19 mai, repas non servis" }),
        )
        .await
        .ok();
    until(&town, RunStage::Done).await;
    let chantal = people::chantal(&town).await;
    let guide = "/api/organisations/jumex/families/devret/invoices/2015-00042/file";
    assert_eq!(draw("paper-guide", &chantal.bytes(guide).await), 1);
    assert_eq!(draw("paper-ordinary", &treasurer.bytes(&path(0, "invoices/2015-00001/file")).await), 1);
    let long = treasurer.bytes(&path(1, "invoices/2015-00002/file")).await;
    assert!(draw("paper-long", &long) > 1);
    assert_eq!(draw("paper-credit-note", &treasurer.bytes(&path(0, "invoices/2015-00003/file")).await), 1);
}

const SERVICES_OF_PAPERS: &str = r#"
[[activity]]
id = "garderie"
name = "Garderie"
kind = "childcare"
weekdays = ["lundi", "mardi", "jeudi", "vendredi"]
book = { open = true }
cancel = { open = true }
price = "2,00"
[[activity]]
id = "ludo"
name = "Ludothèque"
weekdays = ["lundi", "mardi", "jeudi", "vendredi"]
book = { open = true }
cancel = { open = true }
price = "3,50"
prepaid = { packs = [2] }
"#;

/// What a paper says, line by line.
pub(crate) fn read_back(paper: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, paper).unwrap();
    let read = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output();
    let read = read.expect("pdftotext is missing: install poppler-utils");
    assert!(read.status.success());
    String::from_utf8(read.stdout).unwrap()
}

/// The family pays at an address that is not the one of its row: the fiche's, in another town. Its child is young.
async fn pays_from(table: &Table, street: &str, postal: &str) {
    let key = keys::family(&VILLAGE.parse().unwrap(), &family_id(0).parse().unwrap());
    let mut home: FamilyRecord = table.get(&key).await.unwrap().unwrap();
    let lines = ["Monsieur Paul AUTRE", street, postal].map(str::to_owned).to_vec();
    home.family.billed = Some(Billed { fiche: "paul".parse().unwrap(), lines });
    home.family.children[0].born = parse_day("2010-01-01");
    let mut transaction = Transaction::of_system();
    transaction.put_over(&FamilyRecord { version: home.version + 1, ..home.clone() }, home.version);
    table.write(transaction).await.unwrap();
}

/// An invoice of the year before, so that there is something to certify.
async fn owes_since_last_year(table: &Table) {
    let line = Line {
        child: Some(child_id(0, 0).parse().unwrap()),
        activity: Some("garderie".parse().unwrap()),
        ..Line::plain("[Enfant 0] : Garderie".to_owned(), 3000)
    };
    let day = |text: &str| parse_day(text).unwrap();
    let numbered = Numbered { number: "2014-00001".to_owned(), issued: day("2014-11-05") };
    let (organisation, family) = (VILLAGE.parse().unwrap(), family_id(0).parse().unwrap());
    let due = day("2014-12-05");
    let mut transaction = Transaction::of_system();
    transaction.put_new(&InvoiceRecord::of_before(&organisation, &family, (numbered, due), Vec::new(), vec![line]));
    table.write(transaction).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_paper_bears_the_address_of_the_fiche_that_pays() {
    let town = Town::at(JUNE).await;
    let bookings = format!("{};garderie;2015-05-18;\n", child_id(0, 0));
    let shape = Shape { activities: SERVICES_OF_PAPERS, billing: BILLING, bookings: &bookings, ..Shape::default() };
    let village = Village::build(&town, town.table(), instant(JUNE), &shape).await;
    let treasurer = village.agent_as(Role::Treasurer).await;
    let post = async |what: &str, body: Value| treasurer.post(&path(0, what), body).await.ok();
    let request = || uuid::Uuid::new_v4().to_string();
    pays_from(&town.table(), "3 rue Haute", "74000 ANNECY").await;
    owes_since_last_year(&town.table()).await;
    crate::planning_mails::tick(&town, "hour").await;
    until(&town, RunStage::Done).await;
    let bought = post("tickets", tickets::purchase("ludo", None, 2)).await;
    let line = json!({ "label": "badge perdu", "quantity": 1, "price": "5,00", "child": null, "activity": null });
    let charged = post("invoices", json!({ "request": request(), "lines": [line] })).await;
    // A note goes to whom its invoice went, wherever the family lives by now.
    pays_from(&town.table(), "8 quai Bas", "69001 LYON").await;
    let body = json!({ "request": request(), "reason": "grève du 18 mai", "lines": null });
    let note = post("invoices/2015-00001/credit-note", body).await;
    let paid =
        json!({ "request": request(), "day": "2014-12-31", "means": "cheque", "amount": "30,00", "reverses": null });
    post("payments", paid).await;
    until(&town, RunStage::Done).await;
    let number = |made: &Value| made["number"].as_str().unwrap().to_owned();
    let numbers = ["2015-00001".to_owned(), number(&bought), number(&charged), number(&note)];
    let mut papers: Vec<(String, &str)> =
        numbers.iter().map(|number| (format!("invoices/{number}/file"), "3 rue Haute\n74000 ANNECY")).collect();
    papers.push(("certificates/2014".to_owned(), "8 quai Bas\n69001 LYON"));
    for (paper, address) in papers {
        let text = read_back(&treasurer.bytes(&path(0, &paper)).await);
        assert!(text.contains(&format!("Monsieur Paul AUTRE\n{address}\n")), "{paper}:\n{text}");
        assert!(!text.contains("Famille FAMILLE 0"), "{paper}:\n{text}");
    }
}
