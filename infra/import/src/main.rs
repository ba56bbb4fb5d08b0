//! `preau-import`: checks folders of organisations, and loads them into a table on AWS.

mod arguments;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aws_config::BehaviorVersion;
use domain::day::paris_day;
use domain::moment::Moment;
use folder::{OrganisationFolder, load, preview, read};
use lambda::clock::Clock;
use store::Table;

use arguments::Arguments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match arguments::read(std::env::args_os()) {
        Ok(arguments) => run(&arguments).await,
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

async fn run(arguments: &Arguments) -> ExitCode {
    let moment = Clock::system().now();
    let Some(folders) = checked(&arguments.folders, moment) else { return ExitCode::from(2) };
    if let Some(period) = arguments.preview {
        folders.iter().flat_map(|folder| preview(folder, period)).for_each(|one| print!("{one}"));
    }
    match &arguments.table {
        None => ExitCode::SUCCESS,
        Some(table) => loaded(table, &folders, moment).await,
    }
}

/// The folders, or nothing when one of them has faults; tells all of them.
fn checked(dirs: &[PathBuf], moment: Moment) -> Option<Vec<OrganisationFolder>> {
    let mut folders: Vec<OrganisationFolder> = Vec::new();
    let mut sound = true;
    for dir in dirs {
        match read(dir, paris_day(moment.business)) {
            Ok(folder) => {
                sound &= is_alone(&folder, &folders, dir);
                folder.warnings.iter().for_each(|warning| println!("{}/{warning}", dir.display()));
                folders.push(folder);
            }
            Err(errors) => {
                sound = false;
                errors.iter().for_each(|error| eprintln!("{}/{error}", dir.display()));
            }
        }
    }
    sound.then_some(folders)
}

/// Two folders of one organisation would each undo the other.
fn is_alone(folder: &OrganisationFolder, others: &[OrganisationFolder], dir: &Path) -> bool {
    let id = &folder.organisation.id;
    let alone = others.iter().all(|other| other.organisation.id != *id);
    match alone {
        true => println!("{} : en ordre.", dir.display()),
        false => eprintln!("{} : l’organisation « {id} » est déjà celle d’un autre de ces dossiers.", dir.display()),
    }
    alone
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
