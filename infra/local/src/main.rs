//! `cargo run`: starts the portal, says where it is, ends it on Ctrl-C.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by it"))]

mod arguments;
mod greeting;

use std::io::IsTerminal;
use std::process::ExitCode;

use preau::{Options, Portal, StartError};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The portal could not start, or was asked wrongly.
const REFUSED: u8 = 2;

/// What the checker starts its judge with.
const JUDGE: &str = "judge";

fn main() -> ExitCode {
    // This program is the checker's judge too: `cargo run` builds no other.
    if std::env::args().nth(1).as_deref() == Some(JUDGE) {
        return checker::judge();
    }
    show_problems();
    match arguments::read() {
        Ok(options) => run(options).unwrap_or_else(|error| refuse(&error)),
        Err(answer) => answer,
    }
}

fn run(mut options: Options) -> Result<ExitCode, StartError> {
    let itself = std::env::current_exe()?;
    options.settings.insert("JUDGE".to_owned(), itself.display().to_string());
    tokio::runtime::Runtime::new()?.block_on(serve(options))
}

async fn serve(options: Options) -> Result<ExitCode, StartError> {
    let kept = options.data.clone();
    let moved = options.now.is_some();
    let portal = Portal::start(options).await?;
    greeting::greet(&portal, kept.as_deref(), moved);
    end_asked().await?;
    println!("Arrêt du portail…");
    portal.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Ctrl-C, or what a supervisor sends.
async fn end_asked() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

fn refuse(error: &StartError) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(REFUSED)
}

/// Warnings and failures only; the embedded table calls every refused condition a warning.
fn show_problems() {
    let levels = Targets::new().with_default(Level::WARN).with_target("dynoxide", Level::ERROR);
    let colours = std::io::stderr().is_terminal();
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    tracing_subscriber::registry().with(output).with(levels).init();
}
