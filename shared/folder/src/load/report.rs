//! What an import did, in words.

use std::fmt;

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The organisation's name.
    pub organisation: String,
    /// Rows that were not known.
    pub created: usize,
    /// Rows that say something else than before.
    pub changed: usize,
    /// Rows that say the same.
    pub unchanged: usize,
    /// Rows that are gone from the files; what they once made is left alone.
    pub left: Vec<String>,
    /// News and menus that an agent has written since; the folder says nothing of them any more.
    pub edited: Vec<String>,
    /// Bookings that were there already, made by somebody else than an import.
    pub kept: Vec<String>,
    /// Bookings that need a ticket and found none.
    pub without_ticket: Vec<String>,
}

/// How a booking is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Mark, booking and place.
    Whole,
    /// The place is held: the mark alone, so that no later import asks again.
    MarkOnly,
    /// Another import was faster.
    Nothing,
}

impl Report {
    pub(super) fn of(organisation: &str) -> Self {
        Self { organisation: organisation.to_owned(), ..Self::default() }
    }

    /// Counts a booking by how it was written.
    pub(super) fn count(&mut self, way: Way, row: impl FnOnce() -> String) {
        match way {
            Way::Whole => self.created += 1,
            Way::MarkOnly => self.kept.push(row()),
            Way::Nothing => self.unchanged += 1,
        }
    }

    /// Whether nothing was written.
    pub fn is_unchanged(&self) -> bool {
        self.created + self.changed == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { organisation, created, changed, unchanged, left, edited, kept, without_ticket } = self;
        write!(f, "{organisation} : {}, ", counted(*created, "créée"))?;
        write!(f, "{}, {}.", counted(*changed, "modifiée"), counted(*unchanged, "inchangée"))?;
        named(f, "Ces réservations existaient déjà et restent comme elles sont", kept)?;
        named(f, "Ces réservations ne sont pas faites : la famille n’a plus de ticket", without_ticket)?;
        named(f, "Un agent a écrit ceci depuis, et cela reste comme il l’a écrit", edited)?;
        named(f, "Ces lignes ne sont plus dans les fichiers ; ce qu’elles ont créé est laissé tel quel", left)
    }
}

fn counted(count: usize, participle: &str) -> String {
    let plural = if count > 1 { "s" } else { "" };
    format!("{count} ligne{plural} {participle}{plural}")
}

/// How many rows are named before the rest is only counted.
const NAMED: usize = 10;

fn named(f: &mut fmt::Formatter<'_>, said: &str, rows: &[String]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rows.iter().take(NAMED).map(|row| row_in_words(row)).collect();
    write!(f, "\n{said} : {}", names.join(" ; "))?;
    match rows.len().saturating_sub(NAMED) {
        0 => write!(f, "."),
        more => write!(f, " ; et {more} de plus."),
    }
}

fn row_in_words(row: &str) -> String {
    let parts: Vec<&str> = row.split('/').collect();
    match parts.as_slice() {
        ["news", id] => format!("actualité {id}"),
        ["menu", activity, monday] => format!("menu {activity}, semaine du {monday}"),
        ["family", family] => format!("famille {family}"),
        ["adult", family, adult] => format!("adulte {adult} de {family}"),
        ["booking", child, activity, day] => format!("réservation {child}, {activity}, {day}"),
        _ => row.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_what_is_left_and_counts_the_rest() {
        let left = (10..25).map(|day| format!("booking/chloe/cantine/2015-05-{day}")).collect();
        let report = Report { created: 1, changed: 0, unchanged: 2, left, ..Report::of("Commune de Jumex") };
        let said = report.to_string();
        assert!(said.starts_with("Commune de Jumex : 1 ligne créée, 0 ligne modifiée, 2 lignes inchangées."), "{said}");
        assert!(said.contains("réservation chloe, cantine, 2015-05-10 ;"), "{said}");
        assert!(said.ends_with("; et 5 de plus."), "{said}");
    }
}
