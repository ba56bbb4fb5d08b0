//! Photos: what they say of themselves is held to bounds before anything is decoded; then they are made smaller row by
//! row, turned as they were taken, and written anew, so that only the picture is left.

mod jpeg;
mod png;
mod shrink;

use std::io::Cursor;

use domain::document::{Fault, Media};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat};

use super::Checked;

/// The longest side of what is decoded: a large telephone's photo has 12,000.
const LONGEST_SIDE: u32 = 16_000;
/// The most pixels of what is decoded.
const MOST_PIXELS: u64 = 60_000_000;
/// What a decoded picture, and what decoding it needs beside, may take, in bytes.
const MEMORY: u64 = 184 * 1_000_000;
/// The longest side of what is kept: small print of an A4 page stays readable.
const KEPT_SIDE: u32 = 3500;
const PREVIEW_SIDE: u32 = 480;
const QUALITY: u8 = 85;
const PREVIEW_QUALITY: u8 = 72;

/// The picture and nothing else: no position, no telephone, no comment, no second picture behind it.
pub(super) fn checked(bytes: Vec<u8>, media: Media) -> Result<Checked, Fault> {
    let (mut picture, turned) = match media {
        Media::Png => png::decoded(&bytes)?,
        Media::Jpeg | Media::Pdf => jpeg::decoded(&bytes)?,
    };
    drop(bytes);
    picture.apply_orientation(turned);
    let preview = as_jpeg(&picture.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE), PREVIEW_QUALITY)?;
    let bytes = match media {
        Media::Png => as_png(&picture)?,
        Media::Jpeg | Media::Pdf => as_jpeg(&picture, QUALITY)?,
    };
    Ok(Checked { media, bytes, preview: Some(preview) })
}

/// Refuses what nobody's telephone takes, by what it says of itself.
fn bounded(width: u32, height: u32) -> Result<(), Fault> {
    let longest = width.max(height);
    match u64::from(width) * u64::from(height) {
        0 => Err(Fault::Damaged),
        pixels if pixels > MOST_PIXELS || longest > LONGEST_SIDE => Err(Fault::Bomb),
        _ => Ok(()),
    }
}

/// How it was turned, by what Exif says of it.
fn turned(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

fn as_jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    // JPEG knows no transparency: what was clear becomes paper.
    let written = match picture {
        DynamicImage::ImageRgb8(flat) => flat.write_with_encoder(encoder),
        other => on_paper(other).write_with_encoder(encoder),
    };
    written.map_err(|_| Fault::Damaged)?;
    Ok(bytes)
}

fn on_paper(picture: &DynamicImage) -> image::RgbImage {
    let mut flat = image::RgbImage::new(picture.width(), picture.height());
    for (x, y, image::Rgba([red, green, blue, alpha])) in image::GenericImageView::pixels(picture) {
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        flat.put_pixel(x, y, image::Rgb([over(red), over(green), over(blue)]));
    }
    flat
}

fn as_png(picture: &DynamicImage) -> Result<Vec<u8>, Fault> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(|_| Fault::Damaged)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests;
