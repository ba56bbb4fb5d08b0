//! A PDF that says of itself, in its XMP packet, that it is a Factur-X invoice.
//!
//! krilla writes the packet whole and takes nothing into it. It writes it last but one, before the catalog, unpacked: so
//! two blocks are put in, and the catalog and the table of places move by their length. An update appended to the file
//! would say the whole packet again, 5 KB in each invoice, and leave two states of one document.

use std::ops::Range;

use crate::PdfError;

/// What Factur-X's four words mean: PDF/A wants words that are not its own to be described.
const SCHEMA: &str = include_str!("schema.xml");
/// The four words.
const WORDS: &str = include_str!("words.xml");
/// A place in the table: `0000022031 00000 n` and the end of the line.
const ENTRY: usize = 20;
const HEAD_END: &[u8] = b"/Type/Metadata/Subtype/XML>>\nstream\n";
const TAIL: &[u8] = b"\nendstream";

/// Puts Factur-X's blocks into the packet of a PDF that krilla has just written.
///
/// # Errors
/// When it is laid out in another way than krilla's.
pub(crate) fn announce(pdf: &[u8]) -> Result<Vec<u8>, PdfError> {
    announced(pdf).ok_or_else(|| PdfError::Document("its metadata are not where they are expected".to_owned()))
}

fn announced(pdf: &[u8]) -> Option<Vec<u8>> {
    let Places { packet, catalog, table, last_entry, start } = Places::find(pdf)?;
    let said = with_blocks(std::str::from_utf8(pdf.get(packet.clone())?).ok()?)?;
    let head = object_head(pdf, packet.start)?;
    let mut out = Vec::with_capacity(pdf.len() + SCHEMA.len() + WORDS.len() + 16);
    out.extend_from_slice(pdf.get(..head.start)?);
    out.extend_from_slice(said.len().to_string().as_bytes());
    out.extend_from_slice(HEAD_END);
    out.extend_from_slice(said.as_bytes());
    out.extend_from_slice(pdf.get(packet.end..catalog)?);
    let moved = out.len().checked_sub(catalog)?;
    out.extend_from_slice(pdf.get(catalog..last_entry)?);
    out.extend_from_slice(format!("{:010}", catalog + moved).as_bytes());
    out.extend_from_slice(pdf.get(last_entry + 10..start.start)?);
    out.extend_from_slice((table + moved).to_string().as_bytes());
    out.extend_from_slice(pdf.get(start.end..)?);
    Some(out)
}

/// Where things lie, in bytes from the start.
struct Places {
    packet: Range<usize>,
    catalog: usize,
    table: usize,
    /// The catalog's place in the table.
    last_entry: usize,
    /// The digits that say where the table is.
    start: Range<usize>,
}

impl Places {
    fn find(pdf: &[u8]) -> Option<Self> {
        const START: &[u8] = b"startxref\n";
        let start = last(pdf, START)? + START.len();
        let start = start..start + digits(&pdf[start..]);
        let table = number(&pdf[start.clone()])?;
        let last_entry = last(pdf.get(..start.start)?, b"trailer\n")?.checked_sub(ENTRY)?;
        let before = last_entry.checked_sub(ENTRY).filter(|before| *before > table)?;
        let catalog = number(pdf.get(last_entry..last_entry + 10)?)?;
        let metadata = number(pdf.get(before..before + 10)?)?;
        let object = pdf.get(metadata..catalog)?;
        let packet = metadata + first(object, HEAD_END)? + HEAD_END.len()..metadata + last(object, TAIL)?;
        Some(Self { packet, catalog, table, last_entry, start })
    }
}

/// The digits of a packet's length, before it.
fn object_head(pdf: &[u8], packet: usize) -> Option<Range<usize>> {
    const LENGTH: &[u8] = b"<</Length ";
    let end = packet.checked_sub(HEAD_END.len())?;
    let start = last(pdf.get(..end)?, LENGTH)? + LENGTH.len();
    number(&pdf[start..end]).map(|_| start..end)
}

/// The packet's words are escaped: only its own tags look like these.
fn with_blocks(packet: &str) -> Option<String> {
    let (before, rest) = split(packet, "</rdf:Bag></pdfaExtension:schemas>")?;
    let (middle, end) = split(rest, "</rdf:RDF>")?;
    Some([before, SCHEMA, middle, WORDS, end].concat())
}

fn split<'a>(text: &'a str, at: &str) -> Option<(&'a str, &'a str)> {
    text.rfind(at).map(|at| text.split_at(at))
}

fn first(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(bytes: &[u8]) -> Option<usize> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}
