//! Whatever lies in a folder's files, it is read or refused in words: no change of one breaks the reader.
//!
//! `PROPTEST_CASES=100000` in front of the command tries longer. What was once found lies in `tests/corpus`: each file is
//! tried in the place of the one it is named after, `children.csv-quotes` as `children.csv`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use domain::day::Day;
use domain::invoice::Period;
use folder::{FolderError, OrganisationFolder, check_examples, preview, read};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tempfile::TempDir;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn today() -> Day {
    Day::from_ymd_opt(2015, 5, 26).unwrap()
}

/// The names and bytes of the files of a folder.
type Files = Vec<(String, Vec<u8>)>;

fn files(folder: &Path) -> Files {
    let mut files: Files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The demo's organisations and every commune whose rules are a whole folder.
static FOLDERS: LazyLock<Vec<Files>> = LazyLock::new(|| {
    let mut folders = vec![project().join("infra/demo/jumex"), project().join("infra/demo/aubray")];
    let communes = std::fs::read_dir(project().join("tests/communes")).unwrap().map(|entry| entry.unwrap().path());
    folders.extend(communes.filter(|path| path.join("calendar.toml").is_file()));
    folders.sort();
    folders.iter().map(|path| files(path)).collect()
});

/// What people, spreadsheets and those who mean harm write in the place of something else.
const WORDS: [&str; 46] = [
    "",
    " ",
    ";",
    "\"",
    "\"\"",
    "'",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{7f}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "中",
    "🦆",
    "[",
    "]",
    "[[x]]",
    "{",
    "}",
    "=",
    "#",
    "0",
    "-1",
    "+1",
    "1e999",
    "0,005",
    "99999999999999999999",
    "4294967296",
    "65536",
    "2015-02-30",
    "0000-00-00",
    "9999-12-31",
    "2099-12-31",
    "29/02/2100",
    "31 avril",
    "semaine+520 dimanche",
    "semaine-99999999999 lundi",
    "24:00",
    "23:60",
    "=cmd|' /C calc'!A0",
    "true",
    "yes",
];

#[derive(Debug, Clone)]
enum Change {
    /// Bytes in the place of some.
    Put(Index, usize, Vec<u8>),
    /// What stands between two separators.
    Value(Index, Vec<u8>),
    /// A line once more.
    Twice(Index),
    /// Without a line.
    Without(Index),
    /// The end is missing.
    Cut(Index),
    /// Something many times over.
    Many(Index, Vec<u8>),
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => select(WORDS.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => "[0-9]{1,12}".prop_map(String::into_bytes),
        1 => "[0-9]{1,2}[:/-][0-9]{1,2}([/-][0-9]{2,4})?".prop_map(String::into_bytes),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 0..8_usize, word()).prop_map(|(at, over, word)| Change::Put(at, over, word)),
        6 => (at(), word()).prop_map(|(at, word)| Change::Value(at, word)),
        2 => at().prop_map(Change::Twice),
        2 => at().prop_map(Change::Without),
        1 => at().prop_map(Change::Cut),
        1 => (at(), word()).prop_map(|(at, word)| Change::Many(at, word)),
    ]
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn changed(bytes: &[u8], change: &Change) -> Vec<u8> {
    let length = bytes.len() + 1;
    match change {
        Change::Put(at, over, word) => {
            let at = at.index(length);
            let rest = bytes.get(at + over..).unwrap_or_default();
            [&bytes[..at], word, rest].concat()
        }
        Change::Value(at, word) => {
            let ends: Vec<usize> =
                bytes.iter().enumerate().filter(|(_, byte)| b";=\n,\"[]".contains(byte)).map(|(at, _)| at).collect();
            let Some(from) = (!ends.is_empty()).then(|| at.index(ends.len())) else { return word.clone() };
            let to = ends.get(from + 1).copied().unwrap_or(bytes.len());
            [&bytes[..=ends[from]], word, &bytes[to..]].concat()
        }
        Change::Twice(at) => {
            let mut lines = lines(bytes);
            if let Some(line) = (!lines.is_empty()).then(|| lines[at.index(lines.len())].clone()) {
                lines.push(line);
            }
            lines.concat()
        }
        Change::Without(at) => {
            let mut lines = lines(bytes);
            if !lines.is_empty() {
                lines.remove(at.index(lines.len()));
            }
            lines.concat()
        }
        Change::Cut(at) => bytes[..at.index(length)].to_vec(),
        Change::Many(at, word) => {
            let at = at.index(length);
            [&bytes[..at], &word.repeat(3_000), &bytes[at..]].concat()
        }
    }
}

/// A fault names a file of the folder, a line that is there, and says something in one line that shows what it is.
fn hold_faults(faults: &[FolderError], folder: &Files) {
    assert!(!faults.is_empty(), "refused without a word");
    for fault in faults {
        let bytes = folder.iter().find(|(name, _)| *name == fault.file).map(|(_, bytes)| bytes.as_slice());
        // Each of a file's line breaks may be one of an old Mac; a file that lacks is named as well.
        let most = bytes.unwrap_or_default().iter().filter(|byte| b"\r\n".contains(byte)).count() + 1;
        assert!(fault.line.is_none_or(|line| (1..=most).contains(&line)), "{fault} of {most} lines");
        assert!(!fault.message.trim().is_empty(), "{fault:?}");
    }
}

fn hold_whole(organisation: &OrganisationFolder) {
    for row in &organisation.bookings {
        assert!(organisation.families.iter().any(|known| known.family.id == row.family), "{row:?} of nobody");
    }
    for month in ["2015-05", "2015-09", "2026-01"] {
        let period = Period::parse(month).unwrap();
        preview(organisation, period).iter().for_each(|family| drop(family.to_string()));
    }
}

/// Lays a folder down and reads it as the import, the preview and the check of its examples do.
fn hold(folder: &Files) {
    let laid = TempDir::new().unwrap();
    for (name, bytes) in folder {
        std::fs::write(laid.path().join(name), bytes).unwrap();
    }
    match read(laid.path(), today()) {
        Ok(organisation) => hold_whole(&organisation),
        Err(faults) => hold_faults(&faults, folder),
    }
    if folder.iter().any(|(name, _)| name == "examples.toml")
        && let Err(faults) = check_examples(laid.path(), today())
    {
        hold_faults(&faults, folder);
    }
}

#[test]
fn every_folder_that_is_changed_here_is_good_before() {
    assert!(FOLDERS.len() > 30, "{}", FOLDERS.len());
    for folder in FOLDERS.iter() {
        hold(folder);
        let laid = TempDir::new().unwrap();
        folder.iter().for_each(|(name, bytes)| std::fs::write(laid.path().join(name), bytes).unwrap());
        assert_eq!(read(laid.path(), today()).err(), None);
    }
}

#[test]
fn what_was_once_found_is_read_or_refused_in_words() {
    let corpus = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus"));
    for (name, bytes) in &corpus {
        let file = name.split_once('-').unwrap().0;
        for folder in FOLDERS.iter().filter(|folder| folder.iter().any(|(known, _)| known == file)) {
            let mut folder = folder.clone();
            folder.iter_mut().filter(|(known, _)| known == file).for_each(|(_, place)| place.clone_from(bytes));
            hold(&folder);
        }
    }
    assert!(!corpus.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_folder_is_read_or_refused_in_words(
        folder in any::<Index>(), changes in prop::collection::vec((any::<Index>(), change()), 1..5),
    ) {
        let mut folder = FOLDERS[folder.index(FOLDERS.len())].clone();
        for (file, change) in &changes {
            let file = file.index(folder.len());
            folder[file].1 = changed(&folder[file].1, change);
        }
        hold(&folder);
    }
}
