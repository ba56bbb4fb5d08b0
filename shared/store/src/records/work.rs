//! What must follow beside mails: a run goes on, invoices are printed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::Record;
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::Period;

/// Who pays, and the number of the invoice.
pub type Wanted = (FamilyId, String);

/// What must follow beside mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", from = "Lying")]
pub enum Work {
    /// A run goes on.
    Run {
        /// The organisation that invoices.
        organisation: OrganisationId,
        /// The month.
        period: Period,
    },
    /// Invoices are printed, stored and mailed.
    #[serde(rename = "print_many")]
    Print {
        /// The organisation that invoices.
        organisation: OrganisationId,
        /// Which invoices.
        invoices: Vec<Wanted>,
    },
}

/// Work as it may lie in a table: `print`, of one invoice, was written until there was one way to print.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Lying {
    Run { organisation: OrganisationId, period: Period },
    Print { organisation: OrganisationId, family: FamilyId, number: String },
    PrintMany { organisation: OrganisationId, invoices: Vec<Wanted> },
}

impl From<Lying> for Work {
    fn from(lying: Lying) -> Self {
        match lying {
            Lying::Run { organisation, period } => Self::Run { organisation, period },
            Lying::Print { organisation, family, number } => {
                Self::Print { organisation, invoices: vec![(family, number)] }
            }
            Lying::PrintMany { organisation, invoices } => Self::Print { organisation, invoices },
        }
    }
}

/// A piece of work; it goes when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRecord {
    /// Its identifier.
    pub id: String,
    /// The work.
    pub work: Work,
    /// When it was asked for, on the wall clock.
    pub at: DateTime<Utc>,
}

impl WorkRecord {
    /// The work of printing invoices that take their numbers together; the same numbers are the same piece of work.
    pub fn printing(organisation: &OrganisationId, invoices: Vec<Wanted>, wall: DateTime<Utc>) -> Self {
        let first = invoices.first().map(|(_, number)| number.as_str()).unwrap_or_default();
        let id = secret::sha256(&format!("print#{organisation}#{first}")).chars().take(32).collect();
        Self { id, work: Work::Print { organisation: organisation.clone(), invoices }, at: wall }
    }
}

impl Record for WorkRecord {
    fn key(&self) -> Key {
        keys::work(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(lying: Value) -> Work {
        serde_json::from_value(lying).unwrap()
    }

    #[test]
    fn printing_is_read_in_both_its_forms_and_written_in_the_one_that_both_functions_know() {
        let of_one = json!({ "kind": "print", "organisation": "jumex", "family": "devret", "number": "2015-00042" });
        let of_many = json!({
            "kind": "print_many", "organisation": "jumex", "invoices": [["devret", "2015-00042"]],
        });
        assert_eq!(read(of_one), read(of_many.clone()));
        assert_eq!(serde_json::to_value(read(of_many.clone())).unwrap(), of_many);
        let run = json!({ "kind": "run", "organisation": "jumex", "period": "2015-05" });
        assert_eq!(serde_json::to_value(read(run.clone())).unwrap(), run);
    }
}
