//! As many drafts as one transaction takes, and what they become in it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::id::{FamilyId, OrganisationId};
use domain::invoice::{Billing, Period, RunCounts};
use store::keys::{self, Key};
use store::records::{DraftRecord, InvoiceRecord, PeriodRecord, RunRecord, Wanted, WorkRecord};
use store::regie::Numbers;
use store::{MOST_ACTIONS, Record, StoreError, Transaction};

use crate::BillingApp;
use crate::draft::weight;

/// The actions of an ordinary family: its month is closed, and its invoice written. Its draft goes when that is filed;
/// where there is no invoice, it goes at once.
const ORDINARY: usize = 2;
/// How many invoices one piece of work prints: two calls share a full batch.
const PRINTED: usize = 24;
/// A transaction holds 4 MB.
const BYTES: usize = 3_000_000;

/// What the transactions of a run are written over.
pub(crate) struct Standing {
    pub(crate) run: RunRecord,
    pub(crate) numbers: Numbers,
}

/// Drafts to be issued together.
pub(crate) struct Batch {
    entries: Vec<Entry>,
}

/// A family of a batch.
struct Entry {
    family: FamilyId,
    state: State,
}

/// What becomes of a family in a batch.
enum State {
    /// It is invoiced; with the month whose carried sum it takes up, as it is now.
    Drafted(Box<DraftRecord>, Option<Box<PeriodRecord>>),
    /// It is left out: something is to be settled, or is not as it should be.
    Left,
    /// Its month has its invoice already.
    Passed,
}

/// A batch as a transaction.
pub(crate) struct Numbered {
    pub(crate) transaction: Transaction,
    /// The family of each action, in their order; later actions (run, series, work) are no family’s own.
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
        let most = ordinary_families().min(app.pace.families);
        let span = keys::drafts(organisation, period);
        let found = app.table.list_after(&span, after.map(FamilyId::as_str), most).await?;
        let mut batch = Self { entries: Vec::new() };
        for item in found.each::<DraftRecord>() {
            let (key, draft) = item?;
            let Ok(family) = key.sk.parse::<FamilyId>() else { continue };
            let state = match draft {
                Ok(draft) if draft.faults.is_empty() => State::Drafted(Box::new(draft), None),
                Ok(_) => State::Left,
                Err(_) => left_out(organisation, &family, "its draft cannot be read"),
            };
            batch.entries.push(Entry { family, state });
        }
        batch.take_up(app).await?;
        Ok(batch)
    }

    /// Whether there are no more drafts.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reads the months whose sums are taken up. A sum that is no longer carried there is not charged.
    async fn take_up(&mut self, app: &BillingApp) -> Result<(), StoreError> {
        let wanted: Vec<Key> = self.drafts().filter_map(carrying).collect();
        let items = app.table.batch_get(&wanted).await?;
        for entry in &mut self.entries {
            let State::Drafted(draft, carried) = &mut entry.state else { continue };
            let Some(key) = carrying(draft) else { continue };
            match items.get::<PeriodRecord>(&key).ok().flatten() {
                Some(record) if record.carried == draft.carried => *carried = Some(Box::new(record)),
                _ => {
                    let why = "what it takes up is not carried any more";
                    entry.state = left_out(&draft.organisation, &entry.family, why);
                }
            }
        }
        Ok(())
    }

    fn drafts(&self) -> impl Iterator<Item = &DraftRecord> {
        self.entries.iter().filter_map(|entry| match &entry.state {
            State::Drafted(draft, _) => Some(draft.as_ref()),
            State::Left | State::Passed => None,
        })
    }

    /// Settles what kept these families from being written: one whose month has its invoice already is passed, its draft
    /// is about to go; the others are left out, their drafts stay for an agent to draft them again.
    pub(crate) async fn settle(&mut self, app: &BillingApp, families: &BTreeSet<FamilyId>) -> Result<(), StoreError> {
        let month = |draft: &DraftRecord| keys::family_period(&draft.organisation, &draft.family, draft.period);
        let theirs = self.drafts().filter(|draft| families.contains(&draft.family));
        let items = app.table.batch_get(&theirs.map(month).collect::<Vec<_>>()).await?;
        for entry in self.entries.iter_mut().filter(|entry| families.contains(&entry.family)) {
            let State::Drafted(draft, _) = &entry.state else { continue };
            let closed: Option<PeriodRecord> = items.get(&month(draft))?;
            entry.state = match closed.is_some_and(|closed| closed.invoice.is_some()) {
                true => State::Passed,
                false => left_out(&draft.organisation, &entry.family, "its items are not as its draft says"),
            };
        }
        Ok(())
    }

    /// As many of the drafts as one transaction takes, as invoices with the next numbers; the batch is cut to them.
    pub(crate) fn number(
        &mut self,
        billing: &Billing,
        standing: &Standing,
        wall: DateTime<Utc>,
    ) -> Result<Numbered, StoreError> {
        let mut writing = Writing {
            billing,
            counts: standing.run.counts,
            numbers: standing.numbers.clone(),
            transaction: Transaction::of_system(),
            bytes: 0,
            owners: Vec::new(),
            printing: Vec::new(),
        };
        let holding = self.entries.iter().enumerate().take_while(|(at, entry)| writing.add(*at == 0, entry)).count();
        self.entries.truncate(holding);
        writing.finish(standing, self.entries.last().map(|entry| &entry.family), wall)
    }
}

