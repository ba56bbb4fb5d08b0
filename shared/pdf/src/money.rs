//! Amounts as French paper has them, and as data do.

/// `1 234,56 €`, `-3,85 €`, with spaces that do not break.
pub(crate) fn euros(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    format!("{}{grouped},{rest:02}\u{a0}€", if cents < 0 { "-" } else { "" })
}

/// `1234.56`, `-3.85`.
pub(crate) fn decimal(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{}{whole}.{rest:02}", if cents < 0 { "-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_the_french_way() {
        assert_eq!([6510, 0, -385].map(euros), ["65,10\u{a0}€", "0,00\u{a0}€", "-3,85\u{a0}€"]);
        assert_eq!(euros(123_456), "1\u{202f}234,56\u{a0}€");
    }

    #[test]
    fn amounts_of_data_have_a_point_and_two_digits() {
        assert_eq!([123_456, 5, 0, -5, -385].map(decimal), ["1234.56", "0.05", "0.00", "-0.05", "-3.85"]);
    }
}
