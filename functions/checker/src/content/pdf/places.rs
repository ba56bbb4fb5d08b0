//! Tables of places, held to what really lies there: whoever follows one finds the object that was looked at.

use std::collections::{BTreeMap, HashSet};

use lopdf::{Dictionary, Object};

use super::Refusal;
use super::file::{Body, File, Line, MOST_LINES, Table};
use super::lexer::Lexer;
use super::locked::Key;
use super::packed::unpacked;

/// What a table in a stream may hold, in bytes.
const TABLE: u64 = 8 * 1024 * 1024;
/// What all streams of objects of a file may hold, in bytes.
const OBJECTS: u64 = 64 * 1024 * 1024;

const ODD: Refusal = Refusal::Unread("its table of places is written in an odd way");
const ELSEWHERE: Refusal = Refusal::Unread("a table names a place where something else lies");

/// A stream of objects: which number has which index in it.
pub(super) type Within = BTreeMap<u32, Vec<u32>>;

/// Reads the tables that are streams.
pub(super) fn read_tables(file: &mut File) -> Result<(), Refusal> {
    let mut tables = Vec::new();
    for body in &file.bodies {
        let (Object::Dictionary(dictionary), Some(range), Some(place)) = (&body.value, &body.stream, body.place) else {
            continue;
        };
        if is(dictionary, b"XRef") {
            let content = unpacked(file, dictionary, &file.bytes[range.clone()], TABLE)?;
            tables.push(Table { place, lines: lines(dictionary, &content)?, trailer: dictionary.clone() });
        }
    }
    file.tables.extend(tables);
    Ok(())
}

fn is(dictionary: &Dictionary, name: &[u8]) -> bool {
    dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|found| found == name)
}

fn numbers(dictionary: &Dictionary, key: &[u8]) -> Option<Vec<u64>> {
    let values = dictionary.get(key).and_then(Object::as_array).ok()?;
    values.iter().map(|value| u64::try_from(value.as_i64().ok()?).ok()).collect()
}

fn lines(dictionary: &Dictionary, content: &[u8]) -> Result<Vec<Line>, Refusal> {
    let widths = numbers(dictionary, b"W").filter(|widths| widths.len() == 3 && widths.iter().all(|width| *width <= 8));
    let widths = widths.ok_or(ODD)?;
    let size = dictionary.get(b"Size").and_then(Object::as_i64).ok().and_then(|size| u64::try_from(size).ok());
    let spans = if dictionary.has(b"Index") { numbers(dictionary, b"Index") } else { size.map(|size| vec![0, size]) };
    let spans = spans.filter(|spans| spans.len() % 2 == 0).ok_or(ODD)?;
    let mut rest = content;
    let mut field = |width: u64| {
        let (taken, left) = rest.split_at_checked(usize::try_from(width).ok()?)?;
        rest = left;
        Some(taken.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)))
    };
    let mut lines = Vec::new();
    for span in spans.chunks(2) {
        for number in span[0]..span[0].checked_add(span[1]).ok_or(ODD)? {
            let kind = if widths[0] == 0 { 1 } else { field(widths[0]).ok_or(ODD)? };
            let (second, third) = (field(widths[1]).ok_or(ODD)?, field(widths[2]).ok_or(ODD)?);
            lines.push(line(number, kind, second, third).ok_or(ODD)?);
            if lines.len() > MOST_LINES {
                return Err(Refusal::Bomb);
            }
        }
    }
    if rest.is_empty() { Ok(lines) } else { Err(ODD) }
}

fn line(number: u64, kind: u64, second: u64, third: u64) -> Option<Line> {
    let number = u32::try_from(number).ok()?;
    match kind {
        0 => Some(Line::Free),
        1 => Some(Line::At { number, generation: third, place: usize::try_from(second).ok()? }),
        2 => Some(Line::Within { number, stream: u32::try_from(second).ok()?, index: usize::try_from(third).ok()? }),
        _ => None,
    }
}

