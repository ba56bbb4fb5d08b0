//! Every object of a PDF, held to the list: from the tables inwards, and then whatever nothing named.
//!
//! A number may be given to several objects: by updates, by tables that contradict each other. Readers differ in which one
//! they take, so all of them are held to whatever place names the number.

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::Refusal;
use super::allowed::{ALLOWED, Rule, Type};
use super::facturx;
use super::file::{Body, File};

/// How many times an object may be looked at: once for each way in which it is named.
const MOST_LOOKS: usize = 1_000_000;

/// Keys that run, open, send or carry something.
pub(super) const ACTING_KEYS: [&[u8]; 17] = [
    b"JS",
    b"JavaScript",
    b"AA",
    b"XFA",
    b"EF",
    b"RF",
    b"EmbeddedFiles",
    b"RichMediaContent",
    b"RichMediaSettings",
    b"3DD",
    b"3DV",
    b"OnInstantiate",
    b"Collection",
    b"Movie",
    b"Sound",
    b"FFilter",
    b"Renditions",
];
/// Actions that do more than turn a page (ISO 32000-2, 12.6.4).
const ACTIONS: [&[u8]; 17] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"ResetForm",
    b"Hide",
    b"GoToE",
    b"GoToR",
    b"GoToDp",
    b"Thread",
    b"Rendition",
    b"RichMediaExecute",
    b"Movie",
    b"Sound",
    b"Trans",
    b"GoTo3DView",
    b"SetOCGState",
];
/// Marks on a page that play, run or carry something.
const MARKS: [&[u8]; 7] = [b"FileAttachment", b"Sound", b"Movie", b"Screen", b"3D", b"RichMedia", b"PS"];

/// What is known of a file once all of it was looked at.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pages: usize,
    /// Bodies of files that are carried.
    carried: HashSet<usize>,
}

struct Walk<'f, 'b> {
    file: &'f File<'b>,
    /// What is still to be looked at, and by which rule.
    waiting: Vec<(usize, &'static Rule)>,
    looked: HashSet<(usize, *const Rule)>,
    reached: Vec<bool>,
    seen: Seen,
}

/// Looks at all of a file; the bodies of files that it carries are for the caller to look into.
pub(super) fn walk(file: &File) -> Result<Vec<usize>, Refusal> {
    let reached = vec![false; file.bodies.len()];
    let mut walk = Walk { file, waiting: Vec::new(), looked: HashSet::new(), reached, seen: Seen::default() };
    for table in &file.tables {
        walk.typed(&table.trailer, table.trailer.has(b"W"), &ALLOWED.trailer)?;
    }
    walk.follow()?;
    if walk.seen.pages == 0 {
        return Err(Refusal::Damaged);
    }
    for at in 0..file.bodies.len() {
        if !walk.reached[at] {
            walk.waiting.push((at, &ALLOWED.anything));
            walk.follow()?;
        }
    }
    Ok(walk.seen.carried.into_iter().collect())
}

impl Walk<'_, '_> {
    fn follow(&mut self) -> Result<(), Refusal> {
        while let Some((at, rule)) = self.waiting.pop() {
            if !self.looked.insert((at, std::ptr::from_ref(rule))) {
                continue;
            }
            if self.looked.len() > MOST_LOOKS {
                return Err(Refusal::Bomb);
            }
            self.reached[at] = true;
            self.body(at, rule)?;
        }
        Ok(())
    }

    fn body(&mut self, at: usize, rule: &'static Rule) -> Result<(), Refusal> {
        let Body { value, stream, .. } = &self.file.bodies[at];
        match value {
            Object::Dictionary(dictionary) => {
                if let Some(found) = self.dictionary(dictionary, stream.is_some(), rule)? {
                    self.note(found, at, dictionary);
                }
                Ok(())
            }
            value => self.value(value, rule),
        }
    }

    fn note(&mut self, found: &Type, at: usize, dictionary: &Dictionary) {
        match found.name.as_str() {
            "Page" if says(dictionary, b"Type", &[b"Page"]) => self.seen.pages += 1,
            "EmbeddedFile" => drop(self.seen.carried.insert(at)),
            _ => {}
        }
    }

