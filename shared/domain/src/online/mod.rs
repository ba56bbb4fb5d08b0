//! Paying online: what may be paid, how a provider is told of it, and what its answer means.
//!
//! A return to the page and a notification prove nothing: only the provider's own answer does, with the amount and the
//! reference it was asked for.

mod order;
mod payable;
mod report;
mod verdict;

pub use order::{object, reference};
pub use payable::{LARGEST, NotPayable, SMALLEST, payable, same_debt};
pub use report::{Report, Said, card_said, payfip_instant, payfip_said};
pub use verdict::{
    ABANDONED_AFTER, Doubt, Expected, SESSION_LIFE, State, UNANSWERED_AFTER, Verdict, judge, judge_silence,
};

use serde::{Deserialize, Serialize};

/// Who takes the payments of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Online {
    /// PayFiP, the State's service for communes.
    Payfip {
        /// `numcli`: six digits that the DGFiP gives.
        client: String,
        /// Whether money moves.
        mode: PayfipMode,
    },
    /// A card provider, for associations. Its keys are kept apart.
    Card,
}

/// `saisie`: how far PayFiP takes a payment for real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayfipMode {
    /// `T`: nothing is charged.
    Test,
    /// `X`: one real payment, to be accepted.
    Activation,
    /// `W`: real payments.
    Production,
}

impl PayfipMode {
    /// As PayFiP writes it.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Test => "T",
            Self::Activation => "X",
            Self::Production => "W",
        }
    }
}

/// Whether this is a client number of PayFiP: six digits.
pub fn is_payfip_client(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
