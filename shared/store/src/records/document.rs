//! Documents of a family, what they are worth to a click, who read them, and what waits.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use domain::day::Day;
use domain::document::{HandedIn, Kind, Media, Status};
use domain::id::{AccountId, ChildId, FamilyId, OrganisationId};

/// A document of a family. Its files lie in the bucket of documents, under keys that nobody can guess.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Made by the page, so that a request repeated is the same document.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// About whom; none for the family.
    pub child: Option<ChildId>,
    /// The file's name, made harmless.
    pub name: String,
    /// What was announced, then what was found.
    pub media: Media,
    /// The size of what was announced, then of what is kept, in bytes.
    pub bytes: u64,
    /// The SHA-256 of what was announced, in base64: nothing else is taken.
    pub sha256: String,
    /// How far it is.
    pub status: Status,
    /// Who sent it.
    pub said: String,
    /// When, on the business clock.
    pub at: DateTime<Utc>,
    /// When its last permission to send ends, in epoch seconds on the wall clock.
    pub until: i64,
    /// The secret part of its storage keys.
    pub secret: String,
    /// Whether there is a small picture of it.
    pub preview: bool,
    /// Which agent decided on it, and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// How often its file was looked at. What breaks off then is no fault of the file: it is looked at again.
    pub tries: u32,
    /// Grows with every change.
    pub version: u64,
    /// When the item goes, in epoch seconds: a file that never came, or was not kept, is forgotten.
    pub expires: Option<i64>,
}

impl Record for DocumentRecord {
    fn key(&self) -> Key {
        keys::document(&self.organisation, &self.family, &self.id)
    }
}

impl OfKind for DocumentRecord {
    const PREFIX: &'static str = keys::prefix::DOCUMENT;
}

impl DocumentRecord {
    /// What requirements see of it.
    pub fn handed_in(&self) -> HandedIn {
        HandedIn { document: self.id.clone(), kind: self.kind, child: self.child.clone(), status: self.status.clone() }
    }

    fn object_key(&self, room: &str) -> String {
        format!("{room}/{}/{}/{}-{}", self.organisation, self.family, self.id, self.secret)
    }

    /// Where its file is sent to.
    pub fn incoming(&self) -> String {
        self.object_key("incoming")
    }

    /// Where its checked file is kept.
    pub fn file(&self) -> String {
        self.object_key("checked")
    }

    /// Where the small picture of it is kept.
    pub fn preview_file(&self) -> String {
        self.object_key("previews")
    }
}

/// Which documents a family has, as far as requirements look at them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PiecesRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// The documents but those that are still on their way.
    pub held: Vec<HandedIn>,
    /// Grows with every change; a click that a missing piece could forbid demands the version it was decided on.
    pub version: u64,
}

impl Record for PiecesRecord {
    fn key(&self) -> Key {
        keys::pieces(&self.organisation, &self.family)
    }
}

impl PiecesRecord {
    /// The pieces with one document as it is now, and the version they go over.
    pub fn with(known: Option<Self>, document: &DocumentRecord) -> (Self, u64) {
        Self::changed(known, document, Some(document.handed_in()))
    }

    /// The pieces without a document, and the version they go over.
    pub fn without(known: Option<Self>, document: &DocumentRecord) -> (Self, u64) {
        Self::changed(known, document, None)
    }

    fn changed(known: Option<Self>, document: &DocumentRecord, held: Option<HandedIn>) -> (Self, u64) {
        let version = known.as_ref().map_or(0, |pieces| pieces.version);
        let others = known.map(|pieces| pieces.held).unwrap_or_default().into_iter();
        let held = others.filter(|other| other.document != document.id).chain(held).collect();
        let (organisation, family) = (document.organisation.clone(), document.family.clone());
        (Self { organisation, family, held, version: version + 1 }, version)
    }
}

/// That an agent opened a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpeningRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which document.
    pub document: String,
    /// What it is.
    pub kind: Kind,
    /// The child.
    pub child: Option<ChildId>,
    /// On which day, on the business clock.
    pub day: Day,
    /// The account.
    pub account: AccountId,
    /// The agent's name.
    pub said: String,
}

impl Record for OpeningRecord {
    fn key(&self) -> Key {
        keys::opening(&self.organisation, &self.family, &self.document, self.day, &self.account)
    }
}

/// A document that waits for an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which document.
    pub document: String,
}

impl Record for ReviewRecord {
    fn key(&self) -> Key {
        keys::review(&self.organisation, &self.family, &self.document)
    }
}

/// A document that counts until a day: the family is told before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpiryRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The family.
    pub family: FamilyId,
    /// Which document.
    pub document: String,
    /// The last day on which it counts.
    pub last: Day,
}

impl Record for ExpiryRecord {
    fn key(&self) -> Key {
        keys::expiry(&self.organisation, self.last, &self.family, &self.document)
    }
}

/// Files that must go because their document is gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DiscardRecord {
    /// The document's.
    pub id: String,
    /// Their keys.
    pub files: Vec<String>,
}

impl Record for DiscardRecord {
    fn key(&self) -> Key {
        keys::discard(&self.id)
    }
}
