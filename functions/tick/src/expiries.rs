//! Documents that expire soon: their families are told once, thirty days before.

use domain::day::{later, paris_day};
use domain::document::{SOON_DAYS, Status};
use lambda::Error;
use store::records::{DocumentRecord, ExpiryRecord, Message, OutboxRecord};
use store::{Record, Transaction, keys, was_first};

use crate::TickApp;
use crate::about::About;

/// Tells the families of an organisation; how many mails were asked for.
pub(crate) async fn send(app: &TickApp, about: &mut About<'_>) -> Result<usize, Error> {
    let until = later(paris_day(app.clock.now().business), SOON_DAYS);
    let (span, turn) = (keys::expiries(&about.organisation.id, until), about.turn);
    let mut sent = 0;
    let Some(mut round) = about.round::<ExpiryRecord>(&app.table, ("expiries", turn), span).await? else {
        return Ok(sent);
    };
    while let Some((item, expiry)) = round.next(about.spending).await? {
        let told = match expiry {
            Ok(expiry) => tell(app, expiry).await,
            Err(error) => Err(error.into()),
        };
        sent += about.looked_at("expiries", &item, told);
    }
    Ok(sent)
}

/// The item goes with the mail: a tick repeated finds it gone.
async fn tell(app: &TickApp, expiry: ExpiryRecord) -> Result<bool, Error> {
    let key = keys::document(&expiry.organisation, &expiry.family, &expiry.document);
    let document: Option<DocumentRecord> = app.table.get(&key).await?;
    let still = Status::Accepted { valid_until: Some(expiry.last) };
    let concerned = document.is_some_and(|document| document.status == still);
    let mut transaction = Transaction::of_system();
    transaction.delete_existing(&expiry.key());
    if concerned {
        let ExpiryRecord { organisation, family, document, .. } = expiry;
        let message = Message::DocumentExpires { organisation, family, document };
        let mail = OutboxRecord::for_family(secret::id(), message, app.clock.now().wall);
        transaction.put_new(&mail);
    }
    // Where another tick was faster, it tells.
    Ok(was_first(app.table.write(transaction).await)? && concerned)
}
