//! Stands in for providers of payments: PayFiP's web service and a card provider's API, with a page to pay on. No money
//! moves. The functions find it by the settings that lead them to the real ones.

mod card;
mod notify;
mod operation;
mod page;
mod payfip;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use payments::outside::Outside;

use crate::chance::random_secret;
use crate::error::StartError;
use operation::Operation;

/// Where PayFiP is on this machine, after the origin.
pub(crate) const PAYFIP: &str = "/_local/payfip";
/// Where the card provider is.
pub(crate) const CARD: &str = "/_local/carte";

/// The keys by which the card provider knows every organisation here; new at every start.
#[derive(Debug, Clone)]
pub struct CardKeys {
    /// What signs calls in.
    pub api_key: String,
    /// What notifications are signed with.
    pub notification_key: String,
}

impl CardKeys {
    pub(crate) fn random() -> Result<Self, StartError> {
        Ok(Self { api_key: random_secret()?, notification_key: random_secret()? })
    }
}

/// Everything that was to be paid since the start.
pub(crate) struct Bank {
    origin: String,
    keys: CardKeys,
    outside: Outside,
    operations: Mutex<HashMap<String, Operation>>,
}

type Till = State<Arc<Bank>>;

impl Bank {
    /// A bank nobody has paid at.
    pub(crate) fn new(origin: &str, keys: CardKeys) -> Self {
        Self { origin: origin.to_owned(), keys, outside: Outside::new(), operations: Mutex::default() }
    }

    /// Keeps an operation, unless one was made with the same idempotency key: then that one is given back.
    fn keep(&self, new: Operation) -> Operation {
        let mut operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&Operation| new.once.is_some() && known.once == new.once;
        if let Some(known) = operations.values().find(same) {
            return known.clone();
        }
        operations.insert(new.id.clone(), new.clone());
        new
    }

    fn find(&self, id: &str) -> Option<Operation> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Changes an operation that is there, and gives it back.
    fn change(&self, id: &str, change: impl FnOnce(&mut Operation)) -> Option<Operation> {
        let mut operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        let operation = operations.get_mut(id)?;
        change(operation);
        Some(operation.clone())
    }

    /// Its routes, under `/_local`.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/_local/payfip/services/securite", post(payfip::serve))
            .route("/_local/payfip/paiementws.web", get(page::of_query))
            .route("/_local/carte/v1/account", get(card::account))
            .route("/_local/carte/v1/checkout/sessions", post(card::open))
            .route("/_local/carte/v1/checkout/sessions/{id}", get(card::show))
            .route("/_local/paiement/{id}", get(page::show).post(page::choose))
            .with_state(Arc::new(self))
    }
}
