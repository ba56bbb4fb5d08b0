//! Every function of the portal. Who starts, tests, builds or deploys them reads this list, or the template made of it.

use std::future::Future;
use std::pin::Pin;

use lambda::access::Access;
use lambda::{Error, Function, Start};

/// A function that starts.
pub type Starting = Pin<Box<dyn Future<Output = Result<Function, Error>> + Send>>;

/// A function, as its crate describes it.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// Its package, and its folder under `functions/`.
    pub name: &'static str,
    /// What it answers: `GET /api/…`.
    pub routes: Vec<&'static str>,
    /// Those of its routes that other machines call.
    pub machine_routes: Vec<&'static str>,
    /// What it may do.
    pub access: &'static [Access],
    /// Starts it in this process.
    pub start: fn(Start) -> Starting,
}

macro_rules! deployed {
    ($($name:ident: $kind:ident,)*) => {
        vec![$(Deployed {
            name: stringify!($name),
            routes: deployed!(@keys $kind $name keys),
            machine_routes: deployed!(@keys $kind $name machine_keys),
            access: $name::access::ACCESS,
            start: |start| Box::pin($name::start(start)),
        }),*]
    };
    (@keys answers $name:ident $keys:ident) => { $name::routes().$keys() };
    (@keys works $name:ident $keys:ident) => { Vec::new() };
}

/// All of them: those that answer requests, and those that only work on events.
pub fn functions() -> Vec<Deployed> {
    deployed![
        login: answers,
        planning: answers,
        information: answers,
        dossier: answers,
        desk: answers,
        invoices: answers,
        payments: answers,
        documents: answers,
        privacy: answers,
        checker: works,
        billing: works,
        retention: works,
        tick: works,
        mailer: works,
    ]
}
