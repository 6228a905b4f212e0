//! Recorded payments and their receipts.

use super::*;

wire! {
    /// The record form, as it is kept and previewed with each keystroke.
    pub struct PaymentForm {
        /// Customer id.
        pub customer: String,
        /// Decimal string.
        pub amount: String,
        /// Currency code.
        pub currency: String,
        /// `cash`, `check`, `wire`, `ach`, `money_order`, `bank_transfer`.
        pub method: String,
        /// ISO date; today when empty.
        pub received_on: String,
        /// Check number, wire reference…
        pub reference: String,
        /// A note for the books.
        pub note: String,
        /// Per invoice; empty allocates oldest first.
        pub allocations: Vec<AllocationForm>,
        /// Absolute path of a proof file; empty for none.
        pub proof: String,
        /// Queue the receipt for the customer's e-mail address.
        pub email_receipt: bool,
    }

    /// How much of a payment one invoice gets.
    pub struct AllocationForm {
        /// Invoice number.
        pub invoice: String,
        /// Decimal string.
        pub amount: String,
    }

    /// An open invoice in the form.
    pub struct AllocationRow {
        /// Invoice number.
        pub invoice: String,
        /// Due date.
        pub due: String,
        /// Days late; 0 when not.
        pub days_late: u32,
        /// Total.
        pub total: Amount,
        /// Open before this payment.
        pub open: Amount,
        /// Goes to it.
        pub apply: Amount,
        /// Open after.
        pub left: Amount,
    }

    /// A paper as the customer will see it.
    pub struct ReceiptPaper {
        /// Company name.
        pub company: String,
        /// Its address lines.
        pub company_lines: Vec<String>,
        /// Receipt number; in a preview the one that will most likely be given.
        pub number: String,
        /// ISO date.
        pub date: String,
        /// Customer's name.
        pub received_from: String,
        /// Customer's address lines.
        pub customer_lines: Vec<String>,
        /// Amount.
        pub amount: Amount,
        /// In words and how it came.
        pub amount_words: String,
        /// What it pays.
        pub lines: Vec<PaperLine>,
        /// What is still open, in words; may be empty.
        pub after: String,
        /// The last line.
        pub thanks: String,
    }

    /// One row of a paper.
    pub struct PaperLine {
        /// What.
        pub text: String,
        /// How much.
        pub amount: Amount,
    }

    /// What recording would do.
    pub struct PaymentPreview {
        /// The customer's open invoices in this currency.
        pub rows: Vec<AllocationRow>,
        /// Sum of what is applied.
        pub applied: Amount,
        /// Rest that becomes credit.
        pub credit: Amount,
        /// Postings.
        pub postings: Vec<PostingLine>,
        /// The paper.
        pub paper: Option<ReceiptPaper>,
        /// Where the receipt goes; none where the customer has no address.
        pub email: Option<String>,
        /// What is wrong with the form, field and sentence.
        pub problems: Vec<FormProblem>,
    }

    /// A problem of one field.
    pub struct FormProblem {
        /// The field's name.
        pub field: String,
        /// The sentence.
        pub say: String,
    }

    /// A payment that was recorded.
    pub struct PaymentRecorded {
        /// Payment number, such as `P-202611-0031`.
        pub payment: String,
        /// Receipt number.
        pub receipt: String,
        /// Absolute path of the receipt PDF.
        pub receipt_path: String,
        /// What was done.
        pub done: Done,
        /// Characters no font had; shown as their code in the PDF.
        pub missing_glyphs: String,
    }

    /// The list's index.
    pub struct PaymentsIndex {
        /// Keys in the order asked for.
        pub keys: Vec<i64>,
        /// How many wait for their bank line.
        pub undeposited: u32,
        /// Their sum in the base currency.
        pub undeposited_sum: Amount,
    }

    /// Which payments.
    pub struct PaymentsFilter {
        /// `all`, `undeposited`, `deposited`, `undone`.
        pub state: String,
        /// Free text.
        pub text: String,
        /// `received`, `number` or `customer`, with `-` in front for the largest first; empty for newest first.
        #[serde(default)]
        pub sort: String,
    }

    /// A payment in the list.
    pub struct PaymentRow {
        /// The list's key.
        pub key: i64,
        /// Number.
        pub number: String,
        /// Customer's name.
        pub customer: String,
        /// Method.
        pub method: String,
        /// ISO date.
        pub received_on: String,
        /// Amount.
        pub amount: Amount,
        /// `undeposited`, `deposited`, `undone`.
        pub state: String,
        /// Reference.
        pub reference: String,
    }

    /// One payment.
    pub struct PaymentDetail {
        /// Its row.
        pub row: PaymentRow,
        /// What it paid.
        pub allocations: Vec<PaperLine>,
        /// The receipt.
        pub paper: Option<ReceiptPaper>,
        /// Receipt's path on this machine.
        pub receipt_path: Option<String>,
        /// Note.
        pub note: String,
        /// Proof file: name as given, size in bytes and hash.
        pub proof: Option<Fact>,
        /// Who recorded it and when; what happened since.
        pub history: Vec<HistoryLine>,
        /// Refund proposals and sent refunds.
        pub refundable: Amount,
        /// Journal numbers.
        pub entries: Vec<i64>,
        /// Whether it can still be undone.
        pub undo: Option<String>,
    }

    /// A proof as it is shown: drawn anew, never the bytes that a stranger sent.
    pub struct ProofPicture {
        /// What the file said it is: `image/png`, `image/jpeg`, `application/pdf`.
        pub media: String,
        /// The name that its sender gave it, as one clean line.
        pub name: String,
        /// Size of the original in bytes.
        pub bytes: u64,
        /// SHA-256 of the original, hexadecimal.
        pub hash: String,
        /// A PNG, base64.
        pub png: String,
        /// Pixels.
        pub width: u32,
        /// Pixels.
        pub height: u32,
        /// Pages of the original; 1 for a picture.
        pub pages: u32,
        /// Pages that the picture shows.
        pub drawn: u32,
    }

    /// A dated line of a record's history.
    pub struct HistoryLine {
        /// RFC 3339.
        pub at: String,
        /// What happened and by whom.
        pub text: String,
    }

    /// Deposits a payment by hand.
    pub struct Deposit {
        /// Payment number.
        pub payment: String,
        /// Name of a cash account: bank deposits are booked by their bank line.
        pub account: String,
    }

    /// Proposes a refund.
    pub struct RefundPropose {
        /// Payment number, or the provider's id of a card payment.
        pub payment: String,
        /// Decimal string; all of it when empty.
        pub amount: String,
    }

    /// Money at a provider that waits in Suspense for its reason.
    pub struct ChargeRow {
        /// The provider's id of the charge or of the movement.
        pub id: String,
        /// The provider.
        pub title: String,
        /// A customer's payment; else a movement of which nothing else is known.
        pub is_charge: bool,
        /// The day.
        pub on: String,
        /// What the provider says of it.
        pub text: String,
        /// Negative where it left.
        pub amount: Amount,
        /// How much of it the provider can give back.
        pub refundable: Amount,
        /// The entry that booked it.
        pub entry: Option<i64>,
        /// Our id of the customer, where they are known.
        pub customer_id: Option<String>,
        /// Their name; may be empty.
        pub customer_name: String,
        /// Their open invoices in its currency.
        pub open: Vec<InvoiceRow>,
    }

    /// Everything that waits.
    pub struct ChargesWaiting {
        /// Oldest first, at most 500.
        pub rows: Vec<ChargeRow>,
    }

    /// Gives money at a provider its reason.
    pub struct ChargeResolve {
        /// Its id.
        pub id: String,
        /// `invoice`, `credit`, `category`.
        pub to: String,
        /// The invoice's number, the customer's id or name, or the account.
        pub target: String,
    }
}
