//! The page a family pays on: neutral, and plain about what it is. It asks for no card, and no money moves.

use std::sync::Arc;
use std::time::Duration;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use domain::money::euros;
use maud::{Markup, html};
use serde::Deserialize;

use super::Till;
use super::operation::{Dialect, Operation, Outcome};
use crate::pages::layout::page;

/// As the other local pages, but that a choice may be sent, and leads back to the portal.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
     form-action 'self' http://localhost:*";

/// How long after the family's return a late notification comes.
const LATE: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
pub(super) struct Asked {
    idop: String,
}

/// When the portal is told.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Notice {
    Before,
    After,
    Never,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    outcome: Outcome,
    notice: Notice,
}

/// `…/paiementws.web?idop=…`, as PayFiP has it.
pub(super) async fn of_query(bank: Till, Query(asked): Query<Asked>) -> Response {
    show(bank, Path(asked.idop)).await
}

/// What is to be paid, and what may happen.
pub(super) async fn show(State(bank): Till, Path(id): Path<String>) -> Response {
    let found = bank.find(&id).filter(|operation| operation.outcome.is_none() && !operation.expired());
    let (status, content) = match &found {
        Some(operation) => (StatusCode::OK, form(operation)),
        None => (StatusCode::GONE, html! { p { "Ce paiement est terminé, ou n’existe pas." } }),
    };
    let headers = [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-store")];
    (status, headers, page("Paiement de démonstration", &content)).into_response()
}

fn form(operation: &Operation) -> Markup {
    let amount = euros(operation.cents);
    let instead = match operation.dialect {
        Dialect::Payfip => "PayFiP",
        Dialect::Card => "un prestataire de cartes",
    };
    html! {
        p class="notice" {
            strong { "Ceci n’est pas un service de paiement. Aucun argent ne circule, aucune carte n’est demandée." }
            " Sur votre machine, cette page tient lieu de " (instead) " : choisissez ce qui doit arriver."
        }
        dl {
            dt { "Somme" } dd { (amount) }
            dt { "Objet" } dd { (operation.object) }
            dt { "Référence" } dd { (operation.reference) }
            dt { "Mél du payeur" } dd { (operation.mel) }
        }
        form method="post" action={ "/_local/paiement/" (operation.id) } {
            p {
                label for="notice" { "Le portail en est averti " }
                select id="notice" name="notice" {
                    option value="before" { "avant le retour de la famille" }
                    option value="after" { "trois secondes après son retour" }
                    option value="never" { "jamais : il doit le demander" }
                }
            }
            p class="choices" {
                button name="outcome" value="paid" { "Payer " (amount) }
                @if operation.dialect == Dialect::Payfip {
                    button name="outcome" value="debit" { "Payer par prélèvement" }
                }
                button name="outcome" value="refused" { "La banque refuse" }
                button name="outcome" value="cancelled" { "Annuler" }
            }
            p { "Ce qui n’arrive presque jamais :" }
            p class="choices" {
                button name="outcome" value="other_amount" { "Payer une autre somme" }
                button name="outcome" value="odd" { "Répondre par un code inconnu" }
            }
        }
    }
}

/// It happens, the portal is told or not, and the family goes back.
pub(super) async fn choose(State(bank): Till, Path(id): Path<String>, Form(choice): Form<Choice>) -> Response {
    let chosen = bank.change(&id, |operation| {
        if operation.outcome.is_none() && !operation.expired() {
            operation.outcome = Some((choice.outcome, Utc::now()));
        }
    });
    let Some(operation) = chosen else { return StatusCode::NOT_FOUND.into_response() };
    let back = Redirect::to(&operation.back);
    match choice.notice {
        Notice::Before => bank.notify(&operation).await,
        Notice::After => {
            let bank = Arc::clone(&bank);
            tokio::spawn(async move {
                tokio::time::sleep(LATE).await;
                bank.notify(&operation).await;
            });
        }
        Notice::Never => {}
    }
    ([(CONTENT_SECURITY_POLICY, POLICY)], back).into_response()
}
