//! PDFs: read to the end within limits; what runs, opens, sends or carries something is refused.

use domain::document::{Fault, Media};
use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::Checked;

/// What one of its streams of objects may grow to, in bytes.
const STREAM: usize = 32 * 1024 * 1024;
/// What all that is compressed in it may grow to, in bytes.
const ALL: usize = 96 * 1024 * 1024;

/// Actions that do more than turn a page (ISO 32000-1, 12.6.4).
const ACTIONS: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"GoToE",
    b"GoToR",
    b"Rendition",
    b"RichMediaExecute",
    b"Movie",
    b"Sound",
];
/// Keys of a dictionary that carry a program, a form that is one, or other files.
const CARRIES: [&[u8]; 7] = [b"JS", b"JavaScript", b"EmbeddedFiles", b"EF", b"XFA", b"RichMediaContent", b"AF"];

/// A PDF as it came: its bytes may be signed, and are not touched.
pub(super) fn checked(bytes: &[u8]) -> Result<Checked, Fault> {
    let options = LoadOptions::with_max_decompressed_size(STREAM);
    let document = Document::load_mem_with_options(bytes, options).map_err(fault)?;
    if document.trailer.has(b"Encrypt") || document.encryption_state.is_some() {
        return Err(Fault::Encrypted);
    }
    if document.get_pages().is_empty() {
        return Err(Fault::Damaged);
    }
    if document.objects.values().any(acts) || acts(&Object::Dictionary(document.trailer.clone())) {
        return Err(Fault::Active);
    }
    grows(&document)?;
    Ok(Checked { media: Media::Pdf, bytes: bytes.to_vec(), preview: None })
}

fn fault(error: lopdf::Error) -> Fault {
    match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => Fault::Bomb,
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword => Fault::Encrypted,
        _ => Fault::Damaged,
    }
}

/// Whether an object, or one inside it, acts or carries something.
fn acts(object: &Object) -> bool {
    match object {
        Object::Dictionary(dictionary) => dictionary_acts(dictionary),
        Object::Stream(stream) => dictionary_acts(&stream.dict),
        Object::Array(items) => items.iter().any(acts),
        _ => false,
    }
}

fn dictionary_acts(dictionary: &Dictionary) -> bool {
    let action = dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|name| ACTIONS.contains(&name));
    let carries = CARRIES.iter().any(|key| dictionary.has(key));
    action || carries || dictionary.iter().any(|(_, value)| acts(value))
}

/// Refuses what is small and grows beyond measure; pictures of a scan are not unpacked for it.
fn grows(document: &Document) -> Result<(), Fault> {
    let mut left = ALL;
    for object in document.objects.values() {
        let Object::Stream(stream) = object else { continue };
        let filters = stream.filters().unwrap_or_default();
        let unpacked =
            |filter: &[u8]| matches!(filter, b"FlateDecode" | b"LZWDecode" | b"ASCII85Decode" | b"ASCIIHexDecode");
        if filters.is_empty() || !filters.iter().all(|filter| unpacked(filter)) {
            continue;
        }
        match stream.decompressed_content_with_limit(left) {
            Ok(content) => left = left.saturating_sub(content.len()),
            Err(error) if fault_of_growth(&error) => return Err(Fault::Bomb),
            // What cannot be unpacked is for the reader of the PDF to say: many scanners write such streams.
            Err(_) => {}
        }
    }
    Ok(())
}

fn fault_of_growth(error: &lopdf::Error) -> bool {
    matches!(error, lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A PDF of one page with these further objects, and this in its catalog.
    fn pdf(catalog: &str, objects: &[Vec<u8>]) -> Vec<u8> {
        let mut all = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec(),
        ];
        all.extend(objects.iter().cloned());
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let mut places = Vec::new();
        for (at, object) in all.iter().enumerate() {
            places.push(bytes.len());
            writeln!(bytes, "{} 0 obj", at + 1).unwrap();
            bytes.extend(object);
            bytes.extend(b"\nendobj\n");
        }
        let start = bytes.len();
        write!(bytes, "xref\n0 {}\n0000000000 65535 f \n", all.len() + 1).unwrap();
        places.iter().for_each(|place| writeln!(bytes, "{place:010} 00000 n ").unwrap());
        write!(bytes, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", all.len() + 1).unwrap();
        bytes
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
        [head.as_bytes(), &packed, b"\nendstream"].concat()
    }

    #[test]
    fn a_plain_pdf_is_kept_to_the_byte() {
        let plain = pdf("/OpenAction [3 0 R /Fit]", &[packed(b"BT (Bonjour) Tj ET")]);
        let kept = super::super::checked(&plain).unwrap();
        assert_eq!((kept.media, kept.bytes == plain), (Media::Pdf, true));
    }

    #[test]
    fn what_runs_opens_sends_or_carries_is_refused() {
        for catalog in [
            "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
            "/OpenAction << /S /Launch /F (cmd.exe) >>",
            "/AA << /WC << /S /SubmitForm /F (http://x) >> >>",
            "/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
            "/AcroForm << /XFA 4 0 R >>",
        ] {
            assert_eq!(super::super::checked(&pdf(catalog, &[b"<< >>".to_vec()])), Err(Fault::Active), "{catalog}");
        }
        let hidden = b"<< /Type /Action /S /Java#53cript /J#53 (app.alert\\(1\\)) >>".to_vec();
        assert_eq!(super::super::checked(&pdf("/OpenAction 4 0 R", &[hidden])), Err(Fault::Active), "escaped names");
    }

    #[test]
    fn a_bomb_a_ruin_and_a_locked_pdf_are_told_apart() {
        let bomb = pdf("", &[packed(&vec![0; ALL + 1])]);
        assert!(bomb.len() < 1024 * 1024);
        assert_eq!(super::super::checked(&bomb), Err(Fault::Bomb));
        assert_eq!(super::super::checked(b"%PDF-1.7\nnothing else"), Err(Fault::Damaged));
        let locked = String::from_utf8(pdf("", &[])).unwrap();
        let (owner, user) = ("00".repeat(32), "11".repeat(32));
        let lock = format!("/Filter /Standard /V 1 /R 2 /P -4 /O <{owner}> /U <{user}>");
        let locked = locked.replace("/Root 1 0 R", &format!("/Root 1 0 R /ID [<00> <00>] /Encrypt << {lock} >>"));
        assert_eq!(super::super::checked(locked.as_bytes()), Err(Fault::Encrypted));
    }
}
