//! What a family may pay online: an invoice, or its whole solde, within what providers take.

use crate::invoice::Ledger;
use crate::money::euros;

/// The smallest payment, in cents: PayFiP's.
pub const SMALLEST: u64 = 100;
/// The largest payment, in cents: PayFiP's.
pub const LARGEST: u64 = 10_000_000;

/// Why something cannot be paid online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPayable {
    /// The family has no such invoice.
    NoSuchInvoice,
    /// Nothing is owed of it.
    NothingOwed,
    /// Less than [`SMALLEST`].
    TooSmall,
    /// More than [`LARGEST`].
    TooLarge,
}

impl NotPayable {
    /// What the family reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoSuchInvoice => "Cette facture n’existe pas.".to_owned(),
            Self::NothingOwed => "Il n’y a rien à payer : tout est réglé.".to_owned(),
            Self::TooSmall => {
                format!(
                    "Le paiement en ligne commence à {}. Le reste s’ajoutera à la prochaine facture.",
                    euros(SMALLEST)
                )
            }
            Self::TooLarge => format!("Le paiement en ligne s’arrête à {}. Payez facture par facture.", euros(LARGEST)),
        }
    }
}

/// How much is to be paid, in cents: what is owed of an invoice, or the whole solde. The page never says it.
pub fn payable(invoice: Option<&str>, ledger: &Ledger) -> Result<u64, NotPayable> {
    let owed = match invoice {
        None => ledger.owed(),
        Some(number) if !ledger.documents.iter().any(|open| open.number == number) => {
            return Err(NotPayable::NoSuchInvoice);
        }
        Some(number) => ledger.owed_of(number),
    };
    match u64::try_from(owed).unwrap_or(0) {
        0 => Err(NotPayable::NothingOwed),
        cents if cents < SMALLEST => Err(NotPayable::TooSmall),
        cents if cents > LARGEST => Err(NotPayable::TooLarge),
        cents => Ok(cents),
    }
}

/// Whether two payments are for the same money: the whole solde holds every invoice.
pub fn same_debt(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;
    use crate::invoice::{Issued, Line, Means, Received, allot};

    /// What is payable of invoices of these totals, after a payment.
    fn owing(totals: &[i64], paid: i64, invoice: Option<&str>) -> Result<u64, NotPayable> {
        let day = parse_day("2015-02-02").unwrap();
        let line = |unit: &i64| {
            let (label, days) = (String::new(), Vec::new());
            vec![Line {
                child: None,
                activity: None,
                label,
                quantity: 1,
                unit: *unit,
                days,
                penalty: false,
                flat: false,
                joint: false,
            }]
        };
        let lines: Vec<Vec<Line>> = totals.iter().map(line).collect();
        let numbers: Vec<String> = (0..totals.len()).map(|at| format!("2015-{at:05}")).collect();
        let issued = |(number, lines)| Issued { number, issued: day, corrects: None, lines, written_off: None };
        let documents = numbers.iter().map(String::as_str).zip(lines.iter().map(Vec::as_slice)).map(issued);
        let payment = Received { receipt: "R2015-00001", day, means: Means::Cheque, cents: paid, reverses: None };
        let received = if paid == 0 { Vec::new() } else { vec![payment] };
        payable(invoice, &allot(documents, received, |_, _, _| true))
    }

    #[test]
    fn an_invoice_or_the_whole_solde_is_paid_at_what_is_owed() {
        let at = |invoice| owing(&[4340, 6510], 4000, invoice);
        assert_eq!(at(None), Ok(6850));
        assert_eq!(at(Some("2015-00000")), Ok(340));
        assert_eq!(at(Some("2015-00001")), Ok(6510));
        assert_eq!(at(Some("2015-00002")), Err(NotPayable::NoSuchInvoice));
    }

    #[test]
    fn what_is_settled_is_not_paid() {
        for paid in [6510, 7000] {
            assert_eq!(owing(&[6510], paid, None), Err(NotPayable::NothingOwed));
            assert_eq!(owing(&[6510], paid, Some("2015-00000")), Err(NotPayable::NothingOwed));
        }
    }

    #[test]
    fn the_whole_solde_holds_every_invoice() {
        let invoices = [None, Some("2015-00001"), Some("2015-00002")];
        let same = |one: usize, other: usize| same_debt(invoices[one], invoices[other]);
        assert!(same(0, 0) && same(0, 1) && same(1, 0) && same(1, 1));
        assert!(!same(1, 2));
    }

    #[test]
    fn the_bounds_are_one_euro_and_a_hundred_thousand() {
        let at = |cents| owing(&[cents], 0, None);
        assert_eq!(at(99), Err(NotPayable::TooSmall));
        assert_eq!(at(100), Ok(100));
        assert_eq!(at(10_000_000), Ok(10_000_000));
        assert_eq!(at(10_000_001), Err(NotPayable::TooLarge));
        assert!(NotPayable::TooSmall.sentence().contains("1,00\u{a0}€"));
    }
}
