//! The threads that step the dispatcher, one a lane: when they are told to, when something is due, and every 30 seconds.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::bell::Bell;
use super::dispatcher::{Dispatcher, Event, Lane};
use crate::error::ApiError;

/// Longest sleep: timers stop while a computer sleeps, so the wall clock is compared again and again.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// A running dispatcher, a thread a lane. It stops, after the effects at hand, when this is dropped.
pub struct Worker {
    lanes: Vec<(Arc<Bell>, Option<JoinHandle<()>>)>,
}

impl Worker {
    /// Starts the threads; `tell` hears what each step did.
    pub fn start(
        dispatcher: Arc<Dispatcher>,
        tell: impl Fn(Vec<Event>) + Send + Sync + 'static,
    ) -> Result<Worker, ApiError> {
        let tell = Arc::new(tell);
        let mut worker = Worker { lanes: Vec::new() };
        for (lane, name) in [(Lane::Rails, "purser-outbox"), (Lane::Messages, "purser-messages")] {
            let bell = Arc::new(Bell::default());
            let (dispatcher, ears, tell) = (Arc::clone(&dispatcher), Arc::clone(&bell), Arc::clone(&tell));
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || run(&dispatcher, lane, &ears, tell.as_ref()))
                .map_err(|error| ApiError::failed("thread", format!("The outbox did not start: {error}.")))?;
            worker.lanes.push((bell, Some(thread)));
        }
        Ok(worker)
    }

    /// Something was decided: look now.
    pub fn notify(&self) {
        for (bell, _) in &self.lanes {
            bell.ring_for_work();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        for (bell, _) in &self.lanes {
            bell.ring_to_stop();
        }
        for (_, thread) in &mut self.lanes {
            if let Some(thread) = thread.take()
                && thread.join().is_err()
            {
                tracing::error!("a thread of the outbox ended by a panic");
            }
        }
    }
}

fn run(dispatcher: &Dispatcher, lane: Lane, bell: &Bell, tell: &impl Fn(Vec<Event>)) {
    loop {
        let events = dispatcher.step_lane(lane);
        // Something left may have more behind it; trouble waits, so that a full disk is not hammered.
        let more = events.iter().any(|event| !matches!(event, Event::Trouble(_)));
        if !events.is_empty() {
            tell(events);
        }
        let nap = if more { Duration::ZERO } else { nap(dispatcher, lane) };
        if bell.wait(nap) {
            return;
        }
    }
}

fn nap(dispatcher: &Dispatcher, lane: Lane) -> Duration {
    let now = dispatcher.books().clock.now();
    match dispatcher.next_due(lane) {
        Ok(Some(due)) => (due - now).to_std().unwrap_or(Duration::from_secs(1)).min(SLEEP_MAX),
        Ok(None) => SLEEP_MAX,
        Err(error) => {
            tracing::warn!(code = error.code, "the outbox cannot look ahead; it looks again in 30 seconds");
            SLEEP_MAX
        }
    }
}
