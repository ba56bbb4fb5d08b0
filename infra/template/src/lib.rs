//! What is deployed: the one list of the functions, and `template.yaml` as it follows from them.
//!
//! A function says its routes and accesses in Rust (`routes()`, `access::ACCESS`) and its limits, settings and schedules in
//! `functions/<name>/function.yaml`; what there is one of lies in `parts/`. Everything else in the template repeats itself
//! and is written here.

mod access;
mod functions;
mod own;
mod render;

use std::path::{Path, PathBuf};

pub use functions::{Deployed, Starting, functions};

/// Something a function's own file says that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("functions/{function}/function.yaml: {problem}")]
pub struct Fault {
    /// The function.
    pub function: String,
    /// What is wrong.
    pub problem: String,
}

/// The folder of the project this program was built from.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The whole of `template.yaml`.
pub fn template(project: &Path) -> Result<String, Fault> {
    let functions = functions();
    let own = functions.iter().map(|function| own::Own::read(project, function.name)).collect::<Result<Vec<_>, _>>()?;
    Ok(render::template(&functions, &own))
}
