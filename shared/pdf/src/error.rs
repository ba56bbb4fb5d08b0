//! What can go wrong while an invoice is printed.

/// Why there is no PDF.
#[derive(Debug)]
pub enum PdfError {
    /// A font that is part of the program cannot be read.
    Font,
    /// The code of a transfer cannot be made: its words are too long.
    Code,
    /// The document does not meet its standard, or cannot be written.
    Document(String),
}

impl std::fmt::Display for PdfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Font => f.write_str("a font cannot be read"),
            Self::Code => f.write_str("the code of the transfer cannot be made"),
            Self::Document(why) => write!(f, "the document cannot be written: {why}"),
        }
    }
}

impl std::error::Error for PdfError {}
