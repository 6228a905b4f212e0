//! The command line's words. Names are fixed, because scripts rely on them.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Purser: the back office of a company of one.
#[derive(Parser, Debug)]
#[command(name = "purser", version, about, propagate_version = true)]
pub struct Args {
    /// The data folder.
    #[arg(long, global = true, env = "PURSER_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON: one document, or a document per line where a list can be long.
    #[arg(long, global = true)]
    pub json: bool,
    /// Answer yes to what would be asked. Nothing asks yet; scripts may already say it.
    #[arg(long, global = true)]
    pub yes: bool,
    /// Recognises a repeated command: with the same id it is answered, not done again.
    #[arg(long, global = true, value_name = "ID")]
    pub request_id: Option<String>,
    /// Do it again although the same was done within 24 hours.
    #[arg(long, global = true)]
    pub again: bool,
    /// File with the passphrase of the vault, where there is no keychain (or set PURSER_PASSPHRASE).
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Say more on stderr.
    #[arg(long, global = true)]
    pub verbose: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make the books in the data folder; prints the recovery code once.
    Init {
        /// Fill it with the demo company.
        #[arg(long)]
        demo: bool,
        /// The company's name.
        #[arg(long, default_value = "My company")]
        company: String,
        /// Base currency.
        #[arg(long, default_value = "USD")]
        currency: String,
        /// First day of the books; the first of January of this year without it.
        #[arg(long, value_name = "DATE")]
        books_start: Option<String>,
        /// Time zone.
        #[arg(long, default_value = "UTC")]
        zone: String,
    },
    /// Open the demo company and keep its simulated providers running on loopback, until Ctrl-C.
    Demo {
        /// Days of card payments that it has behind it; as many as its books without it.
        #[arg(long)]
        days: Option<u32>,
        /// Another number, another company.
        #[arg(long)]
        seed: Option<u32>,
    },
    /// Real accounts.
    #[command(subcommand)]
    Account(Account),
    /// Import a file.
    #[command(subcommand)]
    Import(Import),
    /// Match open bank lines; with --apply, book what is certain.
    Match(Match),
    /// Exchange rates that propose what a line in another currency is worth.
    #[command(subcommand)]
    Rate(Rate),
    /// Invoices.
    #[command(subcommand)]
    Invoice(Invoice),
    /// Payments recorded by hand.
    #[command(subcommand)]
    Payment(Payment),
    /// Propose a refund of a payment for approval.
    Refund {
        /// Payment number, or the id of a card payment at its provider (ch_…).
        payment: String,
        /// How much; all of it without it.
        #[arg(long, allow_hyphen_values = true)]
        amount: Option<String>,
    },
    /// Batches of money out.
    #[command(subcommand)]
    Payouts(Payouts),
    /// Connect an account at a provider. Its secret is read from standard input or PURSER_SECRET_<PROVIDER>.
    Connect {
        /// stripe, smtp or slack.
        provider: String,
        /// The address of an HTTP provider, where it is not the provider's own: https, or this machine.
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// A setting that is no secret, such as host=smtp.example.com.
        #[arg(long = "option", value_name = "NAME=VALUE")]
        options: Vec<String>,
    },
    /// Connected accounts and how they do.
    Connections {
        /// Ask each provider now.
        #[arg(long)]
        check: bool,
    },
    /// Forget a connected account and its secrets.
    Disconnect {
        /// Such as smtp, or smtp:alerts.
        connection: String,
    },
    /// Jobs: what runs by itself.
    #[command(subcommand)]
    Jobs(Jobs),
    /// Read what is new from connected sources.
    Sync {
        /// stripe; all of them without it.
        providers: Vec<String>,
        /// Read what happened in so many last hours once more.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "full")]
        hours: Option<u32>,
        /// Read everything once more, from the beginning.
        #[arg(long)]
        full: bool,
    },
    /// Reports.
    #[command(subcommand)]
    Report(Report),
    /// Card payments for which the provider names no invoice.
    #[command(subcommand)]
    Charge(Charge),
    /// The queue of what needs the founder.
    Attention,
    /// The books.
    #[command(subcommand)]
    Ledger(Ledger),
    /// The whole ledger for other programs.
    Export {
        /// hledger, beancount or csv.
        format: String,
        /// The file; standard output without it.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Recompute every balance and the audit chain.
    Verify,
    /// A verified copy of everything.
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Make the books of a backup in an empty data folder.
    Restore {
        /// The backup.
        file: PathBuf,
        /// File with the recovery code (or set PURSER_RECOVERY_CODE).
        #[arg(long, value_name = "FILE")]
        recovery_code_file: Option<PathBuf>,
    },
    /// Stop all outgoing money and mail.
    PauseAll,
    /// Release what is paused, in order.
    ResumeAll,
    /// Lock the window: it shows nothing until the passphrase is given. What was approved before still leaves.
    Lock,
    /// Unlock it with the passphrase (PURSER_PASSPHRASE or --passphrase-file).
    Unlock,
    /// How the books are protected, and after how long the window locks itself.
    Security {
        /// Minutes without you, or never.
        #[arg(long, value_name = "MINUTES")]
        lock_after: Option<String>,
    },
    /// The workers, headless.
    Run {
        /// Stop after this time, such as 30s, 5m, 2h.
        #[arg(long = "for", value_name = "DURATION")]
        duration: Option<String>,
        /// Take the folder over from the window or the `purser run` that owns it, which ends.
        #[arg(long)]
        take_over: bool,
    },
    /// Let the window or the `purser run` that owns the folder end, and the folder be free.
    Handover,
    /// Versions, paths, keychain, disk, schema, last backup.
    Doctor,
}

/// Card payments without an invoice.
#[derive(Subcommand, Debug)]
pub enum Charge {
    /// Those that wait for their reason.
    List,
    /// Say what one is.
    #[command(group = clap::ArgGroup::new("reason").required(true))]
    Resolve {
        /// Its id at the provider.
        id: String,
        /// It pays this invoice; what is left over becomes credit.
        #[arg(long, group = "reason", value_name = "NUMBER")]
        invoice: Option<String>,
        /// It is the credit of this customer.
        #[arg(long, group = "reason", value_name = "CUSTOMER")]
        credit: Option<String>,
        /// It is neither: the account it belongs to.
        #[arg(long, group = "reason", value_name = "ACCOUNT")]
        category: Option<String>,
    },
}

/// Real accounts.
#[derive(Subcommand, Debug)]
pub enum Account {
    /// Add a real account with its opening balance.
    Add {
        /// Its name.
        name: String,
        /// bank or cash.
        #[arg(long)]
        kind: AccountKind,
        /// Currency; the base currency without it.
        #[arg(long)]
        currency: Option<String>,
        /// Opening balance.
        #[arg(long, allow_hyphen_values = true)]
        opening: Option<String>,
    },
    /// List them.
    List,
}

/// An answer.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// What a real account is.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum AccountKind {
    /// A bank account.
    Bank,
    /// Cash.
    Cash,
}

