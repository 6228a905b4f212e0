//! The whole ledger for other programs.

use crate::api::Caller;
use crate::api::types::{Export, Written};
use crate::error::ApiError;

/// `export`.
pub(crate) fn export(_caller: &Caller<'_>, input: Export) -> Result<Written, ApiError> {
    Err(ApiError::failed("format", format!("The export to {} is not built yet.", input.format)))
}
