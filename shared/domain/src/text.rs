//! Words as people write them: how they come in, what paper can show, folding for search, French lists.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text as it is kept: letters composed (Unicode NFC: a Mac takes them apart), without the marks that turn the direction
/// of reading, by which a text could show something else than it says.
pub fn entered(text: &str) -> String {
    text.chars().filter(|letter| !turns(*letter)).nfc().collect()
}

fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether an invoice can show a letter or a sign. The faces of `pdf` have all of these; a test there says so.
pub fn can_be_printed(letter: char) -> bool {
    matches!(letter,
        ' '..='~' | '\u{a0}'..='\u{24f}' | 'ə' | '\u{2b0}'..='\u{36f}'
        | '\u{370}'..='\u{3e1}' | '\u{3f0}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203a}' | '€' | '№' | '™' | '−')
}

/// A text that will stand on paper.
///
/// # Errors
/// What to do about one that paper cannot show, in French.
pub fn printable(text: &str) -> Result<(), String> {
    match text.chars().find(|letter| !can_be_printed(*letter)) {
        None => Ok(()),
        Some(letter) => Err(format!(
            "« {letter} » ne s’imprime pas : écrivez ce texte en lettres latines, grecques ou cyrilliques."
        )),
    }
}

/// Lower case without accents, whatever the language, so that « chloé » is found by « CHLOE » and « Łukasz » by « lukasz ».
pub fn folded(text: &str) -> String {
    let bare = text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    bare.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(plain_letters).collect()
}

/// A name as it is searched for: folded, without apostrophes, hyphens as blanks: « d’Orgeval » is found by « d'orgeval »
/// and « dorgeval », « Jean-Pierre » by « jean pierre ».
pub fn searched(text: &str) -> String {
    let plain = folded(text);
    plain.chars().filter(|letter| *letter != '\'').map(|letter| if letter == '-' { ' ' } else { letter }).collect()
}

/// The letters and figures of a name in `a-z` and `0-9`, none left out that has a usual Latin spelling.
pub fn latin(text: &str) -> String {
    let plain = folded(text);
    let spelled = plain.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        letter => spelling(letter).to_owned(),
    });
    spelled.collect()
}

/// What no accent is taken off of.
fn plain_letters(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ı' => "i",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        'ŋ' => "n",
        'ə' => "e",
        'ς' => "σ",
        '’' | '‘' | 'ʼ' | '`' | '´' | '\u{2bb}' | '\u{2b9}' | '′' => "'",
        '‐' | '‑' | '–' | '—' => "-",
        '\u{a0}' | '\u{202f}' => " ",
        _ => return Box::new(std::iter::once(letter)) as Box<dyn Iterator<Item = char>>,
    };
    Box::new(plain.chars())
}

/// A Greek or Cyrillic letter as passports spell it; nothing for any other.
fn spelling(letter: char) -> &'static str {
    const SPELLINGS: [(char, &str); 69] = [
        ('α', "a"),
        ('β', "v"),
        ('γ', "g"),
        ('δ', "d"),
        ('ε', "e"),
        ('ζ', "z"),
        ('η', "i"),
        ('θ', "th"),
        ('ι', "i"),
        ('κ', "k"),
        ('λ', "l"),
        ('μ', "m"),
        ('ν', "n"),
        ('ξ', "x"),
        ('ο', "o"),
        ('π', "p"),
        ('ρ', "r"),
        ('σ', "s"),
        ('τ', "t"),
        ('υ', "y"),
        ('φ', "f"),
        ('χ', "ch"),
        ('ψ', "ps"),
        ('ω', "o"),
        ('а', "a"),
        ('б', "b"),
        ('в', "v"),
        ('г', "g"),
        ('ґ', "g"),
        ('д', "d"),
        ('е', "e"),
        ('є', "ie"),
        ('ж', "zh"),
        ('з', "z"),
        ('и', "i"),
        ('і', "i"),
        ('к', "k"),
        ('л', "l"),
        ('м', "m"),
        ('н', "n"),
        ('о', "o"),
        ('п', "p"),
        ('р', "r"),
        ('с', "s"),
        ('т', "t"),
        ('у', "u"),
        ('ф', "f"),
        ('х', "kh"),
        ('ц', "ts"),
        ('ч', "ch"),
        ('ш', "sh"),
        ('щ', "shch"),
        ('ъ', ""),
        ('ы', "y"),
        ('ь', ""),
        ('э', "e"),
        ('ю', "iu"),
        ('я', "ia"),
        ('ђ', "dj"),
        ('ѕ', "dz"),
        ('ј', "j"),
        ('љ', "lj"),
        ('њ', "nj"),
        ('ћ', "c"),
        ('џ', "dz"),
        ('ѓ', "g"),
        ('ќ', "k"),
        ('ў', "u"),
        ('ғ', "g"),
    ];
    SPELLINGS.iter().find(|(known, _)| *known == letter).map_or("", |(_, spelled)| spelled)
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
    fn accents_and_case_fold_away_in_every_language() {
        assert_eq!(folded("Chloé ŒUVRE Gaëtan"), "chloe oeuvre gaetan");
        assert_eq!(folded("Łukasz NGUYỄN Şahin Đorđe Ørsted İpek Weiß"), "lukasz nguyen sahin dorde orsted ipek weiss");
        assert_eq!(folded("Chloe\u{301}"), "chloe", "taken apart by a Mac");
    }

    #[test]
    fn a_name_is_found_however_its_apostrophes_and_hyphens_are_typed() {
        for typed in ["d’Orgeval", "d'orgeval", "D‘ORGEVAL", "dorgeval"] {
            assert_eq!(searched(typed), "dorgeval", "{typed}");
        }
        assert_eq!((searched("O’Brien"), searched("Jean‑Pierre")), ("obrien".to_owned(), "jean pierre".to_owned()));
    }

    #[test]
    fn every_letter_of_a_name_is_spelled_in_latin() {
        let spelled =
            [("Łucja", "lucja"), ("Şule", "sule"), ("Юлия", "iuliia"), ("Γιώργος", "giorgos"), ("Андрій", "andrii")];
        for (name, latin_name) in spelled {
            assert_eq!(latin(name), latin_name, "{name}");
        }
    }

    #[test]
    fn texts_come_in_composed_and_read_in_one_direction() {
        assert_eq!(entered("Chloe\u{301} \u{202e}tnemucod\u{2069}"), "Chloé tnemucod");
        assert_eq!(entered("e\u{202a}\u{301}"), "é", "nothing stands between a letter and its accent");
        assert_eq!(entered("1\u{200d}\u{200f}2"), "1\u{200d}\u{200f}2");
    }

    #[test]
    fn what_paper_cannot_show_is_named() {
        assert_eq!(printable("Łukasz Nguyễn, Юлия, Γιώργος — 3,70\u{a0}€"), Ok(()));
        assert!(printable("Léo 🎈").unwrap_err().starts_with("« 🎈 » ne s’imprime pas"));
        assert!(printable("王").is_err() && printable("علي").is_err());
    }

    #[test]
    fn lists_end_with_et() {
        let words = ["cantine", "garderie", "basket"].map(str::to_owned);
        assert_eq!(list(&words), "cantine, garderie et basket");
        assert_eq!(list(&words[..1]), "cantine");
    }
}