/// Imports.
#[derive(Subcommand, Debug)]
pub enum Import {
    /// Customers from CSV.
    Customers(Table),
    /// Invoices from CSV.
    Invoices(Table),
    /// A bank statement.
    Statement {
        /// The file.
        file: PathBuf,
        /// The account; may be left out where there is only one.
        #[arg(long)]
        account: Option<String>,
        /// How it is written: auto or csv.
        #[arg(long, default_value = "auto")]
        format: String,
        /// How a bank's own columns are read: a JSON file.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Read the columns as they seem to be, where nothing is unclear.
        #[arg(long, conflicts_with = "mapping")]
        guess: bool,
        /// Import the good rows although some are bad.
        #[arg(long)]
        skip_bad: bool,
    },
    /// Take an import back as a whole.
    Undo {
        /// The import's id.
        id: String,
    },
    /// Earlier imports.
    List,
}

/// A CSV table.
#[derive(clap::Args, Debug)]
pub struct Table {
    /// The file.
    pub file: PathBuf,
    /// Import the good rows although some are bad.
    #[arg(long)]
    pub skip_bad: bool,
}

/// Matching.
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Match {
    /// Book what is certain.
    #[arg(long)]
    pub apply: bool,
    /// A decision.
    #[command(subcommand)]
    pub decision: Option<MatchDecision>,
}

