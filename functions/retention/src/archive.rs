//! A family's data as one ZIP: what the table holds as JSON, what storage holds as files.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};

use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use serde_json::{Value, json};
use store::keys::{self, Key, prefix};
use store::records::{ArchiveRecord, Message, OutboxRecord, PrivacyTaskRecord};
use store::{Items, Record, Transaction, was_first};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::RetentionApp;
use crate::belongings::Belongings;

/// What a person finds first in the ZIP.
const READ_ME: &str = include_str!("lisez-moi.txt");

/// Makes an archive and tells who asked for it; the task goes with it.
pub(crate) async fn make(
    app: &RetentionApp,
    task: &PrivacyTaskRecord,
    organisation: &OrganisationId,
    family: &FamilyId,
    id: &str,
) -> Result<(), Error> {
    let key = keys::archive(organisation, family, id);
    let known: Option<ArchiveRecord> = app.table.get(&key).await?;
    let Some(archive) = known.filter(|archive| archive.file.is_none()) else {
        let mut transaction = Transaction::of_system();
        transaction.delete(&task.key());
        was_first(app.table.write(transaction).await)?;
        return Ok(());
    };
    let belongings = Belongings::read(app, organisation, family).await?;
    let (zip, bytes) = write_zip(app, &belongings, &archive).await?;
    let file = format!("archives/{}.zip", secret::token());
    app.files.store_file(&file, "application/zip", zip.path()).await?;
    let message = Message::ArchiveReady { account: archive.account.clone() };
    let to = belongings.mel_of(&archive.account)?;
    let mail =
        to.map(|to| OutboxRecord::pending(secret::sha256(&format!("archive#{id}")), message, to, app.clock.now().wall));
    let read = archive.version;
    let ready = ArchiveRecord { file: Some(file), bytes, version: read + 1, ..archive };
    let mut transaction = Transaction::of_system();
    transaction.put_over(&ready, read);
    transaction.delete(&task.key());
    if let Some(mail) = &mail {
        transaction.put_new(mail);
    }
    // Somebody else did the same: that is as good.
    was_first(app.table.write(transaction).await)?;
    Ok(())
}

async fn write_zip(
    app: &RetentionApp,
    belongings: &Belongings,
    archive: &ArchiveRecord,
) -> Result<(tempfile::NamedTempFile, u64), Error> {
    let mut aside = tempfile::NamedTempFile::new()?;
    let mut zip = ZipWriter::new(aside.as_file_mut());
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    // A PDF or a picture is packed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("lisez-moi.txt", packed)?;
    zip.write_all(READ_ME.as_bytes())?;
    let mut sheets = sheets(belongings, archive)?;
    sheets.insert("health".to_owned(), health(app, belongings).await?);
    for (name, items) in sheets {
        zip.start_file(format!("donnees/{name}.json"), packed)?;
        serde_json::to_writer_pretty(&mut zip, &items)?;
    }
    for file in &belongings.invoices {
        let Some(bytes) = app.files.read(file).await? else { continue };
        zip.start_file(format!("factures/{}", file.rsplit('/').next().unwrap_or(file)), stored)?;
        zip.write_all(&bytes)?;
    }
    for document in &belongings.documents {
        let Some(bytes) = app.documents.read(&document.file()).await? else { continue };
        zip.start_file(format!("documents/{}-{}", document.id, document.name), stored)?;
        zip.write_all(&bytes)?;
    }
    zip.finish()?;
    let bytes = aside.as_file_mut().seek(SeekFrom::End(0))?;
    Ok((aside, bytes))
}

/// The items by kind: `booking`, `change`, `account`… Of accounts, only the one of who asked: the other adult's is theirs;
/// that they belong to the family is the family's.
fn sheets(belongings: &Belongings, archive: &ArchiveRecord) -> Result<BTreeMap<String, Vec<Value>>, Error> {
    let mut sheets: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mine = belongings.accounts.get(&archive.account);
    let own = belongings.own_as_seen_by(&archive.account)?;
    let mut members = Items::default();
    for (account, items) in &belongings.accounts {
        let mut items = items.clone();
        items.retain(|key| *key == keys::membership(account, &archive.organisation, &archive.family));
        members.merge(items);
    }
    if let Some(mine) = mine {
        members.merge(mine.clone());
    }
    for items in [&own, &belongings.elsewhere_but_copies(), &members] {
        add(&mut sheets, items)?;
    }
    Ok(sheets)
}

/// Health as it was written: the seal is opened for the family.
async fn health(app: &RetentionApp, belongings: &Belongings) -> Result<Vec<Value>, Error> {
    let mut opened = Vec::new();
    for record in &belongings.health {
        let known = app.seals.open(&app.table, record).await?;
        let key = record.key();
        opened.push(json!({ "pk": key.pk, "sk": key.sk, "child": record.child, "health": known }));
    }
    Ok(opened)
}

fn add(sheets: &mut BTreeMap<String, Vec<Value>>, items: &Items) -> Result<(), Error> {
    let shown = items.json()?.into_iter().filter(|(key, _)| !key.pk.starts_with(prefix::FEED));
    for (key, item) in shown {
        sheets.entry(kind(&key)).or_default().push(item);
    }
    Ok(())
}

/// The kind of an item: the word its sort key begins with in a partition of many kinds, else the word of the partition.
fn kind(key: &Key) -> String {
    let word = |text: &str| text.split('#').next().unwrap_or_default().to_ascii_lowercase();
    match word(&key.pk).as_str() {
        "family" | "account" => word(&key.sk),
        other => other.to_owned(),
    }
}
