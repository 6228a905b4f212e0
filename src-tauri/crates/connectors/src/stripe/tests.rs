//! Against made-up answers on loopback, against Stripe's own fixtures, and against a server that is not ours.

mod account;
mod fixtures;
mod localstripe;
mod permissions;
mod reading;
mod refusals;
mod writing;
