//! Mes documents in a real browser: files of every sort sent from a page, each ending in words; and read by an agent.

use std::path::PathBuf;

use fantoccini::Locator;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::town::TUESDAY;
use tests::{Town, paper};

use crate::agents_page;
use crate::first_minute::CHANTAL;
use crate::window::Window;

/// A window on the page, that opens no dialog of the system.
async fn open(town: &Town) -> Window {
    let window = Window::open(town).await;
    window.sign_in(CHANTAL.0, CHANTAL.1).await;
    window.press("nav a[href='/documents.html']").await;
    window.until("document.querySelector('[data-gap]') !== null && !document.querySelector('#drop').hidden").await;
    window.dev_tools("Page.setInterceptFileChooserDialog", json!({ "enabled": true })).await;
    window
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Gives files to the input, as the system's dialog would.
async fn choose(window: &Window, files: &[PathBuf]) {
    let paths: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    let input = window.client.find(Locator::Css("#files")).await.unwrap();
    input.send_keys(&paths.join("\n")).await.unwrap();
}

/// Answers the questions of the dialog for every file at once, and sends.
async fn answer(window: &Window, kind: &str) {
    window.until("document.querySelector('#choosing').open").await;
    let all = format!(
        "[...document.querySelectorAll('#chosen select[id^=kind]')].forEach((one) => \
         {{ one.value = {kind:?}; one.dispatchEvent(new Event('change')); }}) ?? 1"
    );
    window.value(&all).await;
    window.press("#send").await;
}

/// The row of a document whose state mentions a file's name, or says this.
async fn row_says(window: &Window, selector: &str, words: &str) {
    let text = format!("document.querySelector({selector:?})?.innerText.replaceAll('\\u00a0', ' ') ?? ''");
    window.until(&format!("({text}).includes({words:?})")).await;
}

async fn upload_speed(window: &Window, bytes_a_second: i64) {
    let conditions =
        json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second });
    window.dev_tools("Network.enable", json!({})).await;
    window.dev_tools("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn a_large_pdf_shows_its_progress_and_what_was_missing_is_there() {
    let town = Town::at(TUESDAY).await;
    let (window, folder) = (open(&town).await, TempDir::new().unwrap());
    assert!(window.text("#lead").await.contains("Il manque"), "{}", window.text("#lead").await);
    let scan = file(&folder, "attestation.pdf", &paper::pdf(9 * 1024 * 1024));
    upload_speed(&window, 6 * 1024 * 1024).await;
    window.press("[data-gap=caf_statement] button").await;
    choose(&window, &[scan]).await;
    window.until("document.querySelector('[data-upload] progress')?.value > 0").await;
    row_says(&window, "[data-upload]", " sur 9 Mo").await;
    assert_eq!(
        window.value("document.querySelector('[data-gap=caf_statement]')").await,
        Value::Null,
        "it is on its way"
    );
    window.until("document.querySelector('[data-document][data-standing=received]') !== null").await;
    row_says(&window, "[data-document]", "Reçu le 26 mai").await;
    window.hears("Attestation CAF, Famille : Reçu le 26 mai.").await;
    let kept = town.files("checked", "jumex/devret").await;
    assert!(town.file(&kept[0]).await.len() > 9 * 1024 * 1024);
    window.close().await;
}

#[tokio::test]
async fn a_telephones_photo_loses_where_it_was_taken_and_is_looked_at_and_taken_back() {
    let town = Town::at(TUESDAY).await;
    let (window, folder) = (open(&town).await, TempDir::new().unwrap());
    let taken = paper::photo(1600, 1200);
    assert!(paper::holds(&taken, &paper::LATITUDE));
    window.press("[data-gap=insurance][data-child=lou] button").await;
    choose(&window, &[file(&folder, "IMG_2015.JPG", &taken)]).await;
    window.until("document.querySelector('[data-document][data-standing=received]') !== null").await;
    let kept = town.file(&town.files("checked", "jumex/devret").await[0]).await;
    assert!(!paper::holds(&kept, &paper::LATITUDE) && !paper::holds(&kept, b"Exif"));
    window.press("[data-document] button").await;
    window
        .until("document.querySelector('#looking').open && document.querySelector('#looking img')?.naturalWidth > 0")
        .await;
    assert!(window.text("#looking").await.contains("IMG_2015.JPG"));
    window.picture("documents-looking-1280", 1280).await;
    window.press("#remove").await;
    assert_eq!(window.text("#remove").await, "Supprimer pour de bon");
    crate::window::calm(&window).await;
    window.press("#remove").await;
    window.until("document.querySelector('[data-gap=insurance][data-child=lou]') !== null").await;
    assert!(town.files("checked", "jumex/devret").await.is_empty());
    window.close().await;
}

