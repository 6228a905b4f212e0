//! The palette.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `search`.
pub fn search(_caller: &Caller<'_>, _input: ByText) -> Result<FoundList, ApiError> {
    Err(ApiError::failed("not_built", "search is not built yet"))
}
