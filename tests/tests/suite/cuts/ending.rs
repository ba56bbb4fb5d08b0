//! What a month has come to: invoices, numbers, papers and mails, so that two months can be compared.

use std::collections::{BTreeMap, BTreeSet};

use domain::invoice::Line;
use secret::sha256;
use serde_json::Value;
use store::keys;
use store::records::{InvoiceRecord, Message, OutboxStatus, PeriodRecord};
use tests::village::family_id;

use super::rig::{Month, has_ended};

/// The end of a month, without the name of its village.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// By family: number, total and lines.
    pub(crate) invoices: BTreeMap<String, (String, i64, Vec<Line>)>,
    /// By family, what is carried to the next month.
    pub(crate) carried: BTreeMap<String, i64>,
    /// The families an agent is told of.
    pub(crate) left: BTreeSet<String>,
    /// By its place in storage, the digest of each paper.
    papers: BTreeMap<String, String>,
    /// How many of each the run says it made.
    counts: [Value; 3],
    /// Who has a mail, and about which invoice.
    told: BTreeSet<(String, String)>,
}

impl Ending {
    /// Holds one end against another.
    pub(crate) fn agrees(&self, other: &Self, place: &str) {
        let (one, other) = (self.told_line_by_line(), other.told_line_by_line());
        let apart: Vec<&String> = one.symmetric_difference(&other).collect();
        assert!(apart.is_empty(), "{place}: {apart:#?}");
    }

    fn told_line_by_line(&self) -> BTreeSet<String> {
        let Self { invoices, carried, left, papers, counts, told } = self;
        let invoices = invoices.iter().map(|one| format!("{one:?}"));
        let carried = carried.iter().map(|one| format!("carried {one:?}"));
        let left = left.iter().map(|one| format!("left {one}"));
        let papers = papers.iter().map(|one| format!("{one:?}"));
        let told = told.iter().map(|one| format!("told {one:?}"));
        invoices.chain(carried).chain(left).chain(papers).chain(told).chain([format!("{counts:?}")]).collect()
    }

    /// Of a month that is done, with its families; refuses what may never be, whatever happened on the way.
    /// A send that was cut may be repeated once for each of these.
    pub(crate) async fn of(month: &Month<'_>, families: usize, repeats: usize) -> Self {
        let (mut invoices, mut carried) = (BTreeMap::new(), BTreeMap::new());
        for family in (0..families).map(family_id) {
            let span = keys::account_of_family(&month.organisation, &family.parse().unwrap());
            let items = month.rig.town.table().query_mixed(&span).await.unwrap();
            let some: Vec<InvoiceRecord> = items.of().unwrap();
            assert!(some.len() <= 1 && some.iter().all(|one| one.filed), "{some:?}");
            for one in some {
                invoices.insert(family.clone(), (one.number, one.total, one.lines));
            }
            for period in items.of::<PeriodRecord>().unwrap() {
                assert_eq!(period.invoice.as_ref(), invoices.get(&family).map(|one| &one.0), "{family}");
                if period.carried != 0 {
                    carried.insert(family.clone(), period.carried);
                }
            }
        }
        holds(month).await;
        let papers = papers(month);
        let mut numbers: Vec<&str> = invoices.values().map(|one| one.0.as_str()).collect();
        numbers.sort_unstable();
        let expected: Vec<String> = (1..=invoices.len()).map(|number| format!("2015-{number:05}")).collect();
        assert_eq!(numbers, expected, "1..n without a gap");
        let shown = month.treasurer.get(&month.address()).await.ok();
        let left = shown["drafts"].as_array().unwrap().iter().map(|draft| draft["family"].as_str().unwrap().to_owned());
        let counts = ["invoices", "carried", "left"].map(|name| shown["run"]["counts"][name].clone());
        let told = told(month, repeats).await;
        Self { carried, left: left.collect(), papers, counts, told, invoices }
    }
}

/// The books, numbers and places hold; what is said of the poisoned family is that it cannot be read.
async fn holds(month: &Month<'_>) {
    let report = preau_check::check(&month.rig.town.table(), None, &month.organisation).await.unwrap();
    assert!(report.sums.hold(), "{report}");
    let poisoned =
        |finding: &preau_check::Finding| finding.family.as_ref().is_some_and(|family| month.poisoned(family));
    assert!(report.findings.iter().all(poisoned), "{report}");
}

/// The stored papers; a key has one.
fn papers(month: &Month<'_>) -> BTreeMap<String, String> {
    let mut papers = BTreeMap::new();
    for entry in std::fs::read_dir(month.rig.town.data().join("objects")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let head: Value = serde_json::from_slice(&bytes[..end]).unwrap();
        assert!(bytes[end + 1..].starts_with(b"%PDF-"));
        let text: String = bytes[end + 1..].iter().map(|byte| char::from(*byte)).collect();
        let key = head["key"].as_str().unwrap();
        // The demo has papers too.
        if let Some(key) = key.strip_prefix(&format!("invoices/{}/", month.organisation)) {
            assert!(papers.insert(key.to_owned(), sha256(&text)).is_none());
        }
    }
    papers
}

/// Who is told of what. Each mail has ended, each that was sent is in the mailbox, and hardly any twice.
async fn told(month: &Month<'_>, repeats: usize) -> BTreeSet<(String, String)> {
    let mut copies: BTreeMap<(String, String), usize> = BTreeMap::new();
    for mail in month.rig.town.portal.mails().unwrap() {
        if let Some((_, number)) = mail.subject.split_once("2015-") {
            *copies.entry((mail.to, format!("2015-{}", &number[..5]))).or_default() += 1;
        }
    }
    let twice: usize = copies.values().map(|count| count - 1).sum();
    assert!(twice <= repeats, "{copies:?}");
    let mut told = BTreeSet::new();
    for mail in month.mails().await {
        assert!(has_ended(&mail), "{mail:?}");
        let Message::InvoiceIssued { number, .. } = mail.message else { continue };
        // The mail to the family has become one to each adult.
        if !mail.to.is_empty() {
            let one = (mail.to, number);
            assert!(mail.status == OutboxStatus::Unknown || copies.contains_key(&one), "{one:?} is said to be sent");
            assert_ne!(mail.status, OutboxStatus::Refused, "{one:?}");
            told.insert(one);
        }
    }
    told
}
