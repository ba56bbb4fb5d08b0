//! Words as people write them: folding for search, French lists.

/// Lower case without French accents, so that « chloé » is found by « CHLOE ».
pub fn folded(text: &str) -> String {
    text.to_lowercase().chars().flat_map(plain_letters).collect()
}

fn plain_letters(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' => "a",
        'ç' => "c",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'î' | 'ï' | 'í' => "i",
        'ñ' => "n",
        'ô' | 'ö' | 'ó' | 'õ' => "o",
        'ù' | 'û' | 'ü' | 'ú' => "u",
        'ÿ' => "y",
        'œ' => "oe",
        'æ' => "ae",
        _ => return Box::new(std::iter::once(letter)) as Box<dyn Iterator<Item = char>>,
    };
    Box::new(plain.chars())
}

/// `a, b et c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// `1 jour`, `3 jours`.
pub fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count > 1 { many } else { one })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_fold_away() {
        assert_eq!(folded("Chloé ŒUVRE Gaëtan"), "chloe oeuvre gaetan");
    }

    #[test]
    fn lists_end_with_et() {
        let words = ["cantine", "garderie", "basket"].map(str::to_owned);
        assert_eq!(list(&words), "cantine, garderie et basket");
        assert_eq!(list(&words[..1]), "cantine");
    }
}
