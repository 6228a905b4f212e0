//! Secrets in one file, encrypted with a passphrase: for machines without a keychain.
//!
//! `vault.json` states its key derivation (argon2id, its cost and salt), a verifier of the passphrase,
//! and the secrets as one XChaCha20-Poly1305 box whose associated data is all that the file states in
//! clear. A checksum over the whole tells a damaged file from a wrong passphrase.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::files::{create_private, read_bounded, replace_private};
use super::kdf::{DeriveError, Derived, KdfCost, SALT_BYTES, derive, equal_constant_time, random};
use super::presence::AttemptLimit;
use super::{Vault, VaultError, VaultKind, check_name, check_secret};

const FORMAT: &str = "purser-vault";
const FORMAT_NUMBER: u64 = 1;

/// A passphrase-encrypted file of secrets.
///
/// The derived key stays in memory while the vault is open, so that only opening is slow. Every call
/// reads the file again: what is on disk is the truth.
pub struct PassphraseVault {
    path: PathBuf,
    key: Mutex<SecretBox<[u8; 32]>>,
    attempts: Mutex<AttemptLimit>,
}

/// The file as it lies on disk; all bytes in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VaultFile {
    format: String,
    version: u64,
    kdf: String,
    cost: KdfCost,
    salt: String,
    verifier: String,
    nonce: String,
    sealed: String,
    checksum: String,
}

/// What the file says, decoded and checked as far as that goes without the passphrase.
struct Sealed {
    cost: KdfCost,
    salt: [u8; SALT_BYTES],
    verifier: [u8; 32],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

impl PassphraseVault {
    /// Creates the file with no secrets in it, at the standard cost.
    pub fn create(path: &Path, passphrase: &SecretString) -> Result<Self, VaultError> {
        Self::create_with_cost(path, passphrase, KdfCost::STANDARD)
    }

    /// Creates the file at a stated cost.
    pub fn create_with_cost(
        path: &Path,
        passphrase: &SecretString,
        cost: KdfCost,
    ) -> Result<Self, VaultError> {
        let (bytes, derived) = new_file(path, passphrase, cost, &Secrets::default())?;
        if !create_private(path, &bytes)? {
            return Err(VaultError::VaultExists { path: path.to_owned() });
        }
        Ok(Self::with_key(path, &derived))
    }

    /// Opens an existing file; a wrong passphrase fails here.
    pub fn open(path: &Path, passphrase: &SecretString) -> Result<Self, VaultError> {
        let sealed = Sealed::read(path)?;
        let derived = sealed.derive(path, passphrase)?;
        let vault = Self::with_key(path, &derived);
        sealed.open(path, &derived.key)?;
        Ok(vault)
    }

    /// Encrypts the file anew under another passphrase, with a new salt.
    pub fn change_passphrase(&self, present: &SecretString, new: &SecretString) -> Result<(), VaultError> {
        self.verify_presence(present)?;
        let mut key = self.key();
        let (sealed, secrets) = self.load(&key)?;
        let (bytes, derived) = new_file(&self.path, new, sealed.cost, &secrets)?;
        replace_private(&self.path, &bytes)?;
        *key = SecretBox::new(Box::new(*derived.key));
        Ok(())
    }

    /// Whether the person at the machine knows the passphrase: derives again and compares. Wrong
    /// answers slow down the next ones.
    pub fn verify_presence(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.guard(|| match Sealed::read(&self.path)?.derive(&self.path, passphrase) {
            Ok(_) => Ok(true),
            Err(VaultError::WrongPassphrase { .. } | VaultError::EmptyPassphrase) => Ok(false),
            Err(error) => Err(error),
        })
    }

    fn with_key(path: &Path, derived: &Derived) -> Self {
        let key = Mutex::new(SecretBox::new(Box::new(*derived.key)));
        Self { path: path.to_owned(), key, attempts: Mutex::default() }
    }