    fn value(&mut self, value: &Object, rule: &'static Rule) -> Result<(), Refusal> {
        const ODD: Refusal = Refusal::Unread("a value stands where it should not");
        match value {
            Object::Null => Ok(()),
            _ if rule.any => Ok(()),
            Object::Reference((number, _)) => self.reference(*number, rule),
            Object::Array(values) => values.iter().try_for_each(|value| self.value(value, rule)),
            Object::Dictionary(dictionary) => {
                match self.dictionary(dictionary, false, rule)?.map(|one| one.name.as_str()) {
                    // A file that is carried is a stream, and a stream is an object of its own.
                    Some("EmbeddedFile") => Err(ODD),
                    _ => Ok(()),
                }
            }
            Object::Integer(_) | Object::Real(_) if rule.number => Ok(()),
            Object::Name(name) if rule.words.contains(name) => Ok(()),
            Object::String(text, _) if rule.url && is_address(text) => Ok(()),
            Object::String(..) if rule.url => Err(Refusal::Active("an address that is none of the web")),
            Object::Stream(_) => Err(ODD),
            _ if rule.value || rule.data => Ok(()),
            _ => Err(ODD),
        }
    }

    /// Everything that a number may mean must be allowed here.
    fn reference(&mut self, number: u32, rule: &'static Rule) -> Result<(), Refusal> {
        let before = self.waiting.len();
        self.waiting.extend(self.file.meant(number).map(|at| (at, rule)));
        if self.waiting.len() == before { Err(Refusal::Unread("an object is named that is not there")) } else { Ok(()) }
    }

    /// A dictionary, or a stream's; the type it was taken for.
    fn dictionary(
        &mut self,
        dictionary: &Dictionary,
        is_stream: bool,
        rule: &'static Rule,
    ) -> Result<Option<&'static Type>, Refusal> {
        if rule.any {
            return Ok(None);
        }
        if is_stream && dictionary.has(b"F") {
            return Err(Refusal::Active("a stream lies in another file"));
        }
        if let Some(found) = matching(dictionary, is_stream, rule) {
            // What nothing names could be anything that it looks like: an element of a text, and an action.
            if std::ptr::eq(rule, &ALLOWED.anything) && acts(dictionary) && !may_carry(found) {
                return Err(Refusal::Active("it runs, opens, sends or carries something"));
            }
            self.members(dictionary, is_stream, found)?;
            return Ok(Some(found));
        }
        match &rule.map {
            Some(inner) if !is_stream => {
                dictionary.iter().try_for_each(|(_, value)| self.value(value, inner))?;
                Ok(None)
            }
            _ if rule.data => {
                if acts(dictionary) {
                    return Err(Refusal::Active("it runs, opens, sends or carries something"));
                }
                dictionary.iter().try_for_each(|(_, value)| self.value(value, rule))?;
                Ok(None)
            }
            _ if acts(dictionary) => Err(Refusal::Active("it runs, opens, sends or carries something")),
            _ => Err(Refusal::Unlisted(described(dictionary))),
        }
    }

    fn typed(&mut self, dictionary: &Dictionary, is_stream: bool, rule: &'static Rule) -> Result<(), Refusal> {
        self.dictionary(dictionary, is_stream, rule).map(drop)
    }

    fn members(&mut self, dictionary: &Dictionary, is_stream: bool, found: &'static Type) -> Result<(), Refusal> {
        if found.name == "FileSpec" && !facturx::is_named(dictionary) {
            return Err(Refusal::Active("it carries a file"));
        }
        for (key, value) in dictionary.iter() {
            let rule = rule_of(key, is_stream, found).ok_or_else(|| Refusal::Unlisted(described(dictionary)))?;
            self.value(value, rule)?;
        }
        Ok(())
    }
}

