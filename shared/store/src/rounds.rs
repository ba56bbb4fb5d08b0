//! Rounds of scheduled work: each goes over items in key order, writes down how far it is, and goes on there.

use std::collections::VecDeque;

use lambda::budget::Spending;
use serde::de::DeserializeOwned;

use crate::keys::Span;
use crate::records::RoundRecord;
use crate::{StoreError, Table, Transaction, keys, was_first};

/// How often, in items, it is written down how far a round is.
const OFTEN: usize = 50;

/// A round that is going on.
#[derive(Debug)]
pub struct Round<'a> {
    table: &'a Table,
    record: RoundRecord,
    since_kept: usize,
}

impl<'a> Round<'a> {
    /// The round of a job in this turn: a new one, or the one that stopped; none once it is done.
    /// A round that an earlier turn left unfinished is taken up where it stopped, so that nobody waits twice.
    pub async fn open(table: &'a Table, job: &str, of: &str, turn: &str) -> Result<Option<Self>, StoreError> {
        let known: Option<RoundRecord> = table.get(&keys::round(job, of)).await?;
        let record = match known {
            Some(known) if known.turn == turn || !known.done => known,
            other => RoundRecord {
                job: job.to_owned(),
                of: of.to_owned(),
                turn: turn.to_owned(),
                reach: None,
                done: false,
                version: other.map_or(0, |other| other.version),
            },
        };
        Ok((!record.done).then_some(Self { table, record, since_kept: 0 }))
    }

    /// The round of a job that stopped before its end, if there is one.
    pub async fn unfinished(table: &'a Table, job: &str, of: &str) -> Result<Option<Self>, StoreError> {
        let known: Option<RoundRecord> = table.get(&keys::round(job, of)).await?;
        Ok(known.filter(|known| !known.done).map(|record| Self { table, record, since_kept: 0 }))
    }

    /// Which turn it is.
    pub fn turn(&self) -> &str {
        &self.record.turn
    }

    /// The last item that was looked at.
    pub fn reach(&self) -> Option<&str> {
        self.record.reach.as_deref()
    }

    /// An item was looked at, whatever came of it. Says whether this call goes on: it stops
    /// where another call has kept the same progress, and goes on from there.
    pub async fn reached(&mut self, item: &str) -> Result<bool, StoreError> {
        self.record.reach = Some(item.to_owned());
        self.since_kept += 1;
        if self.since_kept < OFTEN { Ok(true) } else { self.keep().await }
    }

    /// The budget of this call is used up: the next one goes on from here.
    pub async fn pause(&mut self) -> Result<(), StoreError> {
        self.keep().await.map(drop)
    }

    /// All items were looked at.
    pub async fn finish(&mut self) -> Result<(), StoreError> {
        if self.record.version == 0 && self.record.reach.is_none() {
            // Nothing was there to be looked at: nothing to be remembered.
            return Ok(());
        }
        self.record.done = true;
        self.keep().await.map(drop)
    }

    /// Writes down how far it is; says whether nobody else was faster.
    async fn keep(&mut self) -> Result<bool, StoreError> {
        let read = self.record.version;
        self.record.version += 1;
        self.since_kept = 0;
        let mut transaction = Transaction::of_system();
        transaction.put_over(&self.record, read);
        was_first(self.table.write(transaction).await)
    }
}

/// A round over the records of a span.
#[derive(Debug)]
pub struct RoundOver<'a, R> {
    round: Round<'a>,
    walk: Walk<'a, R>,
    in_hand: Option<String>,
}

impl<'a, R: DeserializeOwned> RoundOver<'a, R> {
    /// As [`Round::open`].
    pub async fn open(
        table: &'a Table,
        (job, of, turn): (&str, &str, &str),
        span: Span,
    ) -> Result<Option<Self>, StoreError> {
        let round = Round::open(table, job, of, turn).await?;
        let over = |round: Round<'a>| Self { walk: Walk::after(table, span, round.reach()), round, in_hand: None };
        Ok(round.map(over))
    }

    /// The item in hand is not done within this call: the next one begins with it again.
    pub async fn pause(mut self) -> Result<(), StoreError> {
        self.round.pause().await
    }

    /// Goes on with a round that stopped before its end, if there is one.
    pub async fn unfinished(table: &'a Table, (job, of): (&str, &str), span: Span) -> Result<Option<Self>, StoreError> {
        let round = Round::unfinished(table, job, of).await?;
        let over = |round: Round<'a>| Self { walk: Walk::after(table, span, round.reach()), round, in_hand: None };
        Ok(round.map(over))
    }

    /// Which turn it is.
    pub fn turn(&self) -> &str {
        self.round.turn()
    }

    /// The next record that is within the budget, or why it cannot be read: the one before is looked at, whatever came of it.
    /// None once all are, once the budget is used up, or where another call has come as far and goes on.
    pub async fn next(&mut self, spending: &Spending) -> Result<Option<(String, Result<R, StoreError>)>, StoreError> {
        if let Some(item) = self.in_hand.take()
            && !self.round.reached(&item).await?
        {
            return Ok(None);
        }
        let Some((item, record)) = self.walk.next().await? else {
            self.round.finish().await?;
            return Ok(None);
        };
        if !spending.take() {
            self.round.pause().await?;
            return Ok(None);
        }
        self.in_hand = Some(item.clone());
        Ok(Some((item, record)))
    }
}

/// The records of a span in key order, read a page at a time; each is read by itself, so that one that cannot be read
/// holds back none of the others.
#[derive(Debug)]
pub struct Walk<'a, R> {
    table: &'a Table,
    span: Span,
    after: Option<String>,
    page: VecDeque<(String, Result<R, StoreError>)>,
    ended: bool,
}

/// How many items one page has.
const PAGE: usize = 200;

impl<'a, R: DeserializeOwned> Walk<'a, R> {
    /// From the first item after a sort key.
    pub fn after(table: &'a Table, span: Span, reach: Option<&str>) -> Self {
        Self { table, span, after: reach.map(str::to_owned), page: VecDeque::new(), ended: false }
    }

    /// The next item: its sort key, and the record, or why it cannot be read.
    pub async fn next(&mut self) -> Result<Option<(String, Result<R, StoreError>)>, StoreError> {
        while self.page.is_empty() && !self.ended {
            let listed = self.table.list_after(&self.span, self.after.as_deref(), PAGE).await?;
            self.ended = !listed.more();
            let page = listed.each().map(|item| item.map(|(key, record)| (key.sk, record)));
            self.page = page.collect::<Result<_, _>>()?;
            self.after = self.page.back().map(|(item, _)| item.clone()).or_else(|| self.after.take());
        }
        Ok(self.page.pop_front())
    }
}
