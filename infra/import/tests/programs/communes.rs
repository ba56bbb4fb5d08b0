//! Thirty folders of published rules, and some of invented ones, hold their worked examples; an example that is wrong is told.

use std::path::{Path, PathBuf};
use std::process::Command;

use folder::{FolderError, Outcome, check_examples};

use crate::village::{Village, day, demo};

/// The folders of `tests/communes`.
const COMMUNES: &str = "ales-agglo baincthun bertholene boisemont chenimenil civray-de-touraine clardeluna espondeilhan \
                        frans la-prairie la-richardais-sainte-anne la-selle-craonnaise la-tessoualle lachelle le-cres \
                        le-sourn les-pieux mametz noyers-sur-cher pizay rontalon saint-barnabe saint-lager-cantine \
                        saint-martin-belle-roche saint-vivien saussay strasbourg vailhauques valdurenque wavrin";

/// Rules that nobody has published: of each part of a price a plain one and a nasty one.
const INVENTED: [&str; 5] = ["ajustements", "forfaits", "heures", "jour-de-famille", "plafonds"];

/// One example for the village's canteen: booked before 12:00 two working days before.
const DEADLINE: &str = r#"[[deadline]]
text = "Lundi"
action = "book"
activity = "cantine"
day = 2026-09-14
last = "2026-09-10 12:00"
boundary = "before"
"#;

fn communes() -> Vec<&'static str> {
    COMMUNES.split_whitespace().collect()
}

fn invented() -> Vec<String> {
    INVENTED.iter().flat_map(|part| [format!("invente-{part}"), format!("invente-{part}-retors")]).collect()
}

fn commune(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/communes").join(id)
}

/// A commune's folder in a place of its own.
fn copy(id: &str) -> Village {
    let files = std::fs::read_dir(commune(id)).unwrap().map(|entry| entry.unwrap());
    files.fold(Village::new(), |village, file| {
        village.write(file.file_name().to_str().unwrap(), &std::fs::read(file.path()).unwrap())
    })
}

fn outcomes(village: &Village) -> Result<Vec<Outcome>, Vec<FolderError>> {
    let checked = check_examples(&village.path(""), day("2026-09-01"))?;
    Ok(checked.examples.into_iter().map(|told| told.outcome).collect())
}

