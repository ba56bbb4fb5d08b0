//! The rooms and who may know whom: reads the manifests and the `use` lines, and fails on a breach.

use std::path::{Path, PathBuf};

use tests::contract::{project, project_file};

/// The `.rs` files under a folder of the project.
fn sources(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![project().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path if path.extension().is_some_and(|known| known == ending) => {
                    found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
                }
                _ => {}
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The code of a file without its tests and comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn forbid(folder: &str, words: &[&str]) {
    for (path, text) in sources(folder, "rs") {
        let code = code(&text);
        for word in words {
            assert!(!code.contains(word), "{} knows `{word}`", shown(&path));
        }
    }
}

fn shown(path: &Path) -> String {
    path.strip_prefix(project()).unwrap().display().to_string()
}

#[test]
fn the_domain_knows_neither_store_nor_clock_nor_chance() {
    let outside = ["crate::aws", "crate::http", "crate::mail", "crate::app", "crate::clock", "crate::environment"];
    forbid("shared/src/domain", &outside);
    forbid("shared/src/domain", &["Utc::now", "std::env", "std::fs", "tokio", "getrandom", "Uuid::new", "async "]);
    forbid("shared/src/domain", &["f64", "f32"]);
}

#[test]
fn wire_mail_and_aws_know_the_domain_and_not_each_other() {
    forbid("shared/src/http", &["crate::aws", "crate::mail", "crate::app"]);
    forbid("shared/src/mail", &["crate::aws", "crate::http", "crate::app"]);
    forbid("shared/src/aws", &["crate::http", "crate::mail", "crate::app"]);
}

#[test]
fn no_sdk_type_leaves_the_way_to_aws() {
    for room in ["shared/src/domain", "shared/src/http", "shared/src/mail", "functions"] {
        forbid(room, &["aws_sdk_", "serde_dynamo"]);
    }
}

#[test]
fn a_function_knows_no_other_and_nothing_knows_infra() {
    let packages = [
        "login",
        "planning",
        "information",
        "dossier",
        "desk",
        "invoices",
        "documents",
        "payments",
        "checker",
        "billing",
        "mailer",
        "tick",
    ];
    for package in packages {
        let manifest = project_file(&format!("functions/{package}/Cargo.toml"));
        for other in packages.iter().filter(|other| **other != package) {
            assert!(!manifest.contains(&format!("\n{other} =")), "{package} depends on {other}");
        }
        assert!(!manifest.contains("infra"), "{package}");
        let main = project_file(&format!("functions/{package}/src/main.rs"));
        assert!(main.lines().count() <= 40, "{package}/main.rs is wiring only");
    }
    assert!(!project_file("shared/Cargo.toml").contains("path ="), "shared depends on no other room");
}

#[test]
fn every_module_opens_with_a_sentence() {
    for room in ["shared/src", "functions", "infra/local/src", "infra/import/src", "infra/month/src", "tests"] {
        for (path, text) in sources(room, "rs") {
            assert!(text.starts_with("//! "), "{}", shown(&path));
        }
    }
}

#[test]
fn pages_know_components_and_components_know_lib() {
    for (path, text) in sources("static-site/js", "js") {
        let path = shown(&path);
        let imports = text.lines().filter(|line| line.contains(" from ") || line.starts_with("import "));
        let imports: Vec<&str> = imports.collect();
        let knows = |room: &str| imports.iter().any(|line| line.contains(room));
        if path.contains("/lib/") {
            assert!(!knows("components/") && !knows("pages/"), "{path}");
        }
        if path.contains("/components/") {
            assert!(!knows("pages/"), "{path}");
        }
        if !path.ends_with("lib/api.js") {
            assert!(!text.contains("fetch("), "{path}: only api.js fetches");
        }
        assert!(!text.contains("innerHTML"), "{path}");
    }
}

#[test]
fn the_chart_of_the_table_and_the_keys_agree() {
    let chart = project_file("docs/DATA.md");
    let keys: String = sources("shared/src/aws/keys", "rs").into_iter().map(|(_, text)| text).collect();
    for prefix in prefixes(&keys) {
        assert!(chart.contains(&format!("`{prefix}")), "{prefix} is not in docs/DATA.md");
    }
    let rows = chart.lines().filter(|line| line.starts_with("| `") && line.contains("Record`"));
    for row in rows {
        let record = row.split('|').nth(3).unwrap().trim().trim_matches('`').to_owned();
        let known = sources("shared/src/aws/records", "rs");
        assert!(known.iter().any(|(_, text)| text.contains(&format!("pub struct {record} "))), "{record}");
    }
}

/// The capitals that begin a key in `keys`: `FAMILY#`, `BOOKING#`…
fn prefixes(keys: &str) -> Vec<String> {
    let words = keys.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '#'));
    let mut found: Vec<String> =
        words.filter(|word| word.len() > 3 && word.ends_with('#')).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    assert!(found.len() >= 12, "{found:?}");
    found
}

#[test]
fn the_glossary_and_the_code_agree() {
    let glossary = project_file("docs/GLOSSARY.md");
    let code: String = sources("shared/src", "rs").into_iter().map(|(_, text)| text).collect();
    let mut types = 0;
    for line in glossary.lines().filter(|line| line.starts_with("| ")) {
        for name in line.split('`').skip(1).step_by(2).filter(|name| name.contains("::")) {
            let last = name.rsplit("::").next().unwrap();
            let declared = ["struct", "enum", "type", "fn", "mod", "const"];
            assert!(
                declared.iter().any(|kind| code.contains(&format!("{kind} {last}")))
                    || code.contains(&format!("    {last}")),
                "{name}"
            );
            types += 1;
        }
    }
    assert!(types >= 25, "{types}");
    for id in ["OrganisationId", "FamilyId", "ChildId", "ActivityId", "AccountId"] {
        assert!(glossary.contains(id), "{id} is not in the glossary");
    }
}
