//! Emailed tokens: looked up by their hash, good for one purpose, until they expire.

use chrono::{DateTime, Utc};
use domain::account::Purpose;
use lambda_http::http::StatusCode;
use secret::sha256;
use store::keys;
use store::records::TokenRecord;
use web::ApiError;
use web::app::App;

/// The token's record, when it is good for this purpose now.
pub(crate) async fn find_token(
    app: &App,
    token: &str,
    purpose: Purpose,
    wall: DateTime<Utc>,
) -> Result<TokenRecord, ApiError> {
    let record: Option<TokenRecord> = app.table.get(&keys::token(&sha256(token))).await?;
    let good = |record: &TokenRecord| record.purpose == purpose && wall.timestamp() < record.expires;
    record.filter(good).ok_or_else(token_expired)
}

/// 410: the link was used, has expired or never existed.
pub(crate) fn token_expired() -> ApiError {
    let detail = "Ce lien n’est plus valable : il a déjà servi, ou il est trop ancien. Demandez-en un nouveau.";
    ApiError::new(StatusCode::GONE, "token-expired", detail)
}