/// Names a family that cannot be invoiced.
fn left_out(organisation: &OrganisationId, family: &FamilyId, why: &str) -> State {
    tracing::error!(organisation = organisation.as_str(), family = family.as_str(), why, "a family cannot be invoiced");
    State::Left
}

/// The month whose carried sum a draft takes up.
fn carrying(draft: &DraftRecord) -> Option<Key> {
    Some(keys::family_period(&draft.organisation, &draft.family, draft.takes_up?))
}

/// How many actions a draft takes.
fn cost(draft: &DraftRecord) -> usize {
    ORDINARY + usize::from(draft.takes_up.is_some()) + draft.credits.len()
}

/// How many actions the families share: the run, the series, and the works of printing so many invoices.
fn shared(invoices: usize) -> usize {
    2 + invoices.div_ceil(PRINTED)
}

/// How many ordinary families one transaction takes.
fn ordinary_families() -> usize {
    (1..).take_while(|families| ORDINARY * families + shared(*families) <= MOST_ACTIONS).last().unwrap_or(1)
}

/// A transaction that is being filled.
struct Writing<'a> {
    billing: &'a Billing,
    counts: RunCounts,
    numbers: Numbers,
    transaction: Transaction,
    bytes: usize,
    owners: Vec<FamilyId>,
    printing: Vec<Wanted>,
}

