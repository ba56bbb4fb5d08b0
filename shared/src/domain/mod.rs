//! The rules. They know neither store nor clock nor chance: *now*, ids and secrets come in, decisions go out as data.

pub mod abonnement;
pub mod account;
pub mod activity;
pub mod attendance;
pub mod books;
pub mod calendar;
pub mod capacity;
pub mod day;
pub mod deadline;
pub mod device;
pub mod dossier;
pub mod family;
pub mod id;
pub mod invoice;
pub mod money;
pub mod notice;
pub mod online;
pub mod organisation;
pub mod planning;
pub mod prose;
pub mod published;
pub mod role;
pub mod tariff;
pub mod text;
pub mod throttle;
pub mod wallet;
