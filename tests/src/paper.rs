//! Files as families send them, made here: scans, photos, and what is none of these.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};

/// A PDF of one page, of about so many bytes, that nothing can pack.
pub fn pdf(bytes: usize) -> Vec<u8> {
    let mut noise = 1_u64;
    let scan: Vec<u8> = (0..bytes)
        .map(|_| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (noise >> 56) as u8
        })
        .collect();
    pdf_with("", &[stream("/Type /XObject /Subtype /Image /Filter /DCTDecode", &scan)])
}

/// A PDF of one page with something in its catalog, and further objects from the fourth on.
pub fn pdf_with(catalog: &str, objects: &[Vec<u8>]) -> Vec<u8> {
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
    let (start, size) = (bytes.len(), all.len() + 1);
    write!(bytes, "xref\n0 {size}\n0000000000 65535 f \n").unwrap();
    places.iter().for_each(|place| writeln!(bytes, "{place:010} 00000 n ").unwrap());
    write!(bytes, "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    bytes
}

pub(crate) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF that runs a program when it is opened.
pub fn pdf_that_runs() -> Vec<u8> {
    pdf_with("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", &[])
}

/// A small PDF that fills a machine once it is unpacked.
pub fn pdf_bomb() -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1024 * 1024];
    (0..100).for_each(|_| packed.write_all(&zeros).unwrap());
    pdf_with("", &[stream("/Filter /FlateDecode", &packed.finish().unwrap())])
}

/// A zip whose one file unpacks to ten million zeros, under any name.
pub fn zip_bomb() -> Vec<u8> {
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 10_000_000]).unwrap();
    let content = packed.finish().unwrap();
    let mut bytes = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    bytes.extend(10_000_000_u32.to_le_bytes());
    bytes.extend(b"\x01\0\0\0a");
    bytes.extend(content);
    bytes
}

/// The latitude of the photo of [`photo`], as cameras write it: degrees, minutes and hundredths of seconds.
pub const LATITUDE: [u8; 24] = [48, 0, 0, 0, 1, 0, 0, 0, 51, 0, 0, 0, 1, 0, 0, 0, 0x38, 9, 0, 0, 100, 0, 0, 0];

/// A telephone's photo, taken upright with the telephone turned, that tells where it was taken.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let lines = |x: u32, y: u32| image::Rgb([(x % 251) as u8, (y % 241) as u8, ((x * y) % 239) as u8]);
    let mut plain = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, lines)).write_to(&mut plain, ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    // TIFF 6.0: the first directory at 8 with the turn and where the directory of the position lies.
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 38));
    tiff.extend([0; 4]);
    tiff.extend(b"\x02\0");
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend(entry(2, 5, 3, 68));
    tiff.extend([0; 4]);
    tiff.extend(LATITUDE);
    let exif = [b"Exif\0\0".to_vec(), tiff].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

/// Whether a file holds these bytes somewhere.
pub fn holds(file: &[u8], bytes: &[u8]) -> bool {
    file.windows(bytes.len()).any(|part| part == bytes)
}
