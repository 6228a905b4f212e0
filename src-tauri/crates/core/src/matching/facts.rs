//! What matching is told: bank lines, open invoices, customers, and what is under way.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::money::Money;

/// A line of a bank statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Booking date.
    pub date: NaiveDate,
    /// Id of the transaction.
    pub id: String,
    /// Positive came in, negative left.
    pub amount: Money,
    /// Counterparty as the bank wrote it; may be empty.
    pub payer: String,
    /// Memo as the bank wrote it.
    pub description: String,
    /// Own account it is on.
    pub account: String,
}

impl Line {
    /// The one order of lines: by date and id, then by everything else.
    pub(super) fn place(&self) -> (NaiveDate, &str, i128, Currency, [&str; 3]) {
        let texts = [self.payer.as_str(), &self.description, &self.account];
        (self.date, &self.id, self.amount.minor(), self.amount.currency(), texts)
    }
}

/// An issued invoice with something open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenInvoice {
    /// Id.
    pub id: String,
    /// Number, such as `NB-202610-0118`.
    pub number: String,
    /// Payment reference, such as `NB10421187`; may be empty.
    pub reference: String,
    /// Customer's id.
    pub customer: String,
    /// Day of issue.
    pub issued: NaiveDate,
    /// Day it is due.
    pub due: NaiveDate,
    /// The whole.
    pub total: Money,
    /// What is still open.
    pub open: Money,
}

/// What a customer usually does.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct History {
    /// By how much each of their recent payments was short, latest first; zero for exact ones.
    pub usual_shortfall: Vec<Money>,
    /// How many days after the due date each recent payment came, latest first; negative is early.
    pub days_late: Vec<i32>,
}

/// A customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Payer names that the founder confirmed for them.
    pub aliases: Vec<String>,
    /// What they usually do.
    pub history: History,
}

/// An invoice that is paid, to recognise a second payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaidInvoice {
    /// Id.
    pub id: String,
    /// Number.
    pub number: String,
    /// Payment reference; may be empty.
    pub reference: String,
    /// Customer's id.
    pub customer: String,
    /// The whole.
    pub total: Money,
    /// Day of the last payment.
    pub paid_on: NaiveDate,
}

/// A recorded payment whose bank line has not come yet: the two are one payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Undeposited {
    /// Id.
    pub id: String,
    /// Number of the payment.
    pub number: String,
    /// Customer's id.
    pub customer: String,
    /// Amount.
    pub amount: Money,
    /// Day it was received.
    pub received_on: NaiveDate,
    /// Everything that a memo may carry for it: the typed reference or check number, and the
    /// references and numbers of the invoices it settled.
    pub references: Vec<String>,
}

/// Money on its way between us and a provider or payee.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InTransit {
    /// Id.
    pub id: String,
    /// In words, for sentences: `payout`, `refund`.
    pub what: String,
    /// As it will stand on the statement: positive comes in, negative leaves.
    pub amount: Money,
    /// Day it was sent.
    pub sent_on: NaiveDate,
    /// What a statement may say of it: payee or provider name, end-to-end id. Any one is evidence.
    pub texts: Vec<String>,
}

/// Everything a [`Book`](super::Book) is built from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Open invoices.
    pub invoices: Vec<OpenInvoice>,
    /// Customers, also those without open invoices: a name that is another customer's is evidence.
    pub customers: Vec<Customer>,
    /// Invoices paid lately.
    pub paid: Vec<PaidInvoice>,
    /// Recorded payments that wait for their bank line.
    pub undeposited: Vec<Undeposited>,
    /// Payouts and refunds on their way.
    pub in_transit: Vec<InTransit>,
}
