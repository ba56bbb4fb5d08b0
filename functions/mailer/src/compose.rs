//! Writes the mail of an outbox item; the link's token is made here, and kept as a hash alone.

use domain::account::Purpose;
use domain::day::long_date;
use domain::id::{FamilyId, OrganisationId};
use domain::money::signed_euros;
use lambda::Error;
use mail::{Letter, Template};
use store::keys::{self, Key};
use store::records::{
    AdultRecord, FamilyRecord, InvoiceRecord, Means, Message, OrganisationRecord, OutboxRecord, PaymentRecord,
    TokenRecord,
};

use crate::MailerApp;
use crate::content::{Content, content_of, token};
use crate::{account_mails, debt_mail, document_mails, planning_mails};

/// A mail ready to go, and the token its link needs.
pub(crate) struct Composed {
    pub(crate) message: Vec<u8>,
    pub(crate) token: Option<TokenRecord>,
}

/// The mail of an item; `None` when what it is about is gone.
pub(crate) async fn compose(app: &MailerApp, record: &OutboxRecord) -> Result<Option<Composed>, Error> {
    let content = match &record.message {
        Message::PasswordReset { .. }
        | Message::PasswordChanged { .. }
        | Message::ArchiveReady { .. }
        | Message::MelChange { .. }
        | Message::MelChanged { .. }
        | Message::IdentifiantChanged { .. }
        | Message::AccountDeleted
        | Message::MembershipEnded { .. }
        | Message::SecondFactorReset { .. }
        | Message::RoleChanged { .. } => account_mails::content(app, record).await?,
        Message::FamilyInvitation { organisation, family, adult, until } => {
            family_invitation(app, record, organisation, family, adult, *until).await?
        }
        Message::PlaceFreed { .. } | Message::DaysClosed { .. } | Message::Digest { .. } | Message::Reminder { .. } => {
            planning_mails::content(app, &record.message).await?
        }
        Message::DocumentRefused { .. } | Message::DocumentExpires { .. } => {
            document_mails::content(app, &record.message).await?
        }
        Message::InvoiceIssued { organisation, family, number } => {
            invoice_issued(app, record, organisation, family, number).await?
        }
        Message::PaymentReceived { organisation, family, receipt } => {
            payment_received(app, organisation, family, receipt).await?
        }
        Message::DebtReminder { organisation, family, numbers } => {
            debt_mail::content(app, organisation, family, numbers).await?
        }
        Message::AgentInvitation { organisation, role, until } => {
            let Some(found) = organisation_of(app, organisation).await? else { return Ok(None) };
            let (secret, mut token) = invitation(app, record, *until);
            token.organisation = Some(organisation.clone());
            token.role = Some(*role);
            let link = format!("{}/invitation.html#{secret}", app.public_origin);
            Some(content_of(Template::AgentInvitation, &found.organisation, vec![("link", link)], token))
        }
    };
    let Some(mut content) = content else { return Ok(None) };
    let stop = opt_out(app, record, &mut content);
    let letter = Letter {
        template: content.template,
        words: content.words,
        from_name: &content.from_name,
        from: &app.from,
        reply_to: content.reply_to.as_deref(),
        to: &record.to,
        id: &record.id,
        stop: stop.as_deref(),
    };
    Ok(Some(Composed { message: letter.message()?, token: content.token }))
}

/// Where a mail program ends these mails at one click (RFC 8058); none of mails that everybody is sent.
fn opt_out(app: &MailerApp, record: &OutboxRecord, content: &mut Content) -> Option<String> {
    let (purpose, organisation, family) = match &record.message {
        Message::Digest { organisation, family, .. } => (Purpose::StopDigest, organisation, family),
        Message::Reminder { organisation, family, .. } => (Purpose::StopReminder, organisation, family),
        _ => return None,
    };
    let account = record.account.clone()?;
    let (secret, kept) = token(app, record, purpose);
    let (organisation, family) = (Some(organisation.clone()), Some(family.clone()));
    content.token = Some(TokenRecord { account: Some(account), organisation, family, ..kept });
    Some(format!("{}/api/opt-out/{secret}", app.public_origin))
}

/// The token of an invitation: good while the invitation of this very mail is.
fn invitation(app: &MailerApp, record: &OutboxRecord, until: Option<i64>) -> (String, TokenRecord) {
    let (secret, kept) = token(app, record, Purpose::Invitation);
    match until {
        Some(expires) => (secret, TokenRecord { invitation: Some(record.id.clone()), expires, ..kept }),
        None => (secret, kept),
    }
}

