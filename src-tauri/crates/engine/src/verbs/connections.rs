//! Accounts at providers: connect, list, check, disconnect.

use purser_connectors::provider::{self, Cause, Fix, PROVIDERS, Provider, Secrets};
use purser_store::tables::connections::{self as rows, Connection};

use crate::api::Caller;
use crate::api::types::*;
use crate::books::stamp_to_the_second;
use crate::connections as accounts;
use crate::error::ApiError;

/// `connections`.
pub fn connections(caller: &Caller<'_>, _input: Nothing) -> Result<Connections, ApiError> {
    let connections = caller.books()?.read(|tx| Ok(rows::all(tx)?))?;
    Ok(Connections {
        connections: connections.iter().map(|row| show(caller, row)).collect(),
        providers: PROVIDERS.iter().map(|provider| show_provider(provider)).collect(),
    })
}

/// `connect`: keeps it, then asks the provider. What the provider says is the connection's health, not an error:
/// a connection can be set up offline.
pub fn connect(caller: &Caller<'_>, input: Connect) -> Result<Connected, ApiError> {
    let (books, vault) = (caller.books()?, caller.program.vault()?);
    let mut secrets = Secrets::default();
    for (name, text) in input.secrets.0 {
        // A form's untouched field is empty and means: as it is.
        if !text.is_empty() {
            secrets.insert(&name, text.into());
        }
    }
    let asked = accounts::Asked {
        provider: input.provider,
        base_url: input.base_url,
        options: input.options,
        secrets,
    };
    let id = accounts::connect(&books, vault.as_ref(), &caller.actor, asked)?;
    accounts::check(&books, vault.as_ref(), &caller.actor, &id)?;
    look_now(caller)?;
    let row =
        books.read(|tx| Ok(rows::get(tx, &id)?))?.ok_or_else(|| ApiError::unknown("connection", &id))?;
    let connection = show(caller, &row);
    let deaf = connection.listener.as_ref().filter(|listener| listener.state == "failing");
    let say = match (&connection.trouble, connection.state.as_str()) {
        (Some(trouble), _) => {
            format!("{} is kept, but does not work yet. {}", connection.title, trouble.text)
        }
        (None, "ok") if let Some(listener) = deaf => {
            format!("{} is connected. {}", connection.title, listener.text)
        }
        (None, "ok") => format!("{} is connected.", connection.title),
        (None, _) => format!("{} is kept.", connection.title),
    };
    Ok(Connected { connection, sequence: books.store.sequence(), say })
}

/// `connection_check`: of one connection, or of all with an empty id.
pub fn check(caller: &Caller<'_>, input: ById) -> Result<Connections, ApiError> {
    let (books, vault) = (caller.books()?, caller.program.vault()?);
    let ids = if input.id.is_empty() {
        books.read(|tx| Ok(rows::all(tx)?))?.into_iter().map(|row| row.id).collect()
    } else {
        vec![accounts::resolve_id(&books, &input.id)?]
    };
    for id in ids {
        caller.check_cancelled()?;
        accounts::check(&books, vault.as_ref(), &caller.actor, &id)?;
    }
    look_now(caller)?;
    connections(caller, Nothing {})
}

/// What waits for an account that was changed or asked leaves now, if it can.
fn look_now(caller: &Caller<'_>) -> Result<(), ApiError> {
    caller.program.dispatcher()?.unblock();
    caller.program.tend_listener()?;
    caller.program.read_for_the_first_time()?;
    caller.program.ring();
    Ok(())
}

/// `disconnect`.
pub fn disconnect(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let (books, vault) = (caller.books()?, caller.program.vault()?);
    let id = accounts::resolve_id(&books, &input.id)?;
    accounts::disconnect(&books, vault.as_ref(), &caller.actor, &id)?;
    caller.program.tend_listener()?;
    let say = format!("{id} is disconnected. Its secrets are forgotten.");
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

fn show(caller: &Caller<'_>, row: &Connection) -> ConnectionRow {
    ConnectionRow {
        listener: caller.program.ears().shown(row),
        id: row.id.clone(),
        provider: row.provider.clone(),
        title: provider::find(&row.provider).map_or(row.provider.as_str(), |known| known.title).to_owned(),
        name: row.name.clone(),
        base_url: row.base_url.clone(),
        options: row.options.clone(),
        secrets: row.secrets.clone(),
        state: row.health.as_str().to_owned(),
        connected_at: stamp_to_the_second(row.connected_at),
        checked_at: row.checked_at.map(stamp_to_the_second),
        last_ok: row.last_ok.map(stamp_to_the_second),
        trouble: row.trouble.as_ref().map(|trouble| ConnectionTrouble {
            code: trouble.code.clone(),
            text: trouble.sentence.clone(),
            since: stamp_to_the_second(trouble.since),
            fix: Cause::parse(&trouble.code).map_or(Fix::Again, Cause::fix).as_str().to_owned(),
        }),
        rate: row.rate.map(|rate| ConnectionRate {
            used: rate.used,
            limit: rate.limit,
            seconds: rate.seconds,
            slowed: rate.slowed,
            at: stamp_to_the_second(rate.at),
        }),
    }
}

fn show_provider(provider: &Provider) -> ProviderRow {
    ProviderRow {
        name: provider.name.to_owned(),
        title: provider.title.to_owned(),
        purpose: provider.purpose.to_owned(),
        several: provider.several,
        base_url: provider.base_url.map(str::to_owned),
        options: provider
            .options
            .iter()
            .map(|field| ProviderOption {
                name: field.name.to_owned(),
                label: field.label.to_owned(),
                help: field.help.to_owned(),
                required: field.required,
                default: field.default.to_owned(),
                choices: field.choices.iter().map(|choice| (*choice).to_owned()).collect(),
            })
            .collect(),
        secrets: provider
            .secrets
            .iter()
            .map(|field| ProviderSecret {
                name: field.name.to_owned(),
                label: field.label.to_owned(),
                help: field.help.to_owned(),
                required: field.required,
            })
            .collect(),
    }
}
