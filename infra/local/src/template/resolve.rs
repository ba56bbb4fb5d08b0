//! What `Ref`, `Sub`, `GetAtt`, `Join` and `If` mean on this machine.

use serde_json::{Map, Value};

use super::{Template, TemplateError};

/// The region everything local says it is in.
pub(crate) const REGION: &str = "eu-west-3";

const ACCOUNT: &str = "000000000000";

/// Properties that give a resource its physical name.
const NAMES: [&str; 6] = ["TableName", "FunctionName", "BucketName", "QueueName", "TopicName", "Name"];

impl Template {
    /// A value with every intrinsic function replaced; members without a value are left out.
    pub(super) fn resolve(&self, value: &Value) -> Result<Value, TemplateError> {
        match value {
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(members) => match single(members) {
                Some((name, argument)) if name == "Ref" || name.starts_with("Fn::") => self.call(name, argument),
                _ => self.resolve_members(members),
            },
            plain => Ok(plain.clone()),
        }
    }

    /// Some members of an object, resolved; what the others refer to need not be known here.
    pub(super) fn resolve_only(&self, object: &Value, names: &[&str]) -> Result<Value, TemplateError> {
        let members = names.iter().filter_map(|name| Some(((*name).to_owned(), object.get(name)?.clone())));
        self.resolve_members(&members.collect())
    }

    fn resolve_members(&self, members: &Map<String, Value>) -> Result<Value, TemplateError> {
        let mut resolved = Map::new();
        for (name, value) in members {
            let value = self.resolve(value)?;
            if !value.is_null() {
                resolved.insert(name.clone(), value);
            }
        }
        Ok(resolved.into())
    }

