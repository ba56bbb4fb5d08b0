//! As many drafts as one transaction takes, and what they become in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use domain::day::later;
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::{Billing, Period, number};
use store::keys;
use store::records::{DraftRecord, InvoiceRecord, PeriodRecord, RunRecord, SeriesRecord, Work, WorkRecord};
use store::{Chain, Record, StoreError};

use crate::BillingApp;
use crate::draft::weight;
use crate::issuing::Standing;

/// A transaction holds 100 actions; the run, the series and two works of printing take four.
const ACTIONS: usize = 96;
/// The actions of an ordinary family: its month is closed, and its invoice written. Its draft goes when that is filed;
/// where there is no invoice, it goes at once.
const ORDINARY: usize = 2;
/// How many invoices one work prints: filing them takes three actions each.
const PRINTED: usize = 24;
/// A transaction holds 4 MB.
const BYTES: usize = 3_000_000;

/// Drafts to be issued together.
pub(crate) struct Batch {
    drafts: Vec<DraftRecord>,
    /// The months whose carried sums they take up, as they are now.
    carrying: BTreeMap<FamilyId, PeriodRecord>,
    /// How many families are left out: something is to be settled, or is not as it should be.
    left: u32,
    /// The last of its families; none when there are no more.
    pub(crate) reach: Option<FamilyId>,
}

/// A batch as a transaction.
pub(crate) struct Numbered {
    pub(crate) transaction: Chain,
    /// Whose the actions are, from the first one on; those after them are shared.
    pub(crate) owners: Vec<FamilyId>,
    /// What stands once it is written.
    pub(crate) next: Standing,
}

impl Batch {
    /// The next drafts after a family.
    pub(crate) async fn read(
        app: &BillingApp,
        organisation: &OrganisationId,
        period: Period,
        after: Option<&FamilyId>,
    ) -> Result<Self, StoreError> {
        let most = (ACTIONS / ORDINARY).min(app.pace.families);
        let span = keys::drafts(organisation, period);
        let found = app.table.list_after(&span, after.map(FamilyId::as_str), most).await?;
        let mut batch = Self { drafts: Vec::new(), carrying: BTreeMap::new(), left: 0, reach: None };
        let (mut actions, mut bytes) = (0, 0);
        for item in found.each::<DraftRecord>() {
            let (key, draft) = item?;
            let Ok(family) = key.sk.parse::<FamilyId>() else { continue };
            let (more, heavier) = draft.as_ref().map_or((0, 0), |draft| (cost(draft), weight(draft)));
            (actions, bytes) = (actions + more, bytes + heavier);
            if batch.reach.is_some() && (actions > ACTIONS || bytes > BYTES) {
                break;
            }
            batch.reach = Some(family.clone());
            match draft {
                Ok(draft) if draft.faults.is_empty() => batch.drafts.push(draft),
                Ok(_) => batch.left += 1,
                Err(_) => batch.name(organisation, &family, "its draft cannot be read"),
            }
        }
        batch.take_up(app).await?;
        Ok(batch)
    }

    /// Reads the months whose sums are taken up. A sum that is no longer carried there is not charged.
    async fn take_up(&mut self, app: &BillingApp) -> Result<(), StoreError> {
        let month =
            |draft: &DraftRecord| Some(keys::family_period(&draft.organisation, &draft.family, draft.takes_up?));
        let wanted: Vec<_> = self.drafts.iter().filter_map(month).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let items = app.table.batch_get(&wanted).await?;
        for draft in std::mem::take(&mut self.drafts) {
            let carrying = month(&draft).map(|key| items.get::<PeriodRecord>(&key).ok().flatten());
            match carrying {
                None => self.drafts.push(draft),
                Some(Some(record)) if record.carried == draft.carried => {
                    self.carrying.insert(draft.family.clone(), record);
                    self.drafts.push(draft);
                }
                Some(_) => self.name(&draft.organisation, &draft.family, "what it takes up is not carried any more"),
            }
        }
        Ok(())
    }

    /// Leaves a family out: its draft stays, for an agent to draft it again.
    pub(crate) fn leave(&mut self, family: FamilyId) {
        let Some(at) = self.drafts.iter().position(|draft| draft.family == family) else { return };
        let draft = self.drafts.remove(at);
        self.name(&draft.organisation, &family, "its items are not as its draft says");
    }

    /// Leaves out a family whose month has its invoice already: its draft is about to go.
    pub(crate) fn pass(&mut self, family: &FamilyId) {
        self.drafts.retain(|draft| draft.family != *family);
    }

    /// Which of these families have an invoice of the month already.
    pub(crate) async fn invoiced(
        &self,
        app: &BillingApp,
        families: &BTreeSet<FamilyId>,
    ) -> Result<BTreeSet<FamilyId>, StoreError> {
        let theirs = self.drafts.iter().filter(|draft| families.contains(&draft.family));
        let keys: Vec<_> =
            theirs.map(|draft| keys::family_period(&draft.organisation, &draft.family, draft.period)).collect();
        let items = app.table.batch_get(&keys).await?;
        let closed = keys.iter().map(|key| items.get::<PeriodRecord>(key)).collect::<Result<Vec<_>, _>>()?;
        let invoiced = closed.into_iter().flatten().filter(|closed| closed.invoice.is_some());
        Ok(invoiced.map(|closed| closed.family).collect())
    }