impl Writing<'_> {
    /// Adds a family, where it still fits; the first always does.
    fn add(&mut self, first: bool, entry: &Entry) -> bool {
        match &entry.state {
            State::Drafted(draft, carried) => {
                let (actions, bytes) = (cost(draft) + shared(self.printing.len() + 1), self.bytes + weight(draft));
                if !first && (self.transaction.room() < actions || bytes > BYTES) {
                    return false;
                }
                self.bytes = bytes;
                self.draft(draft, carried.as_deref());
            }
            State::Left => self.counts.left += 1,
            State::Passed => {}
        }
        true
    }

    fn draft(&mut self, draft: &DraftRecord, carrying: Option<&PeriodRecord>) {
        let invoiced = draft.total > 0 && draft.total >= i64::from(self.billing.threshold);
        let numbered = invoiced.then(|| self.numbers.take());
        let closed = closed(draft, numbered.as_ref().map(|numbered| numbered.number.clone()));
        self.transaction.put_new(&closed);
        if let Some(carrying) = carrying {
            let taken = PeriodRecord { carried: 0, version: carrying.version + 1, ..carrying.clone() };
            self.transaction.put_over(&taken, carrying.version);
        }
        for (day, child, activity) in &draft.credits {
            let key = keys::credit(&draft.organisation, &draft.family, *day, child, activity);
            self.transaction.delete_existing(&key);
        }
        if let Some(numbered) = numbered {
            let invoice = InvoiceRecord::of_month(draft, numbered, self.billing);
            self.transaction.put_new(&invoice);
            self.printing.push((invoice.family, invoice.number));
            self.counts.invoices += 1;
        } else {
            self.transaction.delete(&draft.key());
            self.counts.carried += u32::from(closed.carried != 0);
        }
        self.owners.resize(self.transaction.len(), draft.family.clone());
    }

    /// Where numbers were taken, the series they come from and the work of printing them go along.
    fn finish(
        mut self,
        standing: &Standing,
        reach: Option<&FamilyId>,
        wall: DateTime<Utc>,
    ) -> Result<Numbered, StoreError> {
        let reach = reach.ok_or_else(|| StoreError("a batch of nobody".to_owned()))?;
        let run = standing.run.then(standing.run.reached(reach.clone(), self.counts)?);
        self.transaction.put_over(&run, standing.run.version);
        if !self.printing.is_empty() {
            self.numbers.keep(&mut self.transaction);
            for some in self.printing.chunks(PRINTED) {
                self.transaction.put_new(&WorkRecord::printing(&run.organisation, some.to_vec(), wall));
            }
        }
        let next = Standing { run, numbers: self.numbers };
        Ok(Numbered { transaction: self.transaction, owners: self.owners, next })
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
        lines: if invoice.is_some() { Vec::new() } else { draft.lines.clone() },
        returned: Vec::new(),
        invoice,
        flats: draft.flats.clone(),
        priced_by: draft.priced_by.clone(),
        corrected_by: None,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::day::{Day, parse_day};
    use domain::invoice::{Line, Run};
    use store::regie::Numbering;

    fn day() -> Day {
        parse_day("2015-06-02").unwrap()
    }

    fn billing() -> Billing {
        Billing {
            day: 2,
            hour: 5,
            automatic: true,
            threshold: 0,
            due_days: 30,
            reminders: Vec::new(),
            seller: Vec::new(),
            how_to_pay: Vec::new(),
            mentions: Vec::new(),
            iban: None,
            online: None,
        }
    }

    fn standing() -> Standing {
        let organisation: OrganisationId = "jumex".parse().unwrap();
        let run = Run::open(Period::parse("2015-05").unwrap(), day(), "l’horaire").unwrap().drafted(Some(day()));
        let numbers = Numbering::Invoices.after(None, &organisation, day());
        Standing { run: RunRecord::opened(organisation, run.unwrap()), numbers }
    }

    /// Drafts of so many families, each with so many credits.
    fn batch(families: usize, credits: usize) -> Batch {
        let draft = |at: usize| DraftRecord {
            organisation: "jumex".parse().unwrap(),
            period: Period::parse("2015-05").unwrap(),
            family: format!("f{at:04}").parse().unwrap(),
            name: String::new(),
            payer: Vec::new(),
            lines: vec![Line::plain("repas".to_owned(), 500)],
            faults: Vec::new(),
            total: 500,
            flats: BTreeSet::new(),
            takes_up: None,
            carried: 0,
            credits: (0..credits)
                .map(|at| (day(), format!("c{at}").parse().unwrap(), "cantine".parse().unwrap()))
                .collect(),
            priced_by: None,
        };
        let entry = |at| {
            let draft = draft(at);
            Entry { family: draft.family.clone(), state: State::Drafted(Box::new(draft), None) }
        };
        Batch { entries: (0..families).map(entry).collect() }
    }

    #[test]
    fn a_transaction_is_filled_and_never_more_than_filled() {
        assert_eq!(ordinary_families(), 48, "the speed of a run hangs on it");
        for credits in [0, 1, 2, 7, 20, 90] {
            let mut batch = batch(60, credits);
            let numbered = batch.number(&billing(), &standing(), Utc::now()).unwrap();
            let (families, actions) = (batch.entries.len(), numbered.transaction.len());
            assert!(actions <= MOST_ACTIONS, "{credits}: {actions}");
            assert!(actions + ORDINARY + credits + 1 > MOST_ACTIONS, "{credits}: one more fits beside {families}");
            assert_eq!(numbered.next.run.reach.as_ref(), batch.entries.last().map(|entry| &entry.family));
            assert_eq!(numbered.next.run.counts.invoices as usize, families);
        }
    }

    #[test]
    fn who_is_left_out_is_counted_and_passed_by() {
        let mut batch = batch(3, 0);
        batch.entries[0].state = State::Left;
        batch.entries[2].state = State::Passed;
        let numbered = batch.number(&billing(), &standing(), Utc::now()).unwrap();
        let counts = numbered.next.run.counts;
        assert_eq!((counts.invoices, counts.left), (1, 1));
        assert_eq!(numbered.next.run.reach.as_ref().unwrap().as_str(), "f0002");
    }
}
