//! A folder as a whole: the demo, every fault of a folder, and what loading does to a real table.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod demo;
mod documentation;
mod faults;
mod loading;
mod notices;
mod present_weeks;
mod preview;
mod prices;
mod table;
mod village;
