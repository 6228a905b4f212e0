//! The lane of messages: mail and chat leave beside money and never hold it up.
//!
//! Each connected account is opened once for all that waits for it. An account that does not work holds its messages
//! back without touching them, and is tried again at growing distances; a message that the other side refuses for good
//! becomes an attention item; one without an answer is never sent again by itself.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Duration, Utc};
use purser_connectors::channel::{Channel, Conversation, Delivered, NotSent};
use purser_connectors::provider::{Problem, Secrets};
use purser_connectors::slack::Slack;
use purser_connectors::smtp::{Account, Smtp};
use purser_core::outbox::{EffectState, Outcome};
use purser_store::tables::connections::{self as rows, Connection, Health};
use purser_store::tables::effects::{self, Effect};

use super::ACTOR;
use super::alerts;
use super::claim::{Claim, claim};
use super::dispatcher::{Dispatcher, Event, STEP_MAX};
use super::record::{Half, Tried, record};
use crate::approvals::paused_since;
use crate::connections::{self, MAIN};
use crate::crash::{Bug, planted};
use crate::error::ApiError;

/// An account that does not work is tried again after a quarter of the time that it has not, within these bounds.
const BLOCKED_MIN: Duration = Duration::seconds(10);
const BLOCKED_MAX: Duration = Duration::minutes(15);

/// What only one step of the lane at a time may touch.
#[derive(Default)]
pub(super) struct MessageTurn {
    /// Accounts that did not work, and when they are tried again.
    blocked: HashMap<String, DateTime<Utc>>,
    /// Ends that the store did not take yet.
    unrecorded: Vec<Ended>,
}

/// What became of a message, not recorded yet.
#[derive(Clone)]
struct Ended {
    effect: i64,
    connection: String,
    delivered: Delivered,
}

/// Something that waits for an account or a rail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// The name in [`Effect::via`].
    pub name: String,
    /// What is wrong with it, in a sentence; `None` while nothing is.
    pub trouble: Option<String>,
}

/// The name under which effects wait for a connection: `email`, `slack`, or with an account's name `email:alerts`.
/// `None` for providers that carry no messages.
pub(crate) fn via_of(provider: &str, name: &str) -> Option<String> {
    let base = match provider {
        "smtp" => super::EMAIL,
        "slack" => super::SLACK,
        _ => return None,
    };
    Some(if name == MAIN { base.to_owned() } else { format!("{base}:{name}") })
}

/// The accounts that carry messages.
pub(crate) fn carriers(all: &[Connection]) -> Vec<Carrier> {
    let carrier = |row: &Connection| {
        let name = via_of(&row.provider, &row.name)?;
        let wrong = matches!(row.health, Health::Failing | Health::NeedsSecret);
        let trouble = row.trouble.as_ref().filter(|_| wrong).map(|trouble| trouble.sentence.clone());
        Some(Carrier { name, trouble })
    };
    all.iter().filter_map(carrier).collect()
}

impl Dispatcher {
    /// Accounts that did not work are tried again in the next step: the founder changed or asked one.
    pub fn unblock(&self) {
        self.messages().blocked.clear();
    }

    pub(super) fn work_messages(&self, events: &mut Vec<Event>) -> Result<(), ApiError> {
        let mut turn = self.messages();
        for ended in std::mem::take(&mut turn.unrecorded) {
            self.record_message(&mut turn, ended, events);
        }
        alerts::raise_due(self.books())?;
        let now = self.books().clock.now();
        let all = self.books().read(|tx| Ok(rows::all(tx)?))?;
        for connection in &all {
            let Some(via) = via_of(&connection.provider, &connection.name) else { continue };
            if turn.blocked.get(&via).is_some_and(|until| *until > now) {
                continue;
            }
            let (paused, due) = self
                .books()
                .read(|tx| Ok((paused_since(tx)?.is_some(), effects::due(tx, &via, now, STEP_MAX)?)))?;
            if paused {
                return Ok(());
            }
            if !due.is_empty() {
                self.carry_messages(&mut turn, connection, &via, due, events)?;
            }
        }
        Ok(())
    }

    fn carry_messages(
        &self,
        turn: &mut MessageTurn,
        connection: &Connection,
        via: &str,
        due: Vec<Effect>,
        events: &mut Vec<Event>,
    ) -> Result<(), ApiError> {
        let (channel, secrets) = match self.channel(connection)? {
            Ok(ready) => ready,
            Err(problem) => return self.block(turn, connection, via, problem, Secrets::default()),
        };
        let mut conversation = match channel.open() {
            Ok(conversation) => conversation,
            Err(problem) => return self.block(turn, connection, via, problem, secrets),
        };
        for effect in due {
            let process = std::sync::Arc::clone(&self.books().process);
            let claimed =
                self.books().decide(ACTOR, move |tx, moment| claim(tx, moment, effect.key, &process))?;
            crash_point!("outbox.claimed");
            let effect = match claimed {
                Claim::Paused => return Ok(()),
                Claim::Gone | Claim::Voided(..) => continue,
                Claim::Claimed(effect) => effect,
            };
            let ended = |delivered: Delivered| Ended {
                effect: effect.key,
                connection: connection.id.clone(),
                delivered,
            };
            if planted(Bug::MarkBeforeSend) {
                self.record_message(turn, ended(Delivered::Sent("marked".to_owned())), events);
            }
            crash_point!("outbox.sending");
            let delivered = guarded(conversation.as_mut(), &effect);
            crash_point!("outbox.sent");
            let blocked = match &delivered {
                Delivered::NotSent(NotSent::Blocked(problem)) => Some(problem.clone()),
                _ => None,
            };
            if let Delivered::NotSent(NotSent::Quiet(_, quiet)) = &delivered {
                turn.blocked.insert(via.to_owned(), self.books().clock.now() + *quiet);
            }
            let broken = matches!(
                delivered,
                Delivered::NoAnswer(_) | Delivered::NotSent(NotSent::Blocked(_) | NotSent::Quiet(..))
            );
            self.record_message(turn, ended(delivered), events);
            crash_point!("outbox.recorded");
            if let Some(problem) = blocked {
                return self.block(turn, connection, via, problem, secrets);
            }
            if broken {
                // The conversation is of no use any more; the rest goes with a later step.
                return Ok(());
            }
        }
        Ok(())
    }

