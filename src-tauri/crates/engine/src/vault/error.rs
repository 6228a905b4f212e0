//! What can go wrong with secrets, each with what to do. No variant ever holds a secret.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A vault, a key or a recovery code that could not be used.
#[derive(Debug, Error)]
pub enum VaultError {
    /// There is no keychain on this machine, or nothing answers for it.
    #[error(
        "No keychain answers on this machine ({detail}). Set PURSER_PASSPHRASE or pass --passphrase-file to keep secrets in an encrypted file instead."
    )]
    NoKeychain {
        /// What the system said.
        detail: String,
    },
    /// The keychain is there but locked, and nobody unlocked it.
    #[error(
        "The keychain is locked ({detail}). Unlock it (log in to the desktop, or open it in its own window) and try again."
    )]
    KeychainLocked {
        /// What the system said.
        detail: String,
    },
    /// The keychain did not answer in time; its password window may be waiting.
    #[error(
        "The keychain did not answer within {seconds} s. Look for its password window, answer it, and try again."
    )]
    KeychainSilent {
        /// How long the call waited.
        seconds: u64,
    },
    /// The keychain answered with a failure.
    #[error(
        "The keychain could not {action} the secret `{name}`: {detail}. Quit Purser, check the keychain, and start again."
    )]
    KeychainFailed {
        /// read, keep or forget.
        action: &'static str,
        /// The secret's name.
        name: String,
        /// What the system said.
        detail: String,
    },
    /// Several secrets of this name are in the keychain.
    #[error(
        "The keychain holds {count} secrets named `{account}` of `purser`: delete all but the right one and try again."
    )]
    Ambiguous {
        /// The keychain's account name.
        account: String,
        /// How many there are.
        count: usize,
    },
    /// What the keychain holds is not text, so Purser did not write it.
    #[error(
        "The secret `{name}` in the keychain is not text, so another program wrote it: delete it there and connect again."
    )]
    NotText {
        /// The secret's name.
        name: String,
    },
    /// The folder's secrets are in a passphrase file and no passphrase was given.
    #[error("The secrets of this data folder are in {}, encrypted with a passphrase: set PURSER_PASSPHRASE or pass --passphrase-file.", path.display())]
    PassphraseNeeded {
        /// The vault file.
        path: PathBuf,
    },
    /// The passphrase does not open the file.
    #[error("This passphrase does not open {}: check it and try again; nothing was changed.", path.display())]
    WrongPassphrase {
        /// The vault file.
        path: PathBuf,
    },
    /// An empty passphrase protects nothing.
    #[error("The passphrase is empty: choose one and try again.")]
    EmptyPassphrase,
    /// A file is not as Purser wrote it.
    #[error("{} is damaged ({reason}): put it back from a backup, or open the store with the recovery code.", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        reason: String,
    },
    /// A file that a newer Purser wrote.
    #[error("{} was written by a newer Purser (format {format}): update this one.", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its format number.
        format: u64,
    },
    /// A file asks for more work than any honest one does.
    #[error("{} asks for an unreasonable passphrase cost ({asked}): it was not written by Purser, put it back from a backup.", path.display())]
    CostRefused {
        /// The file.
        path: PathBuf,
        /// What it asks for.
        asked: String,
    },
    /// A vault file is there already.
    #[error("{} exists already: open it with its passphrase.", path.display())]
    VaultExists {
        /// The vault file.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("Could not {action} {}: {source}.", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A name that not every keychain keeps unchanged.
    #[error("`{name}` is no name for a secret: use 1 to 200 printable ASCII characters without spaces.")]
    BadName {
        /// The name, escaped.
        name: String,
    },
    /// An empty secret.
    #[error("The secret `{name}` is empty: give its value, or delete it.")]
    EmptySecret {
        /// The secret's name.
        name: String,
    },
    /// A secret that no keychain would keep.
    #[error("The secret `{name}` is longer than {bytes_max} bytes: that is a file, not a key.")]
    SecretTooLong {
        /// The secret's name.
        name: String,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// A database exists but its key does not: none is ever made beside it.
    #[error(
        "{} holds a store, but its key is not in the {vault} of this machine. Open it with the recovery code (`purser restore`, or \"Open with recovery code\" in the window); no new key is made beside an existing store.",
        folder.display()
    )]
    MissingKeyBesideDatabase {
        /// The data folder.
        folder: PathBuf,
        /// keychain, vault file or memory.
        vault: &'static str,
    },
    /// A database exists, there is no vault file, and the keychain cannot be asked or knows nothing of it.
    #[error(
        "{} holds a store, and nothing here has its key: there is no {file} in it, and the keychain {keychain}. If these books were locked by a passphrase, put {file} back (a copy of the folder has it); else open them with the recovery code. No new key is made beside an existing store.",
        folder.display()
    )]
    NoVaultBesideDatabase {
        /// The data folder.
        folder: PathBuf,
        /// The vault file's name.
        file: &'static str,
        /// What the keychain said.
        keychain: String,
    },
    /// What the vault holds as the store's key is not a key.
    #[error(
        "The store's key in the vault is not 64 hexadecimal digits: open the store with the recovery code to put it back."
    )]
    KeyDamaged,
    /// The vault took the key and does not give it back.
    #[error(
        "The vault did not keep the store's key (it reads back differently): no store was made. Check the keychain, or use a passphrase."
    )]
    KeyNotKept,
    /// Another key is in the vault already.
    #[error(
        "The vault already holds another key for this folder: it is left alone. Use another folder for this store."
    )]
    OtherKeyKept,
    /// A recovery code that was not written down or typed right.
    #[error(
        "This is not a recovery code as Purser shows it: {reason}. Check it against the paper; O and 0, I, L and 1 may be mixed."
    )]
    RecoveryCodeTypo {
        /// What does not hold, without the code itself.
        reason: String,
    },
    /// A well-formed recovery code of another store.
    #[error(
        "This recovery code is well typed but opens another store, not {store_id}: find the code that was shown when this store was made."
    )]
    WrongRecoveryCode {
        /// The store's id.
        store_id: String,
    },
    /// No recovery envelope beside the store.
    #[error("{} is missing, so the recovery code alone cannot open this store: open one of its backups, which carry a copy.", path.display())]
    NoRecoveryEnvelope {
        /// Where it should be.
        path: PathBuf,
    },
    /// Money out needs an approval passphrase and none is set.
    #[error("No approval passphrase is set: set one in Settings before approving money out.")]
    ApprovalNotSet,
    /// An approval passphrase is set already.
    #[error("An approval passphrase is set already: change it by giving the present one.")]
    ApprovalAlreadySet,
    /// A short approval passphrase.
    #[error("The approval passphrase needs at least {characters_min} characters.")]
    ApprovalTooShort {
        /// The least number of characters.
        characters_min: usize,
    },
    /// What the vault holds of the approval passphrase is not what Purser wrote.
    #[error(
        "The approval passphrase in the vault is damaged: restore the vault, or delete `approval-passphrase` from it and set a new one."
    )]
    ApprovalDamaged,
    /// The founder's passphrase was not the right one.
    #[error("This is not the passphrase: nothing was approved.")]
    PresenceRefused,
    /// Too many wrong passphrases in a row.
    #[error("Too many wrong passphrases: wait {wait_seconds} s and try again.")]
    TooManyAttempts {
        /// How long until the next try.
        wait_seconds: u64,
    },
    /// The system gave no random bytes, or refused memory or a thread.
    #[error("The system refused what encryption needs ({detail}): free some memory and try again.")]
    System {
        /// What the system said.
        detail: String,
    },
}

