//! The demo, loaded once for each hour that tests begin at, and laid into the folder of every town after that.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use crate::town::Town;

/// The files of a data folder, by their place in it.
type Files = Vec<(PathBuf, Vec<u8>)>;
type Towns = HashMap<DateTime<Utc>, Arc<OnceCell<Files>>>;

/// To load it takes longer than most tests: its passwords are hashed, its people are invited.
static PREPARED: LazyLock<Mutex<Towns>> = LazyLock::new(Mutex::default);

/// Lays what the demo is like at an hour into a folder that is not there yet. Whoever starts there loads it again, which
/// changes nothing.
pub(crate) async fn lay_into(folder: &Path, now: DateTime<Utc>) {
    let cell = PREPARED.lock().unwrap().entry(now).or_default().clone();
    for (place, content) in cell.get_or_init(|| Box::pin(prepare(now))).await {
        let file = folder.join(place);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
}

async fn prepare(now: DateTime<Utc>) -> Files {
    let town = Town::first(now).await;
    town.outbox_is_quiet().await;
    let Town { portal, folder, .. } = town;
    portal.stop().await;
    files(&folder.path().join("data"), Path::new(""))
}

fn files(root: &Path, place: &Path) -> Files {
    let mut all = Files::new();
    for entry in fs::read_dir(root.join(place)).unwrap().map(Result::unwrap) {
        let place = place.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => all.extend(files(root, &place)),
            false => all.push((place.clone(), fs::read(entry.path()).unwrap())),
        }
    }
    all
}
