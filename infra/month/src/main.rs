//! `cargo run --release --bin month -- DOSSIER`: the figures of a month as JSON lines, with `--totals` what each family
//! is charged.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Invoices a month of a town on the embedded stack, from the schedule to the last mail, and prints what it took.
#[derive(Debug, Parser)]
#[command(name = "month")]
struct Arguments {
    /// The folder of the month: families.csv, children.csv, bookings.csv or bookings.csv.gz
    folder: PathBuf,
    /// Also prints a line `family,total` for each family, in euros: `12,65.10`
    #[arg(long)]
    totals: bool,
    /// How many families: the first ones, or all of them again and again
    #[arg(long, value_name = "N")]
    families: Option<usize>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match town_month::run(&arguments.folder, arguments.families).await {
        Ok(outcome) => {
            outcome.figures.iter().for_each(|figure| println!("{figure}"));
            if arguments.totals {
                outcome.totals.iter().for_each(|total| println!("{}", town_month::total_line(total)));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
