//! One file that came: claimed, looked at, kept or not, and gone from where it came to.

use chrono::TimeDelta;
use domain::document::{Fault, Status};
use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use store::records::{DocumentRecord, PiecesRecord, ReviewRecord};
use store::{Attempts, Patience, Record, Transaction, Written, keys, was_first};

use crate::CheckerApp;
use crate::content::Checked;

/// How long a file that was not kept is told of.
const TOLD: TimeDelta = TimeDelta::days(30);

/// Checks the file at a key. A key of nothing that waits is removed: nobody asked for it, or it came a second time.
pub(crate) async fn check(app: &CheckerApp, key: &str) -> Result<(), Error> {
    let Some(document) = waiting(app, key).await? else { return Ok(app.documents.remove(key).await?) };
    let turn = app.judge.turn().await?;
    let Some(bytes) = app.documents.read(key).await? else { return Ok(()) };
    let document = claim(app, document).await?;
    match turn.look(bytes).await? {
        Ok(kept) => keep(app, document, kept).await?,
        Err(fault) => reject(app, document, fault).await?,
    }
    Ok(app.documents.remove(key).await?)
}

/// The document whose file this is, while it waits for it.
async fn waiting(app: &CheckerApp, key: &str) -> Result<Option<DocumentRecord>, Error> {
    let Some((organisation, family, id)) = parts(key) else { return Ok(None) };
    let document: Option<DocumentRecord> = app.table.get(&keys::document(&organisation, &family, &id)).await?;
    Ok(document.filter(|document| document.status == Status::Sending && document.incoming() == key))
}

/// `incoming/<organisation>/<family>/<document>-<secret>`.
fn parts(key: &str) -> Option<(OrganisationId, FamilyId, String)> {
    let mut parts = key.strip_prefix("incoming/")?.splitn(3, '/');
    let (organisation, family, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (id, _) = last.split_once('-')?;
    Some((organisation.parse().ok()?, family.parse().ok()?, id.to_owned()))
}

/// Counts a try. When somebody else is at it, or a new permission was asked for meanwhile, the event comes again.
async fn claim(app: &CheckerApp, document: DocumentRecord) -> Result<DocumentRecord, Error> {
    let read = document.version;
    let claimed = DocumentRecord { tries: document.tries + 1, version: read + 1, ..document };
    let mut transaction = Transaction::of_system();
    transaction.put_over(&claimed, read);
    app.table.write(transaction).await?;
    Ok(claimed)
}

async fn keep(app: &CheckerApp, document: DocumentRecord, kept: Checked) -> Result<(), Error> {
    let read = document.version;
    let bytes = u64::try_from(kept.bytes.len())?;
    let (media, preview) = (kept.media, kept.preview.is_some());
    app.documents.store(&document.file(), media, kept.bytes).await?;
    if let Some(picture) = kept.preview {
        app.documents.store(&document.preview_file(), domain::document::Media::Jpeg, picture).await?;
    }
    let status = Status::Received;
    let document = DocumentRecord { status, media, bytes, preview, version: read + 1, expires: None, ..document };
    let review = ReviewRecord {
        organisation: document.organisation.clone(),
        family: document.family.clone(),
        document: document.id.clone(),
    };
    let key = keys::pieces(&document.organisation, &document.family);
    let mut attempts = Attempts::of(Patience::WORK);
    loop {
        attempts.next().await?;
        let (pieces, version) = PiecesRecord::with(app.table.get(&key).await?, &document);
        let mut transaction = Transaction::of_system();
        let itself = transaction.put_over(&document, read);
        transaction.put_over(&pieces, version);
        transaction.put_new(&review);
        match attempts.wrote(app.table.write(transaction).await)? {
            Written::Yes => return Ok(()),
            // The document itself has changed: its family took it back.
            Written::Faster(failed) if failed.contains(&itself) => return forget(app, &document).await,
            Written::Faster(_) => {}
        }
    }
}

async fn forget(app: &CheckerApp, document: &DocumentRecord) -> Result<(), Error> {
    if app.table.get::<DocumentRecord>(&document.key()).await?.is_none() {
        app.documents.remove(&document.file()).await?;
        app.documents.remove(&document.preview_file()).await?;
    }
    Ok(())
}

async fn reject(app: &CheckerApp, document: DocumentRecord, fault: Fault) -> Result<(), Error> {
    let read = document.version;
    let expires = Some((app.clock.now().wall + TOLD).timestamp());
    let document = DocumentRecord { status: Status::Rejected { fault }, version: read + 1, expires, ..document };
    let mut transaction = Transaction::of_system();
    transaction.put_over(&document, read);
    was_first(app.table.write(transaction).await)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_whose_document_it_is_and_others_say_nothing() {
        let (organisation, family, id) = parts("incoming/jumex/devret/0a1b-ff-00").unwrap();
        assert_eq!((organisation.as_str(), family.as_str(), id.as_str()), ("jumex", "devret", "0a1b"));
        for other in ["incoming/jumex", "checked/jumex/devret/0a-1", "incoming/../devret/0a-1", "incoming/a/b/c"] {
            assert!(parts(other).is_none(), "{other}");
        }
    }
}
