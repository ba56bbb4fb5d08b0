//! Words of a PDF, read to the letter (ISO 32000-2, 7.2 and 7.3): what may be read in two ways is not read at all.

use lopdf::{Dictionary, Object, StringFormat};

use super::Refusal;

/// How deep arrays and dictionaries may lie within each other.
const DEEPEST: usize = 64;
/// How many values a file may hold.
const MOST_VALUES: usize = 1_000_000;
/// The longest name, in bytes; readers promise 127.
const LONGEST_NAME: usize = 512;
/// The longest number, in digits.
const LONGEST_NUMBER: usize = 32;
/// The highest number of an object that readers promise (ISO 32000-1, annex C).
const HIGHEST_OBJECT: u32 = 8_388_607;

/// Where one is in the bytes, and how many values were read.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    values: usize,
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'a> Lexer<'a> {
    /// From a place; `values` were read before.
    pub(super) fn at(bytes: &'a [u8], at: usize, values: usize) -> Self {
        Self { bytes, at, values }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn values(&self) -> usize {
        self.values
    }

    pub(super) fn go_to(&mut self, place: usize) {
        self.at = place;
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips spaces and comments.
    pub(super) fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                _ if is_space(byte) => self.at += 1,
                b'%' => self.at += self.rest().iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count(),
                _ => return,
            }
        }
    }

    /// Skips spaces alone.
    pub(super) fn skip_spaces(&mut self) {
        self.at += self.rest().iter().take_while(|byte| is_space(**byte)).count();
    }

    /// Takes a word that is there.
    pub(super) fn takes(&mut self, word: &[u8]) -> bool {
        let there = self.rest().starts_with(word);
        let ends = |byte: &u8| !is_regular(*byte) || word.last().is_some_and(|last| is_delimiter(*last));
        let whole = there && self.bytes.get(self.at + word.len()).is_none_or(ends);
        if whole {
            self.at += word.len();
        }
        whole
    }

    pub(super) fn demand(&mut self, word: &[u8]) -> Result<(), Refusal> {
        if self.takes(word) { Ok(()) } else { Err(Refusal::Unread("a word is missing")) }
    }

    /// A number of digits alone, as objects and places are numbered: no sign, no leading zero.
    pub(super) fn plain_number(&mut self) -> Result<u64, Refusal> {
        let digits = self.digits();
        let sound = (1..=10).contains(&digits.len()) && (digits.len() == 1 || digits.first() != Some(&b'0'));
        let number = std::str::from_utf8(digits).ok().filter(|_| sound).and_then(|digits| digits.parse().ok());
        self.at += digits.len();
        let ends = self.peek().is_none_or(|byte| !is_regular(byte));
        number.filter(|_| ends).ok_or(Refusal::Unread("a number is written in an odd way"))
    }

    fn digits(&self) -> &'a [u8] {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest().get(..count).unwrap_or_default()
    }

    /// `12 0 obj`: the number and the generation.
    pub(super) fn object_head(&mut self) -> Result<(u32, u16), Refusal> {
        let id = self.two_numbers()?;
        self.demand(b"obj")?;
        Ok(id)
    }

    fn two_numbers(&mut self) -> Result<(u32, u16), Refusal> {
        let number = u32::try_from(self.plain_number()?).ok().filter(|number| (1..=HIGHEST_OBJECT).contains(number));
        self.skip();
        let generation = u16::try_from(self.plain_number()?).ok();
        self.skip();
        number.zip(generation).ok_or(Refusal::Unread("an object's number is beyond what readers know"))
    }

    /// One value.
    pub(super) fn value(&mut self) -> Result<Object, Refusal> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Refusal> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(Refusal::Bomb);
        }
        if depth > DEEPEST {
            return Err(Refusal::Unread("values lie too deep within each other"));
        }
        self.skip();
        match self.peek().ok_or(Refusal::Damaged)? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.text().map(|text| Object::String(text, StringFormat::Literal)),
            b'[' => self.array(depth),
            b'<' if self.rest().starts_with(b"<<") => self.dictionary(depth).map(Object::Dictionary),
            b'<' => self.hexadecimal().map(|text| Object::String(text, StringFormat::Hexadecimal)),
            b'0'..=b'9' => self.reference_or_number(),
            b'+' | b'-' | b'.' => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Object, Refusal> {
        let words =
            [(&b"true"[..], Object::Boolean(true)), (b"false", Object::Boolean(false)), (b"null", Object::Null)];
        let found = words.into_iter().find(|(word, _)| self.takes(word));
        found.map(|(_, value)| value).ok_or(Refusal::Unread("a word means nothing"))
    }

    fn array(&mut self, depth: usize) -> Result<Object, Refusal> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip();
            if self.peek().ok_or(Refusal::Damaged)? == b']' {
                self.at += 1;
                return Ok(Object::Array(values));
            }
            values.push(self.nested(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Refusal> {
        self.at += 2;
        let mut dictionary = Dictionary::new();
        loop {
            self.skip();
            match self.peek().ok_or(Refusal::Damaged)? {
                b'>' if self.rest().starts_with(b">>") => {
                    self.at += 2;
                    return Ok(dictionary);
                }
                b'/' => {
                    let key = self.name()?;
                    let value = self.nested(depth + 1)?;
                    if dictionary.has(&key) {
                        return Err(Refusal::Unread("a dictionary says one thing twice"));
                    }
                    dictionary.set(key, value);
                }
                _ => return Err(Refusal::Unread("a dictionary holds what has no name")),
            }
        }
    }

    /// `/Java#53cript` is `JavaScript`.
    fn name(&mut self) -> Result<Vec<u8>, Refusal> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            if byte != b'#' {
                name.push(byte);
                continue;
            }
            let pair = self.rest().get(..2).and_then(|pair| Some(16 * hex(pair[0])? + hex(pair[1])?));
            name.push(pair.filter(|byte| *byte != 0).ok_or(Refusal::Unread("a name is written in an odd way"))?);
            self.at += 2;
        }
        if name.len() > LONGEST_NAME { Err(Refusal::Unread("a name is too long")) } else { Ok(name) }
    }

    fn text(&mut self) -> Result<Vec<u8>, Refusal> {
        let (mut text, mut open) = (Vec::new(), 0_usize);
        loop {
            let byte = self.peek().ok_or(Refusal::Damaged)?;
            self.at += 1;
            match byte {
                b'(' => {
                    if open > 0 {
                        text.push(byte);
                    }
                    open += 1;
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(text);
                    }
                    text.push(byte);
                }
                b'\\' => self.escaped(&mut text)?,
                b'\r' => {
                    text.push(b'\n');
                    self.at += usize::from(self.peek() == Some(b'\n'));
                }
                _ => text.push(byte),
            }
        }
    }

    fn escaped(&mut self, text: &mut Vec<u8>) -> Result<(), Refusal> {
        let byte = self.peek().ok_or(Refusal::Damaged)?;
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(0x08),
            b'f' => text.push(0x0c),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let more = self.rest().iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let octal = self.bytes.get(self.at - 1..self.at + more).unwrap_or_default();
                let value = octal.iter().fold(0_u16, |value, digit| value * 8 + u16::from(digit - b'0'));
                text.push(value.to_le_bytes()[0]);
                self.at += more;
            }
            other => text.push(other),
        }
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<Vec<u8>, Refusal> {
        self.at += 1;
        let mut digits = Vec::new();
        loop {
            let byte = self.peek().ok_or(Refusal::Damaged)?;
            self.at += 1;
            match byte {
                b'>' => break,
                _ if is_space(byte) => {}
                _ => digits.push(hex(byte).ok_or(Refusal::Unread("a text holds what is no digit"))?),
            }
        }
        Ok(digits.chunks(2).map(|pair| 16 * pair[0] + pair.get(1).copied().unwrap_or(0)).collect())
    }

    /// `12 0 R` or `12`.
    fn reference_or_number(&mut self) -> Result<Object, Refusal> {
        let start = self.at;
        if let Ok(id) = self.two_numbers()
            && self.takes(b"R")
        {
            return Ok(Object::Reference(id));
        }
        // Two numbers before an `R` that are no reference to the letter: some readers would take them for one.
        if self.rest().starts_with(b"R") && self.takes(b"R") {
            return Err(Refusal::Unread("a reference is written in an odd way"));
        }
        self.at = start;
        self.number()
    }

    fn number(&mut self) -> Result<Object, Refusal> {
        const ODD: Refusal = Refusal::Unread("a number is written in an odd way");
        let count = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let written = self.rest().get(..count).unwrap_or_default();
        let text = std::str::from_utf8(written).ok().filter(|text| text.len() <= LONGEST_NUMBER).ok_or(ODD)?;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let sound = [whole, part].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if !sound || whole.len() + part.len() == 0 {
            return Err(ODD);
        }
        self.at += count;
        match digits.contains('.') {
            true => text.parse().map(Object::Real).map_err(|_| ODD),
            false => text.parse().map(Object::Integer).map_err(|_| ODD),
        }
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, Refusal> {
        let mut lexer = Lexer::at(text.as_bytes(), 0, 0);
        let value = lexer.value()?;
        lexer.skip();
        if lexer.rest().is_empty() { Ok(value) } else { Err(Refusal::Unread("more")) }
    }

    #[test]
    fn what_the_standard_writes_is_read() {
        for (text, value) in [
            ("12", Object::Integer(12)),
            ("-0012", Object::Integer(-12)),
            ("-.5", Object::Real(-0.5)),
            ("4.", Object::Real(4.0)),
            ("12 0 R", Object::Reference((12, 0))),
            ("/A#42", Object::Name(b"AB".to_vec())),
            ("(a\\)\\050(b)\\\nc)", Object::String(b"a)((b)c".to_vec(), StringFormat::Literal)),
            ("<41 4>", Object::String(b"A@".to_vec(), StringFormat::Hexadecimal)),
            ("[1 2 0 R true]", Object::Array(vec![1.into(), Object::Reference((2, 0)), true.into()])),
            ("% a word\n null", Object::Null),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_readers_take_in_different_ways_is_not_read() {
        for odd in [
            "+1 0 R",
            "01 0 R",
            "1 00 R",
            "1.0 0 R",
            "--1",
            "1-2",
            "1.2.3",
            "1e5",
            "0x10",
            "4294967297 0 R",
            "0 0 R",
            "1 65536 R",
            "/A#0g",
            "/A#00",
            "<4g>",
            "<< /A 1 /A 2 >>",
            "<< /A 1 2 >>",
            "nul",
            "R",
            "{1}",
            ">>",
        ] {
            assert!(matches!(read(odd), Err(Refusal::Unread(_))), "{odd}: {:?}", read(odd));
        }
        assert_eq!(read("<< /A (never closed >>"), Err(Refusal::Damaged));
        assert!(read(&format!("{}1{}", "[".repeat(64), "]".repeat(64))).is_ok());
        assert!(matches!(read(&format!("{}1{}", "[".repeat(65), "]".repeat(65))), Err(Refusal::Unread(_))));
        assert_eq!(read(&format!("[{}]", "0 ".repeat(1_000_000))), Err(Refusal::Bomb));
    }
}
