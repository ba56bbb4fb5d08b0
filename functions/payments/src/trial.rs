//! `POST …/online-payments/trial`: an agent who bills looks whether the provider knows the organisation.

use std::sync::Arc;

use domain::online::Online;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Serialize;
use store::keys;
use store::records::OrganisationRecord;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::provider::Trouble;

#[derive(Serialize)]
struct TrialView {
    message: String,
}

/// Nothing is written, nothing is paid.
pub(crate) async fn try_provider(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let asked =
        DeskCall::open(&app.app, &call, Permission::Bill, |organisation, _| vec![keys::organisation(organisation)]);
    let asked = asked.await?;
    let known: Option<OrganisationRecord> = asked.get(&keys::organisation(&asked.organisation))?;
    let Some(online) = known.and_then(|known| known.organisation.billing?.online) else {
        let detail = "Aucun prestataire n’est choisi : ajoutez [billing.online] à organisation.toml.";
        return Err(ApiError::new(StatusCode::CONFLICT, "not-online", detail));
    };
    let provider = match online {
        Online::Payfip { .. } => "PayFiP",
        Online::Card => "Le prestataire de cartes",
    };
    let named = match app.provider(&asked.organisation, &online).await? {
        Ok(provider) => provider.name().await,
        Err(trouble) => Err(trouble),
    };
    match named {
        Ok(name) => Reply::json(&TrialView { message: format!("{provider} vous connaît : {name}.") }),
        Err(trouble) => {
            tracing::warn!(%trouble, "the trial of a provider failed");
            Err(ApiError::new(StatusCode::FAILED_DEPENDENCY, "provider-silent", failed(provider, &trouble)))
        }
    }
}

fn failed(provider: &str, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Unanswered(_) => format!("{provider} ne répond pas. Réessayez plus tard."),
        Trouble::Refused(code) => format!("{provider} ne vous reconnaît pas (code {code}) : vérifiez vos réglages."),
        Trouble::NotSetUp(_) => format!("{provider} n’est pas encore raccordé : ses clés ou son adresse manquent."),
    }
}