/// The founder's decisions about a line.
#[derive(Subcommand, Debug)]
pub enum MatchDecision {
    /// The line pays these invoices, or is this recorded payment.
    Confirm {
        /// Transaction id.
        transaction: String,
        /// Invoice numbers in order, or one payment number.
        #[arg(required = true)]
        targets: Vec<String>,
        /// Where a difference goes: fee, open, credit, fx (the rate took or gave it); without it what is missing
        /// stays open and what is left over becomes credit.
        #[arg(long)]
        difference: Option<String>,
        /// In another currency: how much of the invoice's currency one unit of the line's is worth.
        #[arg(long, conflicts_with_all = ["value", "table_rate"])]
        rate: Option<String>,
        /// In another currency: what the whole line is worth in the invoice's currency.
        #[arg(long, conflicts_with = "table_rate")]
        value: Option<String>,
        /// In another currency: take the rate of `purser rate list`.
        #[arg(long)]
        table_rate: bool,
        /// Where the rate or value comes from.
        #[arg(long)]
        source: Option<String>,
    },
    /// Not this: the pairing never comes back.
    Reject {
        /// Transaction id.
        transaction: String,
        /// What it is not; the best suggestion without it.
        targets: Vec<String>,
    },
    /// Take a booked line back.
    Undo {
        /// Transaction id.
        transaction: String,
    },
    /// File a line under a category; the payee is remembered.
    File {
        /// Transaction id.
        transaction: String,
        /// Account, such as Expenses:Software.
        account: String,
        /// Only this line.
        #[arg(long)]
        once: bool,
    },
}

/// Exchange rates.
#[derive(Subcommand, Debug)]
pub enum Rate {
    /// Keep what one unit of a currency is worth in another on a day.
    Add {
        /// One unit of this currency…
        base: String,
        /// …in this currency…
        quote: String,
        /// …is worth so much, such as 1.0899.
        rate: String,
        /// The day; today without it.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// Where it comes from.
        #[arg(long)]
        source: Option<String>,
    },
    /// List them, newest first.
    List,
    /// Forget one.
    Remove {
        /// Its id in the list.
        id: String,
    },
}

