//! `preau-check`: holds the table of a portal to what must always be true, and says which family it does not hold for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, Parser};
use lambda::environment::Environment;
use preau::Kept;
use preau_check::{Report, check_all};
use store::{Files, Table};

const HELP: &str = "{about}\n\nUsage : {usage}\n\nOptions :\n{options}{after-help}\n";
const USAGE: &str = "preau-check [--data DOSSIER]";
const CODES: &str = "Sans --data, la table et les fichiers sont ceux que nomment TABLE_NAME, FILES_BUCKET, AWS_REGION et les clés\n\
                     AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY et AWS_SESSION_TOKEN de l’environnement. Rien n’est écrit.\n\
                     Codes de sortie : 0 tout tient, 1 quelque chose ne tient pas, 2 la lecture ou la commande a échoué.";

/// Vérifie les comptes, les numéros, les PDF et les places de toutes les organisations.
#[derive(Debug, Parser)]
#[command(help_template = HELP, override_usage = USAGE, after_help = CODES, disable_help_flag = true)]
struct Arguments {
    /// Le dossier d’un portail local qui n’est pas en marche
    #[arg(long, value_name = "DOSSIER")]
    data: Option<PathBuf>,
    /// Affiche cette aide
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => run(arguments.data.as_deref()).await.unwrap_or_else(|fault| refused(&fault)),
        Err(help) if help.kind() == ErrorKind::DisplayHelp => {
            print!("{help}");
            ExitCode::SUCCESS
        }
        Err(_) => refused(&format!("Usage : {USAGE}. Voir « preau-check --help ».")),
    }
}

fn refused(fault: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("{fault}");
    ExitCode::from(2)
}

async fn run(folder: Option<&Path>) -> Result<ExitCode, String> {
    let Some(folder) = folder else { return told(&Environment::of_process()).await };
    let kept = Kept::open(folder).await.map_err(|error| error.to_string())?;
    let code = told(&kept.environment()).await;
    kept.close().await;
    code
}

async fn told(environment: &Environment) -> Result<ExitCode, String> {
    let table = Table::of(environment, None).map_err(|error| error.to_string())?;
    let files = Files::of(environment, None).map_err(|error| error.to_string())?;
    let reports = check_all(&table, Some(&files)).await.map_err(|error| error.to_string())?;
    reports.iter().for_each(|report: &Report| println!("{report}"));
    let holds = reports.iter().all(|report| report.findings.is_empty());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
