//! A company is founded: vault, key, recovery code, store and first entries, all of it or nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use purser_core::invoice::TERMS_DAYS;
use purser_store::tables::settings;
use purser_store::{Store, WriteClass};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;
use crate::profile::{Profile, SETTING, prefix_of};
use crate::program::{Program, STORE_FILE};
use crate::vault::{
    RECOVERY_FILE, RecoveryCode, RecoveryEnvelope, STORE_KEY_NAME, VAULT_FILE, Vault, key_for,
    write_recovery_envelope,
};
use crate::verbs::settings::{NewAccount, add_account, check_name, read_currency, read_day, read_zone};

/// Seconds in which an approval can be taken back, until the founder says otherwise.
const UNDO_SECONDS: u32 = 10;

/// A company that passed its checks.
pub(super) struct Founding {
    pub(super) profile: Profile,
    pub(super) accounts: Vec<NewAccount>,
    pub(super) passphrase: Option<SecretString>,
}

/// `create_company`.
pub fn create_company(caller: &Caller<'_>, input: CreateCompany) -> Result<CompanyCreated, ApiError> {
    let founding = checked(&input, caller.program.clock().now())?;
    let code = found(caller.program, &caller.actor, founding)?;
    Ok(CompanyCreated { recovery_code: code.as_str().to_owned() })
}

fn checked(input: &CreateCompany, now: DateTime<Utc>) -> Result<Founding, ApiError> {
    let zone = read_zone(&input.zone)?;
    let currency = read_currency(&input.currency)?;
    let profile = profile(
        check_name(&input.company)?,
        currency,
        match input.books_start.trim() {
            "" => first_of_year(now.with_timezone(&zone).date_naive()),
            text => read_day("The books' start", text)?,
        },
        zone,
    );
    let accounts = match input.account.trim() {
        "" => Vec::new(),
        name => vec![NewAccount::check(name, "bank", &input.opening, currency)?],
    };
    let passphrase = input.passphrase.clone().filter(|text| !text.is_empty()).map(SecretString::from);
    Ok(Founding { profile, accounts, passphrase })
}

/// Where nothing else is said the books begin with the year.
fn first_of_year(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today)
}

/// A new company's profile; the founder fills in the rest later.
pub(super) fn profile(
    name: String,
    currency: purser_core::Currency,
    books_start: NaiveDate,
    zone: chrono_tz::Tz,
) -> Profile {
    Profile {
        invoice_prefix: prefix_of(&name),
        name,
        address: String::new(),
        tax_id: String::new(),
        email: String::new(),
        currency,
        books_start,
        zone,
        terms_days: TERMS_DAYS,
        undo_seconds: UNDO_SECONDS,
        demo: false,
    }
}

/// Founds the company and opens it. On any failure the folder is left as it was.
pub(super) fn found(
    program: &Program,
    actor: &str,
    founding: Founding,
) -> Result<Zeroizing<String>, ApiError> {
    if program.store_path().exists() || program.books().is_ok() {
        return Err(ApiError::failed(
            "company_exists",
            format!(
                "{} has books already. Nothing was changed; choose another data folder for another company.",
                program.folder().display()
            ),
        ));
    }
    let mut traces = Traces::before(program.folder())?;
    let built = build(program, actor, founding, &mut traces);
    if built.is_err() {
        traces.remove();
    }
    built
}

fn build(
    program: &Program,
    actor: &str,
    founding: Founding,
    traces: &mut Traces,
) -> Result<Zeroizing<String>, ApiError> {
    let vault = program.new_vault(founding.profile.demo, founding.passphrase.clone())?;
    traces.vault = (vault.get(STORE_KEY_NAME)?.is_none()).then(|| Arc::clone(&vault));
    let key = key_for(program.folder(), false, vault.as_ref())?;
    let now = program.clock().now();
    let store_id = program.ids().next(now);
    let code = RecoveryCode::generate()?;
    let envelope = RecoveryEnvelope::wrap(&code, &key, &store_id)?;
    write_recovery_envelope(&program.folder().join(RECOVERY_FILE), &envelope)?;
    let mut options = program.new_store_options();
    options.store_id = Uuid::parse_str(&store_id).ok();
    options.recovery_envelope = serde_json::to_value(&envelope)
        .map_err(|error| ApiError::failed("recovery_envelope", error.to_string()))?;
    let store = Store::create(&program.store_path(), &key, options)?;
    if let Err(error) = first_entries(program, actor, founding, &store) {
        store.close()?;
        return Err(error);
    }
    program.set_open(store, vault);
    Ok(code.display())
}

/// The first transaction: who the company is, and its accounts with their opening balances.
fn first_entries(program: &Program, actor: &str, founding: Founding, store: &Store) -> Result<(), ApiError> {
    let moment = Moment::outside(program.clock().now(), actor, founding.profile.clone(), program.ids());
    store.write(WriteClass::Decision, move |tx| {
        settings::set(tx, SETTING, &founding.profile)?;
        let detail = json!({
            "name": founding.profile.name, "currency": founding.profile.currency,
            "books_start": founding.profile.books_start, "zone": founding.profile.zone.name(),
            "demo": founding.profile.demo,
        });
        tx.audit(moment.audit("company.create", "company", detail))?;
        for account in &founding.accounts {
            add_account(tx, &moment, account, founding.profile.books_start)?;
        }
        Ok::<(), ApiError>(())
    })
}

/// What founding leaves in a folder, so that a failure can take exactly that away again.
struct Traces {
    folder: PathBuf,
    /// Files that were not there before.
    new_files: Vec<PathBuf>,
    /// The vault, when it had no key before.
    vault: Option<Arc<dyn Vault>>,
    /// The envelope of earlier books: where it was, and where it is now.
    aside: Option<(PathBuf, PathBuf)>,
}

impl Traces {
    fn before(folder: &Path) -> Result<Traces, ApiError> {
        // Books that were lost without their envelope may still be found: it is put aside, never overwritten.
        let envelope = folder.join(RECOVERY_FILE);
        let mut put_aside = None;
        if let Some(old) = crate::vault::read_recovery_envelope(&envelope)? {
            let aside = folder.join(format!("recovery-of-{}.json", old.store_id()));
            fs::rename(&envelope, &aside).map_err(|error| {
                ApiError::failed(
                    "recovery_aside",
                    format!("{} cannot be put aside: {error}.", envelope.display()),
                )
            })?;
            put_aside = Some((envelope, aside));
        }
        let names = ["", "-wal", "-shm", "-journal", ".creating"].map(|end| format!("{STORE_FILE}{end}"));
        let all = names
            .into_iter()
            .chain([RECOVERY_FILE, VAULT_FILE, crate::program::DEMO_MARK].map(str::to_owned));
        let new_files = all.map(|name| folder.join(name)).filter(|path| !path.exists()).collect();
        Ok(Traces { folder: folder.to_owned(), new_files, vault: None, aside: put_aside })
    }

    fn remove(self) {
        if let Some(vault) = self.vault
            && let Err(error) = vault.delete(STORE_KEY_NAME)
        {
            tracing::warn!(%error, "the key of a company that was not founded stays in the vault");
        }
        for path in self.new_files {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    tracing::warn!(%error, path = %path.display(), "a file of a company that was not founded stays");
                }
                _ => {}
            }
        }
        if let Some((from, to)) = self.aside
            && let Err(error) = fs::rename(&to, &from)
        {
            tracing::warn!(%error, path = %to.display(), "an earlier recovery envelope stays aside");
        }
        tracing::info!(folder = %self.folder.display(), "no company was founded, the folder is as it was");
    }
}
