//! What the local pages have in common.

use axum::response::Html;
use chrono::{DateTime, Utc};
use domain::day::{full_date, hour, in_paris};
use maud::{DOCTYPE, Markup, html};

/// Nothing but our style and the frame of a mail.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

pub(super) const STYLE: &str = "\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { display: flex; gap: 1.5rem; padding: 0; list-style: none; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8886; }
td { overflow-wrap: anywhere; }
code, pre { font: 1rem/1.5 ui-monospace, monospace; }
pre { white-space: pre-wrap; border: 1px solid #8886; padding: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.notice { border: 2px solid currentColor; padding: 1rem; }
.choices { display: flex; flex-wrap: wrap; gap: .8rem; }
button, select { font: inherit; min-height: 2.75rem; padding: .4rem 1rem; }
iframe { width: 100%; height: 40rem; border: 1px solid #8886; background: #fff; }
";

/// A page of the local program.
pub(crate) fn page(title: &str, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Préau en local" }
                link rel="stylesheet" href="/_local/style.css";
            }
            body {
                nav aria-label="Préau en local" {
                    ul {
                        li { a href="/" { "Le portail" } }
                        li { a href="/_local/mails" { "Méls envoyés" } }
                        li { a href="/_local/comptes" { "Comptes de démonstration" } }
                    }
                }
                main { h1 { (title) } (content) }
            }
        }
    };
    Html(page.into_string())
}

/// `lundi 25 mai 2015, 9 h 05`.
pub(super) fn said(instant: DateTime<Utc>) -> String {
    let paris = in_paris(instant);
    format!("{}, {}", full_date(paris.date_naive()), hour(paris.time()))
}
