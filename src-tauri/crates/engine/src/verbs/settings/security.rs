//! Security at a glance, and the approval passphrase.

use purser_store::tables::settings;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::screen_lock::{MINUTES, SETTING};
use crate::vault::{VaultError, VaultKind};
use crate::verbs::ledger::short_hash;

/// `security`.
pub fn security(caller: &Caller<'_>, _input: Nothing) -> Result<Security, ApiError> {
    let books = caller.books()?;
    let head = books.store.audit_head()?;
    Ok(Security {
        vault: vault_words(caller.program.vault()?.kind()).to_owned(),
        encryption: if books.store.path().is_some() {
            "SQLCipher 4, AES-256 with an authentication code on each page, 32 random bytes as the key"
                .to_owned()
        } else {
            "kept in memory only".to_owned()
        },
        approval_passphrase: caller.program.approval_lock()?.is_set()?,
        lock_after_minutes: books.setting::<Option<u32>>(SETTING)?.unwrap_or(Some(MINUTES)),
        store_id: books.store.store_id().to_string(),
        audit_head: short_hash(&head.hash, 8, "…"),
        audit_rows: head.seq.unsigned_abs(),
        folder: books.folder.display().to_string(),
    })
}

fn vault_words(kind: VaultKind) -> &'static str {
    match kind {
        VaultKind::Keychain => "keychain",
        VaultKind::PassphraseFile => "passphrase_file",
        VaultKind::Memory => "memory",
    }
}

/// Most minutes until the window locks itself: a day. Longer is never.
const MINUTES_MAX: u32 = 24 * 60;

/// `security_save`.
pub fn security_save(caller: &Caller<'_>, input: SecuritySave) -> Result<Done, ApiError> {
    let minutes = input.lock_after_minutes;
    if minutes.is_some_and(|minutes| !(1..=MINUTES_MAX).contains(&minutes)) {
        return Err(ApiError::usage(
            "lock_after",
            format!("The window locks itself after 1 to {MINUTES_MAX} minutes, or never. Nothing was saved."),
        ));
    }
    let done = caller.books()?.decide(&caller.actor, move |tx, moment| {
        settings::set(tx, SETTING, &minutes)?;
        let detail = json!({ "lock_after_minutes": minutes });
        let seq = tx.audit(moment.audit("security.save", "security", detail))?;
        let say = match minutes {
            None => "The window does not lock itself.".to_owned(),
            Some(1) => "The window locks itself after a minute without you.".to_owned(),
            Some(minutes) => format!("The window locks itself after {minutes} minutes without you."),
        };
        Ok(Done { sequence: seq.unsigned_abs(), say, undo: None })
    })?;
    caller.program.screen.set_after(minutes);
    Ok(done)
}

/// `approval_passphrase_set`: sets the first one; changes one, or takes it away, for who knows the present one.
pub fn approval_passphrase_set(caller: &Caller<'_>, input: ApprovalPassphrase) -> Result<Done, ApiError> {
    let (books, lock) = (caller.books()?, caller.program.approval_lock()?);
    if caller.program.vault()?.kind() == VaultKind::PassphraseFile {
        return Err(ApiError::founder(
            "approval_passphrase_is_the_books",
            "Nothing was changed: approving money asks for the passphrase that opens the books.",
        ));
    }
    let (present, secret) = (SecretString::from(input.present), SecretString::from(input.secret));
    let take_away = secret.expose_secret().is_empty();
    let say = match (lock.is_set()?, take_away) {
        (false, _) => {
            lock.set(&secret)?;
            "Approvals of money out now ask for this passphrase."
        }
        (true, false) => {
            lock.change(&present, &secret).map_err(stays)?;
            "Approvals of money out now ask for the new passphrase."
        }
        (true, true) => {
            lock.clear(&present).map_err(stays)?;
            "Approvals of money out now ask for nothing beyond your click."
        }
    };
    books.decide(&caller.actor, move |tx, moment| {
        let detail = json!({ "set": !take_away });
        let seq = tx.audit(moment.audit("security.approval_passphrase", "security", detail))?;
        Ok(Done { sequence: seq.unsigned_abs(), say: say.to_owned(), undo: None })
    })
}

/// A wrong present passphrase changes nothing.
fn stays(error: VaultError) -> ApiError {
    match error {
        VaultError::PresenceRefused => ApiError::founder(
            "presence_refused",
            "This is not the present passphrase. The approval passphrase stays as it is.",
        ),
        other => other.into(),
    }
}
