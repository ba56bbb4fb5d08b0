//! Factur-X: what an invoice says as data, in a file within its PDF. Its smallest profile, MINIMUM, is all our invoices
//! can fill without inventing anything: the next one wants to know why there is no VAT, which nobody has told us.

mod data;
mod packet;

use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::metadata::DateTime;

pub(crate) use data::data;
pub(crate) use packet::announce;

/// What an invoice must know of itself beyond its words, so that a program can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Electronic {
    /// What it is.
    pub kind: Kind,
    /// `2015-00042`.
    pub number: String,
    /// Who invoices, in the French register: nine digits.
    pub siren: String,
}

/// What an invoice is for those who book it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It asks for money.
    Invoice,
    /// It gives some back: its total is below zero on paper, and above in the data, where the kind says the direction.
    CreditNote,
}

/// The SIREN that the printed lines of a seller say: after that word, or the first nine digits of the SIRET.
pub fn siren(seller: &[String]) -> Option<String> {
    seller.iter().find_map(|line| digits_after(line, "SIRET", 14).or_else(|| digits_after(line, "SIREN", 9)))
}

/// The first nine of the digits after a word, when there are exactly so many.
fn digits_after(line: &str, word: &str, length: usize) -> Option<String> {
    let after = line.to_ascii_uppercase().find(word)? + word.len();
    let digits: String = line[after..]
        .trim_start_matches(|letter: char| !letter.is_ascii_digit())
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || letter.is_whitespace() || *letter == '.')
        .filter(char::is_ascii_digit)
        .collect();
    (digits.len() == length).then(|| digits.chars().take(9).collect())
}

/// The data as the file that Factur-X wants: its name, its type, and that it is where the page's words come from.
pub(crate) fn file(data: Vec<u8>, made: DateTime) -> EmbeddedFile {
    EmbeddedFile {
        path: "factur-x.xml".to_owned(),
        mime_type: MimeType::new("text/xml"),
        description: Some("Facture électronique Factur-X".to_owned()),
        association_kind: AssociationKind::Data,
        data: data.into(),
        modification_date: Some(made),
        compress: Some(true),
        location: None,
    }
}

#[cfg(test)]
mod tests {
    use super::siren;

    #[test]
    fn a_siren_is_read_where_all_its_digits_are() {
        let read = |line: &str| siren(&["Commune de Jumex".to_owned(), line.to_owned()]);
        let found = Some("214501234".to_owned());
        assert_eq!(read("SIRET 214 501 234 00011"), found);
        assert_eq!(read("N° Siret : 21450123400011 – APE 8411Z"), found);
        assert_eq!(read("SIREN 214.501.234 RCS Orléans"), found);
        assert_eq!(read("SIREN/SIRET\u{a0}214\u{202f}501\u{202f}234\u{202f}00011"), found);
        assert_eq!(read("SIRET 214 501 234 0001"), None, "a digit is missing");
        assert_eq!(read("SIRET 214 501 234 000111"), None, "one too many");
        assert_eq!(read("SIRET en cours"), None);
        assert_eq!(read("214 501 234 00011"), None, "nothing says what it is");
    }
}
