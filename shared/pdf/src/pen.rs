//! Where everything goes: pieces on pages, each belonging to a node of the document's structure.

use domain::money::signed_euros;

use crate::face::Faces;

/// A4 in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const MM: f32 = 72.0 / 25.4;
pub(crate) const LEFT: f32 = 20.0 * MM;
pub(crate) const RIGHT: f32 = WIDTH - 20.0 * MM;
const TOP: f32 = 20.0 * MM;
pub(crate) const BOTTOM: f32 = HEIGHT - 24.0 * MM;
/// The address shows in the window of a French envelope.
const WINDOW: (f32, f32) = (110.0 * MM, 50.0 * MM);
pub(crate) const TEXT: f32 = 10.0;
const SMALL: f32 = 8.0;
pub(crate) const LEAD: f32 = 1.42;
/// Right edges of the three columns of numbers.
const QUANTITY: f32 = RIGHT - 58.0 * MM;
const PRICE: f32 = RIGHT - 30.0 * MM;
const LABEL: f32 = 105.0 * MM;

/// What a node of the structure is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The document's heading, with its words.
    Title(String),
    /// A heading of a part, with its words.
    Heading(String),
    /// A paragraph.
    Paragraph,
    /// The table of lines.
    Table,
    /// A row of it.
    Row,
    /// The head of a column.
    Head,
    /// A cell.
    Cell,
    /// The code, with its words.
    Figure(String),
}

/// A node of the structure, under another one or at the root.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) under: Option<usize>,
}

/// Ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Grey,
    Slate,
    Light,
}

/// Something on a page. Without a node it is no part of what is read.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// Words on a line: x, baseline.
    Words { x: f32, y: f32, size: f32, bold: bool, ink: Ink, text: String, node: Option<usize> },
    /// A filled rectangle: left, top, width, height.
    Bar { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// The modules of a code: left, top, size of one.
    Code { x: f32, y: f32, module: f32, dark: Vec<Vec<bool>>, node: usize },
}

/// Pages and structure.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) pages: Vec<Vec<Piece>>,
    pub(crate) nodes: Vec<Node>,
}

impl Sheet {
    /// The pages of another sheet after its own.
    pub(crate) fn append(&mut self, other: Self) {
        let known = self.nodes.len();
        self.nodes.extend(other.nodes.into_iter().map(|node| Node { under: node.under.map(|at| at + known), ..node }));
        let moved = |piece: Piece| match piece {
            Piece::Words { x, y, size, bold, ink, text, node } => {
                Piece::Words { x, y, size, bold, ink, text, node: node.map(|at| at + known) }
            }
            Piece::Code { x, y, module, dark, node } => Piece::Code { x, y, module, dark, node: node + known },
            bar @ Piece::Bar { .. } => bar,
        };
        self.pages.extend(other.pages.into_iter().map(|page| page.into_iter().map(moved).collect()));
    }
}

/// What draws pieces, one under the other.
pub(crate) struct Pen<'a> {
    pub(crate) faces: &'a Faces,
    sheet: Sheet,
    pub(crate) y: f32,
}

/// What the top of the first page says.
pub(crate) struct Head<'a> {
    pub(crate) title: &'a str,
    pub(crate) seller: &'a [String],
    pub(crate) payer: &'a [String],
    pub(crate) facts: &'a [(String, String)],
}

/// The columns of a table: the first is wide and at the left, the others end at their edges.
pub(crate) const COLUMNS: [f32; 3] = [QUANTITY, PRICE, RIGHT];

impl<'a> Pen<'a> {
    /// A pen at the top of a first page.
    pub(crate) fn new(faces: &'a Faces) -> Self {
        Self { faces, sheet: Sheet { pages: vec![Vec::new()], nodes: Vec::new() }, y: TOP }
    }

    /// The pages, each with its foot.
    pub(crate) fn finish(mut self, title: &str) -> Sheet {
        self.feet(title);
        self.sheet
    }

    /// A paragraph over the whole width, then a blank.
    pub(crate) fn text(&mut self, text: &str) {
        let node = self.node(Kind::Paragraph, None);
        self.paragraph(LEFT, RIGHT - LEFT, TEXT, false, text, node);
        self.y += 3.0 * MM;
    }

