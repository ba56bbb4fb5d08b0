//! The embedded table: a DynamoDB in a SQLite file, served on the loopback by a thread of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dynoxide::Database;
use dynoxide::actions::create_table::CreateTableRequest;
use dynoxide::actions::update_time_to_live::UpdateTimeToLiveRequest;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::data_folder::DataFolder;
use crate::error::StartError;
use crate::template::TableDefinition;

/// DynamoDB removes expired items within days; a minute lets a person see it.
const SWEEP: Duration = Duration::from_secs(60);

/// How long a call that is under way at the end may take.
const LAST_CALLS: Duration = Duration::from_secs(3);

/// The table while it is served.
pub(crate) struct LocalTable {
    /// Its name.
    pub(crate) name: String,
    /// Where it is served.
    pub(crate) address: SocketAddr,
    database: Database,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl LocalTable {
    /// Opens the file, makes the table if it is new, and serves it. The data folder stays ours until it is closed.
    pub(crate) fn start(data: Arc<DataFolder>, definition: &TableDefinition) -> Result<Self, StartError> {
        let database = open(&data.table(), definition).map_err(StartError::Table)?;
        // Calls go to SQLite on the runtime's own threads: others must not wait behind them.
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("table").enable_all().build()?;
        let listener = listen()?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let served = serve(listener, database.clone(), stop.clone());
        let thread = thread::Builder::new().name("table".to_owned()).spawn(move || {
            runtime.block_on(served);
            runtime.shutdown_timeout(LAST_CALLS);
            drop(data);
        })?;
        Ok(Self { name: definition.name.clone(), address, database, stop, thread: Some(thread) })
    }

    /// The store itself, to read its stream.
    pub(crate) fn database(&self) -> Database {
        self.database.clone()
    }

    /// Closes the table once running calls have ended; the data folder is then free.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        let thread = self.thread.take();
        drop(self);
        let ended = tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await;
        if !matches!(ended, Ok(Some(Ok(())))) {
            tracing::error!("la table s’est mal arrêtée");
        }
    }
}

impl Drop for LocalTable {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A socket on the loopback; the connections it accepts inherit that small answers do not wait.
fn listen() -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    socket2::SockRef::from(&listener).set_tcp_nodelay(true)?;
    Ok(listener)
}

async fn serve(listener: std::net::TcpListener, database: Database, stop: CancellationToken) {
    tokio::spawn(stop.clone().run_until_cancelled_owned(sweep(database.clone())));
    let served = async {
        let listener = TcpListener::from_std(listener).map_err(|error| error.to_string())?;
        dynoxide::server::serve_with_shutdown(listener, database, stop.clone().cancelled_owned()).await
    };
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_CALLS).await;
    };
    let served = tokio::select! {
        served = served => served,
        () = late => Err("des appels n’ont pas fini à temps".to_owned()),
    };
    if let Err(error) = served {
        tracing::error!(error, "la table s’est mal arrêtée");
    }
}

/// Removes expired items now and then.
async fn sweep(database: Database) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let database = database.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "les éléments expirés restent");
        }
    }
}

fn open(file: &Path, definition: &TableDefinition) -> Result<Database, String> {
    let path = file.to_str().ok_or("son chemin n’est pas de l’UTF-8")?;
    let database = Database::new(path).map_err(|error| error.to_string())?;
    let known = database.get_table_metadata(&definition.name).map_err(|error| error.to_string())?;
    if known.is_none() {
        create(&database, definition).map_err(|error| error.to_string())?;
    }
    tend_stream(file).map_err(|error| error.to_string())?;
    Ok(database)
}

/// Each write looks for the highest number of the stream: without this index it reads the whole stream, which grows with
/// every write. And as on AWS the stream forgets after a day.
fn tend_stream(file: &Path) -> rusqlite::Result<()> {
    rusqlite::Connection::open(file)?.execute_batch(
        "CREATE INDEX IF NOT EXISTS preau_stream_numbers
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
         DELETE FROM _stream_records WHERE created_at < unixepoch() - 86400;",
    )
}

fn create(database: &Database, definition: &TableDefinition) -> Result<(), Box<dyn std::error::Error>> {
    let creation: CreateTableRequest = serde_json::from_value(definition.creation.clone())?;
    database.create_table(creation)?;
    if let Some(expiry) = definition.expiry.clone() {
        let expiry: UpdateTimeToLiveRequest = serde_json::from_value(expiry)?;
        database.update_time_to_live(expiry)?;
    }
    Ok(())
}
