//! The rows by which agents find a family: they follow what they find, in one transaction where it has room.

use std::collections::BTreeSet;

use crate::keys::{self, Key};
use crate::records::{FindWord, FindableRecord, FoundBy};
use crate::{Record, StoreError, Table, Transaction, was_first};

/// How many rows one transaction writes beside the list of them.
const ROWS: usize = 90;

/// What has to be done so that a family is found as it now is.
struct Following {
    now: FindableRecord,
    read: u64,
    puts: Vec<FindWord>,
    deletes: Vec<Key>,
}

impl Following {
    fn of(before: Option<&FindableRecord>, mut now: FindableRecord) -> Option<Self> {
        let read = before.map_or(0, |before| before.version);
        if before.is_some_and(|before| (&before.words, &before.shown) == (&now.words, &now.shown)) {
            return None;
        }
        now.version = read + 1;
        // What a row shows is in each of them.
        let same = before.filter(|before| before.shown == now.shown);
        let stays = |word: &&FindWord| !same.is_some_and(|before| before.words.contains(*word));
        let puts = now.words.iter().filter(stays).cloned().collect();
        let places: BTreeSet<(&str, FoundBy)> = now.words.iter().map(|word| (word.word.as_str(), word.by)).collect();
        let gone = before.into_iter().flat_map(|before| &before.words);
        let gone = gone.filter(|word| !places.contains(&(word.word.as_str(), word.by)));
        let deletes = gone.map(|word| keys::find(&now.organisation, &now.family, word)).collect();
        Some(Self { puts, deletes, read, now })
    }
}

/// Adds to a transaction what makes a family be found as it now is. Where the transaction has no room for it, nothing is
/// added, and the tick does it within the hour. The place of what stands on the version that was read, if anything does.
pub fn follow(transaction: &mut Transaction, before: Option<&FindableRecord>, now: FindableRecord) -> Option<usize> {
    let following = Following::of(before, now)?;
    if following.puts.len() + following.deletes.len() >= transaction.room() {
        return None;
    }
    let list = transaction.put_over(&following.now, following.read);
    for word in &following.puts {
        transaction.put(&following.now.row(word));
    }
    for key in &following.deletes {
        transaction.delete(key);
    }
    Some(list)
}

/// The same by itself, in as many transactions as it takes; each stands on the versions in `checks`. Whether something was
/// written. One that stops half-way leaves a list of all rows there may be, and is done again from its beginning.
///
/// # Errors
/// The table failed.
pub(crate) async fn write(
    table: &Table,
    before: Option<&FindableRecord>,
    now: FindableRecord,
    checks: &[(Key, u64)],
) -> Result<bool, StoreError> {
    let Some(mut following) = Following::of(before, now) else { return Ok(false) };
    let checked = || {
        let mut transaction = Transaction::of_system();
        for (key, version) in checks {
            transaction.check_version(key, *version);
        }
        transaction
    };
    if following.puts.len() + following.deletes.len() > ROWS {
        let mut all = FindableRecord { version: following.read + 1, ..following.now.clone() };
        all.words.extend(before.into_iter().flat_map(|before| before.words.clone()));
        all.shown.words.clear();
        let mut transaction = checked();
        transaction.put_over(&all, following.read);
        if !was_first(table.write(transaction).await)? {
            return Ok(false);
        }
        following.read += 1;
        following.now.version = following.read + 1;
        let list = all.key();
        let rows: Vec<Result<FindWord, Key>> =
            following.puts.drain(..).map(Ok).chain(following.deletes.drain(..).map(Err)).collect();
        for some in rows.chunks(ROWS) {
            let mut transaction = checked();
            transaction.check_version(&list, following.read);
            for row in some {
                match row {
                    Ok(word) => transaction.put(&following.now.row(word)),
                    Err(key) => transaction.delete(key),
                };
            }
            if !was_first(table.write(transaction).await)? {
                return Ok(false);
            }
        }
    }
    let mut transaction = checked();
    transaction.put_over(&following.now, following.read);
    for word in &following.puts {
        transaction.put(&following.now.row(word));
    }
    for key in &following.deletes {
        transaction.delete(key);
    }
    was_first(table.write(transaction).await)
}
