//! The founder's one queue, and the Today screen.

use super::*;

wire_enum! {
    /// How bad it is.
    pub enum Severity {
        /// Money or data at risk now.
        Critical,
        /// Today.
        High,
        /// This week.
        Medium,
        /// When there is time.
        Low,
    }
}

wire! {
    /// Something only the founder can decide (invariant 8).
    pub struct Decision {
        /// Its id.
        pub id: String,
        /// `unmatched_line`, `short_payment`, `approve_batch`, `effect_unknown`, `verify_failed`…
        pub kind: String,
        /// How bad.
        pub severity: Severity,
        /// The situation.
        pub title: String,
        /// The cause.
        pub reason: String,
        /// Money at stake.
        pub amount: Option<Amount>,
        /// Since when, RFC 3339.
        pub since: String,
        /// Until when, RFC 3339.
        pub due: Option<String>,
        /// Actions that resolve it, such as `confirm`, `file`, `approve`, `done`, `snooze`.
        pub actions: Vec<String>,
        /// What it is about, such as `line:<id>` or `batch:<id>`.
        pub subject: String,
        /// Facts shown when it is opened.
        pub facts: Vec<Fact>,
        /// Where it is decided, as a route such as `/money-in/match/<id>`.
        pub route: String,
    }

    /// A part of the usable cash.
    pub struct CashPart {
        /// Account name.
        pub name: String,
        /// The account in the books.
        pub account: String,
        /// Balance.
        pub amount: Amount,
    }

    /// One point of the cash line.
    pub struct CashPoint {
        /// ISO date.
        pub date: String,
        /// Balance at the end of that day, base currency.
        pub amount: Amount,
    }

    /// A dated fact of the coming week.
    pub struct WeekFact {
        /// ISO date.
        pub date: String,
        /// What happens.
        pub text: String,
        /// How much.
        pub amount: Option<Amount>,
    }

    /// Something the program did today.
    pub struct Ran {
        /// RFC 3339.
        pub at: String,
        /// What.
        pub text: String,
        /// With what result.
        pub result: String,
        /// Whether it failed.
        pub failed: bool,
    }

    /// The Today screen.
    pub struct Today {
        /// The queue, in its order: due within 24 h, then money, then by deadline.
        pub decisions: Vec<Decision>,
        /// Money at stake, base currency only.
        pub at_stake: Amount,
        /// Decisions in other currencies, not in `at_stake`.
        pub other_currencies: u32,
        /// Estimated minutes for all of it.
        pub minutes: u32,
        /// Usable cash, base currency.
        pub cash: Amount,
        /// Its parts.
        pub cash_parts: Vec<CashPart>,
        /// The last 90 days.
        pub cash_line: Vec<CashPoint>,
        /// Open invoices in the base currency.
        pub owed: Amount,
        /// How many.
        pub owed_count: u32,
        /// Of that overdue.
        pub overdue: Amount,
        /// The next dated facts.
        pub week: Vec<WeekFact>,
        /// What ran today, newest first.
        pub ran: Vec<Ran>,
    }

    /// Puts an item away until a time.
    pub struct Snooze {
        /// The decision.
        pub id: String,
        /// RFC 3339; empty for tomorrow 09:00 in the company's zone.
        pub until: String,
    }

    /// Something found by the palette.
    pub struct Found {
        /// `decision`, `invoice`, `customer`, `payment`, `line`, `entry`.
        pub kind: String,
        /// First line.
        pub title: String,
        /// Second line.
        pub sub: String,
        /// Where it opens.
        pub route: String,
        /// Amount, if any.
        pub amount: Option<Amount>,
    }

    /// A palette search.
    pub struct FoundList {
        /// At most 20 in order: what needs you, then records.
        pub found: Vec<Found>,
    }
}

impl From<purser_core::attention::Severity> for Severity {
    fn from(severity: purser_core::attention::Severity) -> Severity {
        use purser_core::attention::Severity as Core;
        match severity {
            Core::Critical => Severity::Critical,
            Core::High => Severity::High,
            Core::Medium => Severity::Medium,
            Core::Low => Severity::Low,
        }
    }
}

impl From<Severity> for purser_core::attention::Severity {
    fn from(severity: Severity) -> purser_core::attention::Severity {
        use purser_core::attention::Severity as Core;
        match severity {
            Severity::Critical => Core::Critical,
            Severity::High => Core::High,
            Severity::Medium => Core::Medium,
            Severity::Low => Core::Low,
        }
    }
}
