//! `organisation.toml`: who the organisation is, how it is reached, what it tells, and who administers it first.

use shared::domain::activity::Activity;
use shared::domain::calendar::Calendar;
use shared::domain::capacity::Capacity;
use shared::domain::id::OrganisationId;
use shared::domain::organisation::{Contact, Organisation, Text};

use super::{Administrator, FORMAT};
use crate::source::{Section, value};

/// What `organisation.toml` says.
pub(super) struct Identity {
    id: OrganisationId,
    name: String,
    town: String,
    zone: String,
    contact: Contact,
    texts: Vec<Text>,
    /// Who administers it first.
    pub(super) administrator: Administrator,
}

impl Identity {
    /// The organisation, once its other files are read.
    pub(super) fn organisation(
        &self,
        calendar: Calendar,
        activities: Vec<Activity>,
        capacities: Vec<Capacity>,
    ) -> Organisation {
        let Self { id, name, town, zone, contact, texts, .. } = self;
        let (id, name, town, zone) = (id.clone(), name.clone(), town.clone(), zone.clone());
        let (contact, texts) = (contact.clone(), texts.clone());
        Organisation { id, name, town, zone, contact, texts, calendar, activities, capacities }
    }
}

/// Whether this version reads the folder's form; what a later form says of anything else cannot be judged.
pub(super) fn format_is_known(section: &mut Section) -> bool {
    let line = section.line;
    match section.number("format", u32::MAX) {
        Some(1..=FORMAT) => true,
        Some(0) => {
            section.fault(line, format!("« format » : écrivez format = {FORMAT}."));
            false
        }
        Some(newer) => {
            let known = format!("cette version de Préau lit jusqu’au format {FORMAT}. Mettez Préau à jour.");
            section.fault(line, format!("ce dossier est au format {newer}, {known}"));
            false
        }
        None => false,
    }
}

/// Reads everything but `format`.
pub(super) fn read(mut section: Section) -> Option<Identity> {
    let id = section.parsed("id", value::id);
    let (name, town, zone) = (section.text("name"), section.text("town"), section.text("zone"));
    let contact = section.section("contact").and_then(contact);
    let texts = section.sections("text").into_iter().filter_map(text).collect();
    let administrator = section.section("administrator").and_then(administrator);
    section.end();
    Some(Identity {
        id: id?,
        name: name?,
        town: town?,
        zone: zone?,
        contact: contact?,
        texts,
        administrator: administrator?,
    })
}

fn contact(mut section: Section) -> Option<Contact> {
    let (phone, mel) = (section.text("phone"), section.parsed("mel", value::mel));
    let owned = |text: &str| Ok(text.to_owned());
    let (address, opening_hours) = (section.list("address", owned), section.list("opening_hours", owned));
    section.end();
    Some(Contact { phone: phone?, mel: mel?, address, opening_hours })
}

fn text(mut section: Section) -> Option<Text> {
    let title = section.text("title");
    let paragraphs = section.list("paragraphs", |text| Ok(text.to_owned()));
    section.end();
    Some(Text { title: title?, paragraphs })
}

fn administrator(mut section: Section) -> Option<Administrator> {
    let (first_name, last_name) = (section.text("first_name"), section.text("last_name"));
    let mel = section.parsed("mel", value::mel);
    section.end();
    Some(Administrator { first_name: first_name?, last_name: last_name?, mel: mel? })
}
