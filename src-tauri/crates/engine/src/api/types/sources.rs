//! What sources brought, and the metrics that are made of it.

use super::*;

wire! {
    /// What `sync` is asked.
    pub struct SyncInput {
        /// Names of providers; empty for all.
        pub providers: Vec<String>,
    }

    /// How many facts of a kind came in.
    pub struct SyncedKind {
        /// `invoice`, `charge`, `movement`…
        pub kind: String,
        /// Not seen before in this state.
        pub new: u64,
        /// Seen before.
        pub known: u64,
        /// Kept, but not understood.
        pub unreadable: u64,
    }

    /// What one source brought.
    pub struct SyncedSource {
        /// The connection: `stripe:main`.
        pub id: String,
        /// By kind.
        pub kinds: Vec<SyncedKind>,
        /// Why it was not read to the end.
        pub error: Option<String>,
        /// Where its balance and the books differ, in words.
        pub differences: Vec<String>,
    }

    /// What `sync` brought.
    pub struct SyncReport {
        /// By connection.
        pub sources: Vec<SyncedSource>,
        /// The books' sequence now.
        pub sequence: u64,
        /// One sentence.
        pub say: String,
    }

    /// What `metrics` is asked.
    pub struct MetricsInput {
        /// First day, ISO; absent for the end alone.
        pub from: Option<String>,
        /// Last day, ISO; absent for today.
        pub to: Option<String>,
    }

    /// What one price of a subscription adds to recurring revenue.
    pub struct RecurringPart {
        /// The provider's id of the subscription.
        pub subscription: String,
        /// The provider's id of the customer.
        pub customer: String,
        /// The provider's id of the price.
        pub price: String,
        /// The price's name; may be empty.
        pub name: String,
        /// How many.
        pub quantity: u64,
        /// `month`, `3 months`, `year`.
        pub every: String,
        /// A month of it without discounts.
        pub gross: Amount,
        /// What running discounts take off.
        pub discount: Amount,
        /// What it adds.
        pub amount: Amount,
        /// Why it adds nothing.
        pub left_out: Option<String>,
        /// A running discount is not known and was not taken off.
        pub discount_unknown: bool,
    }

    /// Recurring revenue in one currency.
    pub struct RecurringRevenue {
        /// A month.
        pub mrr: Amount,
        /// A year: twelve months.
        pub arr: Amount,
        /// Customers who pay.
        pub customers: u64,
        /// Everything that makes it up.
        pub parts: Vec<RecurringPart>,
    }

    /// Recurring revenue at the end of one day, or of two.
    pub struct Metrics {
        /// First day.
        pub from: Option<String>,
        /// Last day.
        pub to: String,
        /// At the end of the first day; empty without one.
        pub start: Vec<RecurringRevenue>,
        /// At the end of the last day.
        pub end: Vec<RecurringRevenue>,
    }
}
