//! Digests: once the clicks of a family have rested for some minutes, one mail tells what they changed.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::id::{FamilyId, OrganisationId};
use lambda::Error;
use store::keys::{self, DIGEST_SHARDS};
use store::records::{DigestRecord, Message, OutboxRecord};
use store::{Chain, Failure, Record};

use crate::TickApp;

/// How long after the last click a digest goes.
const REST: TimeDelta = TimeDelta::minutes(4);
/// How many changes one digest tells; the rest is told by the next.
const CHANGES: usize = 90;

/// Sends what is due; how many families are told.
pub(crate) async fn send(app: &TickApp) -> Result<usize, Error> {
    let wall = app.clock.now().wall;
    let mut sent = 0;
    for shard in 0..DIGEST_SHARDS {
        let records: Vec<DigestRecord> = app.table.query(&keys::digest_shard(shard)).await?;
        let mut families: BTreeMap<(OrganisationId, FamilyId), Vec<DigestRecord>> = BTreeMap::new();
        for record in records {
            families.entry((record.organisation.clone(), record.family.clone())).or_default().push(record);
        }
        for ((organisation, family), mut records) in families {
            records.sort_by_key(|record| record.at);
            if records.last().is_some_and(|last| wall - last.at < REST) {
                continue;
            }
            records.truncate(CHANGES);
            let mut transaction = Chain::new();
            for record in &records {
                transaction = transaction.delete_existing(&record.key());
            }
            let requests = records.into_iter().map(|record| (record.request, record.weeks.0, record.weeks.1)).collect();
            let mail = OutboxRecord::for_family(secret::id(), Message::Digest { organisation, family, requests }, wall);
            match app.table.write(transaction.put_new(&mail)).await {
                Ok(()) => sent += 1,
                // Another tick was faster.
                Err(Failure::Conditions(_) | Failure::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(sent)
}
