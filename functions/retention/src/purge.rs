//! The nightly purge: plannings past their period go, invoices past theirs keep their number and sum alone; an open debt is
//! kept whole.

use domain::day::{Day, Week, paris_day};
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::Ledger;
use domain::organisation::Organisation;
use lambda::Error;
use lambda::budget::Spending;
use serde::Deserialize;
use store::keys::{self, Key, Span};
use store::records::{
    BookingRecord, FamilyRecord, InvoiceRecord, OrganisationEntry, OrganisationRecord, PaymentRecord,
};
use store::regie::Account;
use store::{RoundOver, Transaction, file_of_invoice, was_first};

use crate::RetentionApp;

/// The round over all organisations.
const ALL: (&str, &str) = ("purges", "all");

/// Begins the purge of a day, or goes on with one that stopped; how many items went or were blanked.
pub(crate) async fn purge(app: &RetentionApp, spending: &Spending) -> Result<usize, Error> {
    let today = paris_day(app.clock.now().business).to_string();
    match RoundOver::open(&app.table, (ALL.0, ALL.1, &today), keys::organisations()).await? {
        Some(round) => over_organisations(app, round, spending).await,
        None => Ok(0),
    }
}

/// Goes on with a purge that a call before did not finish.
pub(crate) async fn go_on(app: &RetentionApp, spending: &Spending) -> Result<usize, Error> {
    match RoundOver::unfinished(&app.table, ALL, keys::organisations()).await? {
        Some(round) => over_organisations(app, round, spending).await,
        None => Ok(0),
    }
}

/// Each organisation by itself; what fails is named at the end and holds nobody else up.
async fn over_organisations(
    app: &RetentionApp,
    mut round: RoundOver<'_, OrganisationEntry>,
    spending: &Spending,
) -> Result<usize, Error> {
    let today = paris_day(app.clock.now().business);
    let (mut gone, mut failures) = (0, Vec::new());
    while let Some((id, entry)) = round.next(spending).await? {
        let purged = match entry {
            Ok(entry) => of_organisation(app, &entry.organisation, today, spending, &mut failures).await,
            Err(error) => Err(error.into()),
        };
        match purged {
            Ok(items) => gone += items,
            Err(error) => failures.push(format!("{id}: {error}")),
        }
        if spending.spent() {
            round.pause().await?;
            break;
        }
    }
    match failures.first() {
        None => Ok(gone),
        Some(first) => Err(format!("{} could not be purged: {first}", failures.len()).into()),
    }
}

async fn of_organisation(
    app: &RetentionApp,
    organisation: &OrganisationId,
    today: Day,
    spending: &Spending,
    failures: &mut Vec<String>,
) -> Result<usize, Error> {
    let Some(known) = app.table.get::<OrganisationRecord>(&keys::organisation(organisation)).await? else {
        return Ok(0);
    };
    let known = known.organisation;
    let (of, turn) = (organisation.as_str(), today.to_string());
    let mut gone = 0;
    // The families an organisation has, and those it had: their invoices are still there.
    for (job, span) in [("purge", keys::directory(organisation)), ("purge-erased", keys::erasures(organisation))] {
        let Some(mut round) = RoundOver::<Of>::open(&app.table, (job, of, &turn), span).await? else { continue };
        while let Some((item, family)) = round.next(spending).await? {
            let purged = match family {
                Ok(Of { family }) => of_family(app, &known, &family, today).await,
                Err(error) => Err(error.into()),
            };
            match purged {
                Ok(items) => gone += items,
                Err(error) => failures.push(format!("{organisation} {item}: {error}")),
            }
        }
    }
    Ok(gone)
}

/// Whose an entry of the directory, or an erasure, is.
#[derive(Deserialize)]
struct Of {
    family: FamilyId,
}

async fn of_family(
    app: &RetentionApp,
    organisation: &Organisation,
    family: &FamilyId,
    today: Day,
) -> Result<usize, Error> {
    let kept = organisation.retention;
    let plannings = plannings(app, &organisation.id, family, kept.planning_before(today)).await?;
    Ok(plannings + invoices(app, organisation, family, kept.invoices_before(today)).await?)
}

async fn plannings(
    app: &RetentionApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    before: Day,
) -> Result<usize, Error> {
    let Some(last) = before.pred_opt() else { return Ok(0) };
    let bookings: Vec<BookingRecord> = app.table.query(&keys::bookings(organisation, family, Day::MIN, last)).await?;
    let mut gone: Vec<Key> = Vec::new();
    for one in &bookings {
        gone.push(keys::booking(organisation, family, one.day, &one.child, &one.activity));
        gone.push(keys::place(organisation, &one.child, one.day, &one.activity));
    }
    // The week that holds the day stays whole.
    let weeks: Span = keys::changes_before(organisation, family, Week::of(before));
    gone.extend(app.table.query_mixed(&weeks).await?.keys().cloned());
    app.delete(&gone).await?;
    Ok(gone.len())
}

async fn invoices(
    app: &RetentionApp,
    organisation: &Organisation,
    family: &FamilyId,
    before: Day,
) -> Result<usize, Error> {
    let place = &organisation.id;
    let (account, home) = (keys::account_of_family(place, family), keys::family(place, family));
    let (lying, home) = tokio::join!(app.table.query_mixed(&account), app.table.get::<FamilyRecord>(&home));
    let account = Account::of(&lying?)?;
    let home = home?.map(|record| record.family);
    // Of an erased family nobody knows the children any more, nor what a means may pay.
    let ledger = home.map_or_else(|| account.ledger_of_anything(), |home| account.ledger(organisation, &home));
    let past = past(&account, &ledger, before);
    for invoice in &past {
        let mut transaction = Transaction::of_system();
        transaction.put_over(&invoice.blanked(&ledger), invoice.version);
        // Where somebody was at it, the next night comes again.
        if was_first(app.table.write(transaction).await)? {
            app.files.remove(&file_of_invoice(place, family, &invoice.number)).await?;
        }
    }
    let payments = account.payments.iter().filter(|one| one.day < before && !one.said.is_empty());
    let payments: Vec<&PaymentRecord> = payments.collect();
    for payment in &payments {
        // Sum, day and means stay; who recorded it, the family itself where it paid online, goes.
        let blank = PaymentRecord { said: String::new(), ..(*payment).clone() };
        let mut transaction = Transaction::of_system();
        transaction.put_existing(&blank);
        was_first(app.table.write(transaction).await)?;
    }
    Ok(past.len() + payments.len())
}

/// What is past its period: it runs from the day on which nothing was owed any more, paid, credited or written off. What is
/// owed is kept whole, with the credit notes on it.
fn past<'a>(account: &'a Account, ledger: &Ledger, before: Day) -> Vec<&'a InvoiceRecord> {
    let over = |one: &InvoiceRecord| {
        one.issued < before && ledger.settled(&one.number).is_some_and(|settled| settled < before)
    };
    let original =
        |note: &InvoiceRecord| account.invoices.iter().find(|one| Some(&one.number) == note.corrects.as_ref());
    let past = account.invoices.iter().filter(|one| !one.is_blanked() && over(one));
    past.filter(|one| original(one).is_none_or(over)).collect()
}