impl VaultError {
    /// A file operation that failed.
    pub(super) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    /// A file that is not as Purser wrote it.
    pub(super) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }

    /// A stable code for the window and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKeychain { .. } => "vault_no_keychain",
            Self::KeychainLocked { .. } => "vault_keychain_locked",
            Self::KeychainSilent { .. } => "vault_keychain_silent",
            Self::KeychainFailed { .. } | Self::Ambiguous { .. } | Self::NotText { .. } => {
                "vault_keychain_failed"
            }
            Self::PassphraseNeeded { .. } => "vault_passphrase_needed",
            Self::WrongPassphrase { .. } => "vault_wrong_passphrase",
            Self::EmptyPassphrase => "vault_empty_passphrase",
            Self::Damaged { .. } | Self::CostRefused { .. } => "vault_damaged",
            Self::TooNew { .. } => "vault_too_new",
            Self::VaultExists { .. } => "vault_exists",
            Self::Io { .. } => "vault_io",
            Self::BadName { .. } | Self::EmptySecret { .. } | Self::SecretTooLong { .. } => {
                "vault_bad_secret"
            }
            Self::MissingKeyBesideDatabase { .. } | Self::NoVaultBesideDatabase { .. } => "vault_missing_key",
            Self::KeyDamaged | Self::KeyNotKept => "vault_key_damaged",
            Self::OtherKeyKept => "vault_other_key",
            Self::RecoveryCodeTypo { .. } => "recovery_code_typo",
            Self::WrongRecoveryCode { .. } => "recovery_code_wrong",
            Self::NoRecoveryEnvelope { .. } => "recovery_envelope_missing",
            Self::ApprovalNotSet => "approval_passphrase_not_set",
            Self::ApprovalAlreadySet => "approval_passphrase_already_set",
            Self::ApprovalTooShort { .. } => "approval_passphrase_too_short",
            Self::ApprovalDamaged => "approval_passphrase_damaged",
            Self::PresenceRefused => "presence_refused",
            Self::TooManyAttempts { .. } => "presence_too_many_attempts",
            Self::System { .. } => "vault_system",
        }
    }
}
