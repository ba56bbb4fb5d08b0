//! The guide's invoice, printed: an independent validator accepts it, pdftotext reads it in order.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on fails")]

mod facturx;

use std::path::Path;
use std::process::Command;

use domain::day::Day;
use page_validation::{ValidationOptions, ValidationProfile, ValidationReport, validate_pdf_bytes};
use pdf::{Certificate, CertificateLine, Document, Electronic, Kind, Line, Transfer, certificate, render};

const CANTEEN: &str = "Ticket(s) pour le service Cantine maternelle";

fn line(label: &str, quantity: i64, unit: i64) -> Line {
    Line { label: label.to_owned(), quantity: quantity.to_string(), unit_price: Some(unit), amount: quantity * unit }
}

fn day(year: i32, month: u32, day: u32) -> Day {
    Day::from_ymd_opt(year, month, day).unwrap()
}

fn guide() -> Document {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Document {
        title: "Facture 2015-00042".to_owned(),
        seller: texts(&["Commune de Jumex", "1 place de la Mairie", "45600 JUMEX", "SIRET 214 501 234 00011"]),
        payer: texts(&["Madame Chantal DEVRET", "Chemin de la lune", "45600 JUMEX"]),
        facts: vec![
            fact("Numéro", "2015-00042"),
            fact("Date", "2 février 2015"),
            fact("Période", "janvier 2015"),
            fact("À payer avant le", "4 mars 2015"),
        ],
        lines: vec![line(&format!("[Lou] : {CANTEEN}"), 2, 2170), line(&format!("[Chloé] : {CANTEEN}"), 1, 2170)],
        total: ("Total à payer".to_owned(), 6510),
        after: Vec::new(),
        how_to_pay: texts(&[
            "Par chèque à l’ordre du Trésor public, à la mairie.",
            "Par virement, avec le code ci-contre.",
        ]),
        mentions: texts(&["TVA non applicable, article 293 B du CGI."]),
        transfer: Some(Transfer {
            name: "Commune de Jumex".to_owned(),
            iban: "FR7630001007941234567890185".to_owned(),
            amount: 6510,
            reference: "2015-00042".to_owned(),
        }),
        electronic: Some(Electronic {
            kind: Kind::Invoice,
            number: "2015-00042".to_owned(),
            siren: "214501234".to_owned(),
        }),
        created: day(2015, 2, 2),
    }
}

#[test]
fn names_stand_on_paper_as_they_are_written() {
    let names = ["Łukasz D’ORGEVAL", "Nguyễn Thị ẾT", "Юлия ЩЕРБА", "Γιώργος ΠΑΠΑΔΌΠΟΥΛΟΣ", "Şule YILDIRIM"];
    let mut document = guide();
    document.payer = names.map(str::to_owned).to_vec();
    let bytes = render(&document).unwrap();
    conforms(&bytes);
    let text = pdftotext(&bytes, &["-layout"]);
    for name in names {
        assert!(text.contains(name), "{name} in {text}");
    }
}

fn report(bytes: &[u8], profile: ValidationProfile) -> ValidationReport {
    validate_pdf_bytes(bytes, &ValidationOptions::default().profile(profile)).unwrap()
}

#[track_caller]
fn conforms(bytes: &[u8]) {
    for profile in [ValidationProfile::PdfA3a, ValidationProfile::PdfUa1] {
        let report = report(bytes, profile);
        assert!(report.failures.is_empty(), "{:#?}", report.failures);
    }
}

