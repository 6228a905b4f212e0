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

    /// The balance kept at a provider in one currency, against the books.
    pub struct ProviderTieOut {
        /// The provider.
        pub title: String,
        /// The account in the books.
        pub account: String,
        /// What the provider said that there is; absent where it never did.
        pub provider_says: Option<Amount>,
        /// What of it can be paid out.
        pub available: Option<Amount>,
        /// When it said so, RFC 3339.
        pub told_at: Option<String>,
        /// When the provider was last read, RFC 3339.
        pub read_at: String,
        /// What the ledger says.
        pub ledger_says: Amount,
        /// Provider minus ledger.
        pub unexplained: Option<Amount>,
        /// Payouts that the bank has not shown.
        pub underway_count: u64,
        /// Their sum.
        pub underway: Amount,
    }

    /// The tie-out of bank accounts and of balances kept at providers.
    pub struct TieOut {
        /// Per bank account.
        pub rows: Vec<TieOutRow>,
        /// Per provider and currency.
        pub providers: Vec<ProviderTieOut>,
    }

    /// Providers' payouts, newest first.
    pub struct ProviderPayoutsIndex {
        /// Keys of all of them.
        pub keys: Vec<i64>,
    }

    /// One payout of a provider, three ways.
    pub struct ProviderPayoutRow {
        /// Its key.
        pub key: i64,
        /// The provider's id.
        pub id: String,
        /// The provider.
        pub title: String,
        /// The day it was made.
        pub created_on: String,
        /// The day the provider expects it at the bank.
        pub expected_on: String,
        /// `underway`, `arrived`, `failed`, `cancelled`, `before_the_books`.
        pub state: String,
        /// What the provider says it sent.
        pub provider_says: Amount,
        /// What the books have as sent; absent where it was before they began.
        pub ledger_says: Option<Amount>,
        /// The entry that sent it.
        pub entry: Option<i64>,
        /// What the bank shows.
        pub bank_says: Option<Amount>,
        /// The day of the bank's line.
        pub bank_on: Option<String>,
        /// The bank's line.
        pub bank_text: String,
        /// Its id.
        pub bank_line: Option<String>,
        /// The entry in which both met.
        pub deposit: Option<i64>,
        /// What nobody has explained; zero where all agree.
        pub unexplained: Amount,
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
