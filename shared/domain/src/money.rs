//! Money: whole cents, said the French way.

/// `65,10 €`, with a non-breaking space.
pub fn euros(cents: u64) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    format!("{grouped},{rest:02}\u{a0}€")
}

/// `65,10 €`, `−3,85 €`.
pub fn signed_euros(cents: i64) -> String {
    let sign = if cents < 0 { "−" } else { "" };
    format!("{sign}{}", euros(cents.unsigned_abs()))
}

/// `1234.56`, `-3.85`: amounts as data for other programs have them.
pub fn decimal(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{}{whole}.{rest:02}", if cents < 0 { "-" } else { "" })
}

/// Reads `65,10`, `65,10 €` or `65` in cents; at most five digits of euros.
pub fn parse_euros(text: &str) -> Option<u32> {
    let digits = |part: &str, most: usize| {
        let plain = (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse::<u32>().ok() } else { None }
    };
    let amount = text.trim_end_matches('€').trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    let (euros, cents) = match amount.split_once(',') {
        Some((euros, cents)) if cents.len() == 2 => (euros, digits(cents, 2)?),
        Some(_) => return None,
        None => (amount, 0),
    };
    Some(digits(euros, 5)? * 100 + cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = ["65,10", "65,10 €", "65", "0,00", "65.10", "65,1", "-3,00", "", "123456"].map(parse_euros);
        assert_eq!(read, [Some(6510), Some(6510), Some(6500), Some(0), None, None, None, None, None]);
    }

    #[test]
    fn amounts_are_said_the_french_way() {
        assert_eq!(euros(6510), "65,10\u{a0}€");
        assert_eq!(signed_euros(-385), "−3,85\u{a0}€");
        assert_eq!(euros(0), "0,00\u{a0}€");
        assert_eq!(euros(123_456_705), "1\u{202f}234\u{202f}567,05\u{a0}€");
    }

    #[test]
    fn amounts_of_data_have_a_point_and_two_digits() {
        assert_eq!([123_456, 5, 0, -5, -385].map(decimal), ["1234.56", "0.05", "0.00", "-0.05", "-3.85"]);
    }
}
