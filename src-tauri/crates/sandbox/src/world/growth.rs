//! Affiliates who bring customers, and how much customers use.

use super::World;
use crate::random::{fingerprint, mixed};
use crate::time::day_number;

const AFFILIATES: [(&str, &str, i64, &str); 6] = [
    ("Nora Feld", "nora", 2000, "paypal"),
    ("Devcast Podcast", "devcast", 2500, "bank_transfer"),
    ("Ben Aziz", "ben", 2000, "paypal"),
    ("Toolbox Weekly", "toolbox", 3000, "bank_transfer"),
    ("Lena Sorel", "lena", 2000, "paypal"),
    ("Makers Forum", "makers", 1500, "bank_transfer"),
];
/// Metric, what a plan of each tier allows in a month.
const METRICS: [(&str, [u64; 3]); 3] =
    [("api_calls", [10_000, 60_000, 400_000]), ("posts", [100, 600, 5_000]), ("seats", [1, 12, 60])];

#[derive(Clone, Debug)]
pub(crate) struct Affiliate {
    pub id: String,
    pub name: &'static str,
    pub code: &'static str,
    pub rate_basis_points: i64,
    pub pays_by: &'static str,
}

/// A sale that an affiliate brought. Amounts are minor units without tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffiliateSale {
    /// The affiliate's id.
    pub affiliate: String,
    /// The customer's id.
    pub customer: String,
    /// The paid invoice.
    pub invoice: String,
    /// When it was paid, seconds since 1970.
    pub at: i64,
    /// Lower case.
    pub currency: &'static str,
    /// The invoice without tax.
    pub net_minor: i64,
    /// Of that, what has been refunded since.
    pub refunded_minor: i64,
    /// The affiliate's share of the net amount that was not refunded, rounded down.
    pub commission_minor: i64,
    /// The share in basis points.
    pub rate_basis_points: i64,
}

/// What a customer used on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The customer's id.
    pub customer: String,
    /// `api_calls`, `posts` or `seats`.
    pub metric: &'static str,
    /// Days since 1970.
    pub day: i64,
    /// That day; seats are a level, not a count.
    pub quantity: u64,
    /// What the plan allows in a month.
    pub limit: u64,
}

impl World {
    pub(super) fn open_affiliates(&mut self) {
        for (name, code, rate_basis_points, pays_by) in AFFILIATES {
            let id = self.new_id("aff");
            self.affiliates.push(Affiliate { id, name, code, rate_basis_points, pays_by });
        }
    }

    pub(super) fn affiliate_earns(&mut self, invoice: usize) {
        let row = &self.invoices[invoice];
        let Some(affiliate) = self.customers[row.customer].affiliate else { return };
        let net = row.net() - (row.credited - row.credited_tax);
        if net <= 0 {
            return;
        }
        let affiliate = &self.affiliates[affiliate];
        self.affiliate_sales.push(AffiliateSale {
            affiliate: affiliate.id.clone(),
            customer: self.customers[row.customer].id.clone(),
            invoice: row.id.clone(),
            at: self.now,
            currency: row.currency,
            net_minor: net,
            refunded_minor: 0,
            commission_minor: net * affiliate.rate_basis_points / 10_000,
            rate_basis_points: affiliate.rate_basis_points,
        });
    }

    /// A refund, or its failure, changes what the sale is worth.
    pub(super) fn affiliate_loses(&mut self, charge: usize) {
        let row = &self.charges[charge];
        let Some(invoice) = row.invoice.map(|invoice| self.invoices[invoice].id.clone()) else { return };
        let refunded = row.refunded - row.tax_returned;
        if let Some(sale) = self.affiliate_sales.iter_mut().find(|sale| sale.invoice == invoice) {
            sale.refunded_minor = refunded;
            sale.commission_minor = (sale.net_minor - refunded) * sale.rate_basis_points / 10_000;
        }
    }

    /// What every subscribed customer used on a day; a pure function of seed, customer and day.
    pub(crate) fn usage(&self, at: i64) -> Vec<Usage> {
        let day = day_number(at);
        let mut all = Vec::new();
        for subscription in self.subscriptions.rows() {
            let lives = subscription.created <= at && subscription.ended_at.is_none_or(|ended| ended > at);
            if !lives {
                continue;
            }
            let customer = &self.customers[subscription.customer];
            let tier = self.prices[subscription.price].tier;
            let mut draw = mixed(self.config.seed ^ fingerprint(&customer.id));
            // Some customers use a tenth of their plan, some a fifth more than it holds.
            let appetite = 10 + draw % 110;
            for (metric, limits) in METRICS {
                let limit = if metric == "seats" && tier == 1 { 12 } else { limits[tier] };
                draw = mixed(draw ^ day.unsigned_abs() ^ fingerprint(metric));
                let quantity = if metric == "seats" {
                    subscription.quantity.unsigned_abs()
                } else {
                    limit * appetite * (50 + draw % 101) / (30 * 100 * 100)
                };
                all.push(Usage { customer: customer.id.clone(), metric, day, quantity, limit });
            }
        }
        all
    }
}
