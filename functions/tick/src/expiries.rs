//! Documents that expire soon: their families are told once, thirty days before.

use domain::day::{later, paris_day};
use domain::document::{SOON_DAYS, Status};
use domain::organisation::Organisation;
use lambda::Error;
use store::records::{DocumentRecord, ExpiryRecord, Message, OutboxRecord};
use store::{Chain, Failure, Record, keys};

use crate::TickApp;

/// Tells the families of an organisation; how many mails were asked for.
pub(crate) async fn send(app: &TickApp, organisation: &Organisation) -> Result<usize, Error> {
    let until = later(paris_day(app.clock.now().business), SOON_DAYS);
    let due: Vec<ExpiryRecord> = app.table.query(&keys::expiries(&organisation.id, until)).await?;
    let mut sent = 0;
    for expiry in due {
        sent += usize::from(tell(app, expiry).await?);
    }
    Ok(sent)
}

/// The item goes with the mail: a tick repeated finds it gone.
async fn tell(app: &TickApp, expiry: ExpiryRecord) -> Result<bool, Error> {
    let key = keys::document(&expiry.organisation, &expiry.family, &expiry.document);
    let document: Option<DocumentRecord> = app.table.get(&key).await?;
    let still = Status::Accepted { valid_until: Some(expiry.last) };
    let concerned = document.is_some_and(|document| document.status == still);
    let mut transaction = Chain::new().delete_existing(&expiry.key());
    if concerned {
        let ExpiryRecord { organisation, family, document, .. } = expiry;
        let message = Message::DocumentExpires { organisation, family, document };
        let mail = OutboxRecord::for_family(secret::id(), message, app.clock.now().wall);
        transaction = transaction.put_new(&mail);
    }
    match app.table.write(transaction).await {
        Ok(()) => Ok(concerned),
        // Another tick was faster.
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
