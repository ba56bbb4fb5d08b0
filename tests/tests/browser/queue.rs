//! What waits for agents, answered in one queue by keyboard alone.

use serde_json::json;
use tests::town::TUESDAY;
use tests::{Person, Town, paper};

use crate::family_page::{ENTER, sign_in};
use crate::first_minute::CHANTAL;
use crate::window::{Window, calm};

/// Marc moves, and two papers of his family come.
pub(crate) async fn what_waits(town: &Town) {
    let chantal = Person::new(&town.origin());
    chantal.sign_in(CHANTAL.0, CHANTAL.1).await.ok();
    let family = "/api/organisations/jumex/families/devret";
    let change = |place: &str, was: &str, now: &str| json!({ "place": place, "was": was, "now": now });
    let moved = [
        change("fiche.marc.address_1", "Chemin de la lune", "2 rue du Four"),
        change("fiche.marc.town", "JUMEX", "ORLÉANS"),
    ];
    chantal.put(&format!("{family}/dossier"), json!({ "changes": moved })).await.ok();
    let photo = tests::storage::Sheet {
        name: "x.jpg",
        mime: "image/jpeg",
        ..tests::storage::Sheet::of_family("proof_of_address", paper::photo(600, 800))
    };
    for kind in ["proof_of_address", "caf_statement"] {
        chantal.send_sheet(family, &tests::storage::Sheet { kind, ..photo.clone() }).await;
    }
}

#[tokio::test]
async fn what_waits_is_answered_in_one_queue_by_keyboard_alone() {
    let town = Town::at(TUESDAY).await;
    what_waits(&town).await;
    let window = Window::open(&town).await;
    sign_in(&window).await;
    // The address of before leads here.
    window.go("/documents-recus.html?organisation=jumex").await;
    window.until("location.pathname === '/a-verifier.html' && document.querySelector('.two-sides') !== null").await;
    assert_eq!(window.text("#summary").await, "1 changement, 2 documents");
    assert_eq!(window.text("#left").await, "2 après celui-ci");
    let beside = window.text(".two-sides").await;
    for words in ["Chemin de la lune", "2 rue du Four", "JUMEX", "ORLÉANS"] {
        assert!(beside.contains(words), "{words} in {beside}");
    }
    window.until("document.querySelector('#proof img')?.naturalWidth > 0").await;
    assert!(window.text("#proof").await.contains("Justificatif de domicile"));
    for width in [1280, 1024, 768, 360] {
        window.picture(&format!("a-verifier-{width}"), width).await;
    }
    window.dark(true).await;
    window.picture("a-verifier-1280-dark", 1280).await;
    window.dark(false).await;
    window.size(1280, 900).await;
    crate::accessibility::clean(&window, "the queue").await;
    // Enter takes it, and goes on to the next, which it had named.
    assert!(window.text("#accept").await.contains("puis DEVRET"), "{}", window.text("#accept").await);
    window.keys(&format!("{ENTER}{ENTER}")).await;
    window.until("document.querySelectorAll('[data-item=change]').length === 0 && document.querySelector('#queue-until') !== null").await;
    assert!(window.text("#done").await.contains("accepté"));
    calm(&window).await;
    assert_eq!(window.text("#summary").await, "2 documents", "a key pressed twice answers once");
    // Refused with the second of the usual sentences.
    window.keys("r").await;
    window.until("document.activeElement.name === 'queue-why'").await;
    window.keys("2").await;
    window.until("document.querySelector('#refuse.main') !== null").await;
    window.keys(ENTER).await;
    window
        .until(
            "document.querySelectorAll('[data-item]').length === 1 && document.querySelector('#queue-until') !== null",
        )
        .await;
    calm(&window).await;
    assert_eq!(window.text("#left").await, "Le dernier");
    window.keys(ENTER).await;
    window.hears("Rien n’attend.").await;
    assert_eq!(window.text("#summary").await, "Rien n’attend.");
    window.close().await;
    // The family reads both answers.
    let chantal = Person::new(&town.origin());
    chantal.sign_in(CHANTAL.0, CHANTAL.1).await.ok();
    let family = "/api/organisations/jumex/families/devret";
    let dossier = chantal.get(&format!("{family}/dossier")).await.ok();
    assert_eq!(dossier["waiting"], json!([]));
    let marc = dossier["fiches"].as_array().unwrap().iter().find(|fiche| fiche["id"] == "marc").unwrap().clone();
    assert_eq!((&marc["values"]["address_1"], &marc["values"]["town"]), (&json!("2 rue du Four"), &json!("ORLÉANS")));
    let documents = chantal.get(&format!("{family}/documents")).await.ok()["documents"].clone();
    let standing = |of: &str| {
        let all = documents.as_array().unwrap();
        all.iter().filter(|one| one["standing"] == of).map(|one| one["sentence"].as_str().unwrap().to_owned()).collect()
    };
    let (refused, accepted): (Vec<String>, Vec<String>) = (standing("refused"), standing("accepted"));
    assert_eq!(refused, ["La photo est floue : on ne lit pas le texte. Reprenez-la à la lumière, bien à plat."]);
    assert_eq!(accepted.len(), 1);
}
