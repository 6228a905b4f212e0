//! Bank lines and what they pay.

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `match_index`.
pub fn index(_caller: &Caller<'_>, _input: ByText) -> Result<MatchIndex, ApiError> {
    Err(ApiError::failed("not_built", "match_index is not built yet"))
}

/// `match_rows`.
pub fn rows(_caller: &Caller<'_>, _input: ByKeys) -> Result<Vec<LineRow>, ApiError> {
    Err(ApiError::failed("not_built", "match_rows is not built yet"))
}

/// `match_line`.
pub fn line(_caller: &Caller<'_>, _input: ById) -> Result<MatchDesk, ApiError> {
    Err(ApiError::failed("not_built", "match_line is not built yet"))
}

/// `match_preview`.
pub fn preview(_caller: &Caller<'_>, _input: MatchChoice) -> Result<MatchPreview, ApiError> {
    Err(ApiError::failed("not_built", "match_preview is not built yet"))
}

/// `match_confirm`.
pub fn confirm(_caller: &Caller<'_>, _input: MatchChoice) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_confirm is not built yet"))
}

/// `match_confirm_ready`.
pub fn confirm_ready(_caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_confirm_ready is not built yet"))
}

/// `match_reject`.
pub fn reject(_caller: &Caller<'_>, _input: MatchChoice) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_reject is not built yet"))
}

/// `match_undo`.
pub fn undo_line(_caller: &Caller<'_>, _input: ById) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_undo is not built yet"))
}

/// `match_file`.
pub fn file(_caller: &Caller<'_>, _input: FileLine) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_file is not built yet"))
}

/// `match_credit`.
pub fn credit(_caller: &Caller<'_>, _input: CreditLine) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "match_credit is not built yet"))
}

/// `match_run`.
pub fn run(_caller: &Caller<'_>, _input: MatchRunInput) -> Result<MatchRun, ApiError> {
    Err(ApiError::failed("not_built", "match_run is not built yet"))
}
