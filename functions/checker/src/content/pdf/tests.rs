//! PDFs as programs write them are kept to the byte; what is disguised is refused by its right name.

use std::io::Write;
use std::path::Path;

use domain::document::Fault;

use super::*;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn fault(bytes: &[u8]) -> Result<(), Fault> {
    look(bytes).map_err(|refusal| refusal.fault())
}

/// A PDF of these objects, whose first is the catalog, with this in its trailer.
pub(in crate::content) fn written(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        writeln!(bytes, "{} 0 obj", at + 1).unwrap();
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    write!(bytes, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    places.iter().for_each(|place| writeln!(bytes, "{place:010} 00000 n ").unwrap());
    let size = objects.len() + 1;
    write!(bytes, "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    bytes
}

/// A PDF of one page, the third object, with this in its catalog and in its page, and further objects from the fourth on.
fn pdf(catalog: &str, page: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let mut all = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {page} >>").into_bytes(),
    ];
    all.extend(objects.iter().cloned());
    written(&all, "")
}

fn stream(says: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {says} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

fn flate(says: &str, content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    stream(&format!("/Filter /FlateDecode {says}"), &encoder.finish().unwrap())
}

const RUNS: &str = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

/// Appends an update: these objects by their numbers, and a table that goes on from the one before.
fn updated(bytes: &[u8], objects: &[(u32, &str)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let before = last_start(&bytes);
    let mut lines = String::new();
    for (number, object) in objects {
        lines += &format!("{number} 1\n{:010} 00000 n \n", bytes.len());
        write!(bytes, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let start = bytes.len();
    write!(bytes, "xref\n{lines}trailer\n<< /Size 99 /Root 1 0 R /Prev {before} >>\nstartxref\n{start}\n%%EOF\n")
        .unwrap();
    bytes
}

fn last_start(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap()
}

#[test]
fn ordinary_pdfs_are_kept_to_the_byte() {
    let files = std::fs::read_dir(folder().join("ordinary")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "pdf")).collect();
    let refused: Vec<String> = files
        .iter()
        .filter_map(|path| Some(format!("{}: {:?}", path.display(), look(&std::fs::read(path).unwrap()).err()?)))
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(files.len() >= 30, "{}", files.len());
    let bytes = std::fs::read(&files[0]).unwrap();
    let kept = checked(bytes.clone()).unwrap();
    assert_eq!((kept.media, kept.bytes == bytes, kept.preview), (Media::Pdf, true, None));
}

#[test]
fn our_own_invoices_are_kept_with_the_data_they_carry() {
    let text = |text: &str| text.to_owned();
    let electronic =
        ::pdf::Electronic { kind: ::pdf::Kind::Invoice, number: text("2015-00042"), siren: text("214501234") };
    let document = ::pdf::Document {
        title: text("Facture 2015-00042"),
        seller: vec![text("Commune de Jumex"), text("SIRET 214 501 234 00011")],
        payer: vec![text("Madame Chantal DEVRET"), text("45600 JUMEX")],
        facts: vec![(text("Numéro"), text("2015-00042"))],
        lines: Vec::new(),
        total: (text("Total à payer"), 6510),
        after: Vec::new(),
        how_to_pay: vec![text("Par chèque.")],
        mentions: Vec::new(),
        transfer: None,
        electronic: Some(electronic),
        created: chrono::NaiveDate::from_ymd_opt(2015, 2, 2).unwrap(),
    };
    let invoice = ::pdf::render(&document).unwrap();
    assert!(invoice.windows(12).any(|word| word == b"factur-x.xml"));
    assert_eq!(look(&invoice), Ok(()));
    let plain = ::pdf::render(&::pdf::Document { electronic: None, ..document }).unwrap();
    assert_eq!(look(&plain), Ok(()));
}

#[test]
fn what_runs_opens_sends_or_carries_is_refused_wherever_it_stands() {
    for action in [
        RUNS,
        "<< /S /Launch /F (cmd.exe) >>",
        "<< /S /SubmitForm /F (http://x) >>",
        "<< /S /GoToR /F (\\\\\\\\host\\\\share\\\\a.pdf) /D [0 /Fit] >>",
        "<< /S /GoToE /T << /R /C >> >>",
        "<< /S /Thread /F (\\\\\\\\host\\\\share) /D 0 >>",
        "<< /S /Rendition /OP 0 /JS (x) >>",
        "<< /S /GoTo3DView >>",
        "<< /S /Movie >>",
        "<< /S /URI /URI (javascript:alert\\(1\\)) >>",
        "<< /S /URI /URI (file:///c:/windows/system32/cmd.exe) >>",
        "<< /S /URI /URI (\\\\\\\\host\\\\share) >>",
        "<< /S /GoTo /D [3 0 R /Fit] /Next << /S /Launch /F (a) >> >>",
        "<< /S /Java#53cript /J#53 (x) >>",
    ] {
        let link = format!("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A {action} >>]");
        for (catalog, page) in [(format!("/OpenAction {action}"), ""), (String::new(), link.as_str())] {
            assert_eq!(fault(&pdf(&catalog, page, &[])), Err(Fault::Active), "{action} {page}");
        }
        assert_eq!(fault(&pdf("", "", &[action.into()])), Err(Fault::Active), "{action}: and nothing names it");
    }
    let scripted = b"<< /Type /3D /Subtype /U3D /OnInstantiate 5 0 R >>".to_vec();
    for (catalog, page, objects) in [
        ("/AA << /WC 4 0 R >>", "", vec![RUNS.into()]),
        ("/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", "", vec![RUNS.into()]),
        (
            "/Names << /EmbeddedFiles << /Names [(a) << /F (a.exe) /EF << /F 4 0 R >> >>] >> >>",
            "",
            vec![stream("", b"MZ")],
        ),
        ("/AcroForm << /Fields [] /XFA 4 0 R >>", "", vec![stream("", b"<xdp/>")]),
        ("/Collection << /Type /Collection >>", "", vec![]),
        ("", "/AA << /O 4 0 R >>", vec![RUNS.into()]),
        ("", "/Annots [<< /Subtype /FileAttachment /FS << /F (a) >> >>]", vec![]),
        ("", "/Annots [<< /Subtype /Screen /Rect [0 0 1 1] >>]", vec![]),
        ("", "/Annots [<< /Subtype /3D /Rect [0 0 1 1] /3DD 4 0 R >>]", vec![scripted, stream("", b"app.alert(1)")]),
        ("", "/Annots [<< /Subtype /Widget /Rect [0 0 1 1] /AA << /K 4 0 R >> >>]", vec![RUNS.into()]),
        ("", "/Contents 4 0 R", vec![b"<< /Length 0 /F (\\\\\\\\host\\\\share\\\\a) >>\nstream\n\nendstream".to_vec()]),
        ("", "/Contents 4 0 R", vec![stream("/F << /Type /Filespec /FS /URL /F (http://x) >>", b"")]),
    ] {
        assert_eq!(fault(&pdf(catalog, page, &objects)), Err(Fault::Active), "{catalog} {page}");
    }
    let forms = "/Resources << /XObject << /A 4 0 R >> >>";
    let elsewhere = stream("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (a.pdf) /Page 0 >>", b"");
    assert_eq!(fault(&pdf("", forms, &[elsewhere])), Err(Fault::Unclear));
    let postscript = stream("/Type /XObject /Subtype /PS", b"");
    assert_eq!(fault(&pdf("", forms, &[postscript])), Err(Fault::Active));
}

#[test]
fn actions_a_hundred_deep_are_refused() {
    let deep = |end: &str| format!("{}{end}{}", "<< /S /GoTo /D [3 0 R /Fit] /Next ".repeat(100), " >>".repeat(100));
    assert_eq!(
        fault(&pdf(&format!("/OpenAction {}", deep(RUNS)), "", &[])),
        Err(Fault::Unclear),
        "too deep to be read"
    );
    // One object for each, which is no nesting: followed to its end.
    let chain = |end: &str| {
        let next = (5..104).map(|next| format!("<< /S /GoTo /D [3 0 R /Fit] /Next {next} 0 R >>").into_bytes());
        pdf("/OpenAction 4 0 R", "", &next.chain([end.into()]).collect::<Vec<_>>())
    };
    assert_eq!(fault(&chain(RUNS)), Err(Fault::Active));
    assert_eq!(fault(&chain("<< /S /GoTo /D [3 0 R /Fit] >>")), Ok(()));
}

#[test]
fn an_update_hides_nothing() {
    let plain = pdf("/OpenAction [3 0 R /Fit]", "", &[]);
    assert_eq!(look(&updated(&plain, &[(4, "<< /Title (a) >>")])), Ok(()));
    let active = pdf(&format!("/OpenAction {RUNS}"), "", &[]);
    let catalog = (1, "<< /Type /Catalog /Pages 2 0 R >>");
    assert_eq!(fault(&updated(&active, &[catalog])), Err(Fault::Active), "replaced, and still there");
    let hidden = format!("<< /Type /Catalog /Pages 2 0 R /OpenAction {RUNS} >>");
    assert_eq!(fault(&updated(&plain, &[(1, &hidden)])), Err(Fault::Active));
    // A number that two objects have: whichever a reader takes.
    let named = pdf("/OpenAction 4 0 R", "", &[b"[3 0 R /Fit]".to_vec()]);
    assert_eq!(fault(&updated(&named, &[(4, RUNS)])), Err(Fault::Active));
}

#[test]
fn a_hybrid_table_is_followed_and_what_it_hides_is_refused() {
    for (object, expected) in [("[3 0 R /Fit]", Ok(())), (RUNS, Err(Fault::Active))] {
        let plain = pdf("/OpenAction 4 0 R", "", &[]);
        // The object is in no plain table: only whoever follows XRefStm finds it.
        let body = last_start(&plain);
        let mut bytes = plain[..body].to_vec();
        let hidden = bytes.len();
        write!(bytes, "4 0 obj\n{object}\nendobj\n").unwrap();
        let table = bytes.len();
        let content = [&[1][..], &u32::try_from(hidden).unwrap().to_be_bytes(), &[0]].concat();
        write!(bytes, "5 0 obj\n<< /Type /XRef /W [1 4 1] /Index [4 1] /Size 6 /Length 6 >>\nstream\n").unwrap();
        bytes.extend(content);
        bytes.extend(b"\nendstream\nendobj\n");
        let start = bytes.len();
        let lines = String::from_utf8_lossy(&plain[body..]).into_owned();
        let lines = lines.split("trailer").next().unwrap();
        write!(bytes, "{lines}trailer\n<< /Size 6 /Root 1 0 R /XRefStm {table} >>\nstartxref\n{start}\n%%EOF\n")
            .unwrap();
        assert_eq!(fault(&bytes), expected, "{object}: {:?}", look(&bytes));
        let named = format!("/XRefStm {table}");
        let at = bytes.windows(named.len()).position(|word| word == named.as_bytes()).unwrap();
        let elsewhere = format!("/XRefStm {hidden}");
        bytes.splice(at..at + named.len(), elsewhere.bytes());
        assert_eq!(fault(&bytes), Err(Fault::Unclear));
    }
}

#[test]
fn places_that_are_off_by_one_or_three_are_refused() {
    let plain = pdf("", "", &[]);
    assert_eq!(look(&plain), Ok(()));
    let at = plain.windows(5).position(|word| word == b"xref\n").unwrap();
    for off in [-3_i64, -1, 1, 3] {
        for line in 1..=3 {
            let mut moved = plain.clone();
            let line = at + "xref\n0 4\n".len() + 20 * line;
            let place: i64 = std::str::from_utf8(&moved[line..line + 10]).unwrap().parse().unwrap();
            moved[line..line + 10].copy_from_slice(format!("{:010}", place + off).as_bytes());
            assert_eq!(fault(&moved), Err(Fault::Unclear), "{line} by {off}");
        }
        let start = last_start(&plain);
        let end = plain.windows(10).rposition(|word| word == b"startxref\n").unwrap();
        let moved = [&plain[..end], format!("startxref\n{}\n%%EOF\n", start as i64 + off).as_bytes()].concat();
        assert_eq!(fault(&moved), Err(Fault::Unclear), "its start by {off}");
    }
    // A place within a stream, where another object is written.
    let hidden = pdf("", "", &[stream("", format!("\n4 0 obj\n{RUNS}\nendobj\n").as_bytes())]);
    let inside = hidden.windows(8).rposition(|word| word == b"\n4 0 obj").unwrap() + 1;
    let line = hidden.windows(5).rposition(|word| word == b"xref\n").unwrap();
    let line = hidden[..line].windows(5).rposition(|word| word == b"xref\n").unwrap() + "xref\n0 5\n".len() + 20 * 4;
    let mut moved = hidden.clone();
    moved[line..line + 10].copy_from_slice(format!("{inside:010}").as_bytes());
    assert_eq!((fault(&hidden), fault(&moved)), (Ok(()), Err(Fault::Unclear)));
}

#[test]
fn numbers_written_in_odd_ways_are_refused() {
    for odd in ["+4 0 R", "04 0 R", "4 00 R", "4.0 0 R", "4 0 r", "4294967300 0 R"] {
        let odd = format!("/OpenAction {odd}");
        assert_eq!(fault(&pdf(&odd, "", &[RUNS.into()])), Err(Fault::Unclear), "{odd}");
    }
    let plain = pdf("", "", &[]);
    for (from, to) in
        [("3 0 obj", "03 0 obj"), ("3 0 obj", "3 0 0bj"), ("%PDF-1.7", "%PDF-1.x"), ("[3 0 R]", "[9 0 R]")]
    {
        let at = plain.windows(from.len()).position(|word| word == from.as_bytes()).unwrap();
        let changed = [&plain[..at], to.as_bytes(), &plain[at + from.len()..]].concat();
        assert_eq!(fault(&changed), Err(Fault::Unclear), "{to}");
    }
}

#[test]
fn streams_of_objects_are_opened_and_hide_nothing() {
    let within = |object: &str, gap: &str| {
        let first = "4 0 ".len();
        let packed = flate(&format!("/Type /ObjStm /N 1 /First {first}"), format!("4 0 {object}{gap}").as_bytes());
        pdf("/OpenAction 4 0 R", "", &[b"null".to_vec(), packed])
    };
    assert_eq!(look(&within("[3 0 R /Fit]", "")), Ok(()));
    assert_eq!(fault(&within(RUNS, "")), Err(Fault::Active), "an object of two meanings, one of which runs");
    assert_eq!(fault(&within("[3 0 R /Fit]", RUNS)), Err(Fault::Unclear), "something behind the last object");
    assert_eq!(fault(&within("[3 0 R", "")), Err(Fault::Damaged));
}

#[test]
fn what_is_packed_beyond_measure_is_refused_at_once() {
    let zeros = vec![0; 97 * 1024 * 1024];
    let bomb = pdf("", "/Contents 4 0 R", &[flate("", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(fault(&bomb), Err(Fault::Bomb));
    let objects = flate("/Type /ObjStm /N 1 /First 4", &zeros[..40 * 1024 * 1024]);
    drop(zeros);
    assert_eq!(fault(&pdf("", "", &[objects])), Err(Fault::Bomb));
    for parameters in [
        "/Predictor 15 /Columns 2000000000",
        "/Predictor 15 /Columns 200000 /Colors 32 /BitsPerComponent 16",
        "/Predictor 2 /Columns 1 /Colors 1000000000",
        "/Predictor 99",
        "/K -1 /Columns 1728 /Rows 2000000000",
    ] {
        let packed = flate(&format!("/DecodeParms << {parameters} >>"), &[0; 32 * 1024]);
        assert_eq!(fault(&pdf("", "/Contents 4 0 R", &[packed])), Err(Fault::Bomb), "{parameters}");
    }
    let picture = "/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8";
    let resources = "/Resources << /XObject << /A 4 0 R >> >>";
    let large = stream(&format!("{picture} /Width 90000 /Height 90000 /Filter /JBIG2Decode"), b"");
    assert_eq!(fault(&pdf("", resources, &[large])), Err(Fault::Bomb));
    let chain =
        stream("/Filter [/ASCIIHexDecode /ASCIIHexDecode /ASCIIHexDecode /ASCIIHexDecode /ASCIIHexDecode]", b">");
    assert_eq!(fault(&pdf("", "/Contents 4 0 R", &[chain])), Err(Fault::Bomb));
    assert_eq!(fault(&pdf("", "/Contents 4 0 R", &[stream("/Filter /Unknown", b"")])), Err(Fault::Unclear));
}

#[test]
fn one_locked_by_its_owner_alone_is_opened_and_one_that_asks_is_refused() {
    assert_eq!(fault(&sample("locked-by-a-reader.pdf")), Err(Fault::Encrypted));
    for kind in ["40", "128", "aes128", "256"] {
        let locked = sample(&format!("ordinary/qpdf-proprietaire-{kind}.pdf"));
        assert_eq!(look(&locked), Ok(()), "{kind}");
        let runs = sample(&format!("locked-and-runs-{kind}.pdf"));
        assert_eq!(fault(&runs), Err(Fault::Active), "{kind}: what it runs is locked too");
    }
}

#[test]
fn half_a_pdf_is_damaged_and_what_is_on_no_list_is_unclear() {
    let plain = pdf("", "/Contents 4 0 R", &[stream("", b"BT (Bonjour) Tj ET")]);
    for end in [9, 40, plain.len() / 2, plain.len() - 40] {
        assert!(matches!(fault(&plain[..end]), Err(Fault::Damaged)), "{end}: {:?}", look(&plain[..end]));
    }
    for (catalog, page) in [
        ("/Requirements [<< /S /EnableJavaScripts >>]", ""),
        ("/SpiderInfo << /V 1.0 >>", ""),
        ("/Unknown 1", ""),
        ("", "/Unknown << /A 1 >>"),
        ("", "/Annots [<< /Subtype /Unknown /Rect [0 0 1 1] >>]"),
        ("/OpenAction << /S /Named /N /Quit >>", ""),
        ("/OpenAction << /S /Unknown >>", ""),
        ("/OpenAction 77 0 R", ""),
    ] {
        assert_eq!(fault(&pdf(catalog, page, &[])), Err(Fault::Unclear), "{catalog} {page}");
    }
    let longer = stream("", b"BT ET");
    let longer = String::from_utf8(longer).unwrap().replace("/Length 5", "/Length 4");
    assert_eq!(fault(&pdf("", "/Contents 4 0 R", &[longer.into_bytes()])), Err(Fault::Unclear));
    let referred = stream("", b"BT ET");
    let referred = String::from_utf8(referred).unwrap().replace("/Length 5", "/Length 5 0 R").into_bytes();
    assert_eq!(look(&pdf("", "/Contents 4 0 R", &[referred.clone(), b"5".to_vec()])), Ok(()));
    assert_eq!(fault(&pdf("", "/Contents 4 0 R", &[referred, b"3".to_vec()])), Err(Fault::Unclear));
}
