//! A backup is opened on this machine: a fork in time, so it starts paused and sends nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use purser_core::attention::{Attention, Severity};
use purser_store::tables::attention;
use purser_store::{Restore as StoreRestore, StoreKey, WriteTx, read_backup_header, restore_backup};
use secrecy::SecretString;
use uuid::Uuid;

use crate::api::Caller;
use crate::api::types::*;
use crate::books::Moment;
use crate::error::ApiError;
use crate::outbox;
use crate::profile::Profile;
use crate::program::Program;
use crate::vault::{
    RECOVERY_FILE, RecoveryCode, RecoveryEnvelope, STORE_KEY_NAME, Vault, keep_store_key, key_for,
    vault_file, write_recovery_envelope,
};

/// `restore`.
pub fn restore(caller: &Caller<'_>, input: Restore) -> Result<Done, ApiError> {
    let program = caller.program;
    if program.books().is_ok() {
        return Err(ApiError::failed(
            "books_open",
            format!(
                "The books in {} are open. Restore the backup into another data folder, or move these books away first.",
                program.folder().display()
            ),
        ));
    }
    let path = PathBuf::from(input.path.trim());
    let header = read_backup_header(&path)?;
    let old: Option<RecoveryEnvelope> = serde_json::from_value(header.recovery_envelope.clone()).ok();
    let passphrase = input.passphrase.clone().filter(|text| !text.is_empty()).map(SecretString::from);
    let vault = vault_file(program.folder());
    let vault_is_new = !vault.exists();
    let restored = Key::find(program, &input.recovery_code, old, passphrase)
        .and_then(|key| put_in_place(caller, &path, &key))
        .inspect_err(|_| {
            // A vault that was made for books that did not come is of no use, and would ask for a passphrase.
            if vault_is_new && !program.store_path().exists() {
                let _ = fs::remove_file(&vault);
            }
        });
    let aside = restored?;
    let sequence = caller.books()?.store.sequence();
    let kept = aside.words();
    let say = format!(
        "Restored the backup of {}. Everything is paused and nothing leaves until you resume.{kept}",
        header.created_at.format("%-d %b %Y %H:%M UTC")
    );
    Ok(Done { sequence, say, undo: None })
}

/// The backup in the place of the books, which are put aside; where it fails everything is as it was.
fn put_in_place(caller: &Caller<'_>, backup: &Path, key: &Key) -> Result<Aside, ApiError> {
    let aside = Aside::put(caller.program)?;
    let had_key = key.vault.get(STORE_KEY_NAME)?.is_some();
    if let Err(error) = rebuild(caller, backup, key) {
        if !had_key && !caller.program.store_path().exists() {
            key.vault.delete(STORE_KEY_NAME)?;
        }
        aside.back()?;
        return Err(error);
    }
    Ok(aside)
}

/// The key of a backup, the vault that will keep it, and what opens it by the code from now on.
struct Key {
    key: StoreKey,
    vault: Arc<dyn Vault>,
    code: Option<RecoveryCode>,
    old: Option<RecoveryEnvelope>,
}

impl Key {
    /// By the recovery code, or without one by the key that this machine has.
    fn find(
        program: &Program,
        code: &str,
        old: Option<RecoveryEnvelope>,
        passphrase: Option<SecretString>,
    ) -> Result<Key, ApiError> {
        let code = match code.trim() {
            "" => None,
            text => Some(RecoveryCode::parse(text)?),
        };
        let Some(code) = code else {
            let vault = program.new_vault(false, passphrase)?;
            let key = key_for(program.folder(), true, vault.as_ref()).map_err(|error| {
                let mut error = ApiError::from(error);
                error.code = "recovery_code_needed".to_owned();
                error.message =
                    "This machine has no key for this folder. Type the recovery code of the backup; nothing was changed.".to_owned();
                error
            })?;
            return Ok(Key { key, vault, code: None, old });
        };
        let envelope = old.as_ref().ok_or_else(|| {
            ApiError::failed(
                "recovery_envelope_missing",
                "This backup carries nothing that a recovery code could open. Only the machine that made it has its key.",
            )
        })?;
        let key = envelope.unwrap(&code)?;
        let vault = program.new_vault(false, passphrase)?;
        Ok(Key { key, vault, code: Some(code), old })
    }

