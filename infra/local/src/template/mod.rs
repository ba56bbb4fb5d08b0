//! `template.yaml`, the single truth about what is deployed, as the local program reads it.

mod buckets;
mod conditions;
mod events;
mod function;
mod headers;
mod long_form;
mod resolve;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

pub(crate) use buckets::domain;
pub(crate) use events::{EventRule, MailDestination, Schedule, StreamMapping};
pub(crate) use function::DeployedFunction;
pub(crate) use headers::PolicyHeader;
pub(crate) use resolve::REGION;
pub(crate) use table::TableDefinition;

/// Something in the template that cannot be served here.
#[derive(Debug, thiserror::Error)]
#[error("{place} : {problem}.")]
pub struct TemplateError {
    /// Where it stands.
    pub place: String,
    /// What is wrong, in French.
    pub problem: String,
}

impl TemplateError {
    pub(crate) fn at(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

/// The template with its tags in their long form, and the values its parameters have on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    document: Value,
    parameters: BTreeMap<String, String>,
}

impl Template {
    /// Reads the file.
    pub(crate) fn read(path: &Path, parameters: BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let unreadable = |error: &dyn std::fmt::Display| TemplateError::at("lecture", error.to_string());
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
        Self::parse(&text, parameters)
    }

    fn parse(text: &str, parameters: BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let yaml = serde_yaml_ng::from_str(text).map_err(|error| TemplateError::at("lecture", error.to_string()))?;
        Ok(Self { document: long_form::json(yaml)?, parameters })
    }

    /// The resources of a type, with their logical ids.
    fn resources(&self, kind: &str) -> impl Iterator<Item = (&String, &Value)> {
        let resources = self.document["Resources"].as_object().into_iter().flatten();
        resources.filter(move |(_, resource)| resource["Type"] == kind)
    }

    fn resource(&self, id: &str) -> &Value {
        &self.document["Resources"][id]
    }
}

#[cfg(test)]
pub(crate) mod fixture {
    //! A small template with every form the real one uses.

    use super::{DeployedFunction, Template};

    pub(crate) fn function(package: &str) -> DeployedFunction {
        let given = [("PUBLIC_ORIGIN", "http://localhost:1"), ("ORIGIN_SECRET_SHA256", "00")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let functions = template().functions(&given).unwrap();
        functions.into_iter().find(|function| function.package == package).unwrap()
    }

    pub(crate) fn template() -> Template {
        let parameters = [("MailFrom", "Préau <bonjour@exemple.fr>")];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Template::parse(include_str!("../../tests/fixture/template.yaml"), parameters).unwrap()
    }
}
