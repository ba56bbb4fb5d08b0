//! The scenarios, in one binary: one build, one link.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod abonnements;
mod absences;
mod accounts;
mod agent;
mod agents;
mod architecture;
mod attendance;
mod calendar_feed;
mod certificates;
mod closings;
mod concurrency;
mod crash;
mod dossier;
mod informations;
mod invoices;
mod logs;
mod lost_replies;
mod mails;
mod malformed;
mod month;
mod other_parent;
mod parent;
mod people;
mod places;
mod planning_mails;
mod policies;
mod round_trips;
mod runs;
mod stranger;
mod template;
mod tickets;
mod tickets_race;
mod world;
