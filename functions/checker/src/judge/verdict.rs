//! What the judge answers: a line of JSON, then the bytes that are kept.

use std::io::{self, Write};

use domain::document::{Fault, Media};
use serde::{Deserialize, Serialize};

use crate::content::Checked;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Head {
    /// As it came.
    Same { media: Media },
    /// Written anew: how many bytes, and how many of a small picture of it.
    Anew { media: Media, bytes: usize, preview: usize },
    /// Not kept.
    Fault(Fault),
}

/// A verdict with the bytes that go with it.
pub(super) struct Verdict {
    head: Head,
    bytes: Vec<u8>,
    preview: Vec<u8>,
}

impl Verdict {
    /// Of a file that was looked at.
    pub(super) fn of(looked: Result<Checked, Fault>) -> Self {
        match looked {
            Ok(Checked { media, preview: Some(preview), bytes }) => {
                Self { head: Head::Anew { media, bytes: bytes.len(), preview: preview.len() }, bytes, preview }
            }
            // The bytes of a PDF need not go back and forth.
            Ok(Checked { media, preview: None, .. }) => Self::alone(Head::Same { media }),
            Err(fault) => Self::alone(Head::Fault(fault)),
        }
    }

    fn alone(head: Head) -> Self {
        Self { head, bytes: Vec::new(), preview: Vec::new() }
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &self.head)?;
        out.write_all(b"\n")?;
        out.write_all(&self.bytes)?;
        out.write_all(&self.preview)
    }

    /// What an answer says of the file that came; nothing where it is no whole verdict.
    pub(super) fn read(answer: &[u8], came: Vec<u8>) -> Option<Result<Checked, Fault>> {
        let end = answer.iter().position(|byte| *byte == b'\n')?;
        let (head, rest) = (&answer[..end], &answer[end + 1..]);
        match serde_json::from_slice(head).ok()? {
            Head::Fault(fault) => rest.is_empty().then_some(Err(fault)),
            Head::Same { media } => rest.is_empty().then_some(Ok(Checked { media, bytes: came, preview: None })),
            Head::Anew { media, bytes, preview } => {
                let (kept, small) = rest.split_at_checked(bytes)?;
                let whole = bytes > 0 && preview > 0 && small.len() == preview;
                whole.then(|| Ok(Checked { media, bytes: kept.to_vec(), preview: Some(small.to_vec()) }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(looked: Result<Checked, Fault>) -> Vec<u8> {
        let mut out = Vec::new();
        Verdict::of(looked).write(&mut out).unwrap();
        out
    }

    #[test]
    fn a_verdict_is_read_as_it_was_written_and_half_of_one_is_none() {
        let looked = [
            Err(Fault::Bomb),
            Ok(Checked { media: Media::Jpeg, bytes: vec![1; 9], preview: Some(vec![2; 3]) }),
            Ok(Checked { media: Media::Pdf, bytes: b"came".to_vec(), preview: None }),
        ];
        for looked in looked {
            let answer = told(looked.clone());
            assert_eq!(Verdict::read(&answer, b"came".to_vec()), Some(looked));
            for end in 0..answer.len() {
                assert_eq!(Verdict::read(&answer[..end], b"came".to_vec()), None, "{end}");
            }
        }
        assert_eq!(Verdict::read(b"{\"same\":{\"media\":\"pdf\"}}\nmore", Vec::new()), None);
        assert_eq!(Verdict::read(b"yes\n", Vec::new()), None);
    }
}
