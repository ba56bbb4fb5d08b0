//! What the table is filled with at start: the demo, and the folders given with `--import`.

use std::path::PathBuf;

use shared::clock::Moment;
use shared::environment::Environment;

use crate::error::StartError;
use crate::pages::DemoAccount;
use crate::project::Project;

/// What shall be in the table, and how to reach it.
#[expect(dead_code, reason = "the import of folders is connected next")]
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
}

/// Loads what is wanted; loading the same again changes nothing. Returns the demo's accounts.
pub(crate) async fn populate(wanted: &Population<'_>) -> Result<Vec<DemoAccount>, StartError> {
    let Population { demo: _, imports, project: _, environment: _, moment: _ } = wanted;
    match imports {
        [] => Ok(Vec::new()),
        _ => Err(StartError::Import(vec!["L’import d’un dossier n’est pas encore disponible.".to_owned()])),
    }
}
