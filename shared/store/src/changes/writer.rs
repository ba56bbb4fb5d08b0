//! Writes a planning: again while somebody is faster, each time with what failed writes have taught.

use super::learned::Learned;
use super::writing::{Finished, Maker, Writing};
use crate::{Attempts, Busy, Facts, Patience, StoreError, Table, Transaction, Written};
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
