//! Owners and clients, in this process and in others.

mod lock;
#[cfg(unix)]
mod processes;
mod seat;
mod socket;
mod strangers;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{Limits, serve_with};
use super::*;

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A data folder that goes away with the test.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("books");
    (parent, folder)
}

fn call(method: &str, input: Value) -> Call {
    Call { method: method.to_owned(), input, context: json!({"front": "test"}) }
}

/// A handler with a verb for each behaviour under test.
fn handler() -> Handler {
    Arc::new(|call, exchange| match call.method.as_str() {
        "echo" => Ok(json!({"input": call.input, "context": call.context})),
        "count" => {
            let last = call.input.as_u64().unwrap();
            (1..=last).for_each(|step| exchange.progress(json!(step)));
            Ok(json!(last))
        }
        "fail" => Err(Box::new(ApiErrorWire {
            code: "not_found".into(),
            message: "There is no invoice INV-7.".into(),
            exit: 3,
            detail: json!({"number": "INV-7"}),
        })),
        "panic" => panic!("planted"),
        "long" => Ok(json!("x".repeat(usize::try_from(call.input.as_u64().unwrap()).unwrap()))),
        "until_cancelled" => {
            let until = Instant::now() + LONG;
            while !exchange.is_cancelled() && Instant::now() < until {
                exchange.progress(json!("working"));
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(json!({"cancelled": exchange.is_cancelled()}))
        }
        "sleep" => {
            std::thread::sleep(Duration::from_millis(call.input.as_u64().unwrap()));
            Ok(Value::Null)
        }
        other => panic!("no verb {other}"),
    })
}

/// An owner that serves the folder.
fn owner(folder: &Path) -> (FolderLock, ServerHandle) {
    owner_with(folder, handler(), Limits::default())
}

fn owner_with(folder: &Path, handler: Handler, limits: Limits) -> (FolderLock, ServerHandle) {
    let lock = FolderLock::acquire(folder).unwrap();
    let server = serve_with(&lock, handler, limits).unwrap();
    (lock, server)
}

/// Waits until something becomes true, or fails with the sentence.
fn eventually(sentence: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < until, "{sentence}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
