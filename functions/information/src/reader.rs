//! Who may read what an organisation tells: its adults and its agents; and who may write it.

use chrono::{DateTime, Utc};
use domain::id::OrganisationId;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use store::keys::{self, Key};
use store::records::MembershipRecord;
use store::{Chain, Failure, Items};
use web::app::{Access, App, Caller};
use web::{ApiError, Call};

/// What has to be read to know whether somebody belongs to an organisation, beside the memberships.
pub(crate) fn reader_keys(caller: &Caller, organisation: &OrganisationId) -> Vec<Key> {
    vec![caller.session_key(), keys::role(&caller.account, organisation)]
}

/// Refuses whoever is neither an adult nor an agent of the organisation.
pub(crate) fn check_reader(
    caller: &Caller,
    items: &Items,
    memberships: &[MembershipRecord],
    organisation: &OrganisationId,
    wall: DateTime<Utc>,
) -> Result<(), ApiError> {
    caller.check_session(items, wall)?;
    if memberships.is_empty() {
        caller.agent_access(items, organisation, wall)?;
    }
    Ok(())
}

/// An agent who may publish, with the thing that is about to be written: one wave.
pub(crate) struct Publishing {
    pub(crate) organisation: OrganisationId,
    pub(crate) items: Items,
    access: Access,
    caller: Caller,
}

impl Publishing {
    /// Reads the right and `more`.
    pub(crate) async fn open(
        app: &App,
        call: &Call,
        more: impl FnOnce(&OrganisationId) -> Vec<Key>,
    ) -> Result<Self, ApiError> {
        let organisation: OrganisationId = call.path("organisation")?;
        let caller = app.caller(call).await?;
        let mut needed = reader_keys(&caller, &organisation);
        needed.extend(more(&organisation));
        let items = app.table.batch_get(&needed).await?;
        let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
        access.demand(Permission::Publish)?;
        Ok(Self { organisation, items, access, caller })
    }

    /// The agent's name, kept with what is written.
    pub(crate) fn said(&self) -> String {
        self.access.said.clone()
    }

    /// A transaction on the very right that was looked at.
    pub(crate) fn begin(&self) -> Chain {
        Chain::new().check_exists(&self.caller.session_key()).check_exists(&self.access.granted_by)
    }
}

/// 409: somebody else wrote it meanwhile; nothing of what was typed is lost.
pub(crate) fn refusal(failure: Failure) -> ApiError {
    match failure {
        Failure::Conditions(_) | Failure::Conflict => written_meanwhile(),
        failure @ Failure::Store(_) => failure.into(),
    }
}

/// 409: the page shows an older text than the one that is kept.
pub(crate) fn written_meanwhile() -> ApiError {
    let detail = "Un autre agent vient de l’écrire. Rien n’a été enregistré : relisez, puis recommencez.";
    ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
}

/// A text an agent typed: so many characters at most, its ends trimmed.
pub(crate) fn checked_text(field: &str, text: &str, most: usize) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(ApiError::invalid(field, "Écrivez quelque chose ici.")),
        count if count > most => Err(ApiError::invalid(field, format!("{most} caractères au plus."))),
        _ => Ok(text.to_owned()),
    }
}
