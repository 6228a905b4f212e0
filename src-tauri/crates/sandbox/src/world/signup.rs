//! Customers come, choose a plan and a way to pay.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{Card, Customer, PaysBy, Subscription};
use crate::names::{BRANDS, CITIES, COMPANY, COUNTRIES, FIRST, LAST, TRADE};
use crate::random::{fingerprint, letters};
use crate::time::{DAY, HOUR, add_months};

const FIRST_WEEK_PER_MILLE: i64 = 400;
const GROWTH_DAYS: i64 = 83;
const TRIAL_DAYS: i64 = 14;

impl World {
    pub(super) fn plan_first_customers(&mut self) {
        let early = i64::from(self.config.customers) * FIRST_WEEK_PER_MILLE / 1000;
        for _ in 0..early {
            let at = self.now + self.random.between(60, 7 * DAY);
            self.agenda.plan(at, Action::CustomerArrives);
        }
        if self.config.customers > 0 {
            let at = self.now + 7 * DAY + self.next_gap();
            self.agenda.plan(at, Action::NextArrival);
        }
    }

    pub(super) fn next_arrival(&mut self) {
        self.customer_arrives();
        let at = self.now + self.next_gap();
        self.agenda.plan(at, Action::NextArrival);
    }

    fn next_gap(&mut self) -> i64 {
        let later = i64::from(self.config.customers) * (1000 - FIRST_WEEK_PER_MILLE) / 1000;
        let mean = GROWTH_DAYS * DAY / later.max(1);
        self.random.between(60, 2 * mean)
    }

    pub(super) fn customer_arrives(&mut self) {
        let customer = self.add_customer();
        self.emit("customer.created", Snapshot::Customer(customer));
        let pays_by = self.customers[customer].pays_by;
        let currency = self.customers[customer].currency;
        let yearly = self.random.chance(if pays_by == PaysBy::Card { 200 } else { 350 });
        let tier = match self.random.below(100) {
            0..45 => 0,
            45..85 => 1,
            _ => 2,
        };
        let price = self.plan_price(tier, if yearly { "year" } else { "month" }, currency);
        let quantity = if tier == 1 { self.random.between(2, 12) } else { 1 };
        let trial = pays_by == PaysBy::Card && self.random.chance(350);
        self.subscribe(customer, price, quantity, trial);
        if pays_by == PaysBy::Card {
            self.plan_extras(customer);
        }
    }

    fn plan_extras(&mut self, customer: usize) {
        if self.random.chance(120) {
            let at = self.now + self.random.between(1, 40) * DAY + self.random.between(0, 10) * HOUR;
            self.agenda.plan(at, Action::BilledOnce(customer));
        }
        if self.random.chance(60) {
            let at = self.now + self.random.between(1, 60) * DAY + self.random.between(0, 10) * HOUR;
            self.agenda.plan(at, Action::ChargedDirectly(customer));
        }
    }

    fn add_customer(&mut self) -> usize {
        let id = self.new_id("cus");
        let (country, mut currency, ending, tax_basis_points) = *self.random.pick(&COUNTRIES);
        if !self.config.euros {
            currency = "usd";
        }
        let first = *self.random.pick(&FIRST);
        let last = *self.random.pick(&LAST);
        let company = format!("{} {}", self.random.pick(&COMPANY), self.random.pick(&TRADE));
        let by_hand = self.config.by_hand_per_mille;
        let draw = self.random.below(1000);
        let pays_by = if draw < u64::from(self.config.transfers_per_mille) {
            PaysBy::Transfer
        } else if draw < u64::from(self.config.transfers_per_mille + by_hand) {
            if self.random.chance(500) { PaysBy::Cash } else { PaysBy::Check }
        } else {
            PaysBy::Card
        };
        let private = pays_by == PaysBy::Cash || self.random.chance(350);
        let name = if private { format!("{first} {last}") } else { format!("{company} {ending}") };
        let domain: String = company.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let user: String = first.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let number = self.customers.len() + 1;
        let city: &'static str = self.random.pick::<&str>(&CITIES);
        let affiliate =
            self.random.chance(150).then(|| self.random.below(self.affiliates.len() as u64) as usize);
        let (brand, last4) = *self.random.pick(&BRANDS);
        let state = fingerprint(&id);
        let card = Card {
            brand,
            last4,
            fingerprint: letters(state, 16),
            payment_method: self.new_id("pm"),
            declines_until: 0,
            decline_code: "generic_decline",
        };
        self.customers.push(Customer {
            created: self.now,
            name,
            email: format!("{user}{number}@{domain}.example"),
            country,
            city,
            currency,
            tax_basis_points,
            pays_by,
            card,
            affiliate,
            delinquent: false,
            balance: 0,
            invoice_prefix: letters(state ^ 7, 8).to_uppercase(),
            next_number: 1,
            id,
        })
    }

    fn subscribe(&mut self, customer: usize, price: usize, quantity: i64, trial: bool) {
        let months = if self.prices[price].interval == Some("year") { 12 } else { 1 };
        let trial_end = trial.then_some(self.now + TRIAL_DAYS * DAY);
        let period_end = trial_end.unwrap_or_else(|| add_months(self.now, months));
        let (id, item_id) = (self.new_id("sub"), self.new_id("si"));
        let discount = self.random.chance(self.config.discounts_per_mille).then(|| self.new_id("di"));
        let subscription = self.subscriptions.push(Subscription {
            id,
            item_id,
            created: self.now,
            customer,
            price,
            quantity,
            status: if trial { "trialing" } else { "active" },
            trial_end,
            period_start: self.now,
            period_end,
            anchor: trial_end.unwrap_or(self.now),
            periods: u32::from(!trial),
            cancel_at_period_end: false,
            canceled_at: None,
            ended_at: None,
            cancel_reason: None,
            feedback: None,
            latest_invoice: None,
            discount,
            next_price: None,
        });
        self.emit("customer.subscription.created", Snapshot::Subscription(subscription));
        self.agenda.plan(period_end, Action::PeriodEnds(subscription));
        if trial {
            self.agenda.plan(period_end - 3 * DAY, Action::TrialWillEnd(subscription));
        } else if self.customers[customer].pays_by == PaysBy::Card && self.random.chance(40) {
            // A typo in the card number, corrected within minutes.
            self.customers[customer].card.declines_until = self.now + 600;
            self.customers[customer].card.decline_code = "incorrect_cvc";
        }
        let invoice = self.bill_period(subscription, "subscription_create");
        self.finalize_invoice(invoice);
    }
}
