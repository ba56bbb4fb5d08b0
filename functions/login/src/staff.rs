//! What several operations do to the agents of an organisation.

use chrono::{DateTime, Utc};
use domain::id::AccountId;
use domain::role::Role;
use store::Transaction;
use store::records::{InvitationRecord, Seat, SecurityEvent, SecurityEventRecord, StaffRecord, void_invitations};
use web::ask::DeskCall;

/// Somebody else who administers: an organisation is never left without.
pub(crate) fn other_administrator<'a>(staff: &'a [StaffRecord], account: &AccountId) -> Option<&'a StaffRecord> {
    staff.iter().find(|agent| agent.account != *account && agent.role == Role::Administrator)
}

/// What an administrator does to who is or becomes an agent.
pub(crate) fn event(desk: &DeskCall, event: SecurityEvent, about: &str, role: Role) -> SecurityEventRecord {
    let (who, wall) = (desk.access.said.clone(), desk.moment.wall);
    SecurityEventRecord::new(&desk.organisation, event, who, about, role.to_string(), wall)
}

/// Puts out of force the invitations to an agent's mél, and those the agent sent unless they still may.
pub(crate) fn void_of_agent(
    transaction: &mut Transaction,
    invitations: &[InvitationRecord],
    agent: &StaffRecord,
    mels: &[&str],
    sends: bool,
    wall: DateTime<Utc>,
) {
    let (organisation, seat) = (&agent.organisation, Seat::Staff { role: agent.role });
    let theirs = |one: &InvitationRecord| !sends && one.by.account.as_ref() == Some(&agent.account);
    void_invitations(transaction, invitations, organisation, &seat, mels, wall, theirs);
}
