//! Names, roles, méls and free texts of a person: what can be kept, and how it is written.

use crate::account::is_mel;
use crate::text::printable;

/// Blanks as one space, none around.
pub(super) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of at most so many characters.
pub(super) fn at_most(text: &str, most: usize) -> Result<String, String> {
    match text.chars().count() <= most {
        true => Ok(text.to_owned()),
        false => Err(format!("Ce texte est trop long : {most} caractères au plus.")),
    }
}

/// A text that stands on envelopes and invoices, of at most so many characters.
pub(super) fn printed(text: &str, most: usize) -> Result<String, String> {
    printable(text).and_then(|()| at_most(text, most))
}

/// An accent that its letter could not take in.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// A name: letters, hyphens, apostrophes.
pub(super) fn name(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_alphabetic() || " -'’.".contains(letter) || is_accent(letter);
    match text.chars().all(plain) && text.chars().any(char::is_alphabetic) {
        true => printed(text, 60),
        false => Err("Un nom s’écrit avec des lettres.".to_owned()),
    }
}

/// The word of a fiche: `MÈRE`, `NOUNOU`, `GRAND-PÈRE`.
pub(super) fn role(text: &str) -> Result<String, String> {
    name(text).and_then(|text| at_most(&text, 30)).map(|text| text.to_uppercase())
}

/// A mél.
pub(super) fn mel(text: &str) -> Result<String, String> {
    match is_mel(text) {
        true => Ok(text.to_owned()),
        false => Err("Écrivez une adresse mél complète, comme prenom.nom@exemple.fr.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_and_long_texts_are_refused() {
        assert_eq!(name("Anne-Lise d’Évret").as_deref(), Ok("Anne-Lise d’Évret"));
        assert!(name("Chloé2").is_err() && name("-").is_err() && name("<b>").is_err());
        for written in ["Łukasz", "Nguyễn", "Юлия", "Γιώργος", "Şahin", "m\u{303}"] {
            assert_eq!(name(written).as_deref(), Ok(written));
        }
        assert!(name("王小明").is_err(), "an invoice could not show it");
        assert!(name(&"é".repeat(60)).is_ok() && name(&"é".repeat(61)).is_err());
        assert_eq!(role("grand-mère").as_deref(), Ok("GRAND-MÈRE"));
        assert_eq!(tidy("  Chemin \u{a0} de la lune "), "Chemin de la lune");
    }
}
