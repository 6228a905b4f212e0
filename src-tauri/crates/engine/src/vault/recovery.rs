//! The recovery code: what the founder writes on paper, and the store's key wrapped by it.
//!
//! A code is 26 random symbols of Crockford's base 32 (130 bits) and two check symbols, in seven
//! groups of four. The check is a Reed–Solomon code over GF(32), which notices every one or two wrong
//! symbols and so every swapped pair: a typing mistake is told from a code of another store.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use purser_store::StoreKey;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::VaultError;
use super::files::{read_bounded, replace_private};
use super::kdf::random;

/// The envelope's file inside a data folder.
pub const RECOVERY_FILE: &str = "recovery.json";

const FORMAT: &str = "purser-recovery";
const FORMAT_NUMBER: u64 = 1;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DATA_SYMBOLS: usize = 26;
const SYMBOLS: usize = DATA_SYMBOLS + 2;
const GROUP: usize = 4;

/// A recovery code. It is wiped when dropped and never printed by `Debug`.
pub struct RecoveryCode([u8; SYMBOLS]);

impl RecoveryCode {
    /// Makes a new code from the system's randomness.
    pub fn generate() -> Result<Self, VaultError> {
        let mut bytes = random::<DATA_SYMBOLS>()?;
        let code = Self::from_data(&bytes.map(|byte| byte & 31));
        bytes.zeroize();
        Ok(code)
    }

    /// Reads a code as people type it: in any case, with O for 0 and I or L for 1, with spaces,
    /// dashes or dots anywhere.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let typo = |reason: String| VaultError::RecoveryCodeTypo { reason };
        let mut code = Self([0; SYMBOLS]);
        let mut length = 0;
        for letter in text.chars().filter(|letter| !is_separator(*letter)) {
            let symbol = symbol_of(letter)
                .ok_or_else(|| typo(format!("group {} has a sign that no code has", length / GROUP + 1)))?;
            if let Some(place) = code.0.get_mut(length) {
                *place = symbol;
            }
            length += 1;
        }
        if length != SYMBOLS {
            return Err(typo(format!("it has {length} letters and digits instead of {SYMBOLS}")));
        }
        if !code.check_holds() {
            return Err(typo("its check letters do not fit, so at least one letter is wrong".to_owned()));
        }
        Ok(code)
    }

    /// The code as it is shown once and written on paper: seven groups of four.
    pub fn display(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SYMBOLS + SYMBOLS / GROUP));
        for (index, symbol) in self.0.iter().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*symbol)]));
        }
        text
    }

    /// Appends the two check symbols: the sum of all symbols, and the sum weighted by powers of x,
    /// are both zero.
    fn from_data(data: &[u8; DATA_SYMBOLS]) -> Self {
        let mut symbols = [0; SYMBOLS];
        symbols[2..].copy_from_slice(data);
        // With places 0 and 1 still empty: c0 + c1 = sum and c0 + x·c1 = weighted, so c1 = (sum + weighted) / (x + 1).
        let (sum, weighted) = syndromes(&symbols);
        symbols[1] = times(sum ^ weighted, INVERSE_OF_X_PLUS_1);
        symbols[0] = sum ^ symbols[1];
        Self(symbols)
    }

    fn check_holds(&self) -> bool {
        syndromes(&self.0) == (0, 0)
    }
}

impl Drop for RecoveryCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RecoveryCode([redacted])")
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '_' | '.' | ',' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{200b}'
        )
}

fn symbol_of(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|symbol| char::from(*symbol) == letter)?;
    u8::try_from(position).ok()
}

/// The sum of the symbols, and their sum weighted by x⁰, x¹, x² … in GF(32).
fn syndromes(symbols: &[u8; SYMBOLS]) -> (u8, u8) {
    let sum = symbols.iter().fold(0, |sum, symbol| sum ^ symbol);
    let weighted = symbols.iter().rev().fold(0, |sum, symbol| times(sum, X) ^ symbol);
    (sum, weighted)
}

/// The polynomial x in GF(32) with x⁵ = x² + 1, whose powers are all 31 non-zero elements.
const X: u8 = 2;
/// 1 / (x + 1) in that field; the tests multiply it back.
const INVERSE_OF_X_PLUS_1: u8 = 28;

fn times(mut one: u8, mut other: u8) -> u8 {
    let mut product = 0;
    while other != 0 {
        if other & 1 == 1 {
            product ^= one;
        }
        one <<= 1;
        if one & 32 != 0 {
            one ^= 0b10_0101;
        }
        other >>= 1;
    }
    product
}

/// The store's key wrapped by a recovery code; it lies beside the store and in every backup's header.
/// It tells nothing without the code, which has too many values to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryEnvelope {
    format: String,
    version: u64,
    store_id: String,
    salt: String,
    nonce: String,
    wrapped: String,
}

