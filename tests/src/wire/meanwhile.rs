//! Something that happens just before a function writes, and what becomes of all it then tries to write.

use std::pin::Pin;

use super::Sent;

/// What happens.
pub(super) type Happening = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What became of the transactions of a function since something happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// How many were refused.
    pub refused: usize,
    /// How many were written.
    pub written: usize,
}

/// Waits for a transaction of a function; from then on counts what becomes of each.
pub(super) struct Meanwhile {
    function: String,
    /// How many of its transactions pass before.
    after: usize,
    happening: Option<Happening>,
    since: Since,
}

impl Meanwhile {
    pub(super) fn new(function: &str, after: usize, happening: Happening) -> Self {
        Self { function: function.to_owned(), after, happening: Some(happening), since: Since::default() }
    }

    /// Whether this call is one of those it is about.
    pub(super) fn is_about(&self, sent: &Sent) -> bool {
        sent.function == self.function && sent.operation == "TransactWriteItems"
    }

    /// What happens before this call, if something does.
    pub(super) fn take(&mut self) -> Option<Happening> {
        match self.after.checked_sub(1) {
            Some(fewer) => {
                self.after = fewer;
                None
            }
            None => self.happening.take(),
        }
    }

    /// Counts a call that was answered.
    pub(super) fn count(&mut self, written: bool) {
        match (self.happening.is_some(), written) {
            (true, _) => {}
            (false, true) => self.since.written += 1,
            (false, false) => self.since.refused += 1,
        }
    }

    /// None when it never happened.
    pub(super) fn since(&self) -> Option<Since> {
        self.happening.is_none().then_some(self.since)
    }
}
