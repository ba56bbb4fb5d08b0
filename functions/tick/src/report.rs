//! What a call did, and what failed meanwhile: told at the end, so that one failure holds nothing else up.

use std::collections::BTreeMap;

use lambda::Error;
use serde_json::{Map, Value};

/// How many failures are named; the others are counted.
const NAMED: usize = 5;

/// What a call did.
#[derive(Debug, Default)]
pub(crate) struct Report {
    done: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Report {
    /// What became of a job, of an organisation where it is one's.
    pub(crate) fn job(&mut self, job: &'static str, of: &str, ended: Result<usize, Error>) {
        match ended {
            Ok(count) => *self.done.entry(job).or_default() += count,
            Err(error) => self.failed(job, of, &error.to_string()),
        }
    }

    /// One item failed; the others go on. `of` names an organisation or an item by its id, never a person.
    pub(crate) fn failed(&mut self, job: &str, of: &str, cause: &str) {
        tracing::error!(job, of, cause, "scheduled work failed");
        self.failures.push(format!("{job} {of}: {cause}"));
    }

    /// The counts of these jobs; an error that names what failed, which the alarm sees.
    pub(crate) fn ended(self, jobs: &[&'static str]) -> Result<Value, Error> {
        if self.failures.is_empty() {
            let count = |job: &&str| ((*job).to_owned(), Value::from(self.done.get(job).copied().unwrap_or_default()));
            return Ok(Value::Object(jobs.iter().map(count).collect::<Map<_, _>>()));
        }
        let named: Vec<&str> = self.failures.iter().take(NAMED).map(String::as_str).collect();
        Err(format!("{} failed: {}", self.failures.len(), named.join("; ")).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_of_jobs_that_did_nothing_too() {
        let mut report = Report::default();
        report.job("runs", "a", Ok(1));
        report.job("runs", "b", Ok(2));
        assert_eq!(report.ended(&["runs", "debts"]).unwrap(), serde_json::json!({ "runs": 3, "debts": 0 }));
    }

    #[test]
    fn what_failed_is_named_whatever_else_was_done() {
        let mut report = Report::default();
        report.job("runs", "first", Err("unreadable".into()));
        report.job("runs", "second", Ok(1));
        let error = report.ended(&["runs"]).unwrap_err().to_string();
        assert_eq!(error, "1 failed: runs first: unreadable");
    }
}
