//! Files are opened in a process of their own, which has limits of memory and time and can reach nothing: the function asks,
//! the judge answers once and ends. A file that breaks it breaks nothing else.

mod ask;
mod limits;
mod verdict;

use std::io::{Read, Write};
use std::process::ExitCode;

use domain::document::LARGEST;

pub(crate) use ask::Judge;

use self::verdict::Verdict;
use crate::content::checked;

/// The judge could not begin or not answer: no word about the file.
const OURS: u8 = 70;

/// The judge's whole program: one file on standard input, its verdict on standard output.
pub fn judge() -> ExitCode {
    match judged() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the judge: {error}");
            ExitCode::from(OURS)
        }
    }
}

fn judged() -> std::io::Result<()> {
    limits::set()?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other("a file larger than any that is taken"));
    }
    let mut out = std::io::stdout().lock();
    Verdict::of(checked(bytes)).write(&mut out)?;
    out.flush()
}
