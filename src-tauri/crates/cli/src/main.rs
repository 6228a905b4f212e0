//! `purser`, the headless front end: for servers, scripts, scheduled hosts, and for checking the
//! program from outside. It calls the same interface as the window.
//!
//! Exit status: 0 done, 1 the operation failed, 2 wrong usage, 3 something needs the founder.

mod args;
mod commands;
mod context;
mod print;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::context::Context;

fn main() -> ExitCode {
    if purser_engine::proof::is_drawer() {
        return purser_engine::proof::draw();
    }
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(if args.verbose { tracing::Level::DEBUG } else { tracing::Level::ERROR })
        .init();
    let outcome = Context::new(&args).and_then(|mut context| {
        let outcome = commands::run(&mut context, args.command);
        context.close().and(outcome)
    });
    match outcome {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("purser: {}", error.message);
            ExitCode::from(error.exit)
        }
    }
}