async fn organisation_of(app: &MailerApp, id: &OrganisationId) -> Result<Option<OrganisationRecord>, Error> {
    Ok(app.table.batch_get(&[keys::organisation(id)]).await?.get(&keys::organisation(id))?)
}

async fn family_invitation(
    app: &MailerApp,
    record: &OutboxRecord,
    organisation: &OrganisationId,
    family: &FamilyId,
    adult: &str,
    until: Option<i64>,
) -> Result<Option<Content>, Error> {
    let adult_key = keys::adult(organisation, family, adult);
    let family_key = keys::family(organisation, family);
    let wanted: [Key; 3] = [keys::organisation(organisation), family_key.clone(), adult_key.clone()];
    let items = app.table.batch_get(&wanted).await?;
    let found: Option<OrganisationRecord> = items.get(&wanted[0])?;
    let known: Option<FamilyRecord> = items.get(&family_key)?;
    let person: Option<AdultRecord> = items.get(&adult_key)?;
    let (Some(found), Some(known), Some(person)) = (found, known, person) else { return Ok(None) };
    let (secret, mut kept) = invitation(app, record, until);
    kept.organisation = Some(organisation.clone());
    kept.family = Some(family.clone());
    kept.adult = Some(adult.to_owned());
    let words = vec![
        ("name", person.adult.first_name),
        ("family", known.family.name),
        ("link", format!("{}/invitation.html#{secret}", app.public_origin)),
    ];
    Ok(Some(content_of(Template::FamilyInvitation, &found.organisation, words, kept)))
}

/// The link opens this invoice and nothing else, until it expires.
async fn invoice_issued(
    app: &MailerApp,
    record: &OutboxRecord,
    organisation: &OrganisationId,
    family: &FamilyId,
    number: &str,
) -> Result<Option<Content>, Error> {
    let wanted = [keys::organisation(organisation), keys::invoice(organisation, family, number)];
    let items = app.table.batch_get(&wanted).await?;
    let (found, invoice): (Option<OrganisationRecord>, Option<InvoiceRecord>) =
        (items.get(&wanted[0])?, items.get(&wanted[1])?);
    let Some((found, invoice)) = found.zip(invoice) else { return Ok(None) };
    let (secret, mut token) = token(app, record, Purpose::Invoice);
    token.organisation = Some(organisation.clone());
    token.family = Some(family.clone());
    token.invoice = Some(number.to_owned());
    let words = vec![
        ("link", format!("{}/facture.html#{secret}", app.public_origin)),
        ("word", if invoice.corrects.is_some() { "avoir" } else { "facture" }.to_owned()),
        ("number", number.to_owned()),
        ("amount", signed_euros(invoice.total)),
        ("month", invoice.period.map(|period| format!(" de {}", period.said())).unwrap_or_default()),
        (
            "due",
            if invoice.total > 0 { format!("À payer avant le {}.", long_date(invoice.due)) } else { String::new() },
        ),
    ];
    Ok(Some(content_of(Template::InvoiceIssued, &found.organisation, words, token)))
}

/// Who paid online is told once that it is received.
async fn payment_received(
    app: &MailerApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    receipt: &str,
) -> Result<Option<Content>, Error> {
    let payment_key = keys::payment(organisation, family, receipt);
    let wanted = [keys::organisation(organisation), keys::family(organisation, family), payment_key];
    let items = app.table.batch_get(&wanted).await?;
    let (found, known): (Option<OrganisationRecord>, Option<FamilyRecord>) =
        (items.get(&wanted[0])?, items.get(&wanted[1])?);
    let payment: Option<PaymentRecord> = items.get(&wanted[2])?;
    let (Some(found), Some(known), Some(payment)) = (found, known, payment) else { return Ok(None) };
    let by = if payment.means == Means::Debit { "par prélèvement" } else { "par carte" };
    let words = vec![
        ("link", format!("{}/factures.html?organisation={organisation}&famille={family}", app.public_origin)),
        ("amount", signed_euros(payment.cents)),
        ("day", long_date(payment.day)),
        ("means", by.to_owned()),
        ("number", receipt.to_owned()),
        ("family", known.family.name),
    ];
    Ok(Some(content_of(Template::PaymentReceived, &found.organisation, words, None)))
}
