//! `cargo run -p pdf --example picture -- OUT.pdf`: an invoice for a person to look at.
#![allow(clippy::unwrap_used, missing_docs, reason = "an example that cannot go on fails")]

use pdf::{Document, Electronic, Kind, Line, Transfer, render};

fn main() {
    let file = std::env::args().nth(1).expect("OUT.pdf");
    let text = |text: &str| text.to_owned();
    let line = |label: &str, quantity: i64, unit: i64| Line {
        label: text(label),
        quantity: quantity.to_string(),
        unit_price: Some(unit),
        amount: quantity * unit,
    };
    let document = Document {
        title: text("Facture 2015-00042"),
        seller: vec![
            text("Commune de Jumex"),
            text("1 place de la Mairie"),
            text("45600 JUMEX"),
            text("SIRET 214 501 234 00011"),
        ],
        payer: vec![text("Madame Chantal DEVRET"), text("Chemin de la lune"), text("45600 JUMEX")],
        facts: vec![
            (text("Numéro"), text("2015-00042")),
            (text("Date"), text("2 février 2015")),
            (text("Période"), text("janvier 2015")),
            (text("À payer avant le"), text("4 mars 2015")),
        ],
        lines: vec![
            line("[Lou] : Ticket(s) pour le service Cantine maternelle", 2, 2170),
            line("[Chloé] : Ticket(s) pour le service Cantine maternelle", 1, 2170),
            line("[Chloé] : Ticket(s) pour le service basket", 7, 0),
        ],
        total: (text("Total à payer"), 6510),
        after: Vec::new(),
        how_to_pay: vec![
            text("Par chèque à l’ordre du Trésor public, à déposer ou à envoyer à la mairie."),
            text(
                "Par virement : FR76 3000 1007 9412 3456 7890 185, avec le numéro de la facture. Le code ci-contre se lit avec l’application de votre banque.",
            ),
        ],
        mentions: vec![text("TVA non applicable, article 293 B du CGI.")],
        transfer: Some(Transfer {
            name: text("Commune de Jumex"),
            iban: text("FR7630001007941234567890185"),
            amount: 6510,
            reference: text("2015-00042"),
        }),
        electronic: Some(Electronic { kind: Kind::Invoice, number: text("2015-00042"), siren: text("214501234") }),
        created: domain::day::Day::from_ymd_opt(2015, 2, 2).unwrap(),
    };
    std::fs::write(file, render(&document).unwrap()).unwrap();
}
