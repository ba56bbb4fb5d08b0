//! Texts that organisations write, in a small part of Markdown, as a structure that a page draws: data, never markup.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;

/// A block of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading inside the text; its own title stands above.
    Heading {
        /// What it says.
        spans: Vec<Span>,
    },
    /// A paragraph.
    Paragraph {
        /// What it says.
        spans: Vec<Span>,
    },
    /// A list, numbered or not.
    List {
        /// Whether its items are numbered.
        numbered: bool,
        /// Its items.
        items: Vec<Vec<Span>>,
    },
}

/// A run of text, all of it alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it is strong.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
    /// Where it leads: `https:`, `mailto:` and `tel:` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Reads a text: paragraphs, headings, lists, **strong**, links. What else Markdown has, HTML above all, stays plain text.
pub fn prose(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    Parser::new(text).for_each(|event| reader.take(event));
    reader.close();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    /// The list that is open, and how deep lists lie in each other: inner items become items of the outer one.
    list: Option<(bool, Vec<Vec<Span>>)>,
    depth: usize,
    heading: bool,
    strong: usize,
    link: Option<String>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.say(&text),
            Event::SoftBreak | Event::HardBreak => self.say(" "),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.close();
                self.heading = true;
            }
            Tag::List(first) => {
                if self.depth == 0 {
                    self.close();
                    self.list = Some((first.is_some(), Vec::new()));
                }
                self.close();
                self.depth += 1;
            }
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } => self.link = is_safe(&dest_url).then(|| dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.close();
            }
            TagEnd::List(_) => {
                self.close();
                self.depth -= 1;
                if let Some((numbered, items)) = self.list.take_if(|_| self.depth == 0) {
                    self.blocks.push(Block::List { numbered, items });
                }
            }
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Link => self.link = None,
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        let (strong, link) = (self.strong > 0, self.link.clone());
        match self.spans.last_mut().filter(|last| last.strong == strong && last.link == link) {
            Some(last) => last.text.push_str(text),
            None => self.spans.push(Span { text: text.to_owned(), strong, link }),
        }
    }

    /// Ends what was being said: an item of the open list, else a block.
    fn close(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let heading = std::mem::take(&mut self.heading);
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        match &mut self.list {
            Some((_, items)) => items.push(spans),
            None if heading => self.blocks.push(Block::Heading { spans }),
            None => self.blocks.push(Block::Paragraph { spans }),
        }
    }
}

/// Nothing that a browser runs, and nothing relative: a text knows nothing of this site's addresses.
fn is_safe(address: &str) -> bool {
    ["https://", "mailto:", "tel:"].iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Span {
        Span { text: text.to_owned(), ..Span::default() }
    }

    #[test]
    fn paragraphs_lists_headings_strong_words_and_links() {
        let read = prose("Le **mardi** à 9 h.\n\n## Matin\n\n- un\n- deux\n\n[Le site](https://jumex.example)");
        let strong = Span { strong: true, ..plain("mardi") };
        let link = Span { link: Some("https://jumex.example".to_owned()), ..plain("Le site") };
        let expected = vec![
            Block::Paragraph { spans: vec![plain("Le "), strong, plain(" à 9 h.")] },
            Block::Heading { spans: vec![plain("Matin")] },
            Block::List { numbered: false, items: vec![vec![plain("un")], vec![plain("deux")]] },
            Block::Paragraph { spans: vec![link] },
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_a_browser_could_run_stays_text() {
        let said = |text: &str| serde_json::to_string(&prose(text)).unwrap();
        assert!(said("<script>alert(1)</script>").contains("<script>"), "shown as it was typed");
        for evil in ["[x](javascript:alert(1))", "[x](data:text/html,1)", "[x](//elsewhere)", "![x](https://a/b.svg)"] {
            assert!(!said(evil).contains("\"link\""), "{evil}: {}", said(evil));
        }
        assert!(prose("").is_empty());
    }

    #[test]
    fn lists_in_lists_lie_flat() {
        let read = prose("1. un\n   - dedans\n2. deux\n\nAprès");
        let items = vec![vec![plain("un")], vec![plain("dedans")], vec![plain("deux")]];
        assert_eq!(read[0], Block::List { numbered: true, items });
        assert_eq!(read[1], Block::Paragraph { spans: vec![plain("Après")] });
    }
}
