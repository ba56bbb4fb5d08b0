//! Whatever comes, there is a verdict; and what acts is never kept, however it is wrapped.
//!
//! `PROPTEST_CASES=100000 cargo test -p checker property` tries longer. What it once found lies in `tests/corpus`.

use std::path::{Path, PathBuf};

use lopdf::{Dictionary, Document, Object};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[test]
fn what_is_neither_a_pdf_nor_a_photo_is_refused_whatever_its_name() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let others: [(&[u8], Fault); 6] = [
        (b"", Fault::Empty),
        (heic, Fault::Heic),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", Fault::NotAsNamed),
        (b"<!doctype html><script>alert(1)</script>", Fault::NotAsNamed),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Fault::NotAsNamed),
        (b"PK\x03\x04\x14\0\0\0\x08\0", Fault::NotAsNamed),
    ];
    for (bytes, fault) in others {
        assert_eq!(checked(bytes.to_vec()), Err(fault), "{}", String::from_utf8_lossy(bytes));
    }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_none_or(|ending| ending != "md"));
    files.sort();
    files
}

/// Small good files of every kind.
fn samples() -> Vec<Vec<u8>> {
    let all = files("ordinary").into_iter().chain(files("photos"));
    all.map(|path| std::fs::read(path).unwrap()).filter(|bytes| bytes.len() < 13_000).collect()
}

/// What another reader, which forgives much, finds in a file: whether something in it acts.
fn acts_for_another_reader(bytes: &[u8]) -> bool {
    let Ok(document) = Document::load_mem(bytes) else { return false };
    document.objects.values().any(acts)
}

fn acts(object: &Object) -> bool {
    let dictionary = |one: &Dictionary| {
        let action = one.get(b"S").and_then(Object::as_name).is_ok_and(|name| {
            [&b"JavaScript"[..], b"Launch", b"GoToR", b"SubmitForm", b"Rendition", b"Movie"].contains(&name)
        });
        action || [&b"JS"[..], b"XFA", b"AA"].iter().any(|key| one.has(key)) || one.iter().any(|(_, value)| acts(value))
    };
    match object {
        Object::Dictionary(one) => dictionary(one),
        Object::Stream(stream) => dictionary(&stream.dict),
        Object::Array(values) => values.iter().any(acts),
        _ => false,
    }
}

