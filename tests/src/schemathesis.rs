//! [Schemathesis](https://pypi.org/project/schemathesis/) (MIT): requests made of `docs/openapi.yaml` by somebody else's
//! program, good ones and bad ones, and every reply held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::contract::{project, project_file};

/// Real ids by the names of parameters (`path.family`) and of members of bodies (`body.child`); under other names, what the
/// settings give to some operations alone.
pub type Ids = BTreeMap<&'static str, Vec<String>>;

/// The program, installed.
pub struct Schemathesis {
    program: PathBuf,
}

/// Who calls, and how much of it.
pub struct Caller<'a> {
    pub name: &'a str,
    /// The cookie of a session; none for somebody who has none.
    pub session: Option<String>,
    /// Other arguments: phases, the number of examples, operations.
    pub arguments: &'a [&'a str],
}

/// What came of it.
#[derive(Default)]
pub struct Found {
    /// One sentence for each kind of fault of each operation.
    pub faults: Vec<String>,
    /// What each operation answered.
    pub statuses: BTreeMap<String, BTreeSet<u64>>,
    pub requests: usize,
}

impl Found {
    /// Together with what another caller met.
    pub fn and(mut self, other: Self) -> Self {
        self.faults.extend(other.faults);
        for (operation, statuses) in other.statuses {
            self.statuses.entry(operation).or_default().extend(statuses);
        }
        self.requests += other.requests;
        self
    }
}

impl Schemathesis {
    /// Installs it where it is not.
    pub async fn installed() -> Self {
        let install = Command::new(project().join("infra/build/venv"))
            .args(["schemathesis-venv", "tests/schemathesis/requirements.txt"])
            .current_dir(project())
            .stderr(Stdio::inherit())
            .output()
            .await
            .unwrap();
        assert!(install.status.success(), "schemathesis could not be installed");
        let folder = String::from_utf8(install.stdout).unwrap();
        Self { program: Path::new(folder.trim()).join("bin/st") }
    }

    /// Lets it call a portal in somebody's place.
    pub async fn run(&self, origin: &str, ids: &Ids, caller: Caller<'_>) -> Found {
        let folder = TempDir::new().unwrap();
        let (settings, report) = (folder.path().join("schemathesis.toml"), folder.path().join("report.ndjson"));
        std::fs::write(&settings, written(ids, caller.session.as_deref())).unwrap();
        let run = Command::new(&self.program)
            .arg("--config-file")
            .arg(&settings)
            .args(["--no-color", "run"])
            .arg(project().join("docs/openapi.yaml"))
            .args(["--url", origin, "--checks", "all", "--report", "ndjson", "--report-ndjson-path"])
            .arg(&report)
            .args(["--output-sanitize", "false"])
            .args(caller.arguments)
            .current_dir(folder.path())
            .kill_on_drop(true)
            .output()
            .await
            .unwrap();
        let report = std::fs::read_to_string(&report).unwrap_or_default();
        let found = read(caller.name, &report);
        // 1 is its word for faults, which are told one by one.
        let heard = run.status.success() || (run.status.code() == Some(1) && !found.faults.is_empty());
        assert!(heard, "{}: {}{}", caller.name, text(&run.stdout), text(&run.stderr));
        found
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The settings of the project, with whom it is and what is there.
fn written(ids: &Ids, session: Option<&str>) -> String {
    let mut settings = project_file("tests/schemathesis/schemathesis.toml");
    if let Some(session) = session {
        settings += &format!("\n[auth.openapi.session]\napi_key = \"{session}\"\n");
    }
    for (name, values) in ids {
        settings += &format!("\n[dictionaries.\"{name}\"]\nvalues = {}\n", json!(values));
    }
    settings += "\n[parameters]\n";
    let everywhere = |name: &&&str| ["path.", "body.", "query."].iter().any(|place| name.starts_with(place));
    for name in ids.keys().filter(everywhere) {
        settings += &format!("\"{name}\" = {{ dictionary = \"{name}\", probability = 0.9 }}\n");
    }
    settings
}

/// Reads its report: a line for each event, of which those count that end an operation.
fn read(caller: &str, report: &str) -> Found {
    let mut found = Found::default();
    let mut known = BTreeSet::new();
    for line in report.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let recorder = &event["ScenarioFinished"]["recorder"];
        let operation = recorder["label"].as_str().unwrap_or_default();
        for exchange in recorder["interactions"].as_object().into_iter().flat_map(|all| all.values()) {
            let statuses = found.statuses.entry(operation.to_owned()).or_default();
            statuses.extend(exchange["response"]["status_code"].as_u64());
            found.requests += 1;
        }
        for (case, checks) in recorder["checks"].as_object().into_iter().flatten() {
            for check in checks.as_array().unwrap().iter().filter(|check| check["status"] == "failure") {
                if known.insert((operation.to_owned(), check["name"].to_string())) {
                    found.faults.push(told(caller, operation, check, recorder, case));
                }
            }
        }
    }
    found
}

fn told(caller: &str, operation: &str, check: &Value, recorder: &Value, case: &str) -> String {
    let (sent, answer) = (&recorder["cases"][case]["value"], &recorder["interactions"][case]["response"]);
    let content = answer["content"]["$base64"].as_str().or(answer["content"].as_str()).unwrap_or_default();
    let content = STANDARD.decode(content).map_or_else(|_| content.to_owned(), |bytes| text(&bytes));
    let said = &check["failure_info"]["failure"];
    let asked = json!([sent["path_parameters"], sent["query"], sent["body"]]);
    format!(
        "{caller}, {operation}, {}: {} {asked} -> {} {content}",
        check["name"], said["message"], answer["status_code"]
    )
}
