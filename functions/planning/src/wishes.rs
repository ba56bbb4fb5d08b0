//! `…/wishes` and `…/feed`: which mails an adult wants, and the family's calendar address.

use std::sync::Arc;

use serde::Serialize;
use store::records::{FeedRecord, ReminderRecord, Wishes, WishesRecord};
use store::{Chain, Failure, keys, pause};
use web::app::{App, Caller};
use web::{ApiError, Call, Reply};

use crate::click::{busy, guarded};
use crate::load::{Household, Place, needed};

const TRIES: u32 = 8;

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
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let (_, record) = read(&app, &caller, &place, &call).await?;
    Reply::json(&view(&record, &caller))
}

/// `PUT …/wishes`.
pub(crate) async fn change_wishes(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let wishes: Wishes = call.body()?;
    let record = change(&app, &caller, &place, &call, |mut record, transaction| {
        let before = record.reminder();
        record.accounts.insert(caller.account.to_string(), wishes);
        let key = keys::reminder(&place.organisation, &place.family);
        let (organisation, family) = (place.organisation.clone(), place.family.clone());
        let transaction = match (before, record.reminder()) {
            (false, true) => transaction.put(&ReminderRecord { organisation, family, reminded: None, version: 1 }),
            (true, false) => transaction.delete(&key),
            _ => transaction,
        };
        (record, transaction)
    })
    .await?;
    Reply::json(&view(&record, &caller))
}

/// `POST …/feed`: a new secret address; an earlier one ends.
pub(crate) async fn make_feed(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let token = secret::token();
    let feed = FeedRecord {
        sha256: secret::sha256(&token),
        organisation: place.organisation.clone(),
        family: place.family.clone(),
        account: caller.account.clone(),
    };
    change(&app, &caller, &place, &call, |mut record, transaction| {
        let transaction = without_feed(&record, transaction).put(&feed);
        record.feed = Some(feed.sha256.clone());
        (record, transaction)
    })
    .await?;
    Reply::json(&FeedView { url: format!("{}/api/calendars/{token}.ics", app.public_origin) })
}

/// `DELETE …/feed`: the address answers no more.
pub(crate) async fn end_feed(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    change(&app, &caller, &place, &call, |mut record, transaction| {
        let transaction = without_feed(&record, transaction);
        record.feed = None;
        (record, transaction)
    })
    .await?;
    Ok(Reply::no_content())
}

fn without_feed(record: &WishesRecord, transaction: Chain) -> Chain {
    match &record.feed {
        Some(sha256) => transaction.delete(&keys::feed(sha256)),
        None => transaction,
    }
}

async fn read(app: &App, caller: &Caller, place: &Place, call: &Call) -> Result<(Household, WishesRecord), ApiError> {
    let items = app.table.batch_get(&needed(caller, place)).await?;
    let household = Household::from(caller, place, call.moment, &items)?;
    if household.access.role.is_some() {
        // An agent sees the family; what its adults wish to be told is theirs.
        return Err(ApiError::role_too_low());
    }
    let none = || WishesRecord::none(place.organisation.clone(), place.family.clone());
    let record = household.wishes.clone().unwrap_or_else(none);
    Ok((household, record))
}

async fn change(
    app: &App,
    caller: &Caller,
    place: &Place,
    call: &Call,
    apply: impl Fn(WishesRecord, Chain) -> (WishesRecord, Chain),
) -> Result<WishesRecord, ApiError> {
    for attempt in 0..TRIES {
        let (household, record) = read(app, caller, place, call).await?;
        let version = record.version;
        let (record, transaction) = apply(record, guarded(caller, place, &household));
        let record = WishesRecord { version: version + 1, ..record };
        match app.table.write(transaction.put_over(&record, version)).await {
            Ok(()) => return Ok(record),
            Err(Failure::Conditions(_) | Failure::Conflict) => tokio::time::sleep(pause(attempt)).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(busy())
}

fn view(record: &WishesRecord, caller: &Caller) -> WishesView {
    let wishes = record.accounts.get(caller.account.as_str()).copied().unwrap_or_default();
    WishesView { digest: wishes.digest, reminder: wishes.reminder, feed: record.feed.is_some() }
}
