//! What differs from mail to mail, and the token its link needs.

use domain::account::{INVITATION_LIFE, INVOICE_LINK_LIFE, MEL_CHANGE_LIFE, OPT_OUT_LIFE, Purpose, RESET_LIFE};
use domain::organisation::Organisation;
use mail::Template;
use store::records::{OutboxRecord, TokenRecord};

use crate::MailerApp;

/// What the `{words}` of a text stand for.
pub(crate) type Words = Vec<(&'static str, String)>;

/// What differs from message to message.
pub(crate) struct Content {
    pub(crate) template: Template,
    pub(crate) words: Words,
    pub(crate) from_name: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) token: Option<TokenRecord>,
}

/// The text of a new token and what is kept of it.
pub(crate) fn token(app: &MailerApp, record: &OutboxRecord, purpose: Purpose) -> (String, TokenRecord) {
    let secret = secret::token();
    let life = match purpose {
        Purpose::PasswordReset => RESET_LIFE,
        Purpose::Invitation => INVITATION_LIFE,
        Purpose::Invoice => INVOICE_LINK_LIFE,
        Purpose::MelChange => MEL_CHANGE_LIFE,
        Purpose::StopDigest | Purpose::StopReminder => OPT_OUT_LIFE,
    };
    let kept = TokenRecord {
        sha256: secret::sha256(&secret),
        purpose,
        account: None,
        organisation: None,
        family: None,
        adult: None,
        role: None,
        invoice: None,
        invitation: None,
        serial: 0,
        mel: record.to.clone(),
        expires: (app.clock.now().wall + life).timestamp(),
    };
    (secret, kept)
}

/// A mail that an organisation sends.
pub(crate) fn content_of(
    template: Template,
    organisation: &Organisation,
    mut words: Vec<(&'static str, String)>,
    token: impl Into<Option<TokenRecord>>,
) -> Content {
    words.push(("organisation", organisation.name.clone()));
    words.push(("phone", organisation.contact.phone.clone()));
    Content {
        template,
        words,
        from_name: organisation.name.clone(),
        reply_to: Some(organisation.contact.mel.clone()),
        token: token.into(),
    }
}
