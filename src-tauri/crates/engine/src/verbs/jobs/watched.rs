//! The folder whose statements are imported.

use std::path::Path;

use purser_store::tables::settings;
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::jobs::{WATCHED_SETTING, Watched};
use crate::verbs::files::real_account;
use crate::verbs::unfit_folder;

/// `watched_folder`.
pub fn watched(caller: &Caller<'_>, _input: Nothing) -> Result<WatchedFolder, ApiError> {
    let watched = caller.books()?.setting::<Watched>(WATCHED_SETTING)?;
    Ok(watched.map_or(WatchedFolder { folder: String::new(), account: String::new() }, |watched| {
        WatchedFolder { folder: watched.folder, account: watched.account }
    }))
}

/// `watched_folder_save`: an empty folder watches none.
pub fn watched_save(caller: &Caller<'_>, input: WatchedFolder) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let folder = input.folder.trim().to_owned();
    let watched = if folder.is_empty() { None } else { Some(checked(caller, folder, &input.account)?) };
    let say = match &watched {
        Some(watched) => format!("New CSV files in {} are imported.", watched.folder),
        None => "No folder is watched.".to_owned(),
    };
    books.decide(&caller.actor, move |tx, moment| {
        match &watched {
            Some(watched) => settings::set(tx, WATCHED_SETTING, watched)?,
            None => settings::remove(tx, WATCHED_SETTING)?,
        }
        let detail = json!({ "folder": watched.as_ref().map(|watched| &watched.folder) });
        tx.audit(moment.audit("settings.watched", "folder", detail))?;
        Ok(())
    })?;
    super::plan_anew(caller)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

fn checked(caller: &Caller<'_>, folder: String, account: &str) -> Result<Watched, ApiError> {
    let path = Path::new(&folder);
    let books = caller.books()?;
    if let Some(why) = unfit_folder(&books, path, "where Purser itself writes") {
        return Err(ApiError::usage("watched_folder", format!("{folder} cannot be watched: {why}.")));
    }
    let account = real_account(&books, account)?;
    Ok(Watched { folder, account: account.name })
}
