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

/// `812`, `1 050,40`: a number in hundredths that is no money, with a thin space between its thousands.
pub fn hundredths(value: u32) -> String {
    let said = euros(u64::from(value));
    let plain = said.trim_end_matches('€').trim_end();
    plain.strip_suffix(",00").unwrap_or(plain).to_owned()
}

/// `1234.56`, `-3.85`: amounts as data for other programs have them.
pub fn decimal(cents: i64) -> String {
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{}{whole}.{rest:02}", if cents < 0 { "-" } else { "" })
}

/// Reads an amount as people type it, in cents: `65,10`, `65.10`, `12,5`, `65`, `1 234,56 €` with any space; at most five
/// digits of euros. The one reader of amounts: what it does not know is refused, never guessed.
pub fn parse_euros(text: &str) -> Option<u32> {
    let amount = text.trim();
    let amount = ["€", "euros", "euro"].iter().find_map(|word| amount.strip_suffix(word)).unwrap_or(amount).trim_end();
    let (euros, cents) = match amount.split_once([',', '.']) {
        Some((euros, cents)) if (1..=2).contains(&cents.len()) => {
            let tenths = if cents.len() == 1 { 10 } else { 1 };
            (euros, digits(cents)? * tenths)
        }
        Some(_) => return None,
        None => (amount, 0),
    };
    let euros = ungrouped(euros).filter(|euros| euros.len() <= 5)?;
    Some(digits(&euros)? * 100 + cents)
}

/// Reads an amount that may be given back: `-3,85`, `−3,85 €`.
pub fn parse_signed_euros(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, amount) = text.strip_prefix(['-', '−', '–']).map_or((1, text), |rest| (-1, rest));
    parse_euros(amount).map(|cents| sign * i64::from(cents))
}

fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// `1 234` without the space between its groups of three.
fn ungrouped(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(char::is_whitespace).collect();
    let (first, others) = groups.split_first()?;
    let sound = others.iter().all(|group| group.len() == 3) && (others.is_empty() || first.len() <= 3);
    sound.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents) in [
            ("65,10", 6510),
            ("65.10", 6510),
            ("65,10 €", 6510),
            ("65,10\u{a0}€", 6510),
            ("65,10€", 6510),
            ("65 euros", 6500),
            (" 65 ", 6500),
            ("12,5", 1250),
            ("12.5", 1250),
            ("0,00", 0),
            ("0,05", 5),
            ("1 234,56", 123_456),
            ("1\u{a0}234,56", 123_456),
            ("1\u{202f}234,56\u{202f}€", 123_456),
            ("12 345", 1_234_500),
            ("1234.56", 123_456),
        ] {
            assert_eq!(parse_euros(text), Some(cents), "{text}");
        }
    }

    #[test]
    fn what_could_be_meant_otherwise_is_no_amount() {
        for text in [
            "", "-3,00", "123456", "123 456", "12 34", "1  234", "1 234 5", "1234 567", "65,", ",50", "3,700", "1.234",
            "1.234,56", "1,234.56", "1e3", "3,70 $", "€", "NC", "٣", "3,+5",
        ] {
            assert_eq!(parse_euros(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_given_back_has_any_of_the_signs_people_type() {
        let read = ["-3,85", "−3.85 €", "– 3,85", "3,85", "--3", "-"].map(parse_signed_euros);
        assert_eq!(read, [Some(-385), Some(-385), Some(-385), Some(385), None, None]);
    }

    #[test]
    fn amounts_are_said_the_french_way() {
        assert_eq!(euros(6510), "65,10\u{a0}€");
        assert_eq!(signed_euros(-385), "−3,85\u{a0}€");
        assert_eq!(euros(0), "0,00\u{a0}€");
        assert_eq!(euros(123_456_705), "1\u{202f}234\u{202f}567,05\u{a0}€");
    }

    #[test]
    fn a_quotient_is_said_without_a_currency() {
        assert_eq!([0, 81_200, 105_040].map(hundredths), ["0", "812", "1\u{202f}050,40"]);
    }

    #[test]
    fn amounts_of_data_have_a_point_and_two_digits() {
        assert_eq!([123_456, 5, 0, -5, -385].map(decimal), ["1234.56", "0.05", "0.00", "-0.05", "-3.85"]);
    }
}
