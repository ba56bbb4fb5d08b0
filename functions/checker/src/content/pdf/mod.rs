//! PDFs: every byte of one is read, every object in it is on a list of what is allowed, or it is refused. Then it is kept
//! as it came: it may be signed.

mod allowed;
mod facturx;
mod file;
mod lexer;
mod locked;
mod packed;
mod places;
mod walk;

use domain::document::{Fault, Media};
use lopdf::Object;

use self::file::File;
use self::locked::Key;
use super::Checked;

/// Why a PDF is refused; the words are for whoever looks for the reason, and hold nothing of the file but keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It ends too soon.
    Damaged,
    /// It runs, opens, sends or carries something.
    Active(&'static str),
    /// It would grow beyond measure.
    Bomb,
    /// It asks for a password.
    Encrypted,
    /// It can be read in two ways, or points to what is not there.
    Unread(&'static str),
    /// It holds something that is not on the list.
    Unlisted(String),
}

impl Refusal {
    fn fault(&self) -> Fault {
        match self {
            Self::Damaged => Fault::Damaged,
            Self::Active(_) => Fault::Active,
            Self::Bomb => Fault::Bomb,
            Self::Encrypted => Fault::Encrypted,
            Self::Unread(_) | Self::Unlisted(_) => Fault::Unclear,
        }
    }
}

/// A PDF as it came, to the byte.
pub(super) fn checked(bytes: Vec<u8>) -> Result<Checked, Fault> {
    look(&bytes).map_err(|refusal| refusal.fault())?;
    Ok(Checked { media: Media::Pdf, bytes, preview: None })
}

/// Looks at all of it.
pub(super) fn look(bytes: &[u8]) -> Result<(), Refusal> {
    let mut file = File::read(bytes)?;
    places::read_tables(&mut file)?;
    let key = Key::of(&file)?;
    if let Some(key) = &key {
        key.open_texts(&mut file)?;
    }
    let within = places::open_streams(&mut file, key.as_ref())?;
    places::hold(&file, &within)?;
    let carried = walk::walk(&file)?;
    streams_hold(&file, key.as_ref())?;
    carried_hold(&file, key.as_ref(), &carried)
}

/// What is packed stays within bounds.
fn streams_hold(file: &File, key: Option<&Key>) -> Result<(), Refusal> {
    let mut budget = packed::Budget::whole();
    for body in &file.bodies {
        let (Object::Dictionary(dictionary), Some(range)) = (&body.value, &body.stream) else { continue };
        packed::bounded(file, dictionary)?;
        let locked = &file.bytes[range.clone()];
        match key {
            Some(key) => budget.count(file, body, &key.open(body.id, dictionary, locked)?)?,
            None => budget.count(file, body, locked)?,
        }
    }
    Ok(())
}

/// The one file it may carry is the data of an invoice.
fn carried_hold(file: &File, key: Option<&Key>, carried: &[usize]) -> Result<(), Refusal> {
    if carried.len() > 1 {
        return Err(Refusal::Active("it carries several files"));
    }
    for at in carried {
        let body = &file.bodies[*at];
        let (Object::Dictionary(dictionary), Some(range)) = (&body.value, &body.stream) else {
            return Err(Refusal::Active("it carries a file that is none"));
        };
        let packed = &file.bytes[range.clone()];
        let content = match key {
            Some(key) => packed::unpacked(file, dictionary, &key.open(body.id, dictionary, packed)?, facturx::LARGEST)?,
            None => packed::unpacked(file, dictionary, packed, facturx::LARGEST)?,
        };
        facturx::hold(&content)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::written;