    /// A table of words: heads, then rows; the first column is wide.
    pub(crate) fn columns(&mut self, heads: [&str; 4], rows: &[[String; 4]]) {
        let table = self.node(Kind::Table, None);
        self.table_head(heads, Some(table));
        for row in rows {
            self.row(heads, row, table);
        }
        self.y += 2.0;
    }

    /// A sum in bold, its name before it.
    pub(crate) fn sum(&mut self, name: &str, cents: i64) {
        self.totals_of((name, cents), &[]);
    }

    pub(crate) fn node(&mut self, kind: Kind, under: Option<usize>) -> usize {
        self.sheet.nodes.push(Node { kind, under });
        self.sheet.nodes.len() - 1
    }

    pub(crate) fn put(&mut self, piece: Piece) {
        if let Some(page) = self.sheet.pages.last_mut() {
            page.push(piece);
        }
    }

    /// One line of words at the pen's height.
    pub(crate) fn words(&mut self, x: f32, size: f32, bold: bool, ink: Ink, text: &str, node: Option<usize>) {
        let text = self.faces.clean(text);
        if !text.is_empty() {
            self.put(Piece::Words { x, y: self.y, size, bold, ink, text, node });
        }
    }

    /// The same, ending at a right edge.
    fn words_to(&mut self, edge: f32, size: f32, bold: bool, text: &str, node: Option<usize>) {
        let clean = self.faces.clean(text);
        let x = edge - self.faces.of(bold).width(&clean, size);
        self.words(x, size, bold, Ink::Black, text, node);
    }

    /// A paragraph from the pen's height on, which moves below it.
    pub(crate) fn paragraph(&mut self, x: f32, width: f32, size: f32, bold: bool, text: &str, node: usize) {
        let clean = self.faces.clean(text);
        for line in self.faces.of(bold).wrap(&clean, size, width) {
            self.words(x, size, bold, Ink::Black, &line, Some(node));
            self.y += size * LEAD;
        }
    }

    fn bar(&mut self, y: f32, height: f32, ink: Ink) {
        self.put(Piece::Bar { x: LEFT, y, width: RIGHT - LEFT, height, ink });
    }

    pub(crate) fn new_page(&mut self) {
        self.sheet.pages.push(Vec::new());
        self.y = TOP;
    }

    pub(crate) fn head(&mut self, document: &Head) {
        self.put(Piece::Bar { x: LEFT, y: TOP - 8.0 * MM, width: 12.0 * MM, height: 2.4, ink: Ink::Slate });
        let seller = self.node(Kind::Paragraph, None);
        for (at, line) in document.seller.iter().enumerate() {
            let (size, bold) = if at == 0 { (13.0, true) } else { (TEXT - 1.0, false) };
            self.words(LEFT, size, bold, if at == 0 { Ink::Slate } else { Ink::Grey }, line, Some(seller));
            self.y += size * LEAD;
        }
        let below = self.y;
        self.y = WINDOW.1;
        let payer = self.node(Kind::Paragraph, None);
        for (at, line) in document.payer.iter().enumerate() {
            self.paragraph(WINDOW.0, RIGHT - WINDOW.0, TEXT + 0.5, at == 0, line, payer);
        }
        self.y = self.y.max(below).max(84.0 * MM);
        let title = self.node(Kind::Title(self.faces.clean(document.title)), None);
        self.words(LEFT, 22.0, true, Ink::Slate, document.title, Some(title));
        self.y += 9.0 * MM;
        for (name, value) in document.facts {
            let fact = self.node(Kind::Paragraph, None);
            self.words(LEFT, TEXT, false, Ink::Grey, name, Some(fact));
            self.words(LEFT + 36.0 * MM, TEXT, false, Ink::Black, value, Some(fact));
            self.y += TEXT * LEAD;
        }
        self.y += 7.0 * MM;
    }

