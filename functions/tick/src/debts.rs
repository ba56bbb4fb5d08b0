//! Reminders of debts: once a day, each family's unpaid invoices are looked at; each step of each invoice goes once.

use std::collections::BTreeMap;

use chrono::Timelike;
use domain::day::{Day, in_paris, paris_day};
use domain::id::FamilyId;
use domain::invoice::step;
use domain::moment::Moment;
use domain::organisation::Organisation;
use lambda::Error;
use store::records::{DebtNoticeRecord, DirectoryRecord, FamilyRecord, Message, OutboxRecord};
use store::regie::Account;
use store::{MOST_ACTIONS, Transaction, keys, was_first};

use crate::TickApp;
use crate::about::About;

/// No reminder leaves before this hour in Paris.
const FROM_HOUR: u32 = 8;

/// Goes on with the round of the day; how many families were reminded.
pub(crate) async fn remind(app: &TickApp, about: &mut About<'_>) -> Result<usize, Error> {
    let (moment, organisation) = (app.clock.now(), about.organisation);
    let steps = organisation.billing.as_ref().map(|billing| billing.reminders.as_slice()).unwrap_or_default();
    if steps.is_empty() || in_paris(moment.business).hour() < FROM_HOUR {
        return Ok(0);
    }
    let today = paris_day(moment.business).to_string();
    let mut reminded = 0;
    let round =
        about.round::<DirectoryRecord>(&app.table, ("debts", &today), keys::directory(&organisation.id)).await?;
    let Some(mut round) = round else { return Ok(reminded) };
    while let Some((item, entry)) = round.next(about.spending).await? {
        let looked_at = match entry {
            Ok(entry) => look_at(app, organisation, steps, &entry.family, moment).await,
            Err(error) => Err(error.into()),
        };
        reminded += about.looked_at("debts", &item, looked_at);
    }
    Ok(reminded)
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
    let mut transaction = Transaction::of_system();
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
        transaction.put_over(&notice, read);
    }
    let message = Message::DebtReminder {
        organisation: organisation.id.clone(),
        family: family.clone(),
        numbers: due.keys().map(|number| (*number).to_owned()).collect(),
    };
    let mail = OutboxRecord::for_family(secret::id(), message, moment.wall);
    transaction.put_new(&mail);
    // Where another tick was faster, it reminds.
    Ok(was_first(app.table.write(transaction).await)?)
}

/// The invoices that have reached a step which was not sent yet; at most as many as one transaction holds beside the mail.
fn due<'a>(account: &'a Account, steps: &[u32], today: Day) -> BTreeMap<&'a str, u32> {
    let sent = |number: &str| {
        let notice = account.notices.iter().find(|notice| notice.number == number);
        notice.and_then(|notice| notice.sent.iter().map(|(days, _)| *days).max())
    };
    let charging = account.invoices.iter().filter(|invoice| invoice.total > 0);
    let due = charging.filter_map(|invoice| {
        let days = step(steps, invoice.due, today, sent(&invoice.number))?;
        Some((invoice.number.as_str(), days))
    });
    due.take(MOST_ACTIONS - 1).collect()
}
