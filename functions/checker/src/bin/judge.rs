//! The judge as a program: it lies beside the function, which starts it for each file.

use std::process::ExitCode;

fn main() -> ExitCode {
    checker::judge()
}
