//! `POST …/invitations`: an agent invites an adult of the family by mail; repeating the request sends one mail.

use std::sync::Arc;

use domain::account::{is_mel, normalised_name};
use domain::dossier::Adult;
use domain::id::{FamilyId, OrganisationId};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::keys;
use store::records::{AdultRecord, FamilyRecord, Message, OutboxRecord};
use store::{Chain, Failure};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::DossierApp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    mel: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// Two waves: read, then the adult and the outbox item in one transaction.
pub(crate) async fn send_invitation(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let family: FamilyId = call.path("family")?;
    let app = &app.app;
    let caller = app.caller(&call).await?;
    let body: Body = call.body()?;
    let id = body.request.simple().to_string();
    let mut needed = caller.family_keys(&organisation, &family).to_vec();
    needed.extend([keys::family(&organisation, &family), keys::outbox(&id)]);
    let adults = keys::adults(&organisation, &family);
    let (items, adults) = tokio::join!(app.table.batch_get(&needed), app.table.query::<AdultRecord>(&adults));
    let (items, adults) = (items?, adults?);
    let access = caller.agent_access(&items, &organisation, call.moment.wall)?;
    access.demand(Permission::InviteAdults)?;
    let known: Option<FamilyRecord> = items.get(&keys::family(&organisation, &family))?;
    known.ok_or_else(ApiError::not_found)?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let asked =
        || Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": format!("L’invitation part à {mel}.") }));
    if items.get::<OutboxRecord>(&keys::outbox(&id))?.is_some() {
        return asked();
    }
    let (adult, read) = invited(&body, &mel, &adults, &organisation, &family, &id)?;
    let message = Message::FamilyInvitation { organisation, family, adult: adult.reference.clone() };
    let outbox = OutboxRecord::pending(id, message, mel.clone(), call.moment.wall);
    let transaction = Chain::new()
        .check_exists(&caller.session_key())
        .check_exists(&access.granted_by)
        .put_over(&adult, read)
        .put_new(&outbox);
    match app.table.write(transaction).await {
        Ok(()) => asked(),
        Err(Failure::Conditions(_) | Failure::Conflict) => {
            let detail = "Ce dossier vient de changer. Relisez-le, puis recommencez.";
            Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The adult the mél belongs to, or a new one, marked as invited; and the version it goes over.
fn invited(
    body: &Body,
    mel: &str,
    adults: &[AdultRecord],
    organisation: &OrganisationId,
    family: &FamilyId,
    id: &str,
) -> Result<(AdultRecord, u64), ApiError> {
    let same = |record: &&AdultRecord| record.adult.mel.as_deref().is_some_and(|known| normalised_name(known) == mel);
    if let Some(known) = adults.iter().find(same) {
        if known.adult.account.is_some() {
            let detail = "Cet adulte a déjà son compte : il peut demander un nouveau mot de passe lui-même.";
            return Err(ApiError::new(StatusCode::CONFLICT, "already-member", detail));
        }
        let mut adult = AdultRecord { version: known.version + 1, ..known.clone() };
        adult.adult.invited = true;
        return Ok((adult, known.version));
    }
    let name = |text: &Option<String>, field: &str| match text.as_deref().map(str::trim) {
        Some(text) if (1..=60).contains(&text.chars().count()) => Ok(text.to_owned()),
        _ => Err(ApiError::invalid(field, "Écrivez le prénom et le nom de l’adulte.")),
    };
    let adult = Adult {
        first_name: name(&body.first_name, "first_name")?,
        last_name: name(&body.last_name, "last_name")?.to_uppercase(),
        role: "ADULTE".to_owned(),
        mel: Some(mel.to_owned()),
        invited: true,
        ..Adult::default()
    };
    let reference = id.to_owned();
    Ok((AdultRecord { organisation: organisation.clone(), family: family.clone(), reference, adult, version: 1 }, 0))
}
