//! What a month took, as JSON objects: one figure each, with its unit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::organisation::Organisation;
use serde_json::{Value, json};
use store::records::{InvoiceRecord, RunRecord};

use crate::MonthError;
use crate::meter::{Asked, Deed, Meter};

/// What was measured beside the calls.
pub(crate) struct Measured {
    pub(crate) families: usize,
    pub(crate) imported: Duration,
    pub(crate) run: RunRecord,
    /// MB held before the run.
    pub(crate) resident: Option<u64>,
    /// MB held at most during the run.
    pub(crate) peak: Option<u64>,
    pub(crate) printed: Printed,
    pub(crate) filed: usize,
}

/// PDFs made of the month's invoices, to bytes, on every core.
pub(crate) struct Printed {
    count: usize,
    bytes: usize,
    took: Duration,
    cores: usize,
}

/// Prints every invoice with billing's own code, to bytes and no further.
pub(crate) fn print_all(organisation: &Organisation, invoices: &[InvoiceRecord]) -> Result<Printed, MonthError> {
    let cores = std::thread::available_parallelism()?.get();
    let (next, bytes, began) = (AtomicUsize::new(0), AtomicUsize::new(0), Instant::now());
    let print = || {
        while let Some(invoice) = invoices.get(next.fetch_add(1, Ordering::Relaxed)) {
            let pdf = billing::pdf(organisation, invoice).map_err(|error| MonthError::Still(error.to_string()))?;
            bytes.fetch_add(pdf.len(), Ordering::Relaxed);
        }
        Ok::<(), MonthError>(())
    };
    std::thread::scope(|scope| {
        let printers: Vec<_> = (0..cores).map(|_| scope.spawn(print)).collect();
        let failed = |_| MonthError::Still("a printer panicked".to_owned());
        printers.into_iter().try_for_each(|printer| printer.join().map_err(failed)?)
    })?;
    Ok(Printed { count: invoices.len(), bytes: bytes.into_inner(), took: began.elapsed(), cores })
}

impl Measured {
    /// All figures.
    pub(crate) fn figures(&self, meter: &Meter) -> Vec<Value> {
        let counts = self.run.counts;
        let mut all = vec![
            figure("families", "", self.families as f64),
            figure("import", "s", self.imported.as_secs_f64()),
            figure("invoices", "", f64::from(counts.invoices)),
            figure("charged", "cents", counts.total as f64),
            figure("left_out", "", f64::from(counts.left)),
            figure("pdfs_filed", "", self.filed as f64),
            figure("mails_sent", "", meter.count(Deed::Mailed) as f64),
        ];
        all.extend(self.speeds(meter));
        for function in ["billing", "mailer"] {
            all.extend(per_invoice(function, meter.asked(function), counts.invoices));
        }
        all.extend(self.resident.map(|held| figure("resident_before_the_run", "MB", held as f64)));
        all.extend(self.peak.map(|held| figure("resident_peak_of_the_run", "MB", held as f64)));
        all
    }

    fn speeds(&self, meter: &Meter) -> Vec<Value> {
        let at = |deed| meter.deed(deed);
        let (Some(opened), Some(drafted), Some(begun), Some(committed), Some(stored), Some(mailed)) = (
            at(Deed::Opened),
            at(Deed::Drafted),
            at(Deed::Begun),
            at(Deed::Committed),
            at(Deed::Stored),
            at(Deed::Mailed),
        ) else {
            return Vec::new();
        };
        let Printed { count, bytes, took, cores } = self.printed;
        vec![
            rate("drafts_per_second", drafted.count, begun.to - opened.to),
            rate("invoices_committed_per_second", committed.count, committed.to - begun.to),
            rate("drafted_and_committed_per_second", committed.count, committed.to - opened.to),
            rate("pdfs_to_bytes_per_second", count, took),
            figure("cores", "", cores as f64),
            figure("pdf", "bytes", bytes as f64 / count.max(1) as f64),
            rate("pdfs_stored_per_second", stored.count, stored.took()),
            rate("mails_per_second", mailed.count, mailed.took()),
            figure("opened_to_last_invoice", "s", (committed.to - opened.to).as_secs_f64()),
            figure("opened_to_last_pdf", "s", (stored.to - opened.to).as_secs_f64()),
            figure("opened_to_last_mail", "s", (mailed.to - opened.to).as_secs_f64()),
            figure("whole_way_per_family", "ms", (mailed.to - opened.to).as_secs_f64() * 1000.0 / self.families as f64),
        ]
    }
}

fn per_invoice(function: &str, asked: Asked, invoices: u32) -> Vec<Value> {
    let invoices = f64::from(invoices.max(1));
    let name = |what: &str| format!("{function}_{what}_per_invoice");
    vec![
        figure(&name("round_trips"), "calls", asked.calls as f64 / invoices),
        figure(&name("read"), "capacity units", asked.read / invoices),
        figure(&name("written"), "capacity units", asked.written / invoices),
    ]
}

fn rate(name: &str, count: usize, took: Duration) -> Value {
    figure(name, "per second", count as f64 / took.as_secs_f64().max(f64::EPSILON))
}

fn figure(name: &str, unit: &str, value: f64) -> Value {
    json!({ "figure": name, "unit": unit, "value": (value * 1000.0).round() / 1000.0 })
}
