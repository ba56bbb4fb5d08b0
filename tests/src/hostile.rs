//! Files that were made to take a machine down, or to be kept although they run something: twelve of them.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::paper::{pdf_with, stream};

/// A file, what a browser calls it, and the word its verdict must hold.
#[derive(Debug, Clone)]
pub struct Hostile {
    pub name: &'static str,
    pub mime: &'static str,
    pub bytes: Vec<u8>,
    pub word: &'static str,
}

const PDF: &str = "application/pdf";
const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";

/// All twelve; each is within what may be sent.
pub fn twelve() -> Vec<Hostile> {
    let of = |name, mime, bytes, word| Hostile { name, mime, bytes, word };
    vec![
        of("predictor.pdf", PDF, predictor(), "bomb"),
        of("zeros.pdf", PDF, pdf_with("", &[packed("", 300)]), "bomb"),
        of("objects.pdf", PDF, pdf_with("", &[packed("/Type /ObjStm /N 1 /First 4", 100)]), "bomb"),
        of("brackets.pdf", PDF, pdf_with("", &[b"[".repeat(9_000_000)]), "unclear"),
        of(
            "values.pdf",
            PDF,
            pdf_with("", &[[b"[".to_vec(), b"0 ".repeat(4_500_000), b"]".to_vec()].concat()]),
            "bomb",
        ),
        of("deep-actions.pdf", PDF, deep_actions(), "active"),
        of("table.pdf", PDF, table(), "bomb"),
        of("profile.png", PNG, png(100, 100, 8, &profile(), 0), "damaged"),
        of("deep-colours.png", PNG, png(7_700, 7_700, 16, &[], 0), "bomb"),
        of("deep-colours-cut.png", PNG, png(6_000, 5_000, 16, &[], 1), "damaged"),
        of("passes.jpg", JPEG, passes(), "bomb"),
        of("half-of-the-largest.jpg", JPEG, half_of_the_largest(), "damaged"),
    ]
}

fn zeros(megabytes: usize, rest: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1024 * 1024];
    (0..megabytes).for_each(|_| packed.write_all(&block).unwrap());
    packed.write_all(&block[..rest]).unwrap();
    packed.finish().unwrap()
}

fn packed(says: &str, megabytes: usize) -> Vec<u8> {
    stream(&format!("{says} /Filter /FlateDecode"), &zeros(megabytes, 0))
}

/// 32 KB whose rows say they are two thousand million columns long: took 3.4 GB.
fn predictor() -> Vec<u8> {
    let says = "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2000000000 >>";
    let content = [zeros(1, 0), vec![0; 31_000]].concat();
    pdf_with("", &[stream(says, &content)])
}

/// A thousand actions, each named by the one before, of which the last runs something.
fn deep_actions() -> Vec<u8> {
    let next = (5..1004).map(|next| format!("<< /S /GoTo /D [3 0 R /Fit] /Next {next} 0 R >>").into_bytes());
    let last = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>".to_vec();
    pdf_with("/OpenAction 4 0 R", &next.chain([last]).collect::<Vec<_>>())
}

/// A table in a stream, of a hundred million lines.
fn table() -> Vec<u8> {
    pdf_with("", &[packed("/Type /XRef /W [0 1 0] /Size 100000000 /Root 1 0 R", 100)])
}

/// A colour profile that unpacks to 600 MB: took 42 seconds.
fn profile() -> Vec<u8> {
    chunk(b"iCCP", &[b"profile\0\0".to_vec(), zeros(600, 0)].concat())
}

/// CRC-32 as PNG has it (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| (0..8).fold(byte, |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 }))
        .collect();
    let step = |crc: u32, byte: &u8| table[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), content].concat();
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A black picture with transparency, without so many of its last rows.
fn png(width: u32, height: u32, bits: u8, before: &[u8], missing: usize) -> Vec<u8> {
    let row = 1 + width as usize * 4 * usize::from(bits) / 8;
    let size = row * (height as usize - missing);
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, 6, 0, 0, 0]].concat();
    let picture = chunk(b"IDAT", &zeros(size >> 20, size & 0xf_ffff));
    // The profile's own is whole but for its end.
    let end = if before.is_empty() { chunk(b"IEND", b"") } else { Vec::new() };
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &header), before, &picture, &end].concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let grey = vec![127; usize::from(width) * usize::from(height) * 3];
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 60);
    encoder.write_image(&grey, width.into(), height.into(), ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// The largest photo that is taken, of one colour.
pub fn largest_photo() -> Vec<u8> {
    jpeg(7_700, 7_700)
}

fn half_of_the_largest() -> Vec<u8> {
    let mut bytes = largest_photo();
    bytes.truncate(bytes.len() / 2);
    bytes.extend(b"\xff\xd9");
    bytes
}

/// A picture that says it is large and made of passes, which are kept until the last one.
fn passes() -> Vec<u8> {
    let mut bytes = jpeg(16, 16);
    let frame = bytes.windows(4).position(|word| word == [0xff, 0xc0, 0, 17]).unwrap();
    bytes[frame + 1] = 0xc2;
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x1e, 0x14, 0x1e, 0x14]);
    bytes
}
