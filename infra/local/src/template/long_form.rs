//! YAML with CloudFormation's short tags (`!Ref x`) as JSON with their long form (`{"Ref": "x"}`).

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

use super::TemplateError;

pub(super) fn json(yaml: Yaml) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            Map::from_iter([(long_name(name.trim_start_matches('!')), json(tagged.value)?)]).into()
        }
        Yaml::Mapping(members) => {
            let members = members.into_iter().map(|(name, value)| Ok((text(name)?, json(value)?)));
            Value::Object(members.collect::<Result<_, TemplateError>>()?)
        }
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(json).collect::<Result<_, _>>()?),
        plain => serde_json::to_value(plain).map_err(|error| TemplateError::at("lecture", error.to_string()))?,
    })
}

/// `Ref` and `Condition` stand alone, every other tag is a function.
fn long_name(tag: &str) -> String {
    match tag {
        "Ref" | "Condition" => tag.to_owned(),
        function => format!("Fn::{function}"),
    }
}

/// A member's name; YAML takes some for numbers or booleans.
fn text(name: Yaml) -> Result<String, TemplateError> {
    match json(name)? {
        Value::String(name) => Ok(name),
        Value::Null => Err(TemplateError::at("lecture", "un nom vide")),
        other => Ok(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn short_tags_take_their_long_form_at_any_depth() {
        let yaml =
            serde_yaml_ng::from_str("a: [!Ref B, !GetAtt C.D]\ne: !If [F, !Sub 'g-${H}', !Ref AWS::NoValue]").unwrap();
        let expected = json!({
            "a": [{"Ref": "B"}, {"Fn::GetAtt": "C.D"}],
            "e": {"Fn::If": ["F", {"Fn::Sub": "g-${H}"}, {"Ref": "AWS::NoValue"}]},
        });
        assert_eq!(super::json(yaml).unwrap(), expected);
    }
}
