//! The locked screen: nothing is shown until the founder says the passphrase again (security.md 1).
//!
//! While it is locked every method but `host_state`, `lock` and the two that unlock is refused. The store stays open
//! in this process, because the outbox and other work of which nothing is shown go on: what was approved and
//! released before leaves, what is due is done. An approval inside its undo window dies, because it could no longer
//! be taken back; its batch asks again. Purser locks itself only where a window is, and only where there is a
//! passphrase to unlock with.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use purser_store::WriteTx;
use secrecy::SecretString;
use serde_json::json;

use crate::approvals::void_open_windows;
use crate::books::Moment;
use crate::error::ApiError;
use crate::program::Program;
use crate::vault::{RECOVERY_FILE, RecoveryCode, VaultError, read_recovery_envelope};

/// The setting: minutes, or `null` for never.
pub(crate) const SETTING: &str = "security.lock_after_minutes";
/// Minutes without the founder after which a window locks itself, where nothing else is set.
pub(crate) const MINUTES: u32 = 10;
/// Who the audit names where nobody locked it.
const ACTOR: &str = "policy:lock";

/// What the locked screen says.
pub(crate) const LOCKED: &str = "Purser is locked. Type the passphrase to go on.";
const WHY_VOID: &str = "Purser was locked before the payment left, so nothing was sent";

/// What may be asked while the screen is locked.
pub(crate) const METHODS: [&str; 4] = ["host_state", "lock", "unlock", "unlock_with_recovery_code"];

/// Whether the screen is locked, and since when nobody was there.
pub(crate) struct ScreenLock {
    locked: AtomicBool,
    watches: AtomicBool,
    idle: Mutex<Idle>,
}

struct Idle {
    since: DateTime<Utc>,
    after: Option<Duration>,
}

/// The error of everything that is asked while the screen is locked.
pub(crate) fn locked() -> ApiError {
    ApiError::founder("locked", LOCKED)
}

impl ScreenLock {
    pub fn new(now: DateTime<Utc>) -> ScreenLock {
        let idle = Idle { since: now, after: Some(Duration::minutes(i64::from(MINUTES))) };
        ScreenLock { locked: AtomicBool::new(false), watches: AtomicBool::new(false), idle: Mutex::new(idle) }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::SeqCst)
    }

    /// The screen shows again.
    pub fn opened(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }

    /// The founder did something.
    pub fn touch(&self, now: DateTime<Utc>) {
        self.idle().since = now;
    }

    /// How long nobody may be there.
    pub fn set_after(&self, minutes: Option<u32>) {
        self.idle().after = minutes.map(|minutes| Duration::minutes(i64::from(minutes)));
    }

    /// Takes the company's setting; where it cannot be read the usual time stands.
    pub fn read_setting(&self, program: &Program) {
        let kept = program.books_unseen().and_then(|books| books.setting::<Option<u32>>(SETTING));
        self.set_after(kept.unwrap_or_default().unwrap_or(Some(MINUTES)));
        self.touch(program.clock().now());
    }

    /// Whether nobody was there for the whole time. A clock that was set back counts as nobody leaving.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        let mut idle = self.idle();
        if now < idle.since {
            idle.since = now;
        }
        idle.after.is_some_and(|after| now - idle.since >= after)
    }
}

impl Program {
    /// From now on the screen locks itself when nobody is there: for a process that shows a window.
    pub fn watch_for_idleness(&self) {
        self.screen.touch(self.clock().now());
        self.screen.watches.store(true, Ordering::SeqCst);
    }

    /// Locks the screen when its time is over; whether it did so now.
    pub fn lock_if_idle(&self) -> bool {
        let watches = self.screen.watches.load(Ordering::SeqCst) && !self.screen.is_locked();
        if !watches || !self.screen.is_over(self.clock().now()) || self.can_lock().is_err() {
            return false;
        }
        match self.lock_screen(ACTOR) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(code = error.code, "the screen could not be locked");
                false
            }
        }
    }

    /// Whether there is something to unlock with.
    fn can_lock(&self) -> Result<(), ApiError> {
        let books = self.books_unseen()?;
        if books.profile()?.demo {
            return Err(ApiError::failed(
                "lock_demo",
                "The demo company hides nothing: there is nothing to lock.",
            ));
        }
        if !self.approval_lock()?.is_set()? {
            return Err(ApiError::failed(
                "lock_without_passphrase",
                "The system's keychain opens these books for whoever sits here, so a locked Purser would have nothing to ask for. Set an approval passphrase in Settings, Security, then lock.",
            ));
        }
        Ok(())
    }

    /// Locks the screen. Approvals inside their undo window end first; where the store does not take that, the books
    /// are closed altogether, and the approvals die with it.
    pub(crate) fn lock_screen(&self, actor: &str) -> Result<(), ApiError> {
        self.can_lock()?;
        let books = self.books_unseen()?;
        let process = std::sync::Arc::clone(&books.process);
        self.screen.locked.store(true, Ordering::SeqCst);
        self.forget_passphrase();
        let ended = books.decide(actor, move |tx, moment| end_windows(tx, moment, &process));
        if let Err(error) = ended {
            tracing::error!(
                code = error.code,
                "the lock could not be written down; the books are closed instead"
            );
            self.close()?;
            self.reopen_closed();
            // A keychain opens them again by itself; the screen stays locked.
            self.screen.locked.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Shows the books again to somebody who knows the passphrase.
    pub(crate) fn unlock_screen(&self, passphrase: &SecretString) -> Result<(), ApiError> {
        self.approval_lock()?.check(passphrase).map_err(wrong)?;
        self.show_again()
    }

    /// Shows the books again to somebody who has the recovery code.
    pub(crate) fn unlock_screen_with(&self, code: &RecoveryCode) -> Result<(), ApiError> {
        let path = self.folder().join(RECOVERY_FILE);
        let envelope = read_recovery_envelope(&path)?.ok_or(VaultError::NoRecoveryEnvelope { path })?;
        envelope.unwrap(code)?;
        self.show_again()
    }

    fn show_again(&self) -> Result<(), ApiError> {
        self.screen.touch(self.clock().now());
        self.screen.opened();
        self.books()?.decide("founder", |tx, moment| {
            tx.audit(moment.audit("security.unlock", "security", json!({})))?;
            Ok(())
        })
    }
}

fn end_windows(tx: &WriteTx<'_>, moment: &Moment, process: &str) -> Result<(), ApiError> {
    let ended = void_open_windows(tx, moment, process, WHY_VOID)?;
    tx.audit(moment.audit("security.lock", "security", json!({"approvals_ended": ended.len()})))?;
    Ok(())
}

/// A wrong passphrase is for the founder to answer, not a failure of the program.
fn wrong(error: VaultError) -> ApiError {
    let error = ApiError::from(error);
    ApiError { exit: ApiError::founder("", "").exit, ..error }
}
