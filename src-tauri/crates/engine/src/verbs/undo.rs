//! Taking decisions back.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `undo`.
pub fn undo(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "undo is not built yet"))
}
