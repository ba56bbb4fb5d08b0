//! How the function asks the judge, and what it makes of a judge that broke.

use std::path::PathBuf;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use domain::document::Fault;
use lambda::Error;
use lambda::environment::Environment;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::verdict::Verdict;
use crate::content::Checked;

/// How long an answer may take, whatever the machine does beside: much longer than the judge may compute, so that only a
/// machine that gave it no time reaches this.
const PATIENCE: Duration = Duration::from_secs(45);

/// Where the judge is. It is asked about one file at a time: what it may take of memory, it takes once, and so do the
/// bytes it is asked about.
pub(crate) struct Judge {
    program: PathBuf,
    patience: Duration,
    turn: Semaphore,
}

impl Judge {
    /// Reads `JUDGE`: a program beside this one, by its name.
    pub(crate) fn of(environment: &Environment) -> Result<Self, Error> {
        let name = environment.required("JUDGE")?;
        let program = std::env::current_exe()?.with_file_name(name);
        Ok(Self { program, patience: PATIENCE, turn: Semaphore::new(1) })
    }

    /// Waits until nobody else asks. A file is read after that, so that those who wait hold nothing.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, Error> {
        Ok(Turn { judge: self, _only: self.turn.acquire().await? })
    }

    async fn look(&self, bytes: Vec<u8>) -> Result<Result<Checked, Fault>, Error> {
        let output = tokio::time::timeout(self.patience, self.answer(&bytes)).await;
        let output = output.map_err(|_| "the judge was given no time")??;
        if broken(output.status) {
            tracing::warn!(status = %output.status, "a file broke the judge");
            return Ok(Err(Fault::Damaged));
        }
        let read = output.status.success().then(|| Verdict::read(&output.stdout, bytes)).flatten();
        read.ok_or_else(|| format!("the judge gave no verdict: {}, {}", output.status, said(&output.stderr)).into())
    }

    async fn answer(&self, bytes: &[u8]) -> std::io::Result<Output> {
        let mut command = Command::new(&self.program);
        // It knows no key of AWS and no setting. The word tells a program that can do more what it is started for.
        command.arg("judge").env_clear().kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        let give = async move {
            if let Some(mut stdin) = stdin {
                // A judge that broke takes no more; how it ended says the rest.
                let _ = stdin.write_all(bytes).await;
            }
        };
        let ((), output) = tokio::join!(give, child.wait_with_output());
        output
    }
}

/// The right to ask about one file.
pub(crate) struct Turn<'a> {
    judge: &'a Judge,
    _only: SemaphorePermit<'a>,
}

impl Turn<'_> {
    /// What the judge says of a file. A file that breaks it is damaged; whatever else goes wrong is an error of ours, and no
    /// word about the file.
    pub(crate) async fn look(self, bytes: Vec<u8>) -> Result<Result<Checked, Fault>, Error> {
        self.judge.look(bytes).await
    }
}

/// Whether the file broke the judge: it crashed, was at its limits, or was killed for what it took.
#[cfg(unix)]
fn broken(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::Signal;
    // Those of `signal(7)` that say something of the process; being asked to end does not.
    const OF_THE_FILE: [Signal; 7] =
        [Signal::ILL, Signal::ABORT, Signal::BUS, Signal::FPE, Signal::KILL, Signal::SEGV, Signal::XCPU];
    let of_the_file = |signal| OF_THE_FILE.iter().any(|one| one.as_raw() == signal);
    status.signal().is_some_and(of_the_file) || status.code() == Some(PANIC)
}

#[cfg(not(unix))]
fn broken(status: ExitStatus) -> bool {
    status.code() == Some(PANIC)
}

/// What a Rust program ends with that panicked.
const PANIC: i32 = 101;

fn said(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr.get(..200).unwrap_or(stderr)).trim().to_owned()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A judge that is a script.
    fn judge(script: &str, patience: u64) -> (tempfile::TempDir, Judge) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("judge");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        (folder, Judge { program, patience: Duration::from_secs(patience), turn: Semaphore::new(1) })
    }

    async fn asked(script: &str) -> Result<Result<Checked, Fault>, Error> {
        let (_folder, judge) = judge(script, 20);
        judge.turn().await.unwrap().look(vec![0; 1_000_000]).await
    }

    #[tokio::test]
    async fn a_file_that_breaks_the_judge_is_damaged() {
        for end in ["kill -KILL $$", "kill -SEGV $$", "kill -ABRT $$", "kill -XCPU $$", "exit 101"] {
            assert_eq!(asked(end).await.unwrap(), Err(Fault::Damaged), "{end}");
        }
    }

    #[tokio::test]
    async fn an_error_of_ours_is_neither_a_yes_nor_the_files() {
        let scripts = [
            "exit 70",
            "exit 0",
            "kill -TERM $$",
            "echo yes",
            r#"cat >/dev/null; echo '{"same":{"media":"exe"}}'"#,
            r#"cat >/dev/null; echo '{"same":{"media":"pdf"}}'; exit 1"#,
        ];
        for script in scripts {
            assert!(asked(script).await.is_err(), "{script}");
        }
        let (folder, judge) = judge("", 20);
        std::fs::remove_file(folder.path().join("judge")).unwrap();
        assert!(judge.turn().await.unwrap().look(vec![1]).await.is_err(), "there is none");
    }

    #[tokio::test]
    async fn a_judge_that_is_given_no_time_is_killed_and_others_have_their_turn() {
        let (folder, judge) = judge("echo $$ > \"$(dirname \"$0\")/pid\"; exec sleep 600", 1);
        let error = judge.turn().await.unwrap().look(vec![1]).await.unwrap_err();
        assert!(error.to_string().contains("no time"), "{error}");
        let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
        let process = std::path::PathBuf::from(format!("/proc/{}/stat", pid.trim()));
        for _ in 0..400 {
            let state = std::fs::read_to_string(&process).unwrap_or_default();
            if state.is_empty() || state.contains(") Z") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let state = std::fs::read_to_string(&process).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z"), "{state}");
        assert_eq!(judge.turn.available_permits(), 1);
    }

    #[tokio::test]
    async fn the_judge_knows_no_setting_of_the_function() {
        let script = "[ -z \"$AWS_SECRET_ACCESS_KEY$HOME$CARGO\" ] && cat >/dev/null && echo '{\"fault\":\"heic\"}'";
        assert_eq!(asked(script).await.unwrap(), Err(Fault::Heic));
    }
}
