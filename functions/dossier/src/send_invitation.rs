//! `POST …/invitations`: an agent invites an adult of the family by mail; repeating the request sends one mail.

use std::sync::Arc;

use domain::account::{is_mel, normalised_name};
use domain::dossier::{Adult, Field};
use domain::family::Family;
use domain::id::{FamilyPath, OrganisationId};
use domain::role::Permission;
use domain::text::folded;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::finding;
use store::keys::{self, Key};
use store::records::{
    AccountRecord, AdultRecord, FindableRecord, InvitationRecord, Inviter, ListedRecord, Message, OutboxRecord, Seat,
    SecurityEvent, SecurityEventRecord,
};
use uuid::Uuid;
use web::app::App;
use web::ask::{FamilyCall, Who};
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

/// Three waves: read, who has that mél already, then the adult, the outbox item and what is kept of it for who administers,
/// in one transaction.
pub(crate) async fn send_invitation(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let app = &app.app;
    app.caller(&call).await?;
    let body: Body = call.body()?;
    let (id, mel) = (body.request.simple().to_string(), normalised_name(&body.mel));
    let FamilyPath { organisation, family } = call.family_path()?;
    let adults = keys::adults(&organisation, &family);
    let opening = FamilyCall::open(app, &call, Who::Agents(Permission::InviteAdults), |_, _| {
        // Anything else could not be a key.
        let invitation = is_mel(&mel).then(|| keys::family_invitation(&organisation, &family, &mel));
        let findable = keys::findable(&organisation, &family);
        let (settings, family) = (keys::organisation(&organisation), keys::family(&organisation, &family));
        let known = [settings, family, findable, keys::outbox(&id), keys::ended_mail(&id)];
        known.into_iter().chain(invitation).collect()
    });
    let (asked, adults) = tokio::join!(opening, app.table.query::<AdultRecord>(&adults));
    let (asked, adults) = (asked?, adults?);
    let invited_to = asked.family()?.family;
    let of = format!("famille {}", invited_to.name);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let sent =
        || Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": format!("L’invitation part à {mel}.") }));
    let waits: Option<OutboxRecord> = asked.get(&keys::outbox(&id))?;
    let ended: Option<OutboxRecord> = asked.get(&keys::ended_mail(&id))?;
    if waits.or(ended).is_some() {
        return sent();
    }
    if let Some(owner) = owner(app, &mel, &adults).await? {
        return Err(already_member(&owner.adult, &body));
    }
    let (adult, read) = invited(&body, &mel, &adults, &asked.at)?;
    let row = row(&organisation, &invited_to, &adults, &adult);
    let known: Option<FindableRecord> = asked.get(&keys::findable(&organisation, &family))?;
    let found = known.as_ref().map(|known| {
        let others = adults.iter().filter(|other| other.reference != adult.reference);
        let all = others.chain([&adult]).map(|one| &one.adult);
        FindableRecord::of(&organisation, &invited_to, all, known.invoices(), &row.phone)
    });
    let wall = call.moment.wall;
    let until = wall + asked.organisation()?.organisation.dossier.invitation_life();
    let before: Option<InvitationRecord> = asked.get(&keys::family_invitation(&organisation, &family, &mel))?;
    let by = Inviter { account: Some(asked.caller.account.clone()), said: asked.access.said.clone() };
    let seat = Seat::Family { family: family.clone(), adult: adult.reference.clone() };
    let invitation = InvitationRecord::sent((&organisation, seat, &mel), &id, by, wall, until);
    let until = Some(until.timestamp());
    let message = Message::FamilyInvitation { organisation, family, adult: adult.reference.clone(), until };
    let outbox = OutboxRecord::pending(id, message, mel.clone(), wall);
    let said = asked.access.said.clone();
    let event = SecurityEventRecord::new(&asked.at.organisation, SecurityEvent::Invited, said, mel.clone(), of, wall);
    let event = event.of_family(&asked.at.family);
    let mut transaction = asked.begin();
    transaction.put_over(&adult, read);
    transaction.put(&row);
    invitation.replace(&mut transaction, before.as_ref());
    transaction.put_new(&outbox);
    transaction.put_new(&event);
    if let Some(now) = found {
        finding::follow(&mut transaction, known.as_ref(), now);
    }
    app.table.write(transaction).await?;
    sent()
}

