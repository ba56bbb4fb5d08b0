//! The whole portal: started in order, ended in the opposite order.

use std::io;
use std::iter::repeat;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lambda::clock::Clock;
use serde_json::Value;
use tokio::sync::Notify;

use crate::background::Background;
use crate::bank::{Bank, CardKeys};
use crate::edge::{self, Api, Doors, Routes};
use crate::embedded_aws::EmbeddedAws;
use crate::error::StartError;
use crate::functions::{Invoker, Launch};
use crate::local_settings::parameters;
use crate::mail_sink::{self, Mail};
use crate::options::{Delivering, Options};
use crate::pages::{self, DemoAccount, Shown};
use crate::populate::{Populated, Population, populate};
use crate::project::Project;
use crate::stream::Follower;
use crate::template::{DeployedFunction, Template, TemplateError};
use crate::{bus, schedule};

/// How long requests that are under way may take once the end is asked for.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// How long the rest may take.
const LAST_WORK: Duration = Duration::from_secs(5);

/// A portal that runs; dropping it ends it without waiting.
pub struct Portal {
    address: SocketAddr,
    clock: Clock,
    populated: Populated,
    card_keys: CardKeys,
    functions: Functions,
    moved: Arc<Notify>,
    // In the order in which they end.
    requests: Background,
    work: Background,
    aws: EmbeddedAws,
}

/// Started functions, by their package names, in the template's order.
type Functions = Vec<(String, Invoker)>;

impl Portal {
    /// Starts everything; on failure nothing runs and nothing is damaged.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let project = Project::find(options.project.as_deref())?;
        let template = Template::read(&project.template(), parameters())?;
        // Before any data is touched: a second start by mistake ends here.
        let doors = Doors::open(options.port).await?;
        let address = doors.address();
        let mut aws = EmbeddedAws::start(&options, &template, address.port()).await?;
        let clock = options.now.map_or_else(Clock::system, Clock::starting_at);
        let card_keys = CardKeys::random()?;
        let populated = fill(&options, &project, &aws, clock, &card_keys).await?;
        let moved = Arc::default();
        let functions = start_functions(&options, &aws, clock, &moved).await?;
        let work = follow_events(&aws, &functions, options.stream)?;
        if !options.unscheduled {
            keep_schedules(&aws, &functions, &work)?;
        }
        if let Some(created) = aws.created.take() {
            work.spawn_until_stop(bus::tell(created, template.told_buckets()?, subscriptions(&aws, &functions)?));
        }
        let api = Api::new(routes(&aws, &functions)?, aws.settings.origin_secret.clone());
        let local = pages::router(Shown { mailbox: aws.mailbox.clone(), accounts: populated.accounts.clone() });
        let bank = Bank::new(&aws.settings.public_origin, card_keys.clone());
        let local = local.merge(bank.router());
        let requests = Background::default();
        doors.serve(
            &edge::router(&template, project.static_site(), api, local, &format!("http://{}", aws.settings.storage))?,
            &requests,
        );
        Ok(Self { address, clock, populated, card_keys, functions, moved, requests, work, aws })
    }

    /// Where the pages and the API are.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The origin the functions know: `http://localhost:3000`.
    pub fn origin(&self) -> &str {
        &self.aws.settings.public_origin
    }

    /// The clock the functions read.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The demo's accounts; none without the demo.
    pub fn accounts(&self) -> &[DemoAccount] {
        &self.populated.accounts
    }

    /// What each folder given to be imported changed, in words.
    pub fn reports(&self) -> &[String] {
        &self.populated.reports
    }

    /// The keys of the card provider that this program stands in for.
    pub fn card_keys(&self) -> &CardKeys {
        &self.card_keys
    }

    /// Where the table answers the AWS SDK.
    pub fn table_endpoint(&self) -> String {
        format!("http://{}", self.aws.table.address)
    }

    /// Where storage answers the AWS SDK.
    pub fn storage_endpoint(&self) -> String {
        format!("http://{}", self.aws.settings.storage)
    }

    /// The table's name.
    pub fn table_name(&self) -> &str {
        &self.aws.table.name
    }

    /// The sent mails, the newest first.
    pub fn mails(&self) -> io::Result<Vec<Mail>> {
        self.aws.mailbox.list()
    }

    /// Calls a function, by its package name, with an event of one's own: a schedule, say.
    pub async fn invoke(&self, function: &str, event: Value) -> Result<Value, String> {
        let found = self.functions.iter().find(|(package, _)| package == function);
        let (_, invoker) = found.ok_or_else(|| format!("fonction inconnue : {function}"))?;
        invoker.invoke(event).await.map_err(|error| error.to_string())
    }

    /// Wakes who waits for it whenever a function that answers no request has ended a call: what it was to do is done,
    /// or is not.
    pub fn moved(&self) -> Arc<Notify> {
        self.moved.clone()
    }

    /// Ends it: takes no more requests, lets running ones finish, closes the table.
    pub async fn stop(self) {
        self.requests.end(LAST_REQUESTS).await;
        self.work.end(LAST_WORK).await;
        drop(self.work);
        self.aws.stop(LAST_WORK).await;
    }
}

