//! The demo's accounts, with the code an agent's telephone would show now.

use axum::extract::State;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use maud::{Markup, html};
use totp_rs::{Builder, Secret, Totp};

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
    /// The code of the second factor at a time, in seconds since 1970.
    pub fn code(&self, time: u64) -> Option<String> {
        Some(self.totp()?.generate(time).to_string())
    }

    fn totp(&self) -> Option<Totp> {
        let secret = Secret::try_from_base32(self.totp_secret.as_ref()?).ok()?;
        Builder::new().with_secret(secret).build().ok()
    }
}

const STEP: u64 = 30;

pub(super) async fn list(State(shown): Pages) -> Response {
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or_default();
    let left = STEP - now % STEP;
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

fn row(account: &DemoAccount, now: u64) -> Markup {
    html! {
        tr {
            td { (account.who) }
            td { code { (account.identifiant) } }
            td { code { (account.password) } }
            td { @if let Some(code) = account.code(now) { code { (code) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        let account = |totp_secret| DemoAccount {
            identifiant: "a".to_owned(),
            password: "b".to_owned(),
            who: "c".to_owned(),
            totp_secret,
        };
        assert_eq!(account(secret).code(1_111_111_109).as_deref(), Some("081804"));
        assert_eq!(account(None).code(59), None);
    }
}
