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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_the_french_way() {
        assert_eq!(euros(6510), "65,10\u{a0}€");
        assert_eq!(signed_euros(-385), "−3,85\u{a0}€");
        assert_eq!(euros(0), "0,00\u{a0}€");
        assert_eq!(euros(123_456_705), "1\u{202f}234\u{202f}567,05\u{a0}€");
    }
}
