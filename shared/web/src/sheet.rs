//! A sheet that French spreadsheets open: UTF-8 with its mark, columns separated by `;`.

use super::{ApiError, Reply};

/// The sheet as an answer; a further part of one has no head.
pub fn reply(head: Option<&[&str]>, rows: &[Vec<String>]) -> Result<Reply, ApiError> {
    let text = write(head, rows).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Reply::file("text/csv; charset=utf-8", text))
}

fn write(head: Option<&[&str]>, rows: &[Vec<String>]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mark = if head.is_some() { "\u{feff}" } else { "" };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(mark.as_bytes().to_vec());
    if let Some(head) = head {
        writer.write_record(head)?;
    }
    for row in rows {
        writer.write_record(row.iter().map(|cell| plain(cell)))?;
    }
    writer.into_inner().map_err(|error| error.to_string().into())
}

/// A cell that a spreadsheet would take for a formula is made a text.
fn plain(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_a_text_and_separators_are_quoted() {
        let rows = vec![vec!["=HYPERLINK(\"x\")".to_owned(), "a;b".to_owned(), "65,10".to_owned(), "0,05".to_owned()]];
        let text = String::from_utf8(write(Some(&["un", "deux", "trois", "quatre"]), &rows).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}un;deux;trois;quatre\r\n\"'=HYPERLINK(\"\"x\"\")\";\"a;b\";65,10;0,05\r\n");
        let rest = String::from_utf8(write(None, &rows[..1]).unwrap()).unwrap();
        assert!(text.ends_with(&rest) && rest.lines().count() == 1, "a further part has rows alone: {rest}");
    }
}
