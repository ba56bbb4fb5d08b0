//! A message to a family becomes a mail to each adult whom it concerns, each once.

use domain::account::normalised_name;
use domain::id::{AccountId, FamilyId, OrganisationId};
use lambda::Error;
use store::keys;
use store::records::{AccountRecord, AdultRecord, Message, OutboxRecord, OutboxStatus, Wishes, WishesRecord};
use store::{Record, Transaction, was_first};

use crate::MailerApp;
use crate::mark::{mark, marked};

/// The message as the mail of the one adult whom it concerns: whoever sends it writes that down with the claim. Where there
/// are several, an outbox item for each is written here, together with the end of the message itself.
pub(crate) async fn fan_out(app: &MailerApp, record: OutboxRecord) -> Result<Option<OutboxRecord>, Error> {
    let Some((organisation, family)) = family_of(&record.message) else {
        mark(app, record, OutboxStatus::Refused).await?;
        return Ok(None);
    };
    let recipients = recipients(app, organisation, family, wanted(&record.message)).await?;
    if recipients.is_empty() {
        tracing::warn!(outbox = record.id, "nobody of this family has a mél");
        mark(app, record, OutboxStatus::Refused).await?;
        return Ok(None);
    }
    if let [Recipient { mel, account, .. }] = &*recipients {
        return Ok(Some(OutboxRecord { to: mel.clone(), account: account.clone(), ..record }));
    }
    let wall = app.clock.now().wall;
    let mut transaction = Transaction::of_system();
    for Recipient { adult, mel, account } in recipients {
        let id = secret::sha256(&format!("{}#{adult}", record.id)).chars().take(32).collect();
        let mail = OutboxRecord::pending(id, record.message.clone(), mel, wall);
        transaction.put_new(&OutboxRecord { account, ..mail });
    }
    let (key, read) = (record.key(), record.version);
    marked(record, OutboxStatus::Sent, wall).step(&mut transaction, &key, read);
    // Where another mailer was faster, the mails are there.
    was_first(app.table.write(transaction).await)?;
    Ok(None)
}

/// The family a message is for.
pub(crate) fn family_of(message: &Message) -> Option<(&OrganisationId, &FamilyId)> {
    match message {
        Message::PlaceFreed { organisation, family, .. }
        | Message::DaysClosed { organisation, family, .. }
        | Message::Digest { organisation, family, .. }
        | Message::Reminder { organisation, family, .. }
        | Message::InvoiceIssued { organisation, family, .. }
        | Message::DebtReminder { organisation, family, .. }
        | Message::DocumentRefused { organisation, family, .. }
        | Message::DocumentExpires { organisation, family, .. } => Some((organisation, family)),
        Message::PasswordReset { .. }
        | Message::PasswordChanged { .. }
        | Message::ArchiveReady { .. }
        | Message::FamilyInvitation { .. }
        | Message::MelChange { .. }
        | Message::MelChanged { .. }
        | Message::IdentifiantChanged { .. }
        | Message::AccountDeleted
        | Message::MembershipEnded { .. }
        | Message::RoleChanged { .. }
        | Message::SecondFactorReset { .. }
        | Message::PaymentReceived { .. }
        | Message::AgentInvitation { .. } => None,
    }
}

/// Which wish a message needs; none when everybody is told.
fn wanted(message: &Message) -> Option<fn(&Wishes) -> bool> {
    match message {
        Message::Digest { .. } => Some(|wishes| wishes.digest),
        Message::Reminder { .. } => Some(|wishes| wishes.reminder),
        _ => None,
    }
}

/// An adult to be told.
struct Recipient {
    adult: String,
    mel: String,
    account: Option<AccountId>,
}

/// The adults to be told: at the mél of the account, else the one the organisation knows.
async fn recipients(
    app: &MailerApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    wish: Option<fn(&Wishes) -> bool>,
) -> Result<Vec<Recipient>, Error> {
    let adults: Vec<AdultRecord> = app.table.query(&keys::adults(organisation, family)).await?;
    let accounts: Vec<&AccountId> = adults.iter().filter_map(|adult| adult.adult.account.as_ref()).collect();
    let wishes_key = keys::wishes(organisation, family);
    let mut wanted = vec![wishes_key.clone()];
    wanted.extend(accounts.iter().map(|account| keys::account(account)));
    let items = app.table.batch_get(&wanted).await?;
    let wishes: Option<WishesRecord> = items.get(&wishes_key)?;
    let mut recipients: Vec<Recipient> = Vec::new();
    for adult in &adults {
        let account = adult.adult.account.as_ref();
        let wishes = account.and_then(|account| wishes.as_ref()?.accounts.get(account.as_str()));
        if wish.is_some_and(|wish| !wishes.is_some_and(wish)) {
            continue;
        }
        let profile: Option<AccountRecord> = match account {
            Some(account) => items.get(&keys::account(account))?,
            None => None,
        };
        let known = adult.adult.mel_of_ones_own().map(str::to_owned);
        let Some(mel) = profile.map(|profile| profile.mel).or(known) else { continue };
        // One address gets one mail, however it is written.
        if recipients.iter().any(|known| normalised_name(&known.mel) == normalised_name(&mel)) {
            continue;
        }
        recipients.push(Recipient { adult: adult.reference.clone(), mel, account: account.cloned() });
    }
    Ok(recipients)
}
