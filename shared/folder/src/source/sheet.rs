//! A CSV file whose rows know their line: a header, columns separated by semicolons.

use std::cell::Cell;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Reading, line_of, value};

/// The columns of a CSV file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) file: &'static str,
    /// Columns that must be in the header.
    pub(crate) required: &'static [&'static str],
    /// Columns that may be.
    pub(crate) optional: &'static [&'static str],
}

/// One row.
pub(crate) struct Row<'r> {
    reading: &'r Reading<'r>,
    /// The file it is in.
    pub(crate) file: &'static str,
    /// Its line, from 1.
    pub(crate) line: usize,
    header: Arc<StringRecord>,
    cells: StringRecord,
    sound: Cell<bool>,
}

impl Sheet {
    /// Its rows; ill-shaped ones are faults and left out.
    pub(crate) fn rows<'r>(&self, reading: &'r Reading<'r>) -> Vec<Row<'r>> {
        let Some(text) = reading.text(self.file) else { return Vec::new() };
        let mut reader =
            ReaderBuilder::new().delimiter(b';').flexible(true).trim(Trim::All).from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => Arc::new(header.clone()),
            Err(_) => Arc::default(),
        };
        if !self.accepts(&header, reading) {
            return Vec::new();
        }
        let records = reader.records().filter_map(Result::ok);
        // A spreadsheet ends with rows it has cleared.
        let records: Vec<StringRecord> = records.filter(|cells| cells.iter().any(|cell| !cell.is_empty())).collect();
        let row = |cells: StringRecord| {
            let line = cells.position().map_or(0, |position| line_from(&text, position.byte()));
            Row { reading, file: self.file, line, header: Arc::clone(&header), cells, sound: Cell::new(true) }
        };
        records.into_iter().map(row).filter(Row::has_the_headers_length).collect()
    }

    /// Whether the header has every column once and no other.
    fn accepts(&self, header: &StringRecord, reading: &Reading) -> bool {
        let known = |name: &str| self.required.contains(&name) || self.optional.contains(&name);
        let mut sound = true;
        let mut fault = |message: String| {
            reading.faults.error(self.file, 1, message);
            sound = false;
        };
        for (place, name) in header.iter().enumerate() {
            if !known(name) {
                fault(format!("la colonne « {name} » est inconnue."));
            } else if header.iter().take(place).any(|earlier| earlier == name) {
                fault(format!("la colonne « {name} » est là deux fois."));
            }
        }
        for missing in self.required.iter().filter(|name| !header.iter().any(|there| there == **name)) {
            fault(format!(
                "la colonne « {missing} » manque. La première ligne nomme les colonnes, séparées par « ; »."
            ));
        }
        sound
    }
}

/// The line of the row that begins there, or after blank lines.
fn line_from(text: &str, place: u64) -> usize {
    let place = usize::try_from(place).unwrap_or_default();
    let blank = text.bytes().skip(place).take_while(|byte| *byte == b'\n').count();
    line_of(text.as_bytes(), place + blank)
}

impl<'r> Row<'r> {
    fn has_the_headers_length(&self) -> bool {
        let (found, wanted) = (self.cells.len(), self.header.len());
        if found != wanted {
            self.fault(format!("cette ligne a {found} colonnes au lieu de {wanted}."));
        }
        found == wanted
    }

    /// Tells a fault of this row.
    pub(crate) fn fault(&self, message: impl Into<String>) {
        self.sound.set(false);
        self.reading.faults.error(self.file, self.line, message);
    }

    /// Tells that something this row names is not in the first of these files, unless they have faults of their own.
    pub(crate) fn unknown(&self, what: &str, id: &impl Display, files: &[&str]) {
        if self.reading.faults.in_files(files) {
            self.sound.set(false);
        } else {
            let file = files.first().copied().unwrap_or_default();
            self.fault(format!("{what} « {id} » n’est pas dans {file}."));
        }
    }

    /// Tells that this row is passed over.
    pub(crate) fn pass_over(&self, message: impl Into<String>) {
        self.reading.faults.warning(self.file, self.line, message);
    }

    /// Whether no fault of this row was told.
    pub(crate) fn is_sound(&self) -> bool {
        self.sound.get()
    }

    fn cell(&self, column: &str) -> Option<&str> {
        let place = self.header.iter().position(|name| name == column)?;
        self.cells.get(place).filter(|text| !text.is_empty())
    }

    fn convert<T>(&self, column: &str, text: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let read = value::plain(text).and_then(|text| read(&value::printed(&text)?));
        read.map_err(|message| self.fault(format!("« {column} » : {message}"))).ok()
    }

    /// A cell that must be filled, read by `read`.
    pub(crate) fn parsed<T>(&self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let Some(text) = self.cell(column) else {
            self.fault(format!("la colonne « {column} » est vide."));
            return None;
        };
        self.convert(column, text, read)
    }

    /// A cell that may be empty, read by `read`.
    pub(crate) fn optional<T>(&self, column: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.cell(column)?;
        self.convert(column, text, read)
    }

    /// A text that must be there.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        self.parsed(column, |text| Ok(text.to_owned()))
    }

    /// An identifier that must be there.
    pub(crate) fn id<I: FromStr<Err: ToString>>(&self, column: &str) -> Option<I> {
        self.parsed(column, value::id)
    }

    /// A day that must be there.
    pub(crate) fn day(&self, column: &str) -> Option<value::WrittenDay> {
        self.parsed(column, |text| value::day(text, self.reading.week))
    }

    /// A day that may be absent.
    pub(crate) fn optional_day(&self, column: &str) -> Option<value::WrittenDay> {
        self.optional(column, |text| value::day(text, self.reading.week))
    }

    /// The columns `from` and `to`, either of which may be empty; a fault when they are in the wrong order.
    pub(crate) fn span(&self) -> value::Span {
        let day = |column| self.optional_day(column).map(|written| written.day);
        let span = value::Span { from: day("from"), to: day("to") };
        if !span.is_ordered() {
            self.fault("« to » est avant « from ».");
        }
        span
    }
}
