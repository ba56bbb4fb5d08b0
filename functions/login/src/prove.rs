//! Who is signed in proves it once more with the password before anything of the account changes.

use domain::throttle::ACCOUNT;
use lambda_http::http::StatusCode;
use secret::password::verify_aside;
use store::keys;
use store::records::{CredentialsRecord, SessionRecord, ThrottleRecord};
use store::{Chain, Failure};
use web::app::Caller;
use web::{ApiError, Call};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::tries::{Tried, put_claims};

/// The longest password that is looked at, in characters.
const LONGEST: usize = 256;

/// Somebody whose password was right, with the account as it was read.
pub(crate) struct Proven {
    pub(crate) caller: Caller,
    pub(crate) session: SessionRecord,
    pub(crate) items: AccountItems,
    pub(crate) credentials: CredentialsRecord,
    tried: Tried,
}

/// 422: the password is not the account's.
pub(crate) fn wrong_password() -> ApiError {
    ApiError::invalid("password", "Ce n’est pas le mot de passe de votre compte.")
}

/// 409: what was read is no longer so.
pub(crate) fn changed_meanwhile() -> ApiError {
    let detail = "Votre compte vient de changer dans une autre fenêtre. Rien n’a été enregistré : recommencez.";
    ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
}

/// The caller's account, while the session is open: one wave.
pub(crate) async fn own_account(app: &LoginApp, call: &Call) -> Result<(Caller, AccountItems), ApiError> {
    let caller = app.app.caller(call).await?;
    let items = AccountItems::read(&app.app, &caller.account).await?.ok_or_else(ApiError::no_session)?;
    items.demand_session(&caller, call.moment.wall)?;
    Ok((caller, items))
}

/// Two waves, then Argon2: read; claim the try before the password is looked at.
pub(crate) async fn prove(app: &LoginApp, call: &Call, password: String) -> Result<Proven, ApiError> {
    let caller = app.app.caller(call).await?;
    let wall = call.moment.wall;
    let tried = Tried::new("password", caller.account.as_str(), ACCOUNT);
    let (credentials, throttle) = (keys::credentials(&caller.account), [tried.key()]);
    let (items, credentials, tries) = tokio::join!(
        AccountItems::read(&app.app, &caller.account),
        app.app.table.get::<CredentialsRecord>(&credentials),
        app.app.table.batch_get(&throttle),
    );
    let (items, credentials) = items?.zip(credentials?).ok_or_else(ApiError::no_session)?;
    let session = items.demand_session(&caller, wall)?.clone();
    if password.chars().count() > LONGEST {
        return Err(wrong_password());
    }
    claim(app, tried.claim(&tries?, wall)?).await?;
    let hash = Some(credentials.password.clone());
    match verify_aside(password, hash).await.map_err(|error| ApiError::internal(error.to_string()))? {
        true => Ok(Proven { caller, session, items, credentials, tried }),
        false => Err(wrong_password()),
    }
}

async fn claim(app: &LoginApp, claim: (ThrottleRecord, u64)) -> Result<(), ApiError> {
    match app.app.table.write(put_claims(Chain::new(), &[claim])).await {
        Ok(()) => Ok(()),
        Err(Failure::Conditions(_) | Failure::Conflict) => Err(changed_meanwhile()),
        Err(failure) => Err(failure.into()),
    }
}

impl Proven {
    /// Where a transaction's own conditions begin, after those of [`Self::begin`].
    pub(crate) const OWN: usize = 3;

    /// A transaction on the very session and credentials that were looked at; the tries are forgotten.
    pub(crate) fn begin(&self) -> Chain {
        self.begin_with(self.credentials.clone())
    }

    /// The same, with credentials as they become.
    pub(crate) fn begin_with(&self, credentials: CredentialsRecord) -> Chain {
        self.on_credentials(credentials).delete(&self.tried.key())
    }

    /// The same, but the try stays counted: what is asked for sends a mail each time.
    pub(crate) fn begin_counted(&self) -> Chain {
        self.on_credentials(self.credentials.clone())
    }

    fn on_credentials(&self, credentials: CredentialsRecord) -> Chain {
        let read = self.credentials.version;
        let next = CredentialsRecord { version: read + 1, ..credentials };
        Chain::new().check_exists(&self.caller.session_key()).put_over(&next, read)
    }

    /// For the one transaction that ends the account itself.
    pub(crate) fn end(&self) -> Chain {
        let credentials = keys::credentials(&self.caller.account);
        Chain::new()
            .delete_existing(&self.caller.session_key())
            .delete_version(&credentials, self.credentials.version)
            .delete(&self.tried.key())
    }

    /// What a failed condition means, unless an operation knows better.
    pub(crate) fn refusal(failure: Failure) -> ApiError {
        match failure {
            Failure::Conditions(failed) if failed.contains(&0) => ApiError::no_session(),
            Failure::Conditions(_) | Failure::Conflict => changed_meanwhile(),
            failure @ Failure::Store(_) => failure.into(),
        }
    }
}
