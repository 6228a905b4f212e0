//! The frame of the window, the queue, Today.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `status`.
pub fn status(_caller: &Caller<'_>, _input: Nothing) -> Result<Status, ApiError> {
    Err(ApiError::failed("not_built", "status is not built yet"))
}

/// `today`.
pub fn today(_caller: &Caller<'_>, _input: Nothing) -> Result<Today, ApiError> {
    Err(ApiError::failed("not_built", "today is not built yet"))
}

/// `attention`.
pub fn attention(_caller: &Caller<'_>, _input: Nothing) -> Result<Vec<Decision>, ApiError> {
    Err(ApiError::failed("not_built", "attention is not built yet"))
}

/// `snooze`.
pub fn snooze(_caller: &Caller<'_>, _input: Snooze) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "snooze is not built yet"))
}
