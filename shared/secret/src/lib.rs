//! Chance and what is made of it: tokens, identifiers, the codes of the second factor.

pub mod password;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret};
use uuid::Uuid;

use domain::id::AccountId;

/// 256 random bits as text for a link.
pub fn token() -> String {
    let mut bytes = [0_u8; 32];
    // A machine without chance cannot go on: nothing it makes would be safe.
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no source of randomness: {error}"));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A new opaque account id.
pub fn account_id() -> AccountId {
    let text = Uuid::new_v4().simple().to_string();
    text.parse().unwrap_or_else(|_| unreachable!("hexadecimal digits are an id"))
}

/// A new random identifier.
pub fn id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// SHA-256 in hex: how a token is kept.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new key for the second factor: 160 bits in base32.
pub fn totp_key() -> String {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no source of randomness: {error}"));
    Secret::from(bytes.to_vec()).to_base32()
}

/// The time step whose code this is, when it is one of now (RFC 6238: 30 s, six digits, one step of skew).
pub fn totp_step(key: &str, code: &str, wall: DateTime<Utc>) -> Option<u64> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let totp = totp(key)?;
    totp.check(&digits, u64::try_from(wall.timestamp()).ok()?)
}

/// How many digits a recovery code has.
pub const RECOVERY_DIGITS: usize = 25;

/// A recovery code of the second factor: twenty-five digits, which a phone's number keys can type. They are 83 bits, so
/// that who reads its hash does not find it.
pub fn recovery_code() -> String {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no source of randomness: {error}"));
    // 2^128 is some 10^13 times 10^25: no digit leans.
    let number = u128::from_le_bytes(bytes) % 10_u128.pow(25);
    format!("{number:025}")
}

/// The code of a key at an instant; the local program shows it for its demo agents.
pub fn totp_code(key: &str, wall: DateTime<Utc>) -> Option<String> {
    Some(totp(key)?.generate(u64::try_from(wall.timestamp()).ok()?).to_string())
}

fn totp(key: &str) -> Option<totp_rs::Totp> {
    let secret = Secret::try_from_base32(key).ok()?;
    Builder::new().with_secret(secret).build().ok()
}

/// The key as an authenticator app reads it from a link.
pub fn totp_uri(key: &str, identifiant: &str) -> String {
    format!("otpauth://totp/Pr%C3%A9au:{identifiant}?secret={key}&issuer=Pr%C3%A9au")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_rfc_6238_are_ours() {
        // RFC 6238, appendix B: secret "12345678901234567890", at 59 s the code 94287082, of which six digits remain.
        let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        assert_eq!(totp_step(key, "287 082", at(59)), Some(1));
        assert_eq!(totp_step(key, "287082", at(59 + 30)), Some(1), "one step late is still taken");
        assert_eq!(totp_step(key, "287082", at(59 + 60)), None);
        assert_eq!(totp_code(key, at(59)).as_deref(), Some("287082"));
    }

    #[test]
    fn a_recovery_code_has_eighty_bits_or_more() {
        let codes: Vec<String> = (0..200).map(|_| recovery_code()).collect();
        for code in &codes {
            assert!(code.len() == RECOVERY_DIGITS && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
        }
        // log2(10^25) = 83.05, where every place takes every digit.
        for place in 0..RECOVERY_DIGITS {
            let digits: std::collections::HashSet<u8> = codes.iter().map(|code| code.as_bytes()[place]).collect();
            assert_eq!(digits.len(), 10, "place {place}");
        }
    }

    #[test]
    fn new_keys_are_keys() {
        let key = totp_key();
        assert_eq!(key.len(), 32);
        assert!(totp_code(&key, Utc::now()).is_some());
    }
}