fn run(words: &[&str], folders: &[PathBuf]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_communes")).args(words).args(folders).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn there_are_thirty_published_folders_and_some_invented_and_all_hold() {
    let mut there: Vec<String> = std::fs::read_dir(commune(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let mut expected: Vec<String> = communes().into_iter().map(str::to_owned).chain(invented()).collect();
    expected.sort();
    assert_eq!((communes().len(), there), (30, expected.clone()));
    for id in &expected {
        let checked = check_examples(&commune(id), day("2026-09-01")).unwrap();
        assert!(!checked.examples.is_empty() && checked.tally().failed == 0, "{id}: {checked}");
    }
}

#[test]
fn the_program_tells_every_example_and_a_total() {
    let (code, out, err) = run(&[], &communes().into_iter().map(commune).collect::<Vec<_>>());
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains("Commune de Mametz\n  tient\u{a0}: Réserver le repas du jeudi 3 décembre 2026"), "{out}");
    assert!(out.contains("  tient\u{a0}: Quotient 850, 12 repas\u{a0}: 12,00\u{a0}€\n"), "{out}");
    assert!(out.contains("  plus tard (un acompte)\u{a0}: 2 enfants, 2 semaines de 5 jours"), "{out}");
    let total = out.lines().last().unwrap();
    assert!(total.starts_with("Total\u{a0}: ") && total.contains(", 0 ne tient pas, "), "{total}");
}

#[test]
fn a_limit_said_an_hour_later_or_earlier_does_not_hold() {
    for (hour, expected, found) in [
        (
            "10:00",
            "attendu\u{a0}: accepté le mardi 1er décembre 2026 à 9\u{a0}h 59\u{a0}min 59\u{a0}s",
            "trouvé\u{a0}: refusé (limite",
        ),
        ("8:00", "attendu\u{a0}: refusé le mardi 1er décembre 2026 à 8\u{a0}h", "trouvé\u{a0}: accepté"),
    ] {
        let village = copy("mametz").change("examples.toml", "\"2026-12-01 9:00\"", &format!("\"2026-12-01 {hour}\""));
        let (code, out, _) = run(&[], &[village.path("")]);
        assert_eq!(code, Some(1), "{out}");
        let line = out.lines().find(|line| line.contains("ne tient pas\u{a0}: Réserver le repas du jeudi 3")).unwrap();
        assert!(line.contains(expected) && line.contains(found), "{line}");
        assert!(out.ends_with("Total\u{a0}: 4 tiennent, 1 ne tient pas, 0 plus tard.\n"), "{out}");
    }
}

#[test]
fn a_price_said_a_cent_higher_and_a_tariff_that_says_nothing_do_not_hold() {
    let village = copy("mametz").change("examples.toml", "total = \"12,00\"", "total = \"12,01\"");
    let (code, out, _) = run(&[], &[village.path("")]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("attendu\u{a0}: 12,01\u{a0}€\u{a0}; trouvé\u{a0}: 12,00\u{a0}€"), "{out}");
    let village = copy("mametz").change(
        "activities.toml",
        "qf_from = \"700\", qf_to = \"1000\"",
        "qf_from = \"900\", qf_to = \"1000\"",
    );
    let (_, out, _) = run(&[], &[village.path("")]);
    assert!(out.contains("Enfant 1, Cantine, mardi 1er décembre 2026 : aucun prix du tarif"), "{out}");
}

#[test]
fn a_price_that_does_not_hold_is_told_with_its_lines_or_with_what_has_no_price() {
    let village = copy("mametz").change("examples.toml", "total = \"12,00\"", "total = \"12,01\"");
    let (_, out, _) = run(&[], &[village.path("")]);
    let line = "\n    [Enfant 1] : Ticket(s) pour le service Cantine, 12 × 1,00\u{a0}€ = 12,00\u{a0}€\n";
    assert!(out.contains(line), "{out}");
    let alone = tempfile::tempdir().unwrap();
    for file in ["activities.toml", "examples.toml"] {
        let text = std::fs::read_to_string(commune("invente-forfaits").join(file)).unwrap();
        std::fs::write(alone.path().join(file), text.replace("pour 4 semaines", "pour 5 semaines")).unwrap();
    }
    let (code, out, err) = run(&[], &[alone.path().to_owned()]);
    assert_eq!(code, Some(1), "{out}{err}");
    let found = "attendu\u{a0}: pas de prix (le forfait n’a pas de prix pour 5 semaines)\u{a0}; trouvé\u{a0}: Enfant 1, été : le \
                 forfait n’a pas de prix pour 4 semaines\n";
    assert!(out.contains(found), "{out}");
}

#[test]
fn what_families_pay_is_said_when_it_is_asked_for() {
    let folders = [commune("invente-plafonds")];
    let sentence =
        "matin et soir (Garderie du matin et Garderie du soir) : 50,00\u{a0}€ au plus par mois et par enfant\n";
    assert!(run(&["--rules"], &folders).1.contains(sentence));
    assert!(!run(&[], &folders).1.contains(sentence));
}

#[test]
fn a_request_that_meets_another_rule_does_not_hold() {
    for (id, from, to) in [
        ("la-prairie", "least = 3", "least = 2"),
        ("la-prairie", "least_with_holiday = 2", "least_with_holiday = 3"),
        ("wavrin", "closes = 2025-09-22", "closes = 2025-09-23"),
    ] {
        let outcomes = outcomes(&copy(id).change("activities.toml", from, to)).unwrap();
        let failed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Fails { .. })).count();
        assert_eq!(failed, 1, "{id} with {to}: {outcomes:?}");
    }
}

#[test]
fn a_rule_of_no_known_kind_is_refused_with_the_kinds_there_are() {
    let village =
        copy("mametz").change("activities.toml", "{ days_before = 1, before = \"11:00\" }", "{ full_moon = 2 }");
    let (code, _, err) = run(&[], &[village.path(""), commune("wavrin")]);
    assert_eq!(code, Some(2));
    let told = "une règle s’écrit avec une de ces clés, et une seule : days_before, hours_before, weekday, by_weekday, \
                day_of_month, periods, annual, open, no_booking, never.";
    assert!(err.contains("activities.toml, ligne ") && err.contains(told), "{err}");
}

