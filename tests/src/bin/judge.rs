//! The checker's judge, as the portal of a test starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    checker::judge()
}
