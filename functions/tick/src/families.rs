//! The agents' table of families: once an hour each row is held to what it is made of.

use domain::day::paris_day;
use lambda::Error;
use store::records::DirectoryRecord;
use store::{keys, listed};

use crate::TickApp;
use crate::about::About;

/// Goes on with the round of the hour; how many families had something to be written.
pub(crate) async fn list(app: &TickApp, about: &mut About<'_>) -> Result<usize, Error> {
    let (today, organisation) = (paris_day(app.clock.now().business), about.organisation);
    let span = keys::directory(&organisation.id);
    let round = about.round::<DirectoryRecord>(&app.table, (listed::JOB, about.turn), span).await?;
    let Some(mut round) = round else { return Ok(0) };
    let mut written = 0;
    while let Some((item, entry)) = round.next(about.spending).await? {
        let looked_at = match entry {
            Ok(entry) => listed::refresh(&app.table, organisation, (&entry.family, &entry.name), today).await,
            Err(error) => Err(error),
        };
        written += about.looked_at(listed::JOB, &item, looked_at.map_err(Error::from));
    }
    Ok(written)
}
