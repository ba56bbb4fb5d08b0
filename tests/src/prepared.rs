//! The demo, loaded once for each hour that tests begin at, and laid into the folder of every town after that.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The files of a data folder, by their place in it.
type Files = Vec<(PathBuf, Vec<u8>)>;
type Towns = HashMap<DateTime<Utc>, Arc<OnceCell<Files>>>;

/// To load it takes longer than most tests: its passwords are hashed, its people are invited.
static PREPARED: LazyLock<Mutex<Towns>> = LazyLock::new(Mutex::default);

/// Lays what the demo is like at an hour into a folder that is not there yet. Whoever starts there loads it again, which
/// changes nothing. `load`: loads it for the first time; its data, at rest.
pub(crate) async fn lay_into<Loaded>(folder: &Path, now: DateTime<Utc>, load: impl FnOnce(DateTime<Utc>) -> Loaded)
where
    Loaded: Future<Output = TempDir>,
{
    let cell = PREPARED.lock().unwrap().entry(now).or_default().clone();
    let loaded = async move { files(&load(now).await.path().join("data"), Path::new("")) };
    for (place, content) in cell.get_or_init(|| Box::pin(loaded)).await {
        let file = folder.join(place);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
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
