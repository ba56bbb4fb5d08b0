//! The command line of `preau-import`, in French.

use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{ArgAction, Parser};
use domain::invoice::Period;

const HELP: &str = "{about}\n\nUsage : {usage}\n\n{positionals}\n\nOptions :\n{options}{after-help}\n";
const USAGE: &str = "preau-import (--table NOM | --check | --preview MOIS) DOSSIER…";
const CODES: &str = "Rien n’est écrit si un seul dossier a une erreur. Charger deux fois les mêmes dossiers ne change rien.\n\
                     Codes de sortie : 0 tout est fait, 1 la table a échoué, 2 un dossier ou la commande a une erreur.";

/// Vérifie des dossiers d’organisations et les charge dans une table DynamoDB.
#[derive(Debug, Parser)]
#[command(help_template = HELP, override_usage = USAGE, after_help = CODES, disable_help_flag = true)]
pub(crate) struct Arguments {
    /// La table où charger ; région et droits viennent de la configuration AWS habituelle
    #[arg(long, value_name = "NOM", required_unless_present_any = ["check", "preview"], conflicts_with_all = ["check", "preview"])]
    pub(crate) table: Option<String>,
    /// Vérifie seulement, sans toucher à aucune table
    #[arg(long)]
    check: bool,
    /// Vérifie, puis dit ce que paierait chaque famille pour un mois (2026-12), sans toucher à aucune table
    #[arg(long, value_name = "MOIS", conflicts_with = "check", value_parser = month)]
    pub(crate) preview: Option<Period>,
    /// Les dossiers des organisations
    #[arg(value_name = "DOSSIER", required = true)]
    pub(crate) folders: Vec<PathBuf>,
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What the command line asks for, or what to print and whether it was only help.
pub(crate) fn read(words: impl Iterator<Item = std::ffi::OsString>) -> Result<Arguments, (bool, String)> {
    Arguments::try_parse_from(words).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp => (true, error.to_string()),
        _ => (false, format!("{} Voir « preau-import --help ».\n", fault(&error))),
    })
}

fn month(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| "pas un mois".to_owned())
}

/// What clap found, in one French sentence.
fn fault(error: &clap::Error) -> String {
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let option = argument.split(' ').next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => format!("Option inconnue : {option}."),
        ErrorKind::ArgumentConflict => {
            "--table, --check et --preview se donnent une seule fois, et l’une sans les autres.".to_owned()
        }
        ErrorKind::MissingRequiredArgument => format!("Il manque quelque chose : {USAGE}."),
        ErrorKind::ValueValidation => "Un mois s’écrit 2026-12.".to_owned(),
        _ => format!("L’option {option} est incomplète."),
    }
}
