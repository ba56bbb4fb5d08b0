//! `cargo run --bin site -- FOLDER`: writes the site as it is uploaded.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use preau_site::Site;

fn main() -> ExitCode {
    let Some(target) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Which folder? For instance: cargo run --bin site -- target/site");
        return ExitCode::from(2);
    };
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static-site");
    match Site::new(&sources).write(&target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