    /// The channel of a connection, or what is missing for it.
    #[allow(clippy::type_complexity, reason = "two ways to fail: the vault, and the account")]
    fn channel(
        &self,
        connection: &Connection,
    ) -> Result<Result<(Box<dyn Channel>, Secrets), Problem>, ApiError> {
        let Some(vault) = self.vault() else {
            return Err(ApiError::failed("vault", "The vault is not open, so no message can leave."));
        };
        let usable = match connections::usable(vault, connection)? {
            Ok(usable) => usable,
            Err(problem) => return Ok(Err(problem)),
        };
        let missing =
            |sentence: String| Problem::new(purser_connectors::provider::Cause::SecretMissing, sentence);
        let channel: Box<dyn Channel> = match usable.provider.name {
            "smtp" => match Account::new(&usable.settings, &usable.secrets) {
                Ok(account) => Box::new(Smtp::new(account)),
                Err(sentence) => return Ok(Err(missing(sentence))),
            },
            _ => match Slack::new(&usable.secrets) {
                Some(slack) => Box::new(slack),
                None => return Ok(Err(missing("The webhook's URL is missing. Enter it again.".to_owned()))),
            },
        };
        Ok(Ok((channel, usable.secrets)))
    }

    /// Notes that an account does not work, and when it is tried again.
    fn block(
        &self,
        turn: &mut MessageTurn,
        connection: &Connection,
        via: &str,
        problem: Problem,
        secrets: Secrets,
    ) -> Result<(), ApiError> {
        let now = self.books().clock.now();
        let since = connection.trouble.as_ref().map_or(now, |trouble| trouble.since);
        let wait = ((now - since) / 4).clamp(BLOCKED_MIN, BLOCKED_MAX);
        turn.blocked.insert(via.to_owned(), now + wait);
        let id = connection.id.clone();
        self.books().decide(ACTOR, move |tx, moment| connections::failed(tx, moment, &id, &problem, &secrets))
    }

    /// Records what became of a message; an end that the store does not take is kept for the next step.
    fn record_message(&self, turn: &mut MessageTurn, ended: Ended, events: &mut Vec<Event>) {
        let told = ended.clone();
        let recorded = self.books().decide(ACTOR, move |tx, moment| {
            let Ended { effect: key, connection, delivered } = told;
            let quiet = match &delivered {
                Delivered::NotSent(NotSent::Quiet(_, quiet)) => Some(moment.at + *quiet),
                _ => None,
            };
            let (tried, outcome, works) = match delivered {
                Delivered::Sent(id) => (Tried::Send, Outcome::Accepted(id), true),
                // It said no to this one: so it works.
                Delivered::NotSent(NotSent::GiveUp(why)) => (Tried::Send, Outcome::Refused(why), true),
                Delivered::NotSent(NotSent::Later(why) | NotSent::Quiet(why, _)) => {
                    (Tried::Send, Outcome::NotSent(why), true)
                }
                Delivered::NotSent(NotSent::Blocked(problem)) => {
                    (Tried::Blocked, Outcome::NotSent(problem.sentence), false)
                }
                Delivered::NoAnswer(why) => (Tried::Send, Outcome::NoAnswer(why), false),
            };
            let state = record(tx, moment, key, tried, &outcome, Half::Both)?;
            if let Some(quiet) = quiet {
                effects::not_again_before(tx, key, quiet)?;
            }
            if works {
                connections::worked(tx, moment, &connection)?;
            }
            let effect =
                effects::by_key(tx, key)?.ok_or_else(|| ApiError::unknown("effect", &key.to_string()))?;
            Ok(state.map(|state| Event::Effect(effect.id, state)))
        });
        match recorded {
            // What is held back is no progress: saying so would step at once again.
            Ok(event) => {
                events.extend(event.filter(|event| !matches!(event, Event::Effect(_, EffectState::Queued))))
            }
            Err(error) => {
                tracing::error!(code = error.code, "what became of a message could not be recorded");
                turn.unrecorded.push(ended);
                events.push(Event::Trouble(error));
            }
        }
    }

    /// When a message that waits becomes due, or an account is tried again.
    pub(super) fn next_message_due(&self) -> Result<Option<DateTime<Utc>>, ApiError> {
        let now = self.books().clock.now();
        let blocked = self.messages().blocked.clone();
        self.books().read(|tx| {
            let mut times: Vec<DateTime<Utc>> = blocked.values().filter(|at| **at > now).copied().collect();
            for connection in rows::all(tx)? {
                if let Some(via) = via_of(&connection.provider, &connection.name) {
                    times.extend(effects::next_due(tx, &via, now)?);
                }
            }
            Ok(times.into_iter().min())
        })
    }
}

/// A channel that panics has said nothing.
fn guarded(conversation: &mut dyn Conversation, effect: &Effect) -> Delivered {
    catch_unwind(AssertUnwindSafe(|| conversation.deliver(&effect.idempotency_key, &effect.request)))
        .unwrap_or_else(|_| Delivered::NoAnswer("the channel stopped by a fault of the program".to_owned()))
}