    /// The head is read once; where the table goes on it is repeated for the eye alone.
    fn table_head(&mut self, heads: [&str; 4], table: Option<usize>) {
        let row = table.map(|table| self.node(Kind::Row, Some(table)));
        let head = |pen: &mut Self, edge: Option<f32>, text: &str| {
            let node = row.map(|row| pen.node(Kind::Head, Some(row)));
            match edge {
                None => pen.words(LEFT, SMALL + 1.0, false, Ink::Grey, text, node),
                Some(edge) => {
                    let x = edge - pen.faces.of(false).width(text, SMALL + 1.0);
                    pen.words(x, SMALL + 1.0, false, Ink::Grey, text, node);
                }
            }
        };
        head(self, None, heads[0]);
        for (edge, text) in COLUMNS.into_iter().zip(&heads[1..]) {
            head(self, Some(edge), text);
        }
        self.bar(self.y + 5.0, 1.2, Ink::Slate);
        self.y += 5.0 + TEXT * LEAD + 3.0;
    }

    fn row(&mut self, heads: [&str; 4], words: &[String; 4], table: usize) {
        let clean = self.faces.clean(&words[0]);
        let wrapped = self.faces.of(false).wrap(&clean, TEXT, LABEL);
        let height = TEXT * LEAD * wrapped.len() as f32 + 5.0;
        if self.y + height > BOTTOM {
            self.new_page();
            self.table_head(heads, None);
        }
        let row = self.node(Kind::Row, Some(table));
        let cells = [0; 4].map(|_| self.node(Kind::Cell, Some(row)));
        let top = self.y;
        for text in &wrapped {
            self.words(LEFT, TEXT, false, Ink::Black, text, Some(cells[0]));
            self.y += TEXT * LEAD;
        }
        let below = self.y;
        self.y = top;
        for ((edge, text), cell) in COLUMNS.into_iter().zip(&words[1..]).zip(&cells[1..]) {
            self.words_to(edge, TEXT, false, text, Some(*cell));
        }
        self.y = below;
        self.bar(self.y - TEXT + 2.0, 0.5, Ink::Light);
        self.y += 5.0;
    }

    /// The sums stay together, never alone at the top of a page without the words that belong to them.
    pub(crate) fn totals_of(&mut self, total: (&str, i64), after: &[(String, i64)]) {
        let height = 30.0 + 16.0 * after.len() as f32;
        if self.y + height > BOTTOM {
            self.new_page();
        }
        self.y += 6.0;
        let node = self.node(Kind::Paragraph, None);
        self.words_to(PRICE, 12.0, true, total.0, Some(node));
        self.words_to(RIGHT, 12.0, true, &signed_euros(total.1), Some(node));
        self.y += 12.0 * LEAD + 2.0;
        for (name, cents) in after {
            let node = self.node(Kind::Paragraph, None);
            self.words_to(PRICE, TEXT, false, name, Some(node));
            self.words_to(RIGHT, TEXT, false, &signed_euros(*cents), Some(node));
            self.y += TEXT * LEAD;
        }
        self.y += 8.0 * MM;
    }

    /// Small print.
    pub(crate) fn mentions(&mut self, mentions: &[String]) {
        for text in mentions {
            let clean = self.faces.clean(text);
            let lines = self.faces.of(false).wrap(&clean, SMALL, RIGHT - LEFT).len();
            if self.y + SMALL * LEAD * lines as f32 > BOTTOM {
                self.new_page();
            }
            let node = self.node(Kind::Paragraph, None);
            self.paragraph(LEFT, RIGHT - LEFT, SMALL, false, text, node);
        }
    }

    /// Title and page number at the foot of each page, for the eye.
    fn feet(&mut self, title: &str) {
        let count = self.sheet.pages.len();
        let title = self.faces.clean(title);
        for (at, page) in self.sheet.pages.iter_mut().enumerate() {
            let y = HEIGHT - 12.0 * MM;
            page.push(Piece::Bar { x: LEFT, y: y - 11.0, width: RIGHT - LEFT, height: 0.5, ink: Ink::Light });
            let number = format!("{} / {count}", at + 1);
            let x = RIGHT - self.faces.of(false).width(&number, SMALL);
            for (x, text) in [(LEFT, title.clone()), (x, number)] {
                page.push(Piece::Words { x, y, size: SMALL, bold: false, ink: Ink::Grey, text, node: None });
            }
        }
    }
}
