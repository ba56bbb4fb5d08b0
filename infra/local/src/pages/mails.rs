//! The sent mails: a list, each of them, and all of them for tests.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use linkify::{LinkFinder, LinkKind};
use maud::{Markup, html};

use super::Pages;
use super::layout::{page, said};
use crate::mail_sink::{Mail, Mailbox};

/// A mail may bring styles and nothing else; its links open in a window of their own.
const MAIL_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
     style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

pub(super) async fn list(State(shown): Pages) -> Response {
    let Some(mails) = all(shown.mailbox.clone()).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let content = html! {
        @if mails.is_empty() { p { "Aucun mél n’a encore été envoyé." } }
        @else {
            table {
                caption { "Les plus récents d’abord" }
                thead { tr { th scope="col" { "Envoyé" } th scope="col" { "À" } th scope="col" { "Objet" } } }
                tbody { @for mail in &mails { (row(mail)) } }
            }
        }
    };
    page("Méls envoyés", &content).into_response()
}

fn row(mail: &Mail) -> Markup {
    html! {
        tr {
            td { (said(mail.at)) }
            td { (mail.to) }
            td { a href={ "/_local/mails/" (mail.id) } { (subject(mail)) } }
        }
    }
}

pub(super) async fn json(State(shown): Pages) -> Response {
    let mails = all(shown.mailbox.clone()).await.map(Json);
    mails.ok_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

pub(super) async fn read(State(shown): Pages, Path(id): Path<String>) -> Response {
    let Some(mail) = shown.mailbox.get(&id) else {
        return not_found();
    };
    let content = html! {
        p { "Envoyé " (said(mail.at)) " à " (mail.to) }
        h2 { "Texte" }
        pre { (with_links(&mail.text)) }
        @if mail.html.is_some() {
            h2 { "HTML" }
            iframe title="La partie HTML du mél" sandbox="allow-popups allow-popups-to-escape-sandbox"
                src={ "/_local/mails/" (mail.id) "/html" } {}
        }
    };
    page(subject(&mail), &content).into_response()
}

/// The HTML part as it was sent, shut in by its own policy.
pub(super) async fn html_part(State(shown): Pages, Path(id): Path<String>) -> Response {
    match shown.mailbox.get(&id).and_then(|mail| mail.html) {
        Some(html) => {
            let html = Html(format!("<!doctype html><base target=\"_blank\">{html}"));
            ([(CONTENT_SECURITY_POLICY, MAIL_POLICY)], html).into_response()
        }
        None => not_found(),
    }
}

async fn all(mailbox: Mailbox) -> Option<Vec<Mail>> {
    tokio::task::spawn_blocking(move || mailbox.list()).await.ok()?.ok()
}

fn subject(mail: &Mail) -> &str {
    if mail.subject.is_empty() { "(sans objet)" } else { &mail.subject }
}

fn not_found() -> Response {
    let content = html! { p { "Ce mél n’existe pas." } };
    (StatusCode::NOT_FOUND, page("Introuvable", &content)).into_response()
}

fn with_links(text: &str) -> Markup {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    html! {
        @for span in finder.spans(text) {
            @match span.kind() {
                Some(_) => { a href=(span.as_str()) rel="noreferrer" { (span.as_str()) } }
                None => (span.as_str()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_can_be_clicked_and_nothing_else_gets_through() {
        let shown = with_links("<b> http://localhost:3000/a.html#j=1&k. javascript:x()").into_string();
        let link = "http://localhost:3000/a.html#j=1&amp;k";
        let expected = format!("&lt;b&gt; <a href=\"{link}\" rel=\"noreferrer\">{link}</a>. javascript:x()");
        assert_eq!(shown, expected);
    }
}
