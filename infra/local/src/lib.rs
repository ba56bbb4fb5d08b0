//! The whole portal on one machine: the edge, the functions and the AWS side, all in one program.
//!
//! What CloudFront, API Gateway, EventBridge Scheduler and the stream's mappings do is done here by what
//! `template.yaml` says: a function that is not in the template is not served.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by it"))]

mod background;
mod bank;
mod bus;
mod chance;
mod data_folder;
mod demo_dates;
mod edge;
mod embedded_aws;
mod error;
mod functions;
mod kept;
mod local_settings;
mod loopback;
mod mail_sink;
mod options;
mod pages;
mod populate;
mod portal;
mod project;
mod schedule;
mod storage;
mod stream;
mod table;
mod template;

pub use bank::CardKeys;
pub use error::StartError;
pub use kept::Kept;
pub use mail_sink::Mail;
pub use options::{Copies, Delivering, HttpClients, Options, Outsides};
pub use pages::DemoAccount;
pub use portal::Portal;