/// The family's row in the agents' table, with this adult invited.
fn row(organisation: &OrganisationId, family: &Family, adults: &[AdultRecord], adult: &AdultRecord) -> ListedRecord {
    let others = adults.iter().filter(|other| other.reference != adult.reference);
    let all = others.chain([adult]).map(|one| (one.reference.as_str(), &one.adult));
    ListedRecord::of(organisation, family, all)
}

/// The adult of the family who signs in with this mél, whatever the fiche says.
async fn owner(app: &App, mel: &str, adults: &[AdultRecord]) -> Result<Option<AdultRecord>, ApiError> {
    let accounts = adults.iter().filter_map(|adult| Some((adult, keys::account(adult.adult.account.as_ref()?))));
    let accounts: Vec<(&AdultRecord, Key)> = accounts.collect();
    let wanted: Vec<Key> = accounts.iter().map(|(_, key)| key.clone()).collect();
    let items = app.table.batch_get(&wanted).await?;
    for (adult, key) in accounts {
        let profile: Option<AccountRecord> = items.get(&key)?;
        if profile.is_some_and(|profile| normalised_name(&profile.mel) == mel) {
            return Ok(Some(adult.clone()));
        }
    }
    Ok(None)
}

/// 409: the mél signs in already. Who means a second adult is told what is needed.
fn already_member(owner: &Adult, body: &Body) -> ApiError {
    let named = |typed: &Option<String>, known: &str| {
        typed.as_deref().is_none_or(|typed| folded(typed.trim()) == folded(known))
    };
    let same = named(&body.first_name, &owner.first_name) && named(&body.last_name, &owner.last_name);
    let detail = match same {
        true => "Cet adulte a déjà son compte : il peut demander un nouveau mot de passe lui-même.".to_owned(),
        false => format!(
            "Cette adresse est déjà celle de {} {}, qui a son compte. Un deuxième adulte a besoin d’une autre adresse ; \
             sans elle, il reste une fiche du dossier.",
            owner.first_name, owner.last_name
        ),
    };
    ApiError::new(StatusCode::CONFLICT, "already-member", detail)
}

/// The adult the mél belongs to, or a new one, marked as invited; and the version it goes over.
fn invited(body: &Body, mel: &str, adults: &[AdultRecord], at: &FamilyPath) -> Result<(AdultRecord, u64), ApiError> {
    let same = |record: &&AdultRecord| record.adult.mel.as_deref().is_some_and(|known| normalised_name(known) == mel);
    if let Some(known) = adults.iter().find(same) {
        if known.adult.account.is_some() {
            return Err(already_member(&known.adult, body));
        }
        let mut adult = AdultRecord { version: known.version + 1, ..known.clone() };
        adult.adult.invited = true;
        return Ok((adult, known.version));
    }
    let name = |text: &Option<String>, field: Field| {
        let shaped = field.shaped(text.as_deref().unwrap_or_default());
        shaped.map_err(|detail| ApiError::invalid(field.as_str(), detail))
    };
    let adult = Adult {
        first_name: name(&body.first_name, Field::FirstName)?,
        last_name: name(&body.last_name, Field::LastName)?,
        role: "ADULTE".to_owned(),
        mel: Some(mel.to_owned()),
        invited: true,
        ..Adult::default()
    };
    let (FamilyPath { organisation, family }, reference) = (at.clone(), body.request.simple().to_string());
    Ok((AdultRecord { organisation, family, reference, adult, version: 1 }, 0))
}
