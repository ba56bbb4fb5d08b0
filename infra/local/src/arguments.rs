//! The command line, in French.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDateTime;
use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Parser};
use domain::day::paris_instant;
use preau::Options;

const HELP: &str = "{about}\n\nUsage : {usage}\n\nOptions :\n{options}\n";

/// Le portail famille tout entier sur cette machine : pages, fonctions, table et méls.
#[derive(Debug, Parser)]
#[command(name = "preau", help_template = HELP, override_usage = "cargo run -- [options]", disable_help_flag = true)]
struct Arguments {
    /// Port des pages et de l’API (3000 sinon)
    #[arg(long, value_name = "PORT", default_value_t = 3000, hide_default_value = true)]
    port: u16,
    /// Dossier où tout est gardé d’une fois à l’autre (preau-data sinon)
    #[arg(long, value_name = "DOSSIER", default_value = "preau-data", hide_default_value = true)]
    data: PathBuf,
    /// Démarre sans la démonstration
    #[arg(long)]
    empty: bool,
    /// Charge une organisation décrite par un dossier ; peut être répété
    #[arg(long, value_name = "DOSSIER")]
    import: Vec<PathBuf>,
    /// Instant où commence l’horloge du portail, à l’heure de Paris : 2015-05-20T10:00
    #[arg(long, value_name = "INSTANT", value_parser = local_instant)]
    now: Option<NaiveDateTime>,
    /// Lance les vrais programmes des fonctions, comme le fait Lambda
    #[arg(long)]
    lambda: bool,
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What the command line asks for, or the exit code when it was only help or could not be read.
pub(crate) fn read() -> Result<Options, ExitCode> {
    Arguments::try_parse().map(Options::from).map_err(|error| answer(&error))
}

impl From<Arguments> for Options {
    fn from(given: Arguments) -> Self {
        Self {
            port: given.port,
            data: Some(given.data),
            demo: !given.empty,
            imports: given.import,
            now: given.now.map(|local| paris_instant(local.date(), local.time())),
            lambda: given.lambda,
            ..Self::default()
        }
    }
}

fn local_instant(text: &str) -> Result<NaiveDateTime, String> {
    let read = |format| NaiveDateTime::parse_from_str(text, format);
    read("%Y-%m-%dT%H:%M").or_else(|_| read("%Y-%m-%dT%H:%M:%S")).map_err(|_| "pas un instant".to_owned())
}

fn answer(error: &clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::DisplayHelp {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    eprintln!("{} Voir « cargo run -- --help ».", fault(error));
    ExitCode::from(super::REFUSED)
}

/// What clap found, in one French sentence.
fn fault(error: &clap::Error) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let option = argument.split(' ').next().unwrap_or_default();
    match (error.kind(), option) {
        (ErrorKind::UnknownArgument, _) => format!("Option inconnue : {option}."),
        (ErrorKind::ArgumentConflict, _) => format!("L’option {option} ne se donne qu’une fois."),
        (_, "--now") => "L’option --now attend un instant comme 2015-05-20T10:00.".to_owned(),
        (_, "--port") => "L’option --port attend un nombre de 0 à 65535.".to_owned(),
        _ => format!("L’option {option} est incomplète."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options, String> {
        Arguments::try_parse_from(line.split(' ')).map(Options::from).map_err(|error| fault(&error))
    }

    #[test]
    fn the_options_have_their_defaults() {
        let options = read("preau").unwrap();
        assert_eq!((options.port, options.data, options.demo), (3000, Some("preau-data".into()), true));
        assert!(options.now.is_none() && options.imports.is_empty() && !options.lambda);
    }

    #[test]
    fn the_clock_is_set_in_paris() {
        let options = read("preau --now 2015-05-20T10:00 --empty --import a --import b").unwrap();
        assert_eq!(options.now.unwrap().to_rfc3339(), "2015-05-20T08:00:00+00:00");
        assert_eq!((options.imports.len(), options.demo), (2, false));
    }

    #[test]
    fn faults_are_told_in_french() {
        let fault = |line| read(line).err().unwrap();
        assert_eq!(fault("preau --prot 1"), "Option inconnue : --prot.");
        assert_eq!(fault("preau --now demain"), "L’option --now attend un instant comme 2015-05-20T10:00.");
        assert_eq!(fault("preau --port 99999"), "L’option --port attend un nombre de 0 à 65535.");
        assert_eq!(fault("preau --data"), "L’option --data est incomplète.");
        assert_eq!(fault("preau --port 1 --port 2"), "L’option --port ne se donne qu’une fois.");
    }
}
