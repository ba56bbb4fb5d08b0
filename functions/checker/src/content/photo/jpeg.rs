//! JPEG: its segments are walked to the end of the picture; those that are the picture reach the decoder, which is told to
//! be strict: half a photo is damaged.

use domain::document::Fault;
use image::DynamicImage;
use image::metadata::Orientation;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::shrink::Shrink;
use super::{LONGEST_SIDE, MEMORY, bounded, turned};

/// How many passes a picture may be made of; programs write ten.
const MOST_SCANS: usize = 64;
/// How many segments there may be.
const MOST_SEGMENTS: usize = 1000;

/// The picture, no larger than is kept, and how it was turned.
pub(super) fn decoded(bytes: &[u8]) -> Result<(DynamicImage, Orientation), Fault> {
    let mut segments = Segments::read(bytes)?;
    let frame = segments.frame.take().ok_or(Fault::Damaged)?;
    bounded(frame.width, frame.height)?;
    if frame.memory(segments.scans) > MEMORY {
        return Err(Fault::Bomb);
    }
    segments.end(frame.progressive);
    let (colours, channels) = if frame.components.len() == 1 { (ColorSpace::Luma, 1) } else { (ColorSpace::RGB, 3) };
    let side = usize::try_from(LONGEST_SIDE).map_err(|_| Fault::Bomb)?;
    let options = DecoderOptions::new_safe().set_strict_mode(true).jpeg_set_max_scans(MOST_SCANS);
    let options = options.set_max_width(side).set_max_height(side).jpeg_set_out_colorspace(colours);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(segments.needed.as_slice()), options);
    let picture = decoder.decode().map_err(|_| Fault::Damaged)?;
    drop(decoder);
    let turned = turned(segments.exif.as_deref());
    drop(segments.needed);
    let mut shrink = Shrink::new(frame.width, frame.height, channels);
    let row = usize::try_from(frame.width).map_err(|_| Fault::Bomb)? * channels;
    picture.chunks_exact(row).for_each(|row| shrink.take(row));
    Ok((shrink.end()?, turned))
}

/// What a picture says of itself.
struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    /// How often each colour is sampled, across and down.
    components: Vec<(u8, u8)>,
}

impl Frame {
    fn read(marker: u8, segment: &[u8]) -> Result<Self, Fault> {
        let [8, high, low, left, right, count, components @ ..] = segment else { return Err(Fault::Damaged) };
        let components: Vec<(u8, u8)> = components.chunks_exact(3).map(|one| (one[1] >> 4, one[1] & 15)).collect();
        let sampled = |(across, down): &(u8, u8)| (1..=4).contains(across) && (1..=4).contains(down);
        let sound = components.len() == usize::from(*count) && components.iter().all(sampled);
        if !sound || !matches!(components.len(), 1 | 3 | 4) {
            return Err(Fault::Damaged);
        }
        let (width, height) = (u16::from_be_bytes([*left, *right]), u16::from_be_bytes([*high, *low]));
        Ok(Self { width: width.into(), height: height.into(), progressive: marker == 0xc2, components })
    }

    /// What decoding it takes, in bytes: the picture, and what passes add to until the last of them.
    fn memory(&self, scans: usize) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let picture = pixels * if self.components.len() == 1 { 1 } else { 3 };
        if !self.progressive && scans == 1 {
            return picture;
        }
        let most = |of: fn(&(u8, u8)) -> u8| u64::from(self.components.iter().map(of).max().unwrap_or(1));
        let all = most(|one| one.0) * most(|one| one.1);
        let samples: u64 = self.components.iter().map(|one| pixels * u64::from(one.0) * u64::from(one.1) / all).sum();
        picture + 2 * samples
    }
}

/// What reaches the decoder.
struct Segments {
    needed: Vec<u8>,
    exif: Option<Vec<u8>>,
    frame: Option<Frame>,
    scans: usize,
}

impl Segments {
    /// Takes the file apart to the end of the picture; what lies behind that is left.
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let mut rest = bytes.strip_prefix(b"\xff\xd8").ok_or(Fault::Damaged)?;
        let mut read = Self { needed: b"\xff\xd8".to_vec(), exif: None, frame: None, scans: 0 };
        for _ in 0..MOST_SEGMENTS {
            let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
            let (marker, after) = rest.get(fill..).and_then(<[u8]>::split_first).ok_or(Fault::Damaged)?;
            match (fill, marker) {
                (0, _) => return Err(Fault::Damaged),
                (_, 0xd9) => return Ok(read),
                _ => {}
            }
            let length = after.first_chunk::<2>().map(|length| usize::from(u16::from_be_bytes(*length)));
            let length = length.filter(|length| (2..=after.len()).contains(length)).ok_or(Fault::Damaged)?;
            let (segment, left) = after.split_at(length);
            let entropy = if *marker == 0xda { entropy(left) } else { 0 };
            read.take(*marker, segment, &left[..entropy])?;
            rest = &left[entropy..];
        }
        Err(Fault::Bomb)
    }

    /// Ends what the decoder is given. At an end that comes too soon it makes up the rest; where bytes run out it says so. So a
    /// picture of one pass gets no end, but as many bytes as the decoder reads ahead.
    fn end(&mut self, progressive: bool) {
        match progressive || self.scans > 1 {
            true => self.needed.extend_from_slice(b"\xff\xd9"),
            false => self.needed.extend_from_slice(&[0; 16]),
        }
    }

    fn take(&mut self, marker: u8, segment: &[u8], entropy: &[u8]) -> Result<(), Fault> {
        let content = &segment[2..];
        match marker {
            0xc0..=0xc2 if self.frame.is_none() => self.frame = Some(Frame::read(marker, content)?),
            // Tables, how often decoding begins anew, and which colours Adobe means.
            0xc4 | 0xdb | 0xdd | 0xee => {}
            0xe0 if content.starts_with(b"JFIF\0") => {}
            0xda => {
                self.scans += 1;
                if self.scans > MOST_SCANS {
                    return Err(Fault::Bomb);
                }
            }
            0xe1 => {
                let exif = content.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec);
                self.exif = self.exif.take().or(exif);
                return Ok(());
            }
            0xe0..=0xef | 0xfe => return Ok(()),
            // Another way of packing, a second picture, or nothing that is known.
            _ => return Err(Fault::Damaged),
        }
        self.needed.extend_from_slice(&[0xff, marker]);
        self.needed.extend_from_slice(segment);
        self.needed.extend_from_slice(entropy);
        Ok(())
    }
}

/// How far the packed picture goes: to the next marker that is neither a stuffed byte nor a new beginning.
fn entropy(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}
