//! Photos as telephones and programs write them are kept; what would take a machine is refused before it is opened.

use std::io::Write;

use image::{GrayImage, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// A picture that nothing packs to nothing.
fn noise(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7 + y) as u8, (x ^ y) as u8, (y * 5) as u8]))
}

fn jpeg_of(picture: &RgbImage) -> Vec<u8> {
    as_jpeg(&DynamicImage::ImageRgb8(picture.clone()), 90).unwrap()
}

fn png_of(picture: DynamicImage) -> Vec<u8> {
    as_png(&picture).unwrap()
}

fn kept(bytes: &[u8], media: Media) -> Result<(Vec<u8>, (u32, u32)), Fault> {
    let kept = checked(bytes.to_vec(), media)?;
    let picture = image::load_from_memory(&kept.bytes).unwrap();
    assert_eq!((kept.media, infer::get(&kept.bytes).unwrap().mime_type()), (media, media.mime()));
    assert_eq!(infer::get(&kept.preview.unwrap()).unwrap().mime_type(), "image/jpeg");
    Ok((kept.bytes, (picture.width(), picture.height())))
}

/// A small photo, its first segment telling a turn and a position.
fn photo(orientation: u8) -> Vec<u8> {
    let plain = jpeg_of(&noise(40, 20));
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    // The directory of the position, which names its latitude.
    tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    let exif = [b"Exif\0\0".to_vec(), tiff].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

/// CRC-32 as PNG has it (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    })
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), content].concat();
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
}

fn deflated(size: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1024 * 1024];
    (0..size / zeros.len()).for_each(|_| encoder.write_all(&zeros).unwrap());
    encoder.write_all(&zeros[..size % zeros.len()]).unwrap();
    encoder.finish().unwrap()
}

/// A black PNG of this size, with a chunk before its picture.
fn black_png(width: u32, height: u32, bits: u8, colour: u8, before: &[u8]) -> Vec<u8> {
    let channels = if colour == 6 { 4 } else { 3 };
    let row = 1 + usize::try_from(width).unwrap() * channels * usize::from(bits) / 8;
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    let picture = chunk(b"IDAT", &deflated(row * usize::try_from(height).unwrap()));
    [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &header), before, &picture, &chunk(b"IEND", b"")].concat()
}

#[test]
fn a_photo_is_turned_as_it_was_taken_and_tells_nothing_else() {
    let taken = photo(6);
    assert!(taken.windows(4).any(|word| word == b"Exif"));
    let (bytes, size) = kept(&taken, Media::Jpeg).unwrap();
    assert!(!bytes.windows(4).any(|word| word == b"Exif"));
    assert_eq!(size, (20, 40), "a quarter turn");
    assert_eq!(kept(&photo(1), Media::Jpeg).unwrap().1, (40, 20));
    // A film behind the picture, as some telephones write it.
    assert_eq!(kept(&[photo(1), vec![7; 9000]].concat(), Media::Jpeg).unwrap().1, (40, 20));
}

#[test]
fn large_photos_are_made_as_large_as_is_kept() {
    let (_, size) = kept(&jpeg_of(&noise(4032, 1008)), Media::Jpeg).unwrap();
    assert_eq!(size, (3500, 875));
    let (_, size) = kept(&png_of(DynamicImage::ImageRgb8(noise(1000, 4000))), Media::Png).unwrap();
    assert_eq!(size, (875, 3500));
}

#[test]
fn pngs_of_every_kind_stay_pngs() {
    let clear = RgbaImage::from_pixel(30, 20, Rgba([255, 0, 0, 0]));
    for picture in [
        DynamicImage::ImageRgb8(noise(30, 20)),
        DynamicImage::ImageRgba8(clear.clone()),
        DynamicImage::ImageLuma8(GrayImage::new(30, 20)),
        DynamicImage::ImageRgb16(DynamicImage::ImageRgb8(noise(30, 20)).to_rgb16()),
    ] {
        assert_eq!(kept(&png_of(picture), Media::Png).unwrap().1, (30, 20));
    }
    let preview = checked(png_of(DynamicImage::ImageRgba8(clear)), Media::Png).unwrap().preview.unwrap();
    let pixel = *image::load_from_memory(&preview).unwrap().to_rgb8().get_pixel(9, 9);
    assert!(pixel.0.iter().all(|colour| *colour > 250), "what is clear is paper: {pixel:?}");
}

