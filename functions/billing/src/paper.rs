//! What an invoice says on paper.

use domain::day::long_date;
use domain::organisation::Organisation;
use pdf::{Document, Electronic, Kind, Line, PdfError, Transfer, render, siren};
use store::records::InvoiceRecord;

/// The bytes of an invoice's PDF: the same for the same invoice.
///
/// # Errors
/// When the document cannot be written; no text makes it fail.
pub fn pdf(organisation: &Organisation, invoice: &InvoiceRecord) -> Result<Vec<u8>, PdfError> {
    render(&document(organisation, invoice))
}

fn document(organisation: &Organisation, invoice: &InvoiceRecord) -> Document {
    let billing = organisation.billing.clone();
    let seller = billing.as_ref().map_or_else(|| vec![organisation.name.clone()], |billing| billing.seller.clone());
    let note = invoice.corrects.is_some();
    let word = if note { "Avoir" } else { "Facture" };
    let mut facts = vec![("Numéro".to_owned(), invoice.number.clone()), ("Date".to_owned(), long_date(invoice.issued))];
    facts.extend(invoice.period.map(|period| ("Période".to_owned(), period.said())));
    facts.extend(invoice.corrects.iter().map(|number| ("Corrige la facture".to_owned(), number.clone())));
    if !note {
        facts.push(("À payer avant le".to_owned(), long_date(invoice.due)));
    }
    let line = |line: &domain::invoice::Line| Line {
        label: line.label.clone(),
        quantity: line.quantity.to_string(),
        unit_price: Some(line.unit),
        amount: line.amount(),
    };
    let iban = billing.as_ref().and_then(|billing| billing.iban.clone()).filter(|_| invoice.total > 0);
    Document {
        title: format!("{word} {}", invoice.number),
        payer: invoice.payer.clone(),
        facts,
        lines: invoice.lines.iter().map(line).collect(),
        total: (if note { "Total de l’avoir" } else { "Total à payer" }.to_owned(), invoice.total),
        after: Vec::new(),
        how_to_pay: billing.as_ref().filter(|_| !note).map(|billing| billing.how_to_pay.clone()).unwrap_or_default(),
        mentions: billing.map(|billing| billing.mentions).unwrap_or_default(),
        transfer: iban.map(|iban| Transfer {
            name: seller.first().cloned().unwrap_or_default(),
            iban,
            amount: invoice.total,
            reference: invoice.number.clone(),
        }),
        electronic: electronic(invoice, &seller),
        seller,
        created: invoice.issued,
    }
}

/// The data of an invoice for other programs, where the seller's lines say a SIREN. What is left to pay of an imported one
/// is not known here: it carries none.
fn electronic(invoice: &InvoiceRecord, seller: &[String]) -> Option<Electronic> {
    let siren = siren(seller).filter(|_| !invoice.imported)?;
    let kind = if invoice.corrects.is_some() { Kind::CreditNote } else { Kind::Invoice };
    Some(Electronic { kind, number: invoice.number.clone(), siren })
}

#[cfg(test)]
mod tests {
    use domain::day::Day;

    use super::*;

    fn invoice() -> InvoiceRecord {
        let day = Day::from_ymd_opt(2015, 2, 2).unwrap();
        InvoiceRecord {
            organisation: "jumex".parse().unwrap(),
            family: "devret".parse().unwrap(),
            number: "2015-00042".to_owned(),
            period: None,
            corrects: None,
            completes: None,
            issued: day,
            due: day,
            payer: vec!["Madame Chantal DEVRET".to_owned()],
            lines: Vec::new(),
            total: 6510,
            request: None,
            imported: false,
            written_off: None,
            filed: false,
            version: 1,
        }
    }

    #[test]
    fn data_go_along_where_the_seller_says_a_siren() {
        let seller = ["Commune de Jumex", "SIRET 214 501 234 00011"].map(str::to_owned);
        let data = |kind| Some(Electronic { kind, number: "2015-00042".to_owned(), siren: "214501234".to_owned() });
        assert_eq!(electronic(&invoice(), &seller), data(Kind::Invoice));
        let note = InvoiceRecord { corrects: Some("2015-00041".to_owned()), total: -2170, ..invoice() };
        assert_eq!(electronic(&note, &seller), data(Kind::CreditNote));
        assert_eq!(electronic(&invoice(), &seller[..1]), None);
        assert_eq!(electronic(&InvoiceRecord { imported: true, ..invoice() }, &seller), None);
    }
}