/// A change of a file.
#[derive(Debug, Clone)]
enum Change {
    Byte(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
    Repeat(prop::sample::Index, usize),
}

const WORDS: [&str; 22] = [
    "/JS (x)",
    "/S /JavaScript",
    "/AA << /O 3 0 R >>",
    "/OpenAction << /S /Launch /F (x) >>",
    " 0 R",
    "9999999999",
    "<<",
    ">>",
    "[",
    "(",
    "stream\n",
    "\nendstream",
    "\nendobj\n",
    "9 0 obj\n",
    "/Length 9",
    "/Filter /FlateDecode",
    "/Columns 99999999",
    "%",
    "\0",
    "xref\n0 1\n",
    "/Prev 9",
    "\u{ff}\u{d8}\u{ff}\u{d9}",
];

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let place = any::<prop::sample::Index>;
    let change = prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        place().prop_map(Change::Cut),
        (place(), 1..200_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (place(), select(&WORDS[..])).prop_map(|(at, word)| Change::Insert(at, word)),
        (place(), 1..200_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ];
    prop::collection::vec(change, 1..6)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        match change {
            Change::Byte(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Change::Remove(at, length) => {
                let at = at.index(bytes.len());
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Change::Insert(at, word) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, word.bytes());
            }
            Change::Repeat(at, length) => {
                let at = at.index(bytes.len());
                let part = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

/// What must hold of any file: a verdict; a PDF that is kept is as it came, and acts for no reader.
fn hold(bytes: &[u8]) {
    if let Ok(kept) = checked(bytes.to_vec()) {
        if kept.media == Media::Pdf {
            assert_eq!(kept.bytes, bytes);
            assert!(!acts_for_another_reader(bytes), "kept, and another reader finds what acts");
        } else {
            assert!(kept.preview.is_some());
        }
    }
}

/// Something that acts, as it may be written.
fn acting() -> impl Strategy<Value = String> {
    let action = select(vec![
        "/S /JavaScript /JS (app.alert\\(1\\))",
        "/S /Java#53cript /J#53 <61>",
        "/S /Launch /F (a.exe)",
        "/S /GoToR /F (\\\\\\\\h\\\\s) /D [0 /Fit]",
        "/S /URI /URI (javascript:a)",
        "/S /URI /URI <6a6176617363726970743a61>",
        "/S /SubmitForm /F (http://x)",
        "/Subtype /FileAttachment /FS << /F (a) >>",
        "/Type /Filespec /F (a.exe) /EF << /F 3 0 R >>",
        "/S /Rendition /OP 0",
        "/XFA (x)",
    ]);
    action.prop_map(|action| format!("<< {action} >>"))
}

/// Where it may stand in a dictionary or an array: some places are read by all readers, some by none.
fn wrapped() -> impl Strategy<Value = String> {
    let places = [
        "<< /S /GoTo /D [3 0 R /Fit] /Next @ >>",
        "[@]",
        "[null @ 1]",
        "<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A @ >>",
        "<< /A @ >>",
        "<< /Kids [@] >>",
        "<< /Next @ /Title (a) /Parent 3 0 R >>",
        "<< /AAPL:Private << /X @ >> >>",
        "<< /PieceInfo << /X << /Private @ >> >> >>",
        "<< /Type /Font /Encoding @ >>",
        "<< /K [@] /S /P >>",
        "<< /Names [(a) @] >>",
        "<< /Font << /F1 @ >> >>",
        "<< /D @ >>",
        "<< /Parent @ >>",
    ];
    (acting(), prop::collection::vec(select(places.to_vec()), 0..5))
        .prop_map(|(acting, places)| places.iter().fold(acting, |inner, place| place.replace('@', &inner)))
}

/// A file that holds it, in one of several ways.
fn holding(value: &str, way: u8) -> Vec<u8> {
    let plain = |catalog: &str, page: &str, more: &[&str]| {
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R {page} >>"),
        ];
        objects.extend(more.iter().map(|one| (*one).to_owned()));
        super::pdf::written(&objects.into_iter().map(String::into_bytes).collect::<Vec<_>>(), "")
    };
    let packed =
        format!("<< /Type /ObjStm /N 1 /First 4 /Length {} >>\nstream\n5 0 {value}\nendstream", value.len() + 4);
    match way {
        0 => plain(&format!("/OpenAction {value}"), "", &[]),
        1 => plain("/OpenAction 4 0 R", "", &[value]),
        2 => plain("", "", &[value]),
        3 => plain("", &format!("/Annots [{value}]"), &[]),
        4 => plain("/Outlines 4 0 R", "", &[&format!("<< /First {value} >>")]),
        5 => plain("/OpenAction 5 0 R", "", &[&packed]),
        6 => plain(&format!("/Names << /Dests << /Names [(a) {value}] >> >>"), "", &[]),
        7 => plain(
            "/OpenAction 4 0 R",
            "",
            &["[3 0 R /Fit]", &format!("<< /Length 0 /X {value} >>\nstream\n\nendstream")],
        ),
        _ => plain("/AcroForm << /Fields [4 0 R] >>", "", &[value]),
    }
}

proptest! {
    #[test]
    fn property_any_change_of_a_good_file_has_a_verdict_and_none_that_acts_is_kept(
        at in any::<prop::sample::Index>(), changes in changes(),
    ) {
        static SAMPLES: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(samples);
        hold(&changed(SAMPLES[at.index(SAMPLES.len())].clone(), &changes));
    }

    #[test]
    fn property_what_acts_is_never_kept(value in wrapped(), way in 0..9_u8) {
        let bytes = holding(&value, way);
        prop_assert!(checked(bytes).is_err(), "{}", value);
    }

    #[test]
    fn property_any_bytes_behind_a_beginning_have_a_verdict(
        head in select(vec![&b"%PDF-1.7\n"[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]),
        tail in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        hold(&[head, &tail].concat());
    }
}

#[test]
fn what_was_once_found_is_judged_as_it_should_be() {
    let files = files("corpus");
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        hold(&bytes);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("refused-") {
            assert!(checked(bytes).is_err(), "{name}");
        }
    }
    assert!(!files.is_empty());
}
