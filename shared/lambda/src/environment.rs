//! The settings a function is given by the template, as names and values.

use std::collections::BTreeMap;

/// A setting that must be there is missing, or cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("setting {name}: {problem}")]
pub struct SettingError {
    /// The name of the environment variable.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The environment variables of one function; a value so that many functions can live in one process.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The environment of this process, as Lambda fills it.
    pub fn of_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// The value of a setting that must be there.
    pub fn required(&self, name: &str) -> Result<&str, SettingError> {
        self.optional(name).ok_or_else(|| SettingError { name: name.to_owned(), problem: "is missing".to_owned() })
    }

    /// The value of a setting that may be missing; an empty one counts as missing.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
