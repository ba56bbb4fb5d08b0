//! Phone numbers: French and overseas ones as `06 07 89 70 15`, foreign ones with `+`.

/// The national significant digits of a French number.
const NATIONAL: usize = 9;
/// Country codes of the overseas departments, whose numbers are dialled like those of the mainland.
const DIALLED_AS_FRENCH: [&str; 6] = ["33", "262", "590", "594", "596", "508"];

/// A number as it is kept and shown.
///
/// # Errors
/// What to do about a text that is no number, in French.
pub(super) fn shaped(text: &str) -> Result<String, String> {
    // Spaces and hyphens as pages, spreadsheets and telephones copy them.
    let shape = |letter: char| match letter {
        _ if letter.is_whitespace() => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{b7}' => '.',
        other => other,
    };
    let unmarked =
        text.chars().filter(|letter| !matches!(letter, '\u{200e}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    let plain = unmarked.map(shape).collect::<String>().replace("(0)", "");
    let plain = plain.trim();
    if plain.chars().any(|letter| !letter.is_ascii_digit() && !" .-/()+".contains(letter)) {
        return Err("Un numéro s’écrit avec des chiffres seulement.".to_owned());
    }
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let abroad = plain.starts_with('+') || digits.starts_with("00");
    if plain.rfind('+').is_some_and(|at| at > 0) {
        return Err("Le signe + se met devant le numéro.".to_owned());
    }
    if !abroad {
        return french(&digits);
    }
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    match DIALLED_AS_FRENCH.iter().find_map(|code| digits.strip_prefix(code)) {
        Some(rest) if rest.trim_start_matches('0').len() == NATIONAL => {
            french(&format!("0{}", rest.trim_start_matches('0')))
        }
        Some(rest) if digits.starts_with("33") => french(&format!("0{}", rest.trim_start_matches('0'))),
        _ => foreign(plain, digits),
    }
}

fn french(digits: &str) -> Result<String, String> {
    match digits.len() {
        // A spreadsheet took its 0 for nothing.
        NATIONAL if !digits.starts_with('0') => french(&format!("0{digits}")),
        0..=9 => Err("Il manque des chiffres : un numéro en compte dix.".to_owned()),
        10 if digits.starts_with('0') && !digits.starts_with("00") => {
            let pairs: Vec<&str> = (0..5).filter_map(|pair| digits.get(pair * 2..pair * 2 + 2)).collect();
            Ok(pairs.join(" "))
        }
        10 => Err("Un numéro français commence par 0. Pour l’étranger, écrivez + et l’indicatif du pays.".to_owned()),
        _ => Err("Il y a trop de chiffres : un numéro en compte dix.".to_owned()),
    }
}

/// E.164: 15 digits at most. The groups are kept as they were typed, since each country has its own.
fn foreign(typed: &str, digits: &str) -> Result<String, String> {
    if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
        let detail = "Un numéro étranger s’écrit avec + et l’indicatif du pays, par exemple +32 2 555 12 12.";
        return Err(detail.to_owned());
    }
    let spaced: String = typed.chars().map(|letter| if letter.is_ascii_digit() { letter } else { ' ' }).collect();
    let groups = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(format!("+{}", groups.strip_prefix("00").unwrap_or(&groups).trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_numbers_are_written_by_pairs_however_they_were_typed() {
        for typed in ["0607897015", "06.07.89.70.15", "06-07-89-70-15", "+33 6 07 89 70 15", "+33 (0)6 07897015"] {
            assert_eq!(shaped(typed).as_deref(), Ok("06 07 89 70 15"), "{typed}");
        }
        for typed in [
            "06\u{a0}07\u{a0}89\u{a0}70\u{a0}15",
            "06\u{202f}07\u{202f}89\u{202f}70\u{202f}15",
            "06\u{2011}07\u{2011}89\u{2011}70\u{2011}15",
            "\u{202a}06 07 89 70 15\u{202c}",
            "+33\u{a0}6\u{a0}07\u{a0}89\u{a0}70\u{a0}15",
            "607897015",
        ] {
            assert_eq!(shaped(typed).as_deref(), Ok("06 07 89 70 15"), "{typed}");
        }
        assert_eq!(shaped("0033607897015").as_deref(), Ok("06 07 89 70 15"));
        assert_eq!(shaped("+33 0607897015").as_deref(), Ok("06 07 89 70 15"));
    }

    #[test]
    fn overseas_numbers_are_french() {
        for (typed, shown) in [
            ("0692 12 34 56", "06 92 12 34 56"),     // La Réunion, mobile
            ("0262 90 12 34", "02 62 90 12 34"),     // La Réunion
            ("0639 12 34 56", "06 39 12 34 56"),     // Mayotte
            ("+262 692 12 34 56", "06 92 12 34 56"), // from abroad
            ("+590 690 12 34 56", "06 90 12 34 56"), // Guadeloupe
            ("+594 694 20 12 34", "06 94 20 12 34"), // Guyane
            ("+596 596 12 34 56", "05 96 12 34 56"), // Martinique
            ("0508 41 12 34", "05 08 41 12 34"),     // Saint-Pierre-et-Miquelon
        ] {
            assert_eq!(shaped(typed).as_deref(), Ok(shown), "{typed}");
        }
        // The Pacific has numbers of its own.
        assert_eq!(shaped("+687 28 12 34").as_deref(), Ok("+687 28 12 34"));
        assert_eq!(shaped("+689 40 41 12 34").as_deref(), Ok("+689 40 41 12 34"));
    }

    #[test]
    fn foreign_numbers_keep_their_groups() {
        assert_eq!(shaped("+32 2 555 12 12").as_deref(), Ok("+32 2 555 12 12"));
        assert_eq!(shaped("00 352 27 12 34").as_deref(), Ok("+352 27 12 34"));
    }

    #[test]
    fn what_is_no_number_is_told_what_to_do() {
        assert_eq!(shaped("04 76 89").unwrap_err(), "Il manque des chiffres : un numéro en compte dix.");
        assert_eq!(shaped("04 76 89 10 1").unwrap_err(), "Il manque des chiffres : un numéro en compte dix.");
        assert_eq!(shaped("04 76 89 10 11 2").unwrap_err(), "Il y a trop de chiffres : un numéro en compte dix.");
        assert!(shaped("1234567890").unwrap_err().contains("commence par 0"));
        assert!(shaped("06 07 89 70 1O").unwrap_err().contains("des chiffres seulement"));
        assert!(shaped("+33 6 07 89").unwrap_err().contains("Il manque"));
        assert!(shaped("+1234").unwrap_err().contains("indicatif"));
    }
}
