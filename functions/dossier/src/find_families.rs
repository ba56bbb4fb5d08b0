//! `GET …/search?q=`: for agents, families as one types: by any part of a name, a phone, a mél, a street, a class or the
//! number of an invoice.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::id::FamilyId;
use domain::role::Permission;
use domain::text::searched;
use serde::Serialize;
use store::keys;
use store::records::{FindRecord, FoundBy, finds};
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::DossierApp;

/// How many answers are shown at most.
const MOST: usize = 12;
/// How many rows are looked at, at most.
const LOOKED_AT: usize = 400;
/// The shortest word that is searched for.
const SHORTEST: usize = 2;

#[derive(Serialize)]
struct FoundView {
    hits: Vec<HitView>,
    more: bool,
}

#[derive(Serialize)]
struct HitView {
    by: FoundBy,
    /// What was found, as it is written.
    text: String,
    family: FoundFamily,
}

#[derive(Serialize)]
struct FoundFamily {
    id: FamilyId,
    name: String,
    children: Vec<String>,
    phone: String,
}

/// What is searched for: the longest word by its key (« rue » last), the others in what a row knows of its family.
struct Asked {
    key: String,
    others: Vec<String>,
}

impl Asked {
    fn of(typed: &str) -> Option<Self> {
        if typed.chars().count() > 80 || typed.chars().any(char::is_control) {
            return None;
        }
        if let Some(digits) = number(typed) {
            return Some(Self { key: digits, others: Vec::new() });
        }
        let mut words: Vec<String> = searched(typed.trim()).split_whitespace().map(str::to_owned).collect();
        words.sort_by_key(|word| (!finds(word), std::cmp::Reverse(word.chars().count())));
        words.dedup();
        let longest = words.first().filter(|word| word.chars().count() >= SHORTEST)?.clone();
        Some(Self { key: longest, others: words.split_off(1) })
    }

    fn holds(&self, row: &FindRecord) -> bool {
        self.others.iter().all(|word| row.shown.words.contains(word.as_str()))
    }
}

/// The digits of a phone or of an invoice's number, when that is what was typed. A French number from abroad is one at home.
fn number(typed: &str) -> Option<String> {
    let plain =
        |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '.' | '-' | '/' | '+' | '(' | ')' | '\u{a0}');
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() || !typed.trim().chars().all(plain) {
        return None;
    }
    let abroad = digits.strip_prefix("0033").or_else(|| digits.strip_prefix("33").filter(|_| typed.contains('+')));
    Some(abroad.map_or(digits.clone(), |rest| format!("0{}", rest.trim_start_matches('0'))))
}

/// One wave: the agent's right, and the rows that begin with what was typed.
pub(crate) async fn find_families(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let app = &app.app;
    app.caller(&call).await?;
    let asked = call.query("q").and_then(|typed| Asked::of(&typed)).ok_or_else(|| {
        ApiError::invalid("q", "Écrivez au moins deux lettres d’un nom, ou quatre chiffres ; 80 caractères au plus.")
    })?;
    let rows = keys::found_by(&call.path("organisation")?, &asked.key);
    let opening = DeskCall::open(app, &call, Permission::SeeFamilies, |_, _| Vec::new());
    let (desk, rows) = tokio::join!(opening, app.table.list_after(&rows, None, LOOKED_AT));
    desk?;
    let rows = rows?;
    let unseen = rows.more();
    let rows = rows.each::<FindRecord>().collect::<Result<Vec<_>, _>>()?;
    // One that cannot be read holds nobody else back.
    let rows = rows.into_iter().filter_map(|(_, row)| row.ok()).filter(|row| asked.holds(row)).collect();
    let mut hits = hits(rows);
    let more = unseen || hits.len() > MOST;
    hits.truncate(MOST);
    Reply::json(&FoundView { hits, more })
}

/// Families first, then children, adults and so on; what begins a word before what lies within one; each thing once.
fn hits(mut rows: Vec<FindRecord>) -> Vec<HitView> {
    let begins = |row: &FindRecord| {
        searched(&row.word.text).split_whitespace().any(|word| word.starts_with(row.word.word.as_str()))
    };
    rows.sort_by_cached_key(|row| {
        (row.word.by, !begins(row), searched(&row.shown.name), row.family.clone(), row.word.text.clone())
    });
    let named: BTreeSet<FamilyId> =
        rows.iter().filter(|row| row.word.by == FoundBy::Family).map(|row| row.family.clone()).collect();
    let mut seen = BTreeSet::new();
    // Who bears the name of a family that is found is found with it, and so is a mél made of that name.
    rows.retain(|row| {
        (!matches!(row.word.by, FoundBy::Adult | FoundBy::Mel) || !named.contains(&row.family))
            && seen.insert((row.family.clone(), row.word.by, row.word.text.clone()))
    });
    rows.into_iter().map(view).collect()
}

fn view(row: FindRecord) -> HitView {
    let shown = row.shown;
    let family = FoundFamily { id: row.family, name: shown.name, children: shown.children, phone: shown.phone };
    HitView { by: row.word.by, text: row.word.text, family }
}
