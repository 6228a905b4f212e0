//! What a webview can ask for. Thin: each command is checked, taken off the window's thread and handed on.
//! `build.rs` lists these names, and `capabilities/` says which window may call which.

use crate::bridge::{Bridge, ProgressSink};
use crate::paths::Places;
use crate::windows::{self, CONFIRM};
use purser_engine::api::Kind;
use purser_engine::api::types::WatchedFolder;
use purser_engine::error::ApiError;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tauri::{AppHandle, Emitter, State, WebviewWindow};
use tauri_plugin_autostart::ManagerExt;

/// The commands that the confirm window may give, beside releasing: taking an approval back in its undo window,
/// and refusing the batch that it shows.
const CONFIRM_COMMANDS: [&str; 2] = ["approval_undo", "batch_reject"];

const SLOW: Duration = Duration::from_millis(500);

/// Reads.
#[tauri::command]
pub async fn query(
    bridge: State<'_, Arc<Bridge>>,
    places: State<'_, Places>,
    method: String,
    input: Value,
) -> Result<Value, ApiError> {
    places.may_read(&method, &input, || None)?;
    call(&bridge, Kind::Query, method, input).await
}

/// Changes the books.
#[tauri::command]
pub async fn command(
    window: WebviewWindow,
    bridge: State<'_, Arc<Bridge>>,
    places: State<'_, Places>,
    method: String,
    input: Value,
) -> Result<Value, ApiError> {
    may_command(window.label(), &method)?;
    let watched = || bridge.shown::<WatchedFolder>("watched_folder").map(|watched| watched.folder);
    places.may_read(&method, &input, watched)?;
    call(&bridge, Kind::Command, method, input).await
}

/// Lets money or mail out: approve, resume. The capability already keeps every other window away; this check
/// stands by itself, so that one mistake in a file does not suffice.
#[tauri::command]
pub async fn release(
    window: WebviewWindow,
    bridge: State<'_, Arc<Bridge>>,
    method: String,
    input: Value,
) -> Result<Value, ApiError> {
    may_release(window.label())?;
    call(&bridge, Kind::Release, method, input).await
}

/// Opens the confirm window on a batch.
#[tauri::command]
pub async fn open_confirm(app: AppHandle, batch: String) -> Result<(), ApiError> {
    windows::open_confirm(&app, &batch).map_err(|error| ApiError::failed("window", error.to_string()))
}

/// Closes the window that asks; the capability grants it to the confirm window, where it approves nothing.
#[tauri::command]
pub async fn close_window(window: WebviewWindow) -> Result<(), ApiError> {
    window
        .close()
        .map_err(|error| ApiError::failed("window", format!("The window could not be closed: {error}.")))
}

/// Whether Purser starts with the session, under the tray.
#[tauri::command]
pub async fn autostart(app: AppHandle) -> Result<bool, ApiError> {
    off_thread(move || app.autolaunch().is_enabled()).await?.map_err(autostart_failed)
}

/// Lets Purser start with the session from the next one on, or no longer.
#[tauri::command]
pub async fn autostart_set(app: AppHandle, on: bool) -> Result<(), ApiError> {
    let set = move || if on { app.autolaunch().enable() } else { app.autolaunch().disable() };
    off_thread(set).await?.map_err(autostart_failed)
}

fn autostart_failed(error: tauri_plugin_autostart::Error) -> ApiError {
    ApiError::failed(
        "autostart",
        format!("The system did not take the setting: {error}. Nothing was changed."),
    )
}

/// Tells the windows how far long work is.
pub fn progress(app: AppHandle) -> ProgressSink {
    Arc::new(move |progress| {
        if let Err(error) = app.emit("progress", progress) {
            tracing::warn!(%error, "the windows could not be told of progress");
        }
    })
}

async fn call(bridge: &Arc<Bridge>, kind: Kind, method: String, input: Value) -> Result<Value, ApiError> {
    let bridge = Arc::clone(bridge);
    off_thread(move || {
        let begun = Instant::now();
        let result = bridge.call(kind, &method, input);
        let took = begun.elapsed();
        match &result {
            Err(error) => tracing::warn!(method, code = %error.code, ?took, "refused or failed"),
            Ok(_) if took > SLOW => tracing::info!(method, ?took, "slow"),
            Ok(_) => tracing::debug!(method, ?took, "answered"),
        }
        result
    })
    .await?
}

/// Runs what blocks away from the window's own thread. A panic there becomes an error that the screen can show.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tauri::async_runtime::spawn_blocking(work).await.map_err(|_| {
        ApiError::failed(
            "internal",
            "This did not finish because of a mistake in Purser. Your books are as they were. The log says where.",
        )
    })
}

fn may_command(window: &str, method: &str) -> Result<(), ApiError> {
    if window == CONFIRM && !CONFIRM_COMMANDS.contains(&method) {
        return Err(ApiError::failed(
            "forbidden",
            "The confirm window approves or refuses what it shows, nothing else.",
        ));
    }
    Ok(())
}

fn may_release(window: &str) -> Result<(), ApiError> {
    if window != CONFIRM {
        return Err(ApiError::failed("forbidden", "Money leaves only from the confirm window."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::MAIN;

    #[test]
    fn only_the_confirm_window_releases() {
        assert!(may_release(CONFIRM).is_ok());
        assert_eq!(may_release(MAIN).unwrap_err().code, "forbidden");
        assert_eq!(may_release("confirm-2").unwrap_err().code, "forbidden");
    }

    #[test]
    fn the_confirm_window_gives_no_other_command() {
        assert!(may_command(CONFIRM, "approval_undo").is_ok());
        assert_eq!(may_command(CONFIRM, "company_save").unwrap_err().code, "forbidden");
        assert!(may_command(MAIN, "company_save").is_ok());
    }

    #[test]
    fn a_panic_of_the_engine_becomes_an_error_with_a_sentence() {
        let result = tauri::async_runtime::block_on(off_thread(|| panic!("planted")));
        assert_eq!(result.unwrap_err().code, "internal");
    }
}
