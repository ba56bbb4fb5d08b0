//! `organisation.toml`: who the organisation is, how it is reached, what it tells, and who administers it first.

use domain::activity::Activity;
use domain::calendar::Calendar;
use domain::capacity::Capacity;
use domain::document::Requirement;
use domain::dossier::{ConsentText, DossierRules, Field};
use domain::id::{ActivityId, OrganisationId};
use domain::invoice::Billing;
use domain::online::{Online, PayfipMode, is_payfip_client};
use domain::organisation::{Contact, Organisation, Text};
use domain::privacy::Retention;
use domain::tariff::{JointPrice, Tariff};

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
    billing: Option<Billing>,
    dossier: DossierRules,
    retention: Retention,
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
        (tariffs, joint_prices): (Vec<Tariff>, Vec<JointPrice>),
        pieces: Vec<Requirement>,
    ) -> Organisation {
        let Self { id, name, town, zone, contact, texts, .. } = self;
        let (id, name, town, zone) = (id.clone(), name.clone(), town.clone(), zone.clone());
        let (contact, texts) = (contact.clone(), texts.clone());
        Organisation {
            id,
            name,
            town,
            zone,
            contact,
            texts,
            calendar,
            activities,
            capacities,
            tariffs,
            joint_prices,
            billing: self.billing.clone(),
            dossier: self.dossier.clone(),
            pieces,
            retention: self.retention,
        }
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
    let (name, town, zone) =
        (section.parsed("name", value::printed), section.parsed("town", value::printed), section.text("zone"));
    let contact = section.section("contact").and_then(contact);
    let texts = section.sections("text").into_iter().filter_map(text).collect();
    let billing = section.optional_section("billing").map_or(Some(None), |inner| billing(inner).map(Some));
    let dossier = section.optional_section("dossier").map(dossier).unwrap_or_default();
    let retention = section.optional_section("retention").map_or(Some(Retention::default()), retention);
    let administrator = section.section("administrator").and_then(administrator);
    section.end();
    Some(Identity {
        id: id?,
        name: name?,
        town: town?,
        zone: zone?,
        contact: contact?,
        texts,
        billing: billing?,
        dossier,
        retention: retention?,
        administrator: administrator?,
    })
}

/// What waits for an agent before it changes, and what is consented to.
fn dossier(mut section: Section) -> DossierRules {
    const BILLING: &str = "billing";
    let read = |text: &str| match text {
        BILLING => Ok(None),
        field => Field::try_from(field.to_owned()).map(Some),
    };
    let checked = if section.has("checked") { section.list("checked", read) } else { Vec::new() };
    let consents = section.sections("consent").into_iter().filter_map(consent).collect();
    let line = section.line;
    let days = section.has("invitation_days").then(|| section.number("invitation_days", 30)).flatten();
    if days == Some(0) {
        section.fault(line, "« invitation_days » : de 1 à 30 jours.".to_owned());
    }
    section.end();
    let billing_checked = checked.iter().any(Option::is_none);
    let invitation_days = days.and_then(|days| u8::try_from(days).ok());
    DossierRules { checked: checked.into_iter().flatten().collect(), billing_checked, consents, invitation_days }
}

fn consent(mut section: Section) -> Option<ConsentText> {
    let id: Option<ActivityId> = section.parsed("id", value::id);
    let (version, text) = (section.number_or("version", u32::MAX, 1), section.text("text"));
    section.end();
    Some(ConsentText { id: id?.to_string(), version: version?, text: text? })
}

/// When and how it invoices; everything but the seller has a default.
fn billing(mut section: Section) -> Option<Billing> {
    const USUAL_THRESHOLD: u32 = 1500;
    let texts = |section: &mut Section, key: &str| {
        if section.has(key) { section.list(key, value::printed) } else { Vec::new() }
    };
    let (line, day, hour) = (section.line, section.number_or("day", 28, 2), section.number_or("hour", 23, 5));
    if day == Some(0) {
        section.fault(line, "« day » : écrivez un jour du mois, de 1 à 28.");
    }
    if hour == Some(2) {
        section.fault(line, "« hour » : l’heure de 2 h à 3 h n’existe pas chaque nuit, écrivez-en une autre.");
    }
    let automatic = section.flag("automatic", false);
    let threshold = section.optional("threshold", value::price).unwrap_or(USUAL_THRESHOLD);
    let due_days = section.number_or("due_days", 366, 30);
    let mut reminders = if section.has("reminders") { section.numbers("reminders", 366) } else { Vec::new() };
    reminders.sort_unstable();
    let seller = section.list("seller", value::printed);
    let (how_to_pay, mentions) = (texts(&mut section, "how_to_pay"), texts(&mut section, "mentions"));
    let iban = section.optional("iban", iban);
    let online = section.optional_section("online").map_or(Some(None), |inner| online(inner).map(Some));
    section.end();
    let (day, hour) = (u8::try_from(day?).ok()?, u8::try_from(hour?).ok()?);
    let due_days = due_days?;
    Some(Billing {
        day,
        hour,
        automatic,
        threshold,
        due_days,
        reminders,
        seller,
        how_to_pay,
        mentions,
        iban,
        online: online?,
    })
}

/// Who takes payments online. The keys of a card provider are not in a folder: they are given apart.
fn online(mut section: Section) -> Option<Online> {
    let provider = section.parsed("provider", |text| match text {
        "payfip" | "card" => Ok(text.to_owned()),
        other => Err(format!("« {other} » : écrivez payfip ou card.")),
    })?;
    if provider == "card" {
        section.end();
        return Some(Online::Card);
    }
    let client = section.parsed("client", |text| match is_payfip_client(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("« {text} » n’est pas un numéro de client PayFiP : écrivez ses six chiffres.")),
    });
    let mode = section.parsed("mode", |text| match text {
        "test" => Ok(PayfipMode::Test),
        "activation" => Ok(PayfipMode::Activation),
        "production" => Ok(PayfipMode::Production),
        other => Err(format!("« {other} » : écrivez test, activation ou production.")),
    });
    section.end();
    Some(Online::Payfip { client: client?, mode: mode? })
}

/// For how long it keeps what families leave behind; no shorter than a year can be compared, and the law allows.
fn retention(mut section: Section) -> Option<Retention> {
    let line = section.line;
    let planning_months = section.number_or("planning_months", 120, Retention::LEAST_MONTHS);
    let invoices_years = section.number_or("invoices_years", 30, Retention::LEAST_YEARS);
    if planning_months.is_some_and(|months| months < Retention::LEAST_MONTHS) {
        section.fault(line, format!("« planning_months » : au moins {} mois.", Retention::LEAST_MONTHS));
    }
    if invoices_years.is_some_and(|years| years < Retention::LEAST_YEARS) {
        section.fault(line, format!("« invoices_years » : au moins {} ans, c’est la loi.", Retention::LEAST_YEARS));
    }
    section.end();
    Some(Retention { planning_months: planning_months?, invoices_years: invoices_years? })
}

/// An IBAN with a true check (ISO 13616: the remainder by 97 is 1), without blanks.
fn iban(text: &str) -> Result<String, String> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let sound = (15..=34).contains(&plain.len())
        && plain.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let remainder = || {
        let (head, tail) = plain.split_at(4);
        let digits = tail.chars().chain(head.chars()).filter_map(|letter| letter.to_digit(36));
        digits.fold(0_u32, |sum, digit| if digit > 9 { (sum * 100 + digit) % 97 } else { (sum * 10 + digit) % 97 })
    };
    if sound && remainder() == 1 { Ok(plain) } else { Err(format!("« {text} » n’est pas un IBAN.")) }
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