/// Invoices.
#[derive(Subcommand, Debug)]
pub enum Invoice {
    /// Make an invoice.
    Create {
        /// Customer: name, email or id.
        #[arg(long)]
        customer: String,
        /// A line: TEXT=PRICE, TEXT=QUANTITYxPRICE, with @PERCENT for tax.
        #[arg(long = "line", required = true, value_name = "LINE")]
        lines: Vec<String>,
        /// Currency; the base currency without it.
        #[arg(long)]
        currency: Option<String>,
        /// Day of issue.
        #[arg(long)]
        issued: Option<String>,
        /// Due day.
        #[arg(long)]
        due: Option<String>,
        /// Issue it at once.
        #[arg(long)]
        issue: bool,
    },
    /// Issue a draft.
    Issue {
        /// The draft's id.
        id: String,
    },
    /// List invoices.
    List {
        /// all, open, overdue, paid, draft, void, written_off.
        #[arg(long, default_value = "all")]
        state: String,
    },
    /// Show one.
    Show {
        /// Its number.
        number: String,
    },
    /// Withdraw one.
    Void {
        /// Its number.
        number: String,
    },
    /// Give up what is open on one: its net part is lost, its tax no longer owed.
    WriteOff {
        /// Its number.
        number: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Take a write-off back.
    UndoWriteOff {
        /// Its number.
        number: String,
    },
    /// Tell your application again that one is paid: it did not activate what was bought.
    Tell {
        /// Its number.
        number: String,
    },
    /// How to pay it by transfer.
    Instructions {
        /// Its number.
        number: String,
    },
}

/// Payments.
#[derive(Subcommand, Debug)]
pub enum Payment {
    /// Record a payment; prints the receipt's path.
    Record {
        /// Customer: name, email or id.
        #[arg(long)]
        customer: String,
        /// Amount.
        #[arg(long, allow_hyphen_values = true)]
        amount: String,
        /// Currency; the base currency without it.
        #[arg(long)]
        currency: Option<String>,
        /// cash, check, wire, ach, money_order, bank_transfer.
        #[arg(long)]
        method: String,
        /// Invoices that it pays, in order; oldest first without any.
        #[arg(long = "invoice")]
        invoices: Vec<String>,
        /// Check number, wire reference.
        #[arg(long)]
        reference: Option<String>,
        /// A note for the books.
        #[arg(long)]
        note: Option<String>,
        /// A proof: PDF or picture.
        #[arg(long)]
        proof: Option<PathBuf>,
        /// The day it came; today without it.
        #[arg(long, value_name = "DATE")]
        received: Option<String>,
    },
    /// List payments.
    List,
    /// Show one.
    Show {
        /// Its number.
        number: String,
    },
    /// Take one back.
    Undo {
        /// Its number.
        number: String,
    },
}

/// Batches.
#[derive(Subcommand, Debug)]
pub enum Payouts {
    /// List batches.
    List,
    /// Show one with its digest.
    Show {
        /// The batch.
        batch: String,
    },
    /// Approve exactly what was shown; stays through the undo window, Ctrl-C takes it back.
    Approve {
        /// The batch.
        batch: String,
        /// The digest that was shown.
        #[arg(long)]
        digest: String,
    },
    /// Refuse a batch.
    Reject {
        /// The batch.
        batch: String,
    },
}

/// Jobs.
#[derive(Subcommand, Debug)]
pub enum Jobs {
    /// List them, those that fail first.
    List,
    /// One with its next five times, its last runs and its runbook.
    Show {
        /// Its name.
        name: String,
    },
    /// Run one now; the exit status is 1 when it fails.
    Run {
        /// Its name.
        name: String,
        /// Do not wait for its end.
        #[arg(long)]
        no_wait: bool,
    },
    /// Pause one.
    Pause {
        /// Its name.
        name: String,
    },
    /// Let a paused one run again.
    Resume {
        /// Its name.
        name: String,
    },
    /// Stop what waits or is at work.
    Cancel {
        /// Its name.
        name: String,
    },
    /// Show or change when one runs.
    Schedule {
        /// Its name.
        name: String,
        /// An interval such as "every 5 min", five cron fields such as "0 8 * * *", or default.
        schedule: Option<String>,
        /// The time zone; the company's without it.
        #[arg(long, requires = "schedule")]
        zone: Option<String>,
        /// What happens with missed times: skip, latest_once or all.
        #[arg(long, requires = "schedule")]
        catch_up: Option<String>,
    },
    /// Show or set the daily hours in which no job begins by itself, but those that must not fail.
    Rest {
        /// Such as 03:00-04:00 for maintenance, 17:00-09:00 to work in business hours only, or off.
        hours: Option<String>,
    },
    /// What the jobs came to over some days, and what was done without you.
    Analytics {
        /// So many days up to today.
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// What a run said; the newest without a number.
    Logs {
        /// Its name.
        name: String,
        /// The run's number.
        #[arg(long)]
        run: Option<i64>,
        /// At most so many of the last lines.
        #[arg(long, default_value_t = 100)]
        last: usize,
    },
    /// Show or choose the folder whose new CSV statements are imported.
    Watch {
        /// The folder.
        folder: Option<PathBuf>,
        /// The account that its statements are of; may be left out where there is only one.
        #[arg(long)]
        account: Option<String>,
        /// Watch none.
        #[arg(long, conflicts_with = "folder")]
        off: bool,
    },
    /// Show or choose the folder on another disk that nightly backups are copied to.
    Copies {
        /// The folder.
        folder: Option<PathBuf>,
        /// Copy to none.
        #[arg(long, conflicts_with = "folder")]
        off: bool,
    },
}

/// The books.
#[derive(Subcommand, Debug)]
pub enum Ledger {
    /// Balances.
    Balance {
        /// Account or its beginning.
        #[arg(long)]
        account: Option<String>,
        /// As of this day.
        #[arg(long)]
        to: Option<String>,
    },
    /// Entries with their postings.
    Journal {
        /// Account or its beginning.
        #[arg(long)]
        account: Option<String>,
        /// First day.
        #[arg(long)]
        from: Option<String>,
        /// Last day.
        #[arg(long)]
        to: Option<String>,
    },
}

/// `purser report`.
#[derive(Subcommand, Debug)]
pub enum Report {
    /// Recurring revenue with everything that makes it up; with --from also what changed it, churn, retention and value.
    Metrics {
        /// First day; the end alone without it.
        #[arg(long)]
        from: Option<String>,
        /// Last day; today without it.
        #[arg(long)]
        to: Option<String>,
    },
    /// What counts as recurring revenue: shown, or changed. Reports, glance and the daily report follow it.
    Rules {
        /// Whether subscriptions whose last invoice is not paid count.
        #[arg(long, value_name = "YES|NO")]
        past_due: Option<YesNo>,
    },
}
