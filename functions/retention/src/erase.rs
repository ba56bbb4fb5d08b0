//! An erasure: what is to come and to be invoiced comes first; then accounts, what lies elsewhere, and the family itself.

use std::collections::BTreeSet;

use domain::account::normalised_name;
use domain::day::{Day, paris_day};
use domain::family::Family;
use domain::id::{AccountId, FamilyId, OrganisationId};
use domain::invoice::Period;
use domain::online::State;
use domain::privacy::{ErasureStage, Left, Still, still};
use lambda::Error;
use secret::sha256;
use store::keys::{self, Key, prefix};
use store::records::{
    AccountRecord, ArchiveRecord, AttemptRecord, BookingRecord, CreditRecord, ErasureRecord, FamilyRecord,
    ImportedRecord, InvoiceRecord, LotRecord, MembershipRecord, OrganisationRecord, OutboxRecord, PaymentRecord,
    PeriodRecord, PrivacyTaskRecord, RoleRecord, RunRecord, RunStage, SecurityEventRecord,
};
use store::{Items, Record, StoreError, Transaction, was_first};

use crate::belongings::Belongings;
use crate::{RetentionApp, journal};

/// Carries an accepted erasure out, or says what it waits for.
pub(crate) async fn carry_out(
    app: &RetentionApp,
    task: &PrivacyTaskRecord,
    organisation: &OrganisationId,
    family: &FamilyId,
) -> Result<(), Error> {
    let record: Option<ErasureRecord> = app.table.get(&keys::erasure(organisation, family)).await?;
    let Some(record) = record.filter(|record| record.stage == ErasureStage::Accepted) else {
        let mut transaction = Transaction::of_system();
        transaction.delete(&task.key());
        return Ok(app.table.write(transaction).await?);
    };
    let belongings = Belongings::read(app, organisation, family).await?;
    let read = record.version;
    if let Some(still) = waits(app, organisation, &belongings).await? {
        let waits = Some(still.sentence());
        if record.waits == waits {
            return Ok(());
        }
        let waiting = ErasureRecord { waits, version: read + 1, ..record };
        let mut transaction = Transaction::of_system();
        transaction.put_over(&waiting, read);
        was_first(app.table.write(transaction).await)?;
        return Ok(());
    }
    journal::note(app, organisation, family).await?;
    erase(app, organisation, family, &belongings).await?;
    let done = done(app, record, &belongings)?;
    let mut transaction = Transaction::of_system();
    transaction.put_over(&done, read);
    transaction.delete(&task.key());
    // Somebody else did the same: that is as good.
    was_first(app.table.write(transaction).await)?;
    Ok(())
}

/// The record of an erasure that is carried out: it names nobody.
pub(crate) fn done(
    app: &RetentionApp,
    record: ErasureRecord,
    belongings: &Belongings,
) -> Result<ErasureRecord, StoreError> {
    Ok(ErasureRecord {
        stage: ErasureStage::Done,
        name: None,
        said: None,
        waits: None,
        done: Some(app.clock.now().business),
        kept: kept(belongings)?,
        version: record.version + 1,
        ..record
    })
}

/// What a run would still charge, or what is still to come.
async fn waits(
    app: &RetentionApp,
    organisation: &OrganisationId,
    belongings: &Belongings,
) -> Result<Option<Still>, StoreError> {
    let bookings: Vec<BookingRecord> = belongings.own.of()?;
    let booked: Vec<Day> = bookings.iter().map(|booking| booking.day).collect();
    let periods: Vec<PeriodRecord> = belongings.own.of()?;
    let mut closed: BTreeSet<Period> = periods.into_iter().map(|closed| closed.period).collect();
    let known: Option<OrganisationRecord> = app.table.get(&keys::organisation(organisation)).await?;
    if known.is_none_or(|known| known.organisation.billing.is_none()) {
        closed.extend(booked.iter().map(|day| Period::of(*day)));
    }
    let runs: Vec<RunRecord> = app.table.query(&keys::runs(organisation)).await?;
    closed.extend(runs.into_iter().filter(|run| run.stage == RunStage::Done).map(|run| run.period));
    Ok(still(&booked, &closed, left(belongings)?, paris_day(app.clock.now().business)))
}

fn left(belongings: &Belongings) -> Result<Left, StoreError> {
    let lots: Vec<LotRecord> = belongings.own.of()?;
    let attempts: Vec<AttemptRecord> = belongings.own.of()?;
    let credits: Vec<CreditRecord> = belongings.own.of()?;
    Ok(Left {
        tickets: lots.iter().map(|record| record.lot.left).sum(),
        paying: attempts.iter().any(|one| one.state.under_way() || one.state == State::Doubtful),
        credits: credits.iter().map(|one| u64::from(one.cents)).sum(),
    })
}

/// What those who administer are told of invitations to a family: no part of what it takes away, and gone with it.
async fn invited(app: &RetentionApp, organisation: &OrganisationId, family: &FamilyId) -> Result<Vec<Key>, Error> {
    let all: Vec<SecurityEventRecord> = app.table.query(&keys::security_events(organisation)).await?;
    Ok(all.iter().filter(|one| one.family.as_ref() == Some(family)).map(Record::key).collect())
}

