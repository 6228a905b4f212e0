//! Bank lines and what they pay.

use super::*;

wire_enum! {
    /// Whether a piece of evidence fits.
    pub enum Mark {
        /// Fits.
        Fits,
        /// Fits with a reason to look.
        Partly,
        /// Does not fit.
        Not,
    }

    /// Where a difference between received and open goes.
    pub enum Difference {
        /// There is none.
        None,
        /// The bank kept it: the invoice is paid in full.
        Fee,
        /// It stays open and the customer is asked for it.
        Ask,
        /// It stays open, no mail.
        Open,
        /// It is taken from the customer's credit.
        Credit,
        /// Too much came: the rest becomes the customer's credit.
        Over,
        /// Between two currencies: the rate lost or gained it, and the invoice is paid in full.
        Fx,
    }
}

wire! {
    /// The match list: keys of three groups.
    pub struct MatchIndex {
        /// Lines that need the founder, newest first.
        pub needs_you: Vec<i64>,
        /// Their sum in the base currency.
        pub needs_you_sum: Amount,
        /// Lines whose one explanation only waits for a nod.
        pub ready: Vec<i64>,
        /// Lines booked without asking in the last 7 days.
        pub booked: Vec<i64>,
        /// Their sum in the base currency.
        pub booked_sum: Amount,
    }

    /// A line of the list.
    pub struct LineRow {
        /// The list's key.
        pub key: i64,
        /// The transaction id.
        pub id: String,
        /// Payer as the bank wrote it; `No name` is the screen's business.
        pub payer: String,
        /// Memo as the bank wrote it.
        pub description: String,
        /// ISO date.
        pub date: String,
        /// Signed: negative leaves.
        pub amount: Amount,
        /// Account it came to.
        pub account: String,
        /// `open`, `ready`, `booked`, `filed`, `transfer`.
        pub state: String,
        /// One line on what it might be.
        pub headline: String,
        /// Whether time is running.
        pub alarm: bool,
    }

    /// One evidence line.
    pub struct Evidence {
        /// Whether it fits.
        pub mark: Mark,
        /// `Reference`, `Amount`, `Payer`, `Time`, `History`.
        pub kind: String,
        /// The sentence.
        pub sentence: String,
        /// The piece of the memo it speaks of, to be shown in mono; empty for none.
        pub quote: String,
        /// Where its fact opens; empty for none.
        pub route: String,
    }

    /// Something the line may pay.
    pub struct Candidate {
        /// `1`, `2`…
        pub key: String,
        /// `invoices`, `payment` (recorded, undeposited), `transfer` (own accounts), `refund` (sent by us).
        pub kind: String,
        /// Whose.
        pub title: String,
        /// Which and when due.
        pub sub: String,
        /// Open amount of it all.
        pub open: Amount,
        /// Received minus open: negative is short.
        pub difference: Amount,
        /// Invoice numbers, payment number or the other line's id.
        pub targets: Vec<String>,
        /// Why it fits and why not.
        pub evidence: Vec<Evidence>,
        /// Differences that can be chosen with it.
        pub choices: Vec<Difference>,
        /// Credit the customer has, for `credit`.
        pub credit: Option<Amount>,
        /// In another currency: what the table of rates says the line is worth. Confirming needs an exchange.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub exchange: Option<ExchangeProposal>,
    }

    /// The desk of one line.
    pub struct MatchDesk {
        /// The line.
        pub line: LineRow,
        /// Raw line of the statement.
        pub raw: String,
        /// Why the founder is asked; empty once booked.
        pub why_asked: String,
        /// Best first, at most 5.
        pub candidates: Vec<Candidate>,
        /// What it was booked as, once booked.
        pub booked: Option<BookedLine>,
        /// The category a remembered payee rule would file it under.
        pub rule_account: Option<String>,
    }

    /// How a line was booked.
    pub struct BookedLine {
        /// In words: `Paid NB-202611-0118 in full`.
        pub text: String,
        /// Journal numbers of its entries.
        pub entries: Vec<i64>,
        /// Who: `you` or a rule.
        pub by: String,
        /// RFC 3339.
        pub at: String,
        /// Whether it can be undone.
        pub undoable: bool,
    }

    /// A choice on the desk, to preview or to confirm.
    pub struct MatchChoice {
        /// The transaction id.
        pub line: String,
        /// As in [`Candidate::kind`].
        pub kind: String,
        /// Invoice numbers (in order of allocation), a payment number or a line id.
        pub targets: Vec<String>,
        /// Amounts per invoice for a split; empty allocates in order.
        pub amounts: Vec<Amount>,
        /// Where the difference goes.
        pub difference: Difference,
        /// What the line is worth in the invoices' currency, where that is another.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub exchange: Option<ExchangeChoice>,
    }

    /// What the founder says a line is worth: a rate or a value; with neither the table's rate is taken.
    pub struct ExchangeChoice {
        /// How much of the invoices' currency one unit of the line's is worth, decimal; may be empty.
        pub rate: String,
        /// What the whole line is worth in the invoices' currency, decimal; may be empty.
        pub value: String,
        /// Where that comes from; “stated by the founder” when empty.
        pub source: String,
    }

    /// What the table of rates proposes.
    pub struct ExchangeProposal {
        /// `1 EUR = 1.0899 USD`.
        pub rate: String,
        /// The rate's day.
        pub on: String,
        /// Where the rate comes from.
        pub source: String,
        /// What the line is worth, in the invoices' currency.
        pub value: Amount,
        /// Value minus open: negative is short.
        pub difference: Amount,
        /// Whether the difference is within 5 %.
        pub close: bool,
    }

    /// A rate of the founder's table.
    pub struct RateRow {
        /// Its id.
        pub id: String,
        /// The currency of which one unit is worth…
        pub base: String,
        /// …so much of this currency.
        pub quote: String,
        /// Decimal.
        pub rate: String,
        /// ISO date.
        pub on: String,
        /// Where it comes from.
        pub source: String,
        /// When it was entered, RFC 3339.
        pub at: String,
    }

    /// A rate for the table; one of the same day is replaced.
    pub struct RateAdd {
        /// The currency of which one unit is worth…
        pub base: String,
        /// …so much of this currency.
        pub quote: String,
        /// Decimal, at most 15 digits.
        pub rate: String,
        /// ISO date; today when empty.
        pub on: String,
        /// Where it comes from; may be empty.
        pub source: String,
    }

    /// What a choice would book.
    pub struct MatchPreview {
        /// Received.
        pub received: Amount,
        /// Open.
        pub open: Amount,
        /// Received minus open.
        pub difference: Amount,
        /// Postings.
        pub postings: Vec<PostingLine>,
        /// What follows, in words.
        pub then: Vec<String>,
        /// The button's words.
        pub button: String,
        /// Why it cannot be done; then there are no postings.
        pub problem: Option<String>,
    }

    /// Files a line under a category.
    pub struct FileLine {
        /// The transaction id.
        pub line: String,
        /// Account name.
        pub account: String,
        /// Whether lines of this payee go there from now on.
        pub remember: bool,
    }

    /// Books a line as a customer's credit.
    pub struct CreditLine {
        /// The transaction id.
        pub line: String,
        /// The customer's id.
        pub customer: String,
    }

    /// A line of `purser match --json`; the shape is fixed by the command line's description.
    pub struct MatchResult {
        /// Transaction id.
        pub transaction: String,
        /// `matched`, `suggested`, `unmatched`.
        pub state: String,
        /// Invoice numbers of the best explanation.
        pub invoices: Vec<String>,
        /// 0.0 to 1.0 as a decimal string on the wire of this interface.
        pub confidence: String,
        /// Why.
        pub reasons: Vec<String>,
        /// Other explanations.
        pub alternatives: Vec<Vec<String>>,
        /// Received minus open, decimal.
        pub difference: String,
        /// `full`, `partial`, `combined`, `over`, `short`, `duplicate`, `fx`, `none`.
        pub kind: String,
    }

    /// Results of a matching run.
    pub struct MatchRun {
        /// One per open line.
        pub results: Vec<MatchResult>,
        /// How many were booked.
        pub booked: u32,
    }

    /// Whether to book what is certain.
    pub struct MatchRunInput {
        /// Book it.
        pub apply: bool,
    }
}
