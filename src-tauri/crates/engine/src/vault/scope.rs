//! The id of a data folder, under which its secrets are kept in the keychain.

use std::path::Path;

use super::files::{create_private, read_bounded};
use super::recovery::{RECOVERY_FILE, read_recovery_envelope};
use super::{VaultError, kdf};

/// The file that holds the folder's id. It is no secret; a copied folder keeps it, and with it the key.
pub const SCOPE_FILE: &str = "folder-id";

/// The id of a data folder: read from its file, else from its recovery envelope, else made now.
pub fn folder_scope(folder: &Path) -> Result<String, VaultError> {
    let path = folder.join(SCOPE_FILE);
    if let Some(scope) = read_scope(&path)? {
        return Ok(scope);
    }
    let scope = match read_recovery_envelope(&folder.join(RECOVERY_FILE))? {
        Some(envelope) => envelope.store_id().to_owned(),
        None => hex::encode(kdf::random::<16>()?),
    };
    check_scope(&scope).map_err(|reason| VaultError::damaged(&folder.join(RECOVERY_FILE), reason))?;
    if create_private(&path, format!("{scope}\n").as_bytes())? {
        return Ok(scope);
    }
    read_scope(&path)?.ok_or_else(|| VaultError::damaged(&path, "it vanished while it was read"))
}

fn read_scope(path: &Path) -> Result<Option<String>, VaultError> {
    let Some(bytes) = read_bounded(path)? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::damaged(path, "it is not text"))?;
    let scope = text.trim_end();
    check_scope(scope).map_err(|reason| VaultError::damaged(path, reason))?;
    Ok(Some(scope.to_owned()))
}

/// A scope is part of every keychain name, and `/` separates it from the rest.
pub(super) fn check_scope(scope: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if scope.is_empty() || scope.len() > 64 || !scope.bytes().all(allowed) {
        return Err("the folder's id must be 1 to 64 letters, digits and dashes");
    }
    Ok(())
}
