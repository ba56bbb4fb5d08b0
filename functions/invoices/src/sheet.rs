//! Sheets with the books of many families, part by part: amounts, and the note that one was taken out.

use domain::id::FamilyId;
use store::records::{SecurityEvent, SecurityEventRecord};
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply, sheet};

use crate::everyone;

/// A part of the sheet as an answer: the first one has the head; a header says after whom it goes on.
pub(crate) fn part(
    head: &[&str],
    rows: Vec<Vec<String>>,
    call: &Call,
    next: Option<FamilyId>,
) -> Result<Reply, ApiError> {
    let head = everyone::after(call)?.is_none().then_some(head);
    let reply = sheet::reply(head, &rows)?;
    Ok(match next {
        Some(next) => reply.goes_on_after(next.to_string()),
        None => reply,
    })
}

/// What comes before a file with the data of many families: the second factor, shown a moment ago. Keeps for those who
/// administer that the file is taken out: once, with its first part.
pub(crate) async fn note_export(app: &App, desk: &DeskCall, call: &Call, file: &str) -> Result<(), ApiError> {
    desk.demand_proof()?;
    if everyone::after(call)?.is_some() {
        return Ok(());
    }
    let (who, wall) = (desk.access.said.clone(), desk.moment.wall);
    let event = SecurityEventRecord::new(&desk.organisation, SecurityEvent::Exported, who, file, "", wall);
    let mut transaction = desk.begin();
    transaction.put_new(&event);
    Ok(app.table.write(transaction).await?)
}

/// `65,10`, from cents that are 0 or more.
pub(crate) fn amount(cents: i64) -> String {
    format!("{},{:02}", cents / 100, cents.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn cents_are_two_digits_behind_a_comma() {
        assert_eq!((amount(6510), amount(5)), ("65,10".to_owned(), "0,05".to_owned()));
    }
}
