//! `docs/openapi.yaml` as a judge: every answer of every test is held against it, and every request that was taken.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

/// The folder of the project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of the project, as text.
pub fn project_file(path: &str) -> String {
    let path = project().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// The described operations, with a validator for each answer.
pub struct Contract {
    pub document: Value,
    answers: HashMap<(String, String, String), Option<Judged>>,
    /// What an operation takes as JSON; none where it takes none.
    requests: HashMap<(String, String), Option<Judged>>,
}

/// A schema, and what judges by it once somebody asks: to build all of them takes seconds and half a gigabyte.
struct Judged {
    schema: Value,
    validator: OnceLock<Validator>,
}

impl Judged {
    fn of(schema: &Value) -> Self {
        Self { schema: schema.clone(), validator: OnceLock::new() }
    }

    /// What is wrong with a value.
    fn faults(&self, document: &Value, value: &Value) -> Vec<String> {
        let validator = self.validator.get_or_init(|| {
            let whole = json!({ "allOf": [self.schema], "components": named_by(document, &self.schema) });
            jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
        });
        validator.iter_errors(value).map(|error| error.to_string()).collect()
    }
}

/// The components that a schema leads to, however far.
fn named_by(document: &Value, schema: &Value) -> Value {
    let (mut found, mut ahead) = (BTreeSet::new(), vec![schema]);
    while let Some(value) = ahead.pop() {
        match value {
            Value::Array(items) => ahead.extend(items),
            Value::Object(members) => {
                ahead.extend(members.values());
                let pointer =
                    members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/components/"));
                let name = pointer.map(|pointer| pointer.split('/').take(2).collect::<Vec<_>>().join("/"));
                if let Some(name) = name.filter(|name| found.insert(name.clone())) {
                    ahead.extend(document.pointer(&format!("/components/{name}")));
                }
            }
            _ => {}
        }
    }
    let mut components = json!({});
    for name in found {
        let (section, name) = name.split_once('/').unwrap();
        components[section][name] = document["components"][section][name].clone();
    }
    components
}

impl Contract {
    fn read() -> Self {
        let document: Value = serde_yaml_ng::from_str(&project_file("docs/openapi.yaml")).unwrap();
        let (mut answers, mut requests) = (HashMap::new(), HashMap::new());
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let taken = schema.is_object().then(|| Judged::of(schema));
                requests.insert((method.to_uppercase(), path.clone()), taken);
                for (status, answer) in operation["responses"].as_object().unwrap() {
                    let judged = Self::judged(&document, answer);
                    answers.insert((method.to_uppercase(), path.clone(), status.clone()), judged);
                }
            }
        }
        Self { document, answers, requests }
    }

    fn judged(document: &Value, answer: &Value) -> Option<Judged> {
        let answer = match answer["$ref"].as_str() {
            Some(pointer) => document.pointer(pointer.trim_start_matches('#')).unwrap(),
            None => answer,
        };
        let content = answer["content"].as_object()?;
        Some(Judged::of(&content.values().next().unwrap()["schema"]))
    }

    /// The keys of all operations: `PUT /api/…/{family}/days`.
    pub fn routes(&self) -> Vec<String> {
        let mut routes: Vec<String> = self.answers.keys().map(|(method, path, _)| format!("{method} {path}")).collect();
        routes.sort();
        routes.dedup();
        routes
    }

    /// Whether an operation needs a session.
    pub fn is_public(&self, route: &str) -> bool {
        let (method, path) = route.split_once(' ').unwrap();
        self.document["paths"][path][method.to_lowercase()]["security"].as_array().is_some_and(Vec::is_empty)
    }

    /// Whether an operation takes JSON.
    pub fn takes_a_body(&self, route: &str) -> bool {
        let (method, path) = route.split_once(' ').unwrap();
        self.requests[&(method.to_owned(), path.to_owned())].is_some()
    }

    /// The key of the operation a call is: `PUT /api/…/{family}/days`.
    pub fn route(&self, method: &str, path: &str) -> Option<String> {
        self.described(method, path).map(|template| format!("{method} {template}"))
    }

    /// Panics when a request was taken that is not described. One that is refused may be anything.
    pub fn check_request(&self, method: &str, path: &str, body: Option<&str>, status: u16) {
        // Pages are no operations.
        if !(200..300).contains(&status) || !path.starts_with("/api/") {
            return;
        }
        let Some(described) = self.described(method, path) else {
            panic!("{method} {path} is not described");
        };
        match (&self.requests[&(method.to_owned(), described.clone())], body) {
            // Nobody reads it.
            (None, _) => {}
            (Some(_), None) => panic!("{method} {described} was taken without its body"),
            (Some(judged), Some(body)) => {
                let faults = judged.faults(&self.document, &serde_json::from_str(body).unwrap());
                assert!(faults.is_empty(), "{method} {described} takes what is not described: {faults:?}\n{body}");
            }
        }
    }

    /// Panics when an answer is not as described.
    pub fn check(&self, method: &str, path: &str, status: u16, body: &str) {
        if status == 404 && path.contains('%') && body == r#"{"message":"Not Found"}"# {
            return; // The gateway's own word for a path it cannot route.
        }
        let Some(described) = self.described(method, path) else {
            panic!("{method} {path} is not described");
        };
        let key = |status: &str| (method.to_owned(), described.clone(), status.to_owned());
        let judged = self.answers.get(&key(&status.to_string())).or_else(|| {
            assert!(status >= 400, "{method} {described} answered {status}, which is not described");
            self.answers.get(&key("default"))
        });
        match judged.unwrap() {
            None => assert!(body.is_empty(), "{method} {described} {status} should have no body: {body}"),
            Some(judged) => {
                let value: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{method} {path}: {body}"));
                let faults = judged.faults(&self.document, &value);
                assert!(faults.is_empty(), "{method} {described} {status}: {faults:?}\n{body}");
            }
        }
    }

    /// The template of a path: `/api/organisations/jumex/families` is `/api/organisations/{organisation}/families`.
    fn described(&self, method: &str, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('?').next()?.split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.split('/').collect();
            wanted.len() == parts.len()
                && wanted.iter().zip(&parts).all(|(want, part)| want.starts_with('{') || want == part)
        };
        self.answers.keys().find(|(known, template, _)| known == method && fits(template)).map(|key| key.1.clone())
    }
}
