//! What a portal that is not running has kept: its table and its files, to be read by the AWS SDK.

use std::path::Path;
use std::time::Duration;

use lambda::environment::Environment;

use crate::embedded_aws::EmbeddedAws;
use crate::error::StartError;
use crate::local_settings::parameters;
use crate::options::Options;
use crate::project::Project;
use crate::template::Template;

/// How long calls that are under way at the end may take.
const LAST_CALLS: Duration = Duration::from_secs(5);

/// An open data folder; nothing works on it but who asks.
pub struct Kept(EmbeddedAws);

impl Kept {
    /// Opens a data folder that is there and that nobody uses.
    pub async fn open(folder: &Path) -> Result<Self, StartError> {
        let options = Options { data: Some(folder.to_owned()), ..Options::default() };
        let template = Template::read(&Project::find(None)?.template(), parameters())?;
        Ok(Self(EmbeddedAws::start(&options, &template, 0).await?))
    }

    /// The environment of a function that reads invoices.
    pub fn environment(&self) -> Environment {
        let Self(aws) = self;
        let reader = aws.functions.iter().find(|function| function.package == "invoices");
        reader.map(|function| aws.settings.of_function(function).into_iter().collect()).unwrap_or_default()
    }

    /// Closes it; the folder is then free.
    pub async fn close(self) {
        self.0.stop(LAST_CALLS).await;
    }
}
