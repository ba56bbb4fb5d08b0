//! `POST /api/session`: claim the try, look at the password, then the second factor, then open the session.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::account::{LONGEST_PASSWORD, PARENT_SESSION_LIFE, normalised_name};
use domain::device::device;
use domain::id::AccountId;
use domain::moment::Moment;
use domain::throttle::{ACCOUNT, ADDRESS};
use lambda_http::http::StatusCode;
use secret::password::verify_aside;
use serde::Deserialize;
use store::keys;
use store::records::{
    CredentialsRecord, NameRecord, SecurityEvent, SecurityEventRecord, SessionRecord, agent_session_end,
};
use store::{Attempts, Patience, Transaction, Written};
use web::session::cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::second_factor::{Verdict, WRONG, check};
use crate::tries::{ADDRESS_OF_SIGN_IN, Claims, Tried, forget_tries, of_account, of_address, put_as_many};

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
    let device = app.app.known_device(&call).await?;
    let trying = Trying::of(&app, &call, &name, &device).await?;
    // A name that others tried too often is wrong whatever was typed: whose other names count with it shows nowhere.
    let known = trying.known.filter(|_| !trying.claims.shut);
    let hash = known.as_ref().map(|(_, credentials)| credentials.password.clone());
    let right = verify_aside(body.password, hash).await.map_err(|error| ApiError::internal(error.to_string()))?;
    let Some((items, credentials)) = known.as_ref().filter(|_| right).cloned() else {
        note_failure(&app, known.as_ref().map(|(items, _)| items), wall).await?;
        return Err(bad_credentials());
    };
    let passed = match items.roles.is_empty() {
        true => Ok(credentials),
        false => second_factor(&app, credentials, body.code.as_deref(), &items, wall).await,
    };
    let credentials = match passed {
        Ok(credentials) => credentials,
        Err(answer) => {
            // Who typed no code yet has guessed nothing.
            match answer.code == WRONG {
                true => note_failure(&app, Some(&items), wall).await?,
                false => trying.claims.give_back(&app.app.table, |_| true).await,
            }
            return Err(answer);
        }
    };
    let opening = Opening { items: &items, claims: &trying.claims, device: &device };
    opening.open(&app, credentials, call.user_agent(), call.moment).await
}

/// Keeps a failure for those who administer where the name is an agent's; as much is written for every other name.
async fn note_failure(app: &LoginApp, items: Option<&AccountItems>, wall: DateTime<Utc>) -> Result<(), ApiError> {
    let mut transaction = Transaction::of_system();
    for role in items.iter().flat_map(|items| &items.roles) {
        let event = SecurityEvent::SignInFailed;
        transaction.put_new(&SecurityEventRecord::new(&role.organisation, event, "", &role.said, "", wall));
    }
    if transaction.is_empty() {
        put_as_many(&mut transaction, 1, wall);
    }
    Ok(app.app.table.write(transaction).await?)
}

fn bad_credentials() -> ApiError {
    let detail = "Identifiant ou mot de passe incorrect. Vérifiez les deux, ou choisissez un nouveau mot de passe. \
        Après cinq essais, attendez une minute.";
    ApiError::new(StatusCode::UNAUTHORIZED, "bad-credentials", detail)
}

/// A try of a name: claimed, with the account it is of when it is of one.
struct Trying {
    known: Option<(AccountItems, CredentialsRecord)>,
    claims: Claims,
}

impl Trying {
    /// Three waves: whose the name is; the account, and what was tried; the try is claimed.
    async fn of(app: &LoginApp, call: &Call, name: &str, device: &[AccountId]) -> Result<Self, ApiError> {
        let table = &app.app.table;
        let account = table.get::<NameRecord>(&keys::name(name)).await?.map(|record| record.account);
        let mut tried = vec![Tried::new("name", name, ACCOUNT), of_account(account.as_ref(), name)];
        // A browser that signed in there before is not held up by its neighbours.
        if !account.as_ref().is_some_and(|account| device.contains(account)) {
            tried.push(Tried::new(ADDRESS_OF_SIGN_IN, &call.network(), ADDRESS));
        }
        let claiming = Claims::make(table, &tried, call.moment.wall);
        let (claims, known) = tokio::join!(claiming, known(app, account));
        Ok(Self { known: known?, claims: claims? })
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

/// The session of somebody who was right, about to be opened.
struct Opening<'a> {
    items: &'a AccountItems,
    claims: &'a Claims,
    /// Who signed in with this browser before.
    device: &'a [AccountId],
}

impl Opening<'_> {
    /// One wave: the session is opened, on the very credentials that were looked at, while the names are read and the
    /// address gets its try back.
    async fn open(
        &self,
        app: &LoginApp,
        credentials: CredentialsRecord,
        user_agent: &str,
        moment: Moment,
    ) -> Result<Reply, ApiError> {
        let wall = moment.wall;
        let agent = !self.items.roles.is_empty();
        let ends = if agent { agent_session_end(wall, wall) } else { wall + PARENT_SESSION_LIFE };
        let account = self.items.profile.account.clone();
        let session = SessionRecord {
            account: account.clone(),
            session: secret::id(),
            since: wall,
            agent,
            expires: ends.timestamp(),
            device: device(user_agent),
            proved: None,
            renewed: None,
        };
        let (opened, names, ()) = tokio::join!(
            self.write(app, &session, credentials),
            self.items.names(&app.app),
            self.claims.give_back(&app.app.table, of_address),
        );
        opened?;
        let token = app.signing.token(&app.app, &account, &session.session, wall).await?;
        let known = app.signing.device(&app.app, &account, self.device, wall).await?;
        Ok(Reply::json(&self.items.view(&names?, moment)?)?.set_cookie(cookie(&token, ends - wall)).set_cookie(known))
    }

    async fn write(
        &self,
        app: &LoginApp,
        session: &SessionRecord,
        mut credentials: CredentialsRecord,
    ) -> Result<(), ApiError> {
        let table = &app.app.table;
        let (password, totp_used) = (credentials.password.clone(), credentials.totp_used);
        let mut attempts = Attempts::of(Patience::NUMBER);
        loop {
            attempts.next().await?;
            let next = CredentialsRecord { version: credentials.version + 1, ..credentials.clone() };
            let mut transaction = Transaction::of_system();
            transaction.put_new(session);
            transaction.put_over(&next, credentials.version);
            forget_tries(&mut transaction, &self.items.profile);
            for role in &self.items.roles {
                let (event, more) = (SecurityEvent::SignedIn, session.device.clone().unwrap_or_default());
                let (place, said) = (&role.organisation, role.said.as_str());
                transaction.put_new(&SecurityEventRecord::new(place, event, said, said, more, session.since));
            }
            for old in oldest(self.items) {
                transaction.delete(&keys::session(&old.account, &old.session));
            }
            match attempts.wrote(table.write(transaction).await)? {
                Written::Yes => return Ok(()),
                // After a conflict.
                Written::Faster(failed) if failed.is_empty() => {}
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
}

fn oldest(items: &AccountItems) -> Vec<&SessionRecord> {
    let mut sessions: Vec<_> = items.sessions.iter().collect();
    sessions.sort_by_key(|session| session.since);
    let surplus = (sessions.len() + 1).saturating_sub(MOST_SESSIONS);
    sessions.truncate(surplus);
    sessions
}
