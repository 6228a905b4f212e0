//! Invoices and customers.

use super::*;

wire! {
    /// Which invoices.
    pub struct InvoicesFilter {
        /// `all`, `open`, `overdue`, `paid`, `draft`, `void`, `written_off`.
        pub state: String,
        /// Free text.
        pub text: String,
        /// `issued`, `number` or `customer`, with `-` in front for the largest first; empty for newest first.
        #[serde(default)]
        pub sort: String,
    }

    /// The list's index.
    pub struct InvoicesIndex {
        /// Keys in the order asked for.
        pub keys: Vec<i64>,
        /// Open invoices in the base currency.
        pub open_count: u32,
        /// Their sum.
        pub open_sum: Amount,
        /// Of that overdue.
        pub overdue_sum: Amount,
        /// All invoices.
        pub total: u32,
    }

    /// An invoice in the list.
    pub struct InvoiceRow {
        /// The list's key.
        pub key: i64,
        /// Number; a draft has none and shows `Draft`.
        pub number: String,
        /// Its id, also for drafts.
        pub id: String,
        /// Customer's name.
        pub customer: String,
        /// ISO date.
        pub issued: String,
        /// ISO date.
        pub due: String,
        /// `draft`, `open`, `partly_paid`, `paid`, `paid_late`, `overdue`, `void`, `written_off`.
        pub state: String,
        /// Days overdue; 0 when not.
        pub days_overdue: u32,
        /// Total.
        pub total: Amount,
        /// Open.
        pub open: Amount,
    }

    /// A line of an invoice.
    pub struct InvoiceLineForm {
        /// What.
        pub text: String,
        /// How many, whole.
        pub quantity: u32,
        /// Price of one, decimal string.
        pub price: String,
        /// Tax in percent as a decimal string; empty for none.
        pub tax_percent: String,
    }

    /// A new invoice.
    pub struct InvoiceForm {
        /// Customer id or name.
        pub customer: String,
        /// Currency code.
        pub currency: String,
        /// ISO date; today when empty.
        pub issued: String,
        /// ISO date; by the company's terms when empty.
        pub due: String,
        /// Lines.
        pub lines: Vec<InvoiceLineForm>,
        /// Issue at once.
        pub issue: bool,
    }

    /// An invoice that is given up.
    pub struct WriteOffForm {
        /// Its number.
        pub number: String,
        /// Why, for the audit; may be empty.
        pub reason: String,
    }

    /// One invoice.
    pub struct InvoiceDetail {
        /// Its row.
        pub row: InvoiceRow,
        /// The provider that issued it and can void it, such as `Stripe`; empty for one of your own.
        pub provider: String,
        /// Payment reference.
        pub reference: String,
        /// Company and customer as printed.
        pub company: String,
        /// Company's address lines.
        pub company_lines: Vec<String>,
        /// Customer's lines.
        pub customer_lines: Vec<String>,
        /// Customer's email.
        pub email: String,
        /// Lines with text, quantity, price, amount.
        pub lines: Vec<InvoicePaperLine>,
        /// Net total.
        pub net: Amount,
        /// Tax.
        pub tax: Amount,
        /// How to pay by transfer.
        pub instructions: Vec<Fact>,
        /// What happened.
        pub history: Vec<HistoryLine>,
        /// Journal numbers.
        pub entries: Vec<i64>,
        /// Card payments that settled it.
        pub cards: Vec<CardPayment>,
        /// How far its provider has come in collecting it, as sentences; empty where it collects nothing.
        pub collection: String,
        /// The provider's page on which its customer can pay it or confirm the payment, while that is to be done; else empty.
        pub pay_page: String,
        /// Whether your application can be told again that it is paid: it is, and one is connected.
        pub can_tell: bool,
    }

    /// A card payment of an invoice.
    pub struct CardPayment {
        /// The provider's id.
        pub id: String,
        /// How much of it the provider can give back.
        pub refundable: Amount,
    }

    /// A printed line.
    pub struct InvoicePaperLine {
        /// What.
        pub text: String,
        /// How many.
        pub quantity: u32,
        /// Price of one.
        pub price: Amount,
        /// Amount.
        pub amount: Amount,
    }

    /// An invoice by number.
    pub struct ByNumber {
        /// The number; a draft's id also does.
        pub number: String,
    }

    /// An invoice that was made.
    pub struct InvoiceMade {
        /// Number, or the draft's id.
        pub number: String,
        /// What was done.
        pub done: Done,
    }

    /// A customer found by text.
    pub struct CustomerRow {
        /// Its key in the list.
        pub key: i64,
        /// Its id.
        pub id: String,
        /// Name.
        pub name: String,
        /// Email.
        pub email: String,
        /// Open invoices.
        pub open_count: u32,
        /// Open, base currency.
        pub open: Amount,
        /// Credit, base currency.
        pub credit: Amount,
    }

    /// Which customer, and how much of what happened.
    pub struct CustomerAsked {
        /// The customer's id.
        pub id: String,
        /// How many events at most; nothing or 0 for 60.
        #[serde(default)]
        pub events: u32,
    }

    /// Something that happened with a customer.
    pub struct CustomerEvent {
        /// ISO date or RFC 3339.
        pub at: String,
        /// `invoice`, `payment`, `transfer`, `charge`, `declined`, `refund`, `dispute`, `credit` or `mail`.
        pub kind: String,
        /// What.
        pub text: String,
        /// How much, if money moved or is asked for.
        pub amount: Option<Amount>,
        /// Where it opens; empty where it opens nowhere.
        pub route: String,
    }

    /// One customer.
    pub struct CustomerDetail {
        /// Its row.
        pub row: CustomerRow,
        /// Address with line breaks; may be empty.
        pub address: String,
        /// ISO country; may be empty.
        pub country: String,
        /// Confirmed names, as the bank writes them.
        pub names: Vec<String>,
        /// Open invoices in the base currency, oldest due first.
        pub open: Vec<InvoiceRow>,
        /// The latest payments recorded by hand, at most 20.
        pub payments: Vec<PaymentRow>,
        /// What recurs of them, and what does not count with the reason; without the customer's name.
        pub subscriptions: Vec<RecurringPart>,
        /// Invoices, money and mails, newest first, at most as many as were asked for.
        pub events: Vec<CustomerEvent>,
        /// Whether there are older ones.
        pub more_events: bool,
    }

    /// The list of customers: those whose name holds the words.
    pub struct CustomersIndex {
        /// Keys, names that begin so first, then by name.
        pub keys: Vec<i64>,
        /// All customers.
        pub total: u32,
    }

    /// Customers found.
    pub struct CustomersFound {
        /// At most 50, best first.
        pub customers: Vec<CustomerRow>,
    }

    /// Invoices found for a line.
    pub struct InvoicesFound {
        /// At most 50, best first.
        pub invoices: Vec<InvoiceRow>,
    }

    /// A new or changed customer.
    pub struct CustomerForm {
        /// Empty for a new one.
        pub id: String,
        /// Name.
        pub name: String,
        /// Email.
        pub email: String,
        /// Address with line breaks.
        pub address: String,
        /// ISO country.
        pub country: String,
    }
}
