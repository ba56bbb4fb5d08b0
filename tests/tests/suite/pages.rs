//! The pages as they are served: what each asks for is there, what they share is written once, no static text is garbled.

use std::path::{Path, PathBuf};

use preau_site::Site;
use tests::contract::{project, project_file};

/// The static pages, in their frame: name and text.
fn pages() -> Vec<(String, String)> {
    let site = Site::new(&project().join("static-site"));
    let pages: Vec<_> =
        site.pages().unwrap().into_iter().map(|name| (site.page(&name).unwrap().unwrap(), name)).collect();
    assert!(pages.len() > 30, "{}", pages.len());
    pages.into_iter().map(|(page, name)| (name, page)).collect()
}

/// Each value between two marks.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split(after).next().unwrap())
}

/// What a page is asked for by its head is there, and its own text says only what is its own.
#[test]
fn a_page_stands_in_its_frame_and_what_it_asks_for_is_there() {
    for (name, page) in pages() {
        assert!(page.starts_with("<!doctype html>\n<html lang=\"fr\">\n") && page.ends_with("</html>\n"), "{name}");
        for (before, what) in [
            ("<link rel=\"stylesheet\" href=\"", "a style"),
            ("<script type=\"module\" src=\"", "its module"),
            ("modulepreload\" href=\"", "a module"),
        ] {
            for address in between(&page, before, "\"") {
                assert!(project().join(format!("static-site{address}")).is_file(), "{name}: {what}, {address}");
            }
        }
        let own = project_file(&format!("static-site/{name}"));
        for shared in ["<head", "<nav aria-label=\"Menu principal\"", "legal-links", "<link rel=\"modulepreload\""] {
            assert!(!own.contains(shared), "{name} repeats what static-site/frame has: {shared}");
        }
    }
}

/// The texts of a page, a line each: what is read, and the attributes that are heard or shown.
fn texts(page: &str) -> Vec<String> {
    const INLINE: [&str; 6] = ["a", "b", "span", "strong", "em", "summary"];
    const SAID: [&str; 6] = ["content", "aria-label", "data-missing", "alt", "title", "placeholder"];
    let mut read = String::new();
    let mut said = Vec::new();
    for (at, part) in page.split('<').enumerate() {
        let (tag, text) = if at == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if !INLINE.contains(&name) {
            read.push('\n');
        }
        read.push_str(text);
        for name in SAID {
            said.extend(between(tag, &format!(" {name}=\""), "\"").map(str::to_owned));
        }
    }
    said.extend(read.lines().map(|line| line.trim_matches([' ', '\t']).to_owned()));
    said.into_iter().filter(|text| text.chars().any(char::is_alphabetic)).collect()
}

/// What is wrong with a French text as it is printed.
fn garbled(text: &str) -> Option<String> {
    let text = text.replace("&nbsp;", "\u{a0}").replace("&amp;", "et").replace("&lt;", "‹").replace("&gt;", "›");
    let chars: Vec<char> = text.chars().collect();
    let space = |c: char| c == ' ' || c == '\u{a0}';
    let around = |at: usize| chars[at.saturating_sub(12)..(at + 12).min(chars.len())].iter().collect::<String>();
    let fault = |what: &str, at: usize| Some(format!("{what} in « …{}… »", around(at)));
    if let Some(at) = text.find("nbsp").or_else(|| text.find('&')) {
        return Some(format!("a stray entity after « {} »", &text[..at]));
    }
    for (at, c) in chars.iter().copied().enumerate() {
        let (before, next) = (at.checked_sub(1).map(|at| chars[at]), chars.get(at + 1).copied().unwrap_or('\n'));
        match c {
            c if space(c) && space(next) => return fault("two spaces", at),
            ' ' if matches!(next, ';' | ':' | '?' | '!' | '»') => return fault("a space that may break", at),
            c if space(c) && matches!(next, ',' | '.' | ')') => return fault("a space before a mark", at),
            '«' if next != '\u{a0}' => return fault("no hard space after «", at),
            ',' | ';' | '?' | '!' if next.is_alphabetic() => return fault("no space after a mark", at),
            ',' | ';' | ':' | '!' | '?' | '.' if c == next => return fault("a mark twice", at),
            ';' | '?' | '!' if before.is_some_and(char::is_alphanumeric) => return fault("no space before a mark", at),
            ':' if before.is_some_and(char::is_alphanumeric) && next != '/' => {
                return fault("no space before a mark", at);
            }
            '.' if next.is_uppercase() && before.is_some_and(char::is_lowercase) => return fault("no space after", at),
            '\'' => return fault("a straight apostrophe", at),
            _ => {}
        }
    }
    let words: Vec<&str> = text.split([' ', '\u{a0}']).collect();
    let twice = words.windows(2).find(|pair| pair[0] == pair[1] && !["vous", "nous"].contains(&pair[0]));
    twice.filter(|pair| pair[0].chars().all(char::is_alphabetic)).map(|pair| format!("« {} » twice", pair[0]))
}

