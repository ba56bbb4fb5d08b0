//! `POST …/online-payments`: a family is about to pay. The attempt is written before the provider is told, so that
//! whatever is lost on the way is found by the clock.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use domain::day::{hour, in_paris, paris_day};
use domain::id::FamilyPath;
use domain::money::euros;
use domain::online::{NotPayable, SESSION_LIFE, State, object, payable, reference, same_debt};
use domain::organisation::Organisation;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{AccountRecord, AskingRecord, AttemptRecord, OnlineRecord};
use store::{Attempts, Patience, Transaction, keys};
use uuid::Uuid;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::provider::{Opened, Order};
use crate::record;

/// How many payments of a family may be under way at once, whatever it is told.
const MOST_UNDER_WAY: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    /// The invoice to be paid; none for the whole solde.
    invoice: Option<String>,
    /// The family knows that another payment of this debt is under way.
    #[serde(default)]
    anyway: bool,
}

#[derive(Serialize)]
struct BegunView {
    attempt: String,
    address: String,
}

/// The same request twice is one attempt.
pub(crate) async fn begin_payment(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let (attempt, organisation) = reserve(&app, &call).await?;
    let attempt = match attempt.state {
        State::Opening => open(&app, &call, attempt, &organisation).await?,
        _ => attempt,
    };
    match (attempt.state, attempt.address) {
        (State::Sent, Some(address)) => Reply::json(&BegunView { attempt: attempt.attempt, address }),
        _ => Err(silent()),
    }
}

/// The attempt of this request: a new one, or the one that is there.
async fn reserve(app: &PaymentsApp, call: &Call) -> Result<(AttemptRecord, Organisation), ApiError> {
    let caller = app.app.caller(call).await?;
    let payer = keys::account(&caller.account);
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        // An agent records what was received; only the family pays.
        let asked = AccountCall::open(&app.app, call, Who::Family, |_| vec![payer.clone()]).await?;
        let body: Body = call.body()?;
        let id = body.request.simple().to_string();
        let earlier: Vec<AttemptRecord> = asked.lying.of()?;
        if let Some(known) = earlier.iter().find(|one| one.attempt == id) {
            return Ok((known.clone(), asked.organisation));
        }
        let payer: AccountRecord = asked.get(&payer)?.ok_or_else(ApiError::no_session)?;
        let attempt = attempt(&asked, &earlier, body, payer.mel)?;
        let online: Option<OnlineRecord> = asked.lying.get(&keys::online(&asked.at.organisation, &asked.at.family))?;
        let mut transaction = asked.begin();
        new_attempt(&mut transaction, &attempt, online.map_or(0, |online| online.version));
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Ok((attempt, asked.organisation));
        }
    }
}

/// What is to be paid, as the table says it; a second payment of the same debt is said before it is begun.
fn attempt(asked: &AccountCall, earlier: &[AttemptRecord], body: Body, mel: String) -> Result<AttemptRecord, ApiError> {
    let Some(provider) = asked.organisation.billing.as_ref().and_then(|billing| billing.online.clone()) else {
        let detail = "Votre organisation ne prend pas de paiement en ligne.";
        return Err(ApiError::new(StatusCode::CONFLICT, "not-online", detail));
    };
    let invoice = body.invoice.as_deref();
    let cents = payable(invoice, &asked.ledger()).map_err(|why| match why {
        NotPayable::NoSuchInvoice => ApiError::not_found(),
        other => ApiError::new(StatusCode::CONFLICT, "not-payable", other.sentence()),
    })?;
    if earlier.iter().filter(|other| other.state.under_way()).count() >= MOST_UNDER_WAY {
        let detail = "Plusieurs paiements sont déjà commencés : terminez-en un, ou attendez deux heures.";
        return Err(ApiError::new(StatusCode::CONFLICT, "too-many-payments", detail));
    }
    let other = earlier.iter().find(|other| stands_in_the_way(other, invoice));
    if let Some(other) = other.filter(|_| !body.anyway) {
        return Err(under_way(other, asked.moment.wall));
    }
    let FamilyPath { organisation, family } = asked.at.clone();
    let id = body.request.simple().to_string();
    Ok(AttemptRecord {
        reference: reference(invoice, &family, &id),
        organisation,
        family,
        attempt: id,
        invoice: body.invoice,
        cents,
        provider,
        mel,
        said: asked.access.said.clone(),
        state: State::Opening,
        handle: None,
        address: None,
        opened: asked.moment.wall,
        report: None,
        doubt: None,
        receipt: None,
        decision: None,
        version: 1,
        expires: None,
    })
}

