//! The founder's accounts at providers: settings in the store, secrets in the vault, health on screen.
//!
//! What talks to a provider asks [`usable`] for settings and secrets, and says afterwards how it went, inside the
//! transaction that keeps the result: [`worked`], [`failed`], [`note_rate`].

mod connect;
mod rails;

use chrono::Duration;
use purser_connectors::RateSeen;
use purser_connectors::provider::{self, Cause, Fix, Problem, Provider, Secrets, Settings, WRITE_KEY};
use purser_core::attention::{Attention, Severity};
use purser_core::text::one_line;
use purser_store::WriteTx;
use purser_store::tables::attention;
use purser_store::tables::connections::{self as rows, Connection, Health, RateUse};
use serde_json::json;

use crate::books::{Books, Moment};
use crate::error::ApiError;
use crate::vault::{ProviderSecrets, Vault};

pub use connect::{Asked, connect, disconnect, resolve_id};
pub(crate) use rails::rails;

/// The name of a provider's account where only one is there.
pub const MAIN: &str = "main";
/// The attention item of a connection that only the founder can mend.
pub const ATTENTION: &str = "connection_failing";
/// A success is written down again only after this time: a poll a minute must not fill the audit.
const REPEAT_MINUTES: i64 = 15;
/// Longest sentence about a problem.
const SENTENCE_CHARS: usize = 400;

/// A connection with all that is needed to use it.
pub struct Usable {
    /// `smtp:main`.
    pub id: String,
    /// Its provider.
    pub provider: &'static Provider,
    /// Settings.
    pub settings: Settings,
    /// Secrets, given out for exactly the address in the settings.
    pub secrets: Secrets,
}

/// `smtp:main` of a provider and an account's name.
pub fn id_of(provider: &str, name: &str) -> String {
    format!("{provider}:{name}")
}

/// Settings and secrets of a stored connection, or what is missing. Reads the vault: keep it out of transactions.
pub fn usable(vault: &dyn Vault, connection: &Connection) -> Result<Result<Usable, Problem>, ApiError> {
    let provider = provider::find(&connection.provider).ok_or_else(|| {
        ApiError::failed(
            "provider_unknown",
            format!(
                "{} is connected to {}, which this version does not know.",
                connection.id, connection.provider
            ),
        )
    })?;
    let settings = Settings { base_url: connection.base_url.clone(), options: connection.options.clone() };
    let address = (provider.address)(&settings);
    let kept = ProviderSecrets::new(vault, &connection.id);
    let mut secrets = Secrets::default();
    for field in provider.secrets {
        match kept.get(field.name, &address)? {
            Some(secret) => secrets.insert(field.name, secret),
            None if field.required || connection.secrets.iter().any(|name| name == field.name) => {
                let sentence = format!(
                    "The {} of {} is not in the vault for this address. Enter it again.",
                    field.label.to_lowercase(),
                    provider.title
                );
                return Ok(Err(Problem::new(Cause::SecretMissing, sentence)));
            }
            None => {}
        }
    }
    Ok(Ok(Usable { id: connection.id.clone(), provider, settings, secrets }))
}

/// The stored connections of a provider, oldest first.
pub fn of_provider(books: &Books, provider: &str) -> Result<Vec<Connection>, ApiError> {
    let all = books.read(|tx| Ok(rows::all(tx)?))?;
    Ok(all.into_iter().filter(|connection| connection.provider == provider).collect())
}

