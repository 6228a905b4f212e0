//! What becomes of effects: time-outs, crashes, refusals, and what the founder says.

mod receipts;
mod restarts;
mod sends;
