//! Lists with cursors, newest first.

use super::error::ApiError;
use crate::http::Form;
use crate::world::table::{Named, Table};
use serde_json::{Value, json};

const LIMIT_DEFAULT: usize = 10;
pub(crate) const LIMIT_AT_MOST: usize = 100;
/// What every list understands.
pub(crate) const COMMON: [&str; 4] = ["limit", "starting_after", "ending_before", "expand"];

/// A window on rows that are kept oldest first.
#[derive(Debug)]
pub(crate) struct Page {
    limit: usize,
    /// Rows before this position, or from the newest.
    before: Option<usize>,
    /// Rows after this position, oldest of them first.
    after: Option<usize>,
}

impl Page {
    /// Reads the cursors; `position` finds a row by its id.
    pub(crate) fn read(
        form: &Form,
        kind: &str,
        position: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, ApiError> {
        let limit = match form.one("limit") {
            None => LIMIT_DEFAULT,
            Some(text) => {
                text.parse().ok().filter(|limit| (1..=LIMIT_AT_MOST).contains(limit)).ok_or_else(|| {
                    ApiError::invalid(format!("Invalid limit: {text}. It is 1 to {LIMIT_AT_MOST}."), "limit")
                })?
            }
        };
        let cursor = |name: &str| match form.one(name) {
            None => Ok(None),
            Some(id) => position(id).map(Some).ok_or_else(|| ApiError::missing(kind, id, name, 400)),
        };
        let (before, after) = (cursor("starting_after")?, cursor("ending_before")?);
        if before.is_some() && after.is_some() {
            let message = "You cannot parameterize both starting_after and ending_before.";
            return Err(ApiError::invalid(message, "ending_before"));
        }
        Ok(Self { limit, before, after })
    }

    /// Cuts the window: the wanted rows, newest first, and whether there are more in the direction of travel.
    pub(crate) fn cut<'a, T>(&self, rows: &'a [T], wanted: impl Fn(&T) -> bool) -> (Vec<&'a T>, bool) {
        let mut found: Vec<&T> = match self.after {
            Some(after) => rows[after + 1..].iter().filter(|row| wanted(row)).take(self.limit + 1).collect(),
            None => {
                let end = self.before.unwrap_or(rows.len());
                rows[..end].iter().rev().filter(|row| wanted(row)).take(self.limit + 1).collect()
            }
        };
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        if self.after.is_some() {
            found.reverse();
        }
        (found, more)
    }
}

/// `created`, `created[gt]`, `created[gte]`, `created[lt]`, `created[lte]`, or the same of another time.
#[derive(Debug, Default)]
pub(crate) struct Range {
    from: Option<i64>,
    to: Option<i64>,
}

impl Range {
    pub(crate) fn read(form: &Form, name: &str) -> Result<Self, ApiError> {
        let number = |text: &str| {
            text.parse::<i64>().map_err(|_| ApiError::invalid(format!("Invalid timestamp: {text}"), name))
        };
        let mut range = Self::default();
        if let Some(exact) = form.one(name) {
            let at = number(exact)?;
            return Ok(Self { from: Some(at), to: Some(at) });
        }
        for (bound, text) in form.inside(name) {
            let at = number(text)?;
            match bound {
                "gt" => range.from = Some(at + 1),
                "gte" => range.from = Some(at),
                "lt" => range.to = Some(at - 1),
                "lte" => range.to = Some(at),
                _ => return Err(ApiError::unknown_parameter(&format!("{name}[{bound}]"))),
            }
        }
        Ok(range)
    }

    pub(crate) fn holds(&self, at: i64) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
    }
}

/// Refuses parameters that neither every list nor this one knows.
pub(crate) fn known(form: &Form, own: &[&str]) -> Result<(), ApiError> {
    let mut all = own.to_vec();
    all.extend(COMMON);
    form.unknown(&all).map_or(Ok(()), |param| Err(ApiError::unknown_parameter(param)))
}

/// A table as a list: rows in the range of `created` that `wanted` holds for.
pub(crate) fn table<T: Named>(
    form: &Form,
    url: &str,
    kind: &str,
    rows: &Table<T>,
    wanted: impl Fn(&T) -> bool,
    render: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    let created = Range::read(form, "created")?;
    let page = Page::read(form, kind, |id| rows.position(id))?;
    let (found, more) = page.cut(rows.rows(), |row| created.holds(row.created()) && wanted(row));
    Ok(envelope(url, found.into_iter().map(render).collect(), more))
}

/// `{object: "list", data, has_more, url}`.
pub(crate) fn envelope(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}
