//! Faults of a folder: the file, the line, and a French sentence; all of them are told, not only the first.

use std::cell::RefCell;
use std::fmt;

/// One fault of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderError {
    /// The file, relative to the folder.
    pub file: String,
    /// The line, from 1; none when the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong, in French.
    pub message: String,
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, ligne {line} : {}", self.file, self.message),
            None => write!(f, "{} : {}", self.file, self.message),
        }
    }
}

/// What is found wrong while a folder is read.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    errors: RefCell<Vec<FolderError>>,
    warnings: RefCell<Vec<FolderError>>,
}

impl Faults {
    /// Something that must be corrected before anything is imported.
    pub(crate) fn error(&self, file: &str, line: impl Into<Option<usize>>, message: impl Into<String>) {
        self.errors.borrow_mut().push(fault(file, line, message));
    }

    /// Something that is passed over.
    pub(crate) fn warning(&self, file: &str, line: impl Into<Option<usize>>, message: impl Into<String>) {
        self.warnings.borrow_mut().push(fault(file, line, message));
    }

    /// Whether one of these files has an error: what is built on it cannot be judged, and would only be told as well.
    pub(crate) fn in_files(&self, files: &[&str]) -> bool {
        self.errors.borrow().iter().any(|error| files.contains(&error.file.as_str()))
    }

    /// The warnings, or else the errors; both by file and line.
    pub(crate) fn conclude(self) -> Result<Vec<FolderError>, Vec<FolderError>> {
        let (mut errors, mut warnings) = (self.errors.into_inner(), self.warnings.into_inner());
        errors.sort();
        warnings.sort();
        if errors.is_empty() { Ok(warnings) } else { Err(errors) }
    }
}

fn fault(file: &str, line: impl Into<Option<usize>>, message: impl Into<String>) -> FolderError {
    FolderError { file: file.to_owned(), line: line.into(), message: message.into() }
}
