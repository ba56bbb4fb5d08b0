//! Passwords are kept as Argon2id hashes: m = 19 MiB, t = 2, p = 1 (OWASP's first choice).

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

/// A hash could not be made or read.
#[derive(Debug, thiserror::Error)]
#[error("password hash: {0}")]
pub struct HashError(String);

static COMPUTED: AtomicU64 = AtomicU64::new(0);

/// How many hashes this process has computed: who exists costs as many as who does not, and a test holds that.
pub fn computed() -> u64 {
    COMPUTED.load(Ordering::Relaxed)
}

/// For one hash.
fn argon2() -> Result<Argon2<'static>, HashError> {
    COMPUTED.fetch_add(1, Ordering::Relaxed);
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| HashError(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a password, with a salt of its own. Takes tens of milliseconds of a core.
pub fn hash(password: &str) -> Result<String, HashError> {
    let made = argon2()?.hash_password(password.as_bytes()).map_err(|error| HashError(error.to_string()))?;
    Ok(made.to_string())
}

/// Whether a password is the one of a PHC string. Without one it works as long and says no:
/// an unknown name takes the same time as a wrong password.
pub fn verify(password: &str, phc: Option<&str>) -> Result<bool, HashError> {
    let Some(phc) = phc else {
        hash(password)?;
        return Ok(false);
    };
    let parsed = PasswordHash::new(phc).map_err(|error| HashError(error.to_string()))?;
    Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok())
}

/// [`hash`] on a thread of its own, so that other requests go on.
pub async fn hash_aside(password: String) -> Result<String, HashError> {
    let hashing = tokio::task::spawn_blocking(move || hash(&password)).await;
    hashing.map_err(|error| HashError(error.to_string()))?
}

/// [`verify`] on a thread of its own, so that other requests go on.
pub async fn verify_aside(password: String, phc: Option<String>) -> Result<bool, HashError> {
    let verifying = tokio::task::spawn_blocking(move || verify(&password, phc.as_deref())).await;
    verifying.map_err(|error| HashError(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let phc = hash("le chat noir").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("le chat noir", Some(&phc)).unwrap());
        assert!(!verify("le chat gris", Some(&phc)).unwrap());
        assert!(!verify("le chat noir", None).unwrap());
    }
}
