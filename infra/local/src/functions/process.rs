//! One process of a function's binary, started again whenever it ends.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::InvokeError;
use super::desk::{Desk, Queue};
use super::runtime_api::{Door, router};
use crate::error::StartError;
use crate::loopback;

/// A binary that cannot start is not tried again at once.
const PAUSE: Duration = Duration::from_millis(500);

/// What a process is started with.
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) program: PathBuf,
    pub(super) settings: BTreeMap<String, String>,
    pub(super) queue: Queue,
    pub(super) timeout: Duration,
}

impl Environment {
    /// Runs process after process until the end of the portal.
    pub(super) async fn keep_running(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let outcome = self.run(&stop).await;
            if stop.is_cancelled() {
                return;
            }
            match outcome {
                Ok(reason) => tracing::error!(function = self.name, %reason, "processus relancé"),
                Err(error) => tracing::error!(function = self.name, %error, "processus impossible à lancer"),
            }
            stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
        }
    }

    /// Runs one process to its end; says why it ended.
    async fn run(&self, stop: &CancellationToken) -> io::Result<InvokeError> {
        let (listener, address) = loopback::listen().await?;
        let desk = Desk::new(self.queue.clone(), self.timeout);
        let door = Door { name: self.name.clone(), desk: desk.clone(), timeout: self.timeout };
        tokio::spawn(loopback::serve(listener, router(door), desk.closed.clone()));
        let mut child = self.spawn(&address.to_string()).inspect_err(|_| desk.closed.cancel())?;
        let reason = tokio::select! {
            status = child.wait() => ended(status),
            () = desk.overdue.notified() => InvokeError::TimedOut,
            () = stop.cancelled() => InvokeError::Failed("le portail s’arrête".to_owned()),
        };
        desk.close(reason.clone());
        // It may have ended already.
        let _ = child.kill().await;
        Ok(reason)
    }

    fn spawn(&self, runtime_api: &str) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.env_clear().envs(&self.settings).env("AWS_LAMBDA_RUNTIME_API", runtime_api);
        // Ctrl-C reaches a whole group: the processes must outlive the requests that are under way.
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true).spawn()
    }
}

fn ended(status: io::Result<ExitStatus>) -> InvokeError {
    let said = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    InvokeError::Failed(format!("son processus s’est arrêté, {said}"))
}

/// The function's binary, built with this program: beside it, or one folder up when a test runs.
pub(super) fn beside_this_program(package: &str) -> Result<PathBuf, StartError> {
    let program = std::env::current_exe()?;
    let folders = program.ancestors().skip(1).take(2).map(Path::to_owned);
    let mut found = folders.map(|folder| folder.join(package)).filter(|path| path.is_file());
    found.next().ok_or_else(|| StartError::BinaryMissing(package.to_owned()))
}
