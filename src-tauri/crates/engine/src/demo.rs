//! The providers of the demo company: simulated, on loopback, alive as long as its books are open.
//!
//! The simulation is made anew at each start, from its seed and its journal, up to the present moment; from then on it
//! goes on with the real clock, and something happens every quarter of a minute. What lies in `demo-world/`:
//! `settings.json`, `journal.jsonl` (what was written at the providers), `statements/` (what the bank puts there).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use purser_connectors::provider::Secrets;
use purser_connectors::{smtp, stripe, webhook};
use purser_sandbox::{READ_KEY, Sandbox, SandboxConfig, SandboxHandle, WRITE_KEY};
use purser_store::tables::settings;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::api::Errand;
use crate::books::{Books, write_private};
use crate::connections::{self, Asked};
use crate::error::ApiError;
use crate::jobs::{WATCHED_SETTING, Watched};
use crate::vault::Vault;
use crate::verbs::files::{self, StatementImport};

/// The folder of the simulation inside a demo company's.
pub(crate) const FOLDER: &str = "demo-world";
/// The account that card payments are paid out to, and whose statements the simulated bank gives.
pub(crate) const BANK: &str = "Mercury";
/// Who the audit names for what is set up here.
const ACTOR: &str = "demo";
/// Something happens so often while somebody may watch.
const HURRY_EVERY: Duration = Duration::from_secs(15);
/// Customers who come in 90 days.
const CUSTOMERS: u32 = 110;
/// What the simulated application and the sandbox share; it protects nothing.
const HOOK_SECRET: &str = "demo-application-secret";

/// What a demo company's simulation is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Another seed, another company.
    pub seed: u64,
    /// The day it opened.
    pub start: NaiveDate,
    /// The first day of which the bank has not given a statement yet.
    pub statements_from: NaiveDate,
}

/// Running providers. Dropping them ends them.
pub(crate) struct Providers {
    handle: SandboxHandle,
    _runtime: Runtime,
}

/// Keeps what a simulation is made of, before its first start.
pub(crate) fn keep(folder: &Path, settings: Settings) -> Result<(), ApiError> {
    fs::create_dir_all(statements(folder)).map_err(unusable)?;
    write_private(&folder.join(FOLDER).join("settings.json"), json!(settings).to_string().as_bytes())
}

/// Starts the providers of a demo company and connects its books to them; `None` for a demo without any.
pub(crate) fn start(
    folder: &Path,
    books: &Books,
    vault: &dyn Vault,
    now: DateTime<Utc>,
) -> Result<Option<Providers>, ApiError> {
    let Some(settings) = read(folder)? else { return Ok(None) };
    let mut config = SandboxConfig::new(settings.seed);
    config.start = settings.start;
    config.until = Some(now);
    config.customers = CUSTOMERS;
    config.speed = Some(1);
    config.hurry_every = Some(HURRY_EVERY);
    config.journal = Some(folder.join(FOLDER).join("journal.jsonl"));
    config.statement_folder = Some(statements(folder));
    config.statements_from = Some(settings.statements_from);
    // Those who pay by bank, cash and check are in the books without any provider; so are the expenses.
    (config.transfers_per_mille, config.by_hand_per_mille) = (0, 0);
    (config.euros, config.expenses) = (false, false);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("purser-demo")
        .enable_all()
        .build()
        .map_err(unusable)?;
    let handle = runtime.block_on(Sandbox::start(config)).map_err(unusable)?;
    let providers = Providers { handle, _runtime: runtime };
    connect(books, vault, &providers)?;
    watch(books, folder, &providers.statement_before(settings.statements_from))?;
    Ok(Some(providers))
}

impl Providers {
    /// The address of the simulated providers.
    pub(crate) fn url(&self) -> String {
        self.handle.url()
    }

    /// The bank's statement of the days before one, as it could have been downloaded then.
    pub(crate) fn statement_before(&self, day: NaiveDate) -> String {
        let whole = self.handle.statement_csv("usd");
        // The opening deposit is in the opening balance.
        let kept = whole.lines().filter(|line| !line.ends_with(",OPENING DEPOSIT")).filter(|line| {
            line.split(',')
                .nth(1)
                .is_none_or(|text| text.parse::<NaiveDate>().is_ok_and(|on| on < day) || text == "date")
        });
        kept.map(|line| format!("{line}\n")).collect()
    }
}

/// Ports change with each start, so the connections are made anew.
fn connect(books: &Books, vault: &dyn Vault, providers: &Providers) -> Result<(), ApiError> {
    let mail = providers.handle.smtp_address();
    let from = "Northbeam Analytics <billing@northbeam.example>";
    let accounts = [
        (stripe::NAME, providers.url(), vec![], vec![("read_key", READ_KEY), ("write_key", WRITE_KEY)]),
        (
            smtp::PROVIDER.name,
            String::new(),
            vec![
                ("host", mail.ip().to_string()),
                ("port", mail.port().to_string()),
                ("tls", "none".into()),
                ("from", from.into()),
            ],
            vec![],
        ),
        (
            webhook::NAME,
            format!("{}/hooks/application", providers.url()),
            vec![],
            vec![(webhook::SECRET, HOOK_SECRET)],
        ),
    ];
    for (provider, base_url, options, given) in accounts {
        let mut secrets = Secrets::default();
        for (name, secret) in given {
            secrets.insert(name, secret.to_owned().into());
        }
        let options =
            options.into_iter().map(|(name, value): (&str, String)| (name.to_owned(), value)).collect();
        let asked = Asked { provider: provider.to_owned(), base_url, options, secrets };
        connections::connect(books, vault, ACTOR, asked)?;
    }
    Ok(())
}

/// At the first start: the bank's statement until yesterday comes in at once, later ones day by day by themselves.
fn watch(books: &Books, folder: &Path, text: &str) -> Result<(), ApiError> {
    if books.setting::<Watched>(WATCHED_SETTING)?.is_some() {
        return Ok(());
    }
    let account = files::real_account(books, BANK)?;
    let file = "mercury-payouts.csv";
    let import = StatementImport { file, bytes: text.as_bytes(), account, mapping: None, skip_bad: false };
    let errand = Errand { actor: ACTOR.to_owned(), progress: Arc::new(|_| {}), cancelled: Arc::default() };
    files::statement_bytes(&errand, books, import)?;
    let watched = Watched { folder: statements(folder).display().to_string(), account: BANK.to_owned() };
    books.decide(ACTOR, move |tx, moment| {
        settings::set(tx, WATCHED_SETTING, &watched)?;
        tx.audit(moment.audit("settings.watched", "folder", json!({ "folder": watched.folder })))?;
        Ok(())
    })
}

fn read(folder: &Path) -> Result<Option<Settings>, ApiError> {
    let path = folder.join(FOLDER).join("settings.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read(&path).map_err(unusable)?;
    serde_json::from_slice(&text).map(Some).map_err(unusable)
}

fn statements(folder: &Path) -> PathBuf {
    folder.join(FOLDER).join("statements")
}

fn unusable(error: impl std::fmt::Display) -> ApiError {
    ApiError::failed(
        "demo_providers",
        format!("The demo's simulated providers did not start: {error}. The books are open all the same."),
    )
}
