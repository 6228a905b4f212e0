//! What the company sells, and the standing dates of its calendar.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{Price, Product};
use crate::config::PayoutSchedule;
use crate::names::EXPENSES;
use crate::time::{DAY, HOUR, day_number, next_month};

/// Name, sentence, month's price in minor units. A year costs ten months.
const PLANS: [(&str, &str, i64); 3] = [
    ("Starter", "For one person", 2_900),
    ("Team", "Per seat, with shared boards", 1_900),
    ("Scale", "Everything, with a person who answers", 24_900),
];
const ONCE: [(&str, &str, i64); 2] =
    [("Onboarding session", "Two hours with a specialist", 45_000), ("Data import", "Done for you", 19_900)];
pub(crate) const CURRENCIES: [&str; 2] = ["usd", "eur"];

impl World {
    pub(super) fn open_the_company(&mut self) {
        for (tier, (name, description, unit_amount)) in PLANS.into_iter().enumerate() {
            let product = self.add_product(name, description);
            for currency in CURRENCIES {
                self.add_price(product, currency, Some("month"), unit_amount, tier);
                self.add_price(product, currency, Some("year"), unit_amount * 10, tier);
            }
        }
        for (name, description, unit_amount) in ONCE {
            let product = self.add_product(name, description);
            for currency in CURRENCIES {
                self.add_price(product, currency, None, unit_amount, 0);
            }
        }
        self.open_bank_accounts();
        self.open_affiliates();
        self.plan_the_calendar();
        self.plan_first_customers();
    }

    fn plan_the_calendar(&mut self) {
        let first_run = match self.config.payouts {
            PayoutSchedule::Daily => self.now + DAY + HOUR / 2,
            // Day 4 after 1970 was a Monday.
            PayoutSchedule::Weekly => {
                self.now + (7 - (day_number(self.now) - 4).rem_euclid(7)) * DAY + HOUR / 2
            }
        };
        self.agenda.plan(first_run, Action::PayoutRun);
        let month = next_month(self.now);
        self.agenda.plan(month, Action::MonthOver);
        self.agenda.plan(month + 2 * HOUR, Action::ProcessorFee);
        if !self.config.expenses {
            return;
        }
        self.agenda.plan(month + 9 * HOUR, Action::BankFee);
        for which in 0..EXPENSES.len() {
            let first = self.now + self.random.between(1, 28) * DAY + 11 * HOUR;
            self.agenda.plan(first, Action::Expense(which));
        }
    }

    pub(super) fn month_over(&mut self) {
        self.truth.month_over(self.now);
        self.agenda.plan(next_month(self.now), Action::MonthOver);
    }

    fn add_product(&mut self, name: &'static str, description: &'static str) -> usize {
        let id = self.new_id("prod");
        let product =
            self.products.push(Product { id, created: self.now, name, description, default_price: None });
        self.emit("product.created", Snapshot::Product(product));
        product
    }

    fn add_price(
        &mut self,
        product: usize,
        currency: &'static str,
        interval: Option<&'static str>,
        unit_amount: i64,
        tier: usize,
    ) {
        let id = self.new_id("price");
        let name = self.products[product].name.to_lowercase().replace(' ', "_");
        let lookup_key = format!("{name}_{}_{currency}", interval.unwrap_or("once"));
        let price = self.prices.push(Price {
            id,
            created: self.now,
            product,
            currency,
            interval,
            unit_amount,
            lookup_key,
            tier,
        });
        self.products[product].default_price.get_or_insert(price);
        self.emit("price.created", Snapshot::Price(price));
    }

    /// The price of a plan; `interval` is `month` or `year`.
    pub(super) fn plan_price(&self, tier: usize, interval: &str, currency: &str) -> usize {
        self.prices
            .rows()
            .iter()
            .position(|price| {
                price.tier == tier && price.interval == Some(interval) && price.currency == currency
            })
            .unwrap_or(0)
    }

    /// One of the things sold once.
    pub(super) fn once_price(&self, which: usize, currency: &str) -> usize {
        let mut once = self
            .prices
            .rows()
            .iter()
            .enumerate()
            .filter(|(_, price)| price.interval.is_none() && price.currency == currency);
        once.nth(which).map_or(0, |(at, _)| at)
    }
}
