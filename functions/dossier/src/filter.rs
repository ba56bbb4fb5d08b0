//! Which families of the agents' table are asked for: every condition that is said must hold.

use domain::day::Day;
use domain::invoice::days_late;
use domain::text::searched;
use store::records::{AwaitedRecord, ListedRecord, Portal};
use web::{ApiError, Call};

/// The conditions of a call.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// No mél is known.
    without_mel: bool,
    /// No adult has an account.
    never_signed_in: bool,
    /// No quotient holds today.
    without_quotient: bool,
    /// A required piece is missing.
    piece_missing: bool,
    /// A child goes to this school.
    school: Option<String>,
    /// A child is in this class.
    class: Option<String>,
    /// Something is owed whose day is over for more than so many days.
    owes_days: Option<u32>,
}

/// A family of the table, with what is awaited of it.
pub(crate) struct Row {
    pub(crate) listed: ListedRecord,
    pub(crate) awaited: Option<AwaitedRecord>,
}

impl Row {
    /// How many days the oldest debt is late; none when nothing is owed.
    pub(crate) fn late(&self, today: Day) -> Option<u32> {
        let awaited = self.awaited.as_ref().filter(|awaited| awaited.owed > 0)?;
        awaited.due.map(|due| days_late(due, today))
    }

    pub(crate) fn missing(&self) -> usize {
        self.awaited.as_ref().map_or(0, |awaited| awaited.missing)
    }

    pub(crate) fn quotient(&self, today: Day) -> Option<u32> {
        self.listed.situations.on(today).0.map(|quotient| quotient.0)
    }
}

impl Filter {
    /// What a call asks for.
    pub(crate) fn of(call: &Call) -> Result<Self, ApiError> {
        let said = |name: &str, word: &str| match call.query(name).as_deref() {
            None | Some("") => Ok(false),
            Some(given) if given == word => Ok(true),
            Some(_) => Err(ApiError::invalid(name, "Cette condition n’existe pas.")),
        };
        let text = |name: &str| match call.query(name) {
            Some(text) if text.chars().count() > 60 => Err(ApiError::invalid(name, "60 caractères au plus.")),
            text => Ok(text.map(|text| searched(text.trim())).filter(|text| !text.is_empty())),
        };
        let days = call.query("owes_days").filter(|text| !text.is_empty()).map(|text| {
            let days = text.parse::<u32>().ok().filter(|days| *days <= 3660);
            days.ok_or_else(|| ApiError::invalid("owes_days", "Écrivez un nombre de jours, de 0 à 3660."))
        });
        Ok(Self {
            without_mel: said("mel", "none")?,
            never_signed_in: said("portal", "never")?,
            without_quotient: said("quotient", "unknown")?,
            piece_missing: said("pieces", "missing")?,
            school: text("school")?,
            class: text("class")?,
            owes_days: days.transpose()?,
        })
    }

    /// Whether a family is asked for. The school and the class are those of one child.
    pub(crate) fn holds(&self, row: &Row, today: Day) -> bool {
        let is = |known: &Option<String>, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| known.as_ref().is_some_and(|known| searched(known) == *wanted))
        };
        let somewhere = self.school.is_none() && self.class.is_none();
        let child =
            || row.listed.children.iter().any(|child| is(&child.school, &self.school) && is(&child.class, &self.class));
        (!self.without_mel || row.listed.mel.is_empty())
            && (!self.never_signed_in || row.listed.portal != Portal::Member)
            && (!self.without_quotient || row.quotient(today).is_none())
            && (!self.piece_missing || row.missing() > 0)
            && self.owes_days.is_none_or(|days| row.late(today).is_some_and(|late| late > days))
            && (somewhere || child())
    }
}
