//! The program before and around the books: first run, unlocking, restoring.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `host_state`.
pub fn state(_caller: &Caller<'_>, _input: Nothing) -> Result<HostState, ApiError> {
    Err(ApiError::failed("not_built", "host_state is not built yet"))
}

/// `create_company`.
pub fn create_company(_caller: &Caller<'_>, _input: CreateCompany) -> Result<CompanyCreated, ApiError> {
    Err(ApiError::failed("not_built", "create_company is not built yet"))
}

/// `open_demo`.
pub fn open_demo(_caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "open_demo is not built yet"))
}

/// `delete_demo`.
pub fn delete_demo(_caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "delete_demo is not built yet"))
}

/// `unlock`.
pub fn unlock(_caller: &Caller<'_>, _input: Unlock) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "unlock is not built yet"))
}

/// `unlock_with_recovery_code`.
pub fn unlock_with_recovery_code(_caller: &Caller<'_>, _input: Unlock) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "unlock_with_recovery_code is not built yet"))
}

/// `restore`.
pub fn restore(_caller: &Caller<'_>, _input: Restore) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "restore is not built yet"))
}
