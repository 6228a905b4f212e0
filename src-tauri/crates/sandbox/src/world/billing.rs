//! Subscriptions live: trials end, periods begin, plans change, customers leave.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{Line, PaysBy};
use crate::time::{DAY, HOUR, add_months, date};

/// From the creation of a renewal's invoice until it is finalised, as the card processor does it.
const DRAFT_SECONDS: i64 = HOUR;
const FEEDBACK: [&str; 5] = ["too_expensive", "missing_features", "switched_service", "unused", "other"];

impl World {
    pub(super) fn trial_will_end(&mut self, subscription: usize) {
        if self.subscriptions[subscription].status != "trialing" {
            return;
        }
        self.emit("customer.subscription.trial_will_end", Snapshot::Subscription(subscription));
        if self.random.chance(300) {
            self.ask_to_cancel(subscription);
        }
    }

    pub(super) fn period_ends(&mut self, subscription: usize) {
        if self.subscriptions[subscription].ended_at.is_some() {
            return;
        }
        if self.subscriptions[subscription].cancel_at_period_end {
            self.end_subscription(subscription, "cancellation_requested");
            return;
        }
        let next_price = self.subscriptions[subscription].next_price.take();
        let price = next_price.unwrap_or(self.subscriptions[subscription].price);
        let months = if self.prices[price].interval == Some("year") { 12 } else { 1 };
        let tier = self.prices[price].tier;
        let now = self.now;
        let row = &mut self.subscriptions[subscription];
        if next_price.is_some() && tier != 1 {
            row.quantity = 1;
        }
        row.price = price;
        row.periods += 1;
        row.period_start = now;
        row.period_end = add_months(row.anchor, row.periods * months);
        if row.status == "trialing" {
            row.status = "active";
        }
        let period_end = row.period_end;
        self.emit("customer.subscription.updated", Snapshot::Subscription(subscription));
        let invoice = self.bill_period(subscription, "subscription_cycle");
        self.agenda.plan(now + DRAFT_SECONDS, Action::FinalizeInvoice(invoice));
        self.agenda.plan(period_end, Action::PeriodEnds(subscription));
        self.draw_the_period(subscription, period_end);
    }

    /// What the customer will do in the period that begins.
    fn draw_the_period(&mut self, subscription: usize, period_end: i64) {
        let customer = self.subscriptions[subscription].customer;
        if self.random.chance(self.config.declines_per_mille) {
            self.spoil_card(customer);
        }
        let tier = self.prices[self.subscriptions[subscription].price].tier;
        match self.random.below(100) {
            0..4 => self.ask_to_cancel(subscription),
            4..10 => {
                let days = (period_end - self.now) / DAY;
                let at = self.now + self.random.between(3, (days - 3).max(4)) * DAY + 5 * HOUR;
                self.agenda.plan(at, Action::PlanChanges(subscription));
            }
            10 if tier > 0 => self.downgrade(subscription, tier - 1),
            _ => {}
        }
    }

    fn spoil_card(&mut self, customer: usize) {
        let now = self.now;
        let forever = self.random.chance(250);
        let days = self.random.between(1, 12);
        let code = if forever {
            self.random.pick(&["expired_card", "stolen_card", "lost_card"])
        } else {
            self.random.pick(&["insufficient_funds", "generic_decline", "do_not_honor"])
        };
        let card = &mut self.customers[customer].card;
        card.declines_until = if forever { i64::MAX } else { now + days * DAY };
        card.decline_code = code;
    }

    fn downgrade(&mut self, subscription: usize, tier: usize) {
        let price = &self.prices[self.subscriptions[subscription].price];
        let cheaper = self.plan_price(tier, price.interval.unwrap_or("month"), price.currency);
        self.subscriptions[subscription].next_price = Some(cheaper);
        if tier == 1 {
            self.subscriptions[subscription].quantity = 1;
        }
    }

    fn ask_to_cancel(&mut self, subscription: usize) {
        let feedback = *self.random.pick(&FEEDBACK);
        let now = self.now;
        let row = &mut self.subscriptions[subscription];
        row.cancel_at_period_end = true;
        row.canceled_at = Some(now);
        row.cancel_reason = Some("cancellation_requested");
        row.feedback = Some(feedback);
        self.emit("customer.subscription.updated", Snapshot::Subscription(subscription));
    }

