//! Invitations: one item for each mél and place, so that a later one, an end or a withdrawal puts the link before it out of force.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::table::{OfKind, Record};
use crate::transaction::Transaction;
use domain::account::{INVITATION_LIFE, normalised_name};
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::role::Role;

/// Where an invitation leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Seat {
    /// To a family.
    Family {
        /// The family.
        family: FamilyId,
        /// As which of its adults.
        adult: String,
    },
    /// To the agents.
    Staff {
        /// As what.
        role: Role,
    },
}

/// Who invites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inviter {
    /// The agent's account; none where the organisation's folder invites.
    pub account: Option<AccountId>,
    /// The name kept with it.
    pub said: String,
}

/// The invitation of a mél to a place, or that there is none any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// To what.
    pub seat: Seat,
    /// To whom, as [`normalised_name`] has it.
    pub mel: String,
    /// The mail that carries the link; a link of another mail is out of force.
    pub id: String,
    /// Whether the link still works; an item that says no outlives every link that was sent before.
    pub open: bool,
    /// Who invites.
    pub by: Inviter,
    /// When, on the wall clock.
    pub at: DateTime<Utc>,
    /// When the link ends, in epoch seconds.
    pub until: i64,
    /// When the item goes, in epoch seconds.
    pub expires: i64,
    /// Grows with every change.
    pub version: u64,
}

impl Record for InvitationRecord {
    fn key(&self) -> Key {
        Self::key_of(&self.organisation, &self.seat, &self.mel)
    }
}

impl OfKind for InvitationRecord {
    const PREFIX: &'static str = keys::prefix::INVITED;
}

impl InvitationRecord {
    /// Where the invitation of a mél lies.
    pub fn key_of(organisation: &OrganisationId, seat: &Seat, mel: &str) -> Key {
        match seat {
            Seat::Family { family, .. } => keys::family_invitation(organisation, family, mel),
            Seat::Staff { .. } => keys::agent_invitation(organisation, mel),
        }
    }

    /// An invitation whose link works until then.
    pub fn sent(
        (organisation, seat, mel): (&OrganisationId, Seat, &str),
        id: &str,
        by: Inviter,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Self {
        let (organisation, mel) = (organisation.clone(), normalised_name(mel));
        let (until, expires) = (until.timestamp(), (at + INVITATION_LIFE).timestamp());
        Self { organisation, seat, mel, id: id.to_owned(), open: true, by, at, until, expires, version: 1 }
    }

    /// Writes it over whatever was sent to the same mél before.
    pub fn replace(mut self, transaction: &mut Transaction, before: Option<&Self>) -> usize {
        let read = before.map_or(0, |before| before.version);
        self.version = read + 1;
        transaction.put_over(&self, read)
    }

    /// Whether its link works.
    pub fn works(&self, wall: DateTime<Utc>) -> bool {
        self.open && wall.timestamp() < self.until
    }

    /// Puts it out of force.
    pub fn void(&self, transaction: &mut Transaction, wall: DateTime<Utc>) -> usize {
        let expires = (wall + INVITATION_LIFE).timestamp();
        Self { open: false, expires, ..self.clone() }.replace(transaction, Some(self))
    }

    /// Puts every link to a mél out of force where nothing is written of one: those sent before invitations were kept.
    pub fn void_unknown(
        transaction: &mut Transaction,
        organisation: &OrganisationId,
        seat: Seat,
        mel: &str,
        wall: DateTime<Utc>,
    ) -> usize {
        let by = Inviter { account: None, said: String::new() };
        let never = Self::sent((organisation, seat, mel), "", by, wall, wall);
        Self { open: false, ..never }.replace(transaction, None)
    }
}

/// Puts out of force, of the invitations that were read, those that `ends` names, and every link to these méls.
pub fn void_invitations(
    transaction: &mut Transaction,
    known: &[InvitationRecord],
    organisation: &OrganisationId,
    seat: &Seat,
    mels: &[&str],
    wall: DateTime<Utc>,
    ends: impl Fn(&InvitationRecord) -> bool,
) {
    let mut mels: Vec<String> = mels.iter().map(|mel| normalised_name(mel)).collect();
    mels.sort();
    mels.dedup();
    for one in known.iter().filter(|one| mels.contains(&one.mel) || (one.open && ends(one))) {
        one.void(transaction, wall);
    }
    for mel in mels.iter().filter(|mel| !known.iter().any(|one| one.mel == **mel)) {
        InvitationRecord::void_unknown(transaction, organisation, seat.clone(), mel, wall);
    }
}
