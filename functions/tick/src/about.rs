//! What a job of an hour is given: an organisation, and what the call may still spend.

use domain::organisation::Organisation;
use lambda::Error;
use lambda::budget::Spending;
use serde::de::DeserializeOwned;
use store::keys::Span;
use store::{RoundOver, Table};

use crate::report::Report;

/// What a job of an organisation is given.
pub(crate) struct About<'a> {
    /// Whose items it goes over.
    pub(crate) organisation: &'a Organisation,
    /// Which hour it is: a job that is done in it is not begun again.
    pub(crate) turn: &'a str,
    /// What the call may still spend.
    pub(crate) spending: &'a Spending,
    /// Where failures are collected.
    pub(crate) report: &'a mut Report,
}

impl About<'_> {
    /// A round of a job over records of this organisation; none where it is done in this turn.
    pub(crate) async fn round<'t, R: DeserializeOwned>(
        &self,
        table: &'t Table,
        (job, turn): (&str, &str),
        span: Span,
    ) -> Result<Option<RoundOver<'t, R>>, Error> {
        Ok(RoundOver::open(table, (job, self.organisation.id.as_str(), turn), span).await?)
    }

    /// What became of one item of a job: how many it counts for.
    pub(crate) fn looked_at(&mut self, job: &str, item: &str, came_to_something: Result<bool, Error>) -> usize {
        match came_to_something {
            Ok(came_to_something) => usize::from(came_to_something),
            Err(error) => {
                self.report.failed(job, &format!("{} {item}", self.organisation.id), &error.to_string());
                0
            }
        }
    }
}
