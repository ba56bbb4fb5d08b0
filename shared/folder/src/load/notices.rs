//! Writes news, menus and rules. What an agent has written since is the agent's: the folder leaves it.

use domain::day::Week;
use domain::id::OrganisationId;
use domain::notice::News;
use store::records::{MenuRecord, NewsRecord, PublishedRecord};
use store::{Items, StoreError, Transaction, keys};

use super::LoadError;
use super::pieces::{Content, Piece};
use crate::folder::{MenuRow, Notices};

/// The rules and the legal part, as the folder alone says them.
pub(super) fn published(organisation: &OrganisationId, notices: &Notices) -> PublishedRecord {
    let (rules, legal) = (notices.rules.clone(), notices.legal.clone());
    PublishedRecord { organisation: organisation.clone(), rules, legal }
}

/// A piece of news, unless an agent has written it, or taken it away.
pub(super) fn news(
    organisation: &OrganisationId,
    transaction: &mut Transaction,
    id: &str,
    news: &News,
    items: &Items,
) -> Result<(), StoreError> {
    let known: Option<NewsRecord> = items.get(&keys::news(organisation, id))?;
    let read = known.as_ref().map_or(0, |record| record.version);
    if known.is_some_and(|record| record.edited.is_some()) {
        return Ok(());
    }
    let (organisation, id, news) = (organisation.clone(), id.to_owned(), Some(news.clone()));
    transaction.put_over(&NewsRecord { organisation, id, news, edited: None, version: read + 1 }, read);
    Ok(())
}

/// The menus of a week, unless an agent has written them.
pub(super) fn menu(
    organisation: &OrganisationId,
    transaction: &mut Transaction,
    row: &MenuRow,
    items: &Items,
) -> Result<(), StoreError> {
    let known: Option<MenuRecord> = items.get(&keys::menu(organisation, Week::of(row.monday), &row.activity))?;
    let read = known.as_ref().map_or(0, |record| record.version);
    if known.is_some_and(|record| record.edited.is_some()) {
        return Ok(());
    }
    let MenuRow { activity, monday, days } = row.clone();
    let organisation = organisation.clone();
    transaction.put_over(&MenuRecord { organisation, activity, monday, days, edited: None, version: read + 1 }, read);
    Ok(())
}

/// The rows among these that are an agent's.
pub(super) fn edited(
    organisation: &OrganisationId,
    pieces: &[&Piece<'_>],
    items: &Items,
) -> Result<Vec<String>, LoadError> {
    let mut rows = Vec::new();
    for piece in pieces {
        let edited = match &piece.content {
            Content::News(id, _) => items.get::<NewsRecord>(&keys::news(organisation, id))?.and_then(|one| one.edited),
            Content::Menu(menu) => {
                let key = keys::menu(organisation, Week::of(menu.monday), &menu.activity);
                items.get::<MenuRecord>(&key)?.and_then(|one| one.edited)
            }
            _ => None,
        };
        rows.extend(edited.map(|_| piece.row.clone()));
    }
    Ok(rows)
}
