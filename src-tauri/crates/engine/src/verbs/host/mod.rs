//! The program before and around the books: first run, unlocking, restoring.

mod demo;
mod found;
mod restore;

use secrecy::SecretString;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::vault::{RecoveryCode, recover_key};

pub use demo::{delete_demo, open_demo};
pub use found::create_company;
pub use restore::restore;

/// `host_state`.
pub fn state(caller: &Caller<'_>, _input: Nothing) -> Result<HostState, ApiError> {
    let (state, message) = caller.program.state();
    Ok(HostState {
        state,
        folder: caller.program.folder().display().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        message,
        vault: caller.program.vault_kind(),
    })
}

/// `unlock`.
pub fn unlock(caller: &Caller<'_>, input: Unlock) -> Result<Done, ApiError> {
    if caller.program.screen.is_locked() && caller.program.books_unseen().is_ok() {
        caller.program.unlock_screen(&SecretString::from(input.secret))?;
        return opened(caller, "Unlocked.");
    }
    caller.program.screen.opened();
    caller.program.unlock(SecretString::from(input.secret))?;
    opened(caller, "Unlocked.")
}

/// `lock`: nothing is shown until the passphrase is given again.
pub fn lock(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    if !caller.program.screen.is_locked() {
        caller.program.lock_screen(&caller.actor)?;
    }
    let sequence = caller.program.books_unseen().map(|books| books.store.sequence()).unwrap_or_default();
    Ok(Done { sequence, say: "Locked.".to_owned(), undo: None })
}

/// `handover`: this process gives the folder up to the one that asks, and ends.
pub fn handover(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    caller.program.hand_over(&caller.actor)?;
    let sequence = caller.program.books_unseen().map(|books| books.store.sequence()).unwrap_or_default();
    Ok(Done { sequence, say: "The folder is handed over; this Purser ends.".to_owned(), undo: None })
}

/// `touch`: the founder is there, although nothing was decided. Moving and typing in the window say so.
pub fn touch(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    let sequence = caller.books()?.store.sequence();
    Ok(Done { sequence, say: String::new(), undo: None })
}

/// `unlock_with_recovery_code`.
pub fn unlock_with_recovery_code(caller: &Caller<'_>, input: Unlock) -> Result<Done, ApiError> {
    if caller.program.screen.is_locked() && caller.program.books_unseen().is_ok() {
        caller.program.unlock_screen_with(&RecoveryCode::parse(&input.secret)?)?;
        return opened(caller, "Unlocked with the recovery code.");
    }
    if caller.program.books().is_ok() {
        return opened(caller, "The books are open already.");
    }
    if !caller.program.store_path().exists() {
        return Err(ApiError::founder(
            "no_company",
            "There are no books here that a code could open. Restore a backup with it instead.",
        ));
    }
    let code = RecoveryCode::parse(&input.secret)?;
    let vault = caller.program.vault_for_recovery()?;
    let key = recover_key(caller.program.folder(), &code, vault.as_ref())?;
    let kept = vault.kind() != crate::vault::VaultKind::Memory;
    caller.program.open_recovered(vault, &key)?;
    opened(
        caller,
        if kept {
            "Opened with the recovery code. This machine has the key again."
        } else {
            "Opened with the recovery code until Purser ends: the vault's own passphrase is still needed to keep the key."
        },
    )
}

fn opened(caller: &Caller<'_>, say: &str) -> Result<Done, ApiError> {
    let sequence = caller.books()?.store.sequence();
    Ok(Done { sequence, say: say.to_owned(), undo: None })
}
