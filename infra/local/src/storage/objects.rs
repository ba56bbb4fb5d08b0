//! Objects as files: a line that says what S3 keeps beside the bytes, then the bytes.
//!
//! An object is written aside, made durable, and put in its place whole; where it must not be there yet, the file
//! system decides who is first.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

/// Up to this size what comes stays in memory until it is whole, in bytes.
const SMALL: usize = 256 * 1024;

/// The files of all buckets.
#[derive(Debug, Clone)]
pub(super) struct Objects {
    folder: PathBuf,
}

/// What is kept beside the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) content_type: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    /// In base64, when whoever put it said so.
    pub(super) sha256: Option<String>,
    /// What tells this content from another.
    pub(super) etag: Option<String>,
}

/// An object without its bytes.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) head: Head,
    pub(super) size: u64,
    pub(super) modified: SystemTime,
}

impl Objects {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "part") {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { folder })
    }

    /// The file of a key: its hash, so that no key can name another file.
    fn file(&self, bucket: &str, key: &str) -> PathBuf {
        let digest = Sha256::digest(format!("{bucket}\n{key}"));
        self.folder.join(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Where bytes are gathered until they are whole: a large file is never in memory.
    pub(super) fn gather(&self) -> SpooledTempFile {
        tempfile::spooled_tempfile_in(SMALL, &self.folder)
    }

    /// Puts an object in its place; whether it was the first, where only the first may.
    pub(super) fn put(&self, head: &Head, mut bytes: SpooledTempFile, only_new: bool) -> io::Result<bool> {
        let place = self.file(&head.bucket, &head.key);
        bytes.rewind()?;
        let mut aside = tempfile::Builder::new().suffix(".part").tempfile_in(&self.folder)?;
        serde_json::to_writer(&mut aside, head)?;
        aside.write_all(b"\n")?;
        io::copy(&mut bytes, &mut aside)?;
        aside.as_file().sync_all()?;
        let kept = match only_new {
            true => aside.persist_noclobber(&place),
            false => aside.persist(&place),
        };
        match kept {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(error.error),
        }
        sync_folder(&self.folder)?;
        Ok(true)
    }

    /// An object, and its file at the first of its bytes.
    pub(super) fn get(&self, bucket: &str, key: &str) -> io::Result<(Listed, File)> {
        opened(&self.file(bucket, key))
    }

    /// An object without its bytes.
    pub(super) fn look(&self, bucket: &str, key: &str) -> io::Result<Listed> {
        Ok(opened(&self.file(bucket, key))?.0)
    }

    /// Removes an object, whether it is there or not, as S3 does.
    pub(super) fn remove(&self, bucket: &str, key: &str) -> io::Result<()> {
        match fs::remove_file(self.file(bucket, key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => sync_folder(&self.folder),
        }
    }

    /// The objects of a bucket whose keys begin like this, in key order.
    pub(super) fn list(&self, bucket: &str, prefix: &str) -> io::Result<Vec<Listed>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some() {
                continue;
            }
            match opened(&path).map(|(listed, _)| listed) {
                Ok(one) if one.head.bucket == bucket && one.head.key.starts_with(prefix) => found.push(one),
                // Removed while we looked.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        found.sort_by(|one, other| one.head.key.cmp(&other.head.key));
        Ok(found)
    }
}

fn opened(path: &Path) -> io::Result<(Listed, File)> {
    let mut file = File::open(path)?;
    let known = file.metadata()?;
    let mut line = String::new();
    let length = BufReader::new(&file).read_line(&mut line)? as u64;
    file.seek(SeekFrom::Start(length))?;
    let head = serde_json::from_str(&line)?;
    Ok((Listed { head, size: known.len().saturating_sub(length), modified: known.modified()? }, file))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn gathered(objects: &Objects, bytes: &[u8]) -> SpooledTempFile {
        let mut gathered = objects.gather();
        gathered.write_all(bytes).unwrap();
        gathered
    }

    fn read(objects: &Objects, key: &str) -> (Listed, Vec<u8>) {
        let (found, mut file) = objects.get("files", key).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (found, bytes)
    }

    fn head(key: &str) -> Head {
        let content_type = Some("application/pdf".to_owned());
        Head { bucket: "files".to_owned(), key: key.to_owned(), content_type, ..Head::default() }
    }

    #[test]
    fn of_thirty_two_at_once_one_is_the_first_and_nothing_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path().to_owned()).unwrap();
        let first = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for writer in 0..32_u8 {
                let (objects, first) = (&objects, &first);
                scope.spawn(move || {
                    let won = objects.put(&head("a/../é 🎈"), gathered(objects, &[writer; 300_000]), true).unwrap();
                    first.fetch_add(usize::from(won), std::sync::atomic::Ordering::SeqCst);
                });
            }
        });
        assert_eq!(first.into_inner(), 1);
        let (found, bytes) = read(&objects, "a/../é 🎈");
        assert_eq!((found.head.key.as_str(), found.size, bytes.len()), ("a/../é 🎈", 300_000, 300_000));
        assert!(bytes.iter().all(|byte| *byte == bytes[0]));
    }

    #[test]
    fn what_a_crash_left_is_removed_and_objects_stay() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path().to_owned()).unwrap();
        objects.put(&head("kept"), gathered(&objects, b"x\ny"), false).unwrap();
        fs::write(folder.path().join("half.part"), b"half").unwrap();
        let objects = Objects::open(folder.path().to_owned()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(read(&objects, "kept").1, b"x\ny");
        assert_eq!(objects.get("other", "kept").map(|_| ()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_begins_alike_is_listed_in_order_and_removed_once_or_twice() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path().to_owned()).unwrap();
        for key in ["in/b", "in/a", "out/c"] {
            objects.put(&head(key), gathered(&objects, b"12345"), false).unwrap();
        }
        let keys = |prefix| -> Vec<String> {
            objects.list("files", prefix).unwrap().into_iter().map(|one| one.head.key).collect()
        };
        assert_eq!(keys("in/"), ["in/a", "in/b"]);
        assert_eq!(objects.look("files", "in/a").unwrap().size, 5);
        objects.remove("files", "in/a").unwrap();
        objects.remove("files", "in/a").unwrap();
        assert_eq!(keys(""), ["in/b", "out/c"]);
    }
}