fn pdftotext(bytes: &[u8], how: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("invoice.pdf");
    std::fs::write(&file, bytes).unwrap();
    let output = Command::new("pdftotext").args(how).arg(&file).arg("-").output();
    let output = output.expect("pdftotext is missing: install poppler-utils");
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn the_guides_invoice_meets_both_standards() {
    conforms(&render(&guide()).unwrap());
}

#[test]
fn the_validator_finds_a_seeded_fault() {
    let bytes = render(&guide()).unwrap();
    let text = b"/Marked true";
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    let mut broken = bytes.clone();
    broken[at..at + text.len()].copy_from_slice(b"/Marked null");
    assert!(!report(&broken, ValidationProfile::PdfUa1).failures.is_empty());
}

#[test]
fn it_is_read_in_order() {
    let text = pdftotext(&render(&guide()).unwrap(), &["-raw"]);
    let mut from = 0;
    for words in [
        "Commune de Jumex",
        "Madame Chantal DEVRET",
        "Facture 2015-00042",
        "2 février 2015",
        "Désignation",
        "[Lou] : Ticket(s) pour le service Cantine maternelle",
        "43,40 €",
        "[Chloé] : Ticket(s)",
        "21,70 €",
        "Total à payer",
        "65,10 €",
        "Comment payer",
        "TVA non applicable",
    ] {
        let at = text[from..].find(words).unwrap_or_else(|| panic!("{words} after {from} in\n{text}"));
        from += at + words.len();
    }
}

/// For a person to look at, in `target/screenshots`.
fn picture(name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.pdf"));
    std::fs::write(&file, bytes).unwrap();
    let mut drawn = Command::new("pdftoppm");
    drawn.args(["-r", "100", "-png", "-singlefile"]).arg(&file).arg(folder.join(name));
    assert!(drawn.status().expect("pdftoppm is missing: install poppler-utils").success());
    assert!(std::fs::metadata(folder.join(format!("{name}.png"))).unwrap().len() > 10_000);
}

#[test]
fn a_picture_of_it_is_written() {
    picture("facture", &render(&guide()).unwrap());
}

#[test]
fn the_same_invoice_gives_the_same_bytes() {
    assert_eq!(render(&guide()).unwrap(), render(&guide()).unwrap());
}

#[test]
fn ninety_lines_break_over_pages_and_are_summed_once() {
    let lines = (1..=90).map(|number| line(&format!("[Enfant {number}] : {CANTEEN}"), 1, 100)).collect();
    let bytes = render(&Document { lines, total: ("Total à payer".to_owned(), 9000), ..guide() }).unwrap();
    conforms(&bytes);
    let text = pdftotext(&bytes, &["-raw"]);
    assert_eq!(text.matches("Total à payer").count(), 1);
    let pages = text.matches('\u{c}').count();
    assert!(pages > 1 && (1..=pages).all(|page| text.contains(&format!("{page} / {pages}"))), "{text}");
    assert!((1..=90).all(|number| text.contains(&format!("[Enfant {number}] "))));
}

#[test]
fn no_text_makes_it_fail() {
    let odd = format!("[李小龍 🎈] : {} \u{7}\u{ffff}", "très".repeat(80));
    let bytes = render(&Document { lines: vec![line(&odd, 1, -385)], payer: Vec::new(), ..guide() }).unwrap();
    conforms(&bytes);
    let text = pdftotext(&bytes, &["-raw"]);
    assert!(text.contains("[??? ?] :") && text.contains("−3,85 €"), "{text}");
}

fn lous() -> Certificate {
    let guide = guide();
    Certificate {
        title: "Attestation fiscale 2015".to_owned(),
        seller: guide.seller,
        payer: guide.payer,
        facts: vec![("Année".to_owned(), "2015".to_owned()), ("Faite le".to_owned(), "4 janvier 2016".to_owned())],
        says: "Commune de Jumex atteste avoir reçu en 2015, pour la garde des enfants nommés ci-dessous :".to_owned(),
        children: vec![
            CertificateLine { child: "Lou".to_owned(), born: "14 mars 2011".to_owned(), paid: 14_280, cesu: 5000 },
            CertificateLine { child: "Chloé".to_owned(), born: "2 juin 2009".to_owned(), paid: 4200, cesu: 0 },
        ],
        total: "Payé en 2015".to_owned(),
        mentions: vec!["Les repas et les pénalités n’y sont pas.".to_owned()],
        created: day(2016, 1, 4),
    }
}

#[test]
fn a_certificate_meets_both_standards_and_is_read_in_order() {
    let bytes = certificate(&lous()).unwrap();
    conforms(&bytes);
    assert_eq!(bytes, certificate(&lous()).unwrap(), "the same bytes");
    let text = pdftotext(&bytes, &["-raw"]);
    let mut from = 0;
    for words in
        ["Madame Chantal DEVRET", "Attestation fiscale 2015", "atteste", "Lou", "50,00 €", "142,80 €", "184,80 €"]
    {
        from += text[from..].find(words).unwrap_or_else(|| panic!("{words} after {from} in\n{text}")) + words.len();
    }
    picture("attestation", &bytes);
}