#[test]
fn photos_that_other_programs_write_are_kept() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let media = match path.extension().and_then(|ending| ending.to_str()) {
            Some("jpg") => Media::Jpeg,
            Some("png") => Media::Png,
            _ => continue,
        };
        let looked = checked(std::fs::read(&path).unwrap(), media).map(|kept| kept.media);
        assert_eq!(looked, Ok(media), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn half_a_photo_is_damaged_even_with_an_end_put_behind_it() {
    let (jpeg, png) = (jpeg_of(&noise(600, 400)), png_of(DynamicImage::ImageRgb8(noise(600, 400))));
    for part in [4, 2] {
        let half = &jpeg[..jpeg.len() - jpeg.len() / part];
        assert_eq!(kept(half, Media::Jpeg).err(), Some(Fault::Damaged));
        assert_eq!(kept(&[half, b"\xff\xd9"].concat(), Media::Jpeg).err(), Some(Fault::Damaged));
        let half = &png[..png.len() - png.len() / part];
        assert_eq!(kept(half, Media::Png).err(), Some(Fault::Damaged));
        assert_eq!(kept(&[half, &chunk(b"IEND", b"")].concat(), Media::Png).err(), Some(Fault::Damaged));
    }
    assert_eq!(kept(&jpeg[..jpeg.len() - 2], Media::Jpeg).err(), Some(Fault::Damaged), "its end alone is missing");
}

#[test]
fn what_would_fill_the_machine_is_refused_by_what_it_says_of_itself() {
    let header = |width: u32, height: u32, bits: u8, colour: u8| {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
        [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &header), &chunk(b"IDAT", b""), &chunk(b"IEND", b"")].concat()
    };
    for (width, height, bits, colour) in [
        (50_000, 50_000, 8, 2),
        (16_001, 1, 8, 2),
        (1, 16_001, 8, 2),
        (7746, 7746, 8, 2),
        (7700, 7700, 16, 6),
        (u32::MAX >> 1, 1, 8, 2),
    ] {
        let png = header(width, height, bits, colour);
        assert_eq!(checked(png, Media::Png), Err(Fault::Bomb), "{width} × {height}, {bits} bits");
    }
    let resized = |width: u16, height: u16| {
        let mut jpeg = jpeg_of(&noise(16, 16));
        let frame = jpeg.windows(4).position(|word| word == [0xff, 0xc0, 0, 17]).unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        jpeg
    };
    assert_eq!(checked(resized(16_001, 16), Media::Jpeg), Err(Fault::Bomb));
    assert_eq!(checked(resized(9000, 9000), Media::Jpeg), Err(Fault::Bomb));
    assert_eq!(checked(resized(0, 16), Media::Jpeg), Err(Fault::Damaged));
    // The passes of a progressive picture are kept until its last one.
    let mut progressive = resized(7000, 7000);
    let frame = progressive.windows(4).position(|word| word == [0xff, 0xc0, 0, 17]).unwrap();
    progressive[frame + 1] = 0xc2;
    assert_eq!(checked(progressive, Media::Jpeg), Err(Fault::Bomb));
}

#[test]
fn profiles_and_texts_are_passed_over_and_deep_colours_come_row_by_row() {
    // How long it takes, and how much memory, is held by the judge's limits: `tests/judge.rs` sends the same to it.
    let profile = chunk(b"iCCP", &[b"profile\0\0".as_slice(), &deflated(600 * 1024 * 1024)].concat());
    let text = chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &deflated(64 * 1024 * 1024)].concat());
    let profiled = black_png(800, 600, 8, 2, &[profile, text].concat());
    assert!(profiled.len() < 10 * 1024 * 1024);
    let deep = black_png(6000, 5000, 16, 6, b"");
    for (png, size) in [(profiled, (800, 600)), (deep, (3500, 2916))] {
        assert_eq!(kept(&png, Media::Png).unwrap().1, size);
    }
}

#[test]
fn segments_and_passes_without_end_are_refused() {
    let plain = jpeg_of(&noise(16, 16));
    let comments = [&plain[..2], &b"\xff\xfe\0\x02".repeat(1001), &plain[2..]].concat();
    assert_eq!(checked(comments, Media::Jpeg), Err(Fault::Bomb));
    let scan = plain.windows(2).position(|word| word == [0xff, 0xda]).unwrap();
    let passes = [&plain[..scan], &plain[scan..plain.len() - 2].repeat(65), b"\xff\xd9"].concat();
    assert_eq!(checked(passes, Media::Jpeg), Err(Fault::Bomb));
}
