//! Connecting and disconnecting: the secret goes into the vault first, then the row is written.

use std::collections::BTreeMap;

use purser_connectors::provider::{self, PROVIDERS, Provider, Secrets, Settings, is_loopback};
use purser_core::text::one_line;
use purser_store::tables::attention;
use purser_store::tables::connections::{self as rows, Connection, Health};
use serde_json::json;

use super::{MAIN, id_of, subject};
use crate::books::Books;
use crate::error::ApiError;
use crate::vault::{ProviderSecrets, Vault};

/// Accounts of one provider at most.
const ACCOUNTS_MAX: usize = 20;

/// What is asked of [`connect`].
pub struct Asked {
    /// The provider's name.
    pub provider: String,
    /// The address of an HTTP provider; empty for its own.
    pub base_url: String,
    /// Options.
    pub options: BTreeMap<String, String>,
    /// Secrets that are new; others stay as long as the address stays.
    pub secrets: Secrets,
}

/// Keeps a connection, new or changed, and returns its id. Nothing is asked of the provider yet.
///
/// Secrets that were kept for another address are dropped, also when no new one is given (security.md 6).
/// Errors: usage errors that say what is wrong with an option, the address or the shape of a secret.
pub fn connect(books: &Books, vault: &dyn Vault, actor: &str, asked: Asked) -> Result<String, ApiError> {
    let provider = find(&asked.provider)?;
    let usage = |sentence: String| ApiError::usage("connect", sentence);
    let settings = provider.settings(&asked.base_url, &asked.options).map_err(usage)?;
    let name = account_name(provider, &settings)?;
    let id = id_of(provider.name, &name);
    let before = books.read(|tx| {
        let all = rows::all(tx)?;
        let accounts = all.iter().filter(|row| row.provider == provider.name && row.id != id).count();
        if accounts >= ACCOUNTS_MAX {
            return Err(ApiError::usage(
                "connect",
                format!("{ACCOUNTS_MAX} accounts of {} are there already.", provider.title),
            ));
        }
        Ok(all.into_iter().find(|row| row.id == id))
    })?;
    if books.profile()?.demo && !is_local(&settings) {
        return Err(ApiError::usage(
            "demo_connect",
            "Nothing was kept: the demo company hides no secret and reaches no real provider. Set up your own company first.",
        ));
    }
    let kept = keep_secrets(vault, provider, &id, &settings, asked.secrets)?;
    let at = books.clock.now();
    let changed = before.is_some();
    let row = Connection {
        id: id.clone(),
        provider: provider.name.to_owned(),
        name,
        base_url: settings.base_url,
        options: settings.options,
        secrets: kept,
        health: Health::Unchecked,
        connected_at: at,
        checked_at: None,
        last_ok: None,
        trouble: None,
        rate: None,
    };
    books.decide(actor, move |tx, moment| {
        rows::put(tx, &row)?;
        attention::resolve(tx, &subject(&row.id), None, moment.at)?;
        let detail = json!({ "provider": row.provider, "base_url": row.base_url, "options": row.options,
            "secrets": row.secrets, "changed": changed });
        tx.audit(moment.audit("connection.connect", subject(&row.id), detail))?;
        Ok(())
    })?;
    Ok(id)
}

/// Forgets a connection and its secrets.
pub fn disconnect(books: &Books, vault: &dyn Vault, actor: &str, id: &str) -> Result<(), ApiError> {
    let row = books.read(|tx| Ok(rows::get(tx, id)?))?.ok_or_else(|| ApiError::unknown("connection", id))?;
    let secrets = ProviderSecrets::new(vault, &row.id);
    let known = provider::find(&row.provider).map(|provider| provider.secrets).unwrap_or_default();
    for name in known.iter().map(|field| field.name).chain(row.secrets.iter().map(String::as_str)) {
        secrets.delete(name)?;
    }
    books.decide(actor, move |tx, moment| {
        rows::remove(tx, &row.id)?;
        attention::resolve(tx, &subject(&row.id), None, moment.at)?;
        let detail = json!({ "provider": row.provider, "base_url": row.base_url });
        tx.audit(moment.audit("connection.disconnect", subject(&row.id), detail))?;
        Ok(())
    })
}

/// The id that a word of the founder's means: `smtp` is `smtp:main`, or the only account of that provider.
pub fn resolve_id(books: &Books, word: &str) -> Result<String, ApiError> {
    let all = books.read(|tx| Ok(rows::all(tx)?))?;
    if let Some(row) = all.iter().find(|row| row.id == word || row.id == id_of(word, MAIN)) {
        return Ok(row.id.clone());
    }
    let mut of_provider = all.iter().filter(|row| row.provider == word);
    match (of_provider.next(), of_provider.next()) {
        (Some(row), None) => Ok(row.id.clone()),
        _ => Err(ApiError::unknown("connection", word)),
    }
}

fn find(name: &str) -> Result<&'static Provider, ApiError> {
    provider::find(name).ok_or_else(|| {
        let names: Vec<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
        let shown = one_line(name, 60);
        ApiError::usage(
            "provider_unknown",
            format!("There is no provider “{shown}”. There is: {}.", names.join(", ")),
        )
    })
}

fn account_name(provider: &Provider, settings: &Settings) -> Result<String, ApiError> {
    let name = if provider.several { settings.option("name") } else { MAIN };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
        return Err(ApiError::usage(
            "connect",
            "The option name is 1 to 40 lower-case letters, digits and hyphens, such as main or alerts.",
        ));
    }
    Ok(name.to_owned())
}

fn is_local(settings: &Settings) -> bool {
    match settings.base_url.as_str() {
        "" => is_loopback(settings.option("host")),
        base => {
            let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
            let authority = rest.split('/').next().unwrap_or_default();
            let host = match authority.rsplit_once(':') {
                Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
                _ => authority,
            };
            is_loopback(host)
        }
    }
}

/// Puts new secrets beside those that stay, checks them together, and leaves in the vault exactly what holds for the
/// address now. Returns the names of what is kept.
fn keep_secrets(
    vault: &dyn Vault,
    provider: &Provider,
    id: &str,
    settings: &Settings,
    new: Secrets,
) -> Result<Vec<String>, ApiError> {
    let address = (provider.address)(settings);
    let kept = ProviderSecrets::new(vault, id);
    let mut all = new.clone();
    for field in provider.secrets {
        if all.get(field.name).is_none()
            && let Some(secret) = kept.get(field.name, &address)?
        {
            all.insert(field.name, secret);
        }
    }
    if let Some(missing) =
        provider.secrets.iter().find(|field| field.required && all.get(field.name).is_none())
    {
        drop_stale(&kept, provider, &all)?;
        return Err(ApiError::usage(
            "secret_missing",
            format!(
                "Nothing was kept: {} needs its {}. {}",
                provider.title,
                missing.label.to_lowercase(),
                missing.help
            ),
        ));
    }
    provider.check_secrets(settings, &all).map_err(|sentence| ApiError::usage("connect", sentence))?;
    for (name, secret) in new.iter() {
        kept.set(name, &address, secret)?;
    }
    drop_stale(&kept, provider, &all)?;
    Ok(provider
        .secrets
        .iter()
        .map(|field| field.name)
        .filter(|name| all.get(name).is_some())
        .map(str::to_owned)
        .collect())
}

/// Forgets the secrets that do not hold for the address any more.
fn drop_stale(kept: &ProviderSecrets<'_>, provider: &Provider, all: &Secrets) -> Result<(), ApiError> {
    for field in provider.secrets.iter().filter(|field| all.get(field.name).is_none()) {
        kept.delete(field.name)?;
    }
    Ok(())
}