impl RecoveryEnvelope {
    /// Wraps the store's key with a code, bound to the store's id.
    pub fn wrap(code: &RecoveryCode, key: &StoreKey, store_id: &str) -> Result<Self, VaultError> {
        let (salt, nonce) = (random::<16>()?, random::<24>()?);
        let wrapping_key = wrapping_key(code, &salt, store_id)?;
        let payload = Payload { msg: key.as_bytes(), aad: &associated_data(store_id) };
        let wrapped = XChaCha20Poly1305::new(wrapping_key.as_slice().into())
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| VaultError::System { detail: "the key could not be wrapped".to_owned() })?;
        Ok(Self {
            format: FORMAT.to_owned(),
            version: FORMAT_NUMBER,
            store_id: store_id.to_owned(),
            salt: hex::encode(salt),
            nonce: hex::encode(nonce),
            wrapped: hex::encode(wrapped),
        })
    }

    /// Unwraps the store's key: [`VaultError::WrongRecoveryCode`] for a code of another store.
    pub fn unwrap(&self, code: &RecoveryCode) -> Result<StoreKey, VaultError> {
        let damaged =
            || VaultError::damaged(Path::new(RECOVERY_FILE), "its fields are not what Purser writes");
        if self.format != FORMAT {
            return Err(damaged());
        }
        if self.version != FORMAT_NUMBER {
            return Err(VaultError::TooNew { path: RECOVERY_FILE.into(), format: self.version });
        }
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        hex::decode_to_slice(&self.salt, &mut salt).map_err(|_| damaged())?;
        hex::decode_to_slice(&self.nonce, &mut nonce).map_err(|_| damaged())?;
        let wrapped = hex::decode(&self.wrapped).map_err(|_| damaged())?;
        let wrapping_key = wrapping_key(code, &salt, &self.store_id)?;
        let payload = Payload { msg: &wrapped, aad: &associated_data(&self.store_id) };
        let opened = XChaCha20Poly1305::new(wrapping_key.as_slice().into())
            .decrypt(XNonce::from_slice(&nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::WrongRecoveryCode { store_id: self.store_id.clone() })?;
        let mut key = Zeroizing::new([0; 32]);
        if opened.len() != key.len() {
            return Err(damaged());
        }
        key.copy_from_slice(&opened);
        Ok(StoreKey::from_bytes(*key))
    }

    /// The id of the store whose key this is.
    pub fn store_id(&self) -> &str {
        &self.store_id
    }
}

/// Writes the envelope beside the store, replacing an earlier one as a whole.
pub fn write_recovery_envelope(path: &Path, envelope: &RecoveryEnvelope) -> Result<(), VaultError> {
    let mut json = serde_json::to_vec_pretty(envelope)
        .map_err(|error| VaultError::System { detail: format!("json: {error}") })?;
    json.push(b'\n');
    replace_private(path, &json)
}

/// Reads the envelope beside a store, or `None` where there is none.
pub fn read_recovery_envelope(path: &Path) -> Result<Option<RecoveryEnvelope>, VaultError> {
    let Some(bytes) = read_bounded(path)? else { return Ok(None) };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|_| VaultError::damaged(path, "it is not a recovery envelope"))
}

/// HKDF is enough: a code has 130 random bits, so slowing down each guess would add nothing.
fn wrapping_key(code: &RecoveryCode, salt: &[u8], store_id: &str) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), &code.0)
        .expand_multi_info(&[b"purser recovery key 1|", store_id.as_bytes()], key.as_mut_slice())
        .map_err(|_| VaultError::System { detail: "the recovery key could not be derived".to_owned() })?;
    Ok(key)
}

fn associated_data(store_id: &str) -> Vec<u8> {
    format!("{FORMAT}|{FORMAT_NUMBER}|{store_id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_constant_is_the_inverse_it_claims_to_be() {
        assert_eq!(times(X ^ 1, INVERSE_OF_X_PLUS_1), 1);
    }

    #[test]
    fn every_one_or_two_wrong_letters_of_a_recovery_code_are_noticed() {
        let code = RecoveryCode::generate().unwrap();
        assert!(code.check_holds());
        let changed = |changes: &[(usize, u8)]| {
            let mut other = RecoveryCode(code.0);
            for (place, change) in changes {
                other.0[*place] ^= change;
            }
            other.check_holds()
        };
        for first in 0..SYMBOLS {
            for change in 1..32 {
                assert!(!changed(&[(first, change)]), "one wrong letter at {first}");
                for second in first + 1..SYMBOLS {
                    for other in 1..32 {
                        assert!(!changed(&[(first, change), (second, other)]), "{first} and {second}");
                    }
                }
            }
        }
    }
}
