//! What stands before the pages and the functions when deployed: CloudFront and the HTTP API.

mod answer;
mod api;
mod doors;
mod event;
mod guard;
mod headers;
mod routes;
mod static_site;

use axum::Router;

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
    Ok(pages.merge(api).merge(local))
}
