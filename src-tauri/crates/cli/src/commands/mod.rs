//! One function per command.

mod books;
mod company;
mod connections;
mod jobs;
mod matching;
mod money;
mod sources;
mod system;

use std::process::ExitCode;

use purser_engine::error::ApiError;

use crate::args::Command;
use crate::context::Context;

/// Does what was asked.
pub fn run(context: &mut Context, command: Command) -> Result<ExitCode, ApiError> {
    match command {
        Command::Init { demo: true, .. } => company::init_demo(context),
        Command::Init { company, currency, books_start, zone, .. } => {
            company::init(context, company, currency, books_start, zone)
        }
        Command::Account(account) => company::account(context, account),
        Command::Import(import) => books::import(context, import),
        Command::Match(arguments) => matching::run(context, arguments),
        Command::Rate(rate) => company::rate(context, rate),
        Command::Invoice(invoice) => money::invoice(context, invoice),
        Command::Payment(payment) => money::payment(context, payment),
        Command::Refund { payment, amount } => money::refund(context, payment, amount),
        Command::Payouts(payouts) => money::payouts(context, payouts),
        Command::Connect { provider, base_url, options } => {
            connections::connect(context, &provider, base_url, &options)
        }
        Command::Connections { check } => connections::list(context, check),
        Command::Disconnect { connection } => connections::disconnect(context, &connection),
        Command::Jobs(command) => jobs::jobs(context, command),
        Command::Sync { providers, hours, full } => {
            sources::sync(context, providers, if full { Some(0) } else { hours })
        }
        Command::Report(report) => sources::report(context, report),
        Command::Charge(charge) => sources::charge(context, charge),
        Command::Attention => system::attention(context),
        Command::Ledger(ledger) => books::ledger(context, ledger),
        Command::Export { format, out } => books::export(context, &format, out.as_deref()),
        Command::Verify => system::verify(context),
        Command::Backup { file } => system::backup(context, &file),
        Command::Restore { file, recovery_code_file } => {
            system::restore(context, &file, recovery_code_file.as_deref())
        }
        Command::PauseAll => system::pause_all(context),
        Command::ResumeAll => system::resume_all(context),
        Command::Lock => system::lock(context),
        Command::Unlock => system::unlock(context),
        Command::Security { lock_after } => system::security(context, lock_after.as_deref()),
        Command::Run { duration, take_over } => {
            if take_over {
                system::free_folder(context)?;
            }
            system::run(context, duration.as_deref())
        }
        Command::Demo { days, seed } => {
            company::open_demo(context, days, seed)?;
            system::run(context, None)
        }
        Command::Handover => system::handover(context),
        Command::Doctor => system::doctor(context),
    }
}
