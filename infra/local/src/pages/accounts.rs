//! The demo's accounts, with the code an agent's telephone would show now.

use axum::extract::State;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use secret::totp_code;

use super::Pages;
use super::layout::page;

/// An account of the demo, whose password everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// What one signs in with.
    pub identifiant: String,
    /// The password.
    pub password: String,
    /// Who it is: `Chantal DEVRET, parent`.
    pub who: String,
    /// The secret of the second factor in base 32, for agents.
    pub totp_secret: Option<String>,
}

impl DemoAccount {
    /// The code of the second factor at a time, for agents.
    pub fn code(&self, wall: DateTime<Utc>) -> Option<String> {
        totp_code(self.totp_secret.as_ref()?, wall)
    }
}

const STEP: i64 = 30;

pub(super) async fn list(State(shown): Pages) -> Response {
    let now = Utc::now();
    let left = STEP - now.timestamp().rem_euclid(STEP);
    let content = html! {
        @if shown.accounts.is_empty() { p { "Le portail a démarré sans démonstration." } }
        @else {
            table {
                caption { "Les codes des agents valent encore " (left) " s ; la page se renouvelle seule." }
                thead {
                    tr {
                        th scope="col" { "Qui" } th scope="col" { "Identifiant" }
                        th scope="col" { "Mot de passe" } th scope="col" { "Code" }
                    }
                }
                tbody { @for account in &shown.accounts { (row(account, now)) } }
            }
        }
    };
    let page = page("Comptes de démonstration", &content);
    match shown.accounts.iter().any(|account| account.totp_secret.is_some()) {
        true => ([(REFRESH, left.to_string())], page).into_response(),
        false => page.into_response(),
    }
}

fn row(account: &DemoAccount, now: DateTime<Utc>) -> Markup {
    html! {
        tr {
            td { (account.who) }
            td { code { (account.identifiant) } }
            td { code { (account.password) } }
            td { @if let Some(code) = account.code(now) { code { (code) } } }
        }
    }
}
