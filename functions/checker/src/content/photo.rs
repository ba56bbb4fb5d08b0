//! Photos: decoded within limits, turned as they were taken, and written anew, so that only the picture is left.

use std::io::Cursor;

use domain::document::{Fault, Media};
use image::codecs::jpeg::JpegEncoder;
use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::Checked;

/// The longest side of what is decoded: a large telephone's photo has 12,000.
const LONGEST_SIDE: u32 = 16_000;
/// The most pixels of what is decoded.
const MOST_PIXELS: u64 = 60_000_000;
/// What decoding may take, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// The longest side of what is kept: small print of an A4 page stays readable.
const KEPT_SIDE: u32 = 3500;
const PREVIEW_SIDE: u32 = 480;
const QUALITY: u8 = 85;
const PREVIEW_QUALITY: u8 = 72;

/// The picture and nothing else: no position, no telephone, no comment, no second picture behind it.
pub(super) fn checked(bytes: &[u8], media: Media) -> Result<Checked, Fault> {
    let picture = decoded(bytes, media)?;
    let kept = match picture.width().max(picture.height()) {
        longest if longest > KEPT_SIDE => picture.thumbnail(KEPT_SIDE, KEPT_SIDE),
        _ => picture,
    };
    let preview = jpeg(&kept.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE), PREVIEW_QUALITY)?;
    let bytes = match media {
        Media::Png => png(kept)?,
        Media::Jpeg | Media::Pdf => jpeg(&kept, QUALITY)?,
    };
    Ok(Checked { media, bytes, preview: Some(preview) })
}

fn decoded(bytes: &[u8], media: Media) -> Result<DynamicImage, Fault> {
    let format = if media == Media::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Fault::Bomb);
    }
    let turned = decoder.orientation().map_err(fault)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn fault(error: ImageError) -> Fault {
    match error {
        ImageError::Limits(limit) if !matches!(limit.kind(), LimitErrorKind::Unsupported { .. }) => Fault::Bomb,
        _ => Fault::Damaged,
    }
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    // JPEG knows no transparency: what was clear becomes paper.
    let flat = on_paper(picture);
    flat.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).map_err(fault)?;
    Ok(bytes)
}

fn on_paper(picture: &DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.to_rgb8());
    }
    let mut paper = image::RgbaImage::from_pixel(picture.width(), picture.height(), image::Rgba([255; 4]));
    image::imageops::overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(paper).to_rgb8())
}

fn png(picture: DynamicImage) -> Result<Vec<u8>, Fault> {
    let plain = match picture.color().has_alpha() {
        true => DynamicImage::ImageRgba8(picture.to_rgba8()),
        false => DynamicImage::ImageRgb8(picture.to_rgb8()),
    };
    let mut bytes = Cursor::new(Vec::new());
    plain.write_to(&mut bytes, ImageFormat::Png).map_err(fault)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small photo, its first segment telling a turn and a position.
    fn photo(orientation: u8) -> Vec<u8> {
        let mut picture = image::RgbImage::new(40, 20);
        picture.put_pixel(0, 0, image::Rgb([255, 0, 0]));
        let plain = jpeg(&DynamicImage::ImageRgb8(picture), 95).unwrap();
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
        // The directory of the position, which names its latitude.
        tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
        let exif = [b"Exif\0\0".to_vec(), tiff].concat();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn a_photo_is_turned_as_it_was_taken_and_tells_nothing_else() {
        let taken = photo(6);
        assert!(taken.windows(4).any(|word| word == b"Exif"));
        let kept = super::super::checked(&taken).unwrap();
        assert!(!kept.bytes.windows(4).any(|word| word == b"Exif"));
        let picture = image::load_from_memory(&kept.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (20, 40), "a quarter turn");
        assert_eq!(infer::get(&kept.preview.unwrap()).unwrap().mime_type(), "image/jpeg");
    }

    #[test]
    fn a_picture_that_would_fill_the_machine_is_refused_before_it_is_opened() {
        // A PNG that announces 50,000 × 50,000 pixels in 33 bytes, with a true check.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat());
        png.extend([8, 2, 0, 0, 0]);
        png.extend(crc(&png[12..29]).to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert_eq!(super::super::checked(&png), Err(Fault::Bomb));
    }

    /// CRC-32 as PNG has it (ISO 3309).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
        })
    }

    #[test]
    fn half_a_photo_is_damaged_and_a_png_stays_a_png() {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgba8(30, 30).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let png = bytes.into_inner();
        assert_eq!(super::super::checked(&png).unwrap().media, Media::Png);
        assert_eq!(super::super::checked(&png[..png.len() / 2]), Err(Fault::Damaged));
    }
}
