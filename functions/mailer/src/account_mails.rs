//! Mails about an account: they come from the portal, or from the organisation that changed something of it.

use domain::account::Purpose;
use domain::id::{AccountId, OrganisationId};
use domain::role::Role;
use lambda::Error;
use mail::Template;
use store::keys;
use store::records::{AccountRecord, Message, OrganisationRecord, OutboxRecord};

use crate::MailerApp;
use crate::content::{Content, Words, content_of, token};

/// The mail, when the message is about an account and the account is still there.
pub(crate) async fn content(app: &MailerApp, record: &OutboxRecord) -> Result<Option<Content>, Error> {
    match &record.message {
        Message::PasswordReset { account, serial } => {
            linked(app, record, (account, *serial), Purpose::PasswordReset, "nouveau-mot-de-passe.html").await
        }
        Message::MelChange { account, serial } => {
            linked(app, record, (account, *serial), Purpose::MelChange, "confirmer-mel.html").await
        }
        Message::PasswordChanged { account } => told(app, account, Template::PasswordChanged, WAY_OUT).await,
        Message::IdentifiantChanged { account } => told(app, account, Template::IdentifiantChanged, WAY_OUT).await,
        Message::MelChanged { account } => told(app, account, Template::MelChanged, WAY_OUT).await,
        Message::ArchiveReady { account } => told(app, account, Template::ArchiveReady, "mes-donnees.html").await,
        Message::AccountDeleted => Ok(Some(of_portal(Template::AccountDeleted, Vec::new()))),
        Message::MembershipEnded { organisation, account } => {
            of_organisation(app, organisation, account, Template::MembershipEnded, Vec::new()).await
        }
        Message::SecondFactorReset { organisation, account, by } => {
            let words = vec![("by", by.clone()), ("link", format!("{}/{WAY_OUT}", app.public_origin))];
            of_organisation(app, organisation, account, Template::SecondFactorReset, words).await
        }
        Message::RoleChanged { organisation, account, role } => {
            let said = role.map_or_else(|| "vous n’êtes plus agent".to_owned(), |role: Role| role.to_string());
            of_organisation(app, organisation, account, Template::RoleChanged, vec![("role", said)]).await
        }
        _ => Ok(None),
    }
}

async fn profile(app: &MailerApp, account: &AccountId) -> Result<Option<AccountRecord>, Error> {
    let key = keys::account(account);
    Ok(app.table.batch_get(std::slice::from_ref(&key)).await?.get(&key)?)
}

fn words(profile: &AccountRecord) -> Words {
    vec![("name", profile.first_name.clone()), ("identifiant", profile.identifiant.clone())]
}

/// A mail about an account, which belongs to no organisation.
fn of_portal(template: Template, words: Words) -> Content {
    Content { template, words, from_name: "Préau".to_owned(), reply_to: None, token: None }
}

/// A mail whose link does something, once.
async fn linked(
    app: &MailerApp,
    record: &OutboxRecord,
    (account, serial): (&AccountId, u64),
    purpose: Purpose,
    page: &str,
) -> Result<Option<Content>, Error> {
    let Some(profile) = profile(app, account).await? else { return Ok(None) };
    let template = if purpose == Purpose::MelChange { Template::MelChange } else { Template::PasswordReset };
    let (secret, mut kept) = token(app, record, purpose);
    (kept.account, kept.serial) = (Some(account.clone()), serial);
    let mut words = words(&profile);
    words.push(("link", format!("{}/{page}#{secret}", app.public_origin)));
    Ok(Some(Content { token: Some(kept), ..of_portal(template, words) }))
}

/// The page that helps who did not want a change.
const WAY_OUT: &str = "mot-de-passe-oublie.html";

/// A mail that tells of something, with the page to go on from.
async fn told(app: &MailerApp, account: &AccountId, template: Template, page: &str) -> Result<Option<Content>, Error> {
    let Some(profile) = profile(app, account).await? else { return Ok(None) };
    let mut words = words(&profile);
    words.push(("link", format!("{}/{page}", app.public_origin)));
    Ok(Some(of_portal(template, words)))
}

/// A mail of an organisation that changed what an account may do there.
async fn of_organisation(
    app: &MailerApp,
    organisation: &OrganisationId,
    account: &AccountId,
    template: Template,
    more: Words,
) -> Result<Option<Content>, Error> {
    let wanted = [keys::organisation(organisation), keys::account(account)];
    let items = app.table.batch_get(&wanted).await?;
    let (found, profile): (Option<OrganisationRecord>, Option<AccountRecord>) =
        (items.get(&wanted[0])?, items.get(&wanted[1])?);
    let Some((found, profile)) = found.zip(profile) else { return Ok(None) };
    let mut words = words(&profile);
    words.extend(more);
    Ok(Some(content_of(template, &found.organisation, words, None)))
}
