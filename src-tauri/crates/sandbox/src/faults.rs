//! What goes wrong on the way to a provider: on demand, or by chance drawn from the seed.

use crate::random::{Random, fingerprint, mixed};
use std::collections::{HashMap, VecDeque};

/// One thing that goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `Retry-After`; nothing is done.
    TooManyRequests {
        /// The header's value.
        retry_after_seconds: u32,
    },
    /// 500 before anything is done. With an idempotency key the 500 is stored and repeated (C-2).
    ServerError,
    /// 500 although it was done. With an idempotency key the 500 is stored and repeated.
    ServerErrorAfterActing,
    /// No answer; nothing is done.
    TimeoutBeforeActing,
    /// No answer although it was done.
    TimeoutAfterActing,
    /// The connection breaks; nothing is done.
    ConnectionReset,
    /// The connection breaks although it was done.
    ConnectionResetAfterActing,
    /// One element of a list of events comes twice.
    RepeatedEvent,
    /// The clock jumps by so many seconds before the request is answered. Forward, the world lives through them;
    /// backward, only the clock that clients are shown is wrong.
    ClockJump {
        /// Positive is forward.
        seconds: i64,
    },
}

/// A fault that waits for its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFault {
    /// Only this method, or any.
    pub method: Option<String>,
    /// Only paths that start so: `/v1/refunds`.
    pub path_prefix: String,
    /// What happens to it, once.
    pub fault: Fault,
}

/// Faults by chance. All zero by default: nothing goes wrong unless asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultRates {
    /// Of ten thousand requests, how many meet a fault: 200 is one in fifty.
    pub requests_per_ten_thousand: u32,
    /// Of a thousand events, how many become visible 1 to 48 hours late.
    pub late_events_per_mille: u32,
    /// Of a thousand balance transactions, how many become visible 1 to 48 hours late.
    pub late_movements_per_mille: u32,
    /// Of a thousand events, how many come as two events with different ids.
    pub twin_events_per_mille: u32,
    /// Of a thousand events, how many stand before others of the same second that came first.
    pub swapped_events_per_mille: u32,
    /// The greatest jump of the clock that chance may draw, in seconds; 0 for none.
    pub clock_jump_seconds_at_most: i64,
    /// What a 429 that chance draws asks its client to wait, in seconds of the real clock.
    pub retry_after_seconds: u32,
}

impl FaultRates {
    /// One fault per 50 requests, a fiftieth of events and balance transactions late, of events doubled or out of order
    /// too, the clock jumping up to three days.
    pub fn rough() -> Self {
        Self {
            requests_per_ten_thousand: 200,
            late_events_per_mille: 20,
            late_movements_per_mille: 20,
            twin_events_per_mille: 20,
            swapped_events_per_mille: 200,
            clock_jump_seconds_at_most: 3 * crate::time::DAY,
            retry_after_seconds: 1,
        }
    }
}

/// Planned faults first, then chance.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    rates: FaultRates,
    planned: VecDeque<PlannedFault>,
    /// How often each thing was asked for.
    asked: HashMap<u64, u64>,
}

impl Faults {
    pub(crate) fn new(seed: u64, rates: FaultRates) -> Self {
        Self { seed, rates, planned: VecDeque::new(), asked: HashMap::new() }
    }

    pub(crate) fn plan(&mut self, fault: PlannedFault) {
        self.planned.push_back(fault);
    }

    pub(crate) fn set_request_rate(&mut self, per_ten_thousand: u32) {
        self.rates.requests_per_ten_thousand = per_ten_thousand;
    }

    /// The first planned fault that fits, which is used up.
    pub(crate) fn next_planned(&mut self, method: &str, path: &str) -> Option<Fault> {
        let fits = |planned: &PlannedFault| {
            planned.method.as_deref().is_none_or(|wanted| wanted == method)
                && path.starts_with(&planned.path_prefix)
        };
        let at = self.planned.iter().position(fits)?;
        self.planned.remove(at).map(|planned| planned.fault)
    }

    /// What happens to this request, if anything. Chance looks at what is asked for and how often it was asked for
    /// before, and not at what else is: a client that asks several things at once meets the same faults in every run.
    pub(crate) fn next(&mut self, method: &str, path: &str, query: &str) -> Option<Fault> {
        let planned = self.next_planned(method, path);
        if planned.is_some() {
            return planned;
        }
        let what = fingerprint(&format!("{method} {path}?{query}"));
        let times = self.asked.entry(what).or_default();
        *times += 1;
        let mut random = Random::new(self.seed ^ what ^ mixed(*times), "faults");
        if random.below(10_000) >= u64::from(self.rates.requests_per_ten_thousand) {
            return None;
        }
        Some(match random.below(9) {
            0 => Fault::TooManyRequests { retry_after_seconds: self.rates.retry_after_seconds },
            1 => Fault::ServerError,
            2 => Fault::ServerErrorAfterActing,
            3 => Fault::TimeoutBeforeActing,
            4 => Fault::TimeoutAfterActing,
            5 => Fault::ConnectionReset,
            6 => Fault::ConnectionResetAfterActing,
            7 => Fault::RepeatedEvent,
            _ => match self.rates.clock_jump_seconds_at_most {
                0 => Fault::TooManyRequests { retry_after_seconds: self.rates.retry_after_seconds },
                most => Fault::ClockJump { seconds: random.between(60, most) },
            },
        })
    }
}
