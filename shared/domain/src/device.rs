//! What a session was opened with, in words, as far as a browser says: its family and its system, nothing finer.

/// Browsers by a mark of their `User-Agent`; the first that is there names it, since most also name others.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "un Mac"),
    ("CrOS", "un Chromebook"),
    ("Linux", "Linux"),
];

/// `Firefox sur Windows`; `None` when a `User-Agent` says neither. No word of it comes from outside.
pub fn device(user_agent: &str) -> Option<String> {
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} sur {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        (None, Some(system)) => Some(format!("un navigateur sur {system}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_told_in_words() {
        for (agent, words) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox sur Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 \
                 Safari/537.36 Edg/130.0.0.0",
                "Edge sur Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari sur un iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome sur Android",
            ),
        ] {
            assert_eq!(device(agent).as_deref(), Some(words));
        }
    }

    #[test]
    fn nothing_foreign_is_repeated() {
        assert_eq!(device("<script>alert(1)</script>"), None);
        assert_eq!(device("Firefox/<b>x</b>").as_deref(), Some("Firefox"));
    }
}
