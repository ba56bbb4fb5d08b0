//! What is packed in a PDF: never more of it in memory than is allowed, and nothing unpacked that need not be.

use std::io::{self, Read};

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Object, Stream};

use super::Refusal;
use super::file::{Body, File};

/// What a stream of objects, a table or a file within may grow to, in bytes.
const READ: u64 = 32 * 1024 * 1024;
/// What all that is packed may grow to, in bytes.
const ALL: u64 = 96 * 1024 * 1024;
/// What one that is packed in a rare way may grow to, in bytes.
const RARE: u64 = 16 * 1024 * 1024;
/// The longest row, in bytes, that a predictor may work on.
const LONGEST_ROW: i64 = 1024 * 1024;
/// The most pixels of a picture: A3 at 600 points to an inch has 70 million.
const MOST_PIXELS: i64 = 150_000_000;
/// How often one thing may be packed.
const MOST_FILTERS: usize = 4;

/// Ways of packing that are no picture's.
const PLAIN: [&[u8]; 5] = [b"FlateDecode", b"LZWDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode"];
/// Ways of packing pictures: these are looked at by nobody here.
const PICTURES: [&[u8]; 4] = [b"DCTDecode", b"JPXDecode", b"JBIG2Decode", b"CCITTFaxDecode"];

/// How a stream is packed, from the outermost way inwards.
fn filters(file: &File, dictionary: &Dictionary) -> Result<Vec<Vec<u8>>, Refusal> {
    const ODD: Refusal = Refusal::Unread("a stream is packed in an unknown way");
    let Ok(filter) = dictionary.get(b"Filter") else { return Ok(Vec::new()) };
    let names = match file.resolved(filter)? {
        Object::Name(name) => vec![name.clone()],
        Object::Array(names) => names
            .iter()
            .map(|name| Ok(file.resolved(name)?.as_name().map_err(|_| ODD)?.to_vec()))
            .collect::<Result<_, Refusal>>()?,
        Object::Null => Vec::new(),
        _ => return Err(ODD),
    };
    let known = |name: &Vec<u8>| PLAIN.contains(&name.as_slice()) || PICTURES.contains(&name.as_slice());
    if names.len() > MOST_FILTERS {
        Err(Refusal::Bomb)
    } else if names.iter().all(known) {
        Ok(names)
    } else {
        Err(ODD)
    }
}

/// What is said to the ways of packing, one dictionary for each that is told something.
fn parameters<'f>(file: &'f File, dictionary: &'f Dictionary) -> Result<Vec<&'f Dictionary>, Refusal> {
    const ODD: Refusal = Refusal::Unread("how a stream is packed is said in an odd way");
    let Ok(said) = dictionary.get(b"DecodeParms") else { return Ok(Vec::new()) };
    match file.resolved(said)? {
        Object::Dictionary(one) => Ok(vec![one]),
        Object::Null => Ok(Vec::new()),
        Object::Array(all) => {
            let mut found = Vec::new();
            for one in all {
                match file.resolved(one)? {
                    Object::Dictionary(one) => found.push(one),
                    Object::Null => {}
                    _ => return Err(ODD),
                }
            }
            Ok(found)
        }
        _ => Err(ODD),
    }
}

/// A number of a dictionary; `otherwise` where none is said.
fn number(file: &File, dictionary: &Dictionary, key: &[u8], otherwise: i64) -> Result<i64, Refusal> {
    let Ok(value) = dictionary.get(key) else { return Ok(otherwise) };
    file.resolved(value)?.as_i64().map_err(|_| Refusal::Unread("a measure of a stream is no number"))
}

/// Refuses rows, columns and pictures that nobody could open, by what they say of themselves.
pub(super) fn bounded(file: &File, dictionary: &Dictionary) -> Result<(), Refusal> {
    for one in parameters(file, dictionary)? {
        let measure = |key: &[u8], otherwise| number(file, one, key, otherwise);
        let (columns, colours, bits) =
            (measure(b"Columns", 1)?, measure(b"Colors", 1)?, measure(b"BitsPerComponent", 8)?);
        let (rows, predictor) = (measure(b"Rows", 0)?, measure(b"Predictor", 1)?);
        let in_range = (1..=200_000).contains(&columns) && (1..=32).contains(&colours) && (1..=16).contains(&bits);
        let in_range = in_range && (0..=200_000).contains(&rows) && matches!(predictor, 1 | 2 | 10..=15);
        if !in_range || columns * colours * bits / 8 > LONGEST_ROW {
            return Err(Refusal::Bomb);
        }
    }
    let side = |key: &[u8]| number(file, dictionary, key, 0);
    let picture = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
    let (width, height) = if picture { (side(b"Width")?, side(b"Height")?) } else { (0, 0) };
    let sides = 0..=100_000;
    if !sides.contains(&width) || !sides.contains(&height) || width * height > MOST_PIXELS {
        return Err(Refusal::Bomb);
    }
    filters(file, dictionary).map(drop)
}

