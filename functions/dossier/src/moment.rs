//! How a moment is said.

use domain::day::{full_date, hour, in_paris, paris_day};

/// `mardi 26 mai 2015 à 8 h 03`.
pub(crate) fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("{} à {}", full_date(paris_day(at)), hour(in_paris(at).time()))
}
