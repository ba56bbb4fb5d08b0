//! What an organisation tells its families: news, menus, rules to accept by version, and who answers for it in law.

use serde::{Deserialize, Serialize};

use super::day::Day;

/// A piece of news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct News {
    /// Its heading.
    pub title: String,
    /// Its text, in the part of Markdown that [`super::prose`] reads.
    pub text: String,
    /// The day it bears.
    pub day: Day,
    /// The first day it is shown; the day it bears when absent.
    pub from: Option<Day>,
    /// The last day it is shown; without end when absent.
    pub to: Option<Day>,
}

impl News {
    /// Whether families see it on a day.
    pub fn shown(&self, today: Day) -> bool {
        self.from.unwrap_or(self.day) <= today && self.to.is_none_or(|to| today <= to)
    }
}

/// What is eaten on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuDay {
    /// The day.
    pub day: Day,
    /// Its dishes, in the order they are served.
    pub dishes: Vec<String>,
    /// `Bio, pêche durable`; empty when nothing is said.
    #[serde(default)]
    pub labels: String,
    /// `Gluten, lait`; empty when nothing is said, which does not mean that there is none.
    #[serde(default)]
    pub allergens: String,
}

/// Rules that adults accept, by version: a règlement intérieur.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Its identifier in the organisation.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Whoever accepted an older one is asked again.
    pub version: u32,
    /// Since when it holds.
    pub day: Day,
    /// Its text, in the part of Markdown that [`super::prose`] reads.
    pub text: String,
}

/// Who answers for an organisation in law.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legal {
    /// The director of publication.
    pub publisher: Option<String>,
    /// Who watches over personal data.
    pub dpo_name: Option<String>,
    /// Where that person is written to.
    pub dpo_mel: Option<String>,
    /// How long what is kept, a sentence each.
    pub retention: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::parse_day;

    #[test]
    fn news_is_shown_from_its_first_to_its_last_day() {
        let day = |text: &str| parse_day(text).unwrap();
        let news = |from: Option<&str>, to: Option<&str>| News {
            title: "Grève".to_owned(),
            text: String::new(),
            day: day("2015-05-20"),
            from: from.map(day),
            to: to.map(day),
        };
        let bounded = news(Some("2015-05-18"), Some("2015-05-26"));
        let shown = ["2015-05-17", "2015-05-18", "2015-05-26", "2015-05-27"].map(|text| bounded.shown(day(text)));
        assert_eq!(shown, [false, true, true, false]);
        assert!(!news(None, None).shown(day("2015-05-19")));
        assert!(news(None, None).shown(day("2035-05-19")));
    }
}
