//! The company and its accounts.

use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::ApiError;
use secrecy::ExposeSecret;

use crate::args::{Account, AccountKind, Rate};
use crate::context::Context;
use crate::print;

/// `purser init`.
pub fn init(
    context: &mut Context,
    company: String,
    currency: String,
    books_start: Option<String>,
    zone: String,
) -> Result<ExitCode, ApiError> {
    let passphrase = context.passphrase.as_ref().map(|secret| secret.expose_secret().to_owned());
    let created = context.call::<method::create_company>(&CreateCompany {
        company,
        currency,
        books_start: books_start.unwrap_or_default(),
        zone,
        account: String::new(),
        opening: String::new(),
        passphrase,
    })?;
    let folder = context.folder.display().to_string();
    let value = serde_json::json!({"data": folder, "recovery_code": created.recovery_code});
    context.show(&value, || {
        format!(
            "The books are in {folder}.\n\nRecovery code: {}\n\nWrite it down and keep it away from this machine. It is shown this once,\nand opens the books and every backup when the keychain is lost.",
            created.recovery_code
        )
    })
}

/// `purser init --demo`.
pub fn init_demo(context: &mut Context) -> Result<ExitCode, ApiError> {
    let done = context.call::<method::open_demo>(&OpenDemo { days: None, seed: None })?;
    context.show(&done, || done.say.clone())
}

/// The first half of `purser demo`: the company is made, where it is not there yet.
pub fn open_demo(context: &mut Context, days: Option<u32>, seed: Option<u32>) -> Result<(), ApiError> {
    let state = context.call::<method::host_state>(&Nothing {})?.state;
    if state == HostStateKind::NoCompany {
        context.call::<method::open_demo>(&OpenDemo { days, seed })?;
        return Ok(());
    }
    if context.call::<method::status>(&Nothing {})?.demo && days.is_none() && seed.is_none() {
        return Ok(());
    }
    let folder = context.folder.display();
    let usage = |what: &str| {
        Err(ApiError::usage(
            "demo_exists",
            format!("{folder} holds {what}. Name another folder with --data."),
        ))
    };
    if days.is_some() || seed.is_some() {
        return usage("a demo company already, whose days and seed cannot be changed");
    }
    usage("a company of its own")
}

/// `purser account`.
pub fn account(context: &mut Context, account: Account) -> Result<ExitCode, ApiError> {
    match account {
        Account::Add { name, kind, currency, opening } => {
            let kind = match kind {
                AccountKind::Bank => "bank",
                AccountKind::Cash => "cash",
            };
            let done = context.call::<method::account_add>(&AccountAdd {
                name,
                kind: kind.to_owned(),
                currency: currency.unwrap_or_default(),
                opening: opening.unwrap_or_default(),
            })?;
            context.show(&done, || done.say.clone())
        }
        Account::List => {
            let rows = context.call::<method::accounts>(&Nothing {})?;
            context.show(&rows, || {
                let rows: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| {
                        vec![
                            row.name.clone(),
                            row.kind.clone(),
                            row.ledger_account.clone(),
                            print::amount(&row.balance),
                        ]
                    })
                    .collect();
                print::table(&rows, 1)
            })
        }
    }
}

/// `purser rate`.
pub fn rate(context: &mut Context, rate: Rate) -> Result<ExitCode, ApiError> {
    let done = match rate {
        Rate::Add { base, quote, rate, on, source } => context.call::<method::rate_add>(&RateAdd {
            base,
            quote,
            rate,
            on: on.unwrap_or_default(),
            source: source.unwrap_or_default(),
        })?,
        Rate::Remove { id } => context.call::<method::rate_delete>(&ById { id })?,
        Rate::List => {
            let rows = context.call::<method::rates>(&Nothing {})?;
            return context.show(&rows, || {
                let rows: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| {
                        let worth = format!("1 {} = {} {}", row.base, row.rate, row.quote);
                        vec![row.id.clone(), row.on.clone(), worth, row.source.clone()]
                    })
                    .collect();
                print::table(&rows, 0)
            });
        }
    };
    context.show(&done, || done.say.clone())
}