    /// What lies beside the new store: made for its new id with the code, else the backup's own, which the
    /// same code opens to the same key.
    fn envelope(&self, store_id: &str) -> Result<Option<RecoveryEnvelope>, ApiError> {
        match &self.code {
            Some(code) => Ok(Some(RecoveryEnvelope::wrap(code, &self.key, store_id)?)),
            None => Ok(self.old.clone()),
        }
    }
}

fn rebuild(caller: &Caller<'_>, backup: &Path, key: &Key) -> Result<(), ApiError> {
    let program = caller.program;
    let now = program.clock().now();
    let store_id = program.ids().next(now);
    let mut options = program.new_store_options();
    options.store_id = Uuid::parse_str(&store_id).ok();
    keep_store_key(key.vault.as_ref(), &key.key)?;
    let restore = StoreRestore { actor: caller.actor.clone(), options };
    let (actor, ids) = (caller.actor.clone(), Arc::clone(program.ids()));
    restore_backup(backup, &key.key, &program.store_path(), &restore, |tx| {
        let moment = Moment::outside(now, &actor, Profile::load(tx)?, &ids);
        on_fork(tx, &moment)
    })?;
    if let Some(envelope) = key.envelope(&store_id)? {
        write_recovery_envelope(&program.folder().join(RECOVERY_FILE), &envelope)?;
    }
    program.open_recovered(Arc::clone(&key.vault), &key.key)
}

/// Nothing that was decided before the backup leaves by itself, and the founder is asked for the last numbers.
fn on_fork(tx: &WriteTx<'_>, moment: &Moment) -> Result<(), ApiError> {
    outbox::fork(tx, moment)?;
    let item = Attention {
        kind: "restored".to_owned(),
        subject: "books:restored".to_owned(),
        severity: Severity::High,
        title: "These books come from a backup and are paused".to_owned(),
        reason: "Look up what was sent and which invoice number was used last, then resume".to_owned(),
        amount: None,
        since: moment.at,
        due: None,
        actions: vec!["resume".to_owned()],
        route: "/automations/outbox".to_owned(),
    };
    attention::raise(tx, &moment.id(), &item)?;
    Ok(())
}

/// Books that cannot be opened are put aside, never overwritten.
struct Aside {
    moved: Vec<(PathBuf, PathBuf)>,
}

impl Aside {
    fn put(program: &Program) -> Result<Aside, ApiError> {
        let at = program.clock().now().format("%Y%m%dT%H%M%SZ");
        let store = program.store_path();
        let name = store.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut aside = Aside { moved: Vec::new() };
        for end in ["", "-wal", "-shm"] {
            let from = program.folder().join(format!("{name}{end}"));
            let to = program.folder().join(format!("before-restore-{at}-{name}{end}"));
            if !from.exists() {
                continue;
            }
            if let Err(error) = fs::rename(&from, &to) {
                aside.back()?;
                return Err(ApiError::failed(
                    "restore_aside",
                    format!("{} cannot be put aside: {error}. Nothing was restored.", from.display()),
                ));
            }
            aside.moved.push((from, to));
        }
        Ok(aside)
    }

    fn back(&self) -> Result<(), ApiError> {
        for (from, to) in &self.moved {
            // A half-restored file may stand in the way; the books that were there before come first.
            fs::rename(to, from).map_err(|error| {
                ApiError::failed(
                    "restore_aside",
                    format!(
                        "The books were put aside as {} and could not be moved back: {error}.",
                        to.display()
                    ),
                )
            })?;
        }
        Ok(())
    }

    fn words(&self) -> String {
        match self.moved.first() {
            Some((_, to)) => format!(" The books that were here are kept as {}.", to.display()),
            None => String::new(),
        }
    }
}
