//! Invoices and certificates as A4 PDFs: PDF/A-3a and PDF/UA-1, fonts embedded, the same bytes for the same words.

#![allow(clippy::float_arithmetic, reason = "coordinates on paper; amounts are whole cents")]

use domain::day::Day;

mod certificate;
mod error;
mod face;
mod facturx;
mod layout;
mod paper;
mod pen;
mod qr;

pub use certificate::{Certificate, CertificateLine, certificate, certificates};
pub use error::PdfError;
pub use facturx::{Electronic, Kind, siren};

/// What an invoice says, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `Facture 2015-00042`.
    pub title: String,
    /// Who invoices: name first, then address, SIRET…
    pub seller: Vec<String>,
    /// Who pays: name first, then address.
    pub payer: Vec<String>,
    /// `Numéro`, `2015-00042`; `Date`, `2 février 2015`…
    pub facts: Vec<(String, String)>,
    /// What is charged.
    pub lines: Vec<Line>,
    /// `Total à payer`, in cents.
    pub total: (String, i64),
    /// Further sums under the total, in cents.
    pub after: Vec<(String, i64)>,
    /// How to pay, a sentence each.
    pub how_to_pay: Vec<String>,
    /// Legal mentions, a sentence each.
    pub mentions: Vec<String>,
    /// Where a transfer goes: printed as a code that banks' applications read.
    pub transfer: Option<Transfer>,
    /// What makes it a Factur-X invoice, where all that this asks is known.
    pub electronic: Option<Electronic>,
    /// The day it was made; the date of its data too. The same document gives the same bytes.
    pub created: Day,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `[Lou] : Ticket(s) pour le service Cantine maternelle`.
    pub label: String,
    /// `2`.
    pub quantity: String,
    /// The price of one, in cents.
    pub unit_price: Option<i64>,
    /// What the line comes to, in cents.
    pub amount: i64,
}

/// A transfer in euros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who receives it.
    pub name: String,
    /// Where, without blanks.
    pub iban: String,
    /// How much, in cents.
    pub amount: i64,
    /// What for: the number of the invoice.
    pub reference: String,
}

/// Prints an invoice.
///
/// # Errors
/// When a font or the document cannot be written; no text makes it fail: what the fonts lack becomes `?`.
pub fn render(document: &Document) -> Result<Vec<u8>, PdfError> {
    let faces = face::Faces::shared()?;
    let sheet = layout::lay_out(document, faces)?;
    let about = paper::About { title: &document.title, author: document.seller.first(), created: document.created };
    let data = document.electronic.as_ref().map(|electronic| facturx::data(document, electronic)).transpose()?;
    match data.flatten() {
        Some(data) => paper::write_with(about, sheet, faces, data),
        None => paper::write(about, sheet, faces),
    }
}
