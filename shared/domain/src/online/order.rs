//! What a provider is told of a payment: a reference and an object, in the few letters that all of them take.

use crate::id::FamilyId;
use crate::text::folded;

/// The longest reference, in letters: PayFiP's `refdet`.
const REFERENCE: usize = 30;
/// The longest object, in letters: PayFiP's `objet`.
const OBJECT: usize = 100;
/// How many letters of the attempt tell its reference from all others of the same debt.
const OWN: usize = 10;

/// `F201500042x0b6f4f3c2f`, `Sdevretx0b6f4f3c2f`: what is paid, and by which attempt; at most 30 of `[A-Za-z0-9]`.
pub fn reference(invoice: Option<&str>, family: &FamilyId, attempt: &str) -> String {
    let (letter, debt) = invoice.map_or(('S', family.as_str()), |number| ('F', number));
    let plain =
        |text: &str, most: usize| text.chars().filter(char::is_ascii_alphanumeric).take(most).collect::<String>();
    format!("{letter}{}x{}", plain(debt, REFERENCE - 2 - OWN), plain(attempt, OWN))
}

/// `Facture 2015 00042 Commune de Jumex`: at most 100 of `[A-Za-z0-9 ]`, without accents.
pub fn object(invoice: Option<&str>, organisation: &str) -> String {
    let what = invoice.map_or("Solde".to_owned(), |number| format!("Facture {number}"));
    let letters: String = format!("{what} {organisation}").chars().map(transliterated).collect();
    let words: Vec<&str> = letters.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(OBJECT).collect::<String>().trim_end().to_owned()
}

/// A letter without its accent; anything that is no letter or digit is a blank.
fn transliterated(letter: char) -> String {
    let plain = folded(&letter.to_string());
    match plain.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        true if letter.is_uppercase() => plain.to_uppercase(),
        true => plain,
        false => " ".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn family() -> FamilyId {
        "devret".parse().unwrap()
    }

    #[test]
    fn the_reference_names_the_debt_and_the_attempt() {
        let attempt = "0b6f4f3c2f434a559a4100000000000a";
        assert_eq!(reference(Some("2015-00042"), &family(), attempt), "F201500042x0b6f4f3c2f");
        assert_eq!(reference(None, &family(), attempt), "Sdevretx0b6f4f3c2f");
    }

    #[test]
    fn accents_are_taken_off_and_signs_become_blanks() {
        assert_eq!(object(Some("2015-00042"), "Les Mercredis d’Aubray"), "Facture 2015 00042 Les Mercredis d Aubray");
        assert_eq!(object(None, "Écoles d’Œuilly & C° — été"), "Solde Ecoles d OEuilly C ete");
    }

    proptest! {
        #[test]
        fn whatever_is_paid_fits_what_payfip_takes(number in ".{0,40}", name in ".{0,200}", attempt in "[0-9a-f]{32}") {
            let reference = reference(Some(&number), &family(), &attempt);
            prop_assert!((1..=30).contains(&reference.len()));
            prop_assert!(reference.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            let object = object(Some(&number), &name);
            prop_assert!((1..=100).contains(&object.len()), "{object}");
            prop_assert!(object.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' '), "{object}");
        }
    }
}
