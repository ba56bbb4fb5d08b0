//! What a provider answers when it is asked for a payment, in one form for all providers.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::day::paris_instant;

/// How a payment stands, by the provider's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Paid by card.
    PaidByCard,
    /// Paid by direct debit.
    PaidByDebit,
    /// The bank refused.
    Refused,
    /// The family gave it up.
    Cancelled,
    /// Not paid yet, or never: nobody knows.
    NotYet,
    /// No such payment, or none any more: it ended unpaid.
    NotKnown,
    /// A word nobody told us about.
    Unheard,
}

impl Said {
    /// Whether money moved.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::PaidByCard | Self::PaidByDebit)
    }
}

/// A provider's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How it stands.
    pub said: Said,
    /// The word it was said with: `P`, `P5`, `complete/paid`.
    pub code: String,
    /// How much, in cents, when it says so and it can be read.
    pub cents: Option<u64>,
    /// For what, when it says so.
    pub reference: Option<String>,
    /// When it was paid, on the wall clock.
    pub at: Option<DateTime<Utc>>,
    /// The number of the authorisation, to find it at the provider's.
    pub proof: Option<String>,
}

impl Report {
    /// An answer that says how it stands and no more.
    pub fn bare(said: Said, code: &str) -> Self {
        Self { said, code: code.to_owned(), cents: None, reference: None, at: None, proof: None }
    }
}

/// `resultrans` of PayFiP, or the code of a functional fault.
pub fn payfip_said(code: &str) -> Said {
    match code {
        "P" => Said::PaidByCard,
        "V" => Said::PaidByDebit,
        "R" | "Z" => Said::Refused,
        "A" => Said::Cancelled,
        "P5" => Said::NotYet,
        "P1" => Said::NotKnown,
        _ => Said::Unheard,
    }
}

/// The status of a card provider's session, and of the payment in it.
pub fn card_said(session: &str, payment: &str) -> Said {
    match (session, payment) {
        ("complete", "paid") => Said::PaidByCard,
        ("complete", "failed") => Said::Refused,
        ("canceled", "unpaid") => Said::Cancelled,
        ("open", "unpaid" | "failed") => Said::NotYet,
        ("expired", "unpaid" | "failed") => Said::NotKnown,
        _ => Said::Unheard,
    }
}

/// `dattrans` (`jjmmaaaa`) and `heurtrans` (`HHMM`) of PayFiP, in Paris.
pub fn payfip_instant(date: &str, time: &str) -> Option<DateTime<Utc>> {
    let day = NaiveDate::parse_from_str(date, "%d%m%Y").ok()?;
    Some(paris_instant(day, NaiveTime::parse_from_str(time, "%H%M").ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_payfip_has_its_meaning_and_others_have_none() {
        let codes = ["P", "V", "R", "Z", "A", "P5", "P1"].map(payfip_said);
        let expected = [
            Said::PaidByCard,
            Said::PaidByDebit,
            Said::Refused,
            Said::Refused,
            Said::Cancelled,
            Said::NotYet,
            Said::NotKnown,
        ];
        assert_eq!(codes, expected);
        for other in ["", "p", "X", "PP", "P2", "T"] {
            assert_eq!(payfip_said(other), Said::Unheard, "{other}");
        }
    }

    #[test]
    fn a_card_session_is_paid_when_both_say_so() {
        assert_eq!(card_said("complete", "paid"), Said::PaidByCard);
        assert_eq!(card_said("complete", "failed"), Said::Refused);
        assert_eq!(card_said("canceled", "unpaid"), Said::Cancelled);
        assert_eq!(card_said("open", "failed"), Said::NotYet, "another card may be tried");
        assert_eq!(card_said("expired", "unpaid"), Said::NotKnown);
        for (session, payment) in [("open", "paid"), ("expired", "paid"), ("complete", "unpaid"), ("", "")] {
            assert_eq!(card_said(session, payment), Said::Unheard, "{session} {payment}");
        }
    }

    #[test]
    fn payfips_hour_is_the_one_of_paris() {
        let at = payfip_instant("31122026", "2359").unwrap();
        assert_eq!(at.to_rfc3339(), "2026-12-31T22:59:00+00:00");
        assert_eq!(payfip_instant("31022026", "2359"), None);
        assert_eq!(payfip_instant("2026-12-31", "23:59"), None);
    }
}
