//! `POST /api/invitation/accept`: an invitation becomes an account, or joins the account the mél already has.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::account::{Purpose, check_password, normalised_name};
use domain::id::AccountId;
use domain::role::{Permission, Role};
use domain::text::printable;
use secret::password::{hash_aside, verify_aside};
use serde::Deserialize;
use serde_json::json;
use store::keys;
use store::records::{
    AccountRecord, AdultRecord, CredentialsRecord, InvitationRecord, MembershipRecord, NameRecord, Seat, SecurityEvent,
    SecurityEventRecord, StaffRecord, TokenRecord,
};
use store::{Failure, Record, Transaction, Version};
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::change_identifiant::{checked_identifiant, identifiant_taken};
use crate::prove::wrong_password;
use crate::read_invitation::Offer;
use crate::reset_password::weak;
use crate::token::{find_token, token_expired};
use crate::tries::{Claims, of_account};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    token: String,
    password: String,
    identifiant: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

pub(crate) async fn accept_invitation(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    let wall = call.moment.wall;
    let token = find_token(&app.app, &body.token, Purpose::Invitation, wall).await?;
    let offer = Offer::read(&app.app, &token, wall).await?;
    let mut transaction = Transaction::of_token(&keys::token(&token.sha256));
    let spent = transaction.delete_existing(&keys::token(&token.sha256));
    let (profile, name) = match &offer.account {
        Some(known) => (existing(&app.app, &known.account, body.password, wall).await?, None),
        None => new_account(&mut transaction, &token, &offer, body).await?,
    };
    let accepted = accept(&app.app, &mut transaction, &token, &offer, wall).await?;
    match token.role {
        Some(role) => join_staff(&app.app, &mut transaction, &token, &profile, (role, wall)).await?,
        None => join_family(&mut transaction, &token, &offer, &profile)?,
    }
    match app.app.table.write(transaction).await {
        Ok(()) => Reply::json(&json!({ "identifiant": profile.identifiant })),
        Err(Failure::Conditions(failed)) if failed.iter().any(|at| [spent, accepted].contains(at)) => {
            Err(token_expired())
        }
        Err(Failure::Conditions(failed)) if name.is_some_and(|name| failed.contains(&name)) => Err(identifiant_taken()),
        Err(failure) => Err(failure.into()),
    }
}

/// Ends the invitation and every other one to the same place, as they were read; the place of the first one's condition.
/// An agent's invitation is worth what who sent it is: somebody who administers.
async fn accept(
    app: &App,
    transaction: &mut Transaction,
    token: &TokenRecord,
    offer: &Offer,
    wall: DateTime<Utc>,
) -> Result<usize, ApiError> {
    let organisation = &offer.organisation.organisation.id;
    let accepted = match &offer.invitation {
        Some(known) => known.void(transaction, wall),
        None => InvitationRecord::void_unknown(transaction, organisation, offer.seat.clone(), &token.mel, wall),
    };
    match &offer.seat {
        Seat::Family { family, adult } => {
            let span = keys::family_invitations(organisation, family);
            let all: Vec<InvitationRecord> = app.table.query(&span).await?;
            let same = |one: &&InvitationRecord| {
                one.open && matches!(&one.seat, Seat::Family { adult: of, .. } if of == adult)
            };
            for other in
                all.iter().filter(same).filter(|one| Some(one.key()) != offer.invitation.as_ref().map(Record::key))
            {
                other.void(transaction, wall);
            }
        }
        Seat::Staff { .. } => {
            if let Some(sender) = offer.invitation.as_ref().and_then(|known| known.by.account.as_ref()) {
                let entry = keys::staff_entry(organisation, sender);
                let staff: Option<StaffRecord> = app.table.get(&entry).await?;
                let staff = staff.filter(|staff| staff.role.may(Permission::Administer)).ok_or_else(token_expired)?;
                transaction.check_version(&entry, staff.version);
            }
        }
    }
    Ok(accepted)
}

/// The account the mél already signs in to; its own password accepts, and is tried no more often than by signing in.
async fn existing(
    app: &App,
    account: &AccountId,
    password: String,
    wall: DateTime<Utc>,
) -> Result<AccountRecord, ApiError> {
    let (profile, credentials) = (keys::account(account), keys::credentials(account));
    let tried = [of_account(Some(account), "").told()];
    let (profile, credentials, claims) = tokio::join!(
        app.table.get(&profile),
        app.table.get::<CredentialsRecord>(&credentials),
        Claims::make(&app.table, &tried, wall),
    );
    let claims = claims?;
    let hash = credentials?.map(|credentials| credentials.password);
    let right = verify_aside(password, hash).await.map_err(|error| ApiError::internal(error.to_string()))?;
    match (right, profile?) {
        (true, Some(profile)) => {
            claims.give_back(&app.table, |_| true).await;
            Ok(profile)
        }
        _ => Err(wrong_password()),
    }
}

