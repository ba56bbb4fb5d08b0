//! The scenarios, in one binary: one build, one link.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod agent;
mod architecture;
mod concurrency;
mod crash;
mod logs;
mod lost_replies;
mod mails;
mod malformed;
mod other_parent;
mod parent;
mod people;
mod policies;
mod round_trips;
mod stranger;
mod template;
mod world;
