//! Adds the headers of a response headers policy to every answer of a router.

use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::map_response;
use axum::response::Response;

use crate::template::{PolicyHeader, TemplateError, domain};

type Header = (HeaderName, HeaderValue, bool);

/// The policy with the buckets where they are on this machine.
pub(super) fn with_storage(policy: Vec<PolicyHeader>, buckets: &[String], storage: &str) -> Vec<PolicyHeader> {
    let local = |text: String, bucket: &String| text.replace(&format!("https://{}", domain(bucket)), storage);
    let here = |header: PolicyHeader| PolicyHeader { value: buckets.iter().fold(header.value, local), ..header };
    policy.into_iter().map(here).collect()
}

/// The router with the policy's headers; one that HTTP does not allow is left out and said.
pub(super) fn apply(router: Router, policy: Vec<PolicyHeader>) -> Router {
    let headers: Vec<Header> = policy.into_iter().filter_map(|header| read(&header).inspect_err(say).ok()).collect();
    router.layer(map_response(move |mut response: Response| {
        add(&headers, &mut response);
        std::future::ready(response)
    }))
}

fn add(headers: &[Header], response: &mut Response) {
    for (name, value, replaces) in headers {
        if *replaces || !response.headers().contains_key(name) {
            response.headers_mut().insert(name.clone(), value.clone());
        }
    }
}

fn read(header: &PolicyHeader) -> Result<Header, TemplateError> {
    let wrong = || TemplateError::at(&header.name, "en-tête impossible");
    let name = HeaderName::try_from(&header.name).map_err(|_| wrong())?;
    let value = HeaderValue::try_from(&header.value).map_err(|_| wrong())?;
    Ok((name, value, header.replaces))
}

fn say(error: &TemplateError) {
    tracing::error!(%error);
}
