//! The dispatcher: one deterministic step after the other, whoever calls it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use purser_connectors::Rail;
use purser_core::outbox::{EffectState, Outcome, Step, next_step};
use purser_store::tables::approvals;
use purser_store::tables::effects::{self, Effect};
use purser_store::tables::{batches, batches::BatchState};

use super::ACTOR;
use super::claim::{Claim, claim};
use super::lane::MessageTurn;
use super::record::{Half, Tried, book_late, record};
use super::recover::recover;
use crate::approvals::{expire, release_ended_windows};
use crate::books::Books;
use crate::crash::{Bug, planted};
use crate::error::ApiError;
use crate::vault::Vault;

/// Effects handled in one step of a rail at most, so that a step ends.
pub(super) const STEP_MAX: u32 = 50;

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An effect changed its state: its id and the state it has now.
    Effect(String, EffectState),
    /// The undo window of a batch is over.
    Released(String),
    /// A batch is void, with the reason.
    Voided(String, String),
    /// A batch was not answered in time.
    Expired(String),
    /// The store could not be written; what was found out is kept and recorded in a later step.
    Trouble(ApiError),
}

/// What is worked on apart, so that a mail server that hangs holds up no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Approvals, their windows, and what rails carry.
    Rails,
    /// Mail and chat.
    Messages,
}

/// Sends what may leave. One per open company.
pub struct Dispatcher {
    books: Books,
    rails: Vec<Arc<dyn Rail>>,
    vault: Option<Arc<dyn Vault>>,
    recovered: Mutex<bool>,
    turn: Mutex<Turn>,
    messages: Mutex<MessageTurn>,
}

/// What only one step of the rails at a time may touch.
#[derive(Default)]
struct Turn {
    /// Outcomes that the store did not take yet. Forgetting one would make its effect unknown.
    unrecorded: Vec<(i64, Tried, Outcome)>,
}

impl Dispatcher {
    /// A dispatcher for a company and the rails it has.
    pub fn new(books: Books, rails: Vec<Arc<dyn Rail>>) -> Dispatcher {
        Dispatcher {
            books,
            rails,
            vault: None,
            recovered: Mutex::default(),
            turn: Mutex::default(),
            messages: Mutex::default(),
        }
    }

    /// The same with a vault, whose secrets open the accounts that carry messages. Without one, messages wait.
    pub fn with_vault(self, vault: Arc<dyn Vault>) -> Dispatcher {
        Dispatcher { vault: Some(vault), ..self }
    }

    pub(super) fn vault(&self) -> Option<&dyn Vault> {
        self.vault.as_deref()
    }

    pub(super) fn messages(&self) -> std::sync::MutexGuard<'_, MessageTurn> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names of the rails; the accounts that carry messages are in the books.
    pub fn carriers(&self) -> Vec<String> {
        self.rails.iter().map(|rail| rail.name().to_owned()).collect()
    }

    pub(super) fn books(&self) -> &Books {
        &self.books
    }

    /// Does everything that is due now, in a fixed order: clears up what a dead process left, records what the
    /// store did not take before, ends windows and proposals, asks about what is unknown, sends what is queued.
    pub fn step(&self) -> Vec<Event> {
        let mut events = self.step_lane(Lane::Rails);
        events.extend(self.step_lane(Lane::Messages));
        events
    }

    /// One step of one lane.
    pub fn step_lane(&self, lane: Lane) -> Vec<Event> {
        let mut events = Vec::new();
        let worked = self.recover_once(&mut events).and_then(|()| match lane {
            Lane::Rails => self.work_rails(&mut events),
            Lane::Messages if self.vault.is_none() => Ok(()),
            Lane::Messages => self.work_messages(&mut events),
        });
        if let Err(error) = worked {
            tracing::warn!(code = error.code, "the outbox could not go on; it tries again");
            events.push(Event::Trouble(error));
        }
        events
    }

    /// Before anything is claimed here, and never again: what is being sent then is of a process that died.
    fn recover_once(&self, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let mut recovered = self.recovered.lock().unwrap_or_else(PoisonError::into_inner);
        if !*recovered {
            self.recover(events)?;
            *recovered = true;
        }
        Ok(())
    }

    fn work_rails(&self, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = &mut *turn;
        for (key, tried, outcome) in std::mem::take(&mut turn.unrecorded) {
            self.record(turn, key, tried, outcome, events);
        }
        self.end_windows(events)?;
        for rail in &self.rails {
            self.ask(turn, rail.as_ref(), events)?;
            self.send(turn, rail.as_ref(), events)?;
        }
        Ok(())
    }

    fn recover(&self, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let process = Arc::clone(&self.books.process);
        let unknown = self.books.decide(ACTOR, move |tx, moment| recover(tx, moment, &process))?;
        crash_point!("outbox.recovered");
        events.extend(unknown.into_iter().map(|effect| Event::Effect(effect.id, EffectState::Unknown)));
        Ok(())
    }

