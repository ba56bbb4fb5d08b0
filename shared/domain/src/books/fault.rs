//! What can be wrong in the books, and how it is said to who keeps them.

use std::fmt;

use super::Sums;
use crate::invoice::Period;
use crate::money::signed_euros;

/// Something that may never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The two sides of the books differ.
    Sums(Sums),
    /// An invoice does not come to the sum of its lines.
    Total {
        /// Its number.
        number: String,
        /// What its lines come to, in cents.
        lines: i64,
        /// What it says, in cents.
        total: i64,
    },
    /// A month and its invoices do not agree.
    Month {
        /// The month.
        period: Period,
        /// The invoices that charge it.
        bills: Vec<String>,
    },
    /// Credit notes for an invoice that is not there, or for more than it came to.
    Note {
        /// The invoice they name.
        number: String,
        /// What they take back, in cents.
        back: i64,
    },
    /// A receipt of nothing, or one that does not take back exactly another, once.
    Reversal {
        /// The receipt.
        receipt: String,
    },
    /// A number of the series that no invoice has.
    Gap(String),
    /// A number that two invoices have.
    Twice(String),
    /// A number that the series has not come to.
    Beyond(String),
    /// An invoice dated before the one with the number before.
    Date(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sums(sums) => write!(f, "{sums}"),
            Self::Total { number, lines, total } => {
                let (lines, total) = (signed_euros(*lines), signed_euros(*total));
                write!(f, "la facture {number} dit {total}, ses lignes font {lines}")
            }
            Self::Month { period, bills } if bills.is_empty() => {
                write!(f, "le mois de {} nomme une facture qui n’est pas là", period.said())
            }
            Self::Month { period, bills } => {
                write!(f, "le mois de {} ne s’accorde pas avec {}", period.said(), bills.join(", "))
            }
            Self::Note { number, back } => {
                write!(f, "les avoirs sur {number} reprennent {}, plus qu’elle ne dit", signed_euros(*back))
            }
            Self::Reversal { receipt } => write!(f, "le reçu {receipt} n’annule pas exactement un autre, une fois"),
            Self::Gap(number) => write!(f, "le numéro {number} manque"),
            Self::Twice(number) => write!(f, "le numéro {number} est là deux fois"),
            Self::Beyond(number) => write!(f, "le numéro {number} n’a pas été donné par la série"),
            Self::Date(number) => write!(f, "{number} porte une date d’avant le numéro précédent"),
        }
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hold() { "=" } else { "≠" };
        let [charged, owed, paid, credited, carried] =
            [self.charged, self.owed, self.paid, self.credited, self.carried].map(signed_euros);
        write!(f, "facturé {charged} {sign} dû {owed} + payé {paid} + crédité {credited} + reporté {carried}")?;
        match self.written_off {
            0 => Ok(()),
            cents => write!(f, " + abandonné {}", signed_euros(cents)),
        }
    }
}
