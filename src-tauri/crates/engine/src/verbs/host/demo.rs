//! The demo company: made-up books of three months, made by the same verbs that a founder uses.

use chrono::{Days, NaiveDate};
use purser_core::Currency;

use super::found::{Founding, found, profile};
use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::profile::Profile;
use crate::verbs::settings::NewAccount;

/// `open_demo`.
pub fn open_demo(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    Err(ApiError::failed("not_built", "open_demo is not built yet"))
}

/// `delete_demo`.
pub fn delete_demo(caller: &Caller<'_>, _input: Nothing) -> Result<Done, ApiError> {
    caller.program.delete_demo()?;
    Ok(Done { sequence: 0, say: "The demo company was deleted.".to_owned(), undo: None })
}