/// The first type of a rule that a dictionary can be by its keys and words.
fn matching(dictionary: &Dictionary, is_stream: bool, rule: &'static Rule) -> Option<&'static Type> {
    let fits = |one: &'static Type| {
        dictionary.iter().all(|(key, value)| {
            rule_of(key, is_stream, one).is_some_and(|rule| match value {
                _ if rule.data || rule.any => true,
                Object::Name(name) => rule.value || rule.words.contains(name),
                Object::String(..) => rule.value || rule.url,
                Object::Integer(_) | Object::Real(_) => rule.value || rule.number,
                Object::Boolean(_) => rule.value,
                Object::Dictionary(_) => !rule.types.is_empty() || rule.map.is_some(),
                _ => true,
            })
        })
    };
    rule.types.iter().map(|at| &ALLOWED.types[*at]).find(|one| fits(one))
}

/// Whether a type leads to the one file that may be carried.
fn may_carry(found: &Type) -> bool {
    ["Names", "FileSpec", "FileSpecFiles"].contains(&found.name.as_str())
}

fn rule_of(key: &[u8], is_stream: bool, found: &'static Type) -> Option<&'static Rule> {
    let of_stream = is_stream.then(|| ALLOWED.of_streams.get(key)).flatten();
    let of_maker = is_of_a_maker(key).then_some(&ALLOWED.of_makers);
    of_stream.or_else(|| found.keys.get(key)).or(of_maker).or(found.others.as_ref())
}

/// `AAPL:Keywords`, `PTEX.FileName`, `ADBE_FillSign`: names that one maker has for itself (ISO 32000-2, annex E).
fn is_of_a_maker(key: &[u8]) -> bool {
    let mark = key.iter().position(|byte| matches!(byte, b':' | b'.' | b'_'));
    mark.is_some_and(|mark| (2..=5).contains(&mark) && key[..mark].iter().all(u8::is_ascii_alphanumeric))
}

fn says(dictionary: &Dictionary, key: &[u8], words: &[&[u8]]) -> bool {
    dictionary.get(key).and_then(Object::as_name).is_ok_and(|name| words.contains(&name))
}

/// Whether a dictionary is known to act or carry: what is refused is told of by its right name.
fn acts(dictionary: &Dictionary) -> bool {
    says(dictionary, b"S", &ACTIONS)
        || says(dictionary, b"Subtype", &MARKS)
        || ACTING_KEYS.iter().any(|key| dictionary.has(key))
        || dictionary.get(b"URI").and_then(Object::as_str).is_ok_and(|text| !is_address(text))
}

/// Which keys it has, for whoever looks for why it was refused; no values, which are a family's.
fn described(dictionary: &Dictionary) -> String {
    let words =
        |key: &[u8]| dictionary.get(key).and_then(Object::as_name).map(String::from_utf8_lossy).unwrap_or_default();
    let keys: Vec<String> = dictionary.iter().map(|(key, _)| String::from_utf8_lossy(key).into_owned()).collect();
    format!("{}/{}/{}: {}", words(b"Type"), words(b"Subtype"), words(b"S"), keys.join(" "))
}

/// An address of the web, of mail or of a telephone. Everything else is a program's, or a file of somebody's network.
fn is_address(text: &[u8]) -> bool {
    const SCHEMES: [&str; 5] = ["http://", "https://", "mailto:", "tel:", "www."];
    let plain = text.iter().all(|byte| !byte.is_ascii_control() && *byte != b'\\');
    let start: String = text.iter().take(8).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    plain && SCHEMES.iter().any(|scheme| start.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_web_mail_and_telephones() {
        for good in ["https://www.caf.fr/a?b=c", "HTTP://x", "mailto:mairie@jumex.fr", "tel:0238000000", "www.jumex.fr"]
        {
            assert!(is_address(good.as_bytes()), "{good}");
        }
        for other in [
            "javascript:alert(1)",
            "JaVaScRiPt:1",
            " javascript:1",
            "file:///c:/x.exe",
            "\\\\host\\share",
            "//host/share",
            "vbscript:1",
            "data:text/html,x",
            "evil.exe",
            "http:\n//x",
            "\u{feff}https://x",
            "",
        ] {
            assert!(!is_address(other.as_bytes()), "{other}");
        }
    }
}
