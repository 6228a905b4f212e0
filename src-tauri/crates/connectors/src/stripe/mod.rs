//! Stripe: reads what happened, writes refunds and settled invoices.
//!
//! Polling is primary, for a desktop has no public address (rule C-1): lists for the past, then events, whose bodies
//! are read for type and id only, and whose objects are fetched anew in the pinned version. Rules C-1, C-2, C-20.

mod client;
mod config;
mod cursor;
mod kinds;
mod listener;
mod meter;
mod money;
mod permissions;
mod rail;
mod signature;
mod source;
mod translate;

pub use client::Client;
pub use config::Config;
pub use listener::{Heard, Listener, Owner};
pub use permissions::{Need, Permission, check_permissions, needs};
pub use rail::{StripeRail, pay_outside, refund_destination};
pub use signature::{BadSignature, TOLERANCE_SECONDS, verify_signature};
pub use source::StripeSource;
pub use translate::{TRANSLATION, translate};

/// The stable name of the source and of the rail.
pub const NAME: &str = "stripe";
/// The name on screen.
pub const TITLE: &str = "Stripe";
/// The version every request is made in and every object is read in.
pub const VERSION: &str = "2026-07-29.dahlia";
/// Where the provider is, unless the founder says otherwise.
pub const BASE_URL: &str = "https://api.stripe.com";

#[cfg(test)]
mod tests;
