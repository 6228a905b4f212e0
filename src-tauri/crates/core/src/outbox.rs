//! The outbox's state machine: what may happen to an effect, decided without sending anything.
//!
//! Claim (transaction) → send (none) → record (transaction). After a time-out or a crash the result
//! is *unknown*: keyed and lookup effects are looked up before anything is sent again, an unknown
//! `neither` effect is never resent by itself (invariant 4).

use serde::{Deserialize, Serialize};

/// What a provider can do against sending twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It takes an idempotency key and can be asked for it.
    Keyed,
    /// It takes no key, but what was sent can be found.
    Lookup,
    /// Neither: mail, chat.
    Neither,
}

/// Where an effect stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// Waits for an approval or the end of its undo window.
    Held,
    /// May be sent.
    Queued,
    /// Claimed: the request may be on the wire.
    Sending,
    /// The provider has it.
    Sent,
    /// The provider refused it for good.
    Failed,
    /// Nobody knows whether the provider has it.
    Unknown,
    /// Taken back before it left.
    Cancelled,
}

/// What a send or a lookup showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The provider has it, under this id.
    Accepted(String),
    /// The provider refused it and will always refuse it.
    Refused(String),
    /// It certainly did not arrive; it may be tried again.
    NotSent(String),
    /// No answer that says either.
    NoAnswer(String),
}

/// What to do with an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Send the frozen request under its key.
    Send,
    /// Ask the provider whether it has it; send only after a clear no.
    LookUp,
    /// Nothing by itself: the founder must say.
    AskFounder,
    /// Nothing to do.
    Rest,
}

/// How often a send or a lookup is tried before the founder is asked.
pub const ATTEMPTS_MAX: u32 = 8;
/// The same for a message, which waits longer in between.
const MESSAGE_ATTEMPTS_MAX: u32 = 30;

impl EffectState {
    /// Every state with the name the store keeps.
    pub const ALL: [(EffectState, &'static str); 7] = [
        (EffectState::Held, "held"),
        (EffectState::Queued, "queued"),
        (EffectState::Sending, "sending"),
        (EffectState::Sent, "sent"),
        (EffectState::Failed, "failed"),
        (EffectState::Unknown, "unknown"),
        (EffectState::Cancelled, "cancelled"),
    ];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        EffectState::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The state of a stored name.
    pub fn parse(name: &str) -> Option<EffectState> {
        EffectState::ALL.iter().find(|(_, stored)| *stored == name).map(|(state, _)| *state)
    }
}

impl Delivery {
    /// Every class with the name the store keeps.
    pub const ALL: [(Delivery, &'static str); 3] =
        [(Delivery::Keyed, "keyed"), (Delivery::Lookup, "lookup"), (Delivery::Neither, "neither")];

    /// The name the store keeps.
    pub fn as_str(self) -> &'static str {
        Delivery::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }

    /// The class of a stored name.
    pub fn parse(name: &str) -> Option<Delivery> {
        Delivery::ALL.iter().find(|(_, stored)| *stored == name).map(|(class, _)| *class)
    }
}

/// What to do next with an effect in a state.
pub fn next_step(state: EffectState, delivery: Delivery) -> Step {
    match (state, delivery) {
        (EffectState::Queued, _) => Step::Send,
        (EffectState::Unknown, Delivery::Keyed | Delivery::Lookup) => Step::LookUp,
        (EffectState::Unknown, Delivery::Neither) => Step::AskFounder,
        _ => Step::Rest,
    }
}

/// The state after a send ended with `outcome`; `attempts` counts this one.
pub fn after_send(outcome: &Outcome, delivery: Delivery, attempts: u32) -> EffectState {
    match outcome {
        Outcome::Accepted(_) => EffectState::Sent,
        Outcome::Refused(_) => EffectState::Failed,
        Outcome::NotSent(_) if attempts >= attempts_max(delivery) => EffectState::Failed,
        Outcome::NotSent(_) => EffectState::Queued,
        Outcome::NoAnswer(_) => EffectState::Unknown,
    }
}

/// The state after the provider was asked: only a clear “never arrived” lets it be sent again.
pub fn after_lookup(outcome: &Outcome) -> EffectState {
    match outcome {
        Outcome::Accepted(_) => EffectState::Sent,
        Outcome::Refused(_) => EffectState::Failed,
        Outcome::NotSent(_) => EffectState::Queued,
        Outcome::NoAnswer(_) => EffectState::Unknown,
    }
}

/// The state of an effect that was claimed by a process which died.
pub fn after_crash(state: EffectState) -> EffectState {
    if state == EffectState::Sending { EffectState::Unknown } else { state }
}

/// How often a send is tried before the founder is asked. A mail server that says “later” means hours, not minutes.
pub fn attempts_max(delivery: Delivery) -> u32 {
    if delivery == Delivery::Neither { MESSAGE_ATTEMPTS_MAX } else { ATTEMPTS_MAX }
}

/// Seconds to wait before try number `attempts + 1`: 2, 4, 8 … at most 15 minutes; for messages 5, 15, 45 … at most an
/// hour, so that the last of their tries is about a day after the first.
pub fn retry_after_seconds(delivery: Delivery, attempts: u32) -> u64 {
    if delivery == Delivery::Neither {
        return 3u64.saturating_pow(attempts.clamp(1, 12) - 1).saturating_mul(5).min(3_600);
    }
    2u64.saturating_pow(attempts.clamp(1, 12)).min(900)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_mail_is_never_resent_by_itself() {
        assert_eq!(next_step(EffectState::Unknown, Delivery::Neither), Step::AskFounder);
        assert_eq!(next_step(after_crash(EffectState::Sending), Delivery::Neither), Step::AskFounder);
    }

    #[test]
    fn unknown_money_is_looked_up_before_anything_is_sent_again() {
        for delivery in [Delivery::Keyed, Delivery::Lookup] {
            assert_eq!(next_step(after_crash(EffectState::Sending), delivery), Step::LookUp);
        }
        assert_eq!(after_lookup(&Outcome::NoAnswer("down".into())), EffectState::Unknown);
    }

    #[test]
    fn what_is_over_or_held_rests() {
        for state in [
            EffectState::Held,
            EffectState::Sending,
            EffectState::Sent,
            EffectState::Failed,
            EffectState::Cancelled,
        ] {
            for (delivery, _) in Delivery::ALL {
                assert_eq!(next_step(state, delivery), Step::Rest, "{state:?}");
            }
        }
    }

    #[test]
    fn retries_are_bounded() {
        let busy = Outcome::NotSent("busy".into());
        for (delivery, _) in Delivery::ALL {
            let most = attempts_max(delivery);
            assert_eq!(after_send(&busy, delivery, most - 1), EffectState::Queued);
            assert_eq!(after_send(&busy, delivery, most), EffectState::Failed);
        }
        assert_eq!(retry_after_seconds(Delivery::Keyed, 1), 2);
        assert_eq!(retry_after_seconds(Delivery::Keyed, 40), 900);
        assert_eq!(retry_after_seconds(Delivery::Neither, 1), 5);
        let day: u64 = (1..30).map(|attempts| retry_after_seconds(Delivery::Neither, attempts)).sum();
        assert!((20 * 3_600..30 * 3_600).contains(&day), "{day} s");
    }
}
