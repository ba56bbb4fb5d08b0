//! The functions of the template, started here or as their real binaries, behind one way to call them.

mod binary;
mod desk;
mod in_process;
mod process;
mod runtime_api;

use std::collections::BTreeMap;
use std::sync::Arc;

use lambda::clock::Clock;
use serde_json::Value;
use tokio::sync::Notify;

use crate::background::Background;
use crate::error::StartError;
use crate::options::{HttpClients, Outsides};
use crate::template::DeployedFunction;

/// Why a call gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvokeError {
    /// It answered with an error, panicked or its process ended.
    #[error("la fonction a échoué : {0}")]
    Failed(String),
    /// It took longer than the template allows.
    #[error("la fonction a dépassé son temps")]
    TimedOut,
}

/// A function that can be called.
#[derive(Clone)]
pub(crate) struct Invoker {
    way: Way,
    ended: Arc<Notify>,
}

#[derive(Clone)]
enum Way {
    /// Called in this process.
    InProcess(Arc<in_process::InProcess>),
    /// Its binary, as Lambda runs it.
    Binary(binary::Binary),
}

impl Invoker {
    /// Calls the function with an event and gives back its answer.
    pub(crate) async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let answer = match &self.way {
            Way::InProcess(function) => function.invoke(event).await,
            Way::Binary(binary) => binary.invoke(event).await,
        };
        self.ended.notify_waiters();
        answer
    }
}

/// How the functions are started.
pub(crate) struct Launch<'a> {
    /// Where they read the time.
    pub(crate) clock: Clock,
    /// Whether their binaries run.
    pub(crate) lambda: bool,
    /// Replaces their HTTP clients.
    pub(crate) http_clients: Option<&'a HttpClients>,
    /// Replaces their way to who is not AWS.
    pub(crate) outsides: Option<&'a Outsides>,
    /// Where the binaries' watchers run.
    pub(crate) background: &'a Background,
    /// Who is told when a call of a function that answers no request has ended.
    pub(crate) ended: &'a Arc<Notify>,
}

impl Launch<'_> {
    /// Starts a function with its environment.
    pub(crate) async fn start(
        &self,
        function: &DeployedFunction,
        environment: BTreeMap<String, String>,
    ) -> Result<Invoker, StartError> {
        let ended = if function.routes.is_empty() { self.ended.clone() } else { Arc::default() };
        if self.lambda {
            let binary = binary::Binary::start(function, environment, self.clock, self.background)?;
            return Ok(Invoker { way: Way::Binary(binary), ended });
        }
        let http_client = self.http_clients.and_then(|client_of| client_of(&function.package));
        let outside = self.outsides.and_then(|outside_of| outside_of(&function.package));
        let environment = environment.into_iter().collect();
        let start = lambda::Start { environment, clock: self.clock, http_client, outside };
        let started = in_process::InProcess::start(function, start).await?;
        Ok(Invoker { way: Way::InProcess(Arc::new(started)), ended })
    }
}

#[cfg(test)]
impl Invoker {
    /// A function of a test.
    pub(crate) fn for_test(function: lambda::Function, timeout: std::time::Duration) -> Self {
        let way = Way::InProcess(Arc::new(in_process::InProcess::of(function, timeout)));
        Self { way, ended: Arc::default() }
    }
}
