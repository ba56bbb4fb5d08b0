//! A PDF from its first byte to its last: every object that lies in it, whichever table names it.

use std::collections::HashMap;
use std::ops::Range;

use lopdf::{Dictionary, Object};

use super::Refusal;
use super::lexer::{Lexer, is_space};

/// How many objects a file may hold, those within streams included.
const MOST_OBJECTS: usize = 200_000;
/// How many lines a table may have.
pub(super) const MOST_LINES: usize = 2 * MOST_OBJECTS;

/// An object as it lies there.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) id: (u32, u16),
    /// Where its number begins; nothing for one that lies within a stream of objects.
    pub(super) place: Option<usize>,
    /// Its value; a stream's dictionary.
    pub(super) value: Object,
    /// The bytes of a stream.
    pub(super) stream: Option<Range<usize>>,
}

/// One line of a table: where an object lies, or that none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Free,
    At { number: u32, generation: u64, place: usize },
    Within { number: u32, stream: u32, index: usize },
}

/// A table of places, with the dictionary behind it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) place: usize,
    pub(super) lines: Vec<Line>,
    pub(super) trailer: Dictionary,
}

/// All of a file.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) bodies: Vec<Body>,
    /// Which bodies have a number: an update repeats it.
    pub(super) numbered: HashMap<u32, Vec<usize>>,
    pub(super) tables: Vec<Table>,
    /// What each `startxref` says.
    pub(super) starts: Vec<usize>,
    pub(super) values: usize,
}

impl<'a> File<'a> {
    /// Reads all of it; a byte that belongs to nothing is refused.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let (bodies, numbered, tables, starts) = Default::default();
        let mut file = Self { bytes, bodies, numbered, tables, starts, values: 0 };
        if !is_header(bytes) {
            return Err(Refusal::Unread("its first line is not that of a PDF"));
        }
        let mut lexer = Lexer::at(bytes, 0, 0);
        let mut ended = false;
        lexer.skip();
        while let Some(byte) = lexer.peek() {
            ended = false;
            match byte {
                b'0'..=b'9' => file.take_object(&mut lexer)?,
                b'x' => file.take_table(&mut lexer)?,
                b's' => {
                    file.take_start(&mut lexer)?;
                    ended = true;
                }
                _ => return Err(Refusal::Unread("something lies between its objects")),
            }
            lexer.skip();
        }
        file.values = lexer.values();
        if !ended {
            return Err(Refusal::Damaged);
        }
        file.lengths_hold()?;
        Ok(file)
    }

    /// Adds an object.
    pub(super) fn add(&mut self, body: Body) -> Result<(), Refusal> {
        if self.bodies.len() >= MOST_OBJECTS {
            return Err(Refusal::Bomb);
        }
        self.numbered.entry(body.id.0).or_default().push(self.bodies.len());
        self.bodies.push(body);
        Ok(())
    }

    /// Everything that may be meant by a number.
    pub(super) fn meant(&self, number: u32) -> impl Iterator<Item = usize> {
        self.numbered.get(&number).into_iter().flatten().copied()
    }

    /// A value, or the only one that a reference can mean.
    pub(super) fn resolved<'o>(&'o self, value: &'o Object) -> Result<&'o Object, Refusal> {
        let Object::Reference((number, _)) = value else { return Ok(value) };
        let mut meant = self.meant(*number);
        let (one, more) = (meant.next(), meant.next());
        let one = one.filter(|_| more.is_none()).map(|at| &self.bodies[at].value);
        one.filter(|value| !matches!(value, Object::Reference(_)))
            .ok_or(Refusal::Unread("what a stream says of itself is not there"))
    }

    fn take_object(&mut self, lexer: &mut Lexer<'a>) -> Result<(), Refusal> {
        let place = lexer.position();
        let id = lexer.object_head()?;
        let value = lexer.value()?;
        lexer.skip();
        let stream = match &value {
            Object::Dictionary(dictionary) if lexer.takes(b"stream") => Some(take_stream(lexer, dictionary)?),
            _ => None,
        };
        lexer.skip();
        if lexer.rest().is_empty() {
            return Err(Refusal::Damaged);
        }
        lexer.demand(b"endobj")?;
        self.add(Body { id, place: Some(place), value, stream })
    }

    fn take_table(&mut self, lexer: &mut Lexer<'a>) -> Result<(), Refusal> {
        let place = lexer.position();
        lexer.demand(b"xref")?;
        let mut lines = Vec::new();
        loop {
            lexer.skip();
            if lexer.takes(b"trailer") {
                break;
            }
            let first = lexer.plain_number()?;
            lexer.skip();
            let count = lexer.plain_number()?;
            lexer.skip();
            for at in 0..count {
                let number = u32::try_from(first + at).map_err(|_| ODD_TABLE)?;
                lines.push(take_line(lexer, number)?);
                if lines.len() > MOST_LINES {
                    return Err(Refusal::Bomb);
                }
            }
        }
        match lexer.value()? {
            Object::Dictionary(trailer) => self.tables.push(Table { place, lines, trailer }),
            _ => return Err(ODD_TABLE),
        }
        Ok(())
    }

    fn take_start(&mut self, lexer: &mut Lexer<'a>) -> Result<(), Refusal> {
        lexer.demand(b"startxref")?;
        lexer.skip();
        self.starts.push(usize::try_from(lexer.plain_number()?).map_err(|_| ODD_TABLE)?);
        lexer.skip_spaces();
        if lexer.rest().starts_with(b"%%EOF") { Ok(()) } else { Err(Refusal::Damaged) }
    }

    /// Each stream is as long as it says; one whose length is an object of its own ends there.
    fn lengths_hold(&mut self) -> Result<(), Refusal> {
        let mut ends = Vec::new();
        for (at, body) in self.bodies.iter().enumerate() {
            let (Object::Dictionary(dictionary), Some(range)) = (&body.value, &body.stream) else { continue };
            let length = dictionary.get(b"Length").map_err(|_| ODD_LENGTH)?;
            let said = self.resolved(length)?.as_i64().ok().and_then(|length| usize::try_from(length).ok());
            let said = said.filter(|said| *said <= range.len()).ok_or(ODD_LENGTH)?;
            // A reader that looks for the end finds the same, but for the line's own end.
            let rest = &self.bytes[range.start + said..range.end];
            if !matches!(rest, b"" | b"\n" | b"\r" | b"\r\n") {
                return Err(ODD_LENGTH);
            }
            ends.push((at, range.start..range.start + said));
        }
        ends.into_iter().for_each(|(at, range)| self.bodies[at].stream = Some(range));
        Ok(())
    }
}