    pub(super) fn end_subscription(&mut self, subscription: usize, reason: &'static str) {
        let now = self.now;
        let row = &mut self.subscriptions[subscription];
        row.status = "canceled";
        row.canceled_at.get_or_insert(now);
        row.ended_at = Some(now);
        row.cancel_reason = Some(reason);
        self.emit("customer.subscription.deleted", Snapshot::Subscription(subscription));
    }

    pub(super) fn set_subscription_status(&mut self, subscription: usize, status: &'static str) {
        let row = &mut self.subscriptions[subscription];
        if row.ended_at.is_none() && row.status != status && row.status != "trialing" {
            row.status = status;
            self.emit("customer.subscription.updated", Snapshot::Subscription(subscription));
        }
    }

    /// A draft for the period that has just begun.
    pub(super) fn bill_period(&mut self, subscription: usize, reason: &'static str) -> usize {
        let row = &self.subscriptions[subscription];
        let (customer, price, quantity) = (row.customer, row.price, row.quantity);
        let trial = row.status == "trialing";
        let name = self.products[self.prices[price].product].name;
        let amount = if trial { 0 } else { self.prices[price].unit_amount * quantity };
        let description =
            if trial { format!("Trial period for {name}") } else { format!("{quantity} × {name}") };
        let line = Line {
            id: String::new(),
            description,
            amount,
            discount: 0,
            tax: 0,
            quantity,
            price,
            period_start: row.period_start,
            period_end: row.period_end,
            proration: false,
            subscription: Some(subscription),
            invoice_item: String::new(),
        };
        self.draft_invoice(customer, Some(subscription), reason, vec![line])
    }

    /// An upgrade in the middle of a period: the unused part is credited, the rest of the dearer plan billed.
    pub(super) fn plan_changes(&mut self, subscription: usize) {
        let row = self.subscriptions[subscription].clone();
        let tier = self.prices[row.price].tier;
        let by_card = self.customers[row.customer].pays_by == PaysBy::Card;
        if row.status != "active"
            || row.cancel_at_period_end
            || tier > 1
            || !by_card
            || row.next_price.is_some()
        {
            return;
        }
        let old = &self.prices[row.price];
        let new_price = self.plan_price(tier + 1, old.interval.unwrap_or("month"), old.currency);
        let new_quantity = if tier == 0 { 3 } else { 1 };
        let (left, whole) = (row.period_end - self.now, row.period_end - row.period_start);
        let lines = vec![
            self.prorated(subscription, (row.price, row.quantity), -1, left, whole),
            self.prorated(subscription, (new_price, new_quantity), 1, left, whole),
        ];
        self.subscriptions[subscription].price = new_price;
        self.subscriptions[subscription].quantity = new_quantity;
        self.emit("customer.subscription.updated", Snapshot::Subscription(subscription));
        let invoice = self.draft_invoice(row.customer, Some(subscription), "subscription_update", lines);
        self.finalize_invoice(invoice);
    }

    /// The part of a plan for the `left` seconds of a period of `whole` seconds, rounded half up.
    fn prorated(
        &self,
        subscription: usize,
        (price, quantity): (usize, i64),
        sign: i64,
        left: i64,
        whole: i64,
    ) -> Line {
        let full = i128::from(self.prices[price].unit_amount * quantity) * i128::from(left);
        let amount = (full + i128::from(whole) / 2) / i128::from(whole);
        let name = self.products[self.prices[price].product].name;
        let what = if sign < 0 { "Unused time on" } else { "Remaining time on" };
        let day = date(self.now).format("%d %b %Y");
        Line {
            id: String::new(),
            description: format!("{what} {quantity} × {name} after {day}"),
            amount: sign * i64::try_from(amount).unwrap_or(i64::MAX),
            discount: 0,
            tax: 0,
            quantity,
            price,
            period_start: self.now,
            period_end: self.now + left,
            proration: true,
            subscription: Some(subscription),
            invoice_item: String::new(),
        }
    }
}
