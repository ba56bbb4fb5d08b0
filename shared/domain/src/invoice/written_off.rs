//! Debts that nobody will pay any more: given up by an agent, with the reason, kept and shown.

use serde::{Deserialize, Serialize};

/// Why what is owed of an invoice is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenUp {
    /// The time in which it could be asked for is over.
    Prescribed,
    /// It cannot be recovered (non-valeur).
    Uncollectable,
}

impl GivenUp {
    /// `prescrite`, as families and agents read it of an invoice.
    pub fn said(self) -> &'static str {
        match self {
            Self::Prescribed => "prescrite",
            Self::Uncollectable => "admise en non-valeur",
        }
    }
}
