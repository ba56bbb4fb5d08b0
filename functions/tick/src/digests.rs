//! Digests: once the clicks of a family have rested for some minutes, one mail tells what they changed.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use lambda::budget::Spending;
use store::keys::{self, DIGEST_SHARDS};
use store::records::{DigestRecord, Message, OutboxRecord};
use store::{MOST_ACTIONS, Record, Round, Transaction, Walk, was_first};

use crate::TickApp;
use crate::report::Report;

/// How long after the last click a digest goes.
const REST: TimeDelta = TimeDelta::minutes(4);
/// How many changes one digest tells, what one transaction holds beside the mail; the rest is told by the next.
const CHANGES: usize = MOST_ACTIONS - 1;

/// Sends what is due; how many families are told. What the budget leaves the next call goes on with.
pub(crate) async fn send(app: &TickApp, spending: &Spending, report: &mut Report) -> Result<usize, Error> {
    let mut sent = 0;
    for shard in 0..DIGEST_SHARDS {
        match of_shard(app, shard, spending, report).await {
            Ok(families) => sent += families,
            Err(error) => report.failed("digests", &shard.to_string(), &error.to_string()),
        }
    }
    Ok(sent)
}

/// The changes of one family lie side by side: its digest is made once an item of the next one is met.
async fn of_shard(app: &TickApp, shard: u8, spending: &Spending, report: &mut Report) -> Result<usize, Error> {
    let wall = app.clock.now().wall;
    let Some(mut round) = Round::open(&app.table, "digests", &shard.to_string(), &wall.to_rfc3339()).await? else {
        return Ok(0);
    };
    let mut walk: Walk<DigestRecord> = Walk::after(&app.table, keys::digest_shard(shard), round.reach());
    let (mut sent, mut family): (usize, Vec<(String, DigestRecord)>) = (0, Vec::new());
    loop {
        let next = match walk.next().await? {
            Some((item, Err(error))) => {
                report.failed("digests", &item, &error.to_string());
                continue;
            }
            Some((item, Ok(record))) => Some((item, record)),
            None => None,
        };
        let same = next.as_ref().zip(family.last()).is_some_and(|((_, one), (_, other))| same_family(one, other));
        if !same && let Some((item, _)) = family.last().cloned() {
            if !spending.take() {
                round.pause().await?;
                return Ok(sent);
            }
            let records = std::mem::take(&mut family).into_iter().map(|(_, record)| record).collect();
            match tell(app, records, wall).await {
                Ok(told) => sent += usize::from(told),
                Err(error) => report.failed("digests", &item, &error.to_string()),
            }
            if !round.reached(&item).await? {
                return Ok(sent);
            }
        }
        match next {
            Some(next) => family.push(next),
            None => break,
        }
    }
    round.finish().await?;
    Ok(sent)
}

fn same_family(one: &DigestRecord, other: &DigestRecord) -> bool {
    (&one.organisation, &one.family) == (&other.organisation, &other.family)
}

/// One mail for the changes of a family, when they have rested.
async fn tell(app: &TickApp, mut records: Vec<DigestRecord>, wall: DateTime<Utc>) -> Result<bool, Error> {
    records.sort_by_key(|record| record.at);
    let Some(last) = records.last().filter(|last| wall - last.at >= REST) else { return Ok(false) };
    let (organisation, family): (OrganisationId, FamilyId) = (last.organisation.clone(), last.family.clone());
    records.truncate(CHANGES);
    let mut transaction = Transaction::of_system();
    for record in &records {
        transaction.delete_existing(&record.key());
    }
    let requests = records.into_iter().map(|record| (record.request, record.weeks.0, record.weeks.1)).collect();
    transaction.put_new(&OutboxRecord::for_family(
        secret::id(),
        Message::Digest { organisation, family, requests },
        wall,
    ));
    // Where another tick was faster, it tells.
    Ok(was_first(app.table.write(transaction).await)?)
}
