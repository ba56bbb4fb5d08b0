//! A portal of one's own on a free port, with the demo, at a given hour of the guide's week.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use chrono::{DateTime, Utc};
use preau::{Delivering, Mail, Options, Portal};
use store::Table;
use store::keys::{OUTBOX_SHARDS, WORK_SHARDS, ended_mails, outbox_shard, work_shard};
use store::records::{OutboxRecord, OutboxStatus, WorkRecord};
use tempfile::TempDir;

use crate::person::Person;
use crate::prepared;
use crate::waiting;
use crate::wire::Wire;

/// Tuesday 26 May 2015, 8:03 in Paris: the hour of the pictures.
pub const TUESDAY: &str = "2015-05-26T06:03:00Z";
/// Wednesday 20 May 2015, 10:00 in Paris: the guide's week is still ahead.
pub const WEEK_BEFORE: &str = "2015-05-20T08:00:00Z";

/// A running portal.
pub struct Town {
    pub portal: Portal,
    pub wire: Wire,
    /// Its data, removed at the end.
    pub folder: TempDir,
    client: OnceLock<Client>,
}

impl Town {
    /// The demo at an instant, functions in this process, all calls over a wire.
    pub async fn at(now: &str) -> Self {
        Self::with(|options| options.now = Some(instant(now))).await
    }

    /// The demo at an instant, real function binaries over the Lambda Runtime API.
    pub async fn in_lambda(now: &str) -> Self {
        Self::with(|options| {
            options.now = Some(instant(now));
            options.lambda = true;
        })
        .await
    }

    /// The demo with other options.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let options = options(change);
        let folder = TempDir::new().unwrap();
        if let Some(now) = options.now {
            prepared::lay_into(&folder.path().join("data"), now).await;
        }
        let town = Self::start(folder, options).await;
        town.outbox_is_quiet().await;
        town
    }

    /// The same over what lies there already, whatever mails wait in it.
    pub async fn opened(change: impl FnOnce(&mut Options)) -> Self {
        Self::start(TempDir::new().unwrap(), options(change)).await
    }

    /// The demo as it is loaded for the first time.
    pub async fn first(now: DateTime<Utc>) -> Self {
        Self::start(TempDir::new().unwrap(), options(|options| options.now = Some(now))).await
    }

    async fn start(folder: TempDir, options: Options) -> Self {
        let wire = Wire::default();
        let (clients, outsides) = (wire.clone(), wire.clone());
        let options = Options {
            data: options.data.or_else(|| Some(folder.path().join("data"))),
            http_clients: Some(Arc::new(move |function| Some(clients.client(function)))),
            outsides: Some(Arc::new(move |function| Some(outsides.outside(function)))),
            ..options
        };
        let portal = Portal::start(options).await.unwrap();
        Self { portal, wire, folder, client: OnceLock::new() }
    }

    /// The table, by an ordinary client of one's own.
    pub fn table(&self) -> Table {
        Table::with(self.client(), self.portal.table_name())
    }

    /// An ordinary client for the embedded table.
    pub fn client(&self) -> Client {
        self.client.get_or_init(|| self.new_client()).clone()
    }

    fn new_client(&self) -> Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-3"))
            .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
            .endpoint_url(self.portal.table_endpoint())
            .http_client(self.wire.plain())
            .build();
        Client::from_conf(config)
    }

    /// Asks until there is an answer, again each time a function has done what nobody waits for.
    pub async fn until<T, Asking: Future<Output = Option<T>>>(&self, what: &str, ask: impl FnMut() -> Asking) -> T {
        waiting::until(&self.portal.moved(), what, ask).await
    }

    /// Waits until every mail that was asked for has ended: the demo itself invites people.
    pub async fn outbox_is_quiet(&self) {
        let waits = |record: &OutboxRecord| {
            matches!(record.status, OutboxStatus::Pending | OutboxStatus::Claimed | OutboxStatus::Unknown)
        };
        self.until("no mail waits", || async { (!self.outbox().await.iter().any(waits)).then_some(()) }).await;
    }

    /// Every mail that was asked for.
    pub async fn outbox(&self) -> Vec<OutboxRecord> {
        let mut mails = Vec::new();
        for span in (0..OUTBOX_SHARDS).flat_map(|shard| [outbox_shard(shard), ended_mails(shard)]) {
            mails.extend(self.table().query::<OutboxRecord>(&span).await.unwrap());
        }
        mails
    }

    /// The work that waits.
    pub async fn works(&self) -> Vec<WorkRecord> {
        let mut works = Vec::new();
        for shard in 0..WORK_SHARDS {
            works.extend(self.table().query::<WorkRecord>(&work_shard(shard)).await.unwrap());
        }
        works
    }

    /// The newest mail to somebody whose subject or text holds this, as soon as it is there.
    pub async fn mail_to(&self, to: &str, words: &str) -> Mail {
        let is_it = |mail: &Mail| mail.to.contains(to) && (mail.subject.contains(words) || mail.text.contains(words));
        self.until(to, || async { self.portal.mails().unwrap().into_iter().find(is_it) }).await
    }

    pub fn origin(&self) -> String {
        self.portal.origin().to_owned()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> Person {
        Person::beside(&self.origin(), self.portal.moved())
    }
}

/// The checker's judge, which is built with these tests: beside the folder of their own programs.
fn judge() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.ancestors().nth(2).unwrap().join("tests-judge")
}

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn options(change: impl FnOnce(&mut Options)) -> Options {
    // Nobody changes windows here: what the stream brings is looked for at once.
    let stream = Delivering { glance: Duration::from_millis(25), ..Delivering::default() };
    let mut options = Options {
        stream,
        demo: true,
        project: Some(crate::contract::project()),
        // A test that counts calls, or cuts them, ticks by itself.
        unscheduled: true,
        ..Options::default()
    };
    options.settings.insert("JUDGE".to_owned(), judge().display().to_string());
    change(&mut options);
    options
}