const ODD_TABLE: Refusal = Refusal::Unread("its table of places is written in an odd way");
const ODD_LENGTH: Refusal = Refusal::Unread("a stream is not as long as it says");

/// `%PDF-1.7`, at the very beginning.
fn is_header(bytes: &[u8]) -> bool {
    let version = bytes.strip_prefix(b"%PDF-").unwrap_or_default();
    matches!(version, [b'1'..=b'2', b'.', b'0'..=b'9', end, ..] if is_space(*end))
}

/// The bytes of a stream, the end of whose data is where its length says, or where its end is written.
fn take_stream(lexer: &mut Lexer, dictionary: &Dictionary) -> Result<Range<usize>, Refusal> {
    const LINE_END: Refusal = Refusal::Unread("a stream begins in an odd way");
    let rest = lexer.rest();
    let start = lexer.position()
        + match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return Err(LINE_END),
        };
    lexer.go_to(start);
    let said = dictionary.get(b"Length").and_then(Object::as_i64).ok().and_then(|length| usize::try_from(length).ok());
    let (end, line_end) = match said {
        Some(length) => {
            let after = lexer.rest().get(length..).ok_or(Refusal::Damaged)?;
            (
                start + length,
                if after.starts_with(b"\r\n") {
                    2
                } else {
                    usize::from(after.starts_with(b"\n") || after.starts_with(b"\r"))
                },
            )
        }
        None => (start + written_end(lexer.rest()).ok_or(Refusal::Damaged)?, 0),
    };
    lexer.go_to(end + line_end);
    if lexer.rest().is_empty() {
        return Err(Refusal::Damaged);
    }
    if !lexer.takes(b"endstream") {
        return Err(ODD_LENGTH);
    }
    Ok(start..end)
}

/// Where `endstream` and `endobj` follow each other.
fn written_end(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"endstream";
    let mut from = 0;
    loop {
        let at = from + find(bytes.get(from..)?, END)?;
        let after = bytes.get(at + END.len()..)?;
        let spaces = after.iter().take_while(|byte| is_space(**byte)).count();
        if after[spaces..].starts_with(b"endobj") {
            return Some(at);
        }
        from = at + END.len();
    }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

/// `0000000016 00000 n` and the line's end, twenty bytes in all.
fn take_line(lexer: &mut Lexer, number: u32) -> Result<Line, Refusal> {
    let line = lexer.rest().get(..20).ok_or(Refusal::Damaged)?;
    let digits = |digits: &[u8]| {
        let text = std::str::from_utf8(digits).ok()?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?
    };
    let (place, generation) = digits(&line[..10]).zip(digits(&line[11..16])).ok_or(ODD_TABLE)?;
    let sound = line[10] == b' ' && line[16] == b' ' && matches!(&line[18..], b" \n" | b" \r" | b"\r\n");
    let line = match line[17] {
        b'f' => Line::Free,
        b'n' => Line::At { number, generation, place: usize::try_from(place).map_err(|_| ODD_TABLE)? },
        _ => return Err(ODD_TABLE),
    };
    lexer.go_to(lexer.position() + 20);
    if sound { Ok(line) } else { Err(ODD_TABLE) }
}