fn stands_in_the_way(other: &AttemptRecord, invoice: Option<&str>) -> bool {
    let open = other.state.under_way() || other.state == State::Doubtful;
    open && same_debt(other.invoice.as_deref(), invoice)
}

/// 409: another payment of this debt may still be paid, or was, and nobody knows yet.
fn under_way(other: &AttemptRecord, wall: DateTime<Utc>) -> ApiError {
    let (amount, since) = (euros(other.cents), hour(in_paris(other.opened).time()));
    let detail = match other.state {
        State::Doubtful => format!(
            "Un paiement de {amount}, commencé à {since}, attend que la régie le vérifie. Si vous payez encore, vous \
             paierez peut-être deux fois : le trop-perçu sera porté à votre crédit."
        ),
        _ => format!(
            "Un paiement de {amount} a commencé à {since} et n’est pas encore confirmé. Si vous payez encore, vous \
             paierez peut-être deux fois : le trop-perçu sera porté à votre crédit."
        ),
    };
    let open = other.state == State::Sent && wall - other.opened < SESSION_LIFE;
    let address = other.address.clone().filter(|_| open);
    ApiError::new(StatusCode::CONFLICT, "payment-under-way", detail)
        .with("attempt", other.attempt.clone())
        .with("address", address)
}

fn new_attempt(transaction: &mut Transaction, attempt: &AttemptRecord, online: u64) {
    let (organisation, family) = (attempt.organisation.clone(), attempt.family.clone());
    let asking =
        AskingRecord { organisation: organisation.clone(), family: family.clone(), attempt: attempt.attempt.clone() };
    transaction.put_new(attempt);
    transaction.put_over(&OnlineRecord { organisation, family, version: online + 1 }, online);
    transaction.put_new(&asking);
}

/// Tells the provider. When it does not answer, nobody has a page to pay on: the attempt ends. What became of it is
/// written whatever becomes of the session.
async fn open(
    app: &PaymentsApp,
    call: &Call,
    attempt: AttemptRecord,
    organisation: &Organisation,
) -> Result<AttemptRecord, ApiError> {
    let wall = call.moment.wall;
    let mut transaction = Transaction::of_system();
    let after = match opened(app, &attempt, organisation, paris_day(call.moment.business).year()).await? {
        Some(Opened { handle, address }) => {
            let (state, handle, address) = (State::Sent, Some(handle), Some(address));
            let after = AttemptRecord { state, handle, address, version: attempt.version + 1, ..attempt.clone() };
            transaction.put_over(&after, attempt.version);
            after
        }
        None => {
            let after = record::ended(&attempt, State::Abandoned, wall);
            record::end(&mut transaction, &attempt, &after);
            after
        }
    };
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(after),
        // The same request was faster: its page is the one to pay on.
        Err(failure) => {
            failure.faster()?;
            record::again(app, &attempt).await
        }
    }
}

async fn opened(
    app: &PaymentsApp,
    attempt: &AttemptRecord,
    organisation: &Organisation,
    year: i32,
) -> Result<Option<Opened>, ApiError> {
    let AttemptRecord { organisation: place, family, attempt: id, .. } = attempt;
    let origin = &app.app.public_origin;
    let notification =
        format!("{origin}/api/organisations/{place}/families/{family}/online-payments/{id}/notification");
    let back = format!("{origin}/paiement.html?organisation={place}&famille={family}&paiement={id}");
    let order = Order {
        attempt: id,
        cents: attempt.cents,
        reference: &attempt.reference,
        object: &object(attempt.invoice.as_deref(), &organisation.name),
        year,
        mel: &attempt.mel,
        notification: &notification,
        back: &back,
    };
    let opened = match app.provider(place, &attempt.provider).await? {
        Ok(provider) => provider.open(&order).await,
        Err(trouble) => Err(trouble),
    };
    Ok(opened.inspect_err(|trouble| tracing::error!(%trouble, "a provider of payments opens no page")).ok())
}

/// 424: the provider is not there; nothing was paid.
fn silent() -> ApiError {
    let detail = "Le service de paiement ne répond pas. Rien n’a été payé : recommencez plus tard, ou payez autrement.";
    ApiError::new(StatusCode::FAILED_DEPENDENCY, "provider-silent", detail)
}
