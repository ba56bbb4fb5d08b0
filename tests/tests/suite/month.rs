//! The program that measures a month, on a slice: it comes to its end, and charges what another language computes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::contract::project;

const FAMILIES: usize = 40;
const DAYS: [&str; 6] = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-24", "2026-12-29"];
const ACTIVITIES: [&str; 4] = ["Cantine", "Garderie matin", "Garderie midi", "Garderie soir"];
/// Both bounds of every bracket, and what lies around.
const QUOTIENTS: [u32; 12] = [0, 1, 399, 400, 699, 700, 999, 1000, 1399, 1400, 1401, 5000];

/// Forty families of one to three children, each with other days.
fn write(folder: &Path) {
    let mut families = "family,name,login,qf,children\n".to_owned();
    let mut children = "child_id,family,last,first,birth,group\n".to_owned();
    let mut bookings = "family,child_id,date,activity\n".to_owned();
    let mut child = 500;
    for family in 1..=FAMILIES {
        let (count, quotient) = (1 + family % 3, QUOTIENTS[family % QUOTIENTS.len()]);
        writeln!(families, "{family},NOM{family} Anne,F{family:05},{quotient},{count}").unwrap();
        for nth in 0..count {
            child += 1;
            writeln!(children, "{child},{family},NOM{family},Enfant {nth},2018-03-0{},Élémentaire", nth + 1).unwrap();
            for (at, day) in DAYS.iter().enumerate() {
                for (which, activity) in ACTIVITIES.iter().enumerate() {
                    if which == 0 && at == nth || (family + at * 3 + which * 5 + nth) % 4 == 0 {
                        writeln!(bookings, "{family},{child},{day},{activity}").unwrap();
                    }
                }
            }
        }
    }
    for (name, text) in [("families.csv", families), ("children.csv", children), ("bookings.csv", bookings)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// `family,total` lines of the script that knows nothing of the portal.
fn expected(folder: &Path, families: usize) -> Vec<String> {
    let script = project().join("infra/month/expected_totals.py");
    let told = Command::new("python3").arg(script).arg(folder).arg(families.to_string()).output();
    let told = told.expect("python3 is missing");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slice_of_the_month_comes_to_its_last_mail_and_charges_what_its_files_say() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    let families = FAMILIES + 5;
    let outcome = town_month::run(folder.path(), Some(families)).await.unwrap();
    let totals: Vec<String> = outcome.totals.iter().map(town_month::total_line).collect();
    assert_eq!(totals, expected(folder.path(), families));
    let figure = |one: &Value| (one["figure"].as_str().unwrap().to_owned(), one["value"].as_f64().unwrap());
    let figures: BTreeMap<String, f64> = outcome.figures.iter().map(figure).collect();
    for name in ["families", "invoices", "pdfs_filed", "mails_sent"] {
        assert_eq!(figures[name] as usize, families, "{name}");
    }
    let charged: i64 = outcome.totals.iter().map(|(_, cents)| cents).sum();
    assert_eq!((figures["charged"] as i64, figures["left_out"] as i64), (charged, 0));
    for name in [
        "drafts_per_second",
        "invoices_committed_per_second",
        "pdfs_to_bytes_per_second",
        "mails_per_second",
        "billing_round_trips_per_invoice",
        "billing_read_per_invoice",
        "billing_written_per_invoice",
        "mailer_written_per_invoice",
    ] {
        assert!(figures[name] > 0.0, "{name}: {figures:?}");
    }
}
