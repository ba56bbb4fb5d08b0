//! The template's conditions, as they stand with the local values of its parameters.

use serde_json::Value;

use super::{Template, TemplateError};

impl Template {
    /// Whether a named condition holds.
    pub(super) fn holds(&self, name: &str) -> Result<bool, TemplateError> {
        self.judge(name, &self.document["Conditions"][name])
    }

    fn judge(&self, name: &str, condition: &Value) -> Result<bool, TemplateError> {
        let all = |parts: &[Value]| parts.iter().map(|part| self.judge(name, part)).collect::<Result<Vec<_>, _>>();
        let unknown = || TemplateError::at(name, "condition inconnue du programme local");
        let (function, argument) =
            condition.as_object().and_then(|members| members.iter().next()).ok_or_else(unknown)?;
        match (function.as_str(), argument) {
            ("Condition", Value::String(other)) => self.holds(other),
            ("Fn::Equals", Value::Array(parts)) => match parts.as_slice() {
                [left, right] => Ok(self.string(left)? == self.string(right)?),
                _ => Err(unknown()),
            },
            ("Fn::Not", Value::Array(parts)) => Ok(!all(parts)?.contains(&true)),
            ("Fn::And", Value::Array(parts)) => Ok(!all(parts)?.contains(&false)),
            ("Fn::Or", Value::Array(parts)) => Ok(all(parts)?.contains(&true)),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::template::fixture::template;

    #[test]
    fn conditions_follow_the_parameters() {
        assert!(!template().holds("IsProduction").unwrap());
        assert!(template().holds("IsElsewhere").unwrap());
        assert!(template().holds("Missing").is_err());
    }
}