#[test]
fn before_refuses_the_minute_that_until_allows() {
    let holds = |rule: &str, last: &str, boundary: &str| {
        let text = DEADLINE.replace("2026-09-10 12:00", last).replace("\"before\"", boundary);
        let village = Village::new().write("examples.toml", text.as_bytes()).change(
            "activities.toml",
            "{ days_before = 2, counting = \"working\", before = \"12:00\" }",
            rule,
        );
        outcomes(&village).unwrap() == [Outcome::Holds]
    };
    let (before, until) = ("\"before\"", "\"until\"");
    assert!(holds(r#"{ days_before = 2, before = "12:00" }"#, "2026-09-12 12:00", before));
    assert!(!holds(r#"{ days_before = 2, before = "12:00" }"#, "2026-09-12 12:00", until));
    assert!(holds(r#"{ days_before = 2, until = "12:00" }"#, "2026-09-12 12:00", until));
    assert!(!holds(r#"{ days_before = 2, until = "12:00" }"#, "2026-09-12 12:00", before));
    for boundary in [before, until] {
        assert!(holds(r#"{ days_before = 3, before = "24:00" }"#, "2026-09-11 24:00", boundary));
        assert!(!holds(r#"{ days_before = 3, before = "23:59" }"#, "2026-09-11 24:00", boundary));
    }
    assert!(holds(r#"{ days_before = 2, before = "0:00" }"#, "2026-09-12", before));
    let late = r#"{ days_before = 2, before = "12:00", late = { open = true, surcharge = "1,00" } }"#;
    assert!(!holds(late, "2026-09-12 12:00", before));
    assert!(holds(late, "2026-09-12 12:00", "\"before\"\nafter = \"late\""));
}

#[test]
fn an_example_that_cannot_be_read_is_told_by_line() {
    let other = |from: &str, to: &str| {
        let told = outcomes(&Village::new().write("examples.toml", DEADLINE.replace(from, to).as_bytes())).unwrap_err();
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].to_string()
    };
    for (from, to, told) in [
        (
            "activity = \"cantine\"",
            "activity = \"piscine\"",
            "ligne 4 : « activity » : l’activité « piscine » n’est pas dans",
        ),
        ("\"book\"", "\"eat\"", "ligne 3 : « action » : « eat » : écrivez book (réserver) ou cancel (annuler)."),
        ("\"before\"", "\"after\"", "ligne 7 : « boundary » : « after » : écrivez before (avant) ou until (jusqu’à)."),
        ("boundary = \"before\"\n", "", "ligne 1 : la clé « boundary » manque."),
        ("day = 2026-09-14\n", "", "ligne 1 : la clé « day » manque."),
        ("text = \"Lundi\"", "text = \"Lundi\"\nmoon = 2", "ligne 3 : la clé « moon » est inconnue."),
        ("2026-09-10 12:00", "2026-09-10 midi", "ligne 6 : « last » : « midi » n’est pas une heure"),
        ("2026-09-10 12:00", "jeudi", "ligne 6 : « last » : « jeudi » n’est pas un moment"),
        ("[[deadline]]", "[[dead]]", "ligne 1 : la clé « dead » est inconnue."),
    ] {
        let said = other(from, to);
        assert!(said.starts_with(&format!("examples.toml, {told}")), "{said}");
    }
    let missing = outcomes(&Village::new()).unwrap_err();
    assert_eq!(missing[0].to_string(), "examples.toml : ce fichier manque.");
}

#[test]
fn the_sample_of_the_page_holds() {
    let page = std::fs::read_to_string(demo("../../docs/ORGANISATION_FOLDER.md")).unwrap();
    let section = page.split("## examples.toml").last().unwrap();
    let indented =
        section.lines().skip_while(|line| !line.contains("[[deadline]]")).take_while(|line| !line.starts_with('-'));
    let sample: String = indented.map(|line| format!("{}\n", line.trim())).collect();
    let village = Village::new().write("examples.toml", sample.replace("cantine-maternelle", "cantine").as_bytes());
    let later = Outcome::Later("un acompte".to_owned());
    assert_eq!(outcomes(&village).unwrap(), [Outcome::Holds, Outcome::Holds, Outcome::Holds, later]);
}

#[test]
fn the_command_line_is_explained_in_french() {
    let (code, out, _) = run(&["--help"], &[]);
    assert_eq!(code, Some(0));
    assert!(out.contains("Usage : communes [--today JOUR] [--rules] DOSSIER…"), "{out}");
    for words in [&[][..], &["--today"], &["--today", "lundi", "x"], &["--tomorrow", "x"]] {
        let (code, _, err) = run(words, &[]);
        assert_eq!(code, Some(2), "{words:?}");
        assert!(err.ends_with("Voir « communes --help ».\n") && err.lines().count() == 1, "{err}");
    }
}