#[tokio::test]
async fn each_file_that_is_not_taken_ends_in_words_and_stops_no_other() {
    let town = Town::at(TUESDAY).await;
    let (window, folder) = (open(&town).await, TempDir::new().unwrap());
    let exe = [b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".to_vec(), vec![0; 500]].concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let files = [
        ("onze.pdf", paper::pdf(11 * 1024 * 1024), "la limite est de 10 Mo"),
        ("facture.pdf", exe, "malgré son nom"),
        ("image.png", b"<!doctype html><script>alert(1)</script>".to_vec(), "malgré son nom"),
        ("dessin.svg", svg.to_vec(), "Envoyez un PDF, ou une photo"),
        ("archive.pdf", paper::zip_bomb(), "malgré son nom"),
        ("bombe.pdf", paper::pdf_bomb(), "beaucoup trop grand"),
        ("alerte.pdf", paper::pdf_that_runs(), "contient un programme"),
        ("vide.pdf", Vec::new(), "Ce fichier est vide"),
        ("bon.pdf", paper::pdf(3000), "La mairie le lit"),
    ];
    let paths: Vec<PathBuf> = files.iter().map(|(name, bytes, _)| file(&folder, name, bytes)).collect();
    window.press("#choose").await;
    choose(&window, &paths).await;
    // Nothing is chosen beforehand, and nothing goes unnamed.
    window.until("document.querySelector('#choosing').open").await;
    assert_eq!(
        window
            .value("[...document.querySelectorAll('#chosen select[id^=kind]')].every((one) => one.value === '')")
            .await,
        json!(true)
    );
    window.press("#send").await;
    window.until("document.activeElement.id === 'kind-0'").await;
    assert!(window.text("#choosing [data-error]").await.starts_with("Choisissez ce que contient « onze.pdf »"));
    answer(&window, "other").await;
    window
        .until("document.querySelectorAll('#sheets [data-document], #sheets [data-standing=failed]').length === 9")
        .await;
    window
        .until("document.querySelector('#sheets [data-standing=checking], #sheets [data-standing=sending]') === null")
        .await;
    let page = window.text("#sheets").await;
    for (name, _, words) in &files {
        assert!(page.contains(words), "{name}: {words} in {page}");
    }
    assert_eq!(page.matches("malgré son nom").count(), 3);
    assert_eq!(town.files("checked", "jumex/devret").await.len(), 1, "the good one alone is kept");
    assert!(town.files("incoming", "jumex/devret").await.is_empty());
    for width in [360, 1280] {
        window.picture(&format!("documents-refused-{width}"), width).await;
    }
    window.close().await;
}

#[tokio::test]
async fn a_dropped_file_with_an_impossible_name_is_shown_with_a_harmless_one() {
    let town = Town::at(TUESDAY).await;
    let window = open(&town).await;
    let drop = "(() => { const held = new DataTransfer();
        const text = '%PDF-1.7\\n1 0 obj\\n<< /Type /Catalog /Pages 2 0 R >>\\nendobj\\n2 0 obj\\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\\nendobj\\n3 0 obj\\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\\nendobj\\nxref\\n0 4\\n0000000000 65535 f \\n0000000009 00000 n \\n0000000058 00000 n \\n0000000115 00000 n \\ntrailer\\n<< /Size 4 /Root 1 0 R >>\\nstartxref\\n182\\n%%EOF\\n';
        held.items.add(new File([text], '../../🎈\\u202e' + 'é'.repeat(300) + '.pdf', { type: 'application/pdf' }));
        return window.dispatchEvent(new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true })), 1; })()";
    window.value(drop).await;
    answer(&window, "proof_of_address").await;
    window.until("document.querySelector('[data-document][data-standing=received]') !== null").await;
    window.press("[data-document] button").await;
    window.until("document.querySelector('#looking').open").await;
    let about = window.text("#looking-about").await;
    assert!(about.starts_with("🎈é") && about.contains("….pdf") && !about.contains(".."), "{about}");
    window.close().await;
}

