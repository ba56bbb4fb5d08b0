//! `invoices.csv`, when it is there: invoices of the time before, as families are to find them again.

use std::collections::HashMap;

use domain::activity::Activity;
use domain::day::Day;
use domain::id::{ActivityId, ChildId, FamilyId};
use domain::invoice::{Line, Period};
use domain::wallet::Lot;

use super::FamilyRow;
use crate::source::{Reading, Row, Sheet, value};

/// The file; a folder need not have it.
pub(super) const FILE: &str = "invoices.csv";
const INVOICES: Sheet = Sheet {
    file: FILE,
    required: &["number", "family", "issued", "due", "child", "activity", "quantity", "unit"],
    optional: &["period", "paid", "tickets"],
};

/// An invoice of the time before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRow {
    /// Its number, as the family has it on paper.
    pub number: String,
    /// Who pays.
    pub family: FamilyId,
    /// Name and address.
    pub payer: Vec<String>,
    /// Its date.
    pub issued: Day,
    /// Until when it was to be paid.
    pub due: Day,
    /// The month it charges.
    pub period: Option<Period>,
    /// The day it was paid, when it was.
    pub paid: Option<Day>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The tickets it sold that are still to be used.
    pub lot: Option<Lot>,
}

/// Reads the invoices: rows of one number are the lines of one invoice; its first row says the rest.
pub(super) fn read(reading: &Reading, activities: &[Activity], families: &[FamilyRow]) -> Vec<InvoiceRow> {
    if !reading.dir.join(FILE).exists() {
        return Vec::new();
    }
    let mut invoices: Vec<InvoiceRow> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for row in INVOICES.rows(reading) {
        let Some((invoice, line, lot)) = invoice(&row, activities, families) else { continue };
        let fresh = invoices.len();
        let place = *at.entry(invoice.number.clone()).or_insert(invoices.len());
        if place == invoices.len() {
            invoices.push(invoice);
        } else if invoices[place].family != invoice.family {
            row.fault(format!("la facture « {} » est déjà à une autre famille.", invoice.number));
        }
        if let Some(lot) = lot {
            if place < fresh && invoices[place].lot.is_some() {
                row.fault(format!("la facture « {} » a déjà des tickets : une ligne seulement en dit.", lot.id));
            }
            invoices[place].lot = Some(lot);
        }
        invoices[place].lines.push(line);
    }
    invoices
}

fn invoice(row: &Row, activities: &[Activity], families: &[FamilyRow]) -> Option<(InvoiceRow, Line, Option<Lot>)> {
    const MOST: u32 = 9999;
    // A number is part of a key of the table, so it is written like any other identifier.
    let number = row.id::<FamilyId>("number");
    let family = row.id::<FamilyId>("family");
    let (child, activity) = (row.id::<ChildId>("child"), row.id::<ActivityId>("activity"));
    let day = |text: &str| value::born(text);
    let (issued, due) = (row.optional("issued", day), row.optional("due", day));
    let paid = row.optional("paid", day);
    let month =
        |text: &str| Period::parse(text).ok_or_else(|| format!("« {text} » n’est pas un mois : écrivez 2015-05."));
    let period = row.optional("period", month);
    let count = |text: &str| match text.parse() {
        Ok(count @ 1..=MOST) => Ok(count),
        _ => Err(format!("« {text} » : écrivez un nombre de 1 à {MOST}.")),
    };
    let (quantity, unit) = (row.optional("quantity", count), row.optional("unit", value::price));
    let tickets = row.optional("tickets", count);
    let (number, family, child, activity) = (number?, family?, child?, activity?);
    let Some(home) = families.iter().find(|home| home.family.id == family) else {
        row.unknown("la famille", &family, &["families.csv"]);
        return None;
    };
    let Some(known) = home.family.child(&child) else {
        row.unknown("l’enfant", &child, &["children.csv", "custody.csv"]);
        return None;
    };
    let Some(service) = activities.iter().find(|known| known.id == activity) else {
        row.unknown("l’activité", &activity, &["activities.toml"]);
        return None;
    };
    let (Some(issued), Some(due), Some(quantity), Some(unit)) = (issued, due, quantity, unit) else {
        row.fault("une facture dit « issued », « due », « quantity » et « unit » à chaque ligne.");
        return None;
    };
    let lot = tickets.and_then(|left| {
        let lot = lot(&number, service, &child, (left, unit), issued, paid.is_some());
        if lot.is_none() || left > quantity {
            row.fault("« tickets » : ceux qui restent d’une ligne, pour une activité qui se paie par tickets.");
        }
        lot
    });
    let line = Line::of_service(Some(known), service, quantity, i64::from(unit));
    let payer = home.family.invoice_address();
    let number = number.as_str().to_owned();
    Some((InvoiceRow { number, family, payer, issued, due, period, paid, lines: Vec::new(), lot: None }, line, lot))
}

/// The tickets of a line that are brought over: what was used before is not counted any more.
fn lot(
    number: &FamilyId,
    activity: &Activity,
    child: &ChildId,
    (left, unit): (u32, u32),
    opened: Day,
    settled: bool,
) -> Option<Lot> {
    let prepaid = activity.prepaid.as_ref()?;
    let mut lot = Lot {
        id: number.as_str().parse().ok()?,
        activity: activity.id.clone(),
        child: prepaid.per_child.then(|| child.clone()),
        unit,
        bought: left,
        left,
        refunded: 0,
        opened,
        counts: prepaid.counts,
        paid: false,
    };
    lot.follow(settled);
    Some(lot)
}