/// Adds the objects that lie within streams.
pub(super) fn open_streams(file: &mut File, key: Option<&Key>) -> Result<Within, Refusal> {
    let (mut within, mut left) = (Within::new(), OBJECTS);
    for at in 0..file.bodies.len() {
        let body = &file.bodies[at];
        let (Object::Dictionary(dictionary), Some(range)) = (&body.value, &body.stream) else { continue };
        if !is(dictionary, b"ObjStm") {
            continue;
        }
        let packed = &file.bytes[range.clone()];
        let packed = match key {
            Some(key) => key.open(body.id, dictionary, packed)?,
            None => packed.to_vec(),
        };
        let content = unpacked(file, dictionary, &packed, left)?;
        left = left.checked_sub(content.len() as u64).ok_or(Refusal::Bomb)?;
        let number = body.id.0;
        let objects = objects(dictionary, &content, &mut file.values)?;
        // Two streams of one number: a table's line could mean either.
        if within.insert(number, objects.iter().map(|body| body.id.0).collect()).is_some() {
            return Err(Refusal::Unread("two streams of objects have one number"));
        }
        for object in objects {
            file.add(object)?;
        }
    }
    Ok(within)
}

fn objects(dictionary: &Dictionary, content: &[u8], values: &mut usize) -> Result<Vec<Body>, Refusal> {
    const ODD: Refusal = Refusal::Unread("a stream of objects is written in an odd way");
    let measure =
        |key: &[u8]| dictionary.get(key).and_then(Object::as_i64).ok().and_then(|value| usize::try_from(value).ok());
    let (count, first) = measure(b"N").zip(measure(b"First")).ok_or(ODD)?;
    let head = content.get(..first).ok_or(ODD)?;
    let mut lexer = Lexer::at(head, 0, *values);
    let mut places = Vec::new();
    for _ in 0..count {
        lexer.skip();
        let number = u32::try_from(lexer.plain_number()?).map_err(|_| ODD)?;
        lexer.skip();
        places.push((number, usize::try_from(lexer.plain_number()?).map_err(|_| ODD)?));
    }
    lexer.skip();
    if !lexer.rest().is_empty() || !places.is_sorted_by_key(|(_, place)| *place) {
        return Err(ODD);
    }
    let objects = content.get(first..).ok_or(ODD)?;
    let mut lexer = Lexer::at(objects, 0, *values);
    let mut bodies = Vec::new();
    for (number, place) in places {
        // Nothing lies between two objects.
        lexer.skip();
        let between = objects.get(lexer.position().min(place)..lexer.position().max(place)).ok_or(ODD)?;
        if !between.iter().all(|byte| super::lexer::is_space(*byte)) {
            return Err(ODD);
        }
        lexer.go_to(place);
        bodies.push(Body { id: (number, 0), place: None, value: lexer.value()?, stream: None });
    }
    lexer.skip();
    *values = lexer.values();
    if lexer.rest().is_empty() { Ok(bodies) } else { Err(ODD) }
}

/// Every line of every table names what lies there, and every table that is named is one.
pub(super) fn hold(file: &File, within: &Within) -> Result<(), Refusal> {
    let bodies: HashSet<(usize, u32, u64)> =
        file.bodies.iter().filter_map(|body| Some((body.place?, body.id.0, u64::from(body.id.1)))).collect();
    for line in file.tables.iter().flat_map(|table| &table.lines) {
        let holds = match *line {
            Line::Free => true,
            Line::At { number, generation, place } => bodies.contains(&(place, number, generation)),
            Line::Within { number, stream, index } => {
                within.get(&stream).is_some_and(|numbers| numbers.get(index) == Some(&number))
            }
        };
        if !holds {
            return Err(ELSEWHERE);
        }
    }
    let tables: HashSet<usize> = file.tables.iter().map(|table| table.place).collect();
    for table in &file.tables {
        for key in [&b"Prev"[..], b"XRefStm"] {
            let Ok(named) = table.trailer.get(key) else { continue };
            let named = named.as_i64().ok().and_then(|place| usize::try_from(place).ok());
            if !named.is_some_and(|place| tables.contains(&place)) {
                return Err(ELSEWHERE);
            }
        }
    }
    starts_hold(file, &tables)
}

/// Each `startxref` names a table; the first one of a file made for the web may name none.
fn starts_hold(file: &File, tables: &HashSet<usize>) -> Result<(), Refusal> {
    let for_the_web =
        file.bodies.first().is_some_and(|body| body.value.as_dict().is_ok_and(|one| one.has(b"Linearized")));
    for (at, start) in file.starts.iter().enumerate() {
        let none = at == 0 && *start == 0 && for_the_web && file.starts.len() > 1;
        if !none && !tables.contains(start) {
            return Err(ELSEWHERE);
        }
    }
    Ok(())
}
