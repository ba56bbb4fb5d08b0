//! The two faces: their widths, and text made of what they have.

use std::sync::OnceLock;

use domain::text::entered;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

use crate::PdfError;

const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// One face.
pub(crate) struct Letters {
    face: Face<'static>,
    /// As the writer embeds it.
    pub(crate) font: Font,
}

/// Both faces.
pub(crate) struct Faces {
    regular: Letters,
    bold: Letters,
}

impl Faces {
    /// Both, read once for all documents of a program.
    pub(crate) fn shared() -> Result<&'static Self, PdfError> {
        static FACES: OnceLock<Faces> = OnceLock::new();
        if let Some(faces) = FACES.get() {
            return Ok(faces);
        }
        let faces = Self { regular: Letters::load(REGULAR)?, bold: Letters::load(BOLD)? };
        Ok(FACES.get_or_init(|| faces))
    }

    /// The face of a weight.
    pub(crate) fn of(&self, bold: bool) -> &Letters {
        if bold { &self.bold } else { &self.regular }
    }

    /// The text composed, in what both faces have: others, and what cannot be seen, become `?`.
    pub(crate) fn clean(&self, text: &str) -> String {
        let known = |letter: char| self.regular.has(letter) && self.bold.has(letter);
        entered(text.trim()).chars().map(|letter| if known(letter) { letter } else { '?' }).collect()
    }
}

impl Letters {
    fn load(bytes: &'static [u8]) -> Result<Self, PdfError> {
        let face = Face::parse(bytes, 0).map_err(|_| PdfError::Font)?;
        Ok(Self { face, font: Font::new(bytes.into(), 0).ok_or(PdfError::Font)? })
    }

    fn has(&self, letter: char) -> bool {
        // Glyph 0 is the box of what is not there; a font's table may end with a letter that leads to it.
        self.glyph(letter).is_some_and(|glyph| glyph.0 != 0)
    }

    /// How a letter is drawn. Noto Sans has no minus: an en dash stands for it on paper, and it is still read as a minus.
    fn glyph(&self, letter: char) -> Option<ttf_parser::GlyphId> {
        self.face.glyph_index(if letter == '−' { '–' } else { letter })
    }

    /// The advance of a letter at size 1.
    fn advance(&self, letter: char) -> f32 {
        let glyph = self.glyph(letter).unwrap_or_default();
        let advance = self.face.glyph_hor_advance(glyph).unwrap_or_default();
        f32::from(advance) / f32::from(self.face.units_per_em())
    }

    /// How wide a text is.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum::<f32>() * size
    }

    /// The glyphs of a cleaned text.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let id = self.glyph(letter).map_or(0, |id| u32::from(id.0));
            let range = at..at + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(id), self.advance(letter), 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// The text in lines no wider than this; a word that is wider alone is cut.
    pub(crate) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                if self.width(&line, size) + self.advance(letter) * size > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        lines.push(line);
        lines
    }
}

#[cfg(test)]
mod tests {
    use domain::text::can_be_printed;

    use super::*;

    #[test]
    fn both_faces_have_every_letter_that_may_come_in() {
        let faces = Faces::shared().unwrap();
        let signs = (' '..='~').chain("«»’‘“”…–—‑€§°·×±½²³№™−\u{a0}".chars());
        let letters =
            ('\u{a0}'..='\u{ffff}').filter(|letter| letter.is_alphabetic() || matches!(letter, '\u{300}'..='\u{36f}'));
        let admitted: Vec<char> = signs.chain(letters).filter(|letter| can_be_printed(*letter)).collect();
        assert!(admitted.len() > 1_300, "{}", admitted.len());
        let shown: String = admitted.iter().filter(|letter| **letter != '?').collect();
        let lacking: Vec<char> =
            shown.chars().filter(|letter| !faces.regular.has(*letter) || !faces.bold.has(*letter)).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
        assert_eq!(faces.clean("Chloe\u{301} NGUYE\u{302}\u{303}N"), "Chloé NGUYỄN", "stored by an older version");
    }
}
