//! The rows of the agents' table of families, and those by which they are found, made anew from what they are made of.

use domain::day::Day;
use domain::document::gaps;
use domain::id::FamilyId;
use domain::organisation::Organisation;

use crate::records::{
    AdultRecord, AwaitedRecord, DossierRecord, FamilyRecord, FindableRecord, ListedRecord, PiecesRecord,
};
use crate::regie::Account;
use crate::{StoreError, Table, Transaction, finding, keys, was_first};

/// The job of the tick that goes over all families.
pub const JOB: &str = "listed";

/// Writes the rows of a family where they are not what its items say; whether they had to be written. `name` is how the
/// family is known to agents. A wave of three calls, and a transaction where something is to be written.
///
/// # Errors
/// The table failed, or holds what cannot be read.
pub async fn refresh(
    table: &Table,
    organisation: &Organisation,
    (family, name): (&FamilyId, &str),
    today: Day,
) -> Result<bool, StoreError> {
    let place = &organisation.id;
    let record_key = keys::family(place, family);
    let (pieces_key, dossier_key) = (keys::pieces(place, family), keys::dossier(place, family));
    let (listed_key, awaited_key) = (keys::listed(place, name, family), keys::awaited(place, name, family));
    let findable_key = keys::findable(place, family);
    let wanted = [&record_key, &pieces_key, &dossier_key, &listed_key, &awaited_key, &findable_key].map(Clone::clone);
    let (adults, account) = (keys::adults(place, family), keys::account_of_family(place, family));
    let (items, adults, account) =
        tokio::join!(table.batch_get(&wanted), table.query::<AdultRecord>(&adults), table.query_mixed(&account),);
    let (items, adults, account) = (items?, adults?, Account::of(&account?)?);
    let Some(record) = items.get::<FamilyRecord>(&record_key)? else { return Ok(false) };
    let dossier: Option<DossierRecord> = items.get(&dossier_key)?;
    let pieces: Option<PiecesRecord> = items.get(&pieces_key)?;
    let held = pieces.map(|pieces| pieces.held).unwrap_or_default();
    let family = &record.family;
    let listed = ListedRecord::of(place, family, adults.iter().map(|one| (one.reference.as_str(), &one.adult)));
    let missing = gaps(&organisation.pieces, family, &held, today).len();
    let awaited = awaited(organisation, &record, &account, missing);
    // A row that cannot be read is written anew.
    let listed_before: Option<ListedRecord> = items.get(&listed_key).unwrap_or_default();
    let awaited_before = items.get::<AwaitedRecord>(&awaited_key);
    let mut transaction = Transaction::of_system();
    if listed_before.as_ref() != Some(&listed) {
        transaction.put(&listed);
    }
    match (&awaited, awaited_before) {
        (None, Ok(None)) => {}
        (None, _) => drop(transaction.delete(&awaited_key)),
        (Some(awaited), Ok(Some(before))) if before == *awaited => {}
        (Some(awaited), _) => drop(transaction.put(awaited)),
    }
    // Who changes or erases the family meanwhile is the one who knows.
    let checks = [(record_key, record.version), (dossier_key, dossier.map_or(0, |dossier| dossier.version))];
    let mut written = false;
    if !transaction.is_empty() {
        for (key, version) in &checks {
            transaction.check_version(key, *version);
        }
        written = was_first(table.write(transaction).await)?;
    }
    let found: Option<FindableRecord> = items.get(&findable_key)?;
    let invoices = account.invoices.iter().map(|invoice| invoice.number.as_str());
    let now = FindableRecord::of(place, family, adults.iter().map(|one| &one.adult), invoices, &listed.phone);
    Ok(finding::write(table, found.as_ref(), now, &checks).await? || written)
}

/// What is awaited of a family; none where nothing is.
fn awaited(
    organisation: &Organisation,
    record: &FamilyRecord,
    account: &Account,
    missing: usize,
) -> Option<AwaitedRecord> {
    let ledger = account.ledger(organisation, &record.family);
    let unpaid = || account.invoices.iter().filter(|invoice| ledger.owed_of(&invoice.number) > 0);
    let owed: i64 = unpaid().map(|invoice| ledger.owed_of(&invoice.number)).sum();
    (owed > 0 || missing > 0).then(|| AwaitedRecord {
        organisation: organisation.id.clone(),
        family: record.family.id.clone(),
        name: record.family.name.clone(),
        owed,
        due: unpaid().map(|invoice| invoice.due).min(),
        missing,
    })
}
