//! The files as they lie: their text, their lines, and the values written in them.

mod section;
mod sheet;
pub(crate) mod value;

pub(crate) use section::Section;
pub(crate) use sheet::{Row, Sheet};

use std::path::Path;

use domain::day::{Day, Week};
use domain::text::entered;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::fault::Faults;

/// What every value is read with.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// Where the files lie.
    pub(crate) dir: &'a Path,
    /// The week that `semaine+0` means.
    pub(crate) week: Week,
    /// What is wrong so far.
    pub(crate) faults: Faults,
    /// What stands in for files that are not there, by their names.
    pub(crate) stand_ins: &'a [(&'a str, &'a str)],
}

impl<'a> Reading<'a> {
    /// Nothing is read yet. `today` is the day of the business clock.
    pub(crate) fn new(dir: &'a Path, today: Day) -> Self {
        Self { dir, week: Week::of(today), faults: Faults::default(), stand_ins: &[] }
    }

    /// A file's text: without its byte order mark, each line ended by one `\n`, letters composed. A spreadsheet's older
    /// encoding is read, and said; a fault when there is no text.
    pub(crate) fn text(&self, file: &str) -> Option<String> {
        let stand_in = self.stand_ins.iter().find(|(name, _)| *name == file).map(|(_, text)| (*text).to_owned());
        let bytes = match std::fs::read(self.dir.join(file)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && stand_in.is_some() => return stand_in,
            Err(error) => {
                self.faults.error(file, None, unreadable(&error));
                return None;
            }
        };
        let text = self.decoded(file, &bytes)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Some(entered(&text.replace("\r\n", "\n").replace('\r', "\n")))
    }

    fn decoded(&self, file: &str, bytes: &[u8]) -> Option<String> {
        let wrong = match std::str::from_utf8(bytes) {
            Ok(text) => return Some(text.to_owned()),
            Err(error) => error.valid_up_to(),
        };
        let Some(encoding) = older_encoding(bytes) else {
            let line = line_of(bytes, wrong);
            self.faults.error(file, line, "cette ligne n’est pas en UTF-8. Enregistrez le fichier en UTF-8.");
            return None;
        };
        let (text, encoding, _) = encoding.decode(bytes);
        let name = if encoding == WINDOWS_1252 { "Windows-1252" } else { encoding.name() };
        let told = format!("ce fichier n’est pas en UTF-8 : il est lu en {name}. Vérifiez ses accents.");
        self.faults.warning(file, None, told);
        Some(text.into_owned())
    }
}

/// What a spreadsheet wrote that is no UTF-8: what its mark says, else Windows-1252. A file with letters of UTF-8 in it is a
/// damaged one.
fn older_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).filter(|encoding| *encoding != UTF_8);
    let damaged = || bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    marked.or_else(|| (!damaged()).then_some(WINDOWS_1252))
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "ce fichier manque.".to_owned(),
        std::io::ErrorKind::PermissionDenied => "ce fichier ne peut pas être lu : permission refusée.".to_owned(),
        _ => format!("ce fichier ne peut pas être lu ({error})."),
    }
}

/// The line, from 1, of a place in a text.
pub(crate) fn line_of(text: &[u8], place: usize) -> usize {
    1 + text.iter().take(place).filter(|byte| **byte == b'\n').count()
}
