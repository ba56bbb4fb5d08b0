//! Numbers: a batch of drafts becomes invoices in one transaction, with the series they are numbered from.

use chrono::Datelike;
use shared::aws::records::{
    DraftRecord, InvoiceRecord, PeriodRecord, RunRecord, RunStage, SeriesRecord, Work, WorkRecord,
};
use shared::aws::{Failure, Record, StoreError, Transaction, keys};
use shared::domain::day::{Day, later, paris_day};
use shared::domain::invoice::{Billing, number};
use shared::domain::organisation::Organisation;
use shared::secret;

use crate::BillingApp;
use crate::run::Care;

/// A transaction holds 100 actions.
const MOST: usize = 98;

/// Issues the next drafts; after the last one the run is done.
pub(crate) async fn issue_some(
    app: &BillingApp,
    organisation: &Organisation,
    run: RunRecord,
    care: Care,
) -> Result<(), Failure> {
    let read = run.version;
    let mut next = RunRecord { version: read + 1, ..run };
    let Some(billing) = &organisation.billing else {
        next.stage = RunStage::Done;
        return app.table.write(Transaction::new().put_over(&next, read)).await;
    };
    let drafts: Vec<DraftRecord> = app.table.query(&keys::drafts(&organisation.id, next.period)).await?;
    let after = |draft: &DraftRecord| next.reach.as_ref().is_none_or(|reach| *reach < draft.family);
    let waiting: Vec<DraftRecord> = drafts.into_iter().filter(after).collect();
    if waiting.is_empty() {
        next.stage = RunStage::Done;
        return app.table.write(Transaction::new().put_over(&next, read)).await;
    }
    let today = paris_day(app.clock.now().business);
    let mut issuing = Issuing::open(app, organisation, billing, next.issued.unwrap_or(today)).await?;
    if care == Care::Skip {
        let left = waiting.first().map(|draft| draft.family.clone());
        tracing::error!(run = %next.period, organisation = organisation.id.as_str(), family = ?left, "a family cannot be invoiced");
        next.counts.left += 1;
        next.reach = left;
        return app.table.write(Transaction::new().put_over(&next, read)).await;
    }
    let most = if care == Care::Alone { 1 } else { waiting.len() };
    for draft in waiting.into_iter().take(most) {
        if issuing.transaction.len() + 6 + draft.credits.len() > MOST {
            break;
        }
        next.reach = Some(draft.family.clone());
        issuing.draft(app, draft, &mut next).await?;
    }
    app.table.write(issuing.finish().put_over(&next, read)).await
}

struct Issuing<'a> {
    organisation: &'a Organisation,
    billing: &'a Billing,
    issued: Day,
    series: SeriesRecord,
    series_read: u64,
    transaction: Transaction,
    used: bool,
}

impl<'a> Issuing<'a> {
    /// Reads the series of the issue date's year; dates never decrease with numbers.
    async fn open(
        app: &BillingApp,
        organisation: &'a Organisation,
        billing: &'a Billing,
        issued: Day,
    ) -> Result<Self, StoreError> {
        let name = issued.year().to_string();
        let known: Option<SeriesRecord> = app.table.get(&keys::series(&organisation.id, &name)).await?;
        let fresh =
            SeriesRecord { organisation: organisation.id.clone(), series: name, next: 1, latest: issued, version: 0 };
        let series = known.unwrap_or(fresh);
        let issued = issued.max(series.latest);
        let series_read = series.version;
        Ok(Self { organisation, billing, issued, series, series_read, transaction: Transaction::new(), used: false })
    }

    async fn draft(&mut self, app: &BillingApp, draft: DraftRecord, run: &mut RunRecord) -> Result<(), StoreError> {
        if !draft.faults.is_empty() {
            run.counts.left += 1;
            return Ok(());
        }
        let invoiced = draft.total > 0 && draft.total >= i64::from(self.billing.threshold);
        let closed = PeriodRecord {
            organisation: draft.organisation.clone(),
            family: draft.family.clone(),
            period: draft.period,
            invoice: invoiced.then(|| number(self.issued.year(), self.series.next)),
            carried: if invoiced { 0 } else { draft.total },
            flats: draft.flats.clone(),
            version: 1,
        };
        let mut transaction = std::mem::take(&mut self.transaction).put_new(&closed).delete(&draft.key());
        if let Some(month) = draft.takes_up {
            let key = keys::family_period(&draft.organisation, &draft.family, month);
            if let Some(carrying) = app.table.get::<PeriodRecord>(&key).await? {
                let version = carrying.version;
                transaction =
                    transaction.put_over(&PeriodRecord { carried: 0, version: version + 1, ..carrying }, version);
            }
        }
        for (day, child, activity) in &draft.credits {
            let key = keys::credit(&draft.organisation, &draft.family, *day, child, activity);
            transaction = transaction.delete_existing(&key);
        }
        if let Some(number) = closed.invoice {
            let invoice = self.invoice(draft, number);
            let wall = app.clock.now().wall;
            transaction = transaction.put_new(&invoice).put_new(&printing(&invoice, wall));
            self.series.next += 1;
            self.used = true;
            run.counts.invoices += 1;
        } else {
            run.counts.carried += u32::from(closed.carried != 0);
        }
        self.transaction = transaction;
        Ok(())
    }

    fn invoice(&self, draft: DraftRecord, number: String) -> InvoiceRecord {
        InvoiceRecord {
            organisation: draft.organisation,
            family: draft.family,
            number,
            period: Some(draft.period),
            corrects: None,
            issued: self.issued,
            due: later(self.issued, u64::from(self.billing.due_days)),
            payer: draft.payer,
            lines: draft.lines,
            total: draft.total,
            imported: false,
            filed: false,
            version: 1,
        }
    }

    /// The batch with its numbers taken from the series.
    fn finish(self) -> Transaction {
        if !self.used {
            return self.transaction;
        }
        let series = SeriesRecord { latest: self.issued, version: self.series_read + 1, ..self.series };
        debug_assert_eq!(series.organisation, self.organisation.id);
        self.transaction.put_over(&series, self.series_read)
    }
}

/// The work of printing an invoice, once for each number.
pub(crate) fn printing(invoice: &InvoiceRecord, wall: chrono::DateTime<chrono::Utc>) -> WorkRecord {
    let name = format!("print#{}#{}", invoice.organisation, invoice.number);
    let work = Work::Print {
        organisation: invoice.organisation.clone(),
        family: invoice.family.clone(),
        number: invoice.number.clone(),
    };
    WorkRecord { id: secret::sha256(&name).chars().take(32).collect(), work, at: wall }
}
