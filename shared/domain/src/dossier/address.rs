//! Postal codes and towns as they stand on an envelope; foreign ones with the letters of their country.

/// A postal code: five digits in France, else with a letter, as `B-1000` or `SW1A 1AA`.
///
/// # Errors
/// What to do about a text that is none, in French.
pub(super) fn postal_code(text: &str) -> Result<String, String> {
    let upper = text.to_uppercase();
    let digits: String = upper.chars().filter(|letter| !letter.is_whitespace()).collect();
    let home = digits.strip_prefix("F-").unwrap_or(&digits);
    if home.bytes().all(|byte| byte.is_ascii_digit()) {
        return match home.len() {
            5 if ("01000".."99000").contains(&home) => Ok(home.to_owned()),
            5 => Err("Ce code postal n’existe pas en France.".to_owned()),
            _ => {
                let abroad = "Pour l’étranger, mettez les lettres du pays devant, par exemple B-1000.";
                Err(format!("Un code postal français compte cinq chiffres. {abroad}"))
            }
        };
    }
    let plain = upper.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == ' ');
    let figures = upper.chars().any(|letter| letter.is_ascii_digit());
    match plain && figures && (4..=12).contains(&upper.chars().count()) {
        true => Ok(upper),
        false => Err("Un code postal s’écrit avec des chiffres, par exemple 45600.".to_owned()),
    }
}

/// A town, in capitals as on an envelope: `SAINT-JEAN-DE-BRAYE`, `ORLÉANS CEDEX 2`.
///
/// # Errors
/// What to do about a text that is none, in French.
pub(super) fn town(text: &str) -> Result<String, String> {
    let figures = text.chars().take_while(char::is_ascii_digit).count();
    let plain = |letter: char| letter.is_alphanumeric() || " -'’./()".contains(letter);
    match () {
        () if figures >= 4 => Err("Le code postal a son champ à lui : écrivez ici la ville seule.".to_owned()),
        () if !text.chars().any(char::is_alphabetic) => Err("Écrivez le nom de la ville.".to_owned()),
        () if !text.chars().all(plain) => Err("Le nom d’une ville s’écrit avec des lettres.".to_owned()),
        () => Ok(text.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_are_five_digits_or_say_their_country() {
        for (typed, kept) in
            [("45600", "45600"), ("45 600", "45600"), ("F-45600", "45600"), ("01000", "01000"), ("97400", "97400")]
        {
            assert_eq!(postal_code(typed).as_deref(), Ok(kept), "{typed}");
        }
        for foreign in ["B-1000", "L-1234", "SW1A 1AA", "CH-1201", "D-79100", "AD500"] {
            assert_eq!(postal_code(foreign).as_deref(), Ok(foreign), "{foreign}");
        }
        for bad in ["4560", "456000", "00100", "99000", "JUMEX", "45600!"] {
            assert!(postal_code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn towns_are_written_in_capitals_with_their_accents() {
        assert_eq!(town("Orléans").as_deref(), Ok("ORLÉANS"));
        assert_eq!(town("Saint-Jean-de-Braye").as_deref(), Ok("SAINT-JEAN-DE-BRAYE"));
        assert_eq!(town("L’Haÿ-les-Roses").as_deref(), Ok("L’HAŸ-LES-ROSES"));
        assert_eq!(town("Paris 14e").as_deref(), Ok("PARIS 14E"));
        for bad in ["45600 Jumex", "12", "Jumex;"] {
            assert!(town(bad).is_err(), "{bad}");
        }
    }
}
