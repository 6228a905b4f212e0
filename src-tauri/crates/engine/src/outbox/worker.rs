//! The thread that steps the dispatcher: when it is told to, when something is due, and every 30 seconds.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::dispatcher::{Dispatcher, Event};
use crate::error::ApiError;

/// Longest sleep: timers stop while a computer sleeps, so the wall clock is compared again and again.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// A running dispatcher. It stops, after the effect at hand, when this is dropped.
pub struct Worker {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Bell {
    state: Mutex<Rung>,
    rings: Condvar,
}

#[derive(Default)]
struct Rung {
    work: bool,
    stop: bool,
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
        self.bell.ring(|rung| rung.work = true);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.bell.ring(|rung| rung.stop = true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the outbox's thread ended by a panic");
        }
    }
}

impl Bell {
    fn ring(&self, how: impl FnOnce(&mut Rung)) {
        how(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.rings.notify_all();
    }

    /// Waits for a ring; true when the thread is to stop.
    fn wait(&self, at_most: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self
            .rings
            .wait_timeout_while(state, at_most, |rung| !rung.work && !rung.stop)
            .unwrap_or_else(PoisonError::into_inner);
        rung.work = false;
        rung.stop
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
