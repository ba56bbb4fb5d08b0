//! From pieces to bytes: drawn, tagged, and checked against the standards while it is written.

use std::num::NonZeroU16;

use chrono::Datelike;
use domain::day::Day;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
};
use krilla::{Document as Writer, SerializeSettings};

use crate::face::Faces;
use crate::pen::{HEIGHT, Ink, Kind, Piece, Sheet, WIDTH};
use crate::{PdfError, facturx};

/// What a reader's window says of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) title: &'a str,
    pub(crate) author: Option<&'a String>,
    pub(crate) created: Day,
}

/// Writes a sheet.
pub(crate) fn write(about: About, sheet: Sheet, faces: &Faces) -> Result<Vec<u8>, PdfError> {
    finish(written(about, sheet, faces)?)
}

/// Writes a sheet that carries its data as a Factur-X invoice does.
pub(crate) fn write_with(about: About, sheet: Sheet, faces: &Faces, data: Vec<u8>) -> Result<Vec<u8>, PdfError> {
    let mut writer = written(about, sheet, faces)?;
    writer.embed_file(facturx::file(data, date(about))).ok_or_else(|| PdfError::Document("two files".to_owned()))?;
    facturx::announce(&finish(writer)?)
}

fn finish(writer: Writer) -> Result<Vec<u8>, PdfError> {
    writer.finish().map_err(|error| PdfError::Document(format!("{error:?}")))
}

fn written(about: About, sheet: Sheet, faces: &Faces) -> Result<Writer, PdfError> {
    let standard = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError::Document(format!("{error:?}")))?;
    let mut writer = Writer::new_with(SerializeSettings { configuration: standard, ..SerializeSettings::default() });
    let mut read: Vec<Vec<Identifier>> = vec![Vec::new(); sheet.nodes.len()];
    for page in &sheet.pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| PdfError::Document("page".to_owned()))?;
        let mut sheet_of_paper = writer.start_page_with(size);
        let mut surface = sheet_of_paper.surface();
        for piece in page {
            draw(&mut surface, piece, faces, &mut read);
        }
        surface.finish();
        sheet_of_paper.finish();
    }
    writer.set_tag_tree(tree(&sheet, read));
    writer.set_outline(outline(&sheet));
    writer.set_metadata(metadata(about, faces));
    Ok(writer)
}

/// The headings as bookmarks.
fn outline(sheet: &Sheet) -> Outline {
    let mut outline = Outline::new();
    for (number, page) in sheet.pages.iter().enumerate() {
        for piece in page {
            let Piece::Words { x, y, size, text, node: Some(node), .. } = piece else { continue };
            if matches!(sheet.nodes[*node].kind, Kind::Title(_) | Kind::Heading(_)) {
                let place = XyzDestination::new(number, Point::from_xy(*x, y - size));
                outline.push_child(OutlineNode::new(text.clone(), place));
            }
        }
    }
    outline
}

fn date(about: About) -> DateTime {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let (month, day) = (part(about.created.month()), part(about.created.day()));
    DateTime::new(u16::try_from(about.created.year()).unwrap_or_default()).month(month).day(day)
}

fn metadata(about: About, faces: &Faces) -> Metadata {
    let seller = about.author.map(|name| faces.clean(name)).unwrap_or_default();
    Metadata::new()
        .title(faces.clean(about.title))
        .language("fr".to_owned())
        .authors(vec![seller])
        .creator("Préau".to_owned())
        .creation_date(date(about))
        .document_id(about.title.to_owned())
}

fn colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Black => rgb::Color::new(20, 24, 26),
        Ink::Grey => rgb::Color::new(81, 94, 96),
        Ink::Slate => rgb::Color::new(38, 70, 79),
        Ink::Light => rgb::Color::new(211, 216, 214),
    }
}

fn draw(surface: &mut Surface, piece: &Piece, faces: &Faces, read: &mut [Vec<Identifier>]) {
    match piece {
        Piece::Words { x, y, size, bold, ink, text, node } => {
            let letters = faces.of(*bold);
            let tag = match node {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
            };
            let identifier = surface.start_tagged(tag);
            fill(surface, *ink);
            let glyphs = letters.glyphs(text);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, letters.font.clone(), text, *size, false);
            surface.end_tagged();
            if let Some(node) = node {
                read[*node].push(identifier);
            }
        }
        Piece::Bar { x, y, width, height, ink } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)));
            fill(surface, *ink);
            rectangles(surface, &[(*x, *y, *width, *height)]);
            surface.end_tagged();
        }
        Piece::Code { x, y, module, dark, node } => {
            let identifier = surface.start_tagged(ContentTag::Other);
            fill(surface, Ink::Black);
            let bars: Vec<_> = dark
                .iter()
                .enumerate()
                .flat_map(|(row, modules)| runs(modules).into_iter().map(move |(from, length)| (row, from, length)))
                .map(|(row, from, length)| {
                    (x + from as f32 * module, y + row as f32 * module, length as f32 * module, *module)
                })
                .collect();
            rectangles(surface, &bars);
            surface.end_tagged();
            read[*node].push(identifier);
        }
    }
}

/// Where dark modules begin in a row, and how many lie side by side there.
fn runs(modules: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in modules.iter().enumerate().filter(|(_, dark)| **dark) {
        match runs.last_mut() {
            Some((from, length)) if *from + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

fn fill(surface: &mut Surface, ink: Ink) {
    surface.set_fill(Some(Fill { paint: colour(ink).into(), ..Fill::default() }));
}

fn rectangles(surface: &mut Surface, all: &[(f32, f32, f32, f32)]) {
    let mut path = PathBuilder::new();
    for (x, y, width, height) in all {
        if let Some(rectangle) = Rect::from_xywh(*x, *y, *width, *height) {
            path.push_rect(rectangle);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The structure: what is read, in its order.
fn tree(sheet: &Sheet, mut read: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<Option<TagGroup>> = sheet.nodes.iter().map(|node| Some(group(&node.kind))).collect();
    for (at, group) in groups.iter_mut().enumerate() {
        if let Some(group) = group {
            std::mem::take(&mut read[at]).into_iter().for_each(|identifier| group.push(identifier));
        }
    }
    // A node comes after the one it is under: from the last to the first, each is whole when it is given up.
    let mut children: Vec<Vec<TagGroup>> = sheet.nodes.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    for at in (0..sheet.nodes.len()).rev() {
        let Some(mut whole) = groups[at].take() else { continue };
        std::mem::take(&mut children[at]).into_iter().rev().for_each(|child| whole.push(child));
        match sheet.nodes[at].under {
            Some(parent) => children[parent].push(whole),
            None => roots.push(whole),
        }
    }
    let mut tree = TagTree::new().with_lang(Some("fr".to_owned()));
    roots.into_iter().rev().for_each(|root| tree.push(TagNode::Group(root)));
    tree
}

fn group(kind: &Kind) -> TagGroup {
    const SECOND: NonZeroU16 = NonZeroU16::MIN.saturating_add(1);
    match kind {
        Kind::Title(words) => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(words.clone()))),
        Kind::Heading(words) => TagGroup::new(Tag::Hn(SECOND, Some(words.clone()))),
        Kind::Paragraph => TagGroup::new(Tag::P),
        Kind::Table => TagGroup::new(Tag::Table),
        Kind::Row => TagGroup::new(Tag::TR),
        Kind::Head => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Kind::Cell => TagGroup::new(Tag::TD),
        Kind::Figure(words) => TagGroup::new(Tag::Figure(Some(words.clone()))),
    }
}
