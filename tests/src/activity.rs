//! The activities of a village, as its `activities.toml` says them.

use std::fmt::{self, Display, Formatter};

/// At any time.
const OPEN: &str = "{ open = true }";

/// An activity; what is not said is as at a canteen: booked and cancelled at any time, on all days but Wednesday.
#[derive(Clone)]
pub struct Activity {
    id: String,
    name: String,
    weekdays: &'static [&'static str],
    book: String,
    cancel: String,
    more: String,
    capacity: Option<String>,
}

/// An activity of an identifier and a name.
pub fn activity(id: &str, name: &str) -> Activity {
    Activity {
        id: id.to_owned(),
        name: name.to_owned(),
        weekdays: &["lundi", "mardi", "jeudi", "vendredi"],
        book: OPEN.to_owned(),
        cancel: OPEN.to_owned(),
        more: String::new(),
        capacity: None,
    }
}

/// `cantine`, at 4 €.
pub fn canteen() -> Activity {
    activity("cantine", "Cantine").price("4,00")
}

/// `etude`, whose hours are written down: 2 € an hour.
pub fn study() -> String {
    let tariff = "[[tariff]]\nactivity = \"etude\"\nprices = [{ amount = \"2,00\", minutes = 60 }]\n";
    format!("{}{tariff}", activity("etude", "Étude"))
}

impl Activity {
    pub fn on(self, weekdays: &'static [&'static str]) -> Self {
        Self { weekdays, ..self }
    }

    pub fn on_wednesdays_too(self) -> Self {
        self.on(&["lundi", "mardi", "mercredi", "jeudi", "vendredi"])
    }

    /// When it is booked: `{ open = true }`.
    pub fn booked(self, rule: &str) -> Self {
        Self { book: rule.to_owned(), ..self }
    }

    /// When it is cancelled: `{ never = true }`.
    pub fn cancelled(self, rule: &str) -> Self {
        Self { cancel: rule.to_owned(), ..self }
    }

    pub fn price(self, price: &str) -> Self {
        self.says(&format!("price = \"{price}\""))
    }

    /// Another line of it: `prepaid = { packs = [1] }`.
    pub fn says(self, line: &str) -> Self {
        Self { more: format!("{}{line}\n", self.more), ..self }
    }

    /// How many places a day has, of which so many are the last ones.
    pub fn places(self, places: u32, last: u32) -> Self {
        let id = &self.id;
        let capacity = format!("[[capacity]]\nid = \"{id}\"\nactivities = [\"{id}\"]\nplaces = {places}\n");
        let last = if last == 0 { String::new() } else { format!("last_places = {last}\n") };
        Self { capacity: Some(capacity + &last), ..self }
    }
}

impl Display for Activity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { id, name, weekdays, book, cancel, more, capacity } = self;
        writeln!(f, "[[activity]]\nid = \"{id}\"\nname = \"{name}\"\nweekdays = {weekdays:?}")?;
        write!(f, "book = {book}\ncancel = {cancel}\n{more}{}", capacity.as_deref().unwrap_or_default())
    }
}
