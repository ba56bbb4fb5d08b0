//! The types of documents.

use serde::{Deserialize, Serialize};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A proof of address.
    ProofOfAddress,
    /// The school insurance of a child.
    Insurance,
    /// A note of a doctor.
    MedicalNote,
    /// The CAF's statement of the quotient familial.
    CafStatement,
    /// A child's health protocol.
    Pai,
    /// A child's vaccinations.
    Vaccines,
    /// Anything else.
    Other,
}

/// Whom a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// The whole family.
    Family,
    /// One child.
    Child,
    /// The family or a child, as the sender says.
    Either,
}

impl Kind {
    /// All of them, in the order of a list to choose from.
    pub const ALL: [Self; 7] = [
        Self::ProofOfAddress,
        Self::CafStatement,
        Self::Insurance,
        Self::MedicalNote,
        Self::Pai,
        Self::Vaccines,
        Self::Other,
    ];

    /// `Justificatif de domicile`.
    pub fn said(self) -> &'static str {
        match self {
            Self::ProofOfAddress => "Justificatif de domicile",
            Self::Insurance => "Assurance scolaire",
            Self::MedicalNote => "Avis médical",
            Self::CafStatement => "Attestation CAF",
            Self::Pai => "PAI",
            Self::Vaccines => "Vaccins",
            Self::Other => "Autre document",
        }
    }

    /// The word in the middle of a sentence, with its article: `l’avis médical`.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::ProofOfAddress => "le justificatif de domicile",
            Self::Insurance => "l’assurance scolaire",
            Self::MedicalNote => "l’avis médical",
            Self::CafStatement => "l’attestation CAF",
            Self::Pai => "le PAI",
            Self::Vaccines => "le carnet de vaccins",
            Self::Other => "le document demandé",
        }
    }

    /// Plain letters, for the name of a downloaded file.
    pub fn slug(self) -> &'static str {
        match self {
            Self::ProofOfAddress => "justificatif-de-domicile",
            Self::Insurance => "assurance-scolaire",
            Self::MedicalNote => "avis-medical",
            Self::CafStatement => "attestation-caf",
            Self::Pai => "pai",
            Self::Vaccines => "vaccins",
            Self::Other => "document",
        }
    }

    /// Whether it tells of somebody's health (GDPR, article 9): only the roles that need it read it.
    pub fn is_health(self) -> bool {
        match self {
            Self::MedicalNote | Self::Pai | Self::Vaccines => true,
            Self::ProofOfAddress | Self::Insurance | Self::CafStatement | Self::Other => false,
        }
    }

    /// Whom it is about.
    pub fn concern(self) -> Concern {
        match self {
            Self::ProofOfAddress | Self::CafStatement => Concern::Family,
            Self::Insurance | Self::MedicalNote | Self::Pai | Self::Vaccines => Concern::Child,
            Self::Other => Concern::Either,
        }
    }
}
