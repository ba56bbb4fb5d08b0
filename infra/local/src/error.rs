//! Why a portal could not start, in one French sentence each.

use std::io;
use std::path::{Path, PathBuf};

use crate::template::TemplateError;

/// A portal could not start; nothing was damaged.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("Le port {0} est déjà utilisé : arrêtez l’autre programme, ou choisissez un autre port avec --port.")]
    PortInUse(u16),
    /// The port cannot be listened on for another reason.
    #[error("Le port {port} ne peut pas être ouvert : {reason}.")]
    Port {
        /// The port asked for.
        port: u16,
        /// Why, in French where we know.
        reason: String,
    },
    /// The data folder cannot be made, read or written.
    #[error("Le dossier de données « {} » ne peut pas être utilisé : {reason}.", folder.display())]
    DataUnusable {
        /// The folder as it was given.
        folder: PathBuf,
        /// Why, in French where we know.
        reason: String,
    },
    /// The data folder holds something that is not ours.
    #[error("Le dossier « {} » contient autre chose que les données de Préau : choisissez un dossier vide.", .0.display())]
    DataForeign(PathBuf),
    /// The data folder was made by an earlier version, which kept things otherwise.
    #[error("Le dossier de données « {} » vient d’une version antérieure de Préau (format {found}, cette version lit le {known}) : choisissez un autre dossier. Rien n’a été modifié.", folder.display())]
    DataOlder {
        /// The folder as it was given.
        folder: PathBuf,
        /// The format it says it has.
        found: u32,
        /// The format this version reads.
        known: u32,
    },
    /// The data folder was made by a later version.
    #[error("Le dossier de données « {} » vient d’une version plus récente de Préau (format {found}, cette version lit jusqu’au {known}) : mettez Préau à jour. Rien n’a été modifié.", folder.display())]
    DataNewer {
        /// The folder as it was given.
        folder: PathBuf,
        /// The format it says it has.
        found: u32,
        /// The latest format this version reads.
        known: u32,
    },
    /// Another instance runs on the same folder.
    #[error("Le dossier de données « {} » est déjà utilisé par un autre Préau en marche.", .0.display())]
    DataInUse(PathBuf),
    /// The embedded table does not open.
    #[error("La table ne s’ouvre pas : {0}.")]
    Table(String),
    /// The template is missing or says something we cannot serve.
    #[error("template.yaml : {0}")]
    Template(#[from] TemplateError),
    /// The template or the pages are not where they should be.
    #[error("Fichiers du portail introuvables : lancez Préau depuis le dossier du projet.")]
    ProjectNotFound,
    /// Folders of organisations have faults; one line each.
    #[error("{}", .0.join("\n"))]
    Import(Vec<String>),
    /// A function refused to start.
    #[error("La fonction {function} ne démarre pas : {reason}.")]
    Function {
        /// Its package name.
        function: String,
        /// What it said.
        reason: String,
    },
    /// A function's binary is not beside the program.
    #[error("Le programme de la fonction {0} n’est pas construit : lancez d’abord « cargo build --workspace ».")]
    BinaryMissing(String),
    /// The machine refuses something we need.
    #[error("Le portail ne peut pas démarrer : {0}.")]
    Machine(String),
}

impl StartError {
    pub(crate) fn data(folder: &Path, error: &io::Error) -> Self {
        Self::DataUnusable { folder: folder.to_owned(), reason: in_french(error) }
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Machine(in_french(&error))
    }
}

/// What the system said, in French for the usual cases.
pub(crate) fn in_french(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::PermissionDenied => "permission refusée",
        io::ErrorKind::NotFound => "un dossier du chemin n’existe pas",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "ce n’est pas un dossier",
        io::ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        io::ErrorKind::StorageFull => "le disque est plein",
        io::ErrorKind::AddrNotAvailable => "adresse indisponible",
        _ => return error.to_string(),
    };
    known.to_owned()
}
