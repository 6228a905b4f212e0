//! A small simulated company behind its providers' real wire formats, on loopback, with its own clock and its own truth.
//!
//! For simulations, the demo company and tests of whole flows. It shares no code with the program that is tested: a
//! mistake made twice would not be seen.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use purser_sandbox::{Sandbox, SandboxConfig};
//! let sandbox = Sandbox::start(SandboxConfig::new(7)).await?;
//! sandbox.advance(sandbox.now() + chrono::TimeDelta::days(90))?;
//! println!("{}/v1/events", sandbox.url());
//! assert!(sandbox.broken_identities().is_empty());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How it is made
//!
//! [`Sandbox::start`] makes a *world*: tables of objects, an agenda of what will happen when, one stream of random
//! numbers, and the *truth*, double-entry books of its own. `advance` takes what is due from the agenda; each action changes objects, tells
//! what happened as an event, and books the truth, all at once. The *faces* show the world in the providers' formats.
//! The same seed, settings and requests give the same run, byte for byte, in one step or in many.
//!
//! What is on the one HTTP address:
//!
//! | path | what |
//! | --- | --- |
//! | `/v1/…` | Stripe, version [`STRIPE_VERSION`] |
//! | `/bank/statement.csv?account=usd&from=2026-01-01` | the bank: `id,date,amount,currency,payer,description` |
//! | `/app/usage?day=`, `/app/affiliates`, `/app/affiliate_sales`, `/app/hand_payments` | the founder's own application |
//! | `POST /hooks/<name>` | takes and keeps what is posted, for chats and the founder's application |
//! | `/_truth/balances?at=`, `entries?from=`, `transfers`, `hand_payments`, `requests`, `idempotency_keys`, `mails`, `hooks`, `recurring`, `identities`, `clock`, `counts` | what really happened |
//! | `POST /_control/advance`, `fault`, `mail`, `hook` | the strings behind the stage |
//!
//! # How to add a provider face
//!
//! 1. **What happens** goes into `world/`: the objects into `objects.rs`, one file for the subject (as `disputes.rs`),
//!    each thing that falls due as a variant of `Action` in `agenda.rs` with one line in `perform`. Draw from
//!    `world.random` only inside actions, never while a request is answered: what a client asks must not change what
//!    else happens.
//! 2. **What is true** goes into the books in the same function that makes it happen: `truth.post(…)` with postings that
//!    add up to zero, and a new `Account` where the money stands at a new place. Add its identity to
//!    `World::broken_identities`: the sum that the provider shows must be that of the books.
//! 3. **How it looks** is a module with `fn answer(world: &mut World, ask: &Ask) -> Reply` and one line in `FACES` in
//!    `faces/mod.rs`. Start with `world.faults.next(…)`, so that it can fail. Render from objects, with every field that
//!    the provider documents; what the simulation knows nothing about is null.
//! 4. **Proof**: compare the shapes with the provider's own fixtures, as `tests/contract.rs` does; page through
//!    everything while new things appear; make each fault happen with a real client.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod config;
mod faces;
mod faults;
mod http;
mod inbox;
mod journal;
mod names;
mod random;
mod record;
mod sandbox;
mod smtp;
mod stripe;
mod time;
mod truth;
mod world;

pub use config::{Access, ApiKey, PayoutSchedule, READ_KEY, SandboxConfig, WRITE_KEY, WebhookTarget};
pub use faults::{Fault, FaultRates};
pub use inbox::{HookPost, Mail};
pub use record::RequestRecord;
pub use sandbox::{Sandbox, SandboxError, SandboxHandle};
pub use stripe::API_VERSION as STRIPE_VERSION;
pub use truth::{Account, Balance, Entry, Recurring};
pub use world::{AffiliateSale, BankLine, CardRefund, HandPayment, Order, Transfer, Uncollected, Usage};
