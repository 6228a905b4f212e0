//! The thread that steps the dispatcher: when it is told to, when something is due, and every 30 seconds.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::bell::Bell;
use super::dispatcher::{Dispatcher, Event};
use crate::error::ApiError;

/// Longest sleep: timers stop while a computer sleeps, so the wall clock is compared again and again.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// A running dispatcher. It stops, after the effect at hand, when this is dropped.
pub struct Worker {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; `tell` hears what each step did.
    pub fn start(
        dispatcher: Arc<Dispatcher>,
        tell: impl Fn(Vec<Event>) + Send + 'static,
    ) -> Result<Worker, ApiError> {
        let bell = Arc::new(Bell::default());
        let ears = Arc::clone(&bell);
        let thread = std::thread::Builder::new()
            .name("purser-outbox".to_owned())
            .spawn(move || run(&dispatcher, &ears, tell))
            .map_err(|error| ApiError::failed("thread", format!("The outbox did not start: {error}.")))?;
        Ok(Worker { bell, thread: Some(thread) })
    }

    /// Something was decided: look now.
    pub fn notify(&self) {
        self.bell.ring_for_work();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.bell.ring_to_stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the outbox's thread ended by a panic");
        }
    }
}

fn run(dispatcher: &Dispatcher, bell: &Bell, tell: impl Fn(Vec<Event>)) {
    loop {
        let events = dispatcher.step();
        // Something left may have more behind it; trouble waits, so that a full disk is not hammered.
        let more = events.iter().any(|event| !matches!(event, Event::Trouble(_)));
        if !events.is_empty() {
            tell(events);
        }
        let nap = if more { Duration::ZERO } else { nap(dispatcher) };
        if bell.wait(nap) {
            return;
        }
    }
}

fn nap(dispatcher: &Dispatcher) -> Duration {
    let now = dispatcher.books().clock.now();
    match dispatcher.next_due() {
        Ok(Some(due)) => (due - now).to_std().unwrap_or(Duration::from_secs(1)).min(SLEEP_MAX),
        Ok(None) => SLEEP_MAX,
        Err(error) => {
            tracing::warn!(code = error.code, "the outbox cannot look ahead; it looks again in 30 seconds");
            SLEEP_MAX
        }
    }
}
