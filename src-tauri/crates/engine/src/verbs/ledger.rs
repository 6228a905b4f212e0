//! The journal, balances, tie-out and audit.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `categories`.
pub fn categories(_caller: &Caller<'_>, _input: Nothing) -> Result<Categories, ApiError> {
    Err(ApiError::failed("not_built", "categories is not built yet"))
}

/// `journal_index`.
pub fn index(_caller: &Caller<'_>, _input: JournalFilter) -> Result<JournalIndex, ApiError> {
    Err(ApiError::failed("not_built", "journal_index is not built yet"))
}

/// `journal_rows`.
pub fn rows(_caller: &Caller<'_>, _input: ByKeys) -> Result<JournalRows, ApiError> {
    Err(ApiError::failed("not_built", "journal_rows is not built yet"))
}

/// `entry`.
pub fn entry(_caller: &Caller<'_>, _input: ById) -> Result<EntryDetail, ApiError> {
    Err(ApiError::failed("not_built", "entry is not built yet"))
}

/// `balances`.
pub fn balances(_caller: &Caller<'_>, _input: BalancesInput) -> Result<Balances, ApiError> {
    Err(ApiError::failed("not_built", "balances is not built yet"))
}

/// `tie_out`.
pub fn tie_out(_caller: &Caller<'_>, _input: Nothing) -> Result<TieOut, ApiError> {
    Err(ApiError::failed("not_built", "tie_out is not built yet"))
}

/// `audit_index`.
pub fn audit_index(_caller: &Caller<'_>, _input: ByText) -> Result<AuditIndex, ApiError> {
    Err(ApiError::failed("not_built", "audit_index is not built yet"))
}

/// `audit_rows`.
pub fn audit_rows(_caller: &Caller<'_>, _input: ByKeys) -> Result<Vec<AuditRow>, ApiError> {
    Err(ApiError::failed("not_built", "audit_rows is not built yet"))
}
