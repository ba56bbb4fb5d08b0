//! A SendRawEmail request, and the checks SES makes before it takes a mail.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Address, Message, MessageParser};

/// The largest mail SES v1 takes, in bytes.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;

const RECIPIENT_LIMIT: usize = 50;

/// SES says no.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    fn because(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    fn parameter(message: impl Into<String>) -> Self {
        Self::because("InvalidParameterValue", message)
    }

    pub(super) fn failure(error: &std::io::Error) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, code: "InternalFailure", message: error.to_string() }
    }
}

/// The mail of a request, as it came.
pub(super) struct RawMail {
    pub(super) content: Vec<u8>,
    source: Option<String>,
    destinations: Vec<String>,
    /// The configuration set it names.
    pub(super) configuration_set: Option<String>,
    /// Its tags, which come back with events.
    pub(super) tags: BTreeMap<String, Vec<String>>,
}

impl RawMail {
    /// Reads the form.
    pub(super) fn read(form: &[(String, String)]) -> Result<Self, Refusal> {
        let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        match field("Action").map(String::as_str) {
            Some("SendRawEmail") => (),
            other => return Err(Refusal::because("InvalidAction", format!("unknown here: {other:?}"))),
        }
        let data = field("RawMessage.Data").ok_or_else(|| Refusal::parameter("RawMessage.Data is missing"))?;
        let content = STANDARD.decode(data).map_err(|error| Refusal::parameter(error.to_string()))?;
        let destinations = form.iter().filter(|(name, _)| name.starts_with("Destinations.member."));
        let destinations = destinations.map(|(_, value)| value.clone()).collect();
        let configuration_set = field("ConfigurationSetName").cloned();
        let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for number in 1.. {
            let Some(name) = field(&format!("Tags.member.{number}.Name")) else { break };
            let value = field(&format!("Tags.member.{number}.Value")).cloned().unwrap_or_default();
            tags.entry(name.clone()).or_default().push(value);
        }
        Ok(Self { content, source: field("Source").cloned(), destinations, configuration_set, tags })
    }

    /// The checks of SES, for an account whose verified identity is one domain.
    pub(super) fn check(&self, domain: &str) -> Result<(), Refusal> {
        let size = self.content.len();
        if size > SIZE_LIMIT {
            return Err(Refusal::parameter(format!("Message length is more than {SIZE_LIMIT} bytes long: '{size}'.")));
        }
        let message = MessageParser::default().parse(&self.content);
        let message = message.ok_or_else(|| Refusal::parameter("Message is not readable."))?;
        self.check_headers()?;
        self.check_sender(&message, domain)?;
        self.check_recipients(&message)
    }

    fn check_headers(&self) -> Result<(), Refusal> {
        let end = self.content.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(self.content.len());
        match self.content[..end].is_ascii() {
            true => Ok(()),
            false => Err(Refusal::parameter("Header contains non-ASCII characters: encode them (RFC 2047).")),
        }
    }

    fn check_sender(&self, message: &Message<'_>, domain: &str) -> Result<(), Refusal> {
        let mut senders = addresses(message.from());
        if senders.is_empty() {
            return Err(Refusal::parameter("Missing required header 'From'."));
        }
        senders.extend(self.source.as_deref().map(bare));
        let verified = |address: &&String| address.rsplit_once('@').is_some_and(|(_, found)| found == domain);
        match senders.iter().find(|address| !verified(address)) {
            None => Ok(()),
            Some(stranger) => Err(Refusal::because(
                "MessageRejected",
                format!("Email address is not verified. The following identities failed the check: {stranger}"),
            )),
        }
    }

    /// Whom it goes to.
    pub(super) fn recipients(&self) -> Vec<String> {
        MessageParser::default().parse(&self.content).map_or_else(Vec::new, |message| self.recipients_of(&message))
    }

    fn recipients_of(&self, message: &Message<'_>) -> Vec<String> {
        match self.destinations.as_slice() {
            [] => [message.to(), message.cc(), message.bcc()].into_iter().flat_map(addresses).collect(),
            given => given.iter().map(|address| bare(address)).collect(),
        }
    }

    fn check_recipients(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let recipients = self.recipients_of(message);
        if recipients.is_empty() {
            return Err(Refusal::parameter("Missing required header 'To'."));
        }
        if recipients.len() > RECIPIENT_LIMIT {
            return Err(Refusal::parameter(format!("Recipient count exceeds {RECIPIENT_LIMIT}.")));
        }
        let deliverable = |address: &String| {
            let parts = address.split_once('@').filter(|(name, domain)| !name.is_empty() && !domain.is_empty());
            address.is_ascii() && parts.is_some_and(|(_, domain)| !domain.contains(['@', ' ']))
        };
        match recipients.iter().find(|address| !deliverable(address)) {
            None => Ok(()),
            Some(bad) => Err(Refusal::parameter(format!("Missing final '@domain' or non-ASCII address: {bad}"))),
        }
    }
}

/// The addresses of a header.
pub(super) fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    let found = header.into_iter().flat_map(Address::iter).filter_map(|one| one.address());
    found.map(str::to_owned).collect()
}

/// The address of `Name <address>`.
pub(crate) fn bare(text: &str) -> String {
    let inside = text.rsplit_once('<').map_or(text, |(_, rest)| rest.trim_end().trim_end_matches('>'));
    inside.trim().to_owned()
}
