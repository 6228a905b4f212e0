//! The simulated company: what exists, what time it is, and what happens next.

pub(crate) mod agenda;
pub(crate) mod bank;
mod billing;
mod cards;
mod catalog;
mod confirmations;
mod debits;
mod disputes;
pub(crate) mod events;
mod growth;
mod invoices;
pub(crate) mod objects;
mod orders;
mod payouts;
mod refunds;
mod second_thoughts;
mod settle;
mod signup;
pub(crate) mod table;

pub use bank::{BankLine, HandPayment, Transfer};
pub use confirmations::Uncollected;
pub(crate) use growth::Affiliate;
pub use growth::{AffiliateSale, Usage};
pub use orders::Order;
pub use refunds::CardRefund;

use crate::config::SandboxConfig;
use crate::faults::Faults;
use crate::inbox::Inbox;
use crate::random::{Random, fingerprint, letters, mixed};
use crate::record::Record;
use crate::stripe::idempotency::StoredAnswers;
use crate::truth::Truth;
use agenda::Agenda;
use events::Events;
use objects::{
    Charge, Customer, Dispute, Intent, Invoice, InvoicePayment, Movement, Payout, Price, Product, Refund,
    Subscription,
};
use std::collections::BTreeSet;
use table::Table;

/// Everything that a provider face may look at. One value, changed only under the sandbox's lock.
pub(crate) struct World {
    pub config: SandboxConfig,
    pub now: i64,
    /// Seconds by which the clock that clients see is wrong; the world itself never goes back.
    pub skew: i64,
    pub agenda: Agenda,
    pub random: Random,
    pub ids_given: u64,
    pub requests_given: u64,

    pub customers: Table<Customer>,
    pub products: Table<Product>,
    pub prices: Table<Price>,
    pub subscriptions: Table<Subscription>,
    pub invoices: Table<Invoice>,
    pub invoice_payments: Table<InvoicePayment>,
    pub intents: Table<Intent>,
    pub charges: Table<Charge>,
    pub refunds: Table<Refund>,
    pub disputes: Table<Dispute>,
    pub movements: Table<Movement>,
    pub payouts: Table<Payout>,
    /// Movements that no payout has taken yet, and invoices that a customer has already set out to pay.
    pub unpaid_movements: Vec<usize>,
    pub on_their_way: BTreeSet<usize>,
    pub events: Events,

    pub bank_lines: Vec<BankLine>,
    pub transfers: Vec<Transfer>,
    pub hand_payments: Vec<HandPayment>,
    pub orders: Vec<Order>,
    pub affiliates: Vec<Affiliate>,
    pub affiliate_sales: Vec<AffiliateSale>,

    pub truth: Truth,
    pub faults: Faults,
    pub answers: StoredAnswers,
    pub record: Record,
    pub inbox: Inbox,
}

impl World {
    /// The company on its first morning: plans exist, nobody has come yet.
    pub(crate) fn new(config: SandboxConfig) -> Self {
        let now = crate::time::seconds(config.start);
        let seed = config.seed;
        let mut world = Self {
            now,
            skew: 0,
            agenda: Agenda::default(),
            random: Random::new(seed, "world"),
            ids_given: 0,
            requests_given: 0,
            customers: Table::default(),
            products: Table::default(),
            prices: Table::default(),
            subscriptions: Table::default(),
            invoices: Table::default(),
            invoice_payments: Table::default(),
            intents: Table::default(),
            charges: Table::default(),
            refunds: Table::default(),
            disputes: Table::default(),
            movements: Table::default(),
            payouts: Table::default(),
            unpaid_movements: Vec::new(),
            on_their_way: BTreeSet::new(),
            events: Events::new(seed, &config.faults),
            bank_lines: Vec::new(),
            transfers: Vec::new(),
            hand_payments: Vec::new(),
            orders: Vec::new(),
            affiliates: Vec::new(),
            affiliate_sales: Vec::new(),
            truth: Truth::default(),
            faults: Faults::new(seed, config.faults.clone()),
            answers: StoredAnswers::default(),
            record: Record::default(),
            inbox: Inbox::default(),
            config,
        };
        world.open_the_company();
        world
    }

    /// Lives until `to`, doing everything that falls due on the way. An earlier time changes nothing.
    pub(crate) fn advance(&mut self, to: i64) {
        while let Some((at, action)) = self.agenda.take_due(to) {
            self.now = self.now.max(at);
            self.perform(action);
        }
        self.now = self.now.max(to);
    }

    /// What time clients are told it is.
    pub(crate) fn shown_now(&self) -> i64 {
        self.now + self.skew
    }

    /// A new id with the provider's prefix. Depends on the seed and on how many were given before.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.ids_given += 1;
        let state = mixed(self.config.seed ^ fingerprint(prefix)) ^ mixed(self.ids_given);
        let length = if matches!(prefix, "cus" | "prod" | "si") { 14 } else { 24 };
        format!("{prefix}_{}", letters(state, length))
    }

    /// The id of a request. Counted apart: what clients ask must not change the ids of what else happens.
    pub(crate) fn new_request_id(&mut self) -> String {
        self.requests_given += 1;
        let state = mixed(self.config.seed ^ fingerprint("req")) ^ mixed(self.requests_given);
        format!("req_{}", letters(state, 14))
    }

    /// What is wrong with the world's own arithmetic; empty when nothing is.
    pub(crate) fn broken_identities(&self) -> Vec<String> {
        let mut broken = self.truth.broken_identities();
        broken.extend(self.broken_balances());
        broken.extend(self.broken_payouts());
        broken.extend(self.broken_invoices());
        broken
    }
}
