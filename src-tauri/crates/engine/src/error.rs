//! The one error of the application interface: a stable code and a sentence for the founder.

use purser_core::account::BadAccount;
use purser_core::allocation::AllocationError;
use purser_core::currency::UnknownCurrency;
use purser_core::entry::EntryError;
use purser_core::money::MoneyError;
use purser_core::rate::RateError;
use purser_core::text::capitalised;
use purser_store::StoreError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Exit status of the command line: the operation failed.
pub const EXIT_FAILED: u8 = 1;
/// Exit status of the command line: wrong usage.
pub const EXIT_USAGE: u8 = 2;
/// Exit status of the command line: something needs the founder.
pub const EXIT_FOUNDER: u8 = 3;

/// What went wrong: `message` says what was not done and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Stable code, such as `invoice_unknown`.
    pub code: String,
    /// One sentence or two.
    pub message: String,
    /// More for the curious, such as a provider's code; never a secret.
    pub detail: Option<String>,
    /// Exit status of the command line.
    pub exit: u8,
}

impl ApiError {
    /// The operation failed.
    pub fn failed(code: &str, message: impl Into<String>) -> ApiError {
        ApiError { code: code.to_owned(), message: message.into(), detail: None, exit: EXIT_FAILED }
    }

    /// The input is wrong.
    pub fn usage(code: &str, message: impl Into<String>) -> ApiError {
        ApiError { exit: EXIT_USAGE, ..ApiError::failed(code, message) }
    }

    /// The founder has to do something first.
    pub fn founder(code: &str, message: impl Into<String>) -> ApiError {
        ApiError { exit: EXIT_FOUNDER, ..ApiError::failed(code, message) }
    }

    /// Nothing of that name.
    pub fn unknown(what: &str, name: &str) -> ApiError {
        let shown = purser_core::text::one_line(name, 80);
        ApiError::failed(&format!("{what}_unknown"), format!("There is no {what} “{shown}”."))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        // The store's sentences begin in lower case, because they also stand after a colon.
        ApiError::failed(error.code(), capitalised(&error.to_string()))
    }
}

impl From<EntryError> for ApiError {
    fn from(error: EntryError) -> ApiError {
        ApiError::failed("entry_refused", format!("Nothing was booked: {error}."))
    }
}

impl From<MoneyError> for ApiError {
    fn from(error: MoneyError) -> ApiError {
        ApiError::usage("amount", error.to_string())
    }
}

impl From<RateError> for ApiError {
    fn from(error: RateError) -> ApiError {
        ApiError::usage("rate", format!("{error}."))
    }
}

impl From<UnknownCurrency> for ApiError {
    fn from(error: UnknownCurrency) -> ApiError {
        ApiError::usage("currency", error.to_string())
    }
}

impl From<BadAccount> for ApiError {
    fn from(error: BadAccount) -> ApiError {
        ApiError::usage("account_name", error.to_string())
    }
}

impl From<AllocationError> for ApiError {
    fn from(error: AllocationError) -> ApiError {
        ApiError::usage("allocation", format!("{error}."))
    }
}

impl From<crate::vault::VaultError> for ApiError {
    fn from(error: crate::vault::VaultError) -> ApiError {
        ApiError::failed(error.code(), error.to_string())
    }
}
