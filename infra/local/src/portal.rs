//! The whole portal: started in order, ended in the opposite order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use shared::clock::Clock;

use crate::background::Background;
use crate::data_folder::DataFolder;
use crate::edge::{self, Api, Doors, Routes};
use crate::error::StartError;
use crate::functions::{Invoker, Launch};
use crate::local_settings::{LocalSettings, parameters, random_secret};
use crate::mail_sink::{Mail, MailSink, Mailbox};
use crate::options::Options;
use crate::pages::{self, DemoAccount, Shown};
use crate::populate::{Population, populate};
use crate::project::Project;
use crate::table::LocalTable;
use crate::template::{DeployedFunction, Template, TemplateError};
use crate::{loopback, schedule, stream};

/// How long requests that are under way may take once the end is asked for.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// How long the rest may take.
const LAST_WORK: Duration = Duration::from_secs(5);

/// A portal that runs; dropping it ends it without waiting.
pub struct Portal {
    address: SocketAddr,
    clock: Clock,
    accounts: Vec<DemoAccount>,
    mailbox: Mailbox,
    functions: Vec<(String, Invoker)>,
    // In the order in which they end.
    requests: Background,
    work: Background,
    aws: Background,
    table: LocalTable,
}

impl Portal {
    /// Starts everything; on failure nothing runs and nothing is damaged.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let project = Project::find(options.project.as_deref())?;
        let template = Template::read(&project.template(), parameters())?;
        let doors = Doors::open(options.port).await?;
        let data = Arc::new(DataFolder::open(options.data.as_deref())?);
        let table = LocalTable::start(data.clone(), &template.table()?)?;
        let clock = options.now.map_or_else(Clock::system, Clock::starting_at);
        let (work, aws) = (Background::default(), Background::default());

        let (sink, sink_address) = loopback::listen().await?;
        let settings = LocalSettings {
            public_origin: format!("http://localhost:{}", doors.address().port()),
            origin_secret: random_secret()?,
            table: table.address,
            mail_sink: sink_address,
        };
        let deployed = template.functions(&settings.given())?;
        let mailbox = Mailbox::new(data.mails());
        let mail_sink = MailSink { mailbox: mailbox.clone(), domain: sender_domain(&deployed) };
        aws.spawn(loopback::serve(sink, mail_sink.router(), aws.stop()));

        let accounts = populate(&Population {
            demo: options.demo,
            imports: &options.imports,
            project: &project,
            environment: &settings.of_table(&table.name),
            moment: clock.now(),
        })
        .await?;

        let http_clients = options.http_clients.as_ref();
        let launch = Launch { clock, lambda: options.lambda, http_clients, background: &aws };
        let mut functions = Vec::new();
        for function in &deployed {
            let invoker = launch.start(function, settings.of_function(function)).await?;
            follow_events(function, &invoker, &table, &data, &work)?;
            functions.push((function.package.clone(), invoker));
        }

        let api = Api::new(routes(&deployed, &functions)?, settings.origin_secret);
        let shown = Shown { mailbox: mailbox.clone(), accounts: accounts.clone() };
        let router = edge::router(&template, &project.static_site(), api, pages::router(shown))?;
        let (address, requests) = (doors.address(), Background::default());
        doors.serve(&router, &requests);
        Ok(Self { address, clock, accounts, mailbox, functions, requests, work, aws, table })
    }

    /// Where the pages and the API are.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The origin the functions know: `http://localhost:3000`.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// The clock the functions read.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The demo's accounts; none without the demo.
    pub fn accounts(&self) -> &[DemoAccount] {
        &self.accounts
    }

    /// Where the table answers the AWS SDK.
    pub fn table_endpoint(&self) -> String {
        format!("http://{}", self.table.address)
    }

    /// The table's name.
    pub fn table_name(&self) -> &str {
        &self.table.name
    }

    /// The sent mails, the newest first.
    pub fn mails(&self) -> io::Result<Vec<Mail>> {
        self.mailbox.list()
    }

    /// Calls a function, by its package name, with an event of one's own: a schedule, say.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, String> {
        let found = self.functions.iter().find(|(package, _)| package == function);
        let (_, invoker) = found.ok_or_else(|| format!("fonction inconnue : {function}"))?;
        invoker.invoke(event).await.map_err(|error| error.to_string())
    }

    /// Ends it: takes no more requests, lets running ones finish, closes the table.
    pub async fn stop(self) {
        self.requests.end(LAST_REQUESTS).await;
        self.work.end(LAST_WORK).await;
        self.aws.end(LAST_WORK).await;
        self.table.stop().await;
    }
}

/// The stream's mappings and the schedules of one function.
fn follow_events(
    function: &DeployedFunction,
    invoker: &Invoker,
    table: &LocalTable,
    data: &DataFolder,
    work: &Background,
) -> Result<(), TemplateError> {
    for mapping in &function.streams {
        work.spawn(stream::follow(table, data, mapping, invoker.clone(), work.stop())?);
    }
    for due in &function.schedules {
        work.spawn_until_stop(schedule::keep(due, invoker.clone())?);
    }
    Ok(())
}

fn routes(deployed: &[DeployedFunction], functions: &[(String, Invoker)]) -> Result<Routes, TemplateError> {
    let mut routes = Routes::default();
    for (function, (_, invoker)) in deployed.iter().zip(functions) {
        for key in &function.routes {
            routes.add(key, invoker.clone())?;
        }
    }
    Ok(routes)
}

/// The domain that SES would have verified: the one mails come from.
fn sender_domain(deployed: &[DeployedFunction]) -> String {
    let sender = deployed.iter().find_map(|function| function.environment.get("MAIL_FROM"));
    let address = sender.and_then(|sender| sender.rsplit_once('@'));
    address.map_or_else(String::new, |(_, domain)| domain.trim_end_matches('>').to_owned())
}
