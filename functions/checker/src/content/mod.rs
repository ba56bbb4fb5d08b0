//! What a file really is, whatever its name says: a photo or a PDF is opened to its end, anything else is refused.

mod pdf;
mod photo;

use domain::document::{Fault, Media};

/// A file as it is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    /// What it is.
    pub(crate) media: Media,
    /// Its bytes: a photo's are written anew.
    pub(crate) bytes: Vec<u8>,
    /// A small JPEG of it.
    pub(crate) preview: Option<Vec<u8>>,
}

/// Looks at the content of a file.
pub(crate) fn checked(bytes: &[u8]) -> Result<Checked, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    match infer::get(bytes).map(|found| found.mime_type()) {
        Some("application/pdf") => pdf::checked(bytes),
        Some("image/jpeg") => photo::checked(bytes, Media::Jpeg),
        Some("image/png") => photo::checked(bytes, Media::Png),
        Some("image/heif" | "image/heic") => Err(Fault::Heic),
        _ => Err(Fault::NotAsNamed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_a_pdf_nor_a_photo_is_refused_whatever_its_name() {
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let others: [(&[u8], Fault); 6] = [
            (b"", Fault::Empty),
            (heic, Fault::Heic),
            (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", Fault::NotAsNamed),
            (b"<!doctype html><script>alert(1)</script>", Fault::NotAsNamed),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Fault::NotAsNamed),
            (b"PK\x03\x04\x14\0\0\0\x08\0", Fault::NotAsNamed),
        ];
        for (bytes, fault) in others {
            assert_eq!(checked(bytes), Err(fault), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
