//! The company, its accounts, the state of the program, settings and security.

use super::*;

wire_enum! {
    /// Whether there are books, and whether they can be read.
    pub enum HostStateKind {
        /// The data folder holds no books yet: first run.
        NoCompany,
        /// Books exist, the vault wants a passphrase.
        NeedsPassphrase,
        /// Books exist, but the vault has no key for them: the recovery code opens them.
        NeedsRecoveryCode,
        /// Open.
        Open,
        /// Cannot be opened; the message says why and what to do.
        Failed,
    }
}

wire! {
    /// The state of the program before anything else is asked.
    pub struct HostState {
        /// Which screen to show.
        pub state: HostStateKind,
        /// The data folder.
        pub folder: String,
        /// The program's version.
        pub version: String,
        /// Why it cannot be opened, in one sentence.
        pub message: Option<String>,
        /// `keychain` or `passphrase_file`: where a new company's key would be kept here.
        pub vault: String,
    }

    /// The first run's form.
    pub struct CreateCompany {
        /// The company's name.
        pub company: String,
        /// Base currency code.
        pub currency: String,
        /// First day of the books, ISO date.
        pub books_start: String,
        /// IANA time zone.
        pub zone: String,
        /// The first bank account's name; empty for none.
        pub account: String,
        /// Its opening balance, a decimal string; empty for zero.
        pub opening: String,
        /// Where no keychain answers: the passphrase of the vault file.
        pub passphrase: Option<String>,
    }

    /// The demo company.
    pub struct OpenDemo {
        /// Days of card payments that it has behind it; absent for as many as its books.
        pub days: Option<u32>,
        /// Another number, another company; absent for the usual one.
        pub seed: Option<u32>,
    }

    /// The recovery code, shown once.
    pub struct CompanyCreated {
        /// Opens the books and every backup without the keychain.
        pub recovery_code: String,
    }

    /// A passphrase or a recovery code.
    pub struct Unlock {
        /// What was typed.
        pub secret: String,
    }

    /// The approval passphrase, set, changed or taken away.
    pub struct ApprovalPassphrase {
        /// The present one; empty where none is set.
        pub present: String,
        /// The new one; empty to ask for none any more.
        pub secret: String,
    }

    /// A backup file and the code that opens it.
    pub struct Restore {
        /// Absolute path of the backup.
        pub path: String,
        /// The recovery code; empty where this machine's vault still has the key.
        pub recovery_code: String,
        /// Where no keychain answers: the passphrase of the new vault file.
        pub passphrase: Option<String>,
    }

    /// Decisions per place; each is counted once.
    pub struct Counts {
        /// All decisions.
        pub today: u32,
        /// Bank lines that need the founder.
        pub matching: u32,
        /// Payments that need the founder.
        pub payments: u32,
        /// Money at providers that needs the founder.
        pub cards: u32,
        /// Batches that wait for approval.
        pub payouts: u32,
        /// Outbox effects that need the founder.
        pub outbox: u32,
        /// Jobs that need the founder.
        pub jobs: u32,
        /// Connections and settings that need the founder.
        pub settings: u32,
    }

    /// Something approved that has not left yet.
    pub struct Leaving {
        /// The batch.
        pub batch: String,
        /// What leaves, in words.
        pub title: String,
        /// Total.
        pub amount: Amount,
        /// When it leaves, RFC 3339.
        pub leaves_at: String,
        /// Whole seconds until then.
        pub seconds_left: u32,
    }

    /// What the frame of the window shows on every screen.
    pub struct Status {
        /// Company name.
        pub company: String,
        /// Whether this is the demo company.
        pub demo: bool,
        /// Base currency.
        pub currency: String,
        /// IANA zone.
        pub zone: String,
        /// Today in that zone, ISO date.
        pub today: String,
        /// Decisions.
        pub counts: Counts,
        /// Effects that wait to leave.
        pub outbox_queued: u32,
        /// Effects approved and inside their undo window.
        pub leaving: Vec<Leaving>,
        /// When the books were last verified, RFC 3339.
        pub verified_at: Option<String>,
        /// What the last verification found, when it found something.
        pub verify_problem: Option<String>,
        /// When the last backup was made, RFC 3339.
        pub backup_at: Option<String>,
        /// Since when everything is paused, RFC 3339.
        pub paused_since: Option<String>,
        /// When the last statement was imported, RFC 3339.
        pub imported_at: Option<String>,
        /// The store's sequence.
        pub sequence: u64,
    }

    /// Who the company is, as papers and screens show it.
    pub struct Company {
        /// Legal name.
        pub name: String,
        /// Address, lines separated by line breaks.
        pub address: String,
        /// Tax number as printed, such as `EIN 84-2231907`.
        pub tax_id: String,
        /// Where customers ask.
        pub email: String,
        /// Base currency; fixed once the books have entries.
        pub currency: String,
        /// First day of the books; fixed once the books have entries.
        pub books_start: String,
        /// IANA zone.
        pub zone: String,
        /// Prefix of invoice numbers, such as `NB`.
        pub invoice_prefix: String,
        /// Days until an invoice is due.
        pub terms_days: u32,
        /// Seconds in which an approval can be taken back, 0 to 300.
        pub undo_seconds: u32,
    }

    /// A real account.
    pub struct AccountRow {
        /// Its name, such as `Mercury`.
        pub name: String,
        /// `bank` or `cash`.
        pub kind: String,
        /// Currency.
        pub currency: String,
        /// Ledger account, such as `Assets:Bank:Mercury`.
        pub ledger_account: String,
        /// Opening balance.
        pub opening: Amount,
        /// Balance in the ledger.
        pub balance: Amount,
        /// Balance the last statement ended with, if it said so.
        pub statement_balance: Option<Amount>,
        /// Date of the last statement line, ISO date.
        pub last_line_on: Option<String>,
        /// How many lines have been imported.
        pub lines: u64,
    }

    /// A new real account.
    pub struct AccountAdd {
        /// Its name.
        pub name: String,
        /// `bank` or `cash`.
        pub kind: String,
        /// Currency code; the base currency when empty.
        pub currency: String,
        /// Opening balance, decimal string; zero when empty.
        pub opening: String,
    }

    /// A remembered payee.
    pub struct RuleRow {
        /// Its id.
        pub id: String,
        /// The payer text that it fits.
        pub payee: String,
        /// The category.
        pub account: String,
        /// How many lines it filed.
        pub used: u64,
    }

    /// A payer's name that was confirmed as a customer's.
    pub struct AliasRow {
        /// Its id.
        pub id: String,
        /// The name as the bank writes it.
        pub payer: String,
        /// The customer.
        pub customer: String,
        /// When it was confirmed, ISO date.
        pub since: String,
    }

    /// Security at a glance.
    pub struct Security {
        /// `keychain` or `passphrase_file`.
        pub vault: String,
        /// Whether the store is encrypted, and how, in words.
        pub encryption: String,
        /// Whether approvals ask for a passphrase, which also unlocks the screen. Without one it cannot be locked.
        pub approval_passphrase: bool,
        /// Minutes without the founder after which the window locks itself; none for never.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub lock_after_minutes: Option<u32>,
        /// Store id.
        pub store_id: String,
        /// First and last 8 hex digits of the audit head.
        pub audit_head: String,
        /// Rows in the audit chain.
        pub audit_rows: u64,
        /// The data folder.
        pub folder: String,
    }

    /// Settings of security.
    pub struct SecuritySave {
        /// 1 to 1440 minutes without the founder after which the window locks itself; none for never.
        pub lock_after_minutes: Option<u32>,
    }

    /// A backup file.
    pub struct BackupRow {
        /// Absolute path.
        pub path: String,
        /// When it was made, RFC 3339.
        pub at: String,
        /// Size in bytes.
        pub bytes: u64,
    }

    /// What a verification found.
    pub struct Verified {
        /// Whether everything agrees.
        pub ok: bool,
        /// Entries checked.
        pub entries: u64,
        /// Postings checked.
        pub postings: u64,
        /// Open items checked.
        pub items: u64,
        /// Audit rows checked.
        pub audit_rows: u64,
        /// Head of the audit chain.
        pub audit_head: String,
        /// The first disagreement of each check, in words.
        pub problems: Vec<String>,
    }

    /// A file to write or read.
    pub struct ByPath {
        /// Absolute path.
        pub path: String,
    }

    /// A file that was written.
    pub struct Written {
        /// Absolute path.
        pub path: String,
        /// Bytes.
        pub bytes: u64,
        /// What it is, in words.
        pub say: String,
    }
}
