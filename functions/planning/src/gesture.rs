//! What a person asks of an abonnement, kept before anything is done: a gesture that is killed can then be finished by
//! anybody.

use domain::abonnement::{Abonnement, Tally};
use domain::role::Permission;
use store::records::AbonnementRecord;
use store::{Attempts, Patience, keys, was_first};
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call};

use crate::load::{Household, path_of};

/// What a person asks for.
pub(crate) enum Gesture {
    /// Saves a pattern, new or changed; `retakes` says that days which a person had cancelled are taken in.
    Save { abonnement: Abonnement, retakes: bool },
    /// Ends one.
    End(String),
}

impl Gesture {
    fn id(&self) -> &str {
        match self {
            Self::Save { abonnement, .. } => &abonnement.id,
            Self::End(id) => id,
        }
    }

    /// The pattern as it is to be, and whether it ends.
    fn decide(&self, household: &Household, before: Option<&AbonnementRecord>) -> Result<(Abonnement, bool), ApiError> {
        let (abonnement, ended) = match (self, before) {
            (Self::Save { abonnement, .. }, _) => (abonnement.clone(), false),
            (Self::End(_), Some(before)) => (before.abonnement.clone(), true),
            (Self::End(_), None) => return Err(ApiError::not_found()),
        };
        household.child(&abonnement.child)?;
        for line in &abonnement.lines {
            household.organisation.activity(&line.activity).ok_or_else(ApiError::not_found)?;
        }
        if before.is_some_and(|before| before.abonnement.child != abonnement.child) {
            return Err(ApiError::invalid("child", "Un abonnement reste celui du même enfant : créez-en un autre."));
        }
        Ok((abonnement, ended))
    }

    /// What was asked for before an interruption goes on.
    fn retakes(&self, before: Option<&AbonnementRecord>) -> bool {
        let interrupted = before.is_some_and(|before| before.done.is_none() && before.retakes);
        matches!(self, Self::Save { retakes, .. } if *retakes || interrupted)
    }
}

/// The family and one of its abonnements, as they are now.
async fn load(app: &App, call: &Call, id: &str) -> Result<(Household, Option<AbonnementRecord>), ApiError> {
    let at = path_of(call)?;
    let key = keys::abonnement(&at.organisation, &at.family, id);
    let who = Who::FamilyOr(Permission::ChangeWeeks);
    let household = Household::open(app, call, who, std::slice::from_ref(&key)).await?;
    let record = household.call.get(&key)?;
    Ok((household, record))
}

/// Reads both again; 404 when the abonnement was ended meanwhile.
pub(crate) async fn read(app: &App, call: &Call, id: &str) -> Result<(Household, AbonnementRecord), ApiError> {
    let (household, record) = load(app, call, id).await?;
    Ok((household, record.ok_or_else(ApiError::not_found)?))
}

/// The record that a gesture will leave, on what is there now.
pub(crate) async fn asked(
    app: &App,
    call: &Call,
    gesture: &Gesture,
) -> Result<(Household, AbonnementRecord), ApiError> {
    let (household, before) = load(app, call, gesture.id()).await?;
    let (abonnement, ended) = gesture.decide(&household, before.as_ref())?;
    let retakes = gesture.retakes(before.as_ref());
    let version = before.as_ref().map_or(0, |record| record.version);
    let reach = before.map_or((abonnement.from, abonnement.to), |before| {
        (before.reach.0.min(abonnement.from), before.reach.1.max(abonnement.to))
    });
    let record = AbonnementRecord {
        organisation: household.call.at.organisation.clone(),
        family: household.call.at.family.clone(),
        abonnement,
        reach,
        ended,
        done: None,
        retakes,
        at: household.now,
        said: household.call.access.said.clone(),
        version: version + 1,
    };
    Ok((household, record))
}

/// Keeps what is asked.
pub(crate) async fn save(app: &App, call: &Call, gesture: &Gesture) -> Result<(Household, AbonnementRecord), ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (household, record) = asked(app, call, gesture).await?;
        let mut transaction = household.begin();
        transaction.put_over(&record, record.version - 1);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok((household, record));
        }
    }
}

/// Keeps that every day was looked at; one that ended goes. Saved again in between, that gesture does it.
pub(crate) async fn finish(
    app: &App,
    household: &Household,
    record: &AbonnementRecord,
    tally: Tally,
) -> Result<(), ApiError> {
    use store::Record;
    let read = record.version;
    let mut transaction = household.begin();
    if record.ended {
        transaction.delete_version(&record.key(), read);
    } else {
        transaction.put_over(&AbonnementRecord { done: Some(tally), version: read + 1, ..record.clone() }, read);
    }
    was_first(app.table.write(transaction).await)?;
    Ok(())
}
