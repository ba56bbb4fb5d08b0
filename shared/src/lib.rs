//! What the functions of the portail famille share: the rules, the wire, the mails, and the way to AWS.
//!
//! Directions: [`domain`] knows nobody; [`http`], [`mail`] and [`aws`] know `domain`; [`changes`] and [`regie`] know `aws`;
//! the functions know them all.

pub mod app;
pub mod aws;
pub mod changes;
pub mod clock;
pub mod domain;
pub mod environment;
pub mod http;
pub mod lambda;
pub mod mail;
pub mod office;
pub mod outside;
pub mod password;
pub mod regie;
pub mod seal;
pub mod secret;
pub mod stream;
