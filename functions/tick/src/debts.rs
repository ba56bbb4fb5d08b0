//! Reminders of debts: once a day, each family's unpaid invoices are looked at; each step of each invoice goes once.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Timelike;
use domain::day::{Day, in_paris, paris_day};
use domain::id::FamilyId;
use domain::invoice::step;
use domain::moment::Moment;
use domain::organisation::Organisation;
use lambda::Error;
use store::records::{DebtNoticeRecord, DebtRoundRecord, DirectoryRecord, FamilyRecord, Message, OutboxRecord};
use store::regie::Account;
use store::{Chain, Failure, keys};

use crate::TickApp;

/// No reminder leaves before this hour in Paris.
const FROM_HOUR: u32 = 8;
/// How long a tick goes on; the next one goes on where it stopped.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often, in families, it is written down how far the round is.
const OFTEN: usize = 50;

/// Goes on with the round of the day; how many families were reminded.
pub(crate) async fn remind(app: &TickApp, organisation: &Organisation) -> Result<usize, Error> {
    let moment = app.clock.now();
    let steps = organisation.billing.as_ref().map(|billing| billing.reminders.as_slice()).unwrap_or_default();
    if steps.is_empty() || in_paris(moment.business).hour() < FROM_HOUR {
        return Ok(0);
    }
    let today = paris_day(moment.business);
    let known: Option<DebtRoundRecord> = app.table.get(&keys::debt_round(&organisation.id)).await?;
    let version = known.as_ref().map_or(0, |round| round.version);
    let fresh =
        || DebtRoundRecord { organisation: organisation.id.clone(), day: today, reach: None, done: false, version };
    let mut round = known.filter(|round| round.day >= today).unwrap_or_else(fresh);
    if round.done {
        return Ok(0);
    }
    let directory: Vec<DirectoryRecord> = app.table.query(&keys::directory(&organisation.id)).await?;
    let families: Vec<FamilyId> = directory.into_iter().map(|entry| entry.family).collect();
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut reminded = 0;
    let ahead: Vec<FamilyId> =
        families.into_iter().filter(|family| round.reach.as_ref().is_none_or(|reach| reach < family)).collect();
    for (at, family) in ahead.iter().enumerate() {
        reminded += usize::from(look_at(app, organisation, steps, family, moment).await?);
        round.reach = Some(family.clone());
        let late = tokio::time::Instant::now() > until;
        // Another tick that is as far goes on alone.
        if late || at % OFTEN == OFTEN - 1 {
            let alone = keep(app, &mut round).await?;
            if late || !alone {
                return Ok(reminded);
            }
        }
    }
    round.done = true;
    keep(app, &mut round).await?;
    Ok(reminded)
}

/// Writes down how far the round is; says whether no other tick was faster.
async fn keep(app: &TickApp, round: &mut DebtRoundRecord) -> Result<bool, Error> {
    let read = round.version;
    round.version += 1;
    match app.table.write(Chain::new().put_over(round, read)).await {
        Ok(()) => Ok(true),
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Reminds a family of what has reached a step, in one mail.
async fn look_at(
    app: &TickApp,
    organisation: &Organisation,
    steps: &[u32],
    family: &FamilyId,
    moment: Moment,
) -> Result<bool, Error> {
    let account = Account::of(&app.table.query_mixed(&keys::account_of_family(&organisation.id, family)).await?)?;
    let today = paris_day(moment.business);
    let due = due(&account, steps, today);
    if due.is_empty() {
        return Ok(false);
    }
    let Some(known) = app.table.get::<FamilyRecord>(&keys::family(&organisation.id, family)).await? else {
        return Ok(false);
    };
    let ledger = account.ledger(organisation, &known.family);
    let due: BTreeMap<&str, u32> = due.into_iter().filter(|(number, _)| ledger.owed_of(number) > 0).collect();
    if due.is_empty() {
        return Ok(false);
    }
    let mut transaction = Chain::new();
    for (number, days) in &due {
        let notice = account.notices.iter().find(|notice| notice.number == **number);
        let fresh = || DebtNoticeRecord {
            organisation: organisation.id.clone(),
            family: family.clone(),
            number: (*number).to_owned(),
            sent: Vec::new(),
            version: 0,
        };
        let mut notice = notice.cloned().unwrap_or_else(fresh);
        let read = notice.version;
        notice.sent.push((*days, today));
        notice.version += 1;
        transaction = transaction.put_over(&notice, read);
    }
    let message = Message::DebtReminder {
        organisation: organisation.id.clone(),
        family: family.clone(),
        numbers: due.keys().map(|number| (*number).to_owned()).collect(),
    };
    let mail = OutboxRecord::for_family(secret::id(), message, moment.wall);
    match app.table.write(transaction.put_new(&mail)).await {
        Ok(()) => Ok(true),
        // Another tick was faster.
        Err(Failure::Conditions(_) | Failure::Conflict) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The invoices that have reached a step which was not sent yet; at most as many as one transaction holds.
fn due<'a>(account: &'a Account, steps: &[u32], today: Day) -> BTreeMap<&'a str, u32> {
    const MOST: usize = 90;
    let sent = |number: &str| {
        let notice = account.notices.iter().find(|notice| notice.number == number);
        notice.and_then(|notice| notice.sent.iter().map(|(days, _)| *days).max())
    };
    let charging = account.invoices.iter().filter(|invoice| invoice.total > 0);
    let due = charging.filter_map(|invoice| {
        let days = step(steps, invoice.due, today, sent(&invoice.number))?;
        Some((invoice.number.as_str(), days))
    });
    due.take(MOST).collect()
}
