//! The files as they lie: their text, their lines, and the values written in them.

mod section;
mod sheet;
pub(crate) mod value;

pub(crate) use section::Section;
pub(crate) use sheet::{Row, Sheet};

use std::path::Path;

use domain::day::{Day, Week};

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
}

impl<'a> Reading<'a> {
    /// Nothing is read yet. `today` is the day of the business clock.
    pub(crate) fn new(dir: &'a Path, today: Day) -> Self {
        Self { dir, week: Week::of(today), faults: Faults::default() }
    }

    /// A file's text without its byte order mark; a fault when there is none.
    pub(crate) fn text(&self, file: &str) -> Option<String> {
        let bytes = match std::fs::read(self.dir.join(file)) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.faults.error(file, None, unreadable(&error));
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(error) => {
                let line = line_of(error.as_bytes(), error.utf8_error().valid_up_to());
                self.faults.error(file, line, "cette ligne n’est pas en UTF-8. Enregistrez le fichier en UTF-8.");
                None
            }
        }
    }
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
