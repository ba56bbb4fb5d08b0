//! `POST …/online-payments`: a family is about to pay. The attempt is written before the provider is told, so that
//! whatever is lost on the way is found by the clock.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use domain::day::{hour, in_paris, paris_day};
use domain::money::euros;
use domain::online::{NotPayable, SESSION_LIFE, State, object, payable, reference, same_debt};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{AccountRecord, AskingRecord, AttemptRecord, FamilyRecord, OnlineRecord, OrganisationRecord};
use store::regie::Account;
use store::{Chain, Failure, Items, keys};
use uuid::Uuid;
use web::app::Access;
use web::office::Place;
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::ask::{PAUSE, TRIES};
use crate::provider::{Opened, Order};
use crate::record;

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

/// What the table says before a family pays.
struct Before {
    access: Access,
    organisation: OrganisationRecord,
    account: Account,
    attempts: Vec<AttemptRecord>,
    family: FamilyRecord,
    payer: AccountRecord,
    online: u64,
}

/// The same request twice is one attempt.
pub(crate) async fn begin_payment(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let body: Body = call.body()?;
    let (attempt, organisation) = reserve(&app, &call, &place, &body).await?;
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
async fn reserve(
    app: &PaymentsApp,
    call: &Call,
    place: &Place,
    body: &Body,
) -> Result<(AttemptRecord, OrganisationRecord), ApiError> {
    let caller = app.app.caller(call).await?;
    let id = body.request.simple().to_string();
    for _ in 0..TRIES {
        let mut needed = caller.family_keys(&place.organisation, &place.family).to_vec();
        let (account, organisation) = (keys::account(&caller.account), keys::organisation(&place.organisation));
        needed.extend([account.clone(), organisation.clone(), keys::family(&place.organisation, &place.family)]);
        let span = keys::account_of_family(&place.organisation, &place.family);
        let (items, lying) = tokio::join!(app.app.table.batch_get(&needed), app.app.table.query_mixed(&span));
        let (items, lying) = (items?, lying?);
        let access = caller.family_access(&items, &place.organisation, &place.family, call.moment.wall)?;
        let before = before(access, place, &items, &lying, &account, &organisation)?;
        if let Some(known) = before.attempts.iter().find(|one| one.attempt == id) {
            return Ok((known.clone(), before.organisation));
        }
        let attempt = attempt(place, body, id.clone(), &before, call.moment.wall)?;
        let guard = Chain::new().check_exists(&caller.session_key()).check_exists(&before.access.granted_by);
        match app.app.table.write(new_attempt(guard, &attempt, before.online)).await {
            Ok(()) => return Ok((attempt, before.organisation)),
            Err(Failure::Conditions(_) | Failure::Conflict) => tokio::time::sleep(PAUSE).await,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Err(ApiError::unavailable("an attempt stays busy"))
}

fn before(
    access: Access,
    place: &Place,
    items: &Items,
    lying: &Items,
    account: &keys::Key,
    organisation: &keys::Key,
) -> Result<Before, ApiError> {
    let family = keys::family(&place.organisation, &place.family);
    let family: FamilyRecord = items.get(&family)?.ok_or_else(ApiError::not_found)?;
    if access.role.is_some() {
        // An agent records what was received; only the family pays.
        return Err(ApiError::role_too_low());
    }
    let online: Option<OnlineRecord> = lying.get(&keys::online(&place.organisation, &place.family))?;
    Ok(Before {
        access,
        organisation: items.get(organisation)?.ok_or_else(ApiError::not_found)?,
        account: Account::of(lying)?,
        attempts: lying.beginning("ONLINE#")?,
        family,
        payer: items.get(account)?.ok_or_else(ApiError::no_session)?,
        online: online.map_or(0, |online| online.version),
    })
}

/// What is to be paid, as the table says it; a second payment of the same debt is said before it is begun.
fn attempt(
    place: &Place,
    body: &Body,
    id: String,
    before: &Before,
    wall: DateTime<Utc>,
) -> Result<AttemptRecord, ApiError> {
    let online = before.organisation.organisation.billing.as_ref().and_then(|billing| billing.online.clone());
    let Some(provider) = online else {
        let detail = "Votre organisation ne prend pas de paiement en ligne.";
        return Err(ApiError::new(StatusCode::CONFLICT, "not-online", detail));
    };
    let invoice = body.invoice.as_deref();
    let ledger = before.account.ledger(&before.organisation.organisation, &before.family.family);
    let cents = payable(invoice, &ledger).map_err(|why| match why {
        NotPayable::NoSuchInvoice => ApiError::not_found(),
        other => ApiError::new(StatusCode::CONFLICT, "not-payable", other.sentence()),
    })?;
    let other = before.attempts.iter().find(|other| stands_in_the_way(other, invoice));
    if let Some(other) = other.filter(|_| !body.anyway) {
        return Err(under_way(other, wall));
    }
    Ok(AttemptRecord {
        organisation: place.organisation.clone(),
        family: place.family.clone(),
        reference: reference(invoice, &place.family, &id),
        attempt: id,
        invoice: body.invoice.clone(),
        cents,
        provider,
        mel: before.payer.mel.clone(),
        said: before.access.said.clone(),
        state: State::Opening,
        handle: None,
        address: None,
        opened: wall,
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

fn new_attempt(guard: Chain, attempt: &AttemptRecord, online: u64) -> Chain {
    let (organisation, family) = (attempt.organisation.clone(), attempt.family.clone());
    let asking =
        AskingRecord { organisation: organisation.clone(), family: family.clone(), attempt: attempt.attempt.clone() };
    let serial = OnlineRecord { organisation, family, version: online + 1 };
    guard.put_new(attempt).put_over(&serial, online).put_new(&asking)
}

/// Tells the provider. When it does not answer, nobody has a page to pay on: the attempt ends.
async fn open(
    app: &PaymentsApp,
    call: &Call,
    attempt: AttemptRecord,
    organisation: &OrganisationRecord,
) -> Result<AttemptRecord, ApiError> {
    let wall = call.moment.wall;
    let after = match told(app, &attempt, organisation, paris_day(call.moment.business).year()).await? {
        Some(Opened { handle, address }) => AttemptRecord {
            state: State::Sent,
            handle: Some(handle),
            address: Some(address),
            version: attempt.version + 1,
            ..attempt.clone()
        },
        None => record::ended(&attempt, State::Abandoned, wall),
    };
    let transaction = match after.state {
        State::Sent => Chain::new().put_over(&after, attempt.version),
        _ => record::end(Chain::new(), &attempt, &after),
    };
    match app.app.table.write(transaction).await {
        Ok(()) => Ok(after),
        // The same request was faster: its page is the one to pay on.
        Err(Failure::Conditions(_) | Failure::Conflict) => record::again(app, &attempt).await,
        Err(Failure::Store(error)) => Err(error.into()),
    }
}

async fn told(
    app: &PaymentsApp,
    attempt: &AttemptRecord,
    organisation: &OrganisationRecord,
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
        object: &object(attempt.invoice.as_deref(), &organisation.organisation.name),
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
