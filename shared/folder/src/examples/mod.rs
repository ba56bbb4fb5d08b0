//! `examples.toml`: worked examples of an organisation's rules, each decided as a parent's click is.

mod answer;
mod file;
mod price;
mod told;

use std::path::Path;

use domain::day::Day;
use domain::organisation::Organisation;

pub use told::{Checked, Outcome, Tally, Told};

use crate::fault::FolderError;
use crate::folder;
use file::Asked;

/// Reads a folder with its `examples.toml`, and decides every example. `today` is the day of the business clock.
///
/// # Errors
/// Every fault of the folder's files, or else of `examples.toml`, by file and line.
pub fn check_examples(dir: &Path, today: Day) -> Result<Checked, Vec<FolderError>> {
    let organisation = folder::read(dir, today)?.organisation;
    let examples = file::read(dir, today, &organisation.activities)?;
    let told = |example: file::Example| {
        let outcome = outcome(&organisation, &example.asked);
        Told { text: example.text, outcome }
    };
    let examples = examples.into_iter().map(told).collect();
    Ok(Checked { name: organisation.name, examples })
}

fn outcome(organisation: &Organisation, asked: &Asked) -> Outcome {
    match asked {
        Asked::Deadline(deadline) => answer::deadline(organisation, deadline),
        Asked::Request(request) => answer::request(organisation, request),
        Asked::Price(price) => price::price(organisation, price),
        Asked::Later(needs) => Outcome::Later(needs.clone()),
    }
}
