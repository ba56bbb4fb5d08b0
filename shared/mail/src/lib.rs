//! The mails: one folder per message with its subject and text; the HTML says the same words.

mod mailer;
mod page;

pub use mailer::{Mailer, SendFailure};

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;

use page::Page;

/// A kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// The link of "mot de passe oublié ?".
    PasswordReset,
    /// Tells that the password was changed.
    PasswordChanged,
    /// Invites an adult to a family.
    FamilyInvitation,
    /// Invites an agent.
    AgentInvitation,
    /// Tells that a place was freed for a child in line.
    PlaceFreed,
    /// Tells that bookings were cancelled because the organisation closes.
    DaysClosed,
    /// Sums up what was changed.
    Digest,
    /// Reminds of the limit.
    Reminder,
    /// Tells that there is a new invoice.
    InvoiceIssued,
    /// The link that confirms a new mél.
    MelChange,
    /// Tells the old mél that it no longer signs in.
    MelChanged,
    /// Tells that the identifiant was changed.
    IdentifiantChanged,
    /// Tells that an account is gone.
    AccountDeleted,
    /// Tells an adult that a membership ended.
    MembershipEnded,
    /// Tells an agent of another role, or of none.
    RoleChanged,
    /// Tells an agent that the second factor was taken away.
    SecondFactorReset,
    /// Tells that a payment made online is received.
    PaymentReceived,
    /// Reminds of invoices that are not paid.
    DebtReminder,
    /// Tells that a document is refused.
    DocumentRefused,
    /// Tells that a document expires soon.
    DocumentExpires,
    /// Tells that an archive of the family's data is there.
    ArchiveReady,
}

impl Template {
    fn subject(self) -> &'static str {
        match self {
            Self::PasswordReset => include_str!("password_reset/subject.txt"),
            Self::PasswordChanged => include_str!("password_changed/subject.txt"),
            Self::ArchiveReady => include_str!("archive_ready/subject.txt"),
            Self::FamilyInvitation => include_str!("family_invitation/subject.txt"),
            Self::AgentInvitation => include_str!("agent_invitation/subject.txt"),
            Self::MelChange => include_str!("mel_change/subject.txt"),
            Self::MelChanged => include_str!("mel_changed/subject.txt"),
            Self::IdentifiantChanged => include_str!("identifiant_changed/subject.txt"),
            Self::AccountDeleted => include_str!("account_deleted/subject.txt"),
            Self::MembershipEnded => include_str!("membership_ended/subject.txt"),
            Self::RoleChanged => include_str!("role_changed/subject.txt"),
            Self::SecondFactorReset => include_str!("second_factor_reset/subject.txt"),
            Self::InvoiceIssued => include_str!("invoice_issued/subject.txt"),
            Self::PaymentReceived => include_str!("payment_received/subject.txt"),
            Self::DebtReminder => include_str!("debt_reminder/subject.txt"),
            Self::DocumentRefused => include_str!("document_refused/subject.txt"),
            Self::DocumentExpires => include_str!("document_expires/subject.txt"),
            Self::Reminder => include_str!("reminder/subject.txt"),
            Self::Digest => include_str!("digest/subject.txt"),
            Self::DaysClosed => include_str!("days_closed/subject.txt"),
            Self::PlaceFreed => include_str!("place_freed/subject.txt"),
        }
    }

    /// What one does at its link.
    fn action(self) -> &'static str {
        match self {
            Self::PasswordReset => "Choisir mon mot de passe",
            Self::PasswordChanged | Self::SecondFactorReset => "Choisir un autre mot de passe",
            Self::FamilyInvitation | Self::AgentInvitation => "Ouvrir mon compte",
            Self::PlaceFreed | Self::DaysClosed | Self::Digest | Self::Reminder => "Voir mon planning",
            Self::InvoiceIssued => "Voir cette pièce",
            Self::DebtReminder | Self::PaymentReceived => "Voir mes factures",
            Self::DocumentRefused | Self::DocumentExpires => "Voir mes documents",
            Self::ArchiveReady => "Télécharger l’archive",
            Self::MelChange => "Confirmer ce mél",
            Self::MelChanged
            | Self::IdentifiantChanged
            | Self::AccountDeleted
            | Self::MembershipEnded
            | Self::RoleChanged => "Ouvrir le portail",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::PasswordReset => include_str!("password_reset/text.txt"),
            Self::PasswordChanged => include_str!("password_changed/text.txt"),
            Self::ArchiveReady => include_str!("archive_ready/text.txt"),
            Self::FamilyInvitation => include_str!("family_invitation/text.txt"),
            Self::AgentInvitation => include_str!("agent_invitation/text.txt"),
            Self::MelChange => include_str!("mel_change/text.txt"),
            Self::MelChanged => include_str!("mel_changed/text.txt"),
            Self::IdentifiantChanged => include_str!("identifiant_changed/text.txt"),
            Self::AccountDeleted => include_str!("account_deleted/text.txt"),
            Self::MembershipEnded => include_str!("membership_ended/text.txt"),
            Self::RoleChanged => include_str!("role_changed/text.txt"),
            Self::SecondFactorReset => include_str!("second_factor_reset/text.txt"),
            Self::InvoiceIssued => include_str!("invoice_issued/text.txt"),
            Self::PaymentReceived => include_str!("payment_received/text.txt"),
            Self::DebtReminder => include_str!("debt_reminder/text.txt"),
            Self::DocumentRefused => include_str!("document_refused/text.txt"),
            Self::DocumentExpires => include_str!("document_expires/text.txt"),
            Self::Reminder => include_str!("reminder/text.txt"),
            Self::Digest => include_str!("digest/text.txt"),
            Self::DaysClosed => include_str!("days_closed/text.txt"),
            Self::PlaceFreed => include_str!("place_freed/text.txt"),
        }
    }
}

