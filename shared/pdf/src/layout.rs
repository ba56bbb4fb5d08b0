//! An invoice laid out: its head, its lines, its sums, how to pay it.

use domain::money::signed_euros;

use crate::face::Faces;
use crate::pen::{BOTTOM, Head, Ink, Kind, LEAD, LEFT, MM, Pen, Piece, RIGHT, Sheet, TEXT};
use crate::{Document, Line, PdfError, Transfer, qr};

const QR: f32 = 30.0 * MM;
const HEADS: [&str; 4] = ["Désignation", "Quantité", "Prix unitaire", "Montant"];

/// Lays an invoice out.
pub(crate) fn lay_out(document: &Document, faces: &Faces) -> Result<Sheet, PdfError> {
    let mut pen = Pen::new(faces);
    let Document { title, seller, payer, facts, .. } = document;
    pen.head(&Head { title, seller, payer, facts });
    pen.columns(HEADS, &document.lines.iter().map(cells).collect::<Vec<_>>());
    pen.totals_of((&document.total.0, document.total.1), &document.after);
    pen.paying(document)?;
    pen.mentions(&document.mentions);
    Ok(pen.finish(&document.title))
}

impl Pen<'_> {
    fn paying(&mut self, document: &Document) -> Result<(), PdfError> {
        if document.how_to_pay.is_empty() && document.transfer.is_none() {
            return Ok(());
        }
        let width = RIGHT - LEFT - if document.transfer.is_some() { QR + 8.0 * MM } else { 0.0 };
        let lines: usize = document
            .how_to_pay
            .iter()
            .map(|text| self.faces.of(false).wrap(&self.faces.clean(text), TEXT, width).len())
            .sum();
        let words = 20.0 + TEXT * LEAD * lines as f32;
        let height = if document.transfer.is_some() { words.max(QR + 14.0) } else { words };
        if self.y + height > BOTTOM {
            self.new_page();
        }
        let top = self.y;
        const HEADING: &str = "Comment payer";
        let heading = self.node(Kind::Heading(HEADING.to_owned()), None);
        self.words(LEFT, 11.0, true, Ink::Slate, HEADING, Some(heading));
        self.y += 18.0;
        for text in &document.how_to_pay {
            let node = self.node(Kind::Paragraph, None);
            self.paragraph(LEFT, width, TEXT, false, text, node);
        }
        if let Some(transfer) = &document.transfer {
            self.code(transfer, top)?;
        }
        self.y = self.y.max(top + height) + 6.0 * MM;
        Ok(())
    }

    fn code(&mut self, transfer: &Transfer, top: f32) -> Result<(), PdfError> {
        let dark = qr::modules(transfer)?;
        // Four modules of white around it are the quiet zone.
        let module = QR / (dark.len() as f32 + 8.0);
        let words = format!(
            "Code à lire avec l’application de votre banque : virement de {} à {}, référence {}.",
            signed_euros(transfer.amount),
            transfer.name,
            transfer.reference
        );
        let node = self.node(Kind::Figure(self.faces.clean(&words)), None);
        let (x, y) = (RIGHT - QR + 4.0 * module, top - 8.0 + 4.0 * module);
        self.put(Piece::Code { x, y, module, dark, node });
        Ok(())
    }
}

/// A line of an invoice in its four cells.
fn cells(line: &Line) -> [String; 4] {
    let price = line.unit_price.map_or_else(|| "–".to_owned(), signed_euros);
    [line.label.clone(), line.quantity.clone(), price, signed_euros(line.amount)]
}
