//! What the outbox needs from whoever carries a message to people: mail, chat.
//!
//! Beside [`crate::Rail`], which carries money and can be asked afterwards: a channel cannot, so every doubt stays one.

use std::time::Duration;

use crate::provider::Problem;

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// The other side took it, and this is what it said.
    Sent(String),
    /// It certainly did not arrive.
    NotSent(NotSent),
    /// No answer that says either.
    NoAnswer(String),
}

/// What to do with a message that certainly did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// The other side is busy or wants it later: try again.
    Later(String),
    /// The other side wants to hear nothing for so long, and this one again after it.
    Quiet(String, Duration),
    /// The other side will never take it: give up.
    GiveUp(String),
    /// The account does not work: nothing can leave until it does.
    Blocked(Problem),
}

/// Carries frozen messages. Called outside any transaction, from one thread at a time.
pub trait Channel: Send + Sync {
    /// Gets ready: connects and signs in, where that is needed. Nothing is sent yet.
    ///
    /// Errors: the account does not work now; no message was touched.
    fn open(&self) -> Result<Box<dyn Conversation + '_>, Problem>;
}

/// An open way to the other side.
pub trait Conversation {
    /// Sends the message of a key. [`Delivered::NotSent`] only where it certainly did not arrive.
    fn deliver(&mut self, key: &str, message: &[u8]) -> Delivered;
}
