//! Where the project's own files lie: the template, the pages, the demo.

use std::path::{Path, PathBuf};

use preau_site::Site;

use crate::error::StartError;

/// The folder of the project.
#[derive(Debug, Clone)]
pub(crate) struct Project(PathBuf);

impl Project {
    /// The folder that is given, else the working folder, else the one this program was built from.
    pub(crate) fn find(given: Option<&Path>) -> Result<Self, StartError> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let places = match given {
            Some(folder) => vec![folder.to_owned()],
            None => vec![PathBuf::from("."), sources],
        };
        let mut found = places.into_iter().map(Self).filter(|project| project.template().is_file());
        found.next().ok_or(StartError::ProjectNotFound)
    }

    /// The template of everything deployed.
    pub(crate) fn template(&self) -> PathBuf {
        self.0.join("template.yaml")
    }

    /// The pages, as CloudFront serves them.
    pub(crate) fn static_site(&self) -> Site {
        Site::new(&self.0.join("static-site"))
    }

    /// The demo's organisations, a folder each.
    pub(crate) fn demo_folders(&self) -> Result<Vec<PathBuf>, StartError> {
        let entries = std::fs::read_dir(self.demo()).map_err(|_| StartError::ProjectNotFound)?;
        let mut folders: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        Ok(folders)
    }

    /// The demo's accounts.
    pub(crate) fn demo_accounts(&self) -> PathBuf {
        self.demo().join("accounts.toml")
    }

    fn demo(&self) -> PathBuf {
        self.0.join("infra/demo")
    }
}