/// A mail to be written.
#[derive(Debug)]
pub struct Letter<'a> {
    /// What it says.
    pub template: Template,
    /// What its `{words}` stand for; `link` becomes a link in the HTML.
    pub words: Vec<(&'static str, String)>,
    /// The name it comes from: the organisation's.
    pub from_name: &'a str,
    /// The address it comes from.
    pub from: &'a str,
    /// Where answers go.
    pub reply_to: Option<&'a str>,
    /// Where it goes.
    pub to: &'a str,
    /// Unique, for its Message-ID.
    pub id: &'a str,
    /// Where a mail program ends such mails at one click, where they may be ended.
    pub stop: Option<&'a str>,
}

impl Letter<'_> {
    /// The message as it travels: text and HTML, headers encoded.
    pub fn message(&self) -> std::io::Result<Vec<u8>> {
        let subject = fill(self.template.subject().trim(), &self.words);
        // A word that says nothing leaves no hole.
        let text = fill(self.template.text(), &self.words).replace("\n\n\n\n", "\n\n");
        let domain = self.from.rsplit_once('@').map_or("preau.invalid", |(_, domain)| domain);
        let mut builder = MessageBuilder::new()
            .from((self.from_name, self.from))
            .to(self.to)
            .subject(subject.as_str())
            .message_id(format!("{}@{domain}", self.id))
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .text_body(text.as_str())
            .html_body(self.html(&subject, &text));
        if let Some(reply_to) = self.reply_to {
            builder = builder.reply_to(reply_to);
        }
        if let Some(stop) = self.stop {
            builder = builder
                .header("List-Unsubscribe", Raw::new(format!("<{stop}>")))
                .header("List-Unsubscribe-Post", Raw::new("List-Unsubscribe=One-Click"));
        }
        builder.write_to_vec()
    }

    /// The same words on one sheet.
    fn html(&self, subject: &str, text: &str) -> String {
        let link = self.words.iter().find(|(name, _)| *name == "link").map(|(_, link)| link.as_str());
        Page { subject, from: self.from_name, text, link, action: self.template.action() }.html()
    }
}

fn fill(text: &str, words: &[(&'static str, String)]) -> String {
    words.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_every_mail_is_filled_and_nothing_is_taken_as_html() {
        let words = [
            "name",
            "identifiant",
            "organisation",
            "family",
            "phone",
            "link",
            "child",
            "activity",
            "day",
            "reason",
            "lines",
            "credit",
            "week",
            "role",
            "by",
            "amount",
            "means",
            "number",
            "document",
            "last",
        ];
        for template in [
            Template::PasswordReset,
            Template::PasswordChanged,
            Template::FamilyInvitation,
            Template::AgentInvitation,
            Template::PlaceFreed,
            Template::DaysClosed,
            Template::Digest,
            Template::Reminder,
            Template::MelChange,
            Template::MelChanged,
            Template::IdentifiantChanged,
            Template::AccountDeleted,
            Template::MembershipEnded,
            Template::RoleChanged,
            Template::SecondFactorReset,
            Template::PaymentReceived,
            Template::DocumentRefused,
            Template::DocumentExpires,
            Template::ArchiveReady,
        ] {
            let letter = Letter {
                template,
                words: words.map(|word| (word, format!("<{word}>"))).to_vec(),
                from_name: "Commune de Jumex, l’été",
                from: "portail@preau.example",
                reply_to: Some("mairie@jumex.example"),
                to: "chantal@example.fr",
                id: "1",
                stop: Some("https://portail.example/api/opt-out/x"),
            };
            let text = fill(template.text(), &letter.words);
            assert!(!text.contains('{') && !text.contains('}'), "{text}");
            assert!(!letter.html("s", &text).contains("<link>"), "escaped");
            let message = letter.message().unwrap();
            assert!(message.is_ascii(), "headers and bodies are encoded");
        }
    }
}
