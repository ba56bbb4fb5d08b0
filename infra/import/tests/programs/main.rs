//! The programs as they are called: `preau-import` and `communes`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(dead_code, reason = "the tests of `folder` need more of what both use")]

mod communes;
mod preau_import;
#[path = "../../../../shared/folder/tests/folder/table.rs"]
mod table;
#[path = "../../../../shared/folder/tests/folder/village.rs"]
mod village;