/// A new account, and where its identifiant stands in the transaction, so that a taken one is told apart.
async fn new_account(
    transaction: &mut Transaction,
    token: &TokenRecord,
    offer: &Offer,
    body: Body,
) -> Result<(AccountRecord, Option<usize>), ApiError> {
    let identifiant = checked_identifiant(&body.identifiant.unwrap_or_default())?;
    check_password(&body.password, &[&identifiant, &token.mel]).map_err(|reason| weak("password", reason))?;
    let adult = offer.adult.as_ref().map(|record| &record.adult);
    let person = |given: Option<String>, known: Option<&String>, field: &str| {
        let text = given.or_else(|| known.cloned()).unwrap_or_default().trim().to_owned();
        match text.chars().count() {
            1..=60 => printable(&text).map(|()| text).map_err(|detail| ApiError::invalid(field, detail)),
            _ => Err(ApiError::invalid(field, "Écrivez votre nom et votre prénom.")),
        }
    };
    let profile = AccountRecord {
        account: secret::account_id(),
        first_name: person(body.first_name, adult.map(|adult| &adult.first_name), "first_name")?,
        last_name: person(body.last_name, adult.map(|adult| &adult.last_name), "last_name")?,
        mel: token.mel.clone(),
        identifiant,
        wanted_mel: None,
        resets: 0,
        wishes: 0,
        version: Version::FIRST,
    };
    let password = hash_aside(body.password).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let account = profile.account.clone();
    let name = |name: &str| NameRecord { name: normalised_name(name), account: account.clone() };
    let credentials = CredentialsRecord {
        account: account.clone(),
        password,
        totp: None,
        totp_offered: None,
        totp_used: 0,
        recovery: Vec::new(),
        version: 1,
    };
    let identifiant = transaction.put_new(&name(&profile.identifiant));
    transaction.put_new(&name(&profile.mel));
    transaction.put_new(&profile);
    transaction.put_new(&credentials);
    Ok((profile, Some(identifiant)))
}

/// The account becomes an agent; an agent it was already has the role of the invitation from now on.
async fn join_staff(
    app: &App,
    transaction: &mut Transaction,
    token: &TokenRecord,
    profile: &AccountRecord,
    (role, wall): (Role, DateTime<Utc>),
) -> Result<(), ApiError> {
    let organisation = token.organisation.clone().ok_or_else(token_expired)?;
    let known: Option<StaffRecord> = app.table.get(&keys::staff_entry(&organisation, &profile.account)).await?;
    let read = known.map_or(0, |staff| staff.version);
    let said = format!("{} {}", profile.first_name, profile.last_name);
    let event = SecurityEvent::InvitationAccepted;
    let event = SecurityEventRecord::new(&organisation, event, &said, &token.mel, role.to_string(), wall);
    transaction.put_new(&event);
    let staff = StaffRecord { organisation, account: profile.account.clone(), role, said, version: read + 1 };
    transaction.put(&staff.role_record());
    transaction.put_over(&staff, read);
    Ok(())
}

/// The account joins the family.
fn join_family(
    transaction: &mut Transaction,
    token: &TokenRecord,
    offer: &Offer,
    profile: &AccountRecord,
) -> Result<(), ApiError> {
    let organisation = token.organisation.clone().ok_or_else(token_expired)?;
    let said = format!("{} {}", profile.first_name, profile.last_name);
    let account = profile.account.clone();
    let (family, adult) = token.family.clone().zip(token.adult.clone()).ok_or_else(token_expired)?;
    let known = offer.adult.clone().ok_or_else(token_expired)?;
    // Somebody else has joined as this adult.
    if known.adult.account.as_ref().is_some_and(|other| *other != account) {
        return Err(token_expired());
    }
    let read = known.version;
    let mut joined = AdultRecord { version: read + 1, ..known };
    joined.adult.account = Some(account.clone());
    let membership = MembershipRecord { account, organisation, family, adult, said, version: Version::FIRST };
    match &offer.member {
        // As this adult, since before: it stays as it is.
        Some(known) => drop(transaction.check_version(&known.key(), known.version)),
        None => drop(transaction.put_new(&membership)),
    }
    transaction.put_over(&joined, read);
    Ok(())
}
