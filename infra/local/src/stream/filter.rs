//! The filter patterns of an event source mapping: which records reach the function.

use serde_json::{Map, Value};

use crate::template::TemplateError;

/// A pattern: members that must all match, or rules one of which must.
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    Members(Vec<(String, Pattern)>),
    OneOf(Vec<Rule>),
}

#[derive(Debug, Clone)]
pub(crate) enum Rule {
    Equals(Value),
    Prefix(String),
    Suffix(String),
    Exists(bool),
    AnythingBut(Vec<Value>),
}

impl Pattern {
    /// Reads a pattern; an operator that we do not know is an error, never a guess.
    pub(crate) fn read(pattern: &Value) -> Result<Self, TemplateError> {
        match pattern {
            Value::Object(members) => {
                let members = members.iter().map(|(name, inner)| Ok((name.clone(), Self::read(inner)?)));
                Ok(Self::Members(members.collect::<Result<_, TemplateError>>()?))
            }
            Value::Array(rules) => Ok(Self::OneOf(rules.iter().map(Rule::read).collect::<Result<_, _>>()?)),
            other => Err(unknown(other)),
        }
    }

    /// Whether a record matches; `None` is a member that is not there.
    pub(crate) fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Members(members) => {
                members.iter().all(|(name, inner)| inner.matches(value.and_then(|value| value.get(name))))
            }
            Self::OneOf(rules) => rules.iter().any(|rule| rule.matches(value)),
        }
    }
}

impl Rule {
    fn read(rule: &Value) -> Result<Self, TemplateError> {
        let Value::Object(operator) = rule else {
            return Ok(Self::Equals(rule.clone()));
        };
        match single(operator) {
            Some(("prefix", Value::String(start))) => Ok(Self::Prefix(start.clone())),
            Some(("suffix", Value::String(end))) => Ok(Self::Suffix(end.clone())),
            Some(("exists", Value::Bool(wanted))) => Ok(Self::Exists(*wanted)),
            Some(("anything-but", Value::Array(values))) => Ok(Self::AnythingBut(values.clone())),
            Some(("anything-but", value)) if !value.is_object() => Ok(Self::AnythingBut(vec![value.clone()])),
            _ => Err(unknown(rule)),
        }
    }

    fn matches(&self, value: Option<&Value>) -> bool {
        let text = value.and_then(Value::as_str);
        match self {
            Self::Equals(expected) => value == Some(expected),
            Self::Prefix(start) => text.is_some_and(|text| text.starts_with(start)),
            Self::Suffix(end) => text.is_some_and(|text| text.ends_with(end)),
            Self::Exists(wanted) => value.is_some_and(|value| !value.is_object()) == *wanted,
            Self::AnythingBut(values) => value.is_some_and(|value| !values.contains(value)),
        }
    }
}

fn single(operator: &Map<String, Value>) -> Option<(&str, &Value)> {
    operator.iter().next().filter(|_| operator.len() == 1).map(|(name, argument)| (name.as_str(), argument))
}

fn unknown(pattern: &Value) -> TemplateError {
    TemplateError::at("FilterCriteria", format!("opérateur inconnu du programme local : {pattern}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_member_must_match_and_one_rule_of_each() {
        let pattern = json!({
            "eventName": ["INSERT", "MODIFY"],
            "dynamodb": {"NewImage": {"sk": {"S": [{"prefix": "OUTBOX#"}]}, "sent": {"BOOL": [{"exists": false}]}}},
        });
        let pattern = Pattern::read(&pattern).unwrap();
        let record = |name: &str, image: Value| json!({"eventName": name, "dynamodb": {"NewImage": image}});
        let matches = |record: Value| pattern.matches(Some(&record));
        assert!(matches(record("INSERT", json!({"sk": {"S": "OUTBOX#1"}}))));
        assert!(!matches(record("REMOVE", json!({"sk": {"S": "OUTBOX#1"}}))));
        assert!(!matches(record("INSERT", json!({"sk": {"S": "FAMILY#1"}}))));
        assert!(!matches(record("INSERT", json!({"sk": {"S": "OUTBOX#1"}, "sent": {"BOOL": true}}))));
        assert!(!matches(json!({"eventName": "INSERT", "dynamodb": {}})));
    }

    #[test]
    fn other_operators_are_refused_by_name() {
        let but = Pattern::read(&json!({"a": [{"anything-but": ["x"]}], "b": [{"suffix": "z"}]})).unwrap();
        assert!(but.matches(Some(&json!({"a": "y", "b": "yz"}))));
        assert!(!but.matches(Some(&json!({"a": "x", "b": "yz"}))));
        for wrong in [json!({"a": [{"cidr": "10.0.0.0/8"}]}), json!({"a": "x"})] {
            assert!(Pattern::read(&wrong).is_err(), "{wrong}");
        }
    }
}
