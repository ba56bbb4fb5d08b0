//! A function as the template deploys it: its package, settings, limits and events.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::events::{EventRule, Events, Schedule, StreamMapping};
use super::{Template, TemplateError};

/// One `AWS::Serverless::Function`.
#[derive(Debug, Clone)]
pub(crate) struct DeployedFunction {
    /// The crate that holds it.
    pub(crate) package: String,
    /// Its physical name.
    pub(crate) name: String,
    /// Its environment, as the template says it.
    pub(crate) environment: BTreeMap<String, String>,
    /// How long one call may take.
    pub(crate) timeout: Duration,
    /// In MB.
    pub(crate) memory: u64,
    /// The keys of its routes, `GET /api/…`.
    pub(crate) routes: Vec<String>,
    /// What it reads of the table's stream.
    pub(crate) streams: Vec<StreamMapping>,
    /// When it is called without anybody asking.
    pub(crate) schedules: Vec<Schedule>,
    /// Topics whose messages it is called with.
    pub(crate) topics: Vec<String>,
    /// Which events of the bus call it.
    pub(crate) rules: Vec<EventRule>,
}

impl Template {
    /// Every function; `given` settings replace what the template would compute for the same names.
    pub(crate) fn functions(&self, given: &BTreeMap<String, String>) -> Result<Vec<DeployedFunction>, TemplateError> {
        self.resources("AWS::Serverless::Function").map(|(id, resource)| self.function(id, resource, given)).collect()
    }

    fn function(
        &self,
        id: &str,
        resource: &Value,
        given: &BTreeMap<String, String>,
    ) -> Result<DeployedFunction, TemplateError> {
        let own = &resource["Properties"];
        let globals = &self.document["Globals"]["Function"];
        let number = |name: &str, default| own[name].as_u64().or(globals[name].as_u64()).unwrap_or(default);
        let Events { routes, streams, schedules, topics, rules } = self.events(id, &own["Events"])?;
        Ok(DeployedFunction {
            package: package(id, &own["CodeUri"])?,
            name: self.physical_name(id)?,
            environment: self.environment([globals, own], given)?,
            timeout: Duration::from_secs(number("Timeout", 3)),
            memory: number("MemorySize", 128),
            routes,
            streams,
            schedules,
            topics,
            rules,
        })
    }

    fn environment(
        &self,
        levels: [&Value; 2],
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, TemplateError> {
        let mut environment = BTreeMap::new();
        let variables = levels.map(|level| level["Environment"]["Variables"].as_object());
        for (name, value) in variables.into_iter().flatten().flatten() {
            let value = match given.get(name) {
                Some(value) => value.clone(),
                None => self.optional_string(value)?,
            };
            environment.insert(name.clone(), value);
        }
        Ok(environment)
    }

    fn optional_string(&self, value: &Value) -> Result<String, TemplateError> {
        if self.resolve(value)?.is_null() { Ok(String::new()) } else { self.string(value) }
    }
}

/// `target/lambda/<package>/`, where the zips are built.
fn package(id: &str, code: &Value) -> Result<String, TemplateError> {
    let path = code.as_str().unwrap_or_default().trim_end_matches('/');
    let package = path.rsplit('/').next().filter(|name| !name.is_empty());
    package.map(str::to_owned).ok_or_else(|| TemplateError::at(id, "CodeUri manque"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::fixture::function;

    #[test]
    fn a_function_has_the_settings_of_the_globals_and_its_own() {
        let mailer = function("mailer");
        let expected = [
            ("MAILS_PER_SECOND", "100"),
            ("MAIL_FROM", "Préau <bonjour@exemple.fr>"),
            ("MAIL_SENDERS", "4"),
            ("PUBLIC_ORIGIN", "http://localhost:1"),
            ("TABLE_NAME", "preau-local"),
            ("WORK_SECONDS", "40"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(mailer.environment, BTreeMap::from(expected));
        assert_eq!((mailer.timeout, mailer.memory), (Duration::from_secs(60), 256));
        assert_eq!((mailer.routes.len(), mailer.streams.len(), mailer.schedules.len()), (0, 1, 1));
    }
}