    fn call(&self, name: &str, argument: &Value) -> Result<Value, TemplateError> {
        match (name, argument) {
            ("Ref", Value::String(id)) => self.reference(id),
            ("Fn::GetAtt", Value::String(path)) => self.attribute(path),
            ("Fn::GetAtt", Value::Array(path)) => self.attribute(&self.strings(path)?.join(".")),
            ("Fn::Sub", Value::String(pattern)) => self.substitute(pattern, &Value::Null),
            ("Fn::Sub", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(pattern), values] => self.substitute(pattern, values),
                _ => Err(TemplateError::at("Fn::Sub", "forme inconnue")),
            },
            ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(between), Value::Array(items)] => Ok(self.strings(items)?.join(between).into()),
                _ => Err(TemplateError::at("Fn::Join", "forme inconnue")),
            },
            ("Fn::If", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(condition), yes, no] => self.resolve(if self.holds(condition)? { yes } else { no }),
                _ => Err(TemplateError::at("Fn::If", "forme inconnue")),
            },
            _ => Err(TemplateError::at(name, format!("inconnu du programme local : {argument}"))),
        }
    }

    fn reference(&self, id: &str) -> Result<Value, TemplateError> {
        let pseudo = match id {
            "AWS::Region" => REGION,
            "AWS::AccountId" => ACCOUNT,
            "AWS::Partition" => "aws",
            "AWS::StackName" => "preau",
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::NoValue" => return Ok(Value::Null),
            _ => return self.parameter_or_name(id),
        };
        Ok(pseudo.into())
    }

    fn parameter_or_name(&self, id: &str) -> Result<Value, TemplateError> {
        if let Some(value) = self.parameters.get(id) {
            return Ok(value.clone().into());
        }
        let parameter = &self.document["Parameters"][id];
        match (parameter.get("Default"), parameter.is_null()) {
            (Some(default), _) => Ok(default.clone()),
            (None, false) => Err(TemplateError::at(id, "ce paramètre n’a pas de valeur locale")),
            (None, true) => self.physical_name(id).map(Value::from),
        }
    }

    /// The name a resource would have: the one it is given, else its logical id, in small letters for a bucket.
    pub(super) fn physical_name(&self, id: &str) -> Result<String, TemplateError> {
        let resource = self.resource(id);
        if resource.is_null() {
            return Err(TemplateError::at(id, "ni paramètre ni ressource"));
        }
        let given = NAMES.iter().find_map(|name| resource["Properties"].get(name));
        let own = if resource["Type"] == "AWS::S3::Bucket" { id.to_lowercase() } else { id.to_owned() };
        given.map_or(Ok(own), |name| self.string(name))
    }

    fn attribute(&self, path: &str) -> Result<Value, TemplateError> {
        let unknown = || TemplateError::at(path, "attribut inconnu du programme local");
        let (id, attribute) = path.split_once('.').ok_or_else(unknown)?;
        let name = self.physical_name(id)?;
        let (service, resource) = match self.resource(id)["Type"].as_str() {
            Some("AWS::DynamoDB::Table") => ("dynamodb", format!("table/{name}")),
            Some("AWS::Serverless::Function") => ("lambda", format!("function:{name}")),
            Some("AWS::SQS::Queue") => ("sqs", name),
            Some("AWS::S3::Bucket") if attribute == "RegionalDomainName" => {
                return Ok(super::buckets::domain(&name).into());
            }
            Some("AWS::S3::Bucket") => ("s3", name),
            _ => return Err(unknown()),
        };
        let arn = format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}");
        match attribute {
            "Arn" => Ok(arn.into()),
            "StreamArn" => Ok(format!("{arn}/stream/local").into()),
            _ => Err(unknown()),
        }
    }

    fn substitute(&self, pattern: &str, values: &Value) -> Result<Value, TemplateError> {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(|| TemplateError::at(pattern, "accolade ouverte"))?;
            text.push_str(before);
            text.push_str(&match name.strip_prefix('!') {
                Some(literal) => format!("${{{literal}}}"),
                None => self.variable(name, values)?,
            });
            rest = after;
        }
        Ok((text + rest).into())
    }

    fn variable(&self, name: &str, values: &Value) -> Result<String, TemplateError> {
        match values.get(name) {
            Some(value) => self.string(value),
            None if name.contains('.') => as_text(&self.attribute(name)?),
            None => as_text(&self.reference(name)?),
        }
    }

    /// A resolved value as text.
    pub(super) fn string(&self, value: &Value) -> Result<String, TemplateError> {
        as_text(&self.resolve(value)?)
    }

    fn strings(&self, values: &[Value]) -> Result<Vec<String>, TemplateError> {
        values.iter().map(|value| self.string(value)).collect()
    }
}

fn single(members: &Map<String, Value>) -> Option<(&String, &Value)> {
    members.iter().next().filter(|_| members.len() == 1)
}

fn as_text(value: &Value) -> Result<String, TemplateError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        other => Err(TemplateError::at(other.to_string(), "un texte est attendu")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::template::fixture::template;

    #[test]
    fn references_and_substitutions_have_their_local_values() {
        let resolved = template().resolve(&json!({
            "table": {"Ref": "Table"},
            "from": {"Fn::Sub": "<${MailFrom}> ${!Literal} ${AWS::Region} ${Table.Arn}"},
            "joined": {"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]},
            "chosen": {"Fn::If": ["IsProduction", "yes", {"Ref": "AWS::NoValue"}]},
        }));
        let expected = json!({
            "table": "preau-local",
            "from": "<Préau <bonjour@exemple.fr>> ${Literal} eu-west-3 arn:aws:dynamodb:eu-west-3:000000000000:table/preau-local",
            "joined": "a-local",
        });
        assert_eq!(resolved.unwrap(), expected);
    }

    #[test]
    fn what_is_unknown_is_named() {
        let error = template().resolve(&json!({"Ref": "Nowhere"})).unwrap_err();
        assert_eq!(error.to_string(), "Nowhere : ni paramètre ni ressource.");
        assert!(template().resolve(&json!({"Fn::ImportValue": "x"})).is_err());
    }
}
