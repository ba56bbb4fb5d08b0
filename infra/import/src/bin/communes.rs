//! `communes`: decides the worked examples of folders of organisations, and tells which hold.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Parser};
use domain::day::{Day, parse_day};
use folder::{Tally, check_examples};

const HELP: &str = "{about}\n\nUsage : {usage}\n\n{positionals}\n\nOptions :\n{options}{after-help}\n";
const USAGE: &str = "communes [--today JOUR] [--rules] DOSSIER…";
const CODES: &str = "Codes de sortie : 0 tous les exemples tiennent (ceux de « plus tard » ne comptent pas), 1 certains ne\n\
                     tiennent pas, 2 un dossier ou la commande a une erreur.";

/// Décide les exemples (examples.toml) de dossiers d’organisations, comme le clic d’un parent.
#[derive(Debug, Parser)]
#[command(help_template = HELP, override_usage = USAGE, after_help = CODES, disable_help_flag = true)]
struct Arguments {
    /// Le jour d’où se comptent les jours relatifs des dossiers
    #[arg(long, value_name = "JOUR", default_value = "2026-09-01", hide_default_value = true, value_parser = day)]
    today: Day,
    /// Dit aussi ce que paient les familles, en phrases faites des règles
    #[arg(long)]
    rules: bool,
    /// Les dossiers des organisations
    #[arg(value_name = "DOSSIER", required = true)]
    folders: Vec<PathBuf>,
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

fn main() -> ExitCode {
    match read(std::env::args_os()) {
        Ok(arguments) => run(&arguments),
        Err((true, help)) => {
            print!("{help}");
            ExitCode::SUCCESS
        }
        Err((false, fault)) => {
            eprint!("{fault}");
            ExitCode::from(2)
        }
    }
}

/// Tells every folder; those with faults do not keep the others from being told.
fn run(arguments: &Arguments) -> ExitCode {
    let tallies: Vec<Option<Tally>> = arguments.folders.iter().map(|dir| told(dir, arguments)).collect();
    let total: Tally = tallies.iter().flatten().copied().sum();
    println!("Total\u{a0}: {total}.");
    match (tallies.contains(&None), total.failed) {
        (true, _) => ExitCode::from(2),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(1),
    }
}

/// The tally of a folder, or nothing when it has faults.
fn told(dir: &Path, arguments: &Arguments) -> Option<Tally> {
    match check_examples(dir, arguments.today) {
        Ok(checked) => {
            checked.rules.iter().filter(|_| arguments.rules).for_each(|rule| println!("{rule}"));
            println!("{checked}\n");
            Some(checked.tally())
        }
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{}/{error}", dir.display()));
            None
        }
    }
}

fn day(text: &str) -> Result<Day, String> {
    parse_day(text).ok_or_else(|| format!("« {text} » n’est pas un jour : écrivez-le comme 2026-09-01"))
}

/// What the command line asks for, or what to print and whether it was only help.
fn read(words: impl Iterator<Item = OsString>) -> Result<Arguments, (bool, String)> {
    Arguments::try_parse_from(words).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => (true, error.to_string()),
        _ => (false, format!("{} Voir « communes --help ».\n", fault(&error))),
    })
}

/// What clap found, in one French sentence.
fn fault(error: &clap::Error) -> String {
    let context = |kind: ContextKind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let option = argument.split(' ').next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => format!("Option inconnue : {option}."),
        ErrorKind::MissingRequiredArgument => format!("Il manque un dossier : {USAGE}."),
        ErrorKind::ArgumentConflict => format!("L’option {option} est là deux fois."),
        ErrorKind::ValueValidation => {
            let value = context(ContextKind::InvalidValue);
            format!("« {value} » n’est pas un jour : écrivez-le comme 2026-09-01.")
        }
        _ => format!("L’option {option} est incomplète."),
    }
}
