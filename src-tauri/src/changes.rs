//! Tells the windows that the books changed, at most four times a second: however many facts arrive, a screen
//! refetches no oftener than it can be read.

use crate::bridge::Bridge;
use crate::tray::Presence;
use serde::Serialize;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};

const EVENT: &str = "changed";
const PAUSE: Duration = Duration::from_millis(250);

/// What changed, and up to which sequence of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The subjects whose screens are out of date; `*` is all of them.
    pub topics: Vec<String>,
    /// Replies older than this are out of date.
    pub sequence: u64,
}

/// Tells all windows, the tray and the notices of every change until the program ends.
pub fn watch(
    app: AppHandle,
    bridge: Arc<Bridge>,
    acted: Receiver<()>,
    notices: Sender<()>,
) -> std::io::Result<()> {
    thread::Builder::new().name("changes".into()).spawn(move || {
        tell_changes(
            &acted,
            PAUSE,
            || {
                bridge.lock_if_idle();
                if bridge.is_leaving() {
                    app.exit(0);
                }
                bridge.sequence()
            },
            |changed| {
                if let Err(error) = app.emit(EVENT, changed) {
                    tracing::warn!(%error, "the windows could not be told of a change");
                }
                app.state::<Presence>().refresh();
                // Nobody listens any more only while the program ends.
                let _ = notices.send(());
            },
        );
    })?;
    Ok(())
}

/// Looks at once when a command was carried out, and every pause for what others changed; tells what moved.
/// Ends when nobody can act any more.
fn tell_changes(
    acted: &Receiver<()>,
    pause: Duration,
    sequence: impl Fn() -> Option<u64>,
    mut tell: impl FnMut(Changed),
) {
    let mut told = sequence();
    loop {
        match acted.recv_timeout(pause) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = sequence();
        if now != told {
            told = now;
            tell(Changed { topics: vec!["*".to_owned()], sequence: now.unwrap_or_default() });
            // Commands that were carried out meanwhile are told together, after the pause.
            thread::sleep(pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::channel;
    use std::time::Instant;

    #[test]
    fn the_windows_are_told_at_most_once_a_pause_and_of_the_last_change() {
        let pause = Duration::from_millis(40);
        let (acted, heard) = channel();
        let now = Arc::new(AtomicU64::new(0));
        let source = {
            let now = Arc::clone(&now);
            thread::spawn(move || {
                for _ in 0..60 {
                    now.fetch_add(1, Ordering::SeqCst);
                    acted.send(()).unwrap();
                    thread::sleep(Duration::from_millis(2));
                }
                thread::sleep(3 * pause);
            })
        };
        let mut told = Vec::new();
        tell_changes(
            &heard,
            pause,
            || Some(now.load(Ordering::SeqCst)),
            |each| told.push((Instant::now(), each)),
        );
        source.join().unwrap();
        assert_eq!(told.last().map(|(_, last)| last.sequence), Some(60), "the last change must be told");
        assert!(told.windows(2).all(|pair| pair[1].0 - pair[0].0 >= pause), "{told:?}");
    }

    #[test]
    fn a_change_that_nobody_here_made_is_told_too() {
        let (acted, heard) = channel();
        let looks = AtomicU64::new(0);
        let source = thread::spawn(move || {
            thread::sleep(Duration::from_millis(60));
            drop(acted);
        });
        let mut told = Vec::new();
        let sequence = || (looks.fetch_add(1, Ordering::SeqCst) > 1).then_some(7);
        tell_changes(&heard, Duration::from_millis(5), sequence, |each| told.push(each.sequence));
        source.join().unwrap();
        assert_eq!(told, [7]);
    }
}
