//! The routes of the HTTP API, as the template gives them to the functions.

use std::collections::BTreeMap;

use axum::http::Method;
use matchit::Router;

use crate::functions::Invoker;
use crate::template::TemplateError;

/// Where a route leads.
pub(super) struct Target {
    /// The route's key, `GET /api/…/{family}`.
    pub(super) key: String,
    /// The function that answers.
    pub(super) invoker: Invoker,
}

/// Every route, by method.
#[derive(Default)]
pub(crate) struct Routes(BTreeMap<String, Router<Target>>);

impl Routes {
    /// Adds a route by its key.
    pub(crate) fn add(&mut self, key: &str, invoker: Invoker) -> Result<(), TemplateError> {
        let wrong = |problem: &str| TemplateError::at(key, problem);
        let (method, path) = key.split_once(' ').ok_or_else(|| wrong("route illisible"))?;
        // API Gateway writes `{proxy+}` for the rest of a path.
        let path = path.replace("{proxy+}", "{*proxy}");
        let target = Target { key: key.to_owned(), invoker };
        let inserted = self.0.entry(method.to_owned()).or_default().insert(path, target);
        inserted.map_err(|error| wrong(&error.to_string()))
    }

    /// The route of a request and the parameters of its path, as they were sent; `ANY` comes last.
    pub(super) fn find<'r>(&'r self, method: &Method, path: &'r str) -> Option<(&'r Target, Vec<(&'r str, &'r str)>)> {
        let found = [method.as_str(), "ANY"].into_iter().find_map(|method| self.0.get(method)?.at(path).ok())?;
        Some((found.value, found.params.iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lambda::Function;

    use super::*;

    #[test]
    fn a_request_meets_the_route_of_its_method_and_path() {
        let mut routes = Routes::default();
        let invoker = Invoker::for_test(Function::events(|event| async { Ok(event) }), Duration::ZERO);
        for key in ["GET /api/f/{family}", "GET /api/f/{family}/week", "PUT /api/f/{id}/days", "ANY /api/x/{proxy+}"] {
            routes.add(key, invoker.clone()).unwrap();
        }
        let found =
            |method, path| routes.find(&method, path).map(|(target, parameters)| (target.key.as_str(), parameters));
        assert_eq!(found(Method::GET, "/api/f/7%20a"), Some(("GET /api/f/{family}", vec![("family", "7%20a")])));
        assert_eq!(found(Method::PUT, "/api/f/7/days"), Some(("PUT /api/f/{id}/days", vec![("id", "7")])));
        assert_eq!(found(Method::POST, "/api/x/a/b"), Some(("ANY /api/x/{proxy+}", vec![("proxy", "a/b")])));
        for (method, path) in [(Method::POST, "/api/f/7"), (Method::GET, "/api/f/7/"), (Method::GET, "/api/f")] {
            assert_eq!(found(method, path), None);
        }
    }
}
