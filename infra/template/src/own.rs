//! What a function says of itself in YAML: limits, settings, and what wakes it beside requests.

use std::path::Path;

use serde::Deserialize;
use serde_yaml_ng::{Mapping, Value};

use crate::Fault;

/// `functions/<name>/function.yaml`; a function without one has nothing beyond what all have.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// Properties of the function, as written there.
    pub(crate) properties: String,
    /// Settings beyond those of all functions.
    pub(crate) settings: String,
    /// Events that are neither routes nor schedules nor of the table's stream.
    pub(crate) events: String,
    /// When the clock calls it.
    pub(crate) schedules: Vec<(String, Schedule)>,
    /// Which new items of the table it is called with: patterns of Lambda's event filter.
    pub(crate) streams: Vec<(String, String)>,
}

/// A call by the clock, in Paris's time.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Schedule {
    /// What for.
    pub(crate) why: String,
    /// The six fields of EventBridge's cron.
    pub(crate) at: String,
    /// The event, JSON.
    pub(crate) input: String,
}

impl Schedule {
    /// Whether the next one comes within minutes.
    pub(crate) fn is_frequent(&self) -> bool {
        self.at.split(' ').next().is_some_and(|minutes| minutes.contains('/'))
    }
}

/// The file's sections.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
struct Sections {
    #[serde(rename = "Properties")]
    _properties: Value,
    #[serde(rename = "Settings")]
    _settings: Value,
    #[serde(rename = "Events")]
    _events: Value,
    schedules: Mapping,
    streams: Mapping,
}

impl Own {
    pub(crate) fn read(project: &Path, function: &str) -> Result<Self, Fault> {
        let path = project.join("functions").join(function).join("function.yaml");
        if !path.is_file() {
            return Ok(Self::default());
        }
        let fault = |problem: String| Fault { function: function.to_owned(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        Self::parse(&text).map_err(|error| fault(error.to_string()))
    }

    fn parse(text: &str) -> Result<Self, serde_yaml_ng::Error> {
        let sections: Sections = serde_yaml_ng::from_str(text)?;
        Ok(Self {
            properties: section(text, "Properties"),
            settings: section(text, "Settings"),
            events: section(text, "Events"),
            schedules: entries(sections.schedules)?,
            streams: entries(sections.streams)?,
        })
    }

    /// Whether it is called by somebody who does not wait for the answer.
    pub(crate) fn is_called_asynchronously(&self) -> bool {
        !self.schedules.is_empty() || !self.events.is_empty()
    }
}

/// The lines below `name:`, comments and all.
fn section(text: &str, name: &str) -> String {
    let lines = text.lines().skip_while(|line| line.trim_end() != format!("{name}:")).skip(1);
    lines.take_while(|line| line.starts_with(' ') || line.is_empty()).map(|line| format!("{line}\n")).collect()
}

fn entries<T: for<'a> Deserialize<'a>>(section: Mapping) -> Result<Vec<(String, T)>, serde_yaml_ng::Error> {
    let entry = |(name, value)| Ok((serde_yaml_ng::from_value(name)?, serde_yaml_ng::from_value(value)?));
    section.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_lines_and_a_section_nobody_reads_is_refused() {
        let own = Own::parse("Properties:\n  Timeout: 5 # Why.\nSettings:\n  A: !Ref B\nSchedules:\n  Sweep:\n    Why: x\n    At: 3/5 * * * ? *\n    Input: '{}'\n").unwrap();
        assert_eq!(own.properties, "  Timeout: 5 # Why.\n");
        assert_eq!(own.settings, "  A: !Ref B\n");
        assert_eq!((own.events.as_str(), own.schedules[0].0.as_str()), ("", "Sweep"));
        assert!(own.schedules[0].1.is_frequent() && own.is_called_asynchronously());
        assert!(Own::parse("Propertys:\n  Timeout: 5\n").is_err());
        assert!(Own::parse("Schedules:\n  Sweep: { Why: x, When: y, Input: '{}' }\n").is_err());
    }
}
