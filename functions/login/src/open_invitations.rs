//! Open invitations, as who may withdraw them sees them.

use chrono::{DateTime, Utc};
use domain::role::Role;
use serde::Serialize;
use store::records::{InvitationRecord, Seat};

#[derive(Serialize)]
pub(crate) struct InvitationView {
    id: String,
    mel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    by: String,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

/// Those whose link works, the newest first.
pub(crate) fn open_ones(all: &[InvitationRecord], wall: DateTime<Utc>) -> Vec<InvitationView> {
    let mut open: Vec<&InvitationRecord> = all.iter().filter(|one| one.works(wall)).collect();
    open.sort_by_key(|one| std::cmp::Reverse(one.at));
    let shown = |one: &InvitationRecord| InvitationView {
        id: one.id.clone(),
        mel: one.mel.clone(),
        role: match one.seat {
            Seat::Staff { role } => Some(role),
            Seat::Family { .. } => None,
        },
        by: one.by.said.clone(),
        at: one.at,
        until: DateTime::from_timestamp(one.until, 0),
    };
    open.into_iter().map(shown).collect()
}
