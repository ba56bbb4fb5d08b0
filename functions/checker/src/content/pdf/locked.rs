//! PDFs that a password locks: one that everybody can read, and only its owner may change, is opened for the check.

use lopdf::encryption::decrypt_object;
use lopdf::{Dictionary, Document, EncryptionState, Object, Stream, StringFormat};

use super::Refusal;
use super::file::File;

/// What opens a file that asks for no password.
pub(super) struct Key(EncryptionState);

impl Key {
    /// The key of a file that is locked; nothing for one that is not.
    pub(super) fn of(file: &File) -> Result<Option<Self>, Refusal> {
        let mut locks = file.tables.iter().filter_map(|table| Some((table, table.trailer.get(b"Encrypt").ok()?)));
        let Some((table, lock)) = locks.next() else { return Ok(None) };
        if locks.any(|(_, other)| other != lock) {
            return Err(Refusal::Unread("it is locked in two ways"));
        }
        let lock = file.resolved(lock)?.as_dict().map_err(|_| Refusal::Encrypted)?;
        let mut document = Document::new();
        if let Ok(id) = table.trailer.get(b"ID") {
            document.trailer.set("ID", file.resolved(id)?.clone());
        }
        document.objects.insert((1, 0), Object::Dictionary(lock.clone()));
        document.trailer.set("Encrypt", Object::Reference((1, 0)));
        document.authenticate_user_password("").map_err(|_| Refusal::Encrypted)?;
        EncryptionState::decode(&document, "").map(|state| Some(Self(state))).map_err(|_| Refusal::Encrypted)
    }

    /// A stream as it was before it was locked.
    pub(super) fn open(&self, id: (u32, u16), dictionary: &Dictionary, locked: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut object = Object::Stream(Stream::new(dictionary.clone(), locked.to_vec()));
        decrypt_object(&self.0, id, &mut object).map_err(|_| Refusal::Damaged)?;
        match object {
            Object::Stream(stream) => Ok(stream.content),
            _ => Err(Refusal::Damaged),
        }
    }

    /// Opens every text of a file. Those within streams of objects were opened with them.
    pub(super) fn open_texts(&self, file: &mut File) -> Result<(), Refusal> {
        let locks: Vec<u32> = file
            .tables
            .iter()
            .filter_map(|table| Some(table.trailer.get(b"Encrypt").ok()?.as_reference().ok()?.0))
            .collect();
        for body in &mut file.bodies {
            let table = body.value.as_dict().is_ok_and(|one| one.has_type(b"XRef"));
            if !table && !locks.contains(&body.id.0) {
                self.open_value(body.id, &mut body.value)?;
            }
        }
        Ok(())
    }

    fn open_value(&self, id: (u32, u16), value: &mut Object) -> Result<(), Refusal> {
        match value {
            Object::Array(values) => values.iter_mut().try_for_each(|value| self.open_value(id, value)),
            Object::Dictionary(dictionary) => {
                // What a signature holds was never locked.
                let signature = dictionary.has(b"ByteRange");
                let others = dictionary.iter_mut().filter(|(key, _)| !(signature && key.as_slice() == b"Contents"));
                others.map(|(_, value)| value).try_for_each(|value| self.open_value(id, value))
            }
            Object::String(text, _) => {
                let mut object = Object::String(std::mem::take(text), StringFormat::Literal);
                decrypt_object(&self.0, id, &mut object).map_err(|_| Refusal::Damaged)?;
                if let Object::String(opened, _) = object {
                    *text = opened;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
