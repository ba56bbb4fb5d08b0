//! One interface, two dialects: PayFiP's web service, and a card provider's hosted checkout.

mod card;
mod payfip;

use crate::outside::Unanswered;
use domain::id::OrganisationId;
use domain::online::{Online, Report};
use store::keys;
use store::records::CardKeysRecord;
use web::ApiError;

use crate::PaymentsApp;
pub(crate) use card::signed_by;

/// What a provider is told of a payment.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    /// Ours, unique: the same order twice is one payment where the provider knows such a thing.
    pub(crate) attempt: &'a str,
    pub(crate) cents: u64,
    pub(crate) reference: &'a str,
    pub(crate) object: &'a str,
    /// The year of the debt.
    pub(crate) year: i32,
    pub(crate) mel: &'a str,
    /// Where the provider tells that something happened.
    pub(crate) notification: &'a str,
    /// Where the family comes back to.
    pub(crate) back: &'a str,
}

/// A payment that the provider knows.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The provider's name for it.
    pub(crate) handle: String,
    /// Where the family pays.
    pub(crate) address: String,
}

/// Why a provider gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// No answer, or none that can be read.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// It refuses us: a wrong setting, most likely.
    #[error("refused: {0}")]
    Refused(String),
    /// The organisation's settings are not complete.
    #[error("not set up: {0}")]
    NotSetUp(&'static str),
}

/// A provider, ready to be spoken to.
pub(crate) enum Provider<'a> {
    Payfip(payfip::Payfip<'a>),
    Card(card::Card<'a>),
}

impl Provider<'_> {
    /// Tells the provider of a payment.
    pub(crate) async fn open(&self, order: &Order<'_>) -> Result<Opened, Trouble> {
        match self {
            Self::Payfip(payfip) => payfip.open(order).await,
            Self::Card(card) => card.open(order).await,
        }
    }

    /// Asks what became of one.
    pub(crate) async fn ask(&self, handle: &str) -> Result<Report, Trouble> {
        match self {
            Self::Payfip(payfip) => payfip.ask(handle).await,
            Self::Card(card) => card.ask(handle).await,
        }
    }

    /// As whom the provider knows the organisation: says that the settings are right.
    pub(crate) async fn name(&self) -> Result<String, Trouble> {
        match self {
            Self::Payfip(payfip) => payfip.name().await,
            Self::Card(card) => card.name().await,
        }
    }
}

impl PaymentsApp {
    /// The keys of an organisation's card provider.
    pub(crate) async fn card_keys(&self, organisation: &OrganisationId) -> Result<Option<CardKeysRecord>, ApiError> {
        Ok(self.app.table.get(&keys::card_keys(organisation)).await?)
    }

    /// The provider of an organisation; the inner trouble is a setting that lacks.
    pub(crate) async fn provider<'a>(
        &'a self,
        organisation: &OrganisationId,
        online: &'a Online,
    ) -> Result<Result<Provider<'a>, Trouble>, ApiError> {
        let Online::Payfip { client, mode } = online else {
            let keys = self.card_keys(organisation).await?;
            let url = self.card_url.as_deref();
            let both = url.zip(keys).ok_or(Trouble::NotSetUp("the address or the keys of the card provider"));
            return Ok(both.map(|(url, keys)| Provider::Card(card::Card { outside: &self.outside, url, keys })));
        };
        let (outside, url) = (&self.outside, self.payfip_url.as_str());
        Ok(Ok(Provider::Payfip(payfip::Payfip { outside, url, client, mode: *mode })))
    }
}
