//! An attempt in the words a family reads.

use domain::money::euros;
use domain::online::State;
use serde::Serialize;
use store::records::AttemptRecord;

/// How an attempt stands.
#[derive(Serialize)]
pub(crate) struct AttemptView {
    attempt: String,
    state: State,
    amount: String,
    said: String,
    receipt: Option<String>,
    /// Whether it may still change by itself.
    waits: bool,
}

impl AttemptView {
    pub(crate) fn of(attempt: &AttemptRecord) -> Self {
        Self {
            attempt: attempt.attempt.clone(),
            state: attempt.state,
            amount: euros(attempt.cents),
            said: said(attempt),
            receipt: attempt.receipt.clone(),
            waits: attempt.state.under_way(),
        }
    }
}

fn said(attempt: &AttemptRecord) -> String {
    let amount = euros(attempt.cents);
    match attempt.state {
        State::Opening | State::Sent => format!(
            "Votre paiement de {amount} n’est pas encore confirmé. Cette page continue de demander ; si vous la \
             fermez, un mél vous dira quand il est reçu."
        ),
        State::Paid => {
            let receipt = attempt.receipt.as_deref().unwrap_or_default();
            format!("Votre paiement de {amount} est enregistré : reçu {receipt}. Un mél le confirme.")
        }
        State::Refused => format!("Votre banque a refusé le paiement de {amount}. Rien n’a été encaissé."),
        State::Cancelled => format!("Vous avez annulé le paiement de {amount}. Rien n’a été encaissé."),
        State::Abandoned => {
            format!("Le paiement de {amount} n’a pas été mené à son terme. Rien n’a été encaissé.")
        }
        State::Doubtful => format!(
            "La réponse à votre paiement de {amount} n’est pas celle que nous attendions : la régie le vérifie. Ne \
             payez pas une seconde fois."
        ),
        State::Dismissed => format!("La régie a vérifié : le paiement de {amount} n’a pas été reçu."),
    }
}
