//! `preau-import`: checks folders of organisations, and loads them into a table on AWS.

use std::path::PathBuf;
use std::process::ExitCode;

use aws_config::BehaviorVersion;
use clap::Parser;
use organisation_import::{OrganisationFolder, load, read};
use shared::aws::Table;
use shared::clock::{Clock, Moment};
use shared::domain::day::paris_day;

/// Vérifie des dossiers d’organisations et les charge dans une table DynamoDB.
///
/// Rien n’est écrit si un seul dossier a une erreur. Charger deux fois les mêmes dossiers ne change rien.
/// Codes de sortie : 0 tout est fait, 1 la table a échoué, 2 un dossier a des erreurs.
#[derive(Debug, Parser)]
#[command(name = "preau-import", version)]
struct Options {
    /// La table où charger ; région et droits viennent de la configuration AWS habituelle.
    #[arg(long, value_name = "NOM", required_unless_present = "check")]
    table: Option<String>,
    /// Vérifie seulement, sans toucher à aucune table.
    #[arg(long)]
    check: bool,
    /// Les dossiers des organisations.
    #[arg(value_name = "DOSSIER", required = true)]
    folders: Vec<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let moment = Clock::system().now();
    let Some(folders) = checked(&options.folders, moment) else { return ExitCode::from(2) };
    match options.table {
        Some(table) if !options.check => loaded(&table, &folders, moment).await,
        _ => ExitCode::SUCCESS,
    }
}

/// The folders, or nothing when one of them has faults; tells all of them.
fn checked(dirs: &[PathBuf], moment: Moment) -> Option<Vec<OrganisationFolder>> {
    let mut folders = Vec::new();
    for dir in dirs {
        match read(dir, paris_day(moment.business)) {
            Ok(folder) => {
                folder.warnings.iter().for_each(|warning| println!("{}/{warning}", dir.display()));
                println!("{} : en ordre.", dir.display());
                folders.push(folder);
            }
            Err(errors) => errors.iter().for_each(|error| eprintln!("{}/{error}", dir.display())),
        }
    }
    (folders.len() == dirs.len()).then_some(folders)
}

async fn loaded(table: &str, folders: &[OrganisationFolder], moment: Moment) -> ExitCode {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let table = Table::with(aws_sdk_dynamodb::Client::new(&config), table);
    for folder in folders {
        match load(&table, folder, moment).await {
            Ok(report) => println!("{report}"),
            Err(error) => {
                eprintln!("{} : {error}", folder.organisation.name);
                return ExitCode::from(1);
            }
        }
    }
    ExitCode::SUCCESS
}
