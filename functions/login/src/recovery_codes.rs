//! `POST /api/account/recovery-codes`: ten codes in place of the phone, shown once, each good once.

use std::sync::Arc;

use domain::account::RECOVERY_CODES;
use lambda_http::http::StatusCode;
use secret::{recovery_code, sha256};
use serde::Deserialize;
use serde_json::json;
use store::records::{CredentialsRecord, SecurityEvent, SecurityEventRecord};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::prove::OwnAccount;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    password: String,
}

/// Three waves; codes made before end with it.
pub(crate) async fn make_recovery_codes(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let account = OwnAccount::open(&app, &call).await?;
    let body: Body = call.body()?;
    let proven = account.prove(&app, body.password).await?;
    // A session begun without the second factor must not make what stands in for it.
    if !proven.own.session.agent || proven.credentials.totp.is_none() {
        let detail = "Les codes de secours sont pour les agents, connectés avec leur code à six chiffres.";
        return Err(ApiError::new(StatusCode::CONFLICT, "no-second-factor", detail));
    }
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let recovery = codes.iter().map(|code| sha256(code)).collect();
    let next = CredentialsRecord { recovery, ..proven.credentials.clone() };
    let mut transaction = proven.begin_with(next);
    for role in &proven.items.roles {
        let (event, said) = (SecurityEvent::RecoveryCodesMade, role.said.as_str());
        let event = SecurityEventRecord::new(&role.organisation, event, said, said, "", call.moment.wall);
        transaction.put_new(&event);
    }
    app.app.table.write(transaction).await?;
    let shown: Vec<String> = codes.iter().map(|code| in_fives(code)).collect();
    Reply::json(&json!({ "codes": shown }))
}

fn in_fives(code: &str) -> String {
    let groups: Vec<&str> = (0..code.len()).step_by(5).map(|at| &code[at..at + 5]).collect();
    groups.join(" ")
}
