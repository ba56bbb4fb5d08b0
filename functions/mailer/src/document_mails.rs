//! The mails about documents. What tells of health is not named: a mailbox is read by many.

use domain::day::long_date;
use domain::document::Status;
use domain::organisation::Organisation;
use lambda::Error;
use mail::Template;
use store::keys;
use store::records::{DocumentRecord, FamilyRecord, Message, OrganisationRecord};

use crate::MailerApp;
use crate::content::{Content, content_of};

/// What a mail about a document says; `None` when it is no longer so.
pub(crate) async fn content(app: &MailerApp, message: &Message) -> Result<Option<Content>, Error> {
    let (Message::DocumentRefused { organisation, family, document }
    | Message::DocumentExpires { organisation, family, document }) = message
    else {
        return Ok(None);
    };
    let wanted = [
        keys::organisation(organisation),
        keys::family(organisation, family),
        keys::document(organisation, family, document),
    ];
    let items = app.table.batch_get(&wanted).await?;
    let known: Option<OrganisationRecord> = items.get(&wanted[0])?;
    let home: Option<FamilyRecord> = items.get(&wanted[1])?;
    let document: Option<DocumentRecord> = items.get(&wanted[2])?;
    let Some(((known, home), document)) = known.zip(home).zip(document) else { return Ok(None) };
    let mut words = vec![("document", named(&document, &home))];
    let template = match (message, &document.status) {
        (Message::DocumentRefused { .. }, Status::Refused { .. }) => Template::DocumentRefused,
        (Message::DocumentExpires { .. }, Status::Accepted { valid_until: Some(last) }) => {
            words.push(("last", long_date(*last)));
            Template::DocumentExpires
        }
        _ => return Ok(None),
    };
    Ok(Some(finished(app, &known.organisation, &home, template, words)))
}

/// `l’assurance scolaire de Chloé`, `un document de Lou`.
fn named(document: &DocumentRecord, home: &FamilyRecord) -> String {
    let what = if document.kind.is_health() { "un document" } else { document.kind.with_article() };
    let child = document.child.as_ref().and_then(|id| home.family.child(id)).map(|child| child.first_name.as_str());
    match child {
        Some(name) if name.starts_with(['A', 'E', 'I', 'O', 'U', 'Y', 'É', 'È', 'Î']) => format!("{what} d’{name}"),
        Some(name) => format!("{what} de {name}"),
        None => what.to_owned(),
    }
}

fn finished(
    app: &MailerApp,
    organisation: &Organisation,
    home: &FamilyRecord,
    template: Template,
    mut words: Vec<(&'static str, String)>,
) -> Content {
    let place = format!("organisation={}&famille={}", organisation.id, home.family.id);
    words.push(("link", format!("{}/documents.html?{place}", app.public_origin)));
    content_of(template, organisation, words, None)
}
