//! What sources brought, and the metrics that are made of it.

use super::*;

wire! {
    /// What `sync` is asked.
    pub struct SyncInput {
        /// Names of providers; empty for all.
        pub providers: Vec<String>,
        /// Reads what happened in so many last hours once more, 0 for everything (JS-10); absent for what is new.
        pub again_hours: Option<u32>,
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
        /// Our id of the customer, where they are known.
        pub customer_id: Option<String>,
        /// The customer's name, else the provider's id.
        pub customer_name: String,
        /// The provider's id of the price.
        pub price: String,
        /// The price's name; may be empty.
        pub name: String,
        /// How many.
        pub quantity: u64,
        /// `month`, `3 months`, `year`.
        pub every: String,
        /// All of that in words: `4 × Team, every month`; what it costs a month where the price has no name.
        pub plan: String,
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
        /// Its last invoice is not paid; it counts all the same.
        pub past_due: bool,
    }

    /// Recurring revenue in one currency.
    pub struct RecurringRevenue {
        /// A month.
        pub mrr: Amount,
        /// A year: twelve months.
        pub arr: Amount,
        /// Customers who pay.
        pub customers: u64,
        /// What subscriptions that are past due add a month, or would add if they counted.
        pub past_due: Amount,
        /// Everything that makes it up.
        pub parts: Vec<RecurringPart>,
    }

    /// What changed what one customer pays a month.
    pub struct RecurringChange {
        /// `new`, `reactivation`, `expansion`, `contraction`, `churn`.
        pub kind: String,
        /// When it began or ended, RFC 3339; absent where the provider tells only that it changed.
        pub on: Option<String>,
        /// What happened, in words.
        pub text: String,
        /// A month before.
        pub before: Amount,
        /// A month after.
        pub after: Amount,
        /// The difference.
        pub amount: Amount,
        /// The provider's id of the customer.
        pub customer: String,
        /// Our id of the customer, where they are known.
        pub customer_id: Option<String>,
        /// The customer's name, else the provider's id.
        pub customer_name: String,
    }

    /// All changes of one kind in one currency.
    pub struct RecurringStep {
        /// As in a change.
        pub kind: String,
        /// The sum.
        pub amount: Amount,
        /// How many customers.
        pub count: u32,
        /// Recurring revenue before this step.
        pub from: Amount,
        /// And after it.
        pub to: Amount,
    }

    /// The way from the start to the end in one currency: `start` and all steps are `end`, to the cent.
    pub struct RecurringFlow {
        /// At the end of the first day.
        pub start: Amount,
        /// What changed.
        pub steps: Vec<RecurringStep>,
        /// At the end of the last day.
        pub end: Amount,
        /// The difference.
        pub change: Amount,
        /// The difference in percent of the start, such as `+3.6`; absent where there was nothing.
        pub percent: Option<String>,
    }

    /// How recurring revenue of one currency fared from the start to the end (C-15). Percentages and the quick ratio are
    /// text to a tenth; what would divide by nothing is absent.
    pub struct RecurringRatios {
        /// The currency.
        pub currency: String,
        /// Customers who paid at the start.
        pub customers_at_start: u64,
        /// How many of them left.
        pub customers_left: u64,
        /// Logo churn in percent: customers who left / customers at the start.
        pub logo_churn: Option<String>,
        /// Gross MRR churn in percent: (contraction + churn) / start.
        pub gross_churn: Option<String>,
        /// Net revenue retention in percent: (start + expansion − contraction − churn) / start; reactivation is not in it.
        pub net_retention: Option<String>,
        /// Gross revenue retention in percent: the net one without expansion.
        pub gross_retention: Option<String>,
        /// Quick ratio: (new + expansion + reactivation) / (contraction + churn).
        pub quick_ratio: Option<String>,
        /// ARPA: recurring revenue / customers at the end, a month.
        pub revenue_per_customer: Option<Amount>,
        /// Income that was booked after the first day up to the last.
        pub income: Amount,
        /// Fees of providers and banks that were booked in the same days.
        pub fees: Amount,
        /// Gross margin in percent: (income − fees) / income. The books tell no other cost of a sale. What plans of more than
        /// a month earn is booked on each month's last day: before it, the margin of that month is too low.
        pub gross_margin: Option<String>,
        /// LTV: ARPA × gross margin / logo churn a month. The churn of these days is divided by their months: whole ones from
        /// a day of one month to the same day of another, else days × 12/365.
        pub lifetime_value: Option<Amount>,
    }

    /// What `metrics_save` keeps.
    pub struct MetricsSave {
        /// Whether subscriptions whose last invoice is not paid count as recurring revenue.
        pub past_due_counts: bool,
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
        /// From the one to the other, by currency.
        pub flows: Vec<RecurringFlow>,
        /// How it fared between them, by currency.
        pub ratios: Vec<RecurringRatios>,
        /// Everything that changed, by currency, kind and customer.
        pub changes: Vec<RecurringChange>,
        /// Whether subscriptions that are past due count.
        pub past_due_counts: bool,
        /// When a provider last told of subscriptions, RFC 3339; absent where none ever did.
        pub told_at: Option<String>,
        /// Whether one is connected that tells of them.
        pub connected: bool,
    }

    /// Recurring revenue in one currency at a glance.
    pub struct GlanceRecurring {
        /// A month.
        pub mrr: Amount,
        /// By how much it changed since the month began.
        pub change: Amount,
        /// Customers who pay.
        pub customers: u64,
    }

    /// Income in one currency at a glance.
    pub struct GlanceEarned {
        /// This month so far.
        pub now: Amount,
        /// In the same days of the month before.
        pub before: Amount,
    }

    /// What a provider of payments keeps in one currency, as the books have it.
    pub struct GlanceKept {
        /// The provider.
        pub title: String,
        /// The account in the books.
        pub account: String,
        /// What stands there.
        pub balance: Amount,
        /// What is on its way to the bank.
        pub underway: Amount,
    }

    /// Money at a glance.
    pub struct Glance {
        /// `2026-11`.
        pub month: String,
        /// The first day of the month.
        pub from: String,
        /// Today.
        pub to: String,
        /// The first of the days that it is compared with.
        pub before_from: String,
        /// And the last.
        pub before_to: String,
        /// What recurs, by currency; empty where no subscription is known.
        pub recurring: Vec<GlanceRecurring>,
        /// What was earned, by currency.
        pub earned: Vec<GlanceEarned>,
        /// What providers keep, by currency.
        pub kept: Vec<GlanceKept>,
        /// When a provider last told of subscriptions, RFC 3339; absent where none ever did.
        pub told_at: Option<String>,
        /// Whether one is connected that tells of them.
        pub connected: bool,
    }
}
