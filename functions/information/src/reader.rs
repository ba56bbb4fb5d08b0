//! Who reads what an organisation publishes: its adults and its agents; and what may be written there.

use domain::id::OrganisationId;
use store::keys::{self, Key};
use store::records::MembershipRecord;
use web::app::App;
use web::ask::OwnCall;
use web::{ApiError, Call};

/// An adult or an agent of the organisation of the path.
pub(crate) struct Reader {
    pub(crate) organisation: OrganisationId,
    pub(crate) own: OwnCall,
    /// Of an adult: the families of this organisation.
    pub(crate) memberships: Vec<MembershipRecord>,
}

impl Reader {
    /// One wave reads who calls and what else is needed. 404 for who is neither an adult nor an agent there.
    pub(crate) async fn open(
        app: &App,
        call: &Call,
        needed: impl FnOnce(&OrganisationId) -> Vec<Key>,
    ) -> Result<Self, ApiError> {
        let caller = app.caller(call).await?;
        let organisation: OrganisationId = call.path("organisation")?;
        let mut wanted = needed(&organisation);
        wanted.push(keys::role(&caller.account, &organisation));
        let memberships = keys::memberships(&caller.account, &organisation);
        let (own, memberships) = tokio::join!(OwnCall::open(app, call, |_| wanted), app.table.query(&memberships));
        let reader = Self { own: own?, memberships: memberships?, organisation };
        if reader.memberships.is_empty() {
            reader.own.agent_of(&reader.organisation)?;
        }
        Ok(reader)
    }
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
