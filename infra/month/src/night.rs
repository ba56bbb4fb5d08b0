//! The night on which the month is invoiced: the day before it is imported, then the schedule does the rest.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::day::{Day, paris_instant};
use domain::id::OrganisationId;
use domain::invoice::Period;
use lambda::environment::Environment;
use preau::{Options, Portal};
use store::records::{Message, OrganisationRecord, OutboxRecord, RunRecord, RunStage, Work, WorkRecord};
use store::{Failure, Record, StoreError, Table, Transaction, keys};

use crate::figures::{self, Measured};
use crate::meter::{Deed, Meter};
use crate::source::Household;
use crate::{MonthError, Outcome, folder, memory, totals};

/// How long nothing may move.
const STILL: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(50);

/// Imports the town, lets the clock come to 2 January 2027, 5 h, and waits for the last mail.
pub(crate) async fn invoice(town: &[Household]) -> Result<Outcome, MonthError> {
    let place = tempfile::tempdir()?;
    let (source, data) = (place.path().join("folder"), place.path().join("data"));
    std::fs::create_dir_all(&source)?;
    folder::write(&source, town)?;
    let (began, imports) = (Instant::now(), vec![source]);
    let portal = Portal::start(Options { imports, ..options(&data, 1) }).await?;
    let imported = began.elapsed();
    caught_up(&table(&portal)?).await?;
    portal.stop().await;
    let resident = memory::resident();
    memory::forget_peak();
    let meter = Meter::new();
    let clients = meter.clone();
    let http_clients: preau::HttpClients = Arc::new(move |function| Some(clients.client(function)));
    let portal = Portal::start(Options { http_clients: Some(http_clients), ..options(&data, 2) }).await?;
    let table = table(&portal)?;
    let run = end(&table, &meter).await?;
    let peak = memory::peak();
    let charged = totals::read(&table, &organisation()?, run.period, town).await?;
    let known: Option<OrganisationRecord> = table.get(&keys::organisation(&organisation()?)).await?;
    let known = known.ok_or_else(|| MonthError::Still("the organisation is gone".to_owned()))?.organisation;
    portal.stop().await;
    let printed = figures::print_all(&known, &charged.invoices)?;
    let families = town.len();
    let measured = Measured { families, imported, run, resident, peak, printed, filed: filed(&charged.invoices) };
    Ok(Outcome { figures: measured.figures(&meter), totals: charged.totals })
}

fn filed(invoices: &[store::records::InvoiceRecord]) -> usize {
    invoices.iter().filter(|invoice| invoice.filed).count()
}

/// Of 1 January the town is quiet; on the 2nd, from 5 h on, the tick of the hour opens the run.
fn options(data: &Path, day: u32) -> Options {
    Options { data: Some(data.to_owned()), now: Some(five_in_the_morning(day)), ..Options::default() }
}

fn five_in_the_morning(day: u32) -> DateTime<Utc> {
    let day = Day::from_ymd_opt(2027, 1, day).unwrap_or_default();
    paris_instant(day, chrono::NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default())
}

fn organisation() -> Result<OrganisationId, MonthError> {
    folder::ORGANISATION.parse().map_err(|_| MonthError::Folder("the organisation's identifier".to_owned()))
}

fn december() -> Period {
    Period::of(Day::from_ymd_opt(2026, 12, 1).unwrap_or_default())
}

fn table(portal: &Portal) -> Result<Table, MonthError> {
    let endpoint = portal.table_endpoint();
    let settings = [
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.as_str()),
        ("TABLE_NAME", portal.table_name()),
    ];
    Ok(Table::of(&settings.into_iter().collect::<Environment>(), None)?)
}

/// Waits until the readers of the stream have passed all that the import wrote: a mail to nobody and the work of
/// printing nothing are the last in their lines.
async fn caught_up(table: &Table) -> Result<(), MonthError> {
    let (organisation, wall) = (organisation()?, Utc::now());
    let nobody = |_| MonthError::Folder("nobody's identifier".to_owned());
    let family: domain::id::FamilyId = "nobody".parse().map_err(nobody)?;
    let message = Message::InvoiceIssued { organisation: organisation.clone(), family, number: String::new() };
    let mail = OutboxRecord::for_family("caught-up".to_owned(), message, wall);
    let work = Work::Print { organisation, invoices: Vec::new() };
    let work = WorkRecord { id: "caught-up".to_owned(), work, at: wall };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&mail);
    transaction.put_new(&work);
    table.write(transaction).await.map_err(store)?;
    let last = Instant::now();
    while last.elapsed() < 10 * STILL {
        let ended = table.get::<OutboxRecord>(&keys::ended_mail(&mail.id)).await?.is_some();
        if ended && table.get::<WorkRecord>(&work.key()).await?.is_none() {
            return Ok(());
        }
        tokio::time::sleep(GLANCE).await;
    }
    Err(MonthError::Still("the stream is not read to its end".to_owned()))
}

fn store(failure: Failure) -> StoreError {
    StoreError(failure.to_string())
}

/// Waits until as many mails are sent as there are invoices.
async fn end(table: &Table, meter: &Meter) -> Result<RunRecord, MonthError> {
    let key = keys::run(&organisation()?, december());
    let (mut seen, mut moved) = (0, Instant::now());
    loop {
        tokio::time::sleep(GLANCE).await;
        let all = [Deed::Opened, Deed::Drafted, Deed::Committed, Deed::Stored, Deed::Mailed];
        let now = all.map(|deed| meter.count(deed)).iter().sum();
        if now != seen {
            (seen, moved) = (now, Instant::now());
        }
        let issued = meter.count(Deed::Committed);
        if issued > 0 && meter.count(Deed::Mailed) >= issued || moved.elapsed() > STILL {
            let run: Option<RunRecord> = table.get(&key).await?;
            match run {
                Some(run)
                    if run.stage == RunStage::Done && meter.count(Deed::Mailed) >= meter.count(Deed::Committed) =>
                {
                    return Ok(run);
                }
                other if moved.elapsed() > STILL => return Err(MonthError::Still(format!("{other:?}"))),
                _ => {}
            }
        }
    }
}
