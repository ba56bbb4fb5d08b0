//! What a file really is, whatever its name says: a photo or a PDF is opened to its end, anything else is refused.

mod pdf;
mod photo;

use domain::document::{Fault, Media};

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    /// What it is.
    pub(crate) media: Media,
    /// Its bytes: a photo's are written anew.
    pub(crate) bytes: Vec<u8>,
    /// A small JPEG of it.
    pub(crate) preview: Option<Vec<u8>>,
}

/// Looks at the content of a file.
pub(crate) fn checked(bytes: Vec<u8>) -> Result<Checked, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    match infer::get(&bytes).map(|found| found.mime_type()) {
        Some("application/pdf") => pdf::checked(bytes),
        Some("image/jpeg") => photo::checked(bytes, Media::Jpeg),
        Some("image/png") => photo::checked(bytes, Media::Png),
        Some("image/heif" | "image/heic") => Err(Fault::Heic),
        _ => Err(Fault::NotAsNamed),
    }
}

#[cfg(test)]
mod tests;
