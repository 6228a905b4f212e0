//! Accounts at providers. A secret never comes as an argument, which every program on the machine could read.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use purser_engine::api::method;
use purser_engine::api::types::*;
use purser_engine::error::{ApiError, EXIT_FAILED};

use crate::context::Context;
use crate::print;

/// Secrets are short: more than this on standard input is something else.
const STDIN_BYTES: u64 = 64 * 1024;

/// `purser connect`.
pub fn connect(
    context: &mut Context,
    provider: &str,
    base_url: Option<String>,
    options: &[String],
) -> Result<ExitCode, ApiError> {
    let known = context.call::<method::connections>(&Nothing {})?.providers;
    let Some(row) = known.iter().find(|row| row.name == provider) else {
        let names: Vec<&str> = known.iter().map(|row| row.name.as_str()).collect();
        return Err(ApiError::usage(
            "provider_unknown",
            format!("There is no provider “{provider}”. There is: {}.", names.join(", ")),
        ));
    };
    let input = Connect {
        provider: provider.to_owned(),
        base_url: base_url.unwrap_or_default(),
        options: options.iter().map(|text| pair(text)).collect::<Result<_, _>>()?,
        secrets: SecretTexts(secrets(row)?),
    };
    let connected = context.call::<method::connect>(&input)?;
    context.show(&connected.connection, || connected.say.clone())?;
    Ok(exit_of(std::slice::from_ref(&connected.connection)))
}

/// `purser connections`.
pub fn list(context: &mut Context, check: bool) -> Result<ExitCode, ApiError> {
    let found = if check {
        context.call::<method::connection_check>(&ById { id: String::new() })?
    } else {
        context.call::<method::connections>(&Nothing {})?
    };
    context.show(&found.connections, || {
        if found.connections.is_empty() {
            return "Nothing is connected. purser connect PROVIDER connects an account.".to_owned();
        }
        print::table(&found.connections.iter().map(line).collect::<Vec<_>>(), 0)
    })?;
    Ok(if check { exit_of(&found.connections) } else { ExitCode::SUCCESS })
}

/// `purser disconnect`.
pub fn disconnect(context: &mut Context, id: &str) -> Result<ExitCode, ApiError> {
    let done = context.call::<method::disconnect>(&ById { id: id.to_owned() })?;
    context.show(&done, || done.say.clone())
}

fn line(row: &ConnectionRow) -> Vec<String> {
    let heard = row.listener.as_ref().map(listener).unwrap_or_default();
    let what = match (&row.trouble, &row.last_ok) {
        (Some(trouble), _) => format!("since {}: {}", trouble.since, trouble.text),
        (None, Some(at)) => format!("worked {at}{}", row.rate.as_ref().map(rate).unwrap_or_default()),
        (None, None) => "not asked yet".to_owned(),
    };
    let state = row.state.replace('_', " ");
    let place = match row.options.get("host") {
        Some(host) => host.clone(),
        None => row.base_url.clone(),
    };
    vec![row.id.clone(), state, place, format!("{what}{heard}")]
}

fn listener(listener: &ConnectionListener) -> String {
    let ConnectionListener { port, state, text, accepted, refused, .. } = listener;
    match (state.as_str(), &listener.last_refused) {
        ("listening", None) => format!("; listens on port {port}, {accepted} heard"),
        ("listening", Some(why)) => {
            format!("; listens on port {port}, {accepted} heard, {refused} refused, the last because {why}")
        }
        _ => format!("; {text}"),
    }
}

fn rate(rate: &ConnectionRate) -> String {
    let ConnectionRate { used, limit, seconds, slowed, .. } = rate;
    let slow = if *slowed > 0 { format!(", asked to slow down: {slowed}") } else { String::new() };
    format!("; at most {used} of {limit} requests in {seconds} s{slow}")
}

/// 1 where something that was asked does not work.
fn exit_of(rows: &[ConnectionRow]) -> ExitCode {
    if rows.iter().any(|row| row.trouble.is_some()) { ExitCode::from(EXIT_FAILED) } else { ExitCode::SUCCESS }
}

fn pair(text: &str) -> Result<(String, String), ApiError> {
    let Some((name, value)) = text.split_once('=') else {
        // What stands there may be a secret in the wrong place: it is not repeated.
        return Err(ApiError::usage("option", "An option is written --option NAME=VALUE."));
    };
    if name.contains("password")
        || name.contains("key")
        || name.contains("secret")
        || name.contains("webhook")
    {
        return Err(ApiError::usage(
            "option",
            format!(
                "A secret is never an option: the {name} is read from standard input or the environment."
            ),
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// From the environment, else from standard input: one secret a line in the provider's order, or `NAME=VALUE` lines.
///
/// `PURSER_SECRET_<PROVIDER>` is the provider's first secret, `PURSER_SECRET_<PROVIDER>_<NAME>` any of them.
fn secrets(provider: &ProviderRow) -> Result<BTreeMap<String, String>, ApiError> {
    let prefix = format!("PURSER_SECRET_{}", provider.name.to_uppercase());
    let mut found = BTreeMap::new();
    for (at, secret) in provider.secrets.iter().enumerate() {
        let own = std::env::var(format!("{prefix}_{}", secret.name.to_uppercase())).ok();
        let only = if at == 0 { std::env::var(&prefix).ok() } else { None };
        if let Some(text) = own.or(only).filter(|text| !text.is_empty()) {
            found.insert(secret.name.clone(), text);
        }
    }
    if !found.is_empty() || std::io::stdin().is_terminal() {
        return Ok(found);
    }
    let mut text = String::new();
    std::io::stdin()
        .take(STDIN_BYTES)
        .read_to_string(&mut text)
        .map_err(|_| ApiError::usage("stdin", "Standard input is no text, so no secret was read."))?;
    for (at, line) in text.lines().filter(|line| !line.is_empty()).enumerate() {
        let named =
            line.split_once('=').filter(|(name, _)| provider.secrets.iter().any(|row| row.name == *name));
        let (name, value) = match (named, provider.secrets.get(at)) {
            (Some((name, value)), _) => (name.to_owned(), value),
            (None, Some(row)) => (row.name.clone(), line),
            (None, None) => {
                let count = provider.secrets.len();
                return Err(ApiError::usage(
                    "stdin",
                    format!(
                        "{} takes {count} at most, one a line; standard input has more lines.",
                        provider.title
                    ),
                ));
            }
        };
        found.insert(name, value.to_owned());
    }
    Ok(found)
}
