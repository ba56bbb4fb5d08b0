//! `examples.toml`: worked examples of an organisation's rules, each decided as a parent's click is.

mod answer;
mod checked;
mod file;
mod price;

use std::path::Path;

use domain::day::Day;
use domain::id::ActivityId;
use domain::organisation::Organisation;
use domain::tariff::Tariff;

pub use checked::{Checked, CheckedExample, Outcome, Tally};

use crate::fault::FolderError;
use crate::folder;
use file::Asked;

/// Reads the rules of a folder with its `examples.toml`, and decides every example. Of the folder's other files
/// `activities.toml` alone must be there. `today` is the day of the business clock.
///
/// # Errors
/// Every fault of the folder's files, or else of `examples.toml`, by file and line.
pub fn check_examples(dir: &Path, today: Day) -> Result<Checked, Vec<FolderError>> {
    let organisation = folder::read_rules(dir, today)?.organisation;
    let examples = file::read(dir, today, &organisation.activities)?;
    let told = |example: file::Example| {
        let outcome = outcome(&organisation, &example.asked);
        CheckedExample { text: example.text, outcome }
    };
    let examples = examples.into_iter().map(told).collect();
    Ok(Checked { rules: rules(&organisation), name: organisation.name, examples })
}

/// What families pay, in words: each activity's prices, then what several come to together.
fn rules(organisation: &Organisation) -> Vec<String> {
    let name = |id: &ActivityId| organisation.activity(id).map_or_else(|| id.to_string(), |known| known.name.clone());
    let of_tariff = |tariff: &Tariff| {
        let activity = name(&tariff.activity);
        tariff.sentences().into_iter().map(move |sentence| format!("{activity} : {sentence}")).collect::<Vec<_>>()
    };
    let tariffs = organisation.tariffs.iter().flat_map(of_tariff);
    tariffs.chain(organisation.joint_prices.iter().map(|one| one.sentence(organisation))).collect()
}

fn outcome(organisation: &Organisation, asked: &Asked) -> Outcome {
    match asked {
        Asked::Deadline(deadline) => answer::deadline(organisation, deadline),
        Asked::Request(request) => answer::request(organisation, request),
        Asked::Price(price) => price::price(organisation, price),
        Asked::Later(needs) => Outcome::Later(needs.clone()),
    }
}
