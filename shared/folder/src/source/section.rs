//! A TOML table whose keys are taken one by one: what is missing, ill-written or left over is a fault with its line.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Reading, line_of, value};

/// A table of a TOML file.
pub(crate) struct Section<'r> {
    reading: &'r Reading<'r>,
    file: &'r str,
    text: &'r str,
    /// The line it begins on.
    pub(crate) line: usize,
    entries: DeTable<'r>,
}

/// A value with the line it is written on.
pub(crate) struct Written<'r> {
    /// The line, from 1.
    pub(crate) line: usize,
    value: DeValue<'r>,
}

impl<'r> Section<'r> {
    /// The whole of a file; faults of syntax are told by line.
    pub(crate) fn of_file(reading: &'r Reading<'r>, file: &'r str, text: &'r str) -> Option<Self> {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let place = error.span().map_or(0, |span| span.start);
            let line = line_of(text.as_bytes(), place);
            let said = text.lines().nth(line - 1).unwrap_or_default().trim();
            reading.faults.error(file, line, format!("« {said} » n’est pas du TOML ({}).", error.message()));
        }
        errors.is_empty().then(|| Self { reading, file, text, line: 1, entries: document.into_inner() })
    }

    fn inner(&self, line: usize, entries: DeTable<'r>) -> Self {
        Self { reading: self.reading, file: self.file, text: self.text, line, entries }
    }

    /// Tells a fault of a line.
    pub(crate) fn fault(&self, line: usize, message: impl Into<String>) {
        self.reading.faults.error(self.file, line, message);
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn written(&self, spanned: Spanned<DeValue<'r>>) -> Written<'r> {
        Written { line: line_of(self.text.as_bytes(), spanned.span().start), value: spanned.into_inner() }
    }

    /// Takes a key that may be absent.
    fn take(&mut self, key: &str) -> Option<Written<'r>> {
        let spanned = self.entries.remove(key)?;
        Some(self.written(spanned))
    }

    /// Takes a key that must be there.
    fn demand(&mut self, key: &str) -> Option<Written<'r>> {
        let found = self.take(key);
        if found.is_none() {
            self.fault(self.line, format!("la clé « {key} » manque."));
        }
        found
    }

    fn convert<T>(
        &self,
        key: &str,
        written: Written<'r>,
        read: impl FnOnce(DeValue<'r>) -> Result<T, String>,
    ) -> Option<T> {
        match read(written.value) {
            Ok(value) => Some(value),
            Err(message) => {
                self.fault(written.line, format!("« {key} » : {message}"));
                None
            }
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.parsed(key, |text| Ok(text.to_owned()))
    }

    /// A text that must be there, read by `read`.
    pub(crate) fn parsed<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let written = self.demand(key)?;
        self.convert(key, written, |value| read(&text_of(value)?))
    }

    /// A text that may be absent, read by `read`.
    pub(crate) fn optional<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let written = self.take(key)?;
        self.convert(key, written, |value| read(&text_of(value)?))
    }

    /// Texts that must be there, each read by `read`; one fault for each that cannot be read.
    pub(crate) fn list<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let Some(written) = self.demand(key) else { return Vec::new() };
        let Some(items) = self.convert(key, written, array_of) else { return Vec::new() };
        let items: Vec<Written> = items.into_iter().map(|item| self.written(item)).collect();
        items.into_iter().filter_map(|item| self.convert(key, item, |value| read(&text_of(value)?))).collect()
    }

    /// A text, or texts in a list, that may be absent, each read by `read`.
    pub(crate) fn one_or_more<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        match self.entries.get(key).map(|spanned| spanned.get_ref()) {
            None => Vec::new(),
            Some(DeValue::Array(_)) => self.list(key, read),
            Some(_) => self.optional(key, read).into_iter().collect(),
        }
    }

    /// `true`, `false`, or the default when absent.
    pub(crate) fn flag(&mut self, key: &str, default: bool) -> bool {
        let read = |value| match value {
            DeValue::Boolean(flag) => Ok(flag),
            _ => Err("écrivez true ou false, sans guillemets.".to_owned()),
        };
        self.take(key).and_then(|written| self.convert(key, written, read)).unwrap_or(default)
    }

    /// A whole number that must be there, at most `most`.
    pub(crate) fn number(&mut self, key: &str, most: u32) -> Option<u32> {
        let written = self.demand(key)?;
        self.convert(key, written, |value| number_of(&value, 0, most))
    }

    /// Whole numbers that must be there, each from 1 to `most`; one fault for each that is not.
    pub(crate) fn numbers(&mut self, key: &str, most: u32) -> Vec<u32> {
        let Some(written) = self.demand(key) else { return Vec::new() };
        let Some(items) = self.convert(key, written, array_of) else { return Vec::new() };
        let items: Vec<Written> = items.into_iter().map(|item| self.written(item)).collect();
        items.into_iter().filter_map(|item| self.convert(key, item, |value| number_of(&value, 1, most))).collect()
    }

    /// A whole number, or what stands when it is absent.
    pub(crate) fn number_or(&mut self, key: &str, most: u32, default: u32) -> Option<u32> {
        if self.has(key) { self.number(key, most) } else { Some(default) }
    }

    /// A day that may be absent, written `2015-05-25` with or without quotes.
    pub(crate) fn day(&mut self, key: &str) -> Option<value::WrittenDay> {
        let written = self.take(key)?;
        let week = self.reading.week;
        self.convert(key, written, |value| value::day(&day_text(value)?, week))
    }

    /// A table that must be there.
    pub(crate) fn section(&mut self, key: &str) -> Option<Self> {
        let written = self.demand(key)?;
        self.table(key, written)
    }

    /// A table that may be absent.
    pub(crate) fn optional_section(&mut self, key: &str) -> Option<Self> {
        let written = self.take(key)?;
        self.table(key, written)
    }

    /// Tables in a list, `[[key]]` or `key = [{ … }]`; none when absent.
    pub(crate) fn sections(&mut self, key: &str) -> Vec<Self> {
        let Some(written) = self.take(key) else { return Vec::new() };
        let Some(items) = self.convert(key, written, array_of) else { return Vec::new() };
        let items: Vec<Written> = items.into_iter().map(|item| self.written(item)).collect();
        items.into_iter().filter_map(|item| self.table(key, item)).collect()
    }

    fn table(&self, key: &str, written: Written<'r>) -> Option<Self> {
        let line = written.line;
        let entries = self.convert(key, written, |value| match value {
            DeValue::Table(entries) => Ok(entries),
            _ => Err("écrivez une table, par exemple { from = \"2026-09-01\", to = \"2027-07-02\" }.".to_owned()),
        })?;
        Some(self.inner(line, entries))
    }

    /// Passes over keys that are known but cannot be read as things stand.
    pub(crate) fn pass_over(&mut self, keys: &[&str]) {
        for key in keys {
            self.entries.remove(*key);
        }
    }

    /// Every key has been taken; what is left is unknown.
    pub(crate) fn end(self) {
        for key in self.entries.keys() {
            let line = line_of(self.text.as_bytes(), key.span().start);
            self.fault(line, format!("la clé « {} » est inconnue.", key.get_ref()));
        }
    }
}

fn number_of(value: &DeValue<'_>, least: u32, most: u32) -> Result<u32, String> {
    let number = match value {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let sound = number.filter(|number| (least..=most).contains(number));
    sound.ok_or_else(|| format!("écrivez un nombre entier de {least} à {most}."))
}

fn text_of(value: DeValue<'_>) -> Result<Cow<'_, str>, String> {
    match value {
        DeValue::String(text) => Ok(Cow::Owned(value::plain(&text)?)),
        _ => Err("écrivez un texte entre guillemets.".to_owned()),
    }
}

fn day_text(value: DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.into_owned()),
        DeValue::Datetime(moment) => Ok(moment.to_string()),
        _ => Err(value::DAY_HELP.to_owned()),
    }
}

fn array_of<'r>(value: DeValue<'r>) -> Result<Vec<Spanned<DeValue<'r>>>, String> {
    match value {
        DeValue::Array(items) => Ok(items.into_iter().collect()),
        _ => Err("écrivez une liste entre crochets.".to_owned()),
    }
}
