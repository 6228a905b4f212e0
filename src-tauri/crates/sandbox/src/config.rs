//! What a sandbox is started with.

use crate::faults::FaultRates;
use chrono::{DateTime, NaiveDate, Utc};
use std::path::PathBuf;
use std::time::Duration;

/// How often the card processor sends its balance to the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutSchedule {
    /// Each day at 00:30 UTC.
    Daily,
    /// Each Monday at 00:30 UTC.
    Weekly,
}

/// What a key may do, per resource of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Refused with 403.
    None,
    /// Lists and retrieves.
    Read,
    /// Reads and posts.
    Write,
}

/// A secret of the card processor with its permissions.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Starts with `rk_test_` or `sk_test_`.
    pub secret: String,
    /// What the key may do where `resources` says nothing.
    pub access: Access,
    /// Exceptions: the path's first word (`refunds`, `invoices`, `events`) and what the key may do there.
    pub resources: Vec<(String, Access)>,
    /// A revoked key is answered with 401 `api_key_expired`.
    pub revoked: bool,
}

impl ApiKey {
    /// A restricted key that reads everything.
    pub fn reading(secret: &str) -> Self {
        Self { secret: secret.to_owned(), access: Access::Read, resources: Vec::new(), revoked: false }
    }

    /// A restricted key that writes refunds and invoices (C-2) and reads nothing else.
    pub fn writing(secret: &str) -> Self {
        let resources = ["refunds", "invoices"].map(|name| (name.to_owned(), Access::Write)).to_vec();
        Self { secret: secret.to_owned(), access: Access::None, resources, revoked: false }
    }
}

/// Where signed events are posted.
#[derive(Clone, Debug)]
pub struct WebhookTarget {
    /// Plain HTTP on loopback: `http://127.0.0.1:port/path`.
    pub url: String,
    /// The signing secret, `whsec_…`.
    pub secret: String,
}

/// A sandbox's settings. `SandboxConfig::new(seed)` gives a company that runs.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The same seed, settings and requests give the same run, byte for byte.
    pub seed: u64,
    /// The day on which the company opens, at 00:00 UTC.
    pub start: NaiveDate,
    /// Days that have already been lived through when the sandbox starts answering.
    pub history_days: u32,
    /// The moment up to which it has been lived through, instead of whole days of history: the present, for a company that
    /// goes on with the real clock.
    pub until: Option<DateTime<Utc>>,
    /// Customers who come in the first 90 days: two fifths in the first week, the rest spread, then at the same pace.
    pub customers: u32,
    /// When the card processor pays out.
    pub payouts: PayoutSchedule,
    /// How many of a thousand invoices' first card payments are declined.
    pub declines_per_mille: u32,
    /// How many of a thousand invoices stay open once their last card payment was declined, some of them paid on their page
    /// after all. The others are uncollectible.
    pub left_open_per_mille: u32,
    /// How many of a thousand invoices that are not paid at once the founder voids at the card processor.
    pub voids_per_mille: u32,
    /// How many of a thousand invoices that are not paid at once the founder marks as uncollectible there. Every other one
    /// of those that a card can pay is paid after all.
    pub given_up_per_mille: u32,
    /// How many of a thousand invoices that are not paid at once the founder takes a part off there, by a credit note.
    pub credit_notes_per_mille: u32,
    /// After how many of a thousand card customers' paid invoices the founder gives the customer credit at the card
    /// processor, which pays a part of the next ones.
    pub credits_per_mille: u32,
    /// How many of a thousand invoices' first card payments the customer has to confirm with their bank.
    pub confirmations_per_mille: u32,
    /// How many of a thousand charges are refunded later.
    pub refunds_per_mille: u32,
    /// How many of a thousand refunds the customer's bank sends back.
    pub failed_refunds_per_mille: u32,
    /// How many of a thousand charges are disputed later.
    pub disputes_per_mille: u32,
    /// How many of a thousand invoices' payments are debits that the customer's bank takes back days after they succeeded.
    pub returned_debits_per_mille: u32,
    /// How many of a thousand lost disputes are given back after all, weeks later.
    pub reinstated_per_mille: u32,
    /// How many of a thousand customers pay by bank transfer.
    pub transfers_per_mille: u32,
    /// How many of a thousand customers pay in cash or by check.
    pub by_hand_per_mille: u32,
    /// How many of a thousand subscriptions pay a fifth less for ever.
    pub discounts_per_mille: u32,
    /// The keys that the card processor knows.
    pub keys: Vec<ApiKey>,
    /// Where signed events go, if anywhere.
    pub webhook: Option<WebhookTarget>,
    /// Faults by chance, drawn from the seed. None by default.
    pub faults: FaultRates,
    /// Rows of a list's page at most, however many are asked for: 1 to 100. Small pages make every client turn them.
    pub page_at_most: usize,
    /// How long a request hangs that is meant to time out, in milliseconds of the real clock.
    pub hang_ms: u64,
    /// Simulated seconds per real second, 1 to 10,000. `None`: time moves only by `advance`.
    pub speed: Option<u32>,
    /// A folder into which each day's bank lines are written, one file per account and day.
    pub statement_folder: Option<PathBuf>,
    /// The first day that gets such a file; without it the first of all.
    pub statements_from: Option<NaiveDate>,
    /// While time passes by itself: every so often something that would come later comes now, so that there is
    /// something to watch.
    pub hurry_every: Option<Duration>,
    /// A file that keeps what was written at the providers and what was hurried along. A start with the same file,
    /// seed and settings finds the company as it was left.
    pub journal: Option<PathBuf>,
    /// Whether some customers pay in euros, into an account of their own.
    pub euros: bool,
    /// Whether the company's expenses leave from these bank accounts.
    pub expenses: bool,
}

/// The key of `SandboxConfig::new` that reads everything.
pub const READ_KEY: &str = "rk_test_sandboxreadonly0001";
/// The key of `SandboxConfig::new` that writes refunds and invoices.
pub const WRITE_KEY: &str = "rk_test_sandboxwrite0000001";

impl SandboxConfig {
    /// Opens on 1 January 2026 with 200 customers to come, without history, faults, webhooks or live time.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            start: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(),
            history_days: 0,
            until: None,
            customers: 200,
            payouts: PayoutSchedule::Daily,
            declines_per_mille: 60,
            left_open_per_mille: 0,
            voids_per_mille: 0,
            given_up_per_mille: 0,
            credit_notes_per_mille: 0,
            credits_per_mille: 0,
            confirmations_per_mille: 0,
            refunds_per_mille: 40,
            failed_refunds_per_mille: 80,
            disputes_per_mille: 12,
            returned_debits_per_mille: 0,
            reinstated_per_mille: 0,
            transfers_per_mille: 140,
            by_hand_per_mille: 70,
            discounts_per_mille: 80,
            keys: vec![ApiKey::reading(READ_KEY), ApiKey::writing(WRITE_KEY)],
            webhook: None,
            faults: FaultRates::default(),
            page_at_most: 100,
            hang_ms: 30_000,
            speed: None,
            statement_folder: None,
            statements_from: None,
            hurry_every: None,
            journal: None,
            euros: true,
            expenses: true,
        }
    }
}
