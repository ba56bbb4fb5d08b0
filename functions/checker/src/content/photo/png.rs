//! PNG: of its chunks only those that are the picture reach the decoder, which gives row after row.

use std::io::Cursor;

use domain::document::Fault;
use image::DynamicImage;
use image::metadata::Orientation;
use png::{Decoder, DecodingError, Limits, Transformations};

use super::shrink::Shrink;
use super::{MEMORY, bounded, turned};

/// What the picture may be before it is made 8-bit, in bytes.
const RAW: u64 = 256 * 1_000_000;
/// What the decoder may keep beside the rows, in bytes.
const BESIDE: usize = 16 * 1024 * 1024;
/// How many chunks there may be; one holds some kilobytes.
const MOST_CHUNKS: usize = 100_000;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// What the picture is made of; profiles, texts and further pictures are not.
const NEEDED: [&[u8]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// The picture, no larger than is kept, and how it was turned.
pub(super) fn decoded(bytes: &[u8]) -> Result<(DynamicImage, Orientation), Fault> {
    let Chunks { needed, exif } = Chunks::read(bytes)?;
    let mut decoder = Decoder::new_with_limits(Cursor::new(needed.as_slice()), Limits { bytes: BESIDE });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(fault)?;
    let (width, height) = header.size();
    bounded(width, height)?;
    let row = u64::try_from(header.raw_row_length()).map_err(|_| Fault::Bomb)?;
    if row * u64::from(height) > RAW {
        return Err(Fault::Bomb);
    }
    let interlaced = header.interlaced;
    let mut reader = decoder.read_info().map_err(fault)?;
    let mut shrink = Shrink::new(width, height, reader.output_color_type().0.samples());
    if interlaced {
        let size = reader.output_buffer_size().filter(|size| u64::try_from(*size).is_ok_and(|size| size <= MEMORY / 2));
        let mut whole = vec![0; size.ok_or(Fault::Bomb)?];
        let line = reader.next_frame(&mut whole).map_err(fault)?.line_size;
        whole.chunks_exact(line).for_each(|row| shrink.take(row));
    } else {
        while let Some(row) = reader.next_row().map_err(fault)? {
            shrink.take(row.data());
        }
    }
    reader.finish().map_err(fault)?;
    Ok((shrink.end()?, turned(exif.as_deref())))
}

fn fault(error: DecodingError) -> Fault {
    match error {
        DecodingError::LimitsExceeded => Fault::Bomb,
        _ => Fault::Damaged,
    }
}

struct Chunks {
    needed: Vec<u8>,
    exif: Option<Vec<u8>>,
}

impl Chunks {
    /// Takes the file apart to its last chunk; what lies behind that is left.
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(Fault::Damaged)?;
        let (mut needed, mut exif) = (SIGNATURE.to_vec(), None);
        for at in 0..MOST_CHUNKS {
            let (length, named) = rest.split_first_chunk::<4>().ok_or(Fault::Damaged)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Fault::Damaged)?;
            let whole = length.checked_add(12).filter(|whole| *whole <= rest.len()).ok_or(Fault::Damaged)?;
            let (name, content) = named.split_at(4);
            // The header comes first, and once.
            if (name == b"IHDR") != (at == 0) {
                return Err(Fault::Damaged);
            }
            match name {
                b"eXIf" if exif.is_none() => exif = content.get(..length.min(64 * 1024)).map(<[u8]>::to_vec),
                name if NEEDED.contains(&name) => needed.extend_from_slice(&rest[..whole]),
                _ => {}
            }
            if name == b"IEND" {
                return Ok(Self { needed, exif });
            }
            rest = &rest[whole..];
        }
        Err(Fault::Bomb)
    }
}
