//! A certificate of a year on paper: who paid how much for which child.

use domain::day::Day;
use domain::money::signed_euros;

use crate::face::Faces;
use crate::paper::{self, About};
use crate::pen::{Head, Pen, Sheet};
use crate::{PdfError, face};

/// What a certificate says, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// `Attestation fiscale 2025`.
    pub title: String,
    /// Who certifies: name first, then address, SIRET…
    pub seller: Vec<String>,
    /// For whom: name first, then address.
    pub payer: Vec<String>,
    /// `Année`, `2025`…
    pub facts: Vec<(String, String)>,
    /// What is certified, before the table.
    pub says: String,
    /// A child each.
    pub children: Vec<CertificateLine>,
    /// `Total payé`.
    pub total: String,
    /// What must be known with it, a sentence each.
    pub mentions: Vec<String>,
    /// The day it was made. The same certificate gives the same bytes.
    pub created: Day,
}

/// What was paid for one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateLine {
    /// `Lou`.
    pub child: String,
    /// `14 mars 2021`.
    pub born: String,
    /// What was paid, in cents.
    pub paid: i64,
    /// Of this, with CESU vouchers, in cents.
    pub cesu: i64,
}

/// Prints a certificate.
///
/// # Errors
/// When a font or the document cannot be written; no text makes it fail: what the fonts lack becomes `?`.
pub fn certificate(certificate: &Certificate) -> Result<Vec<u8>, PdfError> {
    let faces = face::Faces::shared()?;
    let about = About { title: &certificate.title, author: certificate.seller.first(), created: certificate.created };
    paper::write(about, lay_out(certificate, faces), faces)
}

/// Prints certificates of many families one after the other, each from a page of its own on.
///
/// # Errors
/// When there is none, or a font or the document cannot be written.
pub fn certificates(all: &[Certificate]) -> Result<Vec<u8>, PdfError> {
    let faces = face::Faces::shared()?;
    let first = all.first().ok_or_else(|| PdfError::Document("no certificate".to_owned()))?;
    let about = About { title: &first.title, author: first.seller.first(), created: first.created };
    let mut sheet = Sheet::default();
    all.iter().for_each(|certificate| sheet.append(lay_out(certificate, faces)));
    paper::write(about, sheet, faces)
}

fn lay_out(certificate: &Certificate, faces: &Faces) -> Sheet {
    let mut pen = Pen::new(faces);
    let Certificate { title, seller, payer, facts, .. } = certificate;
    pen.head(&Head { title, seller, payer, facts });
    pen.text(&certificate.says);
    let row = |line: &CertificateLine| {
        [line.child.clone(), line.born.clone(), signed_euros(line.cesu), signed_euros(line.paid)]
    };
    let rows: Vec<[String; 4]> = certificate.children.iter().map(row).collect();
    pen.columns(["Enfant", "Né(e) le", "Dont CESU", "Payé"], &rows);
    pen.sum(&certificate.total, certificate.children.iter().map(|line| line.paid).sum());
    pen.mentions(&certificate.mentions);
    pen.finish(title)
}