/// Notes that a connection worked, at most every quarter of an hour while it goes on working. Writes its audit row.
pub fn worked(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<(), ApiError> {
    let Some(before) = rows::get(tx, id)? else { return Ok(()) };
    let fresh = before.last_ok.is_some_and(|at| moment.at - at < Duration::minutes(REPEAT_MINUTES));
    if before.health == Health::Ok && fresh {
        return Ok(());
    }
    rows::worked(tx, id, moment.at)?;
    attention::resolve(tx, &subject(id), Some(ATTENTION), moment.at)?;
    tx.audit(moment.audit("connection.worked", subject(id), json!({})))?;
    Ok(())
}

/// Notes what is wrong with a connection. What only the founder can mend becomes one attention item; being offline
/// does not. Writes its audit row. `secrets` are those that were used: no sentence that repeats one is kept.
pub fn failed(
    tx: &WriteTx<'_>,
    moment: &Moment,
    id: &str,
    problem: &Problem,
    secrets: &Secrets,
) -> Result<(), ApiError> {
    let Some(before) = rows::get(tx, id)? else { return Ok(()) };
    let sentence = one_line(&without(&problem.sentence, secrets), SENTENCE_CHARS);
    let code = problem.cause.code();
    let health = if problem.cause == Cause::SecretMissing { Health::NeedsSecret } else { Health::Failing };
    // A poll a minute that finds the network down all night is one row of the audit, not five hundred.
    let same = before.trouble.as_ref().is_some_and(|was| was.code == code && was.sentence == sentence);
    let fresh = before.checked_at.is_some_and(|at| moment.at - at < Duration::minutes(REPEAT_MINUTES));
    if same && fresh && before.health == health {
        return Ok(());
    }
    rows::failed(tx, id, health, code, &sentence, moment.at)?;
    tx.audit(moment.audit("connection.failed", subject(id), json!({ "code": code, "error": sentence })))?;
    if problem.cause.fix() == Fix::Again {
        return Ok(());
    }
    let title = provider::find(&before.provider).map_or(before.provider.as_str(), |provider| provider.title);
    let item = Attention {
        kind: ATTENTION.into(),
        subject: subject(id),
        severity: Severity::High,
        title: format!("{title} does not work"),
        reason: sentence,
        amount: None,
        since: moment.at,
        due: None,
        actions: vec!["reconnect".into()],
        route: format!("/settings/connections/{id}"),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}

/// Whether a connection has a key that may write at its provider.
pub(crate) fn may_write(row: &Connection) -> bool {
    row.secrets.iter().any(|name| name == WRITE_KEY)
}

/// Notes how much of a provider's limit was used: what was most within a quarter of an hour stays. Writes its audit row.
pub fn note_rate(tx: &WriteTx<'_>, moment: &Moment, id: &str, seen: RateSeen) -> Result<(), ApiError> {
    let Some(before) = rows::get(tx, id)? else { return Ok(()) };
    let fresh = |was: &RateUse| moment.at - was.at < Duration::minutes(REPEAT_MINUTES);
    let more = |was: &RateUse| (seen.slowed, seen.used) > (was.slowed, was.used) || seen.limit != was.limit;
    if before.rate.is_some_and(|was| fresh(&was) && !more(&was)) {
        return Ok(());
    }
    let RateSeen { used, limit, seconds, slowed } = seen;
    rows::set_rate(tx, id, RateUse { used, limit, seconds, slowed, at: moment.at })?;
    let detail = json!({ "used": used, "limit": limit, "seconds": seconds, "slowed": slowed });
    tx.audit(moment.audit("connection.rate", subject(id), detail))?;
    Ok(())
}

/// Asks the provider of one connection whether it works, and keeps the answer. Blocks for as long as it takes.
pub fn check(books: &Books, vault: &dyn Vault, actor: &str, id: &str) -> Result<(), ApiError> {
    let connection =
        books.read(|tx| Ok(rows::get(tx, id)?))?.ok_or_else(|| ApiError::unknown("connection", id))?;
    let (outcome, secrets) = match usable(vault, &connection)? {
        Err(problem) => (Err(problem), Secrets::default()),
        Ok(usable) => match usable.provider.check {
            None => return Ok(()),
            Some(ask) => {
                (ask(&usable.settings, &usable.secrets, &books.ids.next(books.clock.now())), usable.secrets)
            }
        },
    };
    let id = id.to_owned();
    books.decide(actor, move |tx, moment| match &outcome {
        Ok(()) => {
            rows::worked(tx, &id, moment.at)?;
            attention::resolve(tx, &subject(&id), Some(ATTENTION), moment.at)?;
            tx.audit(moment.audit("connection.check", subject(&id), json!({ "ok": true })))?;
            Ok(())
        }
        Err(problem) => failed(tx, moment, &id, problem, &secrets),
    })
}

/// What the audit and the queue call a connection.
pub(crate) fn subject(id: &str) -> String {
    format!("connection:{id}")
}

/// A sentence without any of the secrets: a provider may repeat what it was given.
fn without(sentence: &str, secrets: &Secrets) -> String {
    let mut text = sentence.to_owned();
    for name in secrets.names() {
        if let Some(secret) = secrets.get(name).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "•••");
        }
    }
    text
}
