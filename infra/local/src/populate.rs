//! What the table is filled with at start: the demo, and the folders given with `--import`.

use std::path::{Path, PathBuf};

use domain::day::paris_day;
use domain::moment::Moment;
use domain::online::Online;
use domain::organisation::Organisation;
use folder as import;
use lambda::environment::Environment;
use store::records::{CardKeysRecord, OrganisationRecord};
use store::{Table, Transaction, keys};

use crate::bank::CardKeys;
use crate::demo_dates;
use crate::error::StartError;
use crate::pages::DemoAccount;
use crate::project::Project;

/// What shall be in the table, and how to reach it.
pub(crate) struct Population<'a> {
    /// Whether the demo is wanted.
    pub(crate) demo: bool,
    /// Folders of organisations.
    pub(crate) imports: &'a [PathBuf],
    /// Where the demo's own folders lie.
    pub(crate) project: &'a Project,
    /// Settings that reach the table.
    pub(crate) environment: &'a Environment,
    /// The moment of the start, on both clocks.
    pub(crate) moment: Moment,
    /// By what the card provider here knows every organisation.
    pub(crate) card_keys: &'a CardKeys,
}

/// What was loaded.
#[derive(Default)]
pub(crate) struct Populated {
    /// The demo's accounts.
    pub(crate) accounts: Vec<DemoAccount>,
    /// What each folder given with `--import` changed, in words.
    pub(crate) reports: Vec<String>,
}

/// Loads what is wanted; loading the same again changes nothing. All folders are read before anything is written.
pub(crate) async fn populate(wanted: &Population<'_>) -> Result<Populated, StartError> {
    let today = paris_day(wanted.moment.business);
    let demo = if wanted.demo { wanted.project.demo_folders()? } else { Vec::new() };
    let mut demo = demo.iter().map(|folder| read(folder, today)).collect::<Result<Vec<_>, _>>()?;
    let imports = wanted.imports.iter().map(|folder| read(folder, today)).collect::<Result<Vec<_>, _>>()?;
    let table = Table::of(wanted.environment, None).map_err(|error| StartError::Table(error.to_string()))?;
    for folder in &mut demo {
        // The dates of its invoices are those of the first start.
        let known =
            table.get::<OrganisationRecord>(&keys::organisation(&folder.organisation.id)).await.map_err(failed)?;
        match known {
            Some(_) => folder.invoices.clear(),
            None => demo_dates::move_to(today, &mut folder.invoices),
        }
        import::load(&table, folder, wanted.moment).await.map_err(failed)?;
        give_card_keys(&table, &folder.organisation, wanted.card_keys).await?;
    }
    let mut populated = Populated::default();
    for folder in &imports {
        let report = import::load(&table, folder, wanted.moment).await.map_err(failed)?;
        give_card_keys(&table, &folder.organisation, wanted.card_keys).await?;
        populated.reports.push(report.to_string());
        populated.reports.extend(folder.warnings.iter().map(ToString::to_string));
    }
    if wanted.demo {
        let accounts = import::load_demo_accounts(&table, &wanted.project.demo_accounts(), wanted.moment).await;
        populated.accounts = accounts.map_err(failed)?.into_iter().map(shown).collect();
    }
    Ok(populated)
}

/// As an administrator would on AWS, for the provider of this machine.
async fn give_card_keys(table: &Table, organisation: &Organisation, keys: &CardKeys) -> Result<(), StartError> {
    let online = organisation.billing.as_ref().and_then(|billing| billing.online.as_ref());
    if online != Some(&Online::Card) {
        return Ok(());
    }
    let CardKeys { api_key, notification_key } = keys.clone();
    let record = CardKeysRecord { organisation: organisation.id.clone(), api_key, notification_key };
    let mut transaction = Transaction::of_system();
    transaction.put(&record);
    table.write(transaction).await.map_err(failed)
}

fn read(folder: &Path, today: domain::day::Day) -> Result<import::OrganisationFolder, StartError> {
    import::read(folder, today).map_err(|faults| {
        let place = format!("Le dossier « {} » ne peut pas être chargé :", folder.display());
        StartError::Import(std::iter::once(place).chain(faults.iter().map(ToString::to_string)).collect())
    })
}

fn failed(error: impl std::fmt::Display) -> StartError {
    StartError::Import(vec![error.to_string()])
}

fn shown(account: import::DemoAccount) -> DemoAccount {
    let name = format!("{} {}", account.first_name, account.last_name);
    DemoAccount {
        who: account.note.map_or(name.clone(), |note| format!("{name}, {note}")),
        identifiant: account.identifiant,
        password: account.password,
        totp_secret: account.role.map(|role| role.totp),
    }
}