/// The `.txt` files under a folder of the project.
fn text_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path {
            path if path.is_dir() => text_files(&path, found),
            path if path.extension().is_some_and(|ending| ending == "txt") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn no_static_text_has_a_stray_entity_or_a_space_or_mark_too_many_or_missing() {
    let mut faults = Vec::new();
    for (name, page) in pages() {
        let wrong = texts(&page).into_iter().filter_map(|text| garbled(&text));
        faults.extend(wrong.map(|what| format!("{name}: {what}")));
    }
    let mut mails = Vec::new();
    text_files(&project().join("shared/mail"), &mut mails);
    assert!(mails.len() > 30, "the mails' texts");
    for path in mails {
        let text = std::fs::read_to_string(&path).unwrap();
        // The maker of a mail's page puts the hard spaces; here they are plain.
        let hard = |line: &str| {
            let marks = [" ;", " :", " ?", " !", " »"].iter();
            let line = marks.fold(line.to_owned(), |line, mark| line.replace(mark, &mark.replace(' ', "\u{a0}")));
            line.replace("« ", "«\u{a0}")
        };
        let wrong = text.lines().filter_map(|line| garbled(&hard(line)));
        faults.extend(wrong.map(|what| format!("{}: {what}", path.display())));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_garbled_text_is_found() {
    for text in [
        "si elle ne dit rien\u{a0}; la pagenbsp;; la page",
        "Trop &eacute; peu",
        "deux  espaces",
        "un mot ,un autre",
        "un mot,un autre",
        "Une question ?",
        "Une question?",
        "«Oui\u{a0}»",
        "c'est",
        "la la cantine",
        "Fini..",
    ] {
        assert!(garbled(text).is_some(), "{text}");
    }
    for text in [
        "Une question\u{a0}?",
        "«\u{a0}Oui\u{a0}», dit-il.",
        "https://exemple.fr",
        "vous vous connectez",
        "8 h 30, 65,10 €",
    ] {
        assert_eq!(garbled(text), None, "{text}");
    }
}

/// Names of what the server says in French: shown as it is, never looked into.
const SAID: [&str; 9] = ["sentence", "said", "note", "fact", "message", "detail", "word", "label", "title"];

/// Where a module looks into a French text of the server, to know something by it.
fn looks_into_french(module: &str) -> Option<String> {
    const ASKS: [&str; 9] =
        ["match", "replace", "split", "startsWith", "endsWith", "includes", "indexOf", "search", "slice"];
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    let said = |before: &str| SAID.contains(&before.trim_end_matches('?').rsplit(|l| !is_name(l)).next().unwrap());
    let asked = ASKS.iter().find_map(|ask| {
        let ask = format!(".{ask}(");
        module.match_indices(&ask).find(|(at, _)| said(&module[..*at])).map(|(at, _)| at)
    });
    let tried = [".test(", ".exec("].iter().find_map(|ask| {
        let argument = |at: usize| module[at + ask.len()..].split(')').next().unwrap();
        module.match_indices(ask).find(|(at, _)| said(argument(*at))).map(|(at, _)| at)
    });
    let line = |at: usize| module[..at].rsplit('\n').next().unwrap().to_owned() + module[at..].lines().next().unwrap();
    asked.or(tried).map(line)
}

#[test]
fn no_page_looks_into_french_to_know_something() {
    let mut modules = Vec::new();
    script_files(&project().join("static-site/js"), &mut modules);
    assert!(modules.len() > 60, "{}", modules.len());
    for path in modules {
        let module = std::fs::read_to_string(&path).unwrap();
        assert_eq!(looks_into_french(&module), None, "{}", path.display());
    }
}

fn script_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true => script_files(&entry, found),
            false => found.push(entry),
        }
    }
}

