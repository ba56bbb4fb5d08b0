//! The list of what a PDF may be made of, read from `allowed.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The list; what it says is a test's to hold.
pub(super) static ALLOWED: LazyLock<Allowed> = LazyLock::new(|| Allowed::read(include_str!("allowed.txt")));

/// Keys that any stream may say besides its type's own.
const OF_STREAMS: [&str; 4] = ["Length = n | v", "Filter = v", "DecodeParms = Parms", "DL = n"];

/// What may stand at a key.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) value: bool,
    pub(super) number: bool,
    pub(super) url: bool,
    pub(super) data: bool,
    pub(super) any: bool,
    pub(super) words: Vec<Vec<u8>>,
    pub(super) types: Vec<usize>,
    /// A dictionary of any keys, whose values this rule is for.
    pub(super) map: Option<Box<Rule>>,
}

/// A type of dictionaries and streams.
#[derive(Debug, Default)]
pub(super) struct Type {
    pub(super) name: String,
    pub(super) keys: HashMap<Vec<u8>, Rule>,
    /// What any other key may hold.
    pub(super) others: Option<Rule>,
}

#[derive(Debug)]
pub(super) struct Allowed {
    pub(super) types: Vec<Type>,
    /// What a stream says of its packing.
    pub(super) of_streams: HashMap<Vec<u8>, Rule>,
    /// What a key of one maker holds.
    pub(super) of_makers: Rule,
    /// The dictionary behind a table.
    pub(super) trailer: Rule,
    /// Whatever is on the list: for objects that nothing names.
    pub(super) anything: Rule,
}

impl Allowed {
    fn read(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines: Vec<&str> = lines.collect();
        let heads = lines.iter().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        let numbers: HashMap<&str, usize> = heads.enumerate().map(|(at, name)| (name, at)).collect();
        let mut types: Vec<Type> = Vec::new();
        for line in lines {
            if let Some(name) = line.strip_prefix('[') {
                types.push(Type { name: name.trim_end_matches(']').to_owned(), ..Type::default() });
            } else if let (Some(one), Some((key, what))) = (types.last_mut(), line.split_once(" = ")) {
                match key {
                    "*" => one.others = Some(rule(what, &numbers)),
                    key => drop(one.keys.insert(key.as_bytes().to_vec(), rule(what, &numbers))),
                }
            }
        }
        let of_streams = OF_STREAMS.iter().filter_map(|line| line.split_once(" = "));
        let of_streams = of_streams.map(|(key, what)| (key.as_bytes().to_vec(), rule(what, &numbers))).collect();
        let anything = Rule {
            value: true,
            types: types.iter().enumerate().filter(|(_, one)| one.others.is_none()).map(|(at, _)| at).collect(),
            ..Rule::default()
        };
        let of_makers = Rule { data: true, ..Rule::default() };
        Self { types, of_streams, of_makers, trailer: rule("Trailer", &numbers), anything }
    }
}

fn rule(what: &str, numbers: &HashMap<&str, usize>) -> Rule {
    if let Some(inner) =
        what.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|inner| !inner.contains('{'))
    {
        return Rule { map: Some(Box::new(rule(inner, numbers))), ..Rule::default() };
    }
    let mut made = Rule::default();
    for word in what.split(" | ") {
        match word {
            "v" => made.value = true,
            "n" => made.number = true,
            "url" => made.url = true,
            "data" => made.data = true,
            "any" => made.any = true,
            word => match (word.strip_prefix('/'), word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))) {
                (Some(name), _) => made.words.push(name.as_bytes().to_vec()),
                (_, Some(inner)) => made.map = Some(Box::new(rule(inner, numbers))),
                _ => made.types.extend(numbers.get(word)),
            },
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_means_something() {
        let text = include_str!("allowed.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let lines: Vec<&str> = lines.collect();
        let types: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
        for line in lines.iter().filter(|line| !line.starts_with('[')) {
            let (key, what) = line.split_once(" = ").expect(line);
            assert!(key == "*" || key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{line}");
            for word in what.split(" | ") {
                let word = word.trim_matches(['{', '}']);
                let known = ["v", "n", "url", "data", "any"].contains(&word) || word.starts_with('/');
                assert!(known || types.contains(&word), "{line}: {word}");
            }
        }
        assert_eq!(ALLOWED.types.len(), types.len());
        let keys: usize = ALLOWED.types.iter().map(|one| one.keys.len() + usize::from(one.others.is_some())).sum();
        assert_eq!(keys + types.len(), lines.len(), "no key stands twice in a type");
    }

    #[test]
    fn nothing_that_acts_is_on_the_list() {
        for one in &ALLOWED.types {
            for key in super::super::walk::ACTING_KEYS {
                let carries_data = ["EF", "EmbeddedFiles"].map(str::as_bytes).contains(&key);
                assert!(carries_data || !one.keys.contains_key(key), "{}: {}", one.name, String::from_utf8_lossy(key));
            }
        }
    }
}
