//! Invoices as families get them, on A4: pictures in `target/screenshots` for a person to look at.

use std::path::PathBuf;
use std::process::Command;

use domain::role::Role;
use serde_json::json;
use store::records::RunStage;
use tests::Town;
use tests::activity::activity;
use tests::contract::project;
use tests::town::instant;
use tests::village::{Shape, Village, child_id, path};

use crate::invoices::{JUNE, until};
use crate::people;

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
