//! Invoices and credit notes, and how each comes into being.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::records::DraftRecord;
use crate::table::{OfKind, Record};
use domain::day::{Day, later};
use domain::family::Family;
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::{Billing, GivenUp, Issued, Ledger, Line, Means, Period};

/// An invoice, or a credit note. Never deleted, never renumbered; only `filed` and `written_off` change, until its detail
/// is past its period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRecord {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Who pays.
    pub family: FamilyId,
    /// `2015-00042`.
    pub number: String,
    /// The month it charges.
    pub period: Option<Period>,
    /// The invoice a credit note corrects.
    pub corrects: Option<String>,
    /// The invoice that this one, a supplementary one, completes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completes: Option<String>,
    /// Its date.
    pub issued: Day,
    /// Until when it is to be paid.
    pub due: Day,
    /// Name and address of the payer, as they were.
    pub payer: Vec<String>,
    /// What it charges.
    pub lines: Vec<Line>,
    /// The sum of its lines, in cents.
    pub total: i64,
    /// The request of the page that made it, when no run did.
    #[serde(default)]
    pub request: Option<String>,
    /// It comes from the time before: it is printed, not mailed.
    #[serde(default)]
    pub imported: bool,
    /// That what was owed of it is given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_off: Option<WrittenOff>,
    /// Whether its PDF is stored.
    pub filed: bool,
    /// Grows when it is filed.
    pub version: u64,
}

/// That what was owed of an invoice is given up: an agent's act, which stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenOff {
    /// Why.
    pub reason: GivenUp,
    /// The decision, in the agent's words.
    pub note: String,
    /// What was owed, in cents.
    pub cents: i64,
    /// The day.
    pub day: Day,
    /// When, on the business clock; an act of before says the day alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    /// Who wrote it off.
    pub said: String,
}

impl Record for InvoiceRecord {
    fn key(&self) -> Key {
        keys::invoice(&self.organisation, &self.family, &self.number)
    }
}

impl OfKind for InvoiceRecord {
    const PREFIX: &'static str = keys::prefix::INVOICE;
}

/// The number an invoice takes, and its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// `2015-00042`.
    pub number: String,
    /// Its date.
    pub issued: Day,
}

impl Numbered {
    fn due(&self, billing: &Billing) -> Day {
        later(self.issued, u64::from(billing.due_days))
    }
}

/// Whom an invoice is for: the family, and its address as paper has it.
struct Payer {
    organisation: OrganisationId,
    family: FamilyId,
    address: Vec<String>,
}

impl InvoiceRecord {
    /// The invoice of a month, as it was drafted.
    pub fn of_month(draft: &DraftRecord, numbered: Numbered, billing: &Billing) -> Self {
        let address = draft.payer.clone();
        let payer = Payer { organisation: draft.organisation.clone(), family: draft.family.clone(), address };
        let due = numbered.due(billing);
        Self { period: Some(draft.period), ..Self::issued(payer, numbered, due, draft.lines.clone()) }
    }

    /// An invoice outside the months: tickets, or what an agent charges.
    pub fn of_family(
        organisation: &OrganisationId,
        family: &Family,
        numbered: Numbered,
        billing: &Billing,
        lines: Vec<Line>,
    ) -> Self {
        let address = family.invoice_address();
        let payer = Payer { organisation: organisation.clone(), family: family.id.clone(), address };
        let due = numbered.due(billing);
        Self::issued(payer, numbered, due, lines)
    }

    /// A credit note on this invoice, to whom the invoice was sent: what it takes back, and why.
    pub fn note(&self, numbered: Numbered, mut lines: Vec<Line>, reason: &str) -> Self {
        lines.push(Line::plain(format!("Motif : {reason}"), 0));
        let address = self.payer.clone();
        let payer = Payer { organisation: self.organisation.clone(), family: self.family.clone(), address };
        let due = numbered.issued;
        Self { corrects: Some(self.number.clone()), ..Self::issued(payer, numbered, due, lines) }
    }

    /// An invoice of the time before, as it was: it is printed, never mailed.
    pub fn of_before(
        organisation: &OrganisationId,
        family: &FamilyId,
        (numbered, due): (Numbered, Day),
        address: Vec<String>,
        lines: Vec<Line>,
    ) -> Self {
        let payer = Payer { organisation: organisation.clone(), family: family.clone(), address };
        Self { imported: true, ..Self::issued(payer, numbered, due, lines) }
    }

    /// The same, made by a request of a page: sent again, it is found by it.
    pub fn by_request(self, request: String) -> Self {
        Self { request: Some(request), ..self }
    }

    /// The one place where an invoice comes into being.
    fn issued(payer: Payer, numbered: Numbered, due: Day, lines: Vec<Line>) -> Self {
        Self {
            organisation: payer.organisation,
            family: payer.family,
            number: numbered.number,
            period: None,
            corrects: None,
            completes: None,
            issued: numbered.issued,
            due,
            payer: payer.address,
            total: lines.iter().map(Line::amount).sum(),
            lines,
            request: None,
            imported: false,
            written_off: None,
            filed: false,
            version: 1,
        }
    }

    /// What the domain knows of it.
    pub fn document(&self) -> Issued<'_> {
        let corrects = self.corrects.as_deref();
        let written_off = self.written_off.as_ref().map(|written_off| written_off.day);
        Issued { number: &self.number, issued: self.issued, corrects, lines: &self.lines, written_off }
    }

    /// Whether its detail is past its period.
    pub fn is_blanked(&self) -> bool {
        self.lines.iter().any(Line::is_blanked)
    }

    /// What stays once its detail is past its period: number, dates and sum, so that series have no gap and accounts hold;
    /// what vouchers had paid of it is told apart, so that it stays paid.
    pub fn blanked(&self, ledger: &Ledger) -> Self {
        let nobody = |written_off: WrittenOff| WrittenOff { note: String::new(), said: String::new(), ..written_off };
        let vouchers = [Means::Cesu, Means::Ancv].map(|means| (means, ledger.paid_of(&self.number, means)));
        let rest = self.total - vouchers.iter().map(|(_, cents)| cents).sum::<i64>();
        let paid = vouchers.into_iter().filter(|(_, cents)| *cents > 0);
        let mut lines: Vec<Line> = paid.map(|(means, cents)| Line::blanked(Some(means), cents)).collect();
        if rest != 0 || lines.is_empty() {
            lines.push(Line::blanked(None, rest));
        }
        Self {
            payer: Vec::new(),
            lines,
            written_off: self.written_off.clone().map(nobody),
            filed: false,
            version: self.version + 1,
            ..self.clone()
        }
    }
}
