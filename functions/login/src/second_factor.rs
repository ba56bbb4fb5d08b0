//! The second factor of agents: a code every 30 seconds, each taken once; offered at the first sign-in.

use chrono::{DateTime, Utc};
use lambda_http::http::StatusCode;
use qrcode::{Color, QrCode};
use secret::{sha256, totp_key, totp_step, totp_uri};
use serde_json::{Value, json};
use store::records::CredentialsRecord;
use web::ApiError;

/// What the second factor says to a sign-in whose password is right.
pub(crate) enum Verdict {
    /// Go on, with the credentials as they become.
    Passed(CredentialsRecord),
    /// Not yet; the credentials to keep, if they changed, and what to answer.
    NotYet(Option<CredentialsRecord>, ApiError),
}

/// Looks at the code, or asks for one.
pub(crate) fn check(
    mut credentials: CredentialsRecord,
    code: Option<&str>,
    identifiant: &str,
    wall: DateTime<Utc>,
) -> Verdict {
    let Some(key) = credentials.totp.clone().or_else(|| credentials.totp_offered.clone()) else {
        let key = totp_key();
        credentials.totp_offered = Some(key.clone());
        return Verdict::NotYet(Some(credentials), enrolment(&key, identifiant));
    };
    let enrolled = credentials.totp.is_some();
    let Some(code) = code else {
        return Verdict::NotYet(None, if enrolled { required() } else { enrolment(&key, identifiant) });
    };
    if enrolled && spend_recovery_code(&mut credentials, code) {
        return Verdict::Passed(credentials);
    }
    match totp_step(&key, code, wall).filter(|step| *step > credentials.totp_used) {
        Some(step) => {
            credentials.totp_used = step;
            credentials.totp = Some(key);
            credentials.totp_offered = None;
            Verdict::Passed(credentials)
        }
        None => Verdict::NotYet(None, wrong()),
    }
}

/// Takes a recovery code that is left off the list.
fn spend_recovery_code(credentials: &mut CredentialsRecord, code: &str) -> bool {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let before = credentials.recovery.len();
    let hash = sha256(&digits);
    credentials.recovery.retain(|left| *left != hash);
    credentials.recovery.len() < before
}

/// The code of the answer to a code that is not the right one.
pub(crate) const WRONG: &str = "second-factor-wrong";

fn required() -> ApiError {
    let detail = "Entrez le code à six chiffres de votre application d’authentification, ou un code de secours.";
    ApiError::new(StatusCode::UNAUTHORIZED, "second-factor-required", detail)
}

fn wrong() -> ApiError {
    let detail = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant dans votre application.";
    ApiError::new(StatusCode::UNAUTHORIZED, WRONG, detail)
}

fn enrolment(key: &str, identifiant: &str) -> ApiError {
    let detail = "Ajoutez cette clé à votre application d’authentification, puis entrez le code qu’elle affiche.";
    let groups: Vec<String> =
        key.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let uri = totp_uri(key, identifiant);
    let qr = qr(&uri);
    ApiError::new(StatusCode::UNAUTHORIZED, "second-factor-enrolment", detail)
        .with("enrolment", json!({ "secret": groups.join(" "), "uri": uri, "qr": qr }))
}

/// A text as a QR code, without its quiet zone: how many squares a side has, and the dark ones as a path of SVG, a unit
/// each. Nothing for what is too long for one.
fn qr(text: &str) -> Option<Value> {
    let code = QrCode::new(text).ok()?;
    let size = code.width();
    let colors = code.to_colors();
    let dark = |row: &[Color], y: usize| -> String {
        let squares = row.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
        squares.map(|(x, _)| format!("M{x} {y}h1v1h-1z")).collect()
    };
    let path: String = colors.chunks(size).enumerate().map(|(y, row)| dark(row, y)).collect();
    Some(json!({ "size": size, "path": path }))
}
