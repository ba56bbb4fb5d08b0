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

/// The folders in a folder of the project, in order.
fn rooms(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(project().join(folder)).unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 3, "{folder}");
    names
}

/// What a package depends on, its tests aside.
fn dependencies(room: &str) -> Vec<String> {
    let manifest = project_file(&format!("{room}/Cargo.toml"));
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
    let names = section.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" ="));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Which crates of `shared` each of them may know: what the compiler then holds.
const WALLS: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("folder", &["domain", "secret", "store"]),
    ("lambda", &["domain"]),
    ("mail", &["domain", "lambda"]),
    ("pdf", &["domain"]),
    ("secret", &["domain"]),
    ("store", &["domain", "lambda", "secret"]),
    ("web", &["domain", "lambda", "secret", "store"]),
];

#[test]
fn each_crate_of_shared_knows_whom_it_may() {
    let known: Vec<&str> = WALLS.iter().map(|(room, _)| *room).collect();
    assert_eq!(rooms("shared"), known, "each has its wall");
    let functions = rooms("functions");
    for (room, may) in WALLS {
        for dependency in dependencies(&format!("shared/{room}")) {
            let ours = known.contains(&dependency.as_str()) || functions.contains(&dependency);
            assert!(!ours || may.contains(&dependency.as_str()), "shared/{room} knows {dependency}");
        }
    }
}

/// What the domain may be built with: nothing that reaches a store, a clock, chance or the world.
const PURE: [&str; 7] =
    ["chrono", "chrono-tz", "pulldown-cmark", "serde", "serde_json", "thiserror", "unicode-normalization"];

#[test]
fn the_domain_is_pure() {
    assert_eq!(dependencies("shared/domain"), PURE);
    assert!(!project_file("shared/domain/Cargo.toml").contains("\"clock\""), "chrono without its clock");
    forbid("shared/domain/src", &["Utc::now", "std::env", "std::fs", "std::net", "SystemTime", "Instant::", "async "]);
    forbid("shared/domain/src", &["f64", "f32"]);
}

#[test]
fn only_the_store_and_the_mails_reach_aws() {
    for room in rooms("shared").iter().map(|room| format!("shared/{room}")).chain(functions()) {
        let reaches = dependencies(&room).iter().any(|name| name.starts_with("aws-sdk-") || name == "serde_dynamo");
        assert_eq!(reaches, ["shared/store", "shared/mail"].contains(&room.as_str()), "{room}");
    }
}

fn functions() -> impl Iterator<Item = String> {
    rooms("functions").into_iter().map(|name| format!("functions/{name}"))
}

#[test]
fn a_function_knows_no_other_and_nothing_knows_infra() {
    let names = rooms("functions");
    for function in functions() {
        for dependency in dependencies(&function) {
            assert!(!names.contains(&dependency), "{function} depends on {dependency}");
        }
        assert!(!project_file(&format!("{function}/Cargo.toml")).contains("infra"), "{function}");
        let main = project_file(&format!("{function}/src/main.rs"));
        assert!(main.lines().count() <= 40, "{function}/main.rs is wiring only");
    }
}

#[test]
fn only_payments_speaks_with_who_is_not_aws() {
    for function in functions().filter(|function| function != "functions/payments") {
        let reaches = dependencies(&function).iter().any(|name| name == "aws-smithy-http-client" || name == "reqwest");
        assert!(!reaches, "{function}");
    }
}

#[test]
fn no_code_exists_for_local_use_alone_but_the_clock() {
    for room in rooms("shared").iter().map(|room| format!("shared/{room}")).chain(functions()) {
        let manifest = project_file(&format!("{room}/Cargo.toml"));
        assert_eq!(manifest.contains("[features]"), room == "shared/lambda", "{room}");
        forbid(&format!("{room}/src"), &["localhost", "127.0.0.1"]);
    }
}

/// The parts of a manifest: what stands between its headings.
fn parts<'a>(manifest: &'a str, heading: &str) -> Vec<&'a str> {
    manifest.split("\n[").filter_map(|part| part.strip_prefix(heading)).collect()
}

fn has_tests(text: &str) -> bool {
    ["#[test]", "#[tokio::test", "#[cfg(test)]"].iter().any(|mark| text.contains(mark))
}

