//! `POST /api/session/second-factor`: an agent shows the second factor once more, for a quarter of an hour.

use std::sync::Arc;

use domain::throttle::ACCOUNT;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use store::keys;
use store::records::{CredentialsRecord, SessionRecord};
use web::ask::OwnCall;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::second_factor::{Verdict, check};
use crate::tries::{Claims, Tried};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    code: String,
}

/// Three waves: the account and what was tried; the try is claimed; credentials and session in one transaction.
pub(crate) async fn show_second_factor(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let caller = app.app.caller(&call).await?;
    let tried = Tried::new("code", caller.account.as_str(), ACCOUNT);
    let (credentials, throttle) = (keys::credentials(&caller.account), [tried.key()]);
    let (own, credentials, tries) = tokio::join!(
        OwnCall::open_account(&app.app, &call),
        app.app.table.get::<CredentialsRecord>(&credentials),
        app.app.table.batch_get(&throttle),
    );
    let own = own?;
    let body: Body = call.body()?;
    let (items, wall) = (AccountItems::own(&own)?, own.moment.wall);
    let known = credentials?.filter(|known| own.session.agent && known.totp.is_some());
    let credentials = known.ok_or_else(|| {
        let detail = "Seule la connexion d’un agent se confirme par un code.";
        ApiError::new(StatusCode::CONFLICT, "no-second-factor", detail)
    })?;
    let mut claiming = own.begin();
    Claims::put(&mut claiming, std::slice::from_ref(&tried), &tries?, wall)?;
    app.app.table.write(claiming).await?;
    let read = credentials.version;
    let wrong = || ApiError::invalid("code", "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant.");
    let Verdict::Passed(next) = check(credentials, Some(&body.code), &items.profile.identifiant, wall) else {
        return Err(wrong());
    };
    let mut transaction = own.begin();
    transaction.put_over(&CredentialsRecord { version: read + 1, ..next }, read);
    transaction.put(&SessionRecord { proved: Some(wall), ..own.session.clone() });
    transaction.delete(&tried.key());
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
