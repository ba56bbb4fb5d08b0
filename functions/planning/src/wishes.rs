//! `…/wishes` and `…/feed`: which mails an adult wants, and the family's calendar address.

use std::sync::Arc;

use domain::id::FamilyPath;
use serde::Serialize;
use store::records::{FeedRecord, ReminderRecord, Wishes, WishesRecord};
use store::{Attempts, Patience, Transaction, keys};
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::load::Household;

#[derive(Serialize)]
struct WishesView {
    digest: bool,
    reminder: bool,
    feed: bool,
}

#[derive(Serialize)]
struct FeedView {
    url: String,
}

/// `GET …/wishes`.
pub(crate) async fn show_wishes(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let household = open(&app, &call).await?;
    Reply::json(&view(&record(&household), &household))
}

/// `PUT …/wishes`.
pub(crate) async fn change_wishes(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let (record, household) = change(&app, &call, |record, household, transaction| {
        let wishes: Wishes = call.body()?;
        let before = record.reminder();
        record.accounts.insert(household.call.caller.account.to_string(), wishes);
        let FamilyPath { organisation, family } = household.call.at.clone();
        match (before, record.reminder()) {
            (false, true) => {
                transaction.put(&ReminderRecord { organisation, family, reminded: None, version: 1 });
            }
            (true, false) => {
                transaction.delete(&keys::reminder(&organisation, &family));
            }
            _ => {}
        }
        Ok(())
    })
    .await?;
    Reply::json(&view(&record, &household))
}

/// `POST …/feed`: a new secret address; an earlier one ends.
pub(crate) async fn make_feed(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let token = secret::token();
    change(&app, &call, |record, household, transaction| {
        let FamilyPath { organisation, family } = household.call.at.clone();
        let account = household.call.caller.account.clone();
        let feed = FeedRecord { sha256: secret::sha256(&token), organisation, family, account };
        without_feed(record, transaction);
        transaction.put(&feed);
        record.feed = Some(feed.sha256);
        Ok(())
    })
    .await?;
    Reply::json(&FeedView { url: format!("{}/api/calendars/{token}.ics", app.public_origin) })
}

/// `DELETE …/feed`: the address answers no more.
pub(crate) async fn end_feed(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    change(&app, &call, |record, _, transaction| {
        without_feed(record, transaction);
        record.feed = None;
        Ok(())
    })
    .await?;
    Ok(Reply::no_content())
}

fn without_feed(record: &WishesRecord, transaction: &mut Transaction) {
    if let Some(sha256) = &record.feed {
        transaction.delete(&keys::feed(sha256));
    }
}

/// An agent sees the family; what its adults wish to be told is theirs.
async fn open(app: &App, call: &Call) -> Result<Household, ApiError> {
    Household::open(app, call, Who::Family, &[]).await
}

fn record(household: &Household) -> WishesRecord {
    let FamilyPath { organisation, family } = &household.call.at;
    household.wishes.clone().unwrap_or_else(|| WishesRecord::none(organisation.clone(), family.clone()))
}

async fn change(
    app: &App,
    call: &Call,
    apply: impl Fn(&mut WishesRecord, &Household, &mut Transaction) -> Result<(), ApiError>,
) -> Result<(WishesRecord, Household), ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let household = open(app, call).await?;
        let (mut record, mut transaction) = (record(&household), household.begin());
        let version = record.version;
        apply(&mut record, &household, &mut transaction)?;
        record.version = version + 1;
        transaction.put_over(&record, version);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok((record, household));
        }
    }
}

fn view(record: &WishesRecord, household: &Household) -> WishesView {
    let wishes = record.accounts.get(household.call.caller.account.as_str()).copied().unwrap_or_default();
    WishesView { digest: wishes.digest, reminder: wishes.reminder, feed: record.feed.is_some() }
}