/// Removes everything but what the law keeps. Accounts go first: whoever is signed in can write nothing anew.
pub(crate) async fn erase(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    belongings: &Belongings,
) -> Result<(), Error> {
    for (account, items) in &belongings.accounts {
        app.delete(&of_account(account, items, organisation, family)?).await?;
    }
    for file in &belongings.sheets {
        app.documents.remove(file).await?;
    }
    let archives: Vec<ArchiveRecord> = belongings.own.of()?;
    for file in archives.into_iter().filter_map(|archive| archive.file) {
        app.files.remove(&file).await?;
    }
    let mut elsewhere: Vec<Key> = belongings.elsewhere.keys().cloned().collect();
    let only = belongings.health.iter().filter(|health| !belongings.shared.contains_key(&health.child));
    elsewhere.extend(only.map(Record::key));
    elsewhere.extend(tokens(&belongings.elsewhere)?);
    elsewhere.extend(invited(app, organisation, family).await?);
    elsewhere.extend(imported(app, organisation, family, &belongings.own).await?);
    app.delete(&elsewhere).await?;
    leave_children(app, organisation, family, belongings).await?;
    app.delete(&belongings.erasable()).await
}

/// A child that has another home stays there, and has room for a second one again.
async fn leave_children(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    belongings: &Belongings,
) -> Result<(), Error> {
    for other in belongings.shared.values().flatten() {
        let known: Option<FamilyRecord> = app.table.get(&keys::family(organisation, other)).await?;
        let Some(mut record) = known else { continue };
        let read = record.version;
        record.family.children.iter_mut().for_each(|child| child.also.retain(|home| home != family));
        record.version += 1;
        let mut transaction = Transaction::of_system();
        transaction.put_over(&record, read);
        app.table.write(transaction).await?;
    }
    Ok(())
}

/// All of an account that belongs to nothing else; otherwise its membership, and what it accepted where it has no other.
fn of_account(
    account: &AccountId,
    items: &Items,
    organisation: &OrganisationId,
    family: &FamilyId,
) -> Result<Vec<Key>, StoreError> {
    let membership = keys::membership(account, organisation, family);
    let others: Vec<MembershipRecord> = items.of()?;
    let roles: Vec<RoleRecord> = items.of()?;
    if !roles.is_empty() || others.iter().any(|other| other.key() != membership) {
        let here = |other: &MembershipRecord| other.organisation == *organisation && other.key() != membership;
        let stays = others.iter().any(here);
        let accepted = items.keys().filter(|key| !stays && key.pk.starts_with(prefix::ACCEPTANCE)).cloned();
        return Ok(accepted.chain([membership.clone()]).collect());
    }
    let mut gone: Vec<Key> = items.keys().cloned().collect();
    gone.push(keys::credentials(account));
    if let Some(profile) = items.get::<AccountRecord>(&keys::account(account))? {
        for name in [&profile.identifiant, &profile.mel].map(|name| normalised_name(name)) {
            gone.extend([keys::name(&name), keys::throttle("name", &sha256(&name))]);
        }
    }
    Ok(gone)
}

/// The tokens of links that were mailed.
fn tokens(mails: &Items) -> Result<Vec<Key>, StoreError> {
    let keys: Vec<&Key> = mails.keys().filter(|key| key.pk.starts_with(prefix::OUTBOX)).collect();
    let mut tokens = Vec::new();
    for key in keys {
        let mail: Option<OutboxRecord> = mails.get(key)?;
        tokens.extend(mail.and_then(|mail| mail.token).map(|sha256| keys::token(&sha256)));
    }
    Ok(tokens)
}

/// What an import remembers of its rows: a folder that still names the family would bring it back, so its organisation
/// is told to take it out there too.
async fn imported(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    own: &Items,
) -> Result<Vec<Key>, StoreError> {
    let record: Option<FamilyRecord> = own.get(&keys::family(organisation, family))?;
    let of_it = |part: &str, family_of: &Family| {
        part == family.as_str() || family_of.children.iter().any(|child| child.id.as_str() == part)
    };
    let Some(record) = record else { return Ok(Vec::new()) };
    let rows: Vec<ImportedRecord> = app.table.query(&keys::imports(organisation)).await?;
    let about = rows.iter().filter(|row| row.row.split('/').any(|part| of_it(part, &record.family)));
    Ok(about.map(Record::key).collect())
}

/// What stays, in sentences.
fn kept(belongings: &Belongings) -> Result<Vec<String>, StoreError> {
    let invoices: Vec<InvoiceRecord> = belongings.own.of()?;
    let payments: Vec<PaymentRecord> = belongings.own.of()?;
    let mut kept: Vec<String> =
        invoices.iter().map(|one| format!("Facture ou avoir {}, et son PDF.", one.number)).collect();
    kept.extend(payments.iter().map(|one| format!("Paiement, reçu {}.", one.receipt)));
    Ok(kept)
}
