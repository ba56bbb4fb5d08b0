//! Who is signed in proves it once more with the password before anything of the account changes.

use domain::account::LONGEST_PASSWORD;
use domain::account::normalised_name;
use domain::throttle::ACCOUNT;
use secret::password::verify_aside;
use store::records::CredentialsRecord;
use store::{Items, Transaction, keys};
use web::ask::OwnCall;
use web::{ApiError, Call};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::tries::{Claims, Tried};

/// Somebody signed in, with what is needed to look at their password.
pub(crate) struct OwnAccount {
    own: OwnCall,
    items: AccountItems,
    credentials: CredentialsRecord,
    tries: Items,
    tried: Tried,
}

/// Somebody whose password was right, with the account as it was read.
pub(crate) struct Proven {
    pub(crate) own: OwnCall,
    pub(crate) items: AccountItems,
    pub(crate) credentials: CredentialsRecord,
    tried: Tried,
}

/// 422: the password is not the account's.
pub(crate) fn wrong_password() -> ApiError {
    ApiError::invalid("password", "Ce n’est pas le mot de passe de votre compte.")
}

impl OwnAccount {
    /// One wave: the account, its credentials, and what was tried. Of an agent the second factor is asked for again, when
    /// it was not shown a moment ago.
    pub(crate) async fn open(app: &LoginApp, call: &Call) -> Result<Self, ApiError> {
        let caller = app.app.caller(call).await?;
        let tried = Tried::new("password", caller.account.as_str(), ACCOUNT);
        let (credentials, throttle) = (keys::credentials(&caller.account), [tried.key()]);
        let (own, credentials, tries) = tokio::join!(
            OwnCall::open_account(&app.app, call),
            app.app.table.get::<CredentialsRecord>(&credentials),
            app.app.table.batch_get(&throttle),
        );
        let own = own?;
        let items = AccountItems::own(&own)?;
        if !items.roles.is_empty() && !own.session.proved_lately(own.moment.wall) {
            return Err(ApiError::second_factor_again());
        }
        Ok(Self { own, items, credentials: credentials?.ok_or_else(ApiError::no_session)?, tries: tries?, tried })
    }

    /// One wave, then Argon2: the try is claimed before the password is looked at.
    pub(crate) async fn prove(self, app: &LoginApp, password: String) -> Result<Proven, ApiError> {
        let Self { own, items, credentials, tries, tried } = self;
        if password.chars().count() > LONGEST_PASSWORD {
            return Err(wrong_password());
        }
        let mut transaction = own.begin();
        Claims::put(&mut transaction, std::slice::from_ref(&tried), &tries, own.moment.wall)?;
        app.app.table.write(transaction).await?;
        let hash = Some(credentials.password.clone());
        match verify_aside(password, hash).await.map_err(|error| ApiError::internal(error.to_string()))? {
            true => Ok(Proven { own, items, credentials, tried }),
            false => Err(wrong_password()),
        }
    }
}

impl Proven {
    /// A transaction on the very session and credentials that were looked at; the tries are forgotten.
    pub(crate) fn begin(&self) -> Transaction {
        self.begin_with(self.credentials.clone())
    }

    /// The same, with credentials as they become.
    pub(crate) fn begin_with(&self, credentials: CredentialsRecord) -> Transaction {
        let mut begun = self.on_credentials(credentials);
        begun.delete(&self.tried.key());
        begun
    }

    /// The same, but the try stays counted: what is asked for sends a mail each time.
    pub(crate) fn begin_counted(&self) -> Transaction {
        self.on_credentials(self.credentials.clone())
    }

    fn on_credentials(&self, credentials: CredentialsRecord) -> Transaction {
        let read = self.credentials.version;
        let mut begun = self.own.begin();
        begun.put_over(&CredentialsRecord { version: read + 1, ..credentials }, read);
        begun
    }

    /// The one transaction that ends the account itself: profile, credentials, both names and every session.
    pub(crate) fn end(&self) -> Transaction {
        let profile = &self.items.profile;
        let mut end = self.own.begin();
        end.delete(&self.own.caller.session_key());
        end.delete_version(&keys::credentials(&profile.account), self.credentials.version);
        end.delete(&self.tried.key());
        end.delete_version(&keys::account(&profile.account), profile.version);
        end.delete(&keys::name(&normalised_name(&profile.identifiant)));
        end.delete(&keys::name(&normalised_name(&profile.mel)));
        self.items.end_sessions(&mut end, &self.own.caller);
        end
    }
}