/// The files of a program: its own, and the modules that it names.
fn files_of_program(package: &Path, part: &str) -> Vec<PathBuf> {
    let path = part.lines().find_map(|line| line.strip_prefix("path = \"")).unwrap();
    let main = package.join(path.trim_end_matches('"'));
    let text = std::fs::read_to_string(&main).unwrap();
    let named = text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let modules = named.map(|name| package.join(format!("src/{name}.rs")));
    modules.chain([main.clone()]).collect()
}

#[test]
fn what_is_not_built_as_a_test_has_none() {
    let mut quiet = 0;
    for (manifest, text) in ["shared", "functions", "infra", "tests"].iter().flat_map(|room| sources(room, "toml")) {
        if !manifest.ends_with("Cargo.toml") {
            continue;
        }
        let package = manifest.parent().unwrap();
        let is_quiet = |part: &str| part.lines().any(|line| line == "test = false");
        for part in parts(&text, "[bin]]").into_iter().filter(|part| is_quiet(part)) {
            for file in files_of_program(package, part) {
                assert!(!has_tests(&std::fs::read_to_string(&file).unwrap()), "{}", shown(&file));
            }
        }
        if parts(&text, "lib]").into_iter().any(is_quiet) {
            quiet += 1;
            for (path, text) in sources(&shown(&package.join("src")), "rs") {
                assert!(!has_tests(&text), "{}: its manifest says `test = false`", shown(&path));
            }
        }
    }
    assert!(quiet > 0);
}

#[test]
fn no_comment_holds_an_example_to_be_run() {
    for room in ["shared", "functions", "infra", "tests"] {
        for (path, text) in sources(room, "rs") {
            let comments = text.lines().filter_map(|line| line.trim_start().strip_prefix("//"));
            let fences = comments.filter_map(|line| line.trim_start_matches(['/', '!', ' ']).strip_prefix("```"));
            for language in fences.step_by(2) {
                let told = ["ignore", "text"].contains(&language);
                assert!(told, "{}: `tests/run` builds no test of a comment", shown(&path));
            }
        }
    }
}

#[test]
fn what_is_released_counts_with_checks_in_all_of_our_code() {
    let manifest = project_file("Cargo.toml");
    let section = |name: &str| {
        let after = manifest.split(&format!("\n[{name}]\n")).nth(1).unwrap_or_else(|| panic!("{name}"));
        after.split("\n[").next().unwrap().to_owned()
    };
    assert!(section("profile.release").contains("overflow-checks = true"), "money, days, places");
    let lifted = manifest.split("\n[profile.").skip(1).filter(|part| part.contains("overflow-checks = false"));
    let names: Vec<&str> = lifted.map(|part| part.split(']').next().unwrap()).collect();
    assert_eq!(names, ["release.package.\"*\""], "others' code alone, as it comes");
    assert!(section("profile.ci-zip").contains("inherits = \"release\""));
}

#[test]
fn a_sheet_for_a_spreadsheet_begins_with_its_mark() {
    let all = sources("functions", "rs").into_iter().chain(sources("shared", "rs"));
    let sheets: Vec<(PathBuf, String)> = all.filter(|(_, text)| code(text).contains("\"text/csv")).collect();
    assert!(!sheets.is_empty());
    for (path, text) in sheets {
        assert!(code(&text).contains(r"\u{feff}"), "{}: French spreadsheets take it for Windows-1252", shown(&path));
    }
}

