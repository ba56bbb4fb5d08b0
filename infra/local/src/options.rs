//! What a portal is started with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use chrono::{DateTime, Utc};

/// Gives each function, by its package name, the HTTP client its AWS calls go through.
pub type HttpClients = Arc<dyn Fn(&str) -> Option<SharedHttpClient> + Send + Sync>;

/// Gives each function, by its package name, its way to who is not AWS.
pub type Outsides = Arc<dyn Fn(&str) -> Option<SharedHttpConnector> + Send + Sync>;

/// How a portal is started; the default is an empty one on a free port, in a folder that goes when it ends.
#[derive(Clone, Default)]
pub struct Options {
    /// The port of the pages and the API; 0 takes a free one.
    pub port: u16,
    /// Where its data is kept; nothing means a folder that is removed at the end.
    pub data: Option<PathBuf>,
    /// Whether the demo is loaded.
    pub demo: bool,
    /// Folders of organisations to load.
    pub imports: Vec<PathBuf>,
    /// Where the business clock starts; nothing means real time.
    pub now: Option<DateTime<Utc>>,
    /// Whether the function binaries run as in Lambda, instead of the functions being called in this process.
    pub lambda: bool,
    /// Settings of the functions in place of the template's, by name.
    pub settings: BTreeMap<String, String>,
    /// Replaces the HTTP client of functions that run in this process.
    pub http_clients: Option<HttpClients>,
    /// How the table's stream is handed to the functions.
    pub stream: Delivering,
    /// Whether the schedules rest, so that only who calls a function by hand moves things on.
    pub unscheduled: bool,
    /// Replaces their way to who is not AWS.
    pub outsides: Option<Outsides>,
    /// The folder that holds `template.yaml` and `static-site`; nothing means the working folder, else the sources'.
    pub project: Option<PathBuf>,
}

/// How the table's stream is handed to the functions.
#[derive(Debug, Clone, Copy)]
pub struct Delivering {
    /// How often the stream is looked at.
    pub glance: Duration,
    /// The pause before a batch that failed is tried again; it doubles.
    pub first_pause: Duration,
    /// How often each batch is handed over.
    pub copies: Copies,
}

/// Lambda promises to deliver at least once: a test asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// Once.
    One,
    /// Once more after it succeeded.
    TwoInTurn,
    /// Two calls at the same time.
    TwoAtOnce,
}

impl Default for Delivering {
    fn default() -> Self {
        // A mail leaves before the person has changed windows.
        Self { glance: Duration::from_millis(100), first_pause: Duration::from_millis(200), copies: Copies::One }
    }
}