    /// Releases what was approved, voids what expired. Both are looked for before anything is written.
    fn end_windows(&self, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let now = self.books.clock.now();
        let (windows, expired) = self.books.read(|tx| {
            let windows = approvals::in_window(tx)?.iter().any(|approval| approval.undo_until <= now);
            let mut expired = false;
            for state in [BatchState::Proposed, BatchState::Approved] {
                expired |= batches::in_state(tx, state)?.iter().any(|batch| batch.expires_at <= now);
            }
            Ok((windows, expired))
        })?;
        if expired {
            let gone = self.books.decide(ACTOR, expire)?;
            crash_point!("batch.expired");
            events.extend(gone.into_iter().map(|batch| Event::Expired(batch.id)));
        }
        if windows {
            let process = Arc::clone(&self.books.process);
            let released =
                self.books.decide(ACTOR, move |tx, moment| release_ended_windows(tx, moment, &process))?;
            crash_point!("approval.released");
            events.extend(released.into_iter().map(|batch| Event::Released(batch.id)));
        }
        Ok(())
    }

    /// Asks a rail about every effect of its own whose end is unknown.
    fn ask(&self, turn: &mut Turn, rail: &dyn Rail, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let now = self.books.clock.now();
        let unknown = self.books.read(|tx| Ok(effects::unknown_due(tx, rail.name(), now, STEP_MAX)?))?;
        for effect in unknown {
            if next_step(effect.state, effect.delivery) == Step::LookUp {
                let outcome = guarded(|| rail.look_up(&effect.idempotency_key, &effect.request));
                crash_point!("outbox.looking_up");
                self.record(turn, effect.key, Tried::LookUp, outcome, events);
                crash_point!("outbox.looked_up");
            }
        }
        Ok(())
    }

    /// Claims, sends and records what is queued for a rail.
    fn send(&self, turn: &mut Turn, rail: &dyn Rail, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let now = self.books.clock.now();
        let due = self.books.read(|tx| Ok(effects::due(tx, rail.name(), now, STEP_MAX)?))?;
        for effect in due {
            let process = Arc::clone(&self.books.process);
            let claimed =
                self.books.decide(ACTOR, move |tx, moment| claim(tx, moment, effect.key, &process))?;
            crash_point!("outbox.claimed");
            match claimed {
                Claim::Paused => return Ok(()),
                Claim::Gone => {}
                Claim::Voided(batch, why) => events.push(Event::Voided(batch.id, why)),
                Claim::Claimed(effect) => self.carry(turn, rail, &effect, events),
            }
        }
        Ok(())
    }

    fn carry(&self, turn: &mut Turn, rail: &dyn Rail, effect: &Effect, events: &mut Vec<Event>) {
        if planted(Bug::MarkBeforeSend) {
            let early = Outcome::Accepted("marked".to_owned());
            self.record(turn, effect.key, Tried::Send, early, events);
        }
        let key = if planted(Bug::SendWithoutKey) {
            self.books.ids.next(self.books.clock.now())
        } else {
            effect.idempotency_key.clone()
        };
        crash_point!("outbox.sending");
        let outcome = guarded(|| rail.send(&key, &effect.request));
        crash_point!("outbox.sent");
        self.record(turn, effect.key, Tried::Send, outcome, events);
        crash_point!("outbox.recorded");
    }

    /// Records an outcome; one that the store does not take is kept for the next step.
    fn record(&self, turn: &mut Turn, key: i64, tried: Tried, outcome: Outcome, events: &mut Vec<Event>) {
        let half = if planted(Bug::SplitDecision) { Half::WithoutBooking } else { Half::Both };
        let told = outcome.clone();
        let recorded = self.books.decide(ACTOR, move |tx, moment| {
            let state = record(tx, moment, key, tried, &told, half)?;
            let effect =
                effects::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("effect", &key.to_string()))?;
            Ok(state.map(|state| Event::Effect(effect.id, state)))
        });
        match recorded {
            Ok(event) => {
                let sent = matches!(&event, Some(Event::Effect(_, EffectState::Sent)));
                events.extend(event);
                if sent && half == Half::WithoutBooking {
                    crash_point!("outbox.recorded");
                    let booked = self.books.decide(ACTOR, move |tx, moment| book_late(tx, moment, key));
                    events.extend(booked.err().map(Event::Trouble));
                }
            }
            Err(error) => {
                tracing::error!(code = error.code, "what became of an effect could not be recorded");
                turn.unrecorded.push((key, tried, outcome));
                events.push(Event::Trouble(error));
            }
        }
    }

    /// When something of a lane that waits becomes due; `None` when nothing does.
    pub fn next_due(&self, lane: Lane) -> Result<Option<DateTime<Utc>>, ApiError> {
        if lane == Lane::Messages {
            return self.next_message_due();
        }
        let now = self.books.clock.now();
        self.books.read(|tx| {
            let mut times: Vec<DateTime<Utc>> =
                approvals::in_window(tx)?.iter().map(|approval| approval.undo_until).collect();
            for rail in &self.rails {
                times.extend(effects::next_due(tx, rail.name(), now)?);
            }
            Ok(times.into_iter().min())
        })
    }
}

/// A rail that panics has said nothing.
fn guarded(call: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Outcome::NoAnswer("the rail stopped by a fault of the program".to_owned()))
}