#[tokio::test]
async fn an_upload_that_breaks_is_taken_up_again_and_another_is_given_up() {
    let town = Town::at(TUESDAY).await;
    let (window, folder) = (open(&town).await, TempDir::new().unwrap());
    window.dev_tools("Network.enable", json!({})).await;
    let blocked = async |urls: Value| drop(window.dev_tools("Network.setBlockedURLs", json!({ "urls": urls })).await);
    blocked(json!(["*/documents/incoming/*"])).await;
    window.press("[data-gap=caf_statement] button").await;
    choose(&window, &[file(&folder, "scan.pdf", &paper::pdf(5000))]).await;
    row_says(&window, "[data-upload][data-standing=failed]", "L’envoi s’est arrêté").await;
    blocked(json!([])).await;
    window.press("[data-upload] button").await;
    window.until("document.querySelector('[data-document][data-standing=received]') !== null").await;
    upload_speed(&window, 200 * 1024).await;
    window.press("[data-gap=insurance][data-child=chloe] button").await;
    choose(&window, &[file(&folder, "lent.pdf", &paper::pdf(4 * 1024 * 1024))]).await;
    window.until("document.querySelector('[data-upload] progress')?.value > 0").await;
    window.press("[data-upload] button").await;
    window.until("document.querySelector('[data-gap=insurance][data-child=chloe]') !== null").await;
    window.hears("Envoi abandonné").await;
    assert_eq!(town.files("checked", "jumex/devret").await.len(), 1);
    window.close().await;
}

#[tokio::test]
async fn an_agent_looks_refuses_and_accepts_and_the_family_reads_why() {
    let town = Town::at(TUESDAY).await;
    let (family, folder) = (open(&town).await, TempDir::new().unwrap());
    let photo = file(&folder, "avis.jpg", &paper::photo(900, 600));
    let gaps = ["[data-gap=insurance][data-child=lou]", "[data-gap=insurance][data-child=chloe]"];
    for (sent, gap) in gaps.iter().enumerate() {
        family.press(&format!("{gap} button")).await;
        choose(&family, std::slice::from_ref(&photo)).await;
        let received = "document.querySelectorAll('[data-document][data-standing=received]').length";
        family.until(&format!("document.querySelector({gap:?}) === null && {received} === {}", sent + 1)).await;
    }
    let agent = Window::open(&town).await;
    agents_page::sign_in(&agent).await;
    agent.press("#waiting a[href^='/a-verifier.html']").await;
    agent.until("document.querySelectorAll('[data-item=document]').length === 2").await;
    assert_eq!(agent.text("#summary").await, "2 documents");
    agent.until("document.querySelector('#proof img')?.naturalWidth > 0").await;
    agent.press("#refuse").await;
    agent.until("document.activeElement.name === 'queue-why'").await;
    agent.type_into("#queue-why-own", "Coupée").await;
    agent.press("#refuse").await;
    agent.until("document.querySelector('#item').innerText.includes('10 caractères')").await;
    agent
        .type_into(
            "#queue-why-own",
            "La photo est coupée : on ne lit pas le nom de l’enfant. Renvoyez la page entière.",
        )
        .await;
    agent.press("#refuse").await;
    agent.until("document.querySelectorAll('[data-item=document]').length === 1").await;
    agent.until("document.querySelector('#queue-until') !== null").await;
    crate::window::calm(&agent).await;
    agent.type_into("#queue-until", "31 février").await;
    agent.press("#accept").await;
    agent.until("document.querySelector('#proof').innerText.includes('Écrivez une date')").await;
    agent.type_into("#queue-until", "31 août 2016").await;
    agent.press("#accept").await;
    agent.until("document.querySelector('#summary').innerText === 'Rien n’attend.'").await;
    agent.close().await;
    family.go("/documents.html").await;
    row_says(&family, "[data-standing=refused]", "Renvoyez la page entière.").await;
    row_says(&family, "[data-standing=accepted]", "Valable jusqu’au 31 août 2016.").await;
    family.press("#readings summary").await;
    row_says(&family, "#reading-list", "Anne MARCHAND a ouvert Assurance scolaire").await;
    upload_speed(&family, 150 * 1024).await;
    family.dev_tools("Page.setInterceptFileChooserDialog", json!({ "enabled": true })).await;
    family.press("[data-gap=caf_statement] button").await;
    choose(&family, &[file(&folder, "attestation.pdf", &paper::pdf(3 * 1024 * 1024))]).await;
    family.until("document.querySelector('[data-upload] progress')?.value > 100000").await;
    for width in [360, 1280] {
        family.picture(&format!("documents-{width}"), width).await;
    }
    family.dark(true).await;
    family.picture("documents-1280-dark", 1280).await;
    family.close().await;
}