/// As pages once did.
#[test]
fn a_look_into_french_is_found() {
    for line in [
        "const state = /ticket/.test(fact) ? 'non inscrit' : HEARD[cell.state];",
        "if (/^(absence|pointé)/.test(cell.note)) return cell.note;",
        "const [who, what] = sentence.includes('] : ') ? [sentence.slice(0, 4)] : [];",
        "french(line.sentence.replace(/^\\d+ x /, ''))",
        "const parts = /^(Semaine du )(.*)$/.exec(title);",
        "if (error.message?.startsWith('Trop d’essais')) wait();",
    ] {
        assert!(looks_into_french(line).is_some(), "{line}");
    }
    for line in ["const [child, day] = flight.day.split('|');", "byId('search-note').slice(1)", "title.length"] {
        assert_eq!(looks_into_french(line), None, "{line}");
    }
}

/// The custom properties that a sheet sets, and those it takes.
fn properties(sheet: &str) -> (Vec<&str>, Vec<&str>) {
    let name =
        |rest: &str| rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(rest.len());
    let set = sheet.match_indices("--").filter(|(at, _)| sheet[..*at].ends_with([' ', ';', '{']));
    let set = set.map(|(at, _)| &sheet[at..at + name(&sheet[at..])]).collect();
    let taken = sheet.split("var(").skip(1).map(|rest| &rest[..name(rest)]).collect();
    (set, taken)
}

/// `tokens.css` names the palette, then what each colour is for; the other sheets know only the second names.
#[test]
fn a_sheet_names_what_a_colour_is_for() {
    let tokens = project_file("static-site/css/tokens.css");
    let (palette, roles) = tokens.split_once("/* What is which colour. */").unwrap();
    let (palette, roles) = (properties(palette).0, properties(roles));
    let is_colour = |name: &&str| !["--sans", "--serif", "--tick", "--cross", "--lock"].contains(name);
    let colours: Vec<&str> = palette.iter().copied().filter(is_colour).collect();
    assert!(colours.len() > 40 && roles.0.len() > 60, "light and dark, and what they are for");
    for colour in &roles.1 {
        assert!(colours.contains(colour), "{colour} is no colour of the palette");
    }
    for colour in &colours {
        assert!(roles.1.contains(colour), "{colour} is for nothing");
    }
    let folder = project().join("static-site/css");
    let mut taken_at_all = String::new();
    for entry in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "tokens.css" {
            continue;
        }
        let sheet = std::fs::read_to_string(&entry).unwrap();
        // A page on paper has the palette of paper.
        let (set, taken) = properties(&sheet);
        assert!(set.is_empty() || name == "print.css", "{name} sets {set:?}");
        assert!(set.iter().all(|name| palette.contains(name)), "{name}: {set:?}");
        for property in taken.iter().filter(|property| is_colour(property) && **property != "--covered") {
            assert!(roles.0.contains(property), "{name} takes {property}, which says not what it is for");
        }
        taken_at_all += &sheet;
    }
    for role in &roles.0 {
        assert!(taken_at_all.contains(&format!("var({role})")), "{role} is taken by no sheet");
    }
}
