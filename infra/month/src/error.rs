//! Why a month was not measured.

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum MonthError {
    /// A file of the source cannot be read, or the organisation's folder cannot be written.
    #[error("{0}")]
    Folder(String),
    /// The embedded stack did not start.
    #[error(transparent)]
    Start(#[from] preau::StartError),
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A setting of the table's client is wrong.
    #[error(transparent)]
    Setting(#[from] lambda::environment::SettingError),
    /// Nothing moves any more, and it is not the end.
    #[error("the month stands still: {0}")]
    Still(String),
}

impl From<std::io::Error> for MonthError {
    fn from(error: std::io::Error) -> Self {
        Self::Folder(error.to_string())
    }
}

impl From<csv::Error> for MonthError {
    fn from(error: csv::Error) -> Self {
        Self::Folder(error.to_string())
    }
}
