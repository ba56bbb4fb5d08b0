//! What was found in an organisation, for a person to read.

use std::fmt;

use domain::books::Sums;
use domain::id::{FamilyId, OrganisationId};

/// Something that may never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose, when it is a family's.
    pub family: Option<FamilyId>,
    /// What, in French.
    pub sentence: String,
}

impl Finding {
    pub(crate) fn of(family: &FamilyId, sentence: impl Into<String>) -> Self {
        Self { family: Some(family.clone()), sentence: sentence.into() }
    }
}

/// An organisation's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The organisation.
    pub organisation: OrganisationId,
    /// How many families it has.
    pub families: usize,
    /// How many invoices and credit notes.
    pub invoices: usize,
    /// The books of all its families together.
    pub sums: Sums,
    /// What is not as it must be.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { organisation, families, invoices, sums, findings } = self;
        let verdict = match findings.len() {
            0 => "tout tient".to_owned(),
            1 => "une chose ne tient pas".to_owned(),
            many => format!("{many} choses ne tiennent pas"),
        };
        write!(f, "{organisation} : {verdict}. Familles : {families} ; factures et avoirs : {invoices}.\n  {sums}")?;
        findings.iter().try_for_each(|finding| {
            let whose = finding.family.as_ref().map(|family| format!("famille {family} : ")).unwrap_or_default();
            write!(f, "\n  {whose}{}", finding.sentence)
        })
    }
}