    /// The key, whose lock also keeps two changes of the file apart.
    fn key(&self) -> MutexGuard<'_, SecretBox<[u8; 32]>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self, key: &SecretBox<[u8; 32]>) -> Result<(Sealed, Secrets), VaultError> {
        let sealed = Sealed::read(&self.path)?;
        let secrets = sealed.open(&self.path, key.expose_secret())?;
        Ok((sealed, secrets))
    }

    fn change(&self, change: impl FnOnce(&mut Secrets)) -> Result<(), VaultError> {
        let key = self.key();
        let (sealed, mut secrets) = self.load(&key)?;
        change(&mut secrets);
        let bytes = seal(&self.path, key.expose_secret(), &sealed, &secrets)?;
        replace_private(&self.path, &bytes)
    }
}

impl Vault for PassphraseVault {
    fn get(&self, name: &str) -> Result<Option<SecretString>, VaultError> {
        check_name(name)?;
        let (_, secrets) = self.load(&self.key())?;
        Ok(secrets.0.get(name).map(|secret| SecretString::from(secret.as_str())))
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), VaultError> {
        check_name(name)?;
        check_secret(name, secret)?;
        self.change(|secrets| {
            if let Some(mut replaced) = secrets.0.insert(name.to_owned(), secret.expose_secret().to_owned()) {
                replaced.zeroize();
            }
        })
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        check_name(name)?;
        self.change(|secrets| {
            if let Some(mut forgotten) = secrets.0.remove(name) {
                forgotten.zeroize();
            }
        })
    }

    fn kind(&self) -> VaultKind {
        VaultKind::PassphraseFile
    }

    fn check_passphrase(&self, passphrase: &SecretString) -> Option<Result<(), VaultError>> {
        Some(self.verify_presence(passphrase))
    }
}

impl std::fmt::Debug for PassphraseVault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PassphraseVault").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The decrypted secrets, wiped when dropped.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Secrets(BTreeMap<String, String>);

impl Drop for Secrets {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl Secrets {
    /// As JSON, in one buffer that never grows: a grown one leaves copies of secrets behind.
    fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        // JSON writes a byte as six at most; quotes, colon and comma are five more an entry.
        let capacity =
            self.0.iter().map(|(name, secret)| 6 * (name.len() + secret.len()) + 5).sum::<usize>() + 2;
        let mut json = Zeroizing::new(Vec::with_capacity(capacity));
        serde_json::to_writer(&mut *json, self)
            .map_err(|error| VaultError::System { detail: format!("json: {error}") })?;
        Ok(json)
    }
}

impl Sealed {
    fn read(path: &Path) -> Result<Self, VaultError> {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let bytes = read_bounded(path)?.ok_or_else(|| VaultError::io("read", path, missing()))?;
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u64,
        }
        let not_ours = |_| VaultError::damaged(path, "it is not a vault file");
        let head: Head = serde_json::from_slice(&bytes).map_err(not_ours)?;
        if head.format != FORMAT {
            return Err(VaultError::damaged(path, "it is not a vault file"));
        }
        if head.version > FORMAT_NUMBER {
            return Err(VaultError::TooNew { path: path.to_owned(), format: head.version });
        }
        let file: VaultFile = serde_json::from_slice(&bytes).map_err(not_ours)?;
        if file.version != FORMAT_NUMBER || file.kdf != "argon2id" || file.checksum != file.checksum() {
            return Err(VaultError::damaged(path, "its checksum does not hold"));
        }
        Ok(Self {
            cost: file.cost,
            salt: from_hex(path, "salt", &file.salt)?,
            verifier: from_hex(path, "verifier", &file.verifier)?,
            nonce: from_hex(path, "nonce", &file.nonce)?,
            sealed: hex::decode(&file.sealed)
                .map_err(|_| VaultError::damaged(path, "its content is not hex"))?,
        })
    }

    fn derive(&self, path: &Path, passphrase: &SecretString) -> Result<Derived, VaultError> {
        let derived = derive_for(path, passphrase, &self.salt, self.cost)?;
        if !equal_constant_time(&derived.verifier, &self.verifier) {
            return Err(VaultError::WrongPassphrase { path: path.to_owned() });
        }
        Ok(derived)
    }

    fn open(&self, path: &Path, key: &[u8; 32]) -> Result<Secrets, VaultError> {
        let associated = associated_data(self.cost, &self.salt, &self.verifier);
        let payload = Payload { msg: &self.sealed, aad: &associated };
        let json = XChaCha20Poly1305::new(key.into())
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| {
                VaultError::damaged(path, "its content was changed, or another passphrase was set")
            })?;
        serde_json::from_slice(&json)
            .map_err(|_| VaultError::damaged(path, "its content is not a list of secrets"))
    }
}

