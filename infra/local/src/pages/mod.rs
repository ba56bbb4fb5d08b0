//! The pages that exist only here: the sent mails, and the demo's accounts.

mod accounts;
pub(crate) mod layout;
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    const MAIL: &str = "From: a@b.fr\r\nTo: <script>@x.fr\r\nSubject: <script>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nVoir http://localhost:3000/a.html <script>\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<p>Voir <a href=\"http://localhost:3000/a.html\">ici</a></p>\r\n--x--\r\n";

    async fn get(path: &str) -> (StatusCode, String, String) {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::write(folder.path().join("m1.eml"), MAIL).unwrap();
        let shown = Shown { mailbox: Mailbox::new(folder.path().to_owned()), accounts: Vec::new() };
        let answer = router(shown).oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 100_000).await.unwrap();
        (status, policy, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_mail_is_listed_and_read_and_can_do_nothing() {
        for path in ["/_local/mails", "/_local/mails/m1"] {
            let (status, policy, page) = get(path).await;
            assert_eq!(status, StatusCode::OK);
            assert!(policy.starts_with("default-src 'none'"));
            assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        }
        let (_, policy, page) = get("/_local/mails/m1/html").await;
        assert!(policy.starts_with("sandbox ") && page.contains("<base target=\"_blank\"><p>Voir <a href="));
        let (_, _, json) = get("/_local/mails.json").await;
        assert!(json.starts_with("[{\"id\":\"m1\",\"to\":"), "{json}");
    }

    #[tokio::test]
    async fn what_is_no_mail_is_not_found() {
        for path in ["/_local/mails/m2", "/_local/mails/..%2F..%2Fformat", "/_local/mails/m2/html"] {
            assert_eq!(get(path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
