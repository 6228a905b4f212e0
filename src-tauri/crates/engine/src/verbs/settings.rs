//! The company, its accounts, rules, security and backups.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `company`.
pub fn company(_caller: &Caller<'_>, _input: Nothing) -> Result<Company, ApiError> {
    Err(ApiError::failed("not_built", "company is not built yet"))
}

/// `company_save`.
pub fn company_save(_caller: &Caller<'_>, _input: Company) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "company_save is not built yet"))
}

/// `accounts`.
pub fn accounts(_caller: &Caller<'_>, _input: Nothing) -> Result<Vec<AccountRow>, ApiError> {
    Err(ApiError::failed("not_built", "accounts is not built yet"))
}

/// `account_add`.
pub fn account_add(_caller: &Caller<'_>, _input: AccountAdd) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "account_add is not built yet"))
}

/// `rules`.
pub fn rules(_caller: &Caller<'_>, _input: Nothing) -> Result<Vec<RuleRow>, ApiError> {
    Err(ApiError::failed("not_built", "rules is not built yet"))
}

/// `rule_delete`.
pub fn rule_delete(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "rule_delete is not built yet"))
}

/// `aliases`.
pub fn aliases(_caller: &Caller<'_>, _input: Nothing) -> Result<Vec<AliasRow>, ApiError> {
    Err(ApiError::failed("not_built", "aliases is not built yet"))
}

/// `alias_delete`.
pub fn alias_delete(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "alias_delete is not built yet"))
}

/// `security`.
pub fn security(_caller: &Caller<'_>, _input: Nothing) -> Result<Security, ApiError> {
    Err(ApiError::failed("not_built", "security is not built yet"))
}

/// `approval_passphrase_set`.
pub fn approval_passphrase_set(_caller: &Caller<'_>, _input: Unlock) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "approval_passphrase_set is not built yet"))
}

/// `backups`.
pub fn backups(_caller: &Caller<'_>, _input: Nothing) -> Result<Vec<BackupRow>, ApiError> {
    Err(ApiError::failed("not_built", "backups is not built yet"))
}

/// `backup`.
pub fn backup(_caller: &Caller<'_>, _input: ByPath) -> Result<Written, ApiError> {
    Err(ApiError::failed("not_built", "backup is not built yet"))
}

/// `verify`.
pub fn verify(_caller: &Caller<'_>, _input: Nothing) -> Result<Verified, ApiError> {
    Err(ApiError::failed("not_built", "verify is not built yet"))
}
