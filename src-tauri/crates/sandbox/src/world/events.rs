//! What happened, as the card processor tells it: kept in the order of the list, newest last.

use super::World;
use super::objects::{
    Charge, Customer, Dispute, Intent, Invoice, InvoicePayment, Payout, Refund, Subscription,
};
use crate::faults::FaultRates;
use crate::random::Random;
use crate::time::HOUR;
use std::collections::VecDeque;

/// The object of an event as it was at that moment.
#[derive(Clone, Debug)]
pub(crate) enum Frozen {
    Customer(Box<Customer>),
    /// Catalogue rows never change, so their position says it all.
    Product(usize),
    Price(usize),
    Subscription(Box<Subscription>),
    Invoice(Box<Invoice>),
    InvoicePayment(Box<InvoicePayment>),
    Intent(Box<Intent>),
    Charge(Box<Charge>),
    Refund(Box<Refund>),
    Dispute(Box<Dispute>),
    Payout(Box<Payout>),
}

/// Which object an event is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Snapshot {
    Customer(usize),
    Product(usize),
    Price(usize),
    Subscription(usize),
    Invoice(usize),
    InvoicePayment(usize),
    Intent(usize),
    Charge(usize),
    Refund(usize),
    Dispute(usize),
    Payout(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub id: String,
    pub kind: &'static str,
    pub created: i64,
    /// Not in the list before then.
    pub visible_at: i64,
    pub object: Frozen,
    /// The request that caused it, and its idempotency key.
    pub request: Option<(String, Option<String>)>,
}

#[derive(Debug)]
pub(crate) struct Events {
    rows: Vec<Event>,
    random: Random,
    late_per_mille: u32,
    twins_per_mille: u32,
    swaps_per_mille: u32,
    /// Positions of what has not been posted to the webhook yet, by event id.
    pub to_post: VecDeque<String>,
    /// Set while a request is being answered.
    pub request: Option<(String, Option<String>)>,
}

impl Events {
    pub(crate) fn new(seed: u64, rates: &FaultRates) -> Self {
        Self {
            rows: Vec::new(),
            random: Random::new(seed, "events"),
            late_per_mille: rates.late_events_per_mille,
            twins_per_mille: rates.twin_events_per_mille,
            swaps_per_mille: rates.swapped_events_per_mille,
            to_post: VecDeque::new(),
            request: None,
        }
    }

    /// From now on every event comes once, in order and at once.
    pub(crate) fn calm(&mut self) {
        (self.late_per_mille, self.twins_per_mille, self.swaps_per_mille) = (0, 0, 0);
    }

    /// Oldest first.
    pub(crate) fn rows(&self) -> &[Event] {
        &self.rows
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.rows.iter().rposition(|event| event.id == id)
    }

    fn add(&mut self, event: Event, webhook: bool) {
        let late = self.random.chance(self.late_per_mille);
        let visible_at = if late { event.created + self.random.between(1, 48) * HOUR } else { event.created };
        let event = Event { visible_at, ..event };
        if webhook {
            self.to_post.push_back(event.id.clone());
        }
        let mut at = self.rows.len();
        // The provider promises no order among events of the same second.
        let before = self.rows.iter().rev().take_while(|other| other.created == event.created).count();
        if before > 0 && self.random.chance(self.swaps_per_mille) {
            at -= usize::try_from(self.random.between(1, i64::try_from(before).unwrap_or(1))).unwrap_or(0);
        }
        self.rows.insert(at, event);
    }
}

impl World {
    /// Tells that something happened, with the object as it is now.
    pub(super) fn emit(&mut self, kind: &'static str, what: Snapshot) {
        let object = self.freeze(what);
        let webhook = self.config.webhook.is_some();
        let event = Event {
            id: self.new_id("evt"),
            kind,
            created: self.now,
            visible_at: self.now,
            object,
            request: self.events.request.clone(),
        };
        // Two separate events for one change: the provider's documents say that this happens.
        if self.events.twins_per_mille > 0 && self.events.random.chance(self.events.twins_per_mille) {
            let twin = Event { id: self.new_id("evt"), ..event.clone() };
            self.events.add(twin, webhook);
        }
        self.events.add(event, webhook);
    }

    fn freeze(&self, what: Snapshot) -> Frozen {
        match what {
            Snapshot::Customer(at) => Frozen::Customer(Box::new(self.customers[at].clone())),
            Snapshot::Product(at) => Frozen::Product(at),
            Snapshot::Price(at) => Frozen::Price(at),
            Snapshot::Subscription(at) => Frozen::Subscription(Box::new(self.subscriptions[at].clone())),
            Snapshot::Invoice(at) => Frozen::Invoice(Box::new(self.invoices[at].clone())),
            Snapshot::InvoicePayment(at) => {
                Frozen::InvoicePayment(Box::new(self.invoice_payments[at].clone()))
            }
            Snapshot::Intent(at) => Frozen::Intent(Box::new(self.intents[at].clone())),
            Snapshot::Charge(at) => Frozen::Charge(Box::new(self.charges[at].clone())),
            Snapshot::Refund(at) => Frozen::Refund(Box::new(self.refunds[at].clone())),
            Snapshot::Dispute(at) => Frozen::Dispute(Box::new(self.disputes[at].clone())),
            Snapshot::Payout(at) => Frozen::Payout(Box::new(self.payouts[at].clone())),
        }
    }
}