#[test]
fn every_module_opens_with_a_sentence() {
    for room in ["shared", "functions", "infra", "tests"] {
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
    let keys: String = sources("shared/store/src/keys", "rs").into_iter().map(|(_, text)| text).collect();
    for prefix in prefixes(&keys) {
        assert!(chart.contains(&format!("`{prefix}")), "{prefix} is not in docs/DATA.md");
    }
    let rows = chart.lines().filter(|line| line.starts_with("| `") && line.contains("Record`"));
    for row in rows {
        let record = row.split('|').nth(3).unwrap().trim().trim_matches('`').to_owned();
        let known = sources("shared/store/src/records", "rs");
        assert!(known.iter().any(|(_, text)| text.contains(&format!("pub struct {record} "))), "{record}");
    }
}

/// An item without a version is told from one that is not there: a plain number would say 0 for both.
#[test]
fn a_version_that_an_item_may_lack_is_a_version() {
    for (path, text) in sources("shared/store/src/records", "rs") {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let plain = |pair: &[&str]| pair[0].starts_with("#[serde(default") && pair[1].starts_with("pub version: u64");
        assert!(!lines.windows(2).any(plain), "{}", shown(&path));
    }
}

#[test]
fn how_a_key_begins_is_spelled_in_the_key_module_alone() {
    let quoted = |text: &str| {
        let begins = |part: &str| {
            let word: String = part.chars().take_while(char::is_ascii_uppercase).collect();
            // `DAY#*` says what a function may reach.
            let rest = &part[word.len()..];
            word.len() > 2 && rest.starts_with('#') && !rest.starts_with("#*")
        };
        text.split('"').skip(1).step_by(2).any(begins)
    };
    for room in ["shared", "functions"] {
        for (path, text) in sources(room, "rs") {
            let path = shown(&path);
            let spells = code(&text).lines().any(quoted);
            let home = path == "shared/store/src/keys/prefix.rs";
            assert!(home == spells || path.contains("/tests/"), "{path}: spells how a key begins, or should");
        }
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
    let code = sources("shared", "rs");
    let mut types = 0;
    for line in glossary.lines().filter(|line| line.starts_with("| ")) {
        for name in line.split('`').skip(1).step_by(2).filter(|name| name.contains("::")) {
            let (module, item) = name.split_once("::").unwrap();
            let item = item.rsplit("::").next().unwrap();
            let mut homes = code.iter().filter(|(path, _)| lies_in(path, module));
            assert!(homes.any(|(_, text)| declares(text, item)), "{name}");
            types += 1;
        }
    }
    assert!(types >= 25, "{types}");
    for id in ["OrganisationId", "FamilyId", "ChildId", "ActivityId", "AccountId"] {
        assert!(glossary.contains(id), "{id} is not in the glossary");
    }
}

/// Whether a file is a module of this name, or lies in a room of this name.
fn lies_in(path: &Path, module: &str) -> bool {
    path.with_extension("").components().any(|part| part.as_os_str() == module)
}

fn declares(text: &str, item: &str) -> bool {
    // Identifiers are declared by name in one list.
    if text.contains("\nids! {\n") && text.lines().any(|line| line == format!("    {item},")) {
        return true;
    }
    let ends = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    ["struct", "enum", "type", "fn", "mod", "const", "trait"].iter().any(|kind| {
        let declared = format!("{kind} {item}");
        text.match_indices(&declared).any(|(at, _)| ends(&text[at + declared.len()..]))
    })
}

/// Where a transaction is begun, by which constructor, and why it may demand no more. A new place is to be argued for here:
/// what somebody asks for begins with their call (`web::ask`).
const BEGINNINGS: &[(&str, &str, &str)] = &[
    (
        "functions/billing/src/batch.rs",
        "of_system",
        "the run of a month goes on by its work item; the agent who began it was demanded then",
    ),
    ("functions/billing/src/drafting.rs", "of_system", "the same"),
    ("functions/billing/src/issuing.rs", "of_system", "the same"),
    ("functions/billing/src/print.rs", "of_system", "a PDF is filed for an invoice that is there"),
    ("functions/billing/src/work.rs", "of_system", "work that is done leaves the queue"),
    ("functions/checker/src/check.rs", "of_system", "storage tells of a file; whose it is, its permission said"),
    ("functions/checker/src/sweep.rs", "of_system", "what events lost"),
    (
        "functions/documents/src/remove.rs",
        "of_system",
        "files are gone of a document whose end was demanded of its caller",
    ),
    ("functions/login/src/accept_invitation.rs", "of_token", "an invitation's link is all its reader has"),
    ("functions/login/src/ask_password_reset.rs", "of_system", "who forgot a password is nobody yet"),
    ("functions/login/src/change_mel.rs", "of_token", "the link proves the new mél"),
    ("functions/login/src/reset_password.rs", "of_token", "the link stands in for the password"),
    (
        "functions/login/src/sign_in.rs",
        "of_system",
        "a session begins; the credentials that were looked at are demanded",
    ),
    ("functions/login/src/signing.rs", "of_system", "the key of sessions"),
    ("functions/login/src/tries.rs", "of_system", "a try is counted before anybody is known"),
    ("functions/mailer/src/deliver.rs", "of_system", "a mail that was asked for goes out"),
    ("functions/mailer/src/fan_out.rs", "of_system", "the same, to each adult"),
    ("functions/mailer/src/mark.rs", "of_system", "what became of a mail"),
    ("functions/mailer/src/news.rs", "of_system", "SES tells what became of a mail"),
    ("functions/mailer/src/sweep.rs", "of_system", "what the stream lost"),
    ("functions/payments/src/ask.rs", "of_system", "what a provider says of a payment is recorded whoever asked"),
    (
        "functions/payments/src/begin.rs",
        "of_system",
        "a payment under way at a provider is kept whatever becomes of the session",
    ),
    ("functions/payments/src/sweep.rs", "of_system", "the clock asks for what has not ended"),
    ("functions/planning/src/opt_out.rs", "of_token", "a mail program ends the mails it has shown"),
    ("functions/retention/src/archive.rs", "of_system", "a task that an adult left"),
    ("functions/retention/src/erase.rs", "of_system", "a task that an administrator decided"),
    ("functions/retention/src/lib.rs", "of_system", "a task that is done"),
    ("functions/retention/src/purge.rs", "of_system", "what is past its period, every night"),
    ("functions/retention/src/replay.rs", "of_system", "erasures are done again after a backup is restored"),
    ("functions/tick/src/debts.rs", "of_system", "the clock reminds"),
    ("functions/tick/src/digests.rs", "of_system", "the clock sums up"),
    ("functions/tick/src/expiries.rs", "of_system", "the clock tells of documents"),
    ("functions/tick/src/reminders.rs", "of_system", "the clock reminds"),
    ("functions/tick/src/runs.rs", "of_system", "the clock begins a month"),
    ("infra/import/src/bin/card-keys.rs", "of_system", "the operator gives the keys of a provider"),
    ("infra/local/src/populate.rs", "of_system", "the demo's keys of its provider"),
    ("infra/month/src/night.rs", "of_system", "a measured night has its last mail and work"),
    ("shared/folder/src/accounts/second_factor.rs", "of_system", "the operator helps an agent whom nobody else can"),
    ("shared/folder/src/accounts/write.rs", "of_system", "the demo's accounts"),
    ("shared/folder/src/load/bookings.rs", "of_system", "the operator loads a folder"),
    ("shared/folder/src/load/invoices.rs", "of_system", "the same"),
    ("shared/folder/src/load/piece.rs", "of_system", "the same"),
    ("shared/folder/src/load/prepaid.rs", "of_system", "the same"),
    ("shared/folder/src/load/rooms.rs", "of_system", "the same"),
    ("shared/store/src/changes/closing.rs", "of_system", "a closure in force is carried out, whoever decided it"),
    ("shared/store/src/changes/settle.rs", "of_system", "a freed place is its line's"),
    (
        "shared/store/src/finding.rs",
        "of_system",
        "rows that repeat what a family's items say: an import, and the clock",
    ),
    ("shared/store/src/listed.rs", "of_system", "the same"),
    ("shared/store/src/rounds.rs", "of_system", "how far a round of the clock is"),
    ("shared/store/src/seal.rs", "of_system", "the key of the seal"),
    ("shared/web/src/ask.rs", "of_caller", "the one place that knows who asks"),
];

#[test]
fn only_listed_places_begin_a_transaction_and_each_has_its_reason() {
    let mut found: Vec<(String, String)> = Vec::new();
    for room in ["shared", "functions", "infra"] {
        for (path, text) in sources(room, "rs") {
            let path = shown(&path);
            // The constructors themselves, and tests.
            if path == "shared/store/src/transaction.rs" || path.contains("/tests") {
                continue;
            }
            for part in code(&text).split("Transaction::").skip(1) {
                let name: String =
                    part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                if ["of_caller", "of_token", "of_system", "default"].contains(&name.as_str()) {
                    found.push((path.clone(), name));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    let listed: Vec<(String, String)> =
        BEGINNINGS.iter().map(|(path, name, _)| ((*path).to_owned(), (*name).to_owned())).collect();
    assert_eq!(found, listed, "what begins a transaction, and what is listed");
    assert!(BEGINNINGS.iter().all(|(.., reason)| reason.len() > 5), "each says why");
}