impl VaultFile {
    fn checksum(&self) -> String {
        let fields = [
            self.format.as_str(),
            &self.version.to_string(),
            &self.kdf,
            &format!("{},{},{}", self.cost.memory_kib, self.cost.iterations, self.cost.lanes),
            &self.salt,
            &self.verifier,
            &self.nonce,
            &self.sealed,
        ];
        hex::encode(Sha256::digest(fields.join("\n")))
    }
}

/// The bytes of a new file, and the key it is encrypted with.
fn new_file(
    path: &Path,
    passphrase: &SecretString,
    cost: KdfCost,
    secrets: &Secrets,
) -> Result<(Vec<u8>, Derived), VaultError> {
    let salt = random::<SALT_BYTES>()?;
    let derived = derive_for(path, passphrase, &salt, cost)?;
    let head = Sealed { cost, salt, verifier: derived.verifier, nonce: [0; 24], sealed: Vec::new() };
    let bytes = seal(path, &derived.key, &head, secrets)?;
    Ok((bytes, derived))
}

/// Encrypts the secrets under a new nonce, keeping the head's cost, salt and verifier.
fn seal(path: &Path, key: &[u8; 32], head: &Sealed, secrets: &Secrets) -> Result<Vec<u8>, VaultError> {
    let nonce = random::<24>()?;
    let json = secrets.to_json()?;
    let associated = associated_data(head.cost, &head.salt, &head.verifier);
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: &json, aad: &associated })
        .map_err(|_| VaultError::damaged(path, "it holds more than can be encrypted"))?;
    let mut file = VaultFile {
        format: FORMAT.to_owned(),
        version: FORMAT_NUMBER,
        kdf: "argon2id".to_owned(),
        cost: head.cost,
        salt: hex::encode(head.salt),
        verifier: hex::encode(head.verifier),
        nonce: hex::encode(nonce),
        sealed: hex::encode(sealed),
        checksum: String::new(),
    };
    file.checksum = file.checksum();
    let mut bytes = serde_json::to_vec_pretty(&file)
        .map_err(|error| VaultError::System { detail: format!("json: {error}") })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn derive_for(
    path: &Path,
    passphrase: &SecretString,
    salt: &[u8],
    cost: KdfCost,
) -> Result<Derived, VaultError> {
    if passphrase.expose_secret().is_empty() {
        return Err(VaultError::EmptyPassphrase);
    }
    derive(passphrase, salt, cost).map_err(|error| match error {
        DeriveError::Cost(asked) => VaultError::CostRefused { path: path.to_owned(), asked },
        DeriveError::System(detail) => VaultError::System { detail },
    })
}

fn associated_data(cost: KdfCost, salt: &[u8], verifier: &[u8]) -> Vec<u8> {
    let KdfCost { memory_kib, iterations, lanes } = cost;
    let (salt, verifier) = (hex::encode(salt), hex::encode(verifier));
    format!("{FORMAT}|{FORMAT_NUMBER}|argon2id|{memory_kib},{iterations},{lanes}|{salt}|{verifier}")
        .into_bytes()
}

fn from_hex<const N: usize>(path: &Path, what: &str, text: &str) -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes)
        .map_err(|_| VaultError::damaged(path, format!("its {what} is not {N} bytes in hex")))?;
    Ok(bytes)
}
