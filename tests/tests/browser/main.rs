//! The pages in a real browser: Chromium by WebDriver, against the whole local portal.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod accessibility;
mod account;
mod agents_page;
mod clicks;
mod desk;
mod documents;
mod dossier;
mod families;
mod family_page;
mod first_minute;
mod informations;
mod invoices;
mod lighthouse;
mod my_data;
mod online;
mod paths;
mod pictures;
mod queue;
mod roll;
mod rules;
mod small_screen;
mod tickets;
mod today;
mod window;