/// The whole of a stream that must be understood: packed by nothing or by Flate, and sound to its last byte.
pub(super) fn unpacked(file: &File, dictionary: &Dictionary, packed: &[u8], most: u64) -> Result<Vec<u8>, Refusal> {
    const ODD: Refusal = Refusal::Unread("a stream that must be read is packed in a rare way");
    bounded(file, dictionary)?;
    let filters = filters(file, dictionary)?;
    let mut content = Vec::new();
    match filters.as_slice() {
        [] => content.extend_from_slice(packed),
        [flate] if flate == b"FlateDecode" => {
            let mut decoder = ZlibDecoder::new(packed).take(most.min(READ) + 1);
            decoder.read_to_end(&mut content).map_err(|_| Refusal::Damaged)?;
        }
        _ => return Err(ODD),
    }
    if content.len() as u64 > most.min(READ) {
        return Err(Refusal::Bomb);
    }
    match parameters(file, dictionary)?.first() {
        None => Ok(content),
        Some(said) => {
            let measure = |key: &[u8], otherwise| number(file, said, key, otherwise);
            match measure(b"Predictor", 1)? {
                1 => Ok(content),
                10.. => {
                    let row = measure(b"Columns", 1)? * measure(b"Colors", 1)? * measure(b"BitsPerComponent", 8)?;
                    let step = measure(b"Colors", 1)? * measure(b"BitsPerComponent", 8)?;
                    let size = |bits: i64| usize::try_from((bits + 7) / 8).map_err(|_| ODD);
                    unpredicted(&content, size(row)?, size(step)?)
                }
                _ => Err(ODD),
            }
        }
    }
}

/// Takes PNG's predictions back (PNG, 9.2): each row begins with how it was predicted.
fn unpredicted(content: &[u8], row: usize, step: usize) -> Result<Vec<u8>, Refusal> {
    const ODD: Refusal = Refusal::Unread("a table is predicted in an odd way");
    if !content.len().is_multiple_of(row + 1) {
        return Err(ODD);
    }
    let mut all: Vec<u8> = Vec::with_capacity(content.len());
    let mut above = vec![0; row];
    for line in content.chunks(row + 1) {
        let mut current = line[1..].to_vec();
        for at in 0..row {
            let left = if at >= step { current[at - step] } else { 0 };
            let corner = if at >= step { above[at - step] } else { 0 };
            let predicted = match line[0] {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => left.midpoint(above[at]),
                4 => paeth(left, above[at], corner),
                _ => return Err(ODD),
            };
            current[at] = current[at].wrapping_add(predicted);
        }
        all.extend_from_slice(&current);
        above = current;
    }
    Ok(all)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let [to_left, to_above, to_corner] = [left, above, corner].map(|one| guess.abs_diff(i16::from(one)));
    match () {
        () if to_left <= to_above && to_left <= to_corner => left,
        () if to_above <= to_corner => above,
        () => corner,
    }
}

/// How much all streams may still grow to.
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn whole() -> Self {
        Self(ALL)
    }

    /// Counts what a stream unpacks to, without keeping it; pictures are left packed.
    pub(super) fn count(&mut self, file: &File, body: &Body, packed: &[u8]) -> Result<(), Refusal> {
        let Object::Dictionary(dictionary) = &body.value else { return Ok(()) };
        let filters = filters(file, dictionary)?;
        let plain: Vec<&[u8]> = filters.iter().map(Vec::as_slice).take_while(|name| PLAIN.contains(name)).collect();
        let grown = match plain.as_slice() {
            [] => 0,
            [b"FlateDecode"] => flate_size(packed, self.0),
            many => rare_size(many, packed, self.0.min(RARE))?,
        };
        self.0 = self.0.checked_sub(grown).ok_or(Refusal::Bomb)?;
        Ok(())
    }
}

/// How much comes out of it, and a byte more than the limit at most. What breaks off is for the reader of the PDF to
/// say: many scanners write such streams.
fn flate_size(packed: &[u8], limit: u64) -> u64 {
    let mut decoder = ZlibDecoder::new(packed).take(limit + 1);
    let mut some = vec![0; 64 * 1024];
    let mut size = 0;
    while let Ok(read) = decoder.read(&mut some) {
        if read == 0 {
            break;
        }
        size += read as u64;
    }
    size
}

/// The same for what is packed several times, or in a way that is rare today.
fn rare_size(filters: &[&[u8]], packed: &[u8], limit: u64) -> Result<u64, Refusal> {
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Array(filters.iter().map(|name| Object::Name(name.to_vec())).collect()));
    let stream = Stream::new(dictionary, packed.to_vec());
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    match stream.decompress_to_writer(&mut io::sink(), limit) {
        Ok(size) => Ok(size as u64),
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => Err(Refusal::Bomb),
        Err(_) => Ok(0),
    }
}
