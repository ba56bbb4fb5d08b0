//! Writes a planning: again while somebody is faster, each time with what failed writes have taught.

use std::collections::{BTreeSet, HashSet};

use super::writing::{Maker, Writing};
use crate::{Attempts, Busy, Facts, Patience, StoreError, Table, Transaction, Written};
use domain::capacity::Waiting;
use domain::day::Day;
use domain::id::{ActivityId, ChildId};
use domain::organisation::Organisation;

/// The tries of one change of a planning, or of several that follow each other. What a failed write teaches is known to
/// the next try:
///
/// ```ignore
/// let mut writer = Writer::new(&table, Patience::PERSON);
/// loop {
///     writer.next().await?;
///     // read, decide
///     let mut writing = writer.begin(asked.begin(), maker, &organisation, &facts);
///     writing.try_step(child, &step);
///     if let Some(after) = writer.write(writing).await? {
///         return Ok(…);
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Writer<'t> {
    table: &'t Table,
    patience: Patience,
    attempts: Attempts,
    learned: Learned,
}

/// What failed writes taught: places other families hold, those in a line whose booking is gone, mails that went.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    held: HashSet<(ChildId, ActivityId, Day)>,
    gone: HashSet<String>,
    told: HashSet<String>,
}

/// Where in a transaction what may fail for a reason of its own lies.
#[derive(Debug)]
pub(super) enum Mark {
    /// A booking that is made, and its place: the place alone fails when another family holds it.
    Place { cell: (ChildId, ActivityId, Day), booking: usize, place: usize },
    /// The booking and the place of a promoted child: they fail when the line knew a child that is gone.
    Promoted { gone: String, booking: usize, place: usize },
    /// A mail that goes once: it fails when it went.
    Told { mail: String, at: usize },
}

/// A transaction that is ready, and the facts as they are once it is written.
pub(super) struct Finished {
    pub(super) transaction: Transaction,
    pub(super) marks: Vec<Mark>,
    pub(super) after: Facts,
}

impl<'t> Writer<'t> {
    /// No try is made yet, nothing learned. Each transaction that is written has this patience.
    pub fn new(table: &'t Table, patience: Patience) -> Self {
        Self { table, patience, attempts: Attempts::of(patience), learned: Learned::default() }
    }

    /// Begins the next try: at once the first time and after a success, else after a pause.
    pub async fn next(&mut self) -> Result<(), Busy> {
        self.attempts.next().await
    }

    /// What failed writes taught so far.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Begins a transaction with what guards it: conditions on the caller and on what was read.
    pub fn begin<'a>(
        &self,
        begun: Transaction,
        maker: Maker<'a>,
        organisation: &'a Organisation,
        facts: &'a Facts,
    ) -> Writing<'a> {
        Writing::new(begun, maker, (organisation, facts), self.learned.clone())
    }

    /// Writes it; the facts as they are then, or none where somebody was faster: read and decide again.
    pub async fn write(&mut self, writing: Writing<'_>) -> Result<Option<Facts>, StoreError> {
        let Finished { transaction, marks, after } = writing.finish();
        match self.attempts.wrote(self.table.write(transaction).await)? {
            Written::Yes => {
                self.learned.learn_from_success(marks);
                self.attempts = Attempts::of(self.patience);
                Ok(Some(after))
            }
            Written::Faster(failed) => {
                self.learned.learn_from_failure(&failed, marks);
                Ok(None)
            }
        }
    }
}

impl Learned {
    /// Whether another family holds the place of a child's cell.
    pub fn is_held(&self, child: &ChildId, activity: &ActivityId, day: Day) -> bool {
        self.held.contains(&(child.clone(), activity.clone(), day))
    }

    /// The cells of a child whose place another family holds.
    pub fn held_of(&self, child: &ChildId) -> BTreeSet<(ActivityId, Day)> {
        let held = self.held.iter().filter(|(of, ..)| of == child);
        held.map(|(_, activity, day)| (activity.clone(), *day)).collect()
    }

    /// Whether the booking of somebody in a line is gone.
    pub(super) fn is_gone(&self, waiting: &Waiting, day: Day) -> bool {
        self.gone.contains(&gone_key(waiting, day))
    }

    /// Whether a mail that goes once went.
    pub(super) fn is_told(&self, mail: &str) -> bool {
        self.told.contains(mail)
    }

    fn learn_from_success(&mut self, marks: Vec<Mark>) {
        for mark in marks {
            if let Mark::Told { mail, .. } = mark {
                self.told.insert(mail);
            }
        }
    }

    /// What failed conditions teach for the next try.
    pub(super) fn learn_from_failure(&mut self, failed: &[usize], marks: Vec<Mark>) {
        for mark in marks {
            match mark {
                Mark::Place { cell, booking, place } if failed.contains(&place) && !failed.contains(&booking) => {
                    self.held.insert(cell);
                }
                Mark::Promoted { gone, booking, place } if failed.contains(&booking) || failed.contains(&place) => {
                    self.gone.insert(gone);
                }
                Mark::Told { mail, at } if failed.contains(&at) => {
                    self.told.insert(mail);
                }
                _ => {}
            }
        }
    }
}

/// Names somebody's stay in a line.
pub(super) fn gone_key(waiting: &Waiting, day: Day) -> String {
    format!("{day}#{}#{}#{}", waiting.ticket, waiting.child, waiting.activity)
}
