//! A bell for a thread that sleeps until something is due.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes a worker, or ends it.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<Rung>,
    rings: Condvar,
}

#[derive(Default)]
struct Rung {
    work: bool,
    stop: bool,
}

impl Bell {
    /// Something was decided: the worker looks now.
    pub(crate) fn ring_for_work(&self) {
        self.ring(|rung| rung.work = true);
    }

    /// The worker ends.
    pub(crate) fn ring_to_stop(&self) {
        self.ring(|rung| rung.stop = true);
    }

    fn ring(&self, how: impl FnOnce(&mut Rung)) {
        how(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.rings.notify_all();
    }

    /// Waits for a ring; true when the thread is to stop.
    pub(crate) fn wait(&self, at_most: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self
            .rings
            .wait_timeout_while(state, at_most, |rung| !rung.work && !rung.stop)
            .unwrap_or_else(PoisonError::into_inner);
        rung.work = false;
        rung.stop
    }
}
