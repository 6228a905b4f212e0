//! What a long-lived process does once a night: the window and `purser run` call it.

use crate::api::Caller;
use crate::error::ApiError;
use crate::verbs::settings;

/// Verifies the books, then writes a backup and removes automatic ones of more than a month ago.
///
/// Books that do not agree are backed up all the same; the disagreement is in the queue. Whether the books agree
/// is returned.
pub fn nightly(caller: &Caller<'_>) -> Result<bool, ApiError> {
    let verified = settings::verify(caller, crate::api::types::Nothing {})?;
    settings::automatic_backup(caller)?;
    Ok(verified.ok)
}
