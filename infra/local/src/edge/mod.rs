//! What stands before the pages and the functions when deployed: CloudFront and the HTTP API.

mod answer;
mod api;
mod doors;
mod event;
mod headers;
mod routes;
mod static_site;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};

use preau_site::Site;

pub(crate) use api::Api;
pub(crate) use doors::Doors;
pub(crate) use routes::Routes;

use crate::template::{Template, TemplateError};

/// Everything on the one port.
pub(crate) fn router(
    template: &Template,
    site: Site,
    api: Api,
    local: Router,
    storage: &str,
) -> Result<Router, TemplateError> {
    let policy =
        |pattern| Ok(headers::with_storage(template.response_headers(pattern)?, &template.buckets()?, storage));
    let api = headers::apply(api.router(), policy(Some("/api/*"))?);
    let pages = headers::apply(static_site::router(site), policy(None)?);
    Ok(pages.merge(api).merge(local).layer(from_fn(only_this_machine)))
}

/// A page of elsewhere whose name leads here must not read what is here.
async fn only_this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    match name {
        "localhost" | "127.0.0.1" | "[::1]" => next.run(request).await,
        _ => (StatusCode::MISDIRECTED_REQUEST, "Ce portail ne répond qu’à http://localhost.\n").into_response(),
    }
}
