//! `POST /api/session`: claim the try, look at the password, then the second factor, then open the session.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::account::{AGENT_SESSION_LIFE, LONGEST_PASSWORD, PARENT_SESSION_LIFE, normalised_name};
use domain::device::device;
use domain::id::AccountId;
use domain::throttle::{ACCOUNT, ADDRESS};
use lambda_http::http::StatusCode;
use secret::password::verify_aside;
use serde::Deserialize;
use store::keys;
use store::records::{CredentialsRecord, NameRecord, SessionRecord, ThrottleRecord};
use store::{Attempts, Patience, Transaction, Written};
use web::session::cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::second_factor::{Verdict, check};
use crate::tries::{Tried, put_claims};

/// How many sessions an account keeps open; the oldest makes room.
const MOST_SESSIONS: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    password: String,
    code: Option<String>,
}

pub(crate) async fn sign_in(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let body: Body = call.body()?;
    if body.name.len() > 254 || body.password.chars().count() > LONGEST_PASSWORD {
        return Err(bad_credentials());
    }
    let name = normalised_name(&body.name);
    let wall = call.moment.wall;
    let tried = [Tried::new("name", &name, ACCOUNT), Tried::new("address", &call.address(), ADDRESS)];
    let found = claim(&app, &name, &tried, wall).await?;
    let hash = found.known.as_ref().map(|(_, credentials)| credentials.password.clone());
    let right = verify_aside(body.password, hash).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let (items, credentials) = found.known.filter(|_| right).ok_or_else(bad_credentials)?;
    let credentials = match items.roles.is_empty() {
        true => credentials,
        false => second_factor(&app, credentials, body.code.as_deref(), &items, wall).await?,
    };
    let device = device(call.user_agent());
    open(&app, &items, credentials, &tried, &found.claims, device, wall).await
}

fn bad_credentials() -> ApiError {
    let detail = "Identifiant ou mot de passe incorrect. Vérifiez les deux, ou choisissez un nouveau mot de passe.";
    ApiError::new(StatusCode::UNAUTHORIZED, "bad-credentials", detail)
}

struct Found {
    known: Option<(AccountItems, CredentialsRecord)>,
    claims: Vec<(ThrottleRecord, u64)>,
}

/// Two waves: who the name is and what was tried; then the try is claimed while the account is read.
async fn claim(app: &LoginApp, name: &str, tried: &[Tried; 2], wall: DateTime<Utc>) -> Result<Found, ApiError> {
    let table = &app.app.table;
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let items = table.batch_get(&[keys::name(name), tried[0].key(), tried[1].key()]).await?;
        let claims = vec![tried[0].claim(&items, wall)?, tried[1].claim(&items, wall)?];
        let account: Option<NameRecord> = items.get(&keys::name(name))?;
        let mut transaction = Transaction::of_system();
        put_claims(&mut transaction, &claims);
        let writing = table.write(transaction);
        let (written, known) = tokio::join!(writing, known(app, account.map(|record| record.account)));
        if attempts.wrote(written)?.yes() {
            return Ok(Found { known: known?, claims });
        }
    }
}

async fn known(
    app: &LoginApp,
    account: Option<AccountId>,
) -> Result<Option<(AccountItems, CredentialsRecord)>, ApiError> {
    // An unknown name reads as much as a known one.
    let account = account.unwrap_or_else(secret::account_id);
    let credentials = keys::credentials(&account);
    let (items, credentials) =
        tokio::join!(AccountItems::read(&app.app, &account), app.app.table.get::<CredentialsRecord>(&credentials));
    Ok(items?.zip(credentials?))
}

async fn second_factor(
    app: &LoginApp,
    credentials: CredentialsRecord,
    code: Option<&str>,
    items: &AccountItems,
    wall: DateTime<Utc>,
) -> Result<CredentialsRecord, ApiError> {
    let version = credentials.version;
    match check(credentials, code, &items.profile.identifiant, wall) {
        Verdict::Passed(credentials) => Ok(credentials),
        Verdict::NotYet(None, answer) => Err(answer),
        Verdict::NotYet(Some(offered), answer) => {
            let offered = CredentialsRecord { version: version + 1, ..offered };
            let mut transaction = Transaction::of_system();
            transaction.put_over(&offered, version);
            app.app.table.write(transaction).await?;
            Err(answer)
        }
    }
}

/// One wave: the session is opened, on the very credentials that were looked at, while the names are read.
async fn open(
    app: &LoginApp,
    items: &AccountItems,
    credentials: CredentialsRecord,
    tried: &[Tried; 2],
    claims: &[(ThrottleRecord, u64)],
    device: Option<String>,
    wall: DateTime<Utc>,
) -> Result<Reply, ApiError> {
    let agent = !items.roles.is_empty();
    let life = if agent { AGENT_SESSION_LIFE } else { PARENT_SESSION_LIFE };
    let account = items.profile.account.clone();
    let session = SessionRecord {
        account: account.clone(),
        session: secret::id(),
        since: wall,
        agent,
        expires: (wall + life).timestamp(),
        device,
        renewed: None,
    };
    let opening = write_session(app, items, &session, credentials, tried, claims);
    let (opened, names) = tokio::join!(opening, items.names(&app.app));
    opened?;
    let token = app.signing.token(&app.app, &account, &session.session, wall).await?;
    Ok(Reply::json(&items.view(&names?)?)?.set_cookie(cookie(&token, life)))
}

async fn write_session(
    app: &LoginApp,
    items: &AccountItems,
    session: &SessionRecord,
    mut credentials: CredentialsRecord,
    tried: &[Tried; 2],
    claims: &[(ThrottleRecord, u64)],
) -> Result<(), ApiError> {
    let table = &app.app.table;
    let (password, totp_used) = (credentials.password.clone(), credentials.totp_used);
    let mut give_back_address = true;
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let next = CredentialsRecord { version: credentials.version + 1, ..credentials.clone() };
        let mut transaction = Transaction::of_system();
        transaction.put_new(session);
        transaction.put_over(&next, credentials.version);
        transaction.delete(&tried[0].key());
        let (claimed, _) = &claims[1];
        let address = give_back_address.then(|| transaction.put_over(&tried[1].given_back(claimed), claimed.version));
        for old in oldest(items) {
            transaction.delete(&keys::session(&old.account, &old.session));
        }
        match attempts.wrote(table.write(transaction).await)? {
            Written::Yes => return Ok(()),
            // After a conflict.
            Written::Faster(failed) if failed.is_empty() => {}
            Written::Faster(failed) if address.is_some_and(|address| failed == [address]) => give_back_address = false,
            Written::Faster(_) => {
                let latest: Option<CredentialsRecord> = table.get(&keys::credentials(&session.account)).await?;
                let latest = latest.ok_or_else(bad_credentials)?;
                // Another sign-in may go first; a changed password or a code used meanwhile may not.
                if latest.password != password || (session.agent && latest.totp_used >= totp_used) {
                    return Err(bad_credentials());
                }
                credentials = CredentialsRecord { version: latest.version, ..credentials };
            }
        }
    }
}

fn oldest(items: &AccountItems) -> Vec<&SessionRecord> {
    let mut sessions: Vec<_> = items.sessions.iter().collect();
    sessions.sort_by_key(|session| session.since);
    let surplus = (sessions.len() + 1).saturating_sub(MOST_SESSIONS);
    sessions.truncate(surplus);
    sessions
}
