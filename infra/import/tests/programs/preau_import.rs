//! `preau-import` as it is called.

use std::path::Path;
use std::process::{Command, Output};

use crate::table::{NAME, Store};
use crate::village::{Village, demo};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_preau-import"));
    let settings = [("AWS_REGION", "eu-west-3"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    program.env_clear().envs(settings);
    program
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn checked(folders: &[&Path]) -> (Option<i32>, String, String) {
    said(&program().arg("--check").args(folders).output().unwrap())
}

#[test]
fn sound_folders_are_in_order() {
    let (code, out, err) = checked(&[&demo("jumex"), &demo("aubray")]);
    assert_eq!((code, out.lines().count(), err.as_str()), (Some(0), 2, ""), "{out}");
}

#[test]
fn what_families_would_pay_is_told_before_a_tariff_is_loaded() {
    let village = Village::new().change("activities.toml", "\"3,70\"", "\"4,10\"");
    let output = program().args(["--preview", "2026-09"]).arg(village.path("")).output().unwrap();
    let (code, out, err) = said(&output);
    let out = out.replace('\u{a0}', " ");
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    // Zoé answers to the Roux in even weeks (7 September 2026 is in week 37), Léo always to the Blanc.
    assert!(out.contains("ROUX : 4,10 €\n  [Zoé] : Ticket(s) pour le service Cantine, 1 × 4,10 € = 4,10 €\n"), "{out}");
    assert!(out.contains("BLANC : 8,20 €\n"), "{out}");
    let (_, none, _) = said(&program().args(["--preview", "2026-10"]).arg(village.path("")).output().unwrap());
    assert!(!none.contains('€'), "{none}");
}

#[test]
fn faults_end_with_2_and_name_the_folder() {
    let village = Village::new().change("organisation.toml", "zone = \"B\"\n", "");
    let (code, _, err) = checked(&[&demo("jumex"), &village.path("")]);
    assert_eq!(code, Some(2));
    assert!(err.contains("organisation.toml, ligne 1 : la clé « zone » manque."), "{err}");
}

#[test]
fn one_organisation_in_two_folders_is_refused() {
    let (code, _, err) = checked(&[&demo("jumex"), &demo("jumex")]);
    assert_eq!(code, Some(2));
    assert!(err.contains("l’organisation « jumex » est déjà celle d’un autre de ces dossiers"), "{err}");
}

#[test]
fn the_command_line_is_explained_in_french() {
    let told = |words: &[&str]| said(&program().args(words).output().unwrap());
    let (code, out, _) = told(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("Usage : preau-import (--table NOM | --check | --preview MOIS) DOSSIER…"), "{out}");
    for words in [
        &[][..],
        &["--check"],
        &["--tabel", "x", "y"],
        &["--table"],
        &["--check", "--table", "x", "y"],
        &["--preview", "mai", "x"],
    ] {
        let (code, _, err) = told(words);
        assert_eq!(code, Some(2), "{words:?}");
        assert!(err.ends_with("Voir « preau-import --help ».\n") && err.lines().count() == 1, "{err}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_loaded_by_the_usual_configuration() {
    let store = Store::new().await;
    let village = Village::new();
    let mut command = program();
    command.env("AWS_ENDPOINT_URL", store.address()).args(["--table", NAME]).arg(village.path(""));
    let run = |mut command: Command| tokio::task::spawn_blocking(move || said(&command.output().unwrap()));
    let (code, out, err) = run(command).await.unwrap();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("Commune de Bourg : 8 lignes créées, 0 ligne modifiée, 0 ligne inchangée."), "{out}");
    assert!(!store.contents().await.is_empty());
    let mut command = program();
    command.env("AWS_ENDPOINT_URL", store.address()).args(["--table", "autre"]).arg(demo("aubray"));
    let (code, _, err) = run(command).await.unwrap();
    assert_eq!(code, Some(1));
    assert!(err.starts_with("Les Mercredis d’Aubray : La table ne répond pas comme il faut"), "{err}");
}
