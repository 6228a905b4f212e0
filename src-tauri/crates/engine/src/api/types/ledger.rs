//! The journal, balances, tie-out and audit.

use super::*;

wire! {
    /// Which entries.
    pub struct JournalFilter {
        /// Account or its beginning; empty for all.
        pub account: String,
        /// First day, ISO date; empty for all.
        pub from: String,
        /// Last day, ISO date; empty for all.
        pub to: String,
        /// Words, an amount or an entry number.
        pub text: String,
        /// `date` or `entry`, with `-` in front for the newest first; empty for the newest day first.
        #[serde(default)]
        pub sort: String,
        /// The last key of the page before; none for the first page.
        #[serde(default)]
        pub after: Option<i64>,
    }

    /// A page of the list's index.
    pub struct JournalIndex {
        /// Entry numbers in the order asked for; with the newest day first at most 2,000, else all.
        pub keys: Vec<i64>,
        /// Whether older ones fit too.
        pub more: bool,
        /// Entries in the whole ledger.
        pub total: u64,
    }

    /// An entry in the list.
    pub struct JournalRow {
        /// Entry number.
        pub key: i64,
        /// ISO date.
        pub date: String,
        /// What happened.
        pub text: String,
        /// Where it went, short.
        pub to: String,
        /// Where it came from, short.
        pub from: String,
        /// Sum of its debits in its first currency.
        pub amount: Amount,
        /// Whether it was reversed.
        pub reversed: bool,
    }

    /// A part of an amount's explanation.
    pub struct WhyPart {
        /// What.
        pub text: String,
        /// How much.
        pub amount: Amount,
        /// Where it opens; empty for none.
        pub route: String,
    }

    /// One entry.
    pub struct EntryDetail {
        /// Its row.
        pub row: JournalRow,
        /// Its postings.
        pub postings: Vec<PostingLine>,
        /// What adds up to it.
        pub why: Vec<WhyPart>,
        /// Who booked it, in words.
        pub by: String,
        /// RFC 3339.
        pub booked_at: String,
        /// First and last 4 hex digits of its audit row's hash.
        pub seal: String,
        /// Raw statement line behind it.
        pub raw: Option<String>,
        /// Entry that it reverses.
        pub reverses: Option<i64>,
        /// Entry that reverses it.
        pub reversed_by: Option<i64>,
    }

    /// Balances on a day.
    pub struct BalancesInput {
        /// ISO date; empty for now.
        pub as_of: String,
    }

    /// A balance.
    pub struct BalanceRow {
        /// Account name.
        pub account: String,
        /// Balance, debit positive.
        pub balance: Amount,
        /// Postings in it.
        pub postings: u64,
    }

    /// All balances.
    pub struct Balances {
        /// By account, then currency.
        pub rows: Vec<BalanceRow>,
        /// Sum of assets in the base currency, and so on; debit positive.
        pub totals: Vec<BalanceRow>,
        /// ISO date.
        pub as_of: String,
    }

    /// A bank account against its statement.
    pub struct TieOutRow {
        /// Account name.
        pub account: String,
        /// Opening balance.
        pub opening: Amount,
        /// Sum of imported lines.
        pub lines: Amount,
        /// Lines.
        pub count: u64,
        /// What the bank says: opening plus lines.
        pub bank_says: Amount,
        /// What the ledger says.
        pub ledger_says: Amount,
        /// Bank minus ledger.
        pub unexplained: Amount,
        /// Still in suspense, from this account.
        pub suspense: Amount,
        /// Lines in suspense.
        pub suspense_count: u64,
        /// Date of the last line.
        pub last_line_on: Option<String>,
    }

    /// The tie-out of bank accounts.
    pub struct TieOut {
        /// Per account.
        pub rows: Vec<TieOutRow>,
    }

    /// The audit's index.
    pub struct AuditIndex {
        /// Sequence numbers, newest first.
        pub keys: Vec<i64>,
    }

    /// An audit row.
    pub struct AuditRow {
        /// Sequence number.
        pub key: i64,
        /// RFC 3339.
        pub at: String,
        /// Who.
        pub actor: String,
        /// What, such as `match.confirm`.
        pub action: String,
        /// About what.
        pub subject: String,
        /// Details, one line.
        pub detail: String,
        /// First 8 hex digits of its hash.
        pub seal: String,
    }

    /// Rows of the journal.
    pub struct JournalRows {
        /// Rows.
        pub rows: Vec<JournalRow>,
    }

    /// Category accounts a line can be filed under.
    pub struct Categories {
        /// Account names, the most used first.
        pub accounts: Vec<String>,
    }
}
