//! What the operator does for an agent whom nobody of the organisation can help.

use chrono::{DateTime, Utc};
use domain::account::normalised_name;
use domain::id::OrganisationId;
use store::records::AccountRecord;
use store::records::{
    CredentialsRecord, Message, NameRecord, OutboxRecord, SecurityEvent, SecurityEventRecord, SessionRecord,
    StaffRecord,
};
use store::{Failure, StoreError, Table, Transaction, keys};

/// Why a second factor stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// Nobody signs in by this name, or nobody who is an agent there.
    #[error("aucun agent de cette organisation ne porte ce nom.")]
    Unknown,
    /// Somebody changed the same account at the same time.
    #[error("le compte vient de changer, recommencez.")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How the operator is called in mails and events.
const OPERATOR: &str = "l’exploitant du portail";

/// Takes the second factor of an agent away, with sessions and recovery codes; the agent's name. One transaction, with
/// the mail that tells it and the event that keeps it.
pub async fn reset_second_factor(
    table: &Table,
    organisation: &OrganisationId,
    name: &str,
    wall: DateTime<Utc>,
) -> Result<String, SecondFactorError> {
    let found: Option<NameRecord> = table.get(&keys::name(&normalised_name(name))).await?;
    let account = found.ok_or(SecondFactorError::Unknown)?.account;
    let staff: Option<StaffRecord> = table.get(&keys::staff_entry(organisation, &account)).await?;
    let profile: Option<AccountRecord> = table.get(&keys::account(&account)).await?;
    let known: Option<CredentialsRecord> = table.get(&keys::credentials(&account)).await?;
    let sessions: Vec<SessionRecord> = table.query(&keys::sessions(&account)).await?;
    let (staff, profile) = staff.zip(profile).ok_or(SecondFactorError::Unknown)?;
    let known = known.ok_or(SecondFactorError::Unknown)?;
    let read = known.version;
    let next = CredentialsRecord { totp: None, totp_offered: None, recovery: Vec::new(), version: read + 1, ..known };
    let by = OPERATOR.to_owned();
    let message = Message::SecondFactorReset { organisation: organisation.clone(), account, by };
    let event = SecurityEvent::SecondFactorReset;
    let mut transaction = Transaction::of_system();
    transaction.put_over(&next, read);
    for session in &sessions {
        transaction.delete(&keys::session(&session.account, &session.session));
    }
    transaction.put_new(&OutboxRecord::pending(secret::id(), message, profile.mel, wall));
    transaction.put_new(&SecurityEventRecord::new(organisation, event, OPERATOR, &staff.said, "", wall));
    match table.write(transaction).await {
        Ok(()) => Ok(staff.said),
        Err(Failure::Store(error)) => Err(error.into()),
        Err(_) => Err(SecondFactorError::Changed),
    }
}
