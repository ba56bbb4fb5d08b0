//! Follows the stream for one mapping, and remembers how far it has come.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::{Database, streams};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::delivery::{Delivery, sequence_number};
use super::filter::Pattern;
use crate::data_folder::{DataFolder, write_whole};
use crate::functions::Invoker;
use crate::options::Delivering;
use crate::table::LocalTable;
use crate::template::{REGION, StreamMapping, TemplateError};

/// The pause after the stream could not be read.
const TROUBLE: Duration = Duration::from_secs(1);

/// How many records are read at once; most are not for the function.
const READ_AHEAD: usize = 1000;

/// Who is handed the records of a mapping, and how.
pub(crate) struct Follower {
    /// The mapping.
    pub(crate) mapping: StreamMapping,
    /// The function.
    pub(crate) invoker: Invoker,
    /// How messages are delivered.
    pub(crate) delivering: Delivering,
}

struct Reader {
    database: Database,
    table: String,
    follower: Follower,
    filters: Vec<Pattern>,
    position: PathBuf,
}

impl Follower {
    /// Makes the task that follows the stream until the signal; the batch at hand is finished first.
    pub(crate) fn follow(
        self,
        table: &LocalTable,
        data: &DataFolder,
        stop: CancellationToken,
    ) -> Result<impl Future<Output = ()> + Send + use<>, TemplateError> {
        let reader = Arc::new(Reader {
            database: table.database(),
            table: table.name.clone(),
            filters: self.mapping.filters.iter().map(Pattern::read).collect::<Result<_, _>>()?,
            position: data.stream_position(&self.mapping.id),
            follower: self,
        });
        Ok(run(reader, stop))
    }
}

async fn run(reader: Arc<Reader>, stop: CancellationToken) {
    let mut position = read_position(&reader.position);
    while !stop.is_cancelled() {
        match reader.clone().next(position.clone()).await {
            Ok(records) if records.is_empty() => {
                stop.run_until_cancelled(tokio::time::sleep(reader.follower.delivering.glance)).await;
            }
            Ok(records) => match reader.hand_over(&records, &stop).await {
                Some(reached) => position = Some(reached),
                None => return,
            },
            Err(error) => {
                tracing::error!(error, "le flux de la table ne se lit pas");
                stop.run_until_cancelled(tokio::time::sleep(TROUBLE)).await;
            }
        }
    }
}

impl Reader {
    /// Delivers what the function wants of the records; where it has come to, unless the end came first.
    async fn hand_over(&self, records: &[Value], stop: &CancellationToken) -> Option<String> {
        let Follower { mapping, invoker, delivering } = &self.follower;
        let delivery = Delivery { mapping, invoker, delivering: *delivering };
        let wanted: Vec<Value> = records.iter().filter(|record| self.wants(record)).cloned().collect();
        for batch in wanted.chunks(mapping.batch_size) {
            if stop.is_cancelled() || !delivery.deliver(batch, stop).await {
                return None;
            }
            self.keep(batch.last());
        }
        self.keep(records.last())
    }

    /// The records after a position.
    async fn next(self: Arc<Self>, position: Option<String>) -> Result<Vec<Value>, String> {
        let read = tokio::task::spawn_blocking(move || self.read(position));
        read.await.map_err(|error| error.to_string())?
    }

    fn read(&self, position: Option<String>) -> Result<Vec<Value>, String> {
        let from = if position.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
        let place = GetShardIteratorRequest {
            stream_arn: streams::stream_arn(&self.table, "local"),
            shard_id: streams::shard_id(&self.table),
            shard_iterator_type: from.to_owned(),
            sequence_number: position,
        };
        let place = self.database.get_shard_iterator(place).map_err(|error| error.to_string())?;
        let request =
            GetRecordsRequest { shard_iterator: place.shard_iterator.unwrap_or_default(), limit: Some(READ_AHEAD) };
        let found = self.database.get_records(request).map_err(|error| error.to_string())?;
        found.records.iter().map(|record| self.as_event(record)).collect()
    }

    /// The record as Lambda would hand it over.
    fn as_event(&self, record: &impl serde::Serialize) -> Result<Value, String> {
        let mut record = serde_json::to_value(record).map_err(|error| error.to_string())?;
        record["awsRegion"] = REGION.into();
        record["eventSourceARN"] = self.follower.mapping.stream.as_str().into();
        Ok(record)
    }

    fn wants(&self, record: &Value) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| filter.matches(Some(record)))
    }

    /// Kept once the records are done with: a crash repeats some, and loses none.
    fn keep(&self, last: Option<&Value>) -> Option<String> {
        let position = last.and_then(sequence_number)?;
        if let Err(error) = write_whole(&self.position, position.as_bytes()) {
            tracing::error!(%error, "la position dans le flux n’est pas gardée");
        }
        Some(position.to_owned())
    }
}

fn read_position(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    Some(text.trim().to_owned()).filter(|position| !position.is_empty())
}
