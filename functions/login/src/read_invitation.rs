//! `POST /api/invitation/read`: what an invitation offers, before anything is spent.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::account::{AGENT_INVITATION_LIFE, INVITATION_LIFE, Purpose, normalised_name, suggested_identifiant};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys::{self, Key};
use store::records::{
    AdultRecord, FamilyRecord, InvitationRecord, MembershipRecord, NameRecord, OrganisationRecord, Seat, TokenRecord,
};
use store::{Items, StoreError};
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::token::{find_token, token_expired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    token: String,
}

#[derive(Serialize)]
struct InvitationView {
    organisation_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    mel: String,
    account_exists: bool,
    needs_second_factor: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_identifiant: Option<String>,
}

pub(crate) async fn read_invitation(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let token = find_token(&app.app, &body.token, Purpose::Invitation, call.moment.wall).await?;
    let offer = Offer::read(&app.app, &token, call.moment.wall).await?;
    Reply::json(&InvitationView {
        suggested_identifiant: offer.suggestion(&app.app, &token).await?,
        organisation_name: offer.organisation.organisation.name,
        family_name: offer.family.map(|family| family.family.name),
        account_exists: offer.account.is_some(),
        needs_second_factor: token.role.is_some(),
        mel: token.mel,
    })
}

/// What a token's invitation leads to.
pub(crate) struct Offer {
    pub(crate) organisation: OrganisationRecord,
    pub(crate) family: Option<FamilyRecord>,
    pub(crate) adult: Option<AdultRecord>,
    /// Who the mél already signs in to.
    pub(crate) account: Option<NameRecord>,
    /// As whom this account is in the family already.
    pub(crate) member: Option<MembershipRecord>,
    /// Where it leads.
    pub(crate) seat: Seat,
    /// What is written of the invitation; nothing where it was sent before invitations were kept.
    pub(crate) invitation: Option<InvitationRecord>,
}

impl Offer {
    /// One call; another one where the mél has an account. 410 where the invitation was accepted, withdrawn, or put out of
    /// force by what came after it. One mél is one person: an account that is another adult of the family is told so.
    pub(crate) async fn read(app: &App, token: &TokenRecord, wall: DateTime<Utc>) -> Result<Self, ApiError> {
        let organisation = token.organisation.as_ref().ok_or_else(token_expired)?;
        let seat = match (token.role, token.family.clone().zip(token.adult.clone())) {
            (Some(role), _) => Seat::Staff { role },
            (None, Some((family, adult))) => Seat::Family { family, adult },
            (None, None) => return Err(token_expired()),
        };
        let name = keys::name(&normalised_name(&token.mel));
        let place = InvitationRecord::key_of(organisation, &seat, &token.mel);
        let mut wanted = vec![keys::organisation(organisation), name.clone(), place.clone()];
        let family = token.family.as_ref().map(|family| keys::family(organisation, family));
        let adult = token.family.as_ref().zip(token.adult.as_ref());
        let adult = adult.map(|(family, adult)| keys::adult(organisation, family, adult));
        wanted.extend(family.clone());
        wanted.extend(adult.clone());
        let items = app.table.batch_get(&wanted).await?;
        let found: Option<OrganisationRecord> = items.get(&keys::organisation(organisation))?;
        let account: Option<NameRecord> = items.get(&name)?;
        let membership = account.as_ref().zip(token.family.as_ref());
        let member: Option<MembershipRecord> = match membership {
            Some((known, family)) => app.table.get(&keys::membership(&known.account, organisation, family)).await?,
            None => None,
        };
        let offer = Self {
            member,
            organisation: found.ok_or_else(token_expired)?,
            family: optional(&items, family)?,
            adult: optional(&items, adult)?,
            account,
            invitation: items.get(&place)?,
            seat,
        };
        if !offer.stands(token, wall) {
            return Err(token_expired());
        }
        if let Some(other) = offer.member.as_ref().filter(|member| Some(&member.adult) != token.adult.as_ref()) {
            return Err(somebody_elses(&token.mel, &other.said));
        }
        Ok(offer)
    }

    /// Whether the token is of the latest invitation to this mél, and that is open.
    fn stands(&self, token: &TokenRecord, wall: DateTime<Utc>) -> bool {
        match (&token.invitation, &self.invitation, &self.seat) {
            (Some(id), Some(known), seat) => known.works(wall) && known.id == *id && known.seat == *seat,
            // Sent before invitations were kept, and nothing has come after it.
            (None, None, Seat::Family { .. }) => {
                self.adult.as_ref().is_some_and(|known| known.adult.invited && known.adult.account.is_none())
            }
            (None, None, Seat::Staff { .. }) => {
                wall.timestamp() < token.expires - (INVITATION_LIFE - AGENT_INVITATION_LIFE).num_seconds()
            }
            _ => false,
        }
    }

    /// An identifiant nobody has yet, for a new account.
    async fn suggestion(&self, app: &App, token: &TokenRecord) -> Result<Option<String>, ApiError> {
        let Some(adult) = self.adult.as_ref().filter(|_| self.account.is_none()) else { return Ok(None) };
        let Some(organisation) = token.organisation.as_ref() else { return Ok(None) };
        let base = suggested_identifiant(organisation, &adult.adult.first_name, &adult.adult.last_name);
        let candidates: Vec<String> =
            (1..=9).map(|number| if number == 1 { base.clone() } else { format!("{base}{number}") }).collect();
        let wanted: Vec<Key> = candidates.iter().map(|candidate| keys::name(candidate)).collect();
        let items = app.table.batch_get(&wanted).await?;
        let taken = |candidate: &str| items.keys().any(|key| *key == keys::name(candidate));
        Ok(candidates.into_iter().find(|candidate| !taken(candidate)))
    }
}

/// 409: the mél is that of another adult of the family, whom the invited one must not become.
fn somebody_elses(mel: &str, said: &str) -> ApiError {
    let detail = format!(
        "L’adresse {mel} est déjà celle de {said} dans cette famille. Un deuxième adulte a besoin d’une autre adresse : \
         donnez-la à votre mairie, qui vous invitera de nouveau."
    );
    ApiError::new(StatusCode::CONFLICT, "mel-taken", detail)
}

fn optional<R: serde::de::DeserializeOwned>(items: &Items, key: Option<Key>) -> Result<Option<R>, StoreError> {
    key.map_or(Ok(None), |key| items.get(&key))
}
