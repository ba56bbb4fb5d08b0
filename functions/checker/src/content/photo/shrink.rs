//! A picture made smaller while its rows come, so that the whole of a large one never lies in memory.

use domain::document::Fault;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::KEPT_SIDE;

/// Takes rows of one, two, three or four channels, each a byte; a pixel that is kept is the mean of those it covers.
pub(super) struct Shrink {
    from: (u32, u32),
    to: (u32, u32),
    channels: usize,
    row: u32,
    /// Where each pixel of a row goes.
    columns: Vec<usize>,
    sums: Vec<u32>,
    counts: Vec<u32>,
    kept: Vec<u8>,
}

fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

impl Shrink {
    /// For a picture of this size.
    pub(super) fn new(width: u32, height: u32, channels: usize) -> Self {
        let longest = width.max(height);
        let kept = |side: u32| match longest {
            longest if longest <= KEPT_SIDE => side,
            longest => u32::try_from(u64::from(side) * u64::from(KEPT_SIDE) / u64::from(longest)).unwrap_or(1).max(1),
        };
        let to = (kept(width), kept(height));
        let column = |x: u32| size(u32::try_from(u64::from(x) * u64::from(to.0) / u64::from(width)).unwrap_or(0));
        let (sums, counts) = (vec![0; size(to.0) * channels], vec![0; size(to.0)]);
        let columns = (0..width).map(column).collect();
        let kept = Vec::with_capacity(size(to.0) * size(to.1) * channels);
        Self { from: (width, height), to, channels, row: 0, columns, sums, counts, kept }
    }

    /// The next row.
    pub(super) fn take(&mut self, row: &[u8]) {
        if self.from == self.to {
            self.kept.extend_from_slice(row);
            self.row += 1;
            return;
        }
        for (pixel, column) in row.chunks_exact(self.channels).zip(&self.columns) {
            let sums = &mut self.sums[column * self.channels..(column + 1) * self.channels];
            sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
            self.counts[*column] += 1;
        }
        let line = |row: u32| u64::from(row) * u64::from(self.to.1) / u64::from(self.from.1);
        self.row += 1;
        if line(self.row) > line(self.row - 1) {
            self.keep();
        }
    }

    fn keep(&mut self) {
        for (sums, count) in self.sums.chunks_exact(self.channels).zip(&self.counts) {
            let mean = |sum: &u32| u8::try_from((sum + count / 2) / (*count).max(1)).unwrap_or(u8::MAX);
            self.kept.extend(sums.iter().map(mean));
        }
        self.sums.fill(0);
        self.counts.fill(0);
    }

    /// The picture, once every row has come.
    pub(super) fn end(self) -> Result<DynamicImage, Fault> {
        let (width, height) = self.to;
        let picture = match self.channels {
            1 => GrayImage::from_raw(width, height, self.kept).map(DynamicImage::ImageLuma8),
            2 => GrayAlphaImage::from_raw(width, height, self.kept).map(DynamicImage::ImageLumaA8),
            3 => RgbImage::from_raw(width, height, self.kept).map(DynamicImage::ImageRgb8),
            _ => RgbaImage::from_raw(width, height, self.kept).map(DynamicImage::ImageRgba8),
        };
        picture.filter(|_| self.row == self.from.1).ok_or(Fault::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_that_is_kept_is_the_mean_of_those_it_covers() {
        let mut shrink = Shrink::new(7000, 2, 1);
        shrink.take(&[10, 30].repeat(3500));
        shrink.take(&[50, 70].repeat(3500));
        let picture = shrink.end().unwrap().into_luma8();
        assert_eq!((picture.width(), picture.height()), (3500, 1));
        assert!(picture.pixels().all(|pixel| pixel.0 == [40]));
    }

    #[test]
    fn a_small_picture_stays_as_it_is_and_one_whose_rows_end_is_damaged() {
        let mut shrink = Shrink::new(2, 2, 3);
        shrink.take(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(shrink.end().unwrap_err(), Fault::Damaged);
        let mut shrink = Shrink::new(2, 1, 3);
        shrink.take(&[1, 2, 3, 4, 5, 6]);
        assert_eq!(shrink.end().unwrap().into_rgb8().into_raw(), [1, 2, 3, 4, 5, 6]);
    }
}
