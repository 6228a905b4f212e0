//! Rows that an import refuses: the transaction is given up, and the founder hears which rows and why.

use crate::api::types::{Imported, RejectedLine};
use crate::error::ApiError;

/// Code of the error that gives the transaction up.
const CODE: &str = "rows_rejected";

/// The error with which an import gives its transaction up; it carries the rows.
pub(super) fn refuse(rejected: &[RejectedLine]) -> ApiError {
    let first = rejected.first().map(|row| row.reason.clone()).unwrap_or_default();
    let mut error = ApiError::failed(CODE, format!("Nothing was imported. {first}."));
    error.detail = serde_json::to_string(rejected).ok();
    error
}

/// Says of an import what its transaction refused; any other error stays one.
pub(super) fn told(mut imported: Imported, file: &str, error: ApiError) -> Result<Imported, ApiError> {
    if error.code != CODE {
        return Err(error);
    }
    let rows: Vec<RejectedLine> =
        error.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    imported.done.say = sentence(file, &rows, rows.len());
    imported.rejected.extend(rows);
    Ok(imported)
}

/// What was not done, why, and that nothing is harmed. `count` may be more than the rows that are listed.
pub(super) fn sentence(file: &str, rejected: &[RejectedLine], count: usize) -> String {
    let first = rejected.first().map(|row| row.reason.clone()).unwrap_or_default();
    let more = match count {
        0 | 1 => String::new(),
        2 => " 1 more row has a problem.".to_owned(),
        _ => format!(" {} more rows have problems.", count - 1),
    };
    format!("{file} was not imported. {first}.{more} Your books are as they were.")
}
