//! The fixtures: a data folder and the items of its table, of a commit each, under `tests/fixtures`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_dynamo::Item;
use tempfile::TempDir;
use tests::Town;
use tests::contract::project;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const FOLDER: &str = "preau-data.zip";
const ITEMS: &str = "items.jsonl.gz";

/// A fixture, by its folder.
pub(super) struct Kept(PathBuf);

/// The fixture of a commit.
pub(super) fn of(commit: &str) -> Kept {
    Kept(project().join(format!("tests/fixtures/table-{commit}")))
}

/// Every fixture there is.
pub(super) fn all() -> Vec<Kept> {
    let folders = fs::read_dir(project().join("tests/fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let tables = folders.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("table-"));
    let all: Vec<Kept> = tables.map(Kept).collect();
    assert!(!all.is_empty());
    all
}

impl Kept {
    /// Every item of the table, as `aws dynamodb scan` has it.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut lines = String::new();
        GzDecoder::new(File::open(self.0.join(ITEMS)).unwrap()).read_to_string(&mut lines).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A copy of the data folder, to be opened; removed at the end.
    pub(super) fn unpacked(&self) -> TempDir {
        let place = TempDir::new().unwrap();
        ZipArchive::new(File::open(self.0.join(FOLDER)).unwrap()).unwrap().extract(place.path()).unwrap();
        place
    }
}

/// Every item of a running portal, in the order of their keys, one a line.
pub(super) async fn dump(town: &Town) -> String {
    let mut lines = BTreeMap::new();
    let mut next = None;
    loop {
        let page = town.client().scan().table_name(town.portal.table_name()).set_exclusive_start_key(next);
        let page = page.send().await.unwrap();
        for item in page.items() {
            let text = |name: &str| item[name].as_s().unwrap().clone();
            let members: BTreeMap<String, serde_dynamo::AttributeValue> =
                item.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
            lines.insert((text("pk"), text("sk")), serde_json::to_string(&members).unwrap());
        }
        next = page.last_evaluated_key;
        if next.is_none() {
            return lines.into_values().map(|line| line + "\n").collect();
        }
    }
}

/// Packs a data folder that nobody uses, and its items, as a fixture.
pub(super) fn pack(data: &Path, items: &str, fixture: &Path) {
    fs::create_dir_all(fixture).unwrap();
    forget_the_stream(&data.join("table.sqlite"));
    let mut zip = ZipWriter::new(File::create(fixture.join(FOLDER)).unwrap());
    add(&mut zip, data, data);
    zip.finish().unwrap();
    let mut lines = GzEncoder::new(File::create(fixture.join(ITEMS)).unwrap(), Compression::best());
    lines.write_all(items.as_bytes()).unwrap();
    lines.finish().unwrap();
}

fn add(zip: &mut ZipWriter<File>, root: &Path, folder: &Path) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            add(zip, root, &path);
        } else if name != "verrou" {
            let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(name, packed.compression_level(Some(9))).unwrap();
            zip.write_all(&fs::read(&path).unwrap()).unwrap();
        }
    }
}

/// As on AWS a stream forgets after a day: whoever opens a fixture finds what waits in the table alone.
fn forget_the_stream(table: &Path) {
    let table = rusqlite::Connection::open(table).unwrap();
    table.execute_batch("DELETE FROM _stream_records; PRAGMA wal_checkpoint(TRUNCATE); VACUUM;").unwrap();
}