    fn name(&mut self, organisation: &OrganisationId, family: &FamilyId, why: &str) {
        tracing::error!(
            organisation = organisation.as_str(),
            family = family.as_str(),
            why,
            "a family cannot be invoiced"
        );
        self.left += 1;
    }

    /// The drafts as invoices, with the next numbers of the series.
    pub(crate) fn number(&self, billing: &Billing, standing: &Standing, wall: DateTime<Utc>) -> Numbered {
        let mut numbering = Numbering {
            billing,
            run: RunRecord { version: standing.run.version + 1, reach: self.reach.clone(), ..standing.run.clone() },
            series: standing.series.clone(),
            transaction: Chain::new(),
            owners: Vec::new(),
            numbers: Vec::new(),
        };
        numbering.run.counts.left += self.left;
        for draft in &self.drafts {
            numbering.draft(draft, self.carrying.get(&draft.family));
        }
        numbering.finish(standing, wall)
    }
}

/// How many actions a draft takes.
fn cost(draft: &DraftRecord) -> usize {
    match draft.faults.is_empty() {
        true => ORDINARY + usize::from(draft.takes_up.is_some()) + draft.credits.len(),
        false => 0,
    }
}

struct Numbering<'a> {
    billing: &'a Billing,
    run: RunRecord,
    series: SeriesRecord,
    transaction: Chain,
    owners: Vec<FamilyId>,
    numbers: Vec<(FamilyId, String)>,
}

impl Numbering<'_> {
    fn draft(&mut self, draft: &DraftRecord, carrying: Option<&PeriodRecord>) {
        let invoiced = draft.total > 0 && draft.total >= i64::from(self.billing.threshold);
        let number = invoiced.then(|| number(self.series.latest.year(), self.series.next));
        let closed = closed(draft, number.clone());
        let mut transaction = std::mem::take(&mut self.transaction).put_new(&closed);
        if let Some(carrying) = carrying {
            let taken = PeriodRecord { carried: 0, version: carrying.version + 1, ..carrying.clone() };
            transaction = transaction.put_over(&taken, carrying.version);
        }
        for (day, child, activity) in &draft.credits {
            let key = keys::credit(&draft.organisation, &draft.family, *day, child, activity);
            transaction = transaction.delete_existing(&key);
        }
        if let Some(number) = number {
            transaction = transaction.put_new(&self.invoice(draft, &number));
            self.numbers.push((draft.family.clone(), number));
            self.series.next += 1;
            self.run.counts.invoices += 1;
        } else {
            transaction = transaction.delete(&draft.key());
            self.run.counts.carried += u32::from(closed.carried != 0);
        }
        self.owners.resize(transaction.len(), draft.family.clone());
        self.transaction = transaction;
    }

    fn invoice(&self, draft: &DraftRecord, number: &str) -> InvoiceRecord {
        let draft = draft.clone();
        InvoiceRecord {
            organisation: draft.organisation,
            family: draft.family,
            number: number.to_owned(),
            period: Some(draft.period),
            corrects: None,
            issued: self.series.latest,
            due: later(self.series.latest, u64::from(self.billing.due_days)),
            payer: draft.payer,
            lines: draft.lines,
            total: draft.total,
            request: None,
            imported: false,
            filed: false,
            version: 1,
        }
    }

    /// Where numbers were taken, the series they come from and the work of printing them go along.
    fn finish(mut self, standing: &Standing, wall: DateTime<Utc>) -> Numbered {
        let mut transaction = self.transaction.put_over(&self.run, standing.run.version);
        if !self.numbers.is_empty() {
            self.series.version = standing.series.version + 1;
            transaction = transaction.put_over(&self.series, standing.series.version);
            for some in self.numbers.chunks(PRINTED) {
                transaction = transaction.put_new(&printing(&self.run.organisation, some.to_vec(), wall));
            }
        }
        let next = Standing { run: self.run, series: self.series };
        Numbered { transaction, owners: self.owners, next }
    }
}

/// That the month of a draft is closed, with its invoice or what is carried.
fn closed(draft: &DraftRecord, invoice: Option<String>) -> PeriodRecord {
    PeriodRecord {
        organisation: draft.organisation.clone(),
        family: draft.family.clone(),
        period: draft.period,
        charged: draft.charged(),
        given_back: draft.given_back(),
        carried: if invoice.is_some() { 0 } else { draft.total },
        invoice,
        flats: draft.flats.clone(),
        version: 1,
    }
}

/// The work of printing invoices, once for their numbers.
fn printing(organisation: &OrganisationId, invoices: Vec<(FamilyId, String)>, wall: DateTime<Utc>) -> WorkRecord {
    let first = invoices.first().map(|(_, number)| number.as_str()).unwrap_or_default();
    let id = secret::sha256(&format!("print#{organisation}#{first}")).chars().take(32).collect();
    WorkRecord { id, work: Work::PrintMany { organisation: organisation.clone(), invoices }, at: wall }
}
