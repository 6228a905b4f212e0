//! Imports and exports.

use super::*;

wire! {
    /// Imports a statement.
    pub struct ImportStatement {
        /// Absolute path.
        pub path: String,
        /// Real account's name; may be empty where there is only one.
        pub account: String,
        /// `auto` or `csv`.
        pub format: String,
        /// Mapping for an export that has not Purser's own columns; the account's last one when absent.
        pub mapping: Option<CsvMapping>,
        /// Import the good rows although some are bad.
        pub skip_bad: bool,
    }

    /// How to read a bank's own CSV export. Columns are header names, or `#1`, `#2`… by position.
    pub struct CsvMapping {
        /// `auto`, `utf-8`, `windows-1252`, `utf-16le`…
        pub encoding: String,
        /// `,`, `;`, `tab`, `|` or `auto`.
        pub separator: String,
        /// `.`, `,` or `auto`.
        pub decimal: String,
        /// `ymd`, `dmy`, `mdy` or `auto`.
        pub date_order: String,
        /// Lines before the header.
        pub skip_lines: u32,
        /// Whether there is a header line.
        pub has_header: bool,
        /// Column of the bank's own id; empty for none.
        pub id: String,
        /// Column of the date.
        pub date: String,
        /// Column of the signed amount; empty where debit and credit have their own.
        pub amount: String,
        /// Column of money out; empty for none.
        pub debit: String,
        /// Column of money in; empty for none.
        pub credit: String,
        /// Column that says debit or credit; empty for none.
        pub direction: String,
        /// The word in it that means money out, such as `D`.
        pub direction_out: String,
        /// The word in it that means money in, such as `C`; several divided by commas.
        pub direction_in: String,
        /// Column of the currency; empty for the account's.
        pub currency: String,
        /// Columns of the payer's name.
        pub payer: Vec<String>,
        /// Columns of the memo, joined.
        pub description: Vec<String>,
        /// Money out is positive in this file.
        pub inverted: bool,
        /// A row without date and amount continues the memo of the row above.
        pub continuation: bool,
        /// Rows may be longer or shorter than the header.
        pub ragged: bool,
        /// Rows at the end that are no transactions.
        pub footer_rows: u32,
    }

    /// A row that was refused.
    pub struct RejectedLine {
        /// Line number as an editor shows it.
        pub line: u32,
        /// What is wrong and what to do.
        pub reason: String,
    }

    /// The result of an import.
    pub struct Imported {
        /// `csv`…
        pub format: String,
        /// Rows read.
        pub read: u64,
        /// Rows that are new.
        pub new: u64,
        /// Rows that were known.
        pub known: u64,
        /// Rows refused; with any of these nothing was imported unless asked.
        pub rejected: Vec<RejectedLine>,
        /// The import's id; none when nothing was imported.
        pub import: Option<String>,
        /// Columns that were not used.
        pub ignored_columns: Vec<String>,
        /// Lines matched, filed or recognised at once.
        pub booked: u64,
        /// What was done.
        pub done: Done,
    }

    /// How a file would be read.
    pub struct ImportPreview {
        /// The mapping found or given.
        pub mapping: CsvMapping,
        /// Header names.
        pub columns: Vec<String>,
        /// First raw lines.
        pub head: Vec<String>,
        /// First rows as they would be booked.
        pub rows: Vec<PreviewRow>,
        /// Rows in the file.
        pub total: u64,
        /// What is unclear, in words.
        pub problems: Vec<String>,
        /// Rows that would be refused, first 50.
        pub rejected: Vec<RejectedLine>,
    }

    /// A row as it would be booked.
    pub struct PreviewRow {
        /// Line number.
        pub line: u32,
        /// ISO date.
        pub date: String,
        /// Payer.
        pub payer: String,
        /// Memo.
        pub description: String,
        /// Signed amount.
        pub amount: Amount,
    }

    /// An earlier import.
    pub struct ImportRow {
        /// Its id.
        pub id: String,
        /// `statement`, `customers`, `invoices`.
        pub kind: String,
        /// File name.
        pub file: String,
        /// Account.
        pub account: String,
        /// RFC 3339.
        pub at: String,
        /// Rows that were new.
        pub new: u64,
        /// Whether it was undone.
        pub undone: bool,
    }

    /// Earlier imports, newest first.
    pub struct Imports {
        /// At most 100.
        pub imports: Vec<ImportRow>,
    }

    /// Imports customers or invoices.
    pub struct ImportTable {
        /// Absolute path.
        pub path: String,
        /// Import the good rows although some are bad.
        pub skip_bad: bool,
    }

    /// Exports the ledger.
    pub struct Export {
        /// `hledger`, `beancount`, `csv`.
        pub format: String,
        /// Absolute path.
        pub path: String,
    }

    /// Writes a list as it is on screen into a CSV file.
    pub struct ExportList {
        /// `invoices`, `payments`, `lines` or `customers`.
        pub list: String,
        /// The list's state filter; empty for all.
        pub state: String,
        /// The list's free text.
        pub text: String,
        /// The list's order.
        pub sort: String,
        /// Absolute path of the file; empty for the folder `exports` beside the books.
        pub path: String,
    }

    /// Long work in progress, sent as the event `progress`.
    pub struct Progress {
        /// The task, to cancel it.
        pub task: String,
        /// What is done, in words.
        pub what: String,
        /// Units done.
        pub done: u64,
        /// Units in all; 0 while unknown.
        pub total: u64,
        /// `lines`, `entries`…
        pub unit: String,
        /// Whether it is over.
        pub finished: bool,
    }

    /// A task to cancel.
    pub struct Cancel {
        /// The task.
        pub task: String,
    }
}
