//! Times as the columns have them: RFC 3339 in UTC with microseconds, so that text sorts as time does.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::error::StoreError;

/// A time for a column.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A time from a column.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| StoreError::Damaged(format!("a row has “{text}” where a time belongs")))
}
