//! The pages that exist only here: the sent mails, and the demo's accounts.

mod accounts;
mod layout;
mod mails;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

pub use accounts::DemoAccount;

use crate::mail_sink::Mailbox;

/// What the pages show.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The sent mails.
    pub(crate) mailbox: Mailbox,
    /// The demo's accounts.
    pub(crate) accounts: Vec<DemoAccount>,
}

type Pages = State<Arc<Shown>>;

/// The pages under `/_local`.
pub(crate) fn router(shown: Shown) -> Router {
    Router::new()
        .route("/_local/mails", get(mails::list))
        .route("/_local/mails.json", get(mails::json))
        .route("/_local/mails/{id}", get(mails::read))
        .route("/_local/mails/{id}/html", get(mails::html_part))
        .route("/_local/comptes", get(accounts::list))
        .route("/_local/style.css", get(async || ([(CONTENT_TYPE, "text/css")], layout::STYLE).into_response()))
        .layer(header("content-security-policy", layout::POLICY))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header(CACHE_CONTROL.as_str(), "no-store"))
        .with_state(Arc::new(shown))
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}
