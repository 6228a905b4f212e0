//! What others asked of the sandbox and what came of it: the providers' own records, to compare effects with.

use serde_json::{Value, json};

/// A request that had an effect, or that met a fault on the way to one. Reads without a fault are only counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// When, on the simulated clock, in seconds since 1970.
    pub at: i64,
    /// `POST`.
    pub method: String,
    /// Without its query.
    pub path: String,
    /// The body as it came.
    pub body: String,
    /// The idempotency key, where one was sent.
    pub idempotency_key: Option<String>,
    /// The status of the answer; 0 when none was given.
    pub status: u16,
    /// What was done: `refund re_…`, `invoice in_… paid out of band`. `None`: nothing.
    pub effect: Option<String>,
    /// The answer came out of the store of an earlier request with the same key.
    pub replayed: bool,
    /// The fault that it met, in words.
    pub fault: Option<String>,
}

/// All records of a run.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub requests: Vec<RequestRecord>,
    pub reads: u64,
    /// Set by the face that acted, taken by the record of its request.
    pub effect: Option<String>,
}

impl Record {
    pub(crate) fn json(&self) -> Value {
        let requests = self.requests.iter().map(|each| {
            json!({
                "at": each.at,
                "method": each.method,
                "path": each.path,
                "body": each.body,
                "idempotency_key": each.idempotency_key,
                "status": each.status,
                "effect": each.effect,
                "replayed": each.replayed,
                "fault": each.fault,
            })
        });
        json!({ "reads": self.reads, "requests": requests.collect::<Vec<_>>() })
    }
}
