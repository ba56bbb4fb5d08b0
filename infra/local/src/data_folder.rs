//! The folder that keeps everything between two runs: one format, one user at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::StartError;

/// What this version writes; a greater number in a folder means a later version made it.
const FORMAT: u32 = 2;

const FORMAT_FILE: &str = "format";
const LOCK_FILE: &str = "verrou";

/// A data folder that is ours for as long as this lives.
#[derive(Debug)]
pub(crate) struct DataFolder {
    folder: PathBuf,
    _lock: File,
    _temporary: Option<TempDir>,
}

impl DataFolder {
    /// Opens or makes the folder; a folder of a later version or of something else is left as it is.
    pub(crate) fn open(given: Option<&Path>) -> Result<Self, StartError> {
        let temporary = match given {
            Some(_) => None,
            None => Some(TempDir::with_prefix("preau-")?),
        };
        let folder = given.or(temporary.as_ref().map(TempDir::path)).unwrap_or(Path::new(".")).to_owned();
        let unusable = |error: io::Error| StartError::data(&folder, &error);
        fs::create_dir_all(&folder).map_err(unusable)?;
        check_format(&folder)?;
        let lock = lock(&folder)?;
        write_whole(&folder.join(FORMAT_FILE), format!("{FORMAT}\n").as_bytes()).map_err(unusable)?;
        fs::create_dir_all(folder.join("mails")).map_err(unusable)?;
        Ok(Self { folder, _lock: lock, _temporary: temporary })
    }

    /// The file of the embedded table.
    pub(crate) fn table(&self) -> PathBuf {
        self.folder.join("table.sqlite")
    }

    /// The folder of the sent mails.
    pub(crate) fn mails(&self) -> PathBuf {
        self.folder.join("mails")
    }

    /// The folder of the stored objects.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// The file that says how far a reader of the stream has come.
    pub(crate) fn stream_position(&self, reader: &str) -> PathBuf {
        self.folder.join(format!("flux-{reader}"))
    }
}

/// Writes a file so that after a crash it is whole, old or new.
pub(crate) fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".tmp-").tempfile_in(folder)?;
    io::Write::write_all(&mut file, content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn check_format(folder: &Path) -> Result<(), StartError> {
    let text = match fs::read_to_string(folder.join(FORMAT_FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return check_empty(folder),
        Err(error) => return Err(StartError::data(folder, &error)),
    };
    match text.trim().parse() {
        Ok(found) if found > FORMAT => Err(StartError::DataNewer { folder: folder.to_owned(), found, known: FORMAT }),
        Ok(found) if found < FORMAT => Err(StartError::DataOlder { folder: folder.to_owned(), found, known: FORMAT }),
        Ok(_) => Ok(()),
        Err(_) => Err(StartError::DataForeign(folder.to_owned())),
    }
}

/// A folder without a format is new, or someone else's.
fn check_empty(folder: &Path) -> Result<(), StartError> {
    let entries = fs::read_dir(folder).map_err(|error| StartError::data(folder, &error))?;
    let ours = |name: &str| name == LOCK_FILE || name.starts_with(".tmp-");
    let foreign = entries.flatten().any(|entry| !entry.file_name().to_str().is_some_and(ours));
    if foreign { Err(StartError::DataForeign(folder.to_owned())) } else { Ok(()) }
}

fn lock(folder: &Path) -> Result<File, StartError> {
    let unusable = |error: io::Error| StartError::data(folder, &error);
    let file = File::options().create(true).append(true).open(folder.join(LOCK_FILE)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_kept_between_runs_and_used_by_one_at_a_time() {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("a/b");
        let first = DataFolder::open(Some(&folder)).unwrap();
        assert!(matches!(DataFolder::open(Some(&folder)), Err(StartError::DataInUse(_))));
        drop(first);
        DataFolder::open(Some(&folder)).unwrap();
    }

    #[test]
    fn a_later_format_is_refused_and_left_alone() {
        let place = TempDir::new().unwrap();
        fs::write(place.path().join(FORMAT_FILE), "3\n").unwrap();
        let refused = DataFolder::open(Some(place.path()));
        assert!(matches!(refused, Err(StartError::DataNewer { found: 3, known: 2, .. })));
        fs::write(place.path().join(FORMAT_FILE), "1\n").unwrap();
        let refused = DataFolder::open(Some(place.path()));
        assert!(matches!(refused, Err(StartError::DataOlder { found: 1, known: 2, .. })));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_with_other_files_is_refused_and_left_alone() {
        let place = TempDir::new().unwrap();
        fs::write(place.path().join("thèse.odt"), "…").unwrap();
        assert!(matches!(DataFolder::open(Some(place.path())), Err(StartError::DataForeign(_))));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_in_the_way_is_said_in_french() {
        let place = TempDir::new().unwrap();
        let file = place.path().join("f");
        fs::write(&file, "").unwrap();
        let refused = DataFolder::open(Some(&file.join("data"))).unwrap_err();
        assert!(refused.to_string().ends_with("ce n’est pas un dossier."), "{refused}");
    }
}
