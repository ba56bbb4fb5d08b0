//! The AWS side on this machine: the table, the mail sink, and the settings by which the functions find them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::background::Background;
use crate::chance::random_secret;
use crate::data_folder::DataFolder;
use crate::error::StartError;
use crate::local_settings::{CREDENTIAL, LocalSettings};
use crate::loopback;
use crate::mail_sink::{MailSink, Mailbox, News};
use crate::options::Options;
use crate::storage::{CorsRule, Created, Storage};
use crate::table::LocalTable;
use crate::template::{DeployedFunction, Template};

/// Everything the functions reach through the AWS SDK.
pub(crate) struct EmbeddedAws {
    /// Where it is kept.
    pub(crate) data: Arc<DataFolder>,
    /// DynamoDB.
    pub(crate) table: LocalTable,
    /// What SES took.
    pub(crate) mailbox: Mailbox,
    /// What became of it.
    pub(crate) news: News,
    /// What this machine's values are.
    pub(crate) settings: LocalSettings,
    /// The functions, with the environment the template gives them here.
    pub(crate) functions: Vec<DeployedFunction>,
    /// The objects that come, to be told of once.
    pub(crate) created: Option<UnboundedReceiver<Created>>,
    /// What runs for the functions: the mail sink, and their processes.
    pub(crate) background: Background,
}

impl EmbeddedAws {
    /// Opens the data folder and starts what keeps its data there.
    pub(crate) async fn start(options: &Options, template: &Template, port: u16) -> Result<Self, StartError> {
        let data = Arc::new(DataFolder::open(options.data.as_deref())?);
        let table = LocalTable::start(data.clone(), &template.table()?)?;
        let (listener, mail_sink) = loopback::listen().await?;
        let (storage_listener, storage) = loopback::listen().await?;
        let settings = LocalSettings {
            public_origin: format!("http://localhost:{port}"),
            origin_secret: random_secret()?,
            table: table.address,
            mail_sink,
            storage,
        };
        let given = settings.given().into_iter().chain(options.settings.clone()).collect();
        let functions = template.functions(&given)?;
        let mailbox = Mailbox::new(data.mails());
        let news = News::new(template.mail_destinations()?);
        let sink = MailSink { mailbox: mailbox.clone(), domain: sender_domain(&functions), news: news.clone() };
        let background = Background::default();
        background.spawn(loopback::serve(listener, sink.router(), background.stop()));
        let (sender, created) = unbounded_channel();
        let rule = template.cors()?.map(|rule| CorsRule { origins: vec![settings.public_origin.clone()], ..rule });
        let objects = Storage::open(data.objects(), sender)?.router(CREDENTIAL, CREDENTIAL, rule);
        background.spawn(loopback::serve(storage_listener, objects, background.stop()));
        Ok(Self { data, table, mailbox, news, settings, functions, created: Some(created), background })
    }

    /// Ends it all; the data folder is then free.
    pub(crate) async fn stop(self, limit: Duration) {
        self.background.end(limit).await;
        drop(self.data);
        self.table.stop().await;
    }
}

/// The domain that SES would have verified: the one mails come from.
fn sender_domain(functions: &[DeployedFunction]) -> String {
    let sender = functions.iter().find_map(|function| function.environment.get("MAIL_FROM"));
    let address = sender.and_then(|sender| sender.rsplit_once('@'));
    address.map_or_else(String::new, |(_, domain)| domain.trim_end_matches('>').to_owned())
}
