//! `POST /api/opt-out/{token}`: the "unsubscribe" button of a mail program (RFC 8058), without a session.
//!
//! Mail programs call it from anywhere: it is exempt from the same-origin rule, and its token can do nothing but this.

use std::sync::Arc;

use domain::account::Purpose;
use lambda_http::http::StatusCode;
use secret::sha256;
use store::records::{TokenRecord, Wishes, WishesRecord};
use store::{Attempts, Patience, Transaction, keys};
use web::app::App;
use web::{ApiError, Call, Reply};

/// Ends the mails of that kind for that adult; asked again, they have ended already.
pub(crate) async fn opt_out(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let token: String = call.path("token")?;
    let key = keys::token(&sha256(&token));
    let record: Option<TokenRecord> = app.table.get(&key).await?;
    let record = record.filter(|record| call.moment.wall.timestamp() < record.expires).ok_or_else(expired)?;
    let stop: fn(&mut Wishes) = match record.purpose {
        Purpose::StopDigest => |wishes| wishes.digest = false,
        Purpose::StopReminder => |wishes| wishes.reminder = false,
        _ => return Err(expired()),
    };
    let place = record.organisation.zip(record.family).zip(record.account);
    let ((organisation, family), account) = place.ok_or_else(expired)?;
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let known: Option<WishesRecord> = app.table.get(&keys::wishes(&organisation, &family)).await?;
        let Some(known) = known else { return Ok(Reply::no_content()) };
        let read = known.version;
        let next = known.clone().with(&account, stop);
        if next.accounts == known.accounts {
            return Ok(Reply::no_content());
        }
        let mut transaction = Transaction::of_token(&key);
        if !next.reminder() {
            transaction.delete(&keys::reminder(&organisation, &family));
        }
        transaction.put_over(&next, read);
        if attempts.wrote(app.table.write(transaction).await)?.yes() {
            return Ok(Reply::no_content());
        }
    }
}

/// 410: the token has expired or never existed.
fn expired() -> ApiError {
    let detail = "Ce lien n’est plus valable. Vos préférences sont sous « Mes méls et mon agenda ».";
    ApiError::new(StatusCode::GONE, "token-expired", detail)
}
