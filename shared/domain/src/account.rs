//! Accounts: what can be an identifiant, a mél or a password, and how long sessions and tokens live.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::id::OrganisationId;
use super::text::{folded, latin};

/// How long a session's token is accepted before the page renews it.
pub const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);
/// How long a parent's session can be renewed after its last renewal.
pub const PARENT_SESSION_LIFE: TimeDelta = TimeDelta::days(14);
/// How long an agent's session lasts at most.
pub const AGENT_SESSION_LIFE: TimeDelta = TimeDelta::hours(12);
/// How long a second factor that was shown is enough for what is grave: roles, erasures, exports, one's own account.
pub const PROOF_LIFE: TimeDelta = TimeDelta::minutes(15);
/// How long an agent's session goes on without being used: it is prolonged as its token is, so by a quarter of an hour.
pub const AGENT_IDLE: TimeDelta = TimeDelta::hours(1);
/// How long a browser in which somebody signed in is known again.
pub const DEVICE_LIFE: TimeDelta = TimeDelta::days(90);
/// How long the link of "mot de passe oublié" works.
pub const RESET_LIFE: TimeDelta = TimeDelta::hours(1);
/// How long the link that confirms a new mél works.
pub const MEL_CHANGE_LIFE: TimeDelta = TimeDelta::hours(24);
/// How many recovery codes a second factor has.
pub const RECOVERY_CODES: usize = 10;
/// How long the invitation of a parent works at most, and where its organisation says nothing else.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(30);
/// How long the invitation of an agent works.
pub const AGENT_INVITATION_LIFE: TimeDelta = TimeDelta::days(3);
/// How long the link of an invoice's mail lives; after that one signs in.
pub const INVOICE_LINK_LIFE: TimeDelta = TimeDelta::days(30);

/// How long a mail program can end the mails it has shown.
pub const OPT_OUT_LIFE: TimeDelta = TimeDelta::days(90);

/// What identifies the person who signs in, an identifiant or a mél, as it is compared.
pub fn normalised_name(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a text can be an identifiant: 3 to 60 of `a-z`, `0-9`, `.`, `-`, beginning with a letter.
pub fn is_identifiant(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-';
    (3..=60).contains(&text.len()) && text.bytes().all(allowed) && text.as_bytes()[0].is_ascii_lowercase()
}

/// Whether a text can be a mél that this portal writes to.
pub fn is_mel(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str, more: &[u8]| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte));
    let dotted = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && plain(local, b".!#$%&'*+/=?^_`{|}~-")
        && dotted(local)
        && plain(host, b".-")
        && dotted(host)
        && host.contains('.')
        && host.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'))
}

/// The identifiant an organisation mints for a person: `jumex.chantal.devret`.
pub fn suggested_identifiant(organisation: &OrganisationId, first_name: &str, last_name: &str) -> String {
    let parts = [organisation.to_string(), latin(first_name), latin(last_name)];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    name.chars().take(60).collect::<String>().trim_end_matches('.').to_owned()
}

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 12 characters.
    #[error("Le mot de passe doit avoir 12 caractères ou plus. Une phrase convient très bien.")]
    TooShort,
    /// More characters than sign-in reads.
    #[error("Le mot de passe doit avoir 256 caractères ou moins.")]
    TooLong,
    /// Digits only, fewer than 16.
    #[error("Un mot de passe fait seulement de chiffres doit en avoir 16 ou plus.")]
    TooFewDigits,
    /// One of the passwords everybody tries first, or one character repeated.
    #[error("Ce mot de passe est parmi les plus courants : il serait deviné tout de suite.")]
    Common,
    /// It holds the person's own identifiant or mél.
    #[error("Le mot de passe ne doit pas contenir votre identifiant ou votre mél.")]
    HoldsName,
}

/// How many characters a password has at most; a longer one is not hashed, so none must ever be taken.
pub const LONGEST_PASSWORD: usize = 256;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether a password can be taken for a person with these names (CNIL 2022-100, ASVS 5: length, no composition rules).
pub fn check_password(password: &str, names: &[&str]) -> Result<(), WeakPassword> {
    let count = password.chars().count();
    let digits = password.chars().all(|letter| letter.is_ascii_digit());
    let lower = folded(password);
    let distinct: HashSet<char> = lower.chars().collect();
    match () {
        () if count < 12 => Err(WeakPassword::TooShort),
        () if count > LONGEST_PASSWORD => Err(WeakPassword::TooLong),
        () if digits && count < 16 => Err(WeakPassword::TooFewDigits),
        () if distinct.len() < 4 || is_common(&lower) => Err(WeakPassword::Common),
        () if names.iter().any(|name| name.len() > 3 && lower.contains(&folded(name))) => Err(WeakPassword::HoldsName),
        () => Ok(()),
    }
}

/// A common password, as it is or with digits and signs around it.
fn is_common(lower: &str) -> bool {
    let core = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    COMMON.contains(lower) || COMMON.contains(core)
}

/// What an emailed token is for; each is used for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Choose a new password.
    PasswordReset,
    /// Accept an invitation.
    Invitation,
    /// Open one invoice.
    Invoice,
    /// Confirm a new mél.
    MelChange,
    /// Ends the digests of an adult, at one click of a mail program.
    StopDigest,
    /// Ends the reminders before limits.
    StopReminder,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_characters_are_enough_and_eleven_are_not() {
        assert_eq!(check_password("onze caract", &[]), Err(WeakPassword::TooShort));
        assert_eq!(check_password("le chat noir", &[]), Ok(()));
        assert_eq!(check_password(&"le chat noir, ".repeat(19)[..256], &[]), Ok(()));
        assert_eq!(check_password(&"le chat noir, ".repeat(19)[..257], &[]), Err(WeakPassword::TooLong));
        assert_eq!(check_password("éàçùéàçùéàçù", &[]), Ok(()));
    }

    #[test]
    fn digits_only_need_sixteen() {
        assert_eq!(check_password("482910375628193", &[]), Err(WeakPassword::TooFewDigits));
        assert_eq!(check_password("4829103756281937", &[]), Ok(()));
    }

    #[test]
    fn common_ones_and_ones_own_name_are_refused() {
        assert_eq!(check_password("motdepasse1234", &[]), Err(WeakPassword::Common));
        assert_eq!(check_password("aaaaaaaaaaaaaa", &[]), Err(WeakPassword::Common));
        assert_eq!(check_password("jumex.chantal 2015", &["jumex.chantal"]), Err(WeakPassword::HoldsName));
    }

    #[test]
    fn mels_are_checked_as_people_write_them() {
        for good in ["pasdemail@qiis.fr", "jean-paul.o'neil+cantine@mail.example.fr"] {
            assert!(is_mel(good), "{good}");
        }
        for bad in ["", "a@b", "@x.fr", "a b@x.fr", "a@x..fr", "é@x.fr", "a@-x.fr", "a@x.fr\r\nBcc: b@x.fr"] {
            assert!(!is_mel(bad), "{bad}");
        }
    }

    #[test]
    fn identifiants_carry_the_organisation() {
        let jumex = "jumex".parse().unwrap();
        assert_eq!(suggested_identifiant(&jumex, "Chloé-Anne", "D’Evret"), "jumex.chloeanne.devret");
        assert_eq!(suggested_identifiant(&jumex, "Łukasz", "ŞAHİN"), "jumex.lukasz.sahin");
        assert_eq!(suggested_identifiant(&jumex, "Юлия", "ЩЕРБА"), "jumex.iuliia.shcherba");
        assert_eq!(suggested_identifiant(&jumex, "王", "LI"), "jumex.li");
    }
}