async fn fill(
    options: &Options,
    project: &Project,
    aws: &EmbeddedAws,
    clock: Clock,
    card_keys: &CardKeys,
) -> Result<Populated, StartError> {
    let population = Population {
        demo: options.demo,
        imports: &options.imports,
        project,
        environment: &aws.settings.of_table(&aws.table.name),
        moment: clock.now(),
        card_keys,
    };
    populate(&population).await
}

async fn start_functions(
    options: &Options,
    aws: &EmbeddedAws,
    clock: Clock,
    ended: &Arc<Notify>,
) -> Result<Functions, StartError> {
    let (http_clients, outsides) = (options.http_clients.as_ref(), options.outsides.as_ref());
    let launch = Launch { clock, lambda: options.lambda, http_clients, outsides, background: &aws.background, ended };
    let mut started = Vec::new();
    for function in &aws.functions {
        let invoker = launch.start(function, aws.settings.of_function(function)).await?;
        started.push((function.package.clone(), invoker));
    }
    Ok(started)
}

/// The template's functions with their way to be called.
fn callable<'a>(
    aws: &'a EmbeddedAws,
    functions: &'a Functions,
) -> impl Iterator<Item = (&'a DeployedFunction, &'a Invoker)> {
    aws.functions.iter().zip(functions).map(|(function, (_, invoker))| (function, invoker))
}

/// The stream's mappings, and who is told of mails.
fn follow_events(
    aws: &EmbeddedAws,
    functions: &Functions,
    delivering: Delivering,
) -> Result<Background, TemplateError> {
    let work = Background::default();
    for (function, invoker) in callable(aws, functions) {
        for mapping in &function.streams {
            let follower = Follower { mapping: mapping.clone(), invoker: invoker.clone(), delivering };
            work.spawn(follower.follow(&aws.table, &aws.data, work.stop())?);
        }
        for topic in &function.topics {
            work.spawn_until_stop(mail_sink::deliver(aws.news.subscribe(), topic.clone(), invoker.clone()));
        }
    }
    Ok(work)
}

fn keep_schedules(aws: &EmbeddedAws, functions: &Functions, work: &Background) -> Result<(), TemplateError> {
    for (function, invoker) in callable(aws, functions) {
        for due in &function.schedules {
            work.spawn_until_stop(schedule::keep(due, invoker.clone())?);
        }
    }
    Ok(())
}

/// The rules of the event bus.
fn subscriptions(aws: &EmbeddedAws, functions: &Functions) -> Result<Vec<bus::Subscription>, TemplateError> {
    let rules = callable(aws, functions).flat_map(|(function, invoker)| function.rules.iter().zip(repeat(invoker)));
    rules.map(|(rule, invoker)| bus::Subscription::of(rule, invoker.clone())).collect()
}

fn routes(aws: &EmbeddedAws, functions: &Functions) -> Result<Routes, TemplateError> {
    let mut routes = Routes::default();
    for (function, invoker) in callable(aws, functions) {
        for key in &function.routes {
            routes.add(key, invoker.clone())?;
        }
    }
    Ok(routes)
}
