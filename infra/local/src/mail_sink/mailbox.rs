//! The sent mails, one `.eml` file each.

use std::fs;
use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use mail_parser::{MessageParser, MimeHeaders};
use serde::Serialize;

use super::request::addresses;
use crate::data_folder::write_whole;

/// A sent mail, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// The id SES gave it; ids sort by time.
    pub id: String,
    /// The addresses it is to, separated by commas.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: Option<String>,
    /// When it was sent, on the wall clock.
    pub at: DateTime<Utc>,
}

/// The folder of the sent mails.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a mail and returns its id.
    pub(super) fn put(&self, content: &[u8]) -> io::Result<String> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let time = Utc::now().format("%Y%m%dt%H%M%S%6f");
        let id = format!("{time}-{:08x}", u32::from_be_bytes(random));
        write_whole(&self.path(&id), content)?;
        Ok(id)
    }

    /// Every mail, the newest first.
    pub(crate) fn list(&self) -> io::Result<Vec<Mail>> {
        let names = fs::read_dir(&self.folder)?.flatten().map(|entry| entry.file_name());
        let names = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".eml")?.to_owned()));
        let mut ids: Vec<String> = names.collect();
        ids.sort_unstable_by(|left, right| right.cmp(left));
        Ok(ids.iter().filter_map(|id| self.get(id)).collect())
    }

    /// One mail.
    pub(crate) fn get(&self, id: &str) -> Option<Mail> {
        let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let content = fs::read(self.path(id)).ok().filter(|_| plain)?;
        let at = fs::metadata(self.path(id)).ok()?.modified().ok()?;
        decode(id, &content, at.into())
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.eml"))
    }
}

fn decode(id: &str, content: &[u8], at: DateTime<Utc>) -> Option<Mail> {
    let message = MessageParser::default().parse(content)?;
    let html = message.html_bodies().find(|part| part.is_content_type("text", "html"));
    Some(Mail {
        id: id.to_owned(),
        to: addresses(message.to()).join(", "),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: html.and_then(|part| part.text_contents()).map(str::to_owned),
        at,
    })
}
