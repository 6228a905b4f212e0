//! From a passphrase to a key: argon2id with a stated, bounded cost, and a verifier that tells a
//! wrong passphrase from a damaged file.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::VaultError;

/// Most memory that a file may ask for: 1 GiB.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
/// Most passes that a file may ask for.
const ITERATIONS_MAX: u32 = 16;
/// Most lanes that a file may ask for.
const LANES_MAX: u32 = 16;
/// Most memory times passes: about ten seconds on a small machine.
const WORK_KIB_MAX: u64 = 4 * 1024 * 1024;

pub(super) const SALT_BYTES: usize = 16;

/// The cost of one passphrase guess (argon2id, version 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub iterations: u32,
    /// Parallel lanes.
    pub lanes: u32,
}

impl KdfCost {
    /// What new files use: 64 MiB, 3 passes, 1 lane: the second recommendation of RFC 9106 on one lane.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, iterations: 3, lanes: 1 };

    /// The least that argon2 allows, so that tests are quick.
    #[cfg(test)]
    pub(crate) const CHEAP: Self = Self { memory_kib: 8, iterations: 1, lanes: 1 };

    /// The cost as argon2 takes it, or what is unreasonable about it.
    fn params(self) -> Result<Params, String> {
        let asked =
            format!("{} KiB of memory, {} passes, {} lanes", self.memory_kib, self.iterations, self.lanes);
        let work_kib = u64::from(self.memory_kib) * u64::from(self.iterations);
        if self.memory_kib > MEMORY_KIB_MAX
            || self.iterations > ITERATIONS_MAX
            || self.lanes > LANES_MAX
            || work_kib > WORK_KIB_MAX
        {
            return Err(asked);
        }
        Params::new(self.memory_kib, self.iterations, self.lanes, Some(64)).map_err(|_| asked)
    }
}

/// What a passphrase becomes: a key to encrypt with, and a verifier that may be stored beside it.
pub(super) struct Derived {
    pub(super) key: Zeroizing<[u8; 32]>,
    pub(super) verifier: [u8; 32],
}

/// Why nothing could be derived.
pub(super) enum DeriveError {
    /// The stated cost is out of bounds; this is what was asked for.
    Cost(String),
    /// The system refused, usually memory.
    System(String),
}

/// Derives 64 bytes with argon2id: the first half is the key, a hash of the second the verifier.
pub(super) fn derive(passphrase: &SecretString, salt: &[u8], cost: KdfCost) -> Result<Derived, DeriveError> {
    let params = cost.params().map_err(DeriveError::Cost)?;
    let mut bytes = Zeroizing::new([0_u8; 64]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, bytes.as_mut_slice())
        .map_err(|error| DeriveError::System(format!("argon2: {error}")))?;
    let mut key = Zeroizing::new([0_u8; 32]);
    key.copy_from_slice(&bytes[..32]);
    let verifier = Sha256::new().chain_update(b"purser passphrase verifier").chain_update(&bytes[32..]);
    Ok(Derived { key, verifier: verifier.finalize().into() })
}

/// Compares without telling by its duration where the first difference is.
pub(super) fn equal_constant_time(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let difference = one.iter().zip(other).fold(0_u8, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)));
    std::hint::black_box(difference) == 0
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| VaultError::System { detail: format!("random bytes: {error}") })?;
    Ok(bytes)
}
