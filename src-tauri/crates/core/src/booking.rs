//! The bookings: every case of the books as a pure function that returns a checked entry.
//!
//! Debit positive, credit negative; the cases and their accounts are those of ARCHITECTURE.md,
//! “Accounts and bookings”. Each allocation owns exactly one entry.

pub mod billed;
pub mod provider;

use chrono::NaiveDate;

use crate::account::{
    Account, BANK_FEES, CONVERSION, CUSTOMER_CREDIT, FX, IN_TRANSIT_OUT, OPENING, RECEIVABLE, SALES_TAX,
    SUSPENSE, UNDEPOSITED,
};
use crate::booking::billed::{TakenBack, refund_side};
use crate::entry::{Entry, EntryDraft, EntryError, EntryKind};
use crate::item::{Item, ItemKind};
use crate::money::Money;

/// The real account's balance on the day the books start.
pub fn opening_balance(account: &Account, amount: Money, on: NaiveDate) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Opening, on, format!("Opening balance of {account}"))
        .post(account.clone(), amount, None)
        .credit(OPENING, amount)
        .check()
}

/// What an issued invoice books.
#[derive(Clone, Debug)]
pub struct IssuedInvoice<'a> {
    /// Invoice id.
    pub id: &'a str,
    /// Its number.
    pub number: &'a str,
    /// The customer's name.
    pub customer: &'a str,
    /// The day of issue.
    pub issued: NaiveDate,
    /// Net amounts by income account.
    pub income: &'a [(Account, Money)],
    /// Tax on top.
    pub tax: Money,
}

/// An invoice is issued: the customer owes it, it is earned, the tax is the state's.
pub fn invoice_issued(invoice: &IssuedInvoice<'_>) -> Result<Entry, EntryError> {
    let text = format!("Invoice {}, {}", invoice.number, invoice.customer);
    let mut total = invoice.tax;
    for (_, amount) in invoice.income {
        total = total.add(*amount)?;
    }
    let mut draft = EntryDraft::new(EntryKind::Invoice, invoice.issued, text).debit_item(
        RECEIVABLE,
        total,
        Item::new(ItemKind::Invoice, invoice.id),
    );
    for (account, amount) in invoice.income {
        draft = draft.post(account.clone(), -*amount, None);
    }
    draft.credit(SALES_TAX, invoice.tax).check()
}

/// An invoice from before the books' start that was still open then.
pub fn opening_receivable(
    id: &str,
    number: &str,
    customer: &str,
    open: Money,
    books_start: NaiveDate,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Opening, books_start, format!("Open at the start: {number}, {customer}"))
        .debit_item(RECEIVABLE, open, Item::new(ItemKind::Invoice, id))
        .credit(OPENING, open)
        .check()
}

/// A line of a bank statement: in or out, unexplained until something claims it.
pub fn bank_line(
    account: &Account,
    line: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::BankLine, on, text)
        .post(account.clone(), amount, None)
        .credit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line))
        .check()
}

/// Where the money of an allocation comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Funds {
    /// A bank line in Suspense.
    Line(String),
    /// A recorded payment in Undeposited.
    Payment(String),
    /// A customer's credit.
    Credit(String),
    /// A provider's charge in Suspense.
    Charge(String),
}

impl Funds {
    /// The open item that the money is taken of.
    pub fn item(&self) -> Item {
        match self {
            Funds::Line(id) => Item::new(ItemKind::BankLine, id),
            Funds::Payment(id) => Item::new(ItemKind::Payment, id),
            Funds::Credit(id) => Item::new(ItemKind::Customer, id),
            Funds::Charge(id) => Item::new(ItemKind::Charge, id),
        }
    }

    fn debit(&self, draft: EntryDraft, amount: Money) -> EntryDraft {
        let account = match self {
            Funds::Line(_) | Funds::Charge(_) => SUSPENSE,
            Funds::Payment(_) => UNDEPOSITED,
            Funds::Credit(_) => CUSTOMER_CREDIT,
        };
        draft.debit_item(account, amount, self.item())
    }
}

/// One payment meeting one invoice.
#[derive(Clone, Debug)]
pub struct Allocation<'a> {
    /// Where the money comes from.
    pub funds: Funds,
    /// Invoice id.
    pub invoice: &'a str,
    /// How much of the funds is used.
    pub received: Money,
    /// What a bank kept on the way: the invoice is settled by `received + fee`.
    pub fee: Money,
    /// What is left over and becomes the credit of this customer.
    pub over: Option<(&'a str, Money)>,
    /// The day.
    pub on: NaiveDate,
    /// The journal's line.
    pub text: String,
}

/// Money settles an invoice, in full or in part, with a fee or a rest.
///
/// `received` covers the invoice's part only; `over` comes on top from the same funds.
pub fn allocate(allocation: &Allocation<'_>) -> Result<Entry, EntryError> {
    let settled = allocation.received.add(allocation.fee)?;
    let mut from_funds = allocation.received;
    if let Some((_, over)) = allocation.over {
        from_funds = from_funds.add(over)?;
    }
    let draft = EntryDraft::new(EntryKind::Allocation, allocation.on, allocation.text.clone());
    let mut draft = allocation.funds.debit(draft, from_funds).debit(BANK_FEES, allocation.fee).credit_item(
        RECEIVABLE,
        settled,
        Item::new(ItemKind::Invoice, allocation.invoice),
    );
    if let Some((customer, over)) = allocation.over {
        draft = draft.credit_item(CUSTOMER_CREDIT, over, Item::new(ItemKind::Customer, customer));
    }
    draft.check()
}

/// A line in one currency that settles an invoice in another.
#[derive(Clone, Debug)]
pub struct ExchangedAllocation<'a> {
    /// The bank line.
    pub line: &'a str,
    /// What of the line is exchanged, in its own currency.
    pub given: Money,
    /// What it is worth in the invoice's currency.
    pub value: Money,
    /// Lost to the rate (positive) or gained by it: the invoice is settled by `value - over + lost + fee`.
    pub lost: Money,
    /// What a bank kept, in the invoice's currency.
    pub fee: Money,
    /// Of the value, what is left over and becomes the credit of this customer.
    pub over: Option<(&'a str, Money)>,
    /// Invoice id.
    pub invoice: &'a str,
    /// The day.
    pub on: NaiveDate,
    /// The journal's line.
    pub text: String,
}

/// An exchange settles an invoice: both currencies balance by themselves over Equity:Conversion.
pub fn allocate_exchanged(exchange: &ExchangedAllocation<'_>) -> Result<Entry, EntryError> {
    let mut settled = exchange.value.add(exchange.lost)?.add(exchange.fee)?;
    if let Some((_, over)) = exchange.over {
        settled = settled.sub(over)?;
    }
    let draft = EntryDraft::new(EntryKind::Allocation, exchange.on, exchange.text.clone())
        .debit_item(SUSPENSE, exchange.given, Item::new(ItemKind::BankLine, exchange.line))
        .credit(CONVERSION, exchange.given)
        .debit(CONVERSION, exchange.value)
        .debit(FX, exchange.lost)
        .debit(BANK_FEES, exchange.fee);
    let draft = draft.credit_item(RECEIVABLE, settled, Item::new(ItemKind::Invoice, exchange.invoice));
    match exchange.over {
        Some((customer, over)) => {
            draft.credit_item(CUSTOMER_CREDIT, over, Item::new(ItemKind::Customer, customer)).check()
        }
        None => draft.check(),
    }
}

/// Money that no invoice takes becomes a customer's credit.
pub fn to_credit(
    funds: &Funds,
    customer: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    funds
        .debit(EntryDraft::new(EntryKind::Allocation, on, text), amount)
        .credit_item(CUSTOMER_CREDIT, amount, Item::new(ItemKind::Customer, customer))
        .check()
}

/// The bank line of a payment that was recorded before: both are one payment.
pub fn line_is_payment(
    line: &str,
    payment: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Deposit, on, text)
        .debit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line))
        .credit_item(UNDEPOSITED, amount, Item::new(ItemKind::Payment, payment))
        .check()
}

/// A recorded payment is put into the cash box.
pub fn deposit_cash(
    account: &Account,
    payment: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Deposit, on, text)
        .post(account.clone(), amount, None)
        .credit_item(UNDEPOSITED, amount, Item::new(ItemKind::Payment, payment))
        .check()
}

/// A line that is no customer's payment goes to a category. `amount` is the line's: negative for money out.
pub fn file_line(
    line: &str,
    category: &Account,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    filed(&Funds::Line(line.to_owned()), category, amount, on, text)
}

/// Money at a provider that is no invoice's goes to a category. `amount` is positive where it came in.
pub fn file_charge(
    charge: &str,
    category: &Account,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    filed(&Funds::Charge(charge.to_owned()), category, amount, on, text)
}

fn filed(
    funds: &Funds,
    category: &Account,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    funds
        .debit(EntryDraft::new(EntryKind::Filing, on, text), amount)
        .post(category.clone(), -amount, None)
        .check()
}

/// Two lines of own accounts are one transfer. `amount` is positive.
pub fn own_transfer(
    line_in: &str,
    line_out: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Transfer, on, text)
        .debit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line_in))
        .credit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line_out))
        .check()
}

/// What a refund takes back.
#[derive(Clone, Debug)]
pub struct Refund<'a> {
    /// Id of the payout item that carries the money.
    pub payout: &'a str,
    /// Customer whose credit is used first.
    pub customer: &'a str,
    /// Part taken from the credit.
    pub credit: Money,
    /// Net part of what was earned.
    pub revenue: Money,
    /// Net part of what waits to be earned, by line of an invoice.
    pub unearned: Vec<(String, Money)>,
    /// Its tax.
    pub tax: Money,
    /// The day.
    pub on: NaiveDate,
    /// The journal's line.
    pub text: String,
}

/// A refund was handed to a rail: it is on its way until the bank shows it.
pub fn refund_submitted(refund: &Refund<'_>) -> Result<Entry, EntryError> {
    let back = TakenBack {
        credit: Some((refund.customer.to_owned(), refund.credit)),
        unearned: refund.unearned.clone(),
        earned: refund.revenue,
        tax: refund.tax,
    };
    refund_side(&back, EntryDraft::new(EntryKind::PayoutSubmitted, refund.on, refund.text.clone()))
        .credit_item(IN_TRANSIT_OUT, back.total()?, Item::new(ItemKind::Payout, refund.payout))
        .check()
}

/// The bank line of a payout that we sent. `amount` is positive: what left.
pub fn payout_settled(
    line: &str,
    payout: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::PayoutSettled, on, text)
        .debit_item(IN_TRANSIT_OUT, amount, Item::new(ItemKind::Payout, payout))
        .credit_item(SUSPENSE, amount, Item::new(ItemKind::BankLine, line))
        .check()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::currency::Currency;

    fn usd(minor: i128) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 17).unwrap()
    }

    fn bank() -> Account {
        Account::known("Assets:Bank:Mercury")
    }

    fn allocation<'a>(
        funds: Funds,
        received: i128,
        fee: i128,
        over: Option<(&'a str, Money)>,
    ) -> Allocation<'a> {
        Allocation {
            funds,
            invoice: "i",
            received: usd(received),
            fee: usd(fee),
            over,
            on: on(),
            text: "t".into(),
        }
    }

    fn exchanged(value: i128, lost: i128, over: Option<(&str, Money)>) -> Result<Entry, EntryError> {
        allocate_exchanged(&ExchangedAllocation {
            line: "l",
            given: Money::new(89_000, Currency::EUR),
            value: usd(value),
            lost: usd(lost),
            fee: usd(0),
            over,
            invoice: "i",
            on: on(),
            text: "t".into(),
        })
    }

    fn income() -> Vec<(Account, Money)> {
        vec![(Account::known("Income:Sales"), usd(10_000))]
    }

    /// Each row of the table of bookings: the case, and what must stand in the ledger.
    #[rstest]
    #[case("opening balance", opening_balance(&bank(), usd(500), on()), "Assets:Bank:Mercury 5.00 | Equity:Opening -5.00")]
    #[case("overdrawn opening", opening_balance(&bank(), usd(-500), on()), "Assets:Bank:Mercury -5.00 | Equity:Opening 5.00")]
    #[case(
        "opening receivable",
        opening_receivable("i", "N", "C", usd(7), on()),
        "Assets:Receivable[invoice:i] 0.07 | Equity:Opening -0.07"
    )]
    #[case("invoice 100 + 20 tax", invoice_issued(&IssuedInvoice { id: "i", number: "N", customer: "C", issued: on(), income: &income(), tax: usd(2_000) }), "Assets:Receivable[invoice:i] 120.00 | Income:Sales -100.00 | Liabilities:SalesTax -20.00")]
    #[case("invoice without tax", invoice_issued(&IssuedInvoice { id: "i", number: "N", customer: "C", issued: on(), income: &income(), tax: usd(0) }), "Assets:Receivable[invoice:i] 100.00 | Income:Sales -100.00")]
    #[case("bank deposit", bank_line(&bank(), "l", usd(120), on(), "t"), "Assets:Bank:Mercury 1.20 | Liabilities:Suspense[bank_line:l] -1.20")]
    #[case("money out", bank_line(&bank(), "l", usd(-120), on(), "t"), "Assets:Bank:Mercury -1.20 | Liabilities:Suspense[bank_line:l] 1.20")]
    #[case(
        "FX wire",
        exchanged(97_000, 3_000, None),
        "Liabilities:Suspense[bank_line:l] 890.00 | Equity:Conversion -890.00 | Equity:Conversion 970.00 | Expenses:FX 30.00 | Assets:Receivable[invoice:i] -1000.00"
    )]
    #[case("FX wire with a gain", exchanged(101_000, -1_000, None), "Liabilities:Suspense[bank_line:l] 890.00 | Equity:Conversion -890.00 | Equity:Conversion 1010.00 | Expenses:FX -10.00 | Assets:Receivable[invoice:i] -1000.00")]
    #[case("FX wire overpaid", exchanged(101_000, 0, Some(("c", usd(1_000)))), "Liabilities:Suspense[bank_line:l] 890.00 | Equity:Conversion -890.00 | Equity:Conversion 1010.00 | Assets:Receivable[invoice:i] -1000.00 | Liabilities:CustomerCredit[customer:c] -10.00")]
    #[case("later matched", allocate(&allocation(Funds::Line("l".into()), 12_000, 0, None)), "Liabilities:Suspense[bank_line:l] 120.00 | Assets:Receivable[invoice:i] -120.00")]
    #[case("overpaid 130", allocate(&allocation(Funds::Line("l".into()), 12_000, 0, Some(("c", usd(1_000))))), "Liabilities:Suspense[bank_line:l] 130.00 | Assets:Receivable[invoice:i] -120.00 | Liabilities:CustomerCredit[customer:c] -10.00")]
    #[case("fee-short 1,485 of 1,500", allocate(&allocation(Funds::Line("l".into()), 148_500, 1_500, None)), "Liabilities:Suspense[bank_line:l] 1485.00 | Expenses:Fees:Bank 15.00 | Assets:Receivable[invoice:i] -1500.00")]
    #[case("recorded wire", allocate(&allocation(Funds::Payment("p".into()), 100, 0, None)), "Assets:Undeposited[payment:p] 1.00 | Assets:Receivable[invoice:i] -1.00")]
    #[case("customer balance pays", allocate(&allocation(Funds::Credit("c".into()), 100, 0, None)), "Liabilities:CustomerCredit[customer:c] 1.00 | Assets:Receivable[invoice:i] -1.00")]
    #[case(
        "its bank line",
        line_is_payment("l", "p", usd(100), on(), "t"),
        "Liabilities:Suspense[bank_line:l] 1.00 | Assets:Undeposited[payment:p] -1.00"
    )]
    #[case("cash deposited", deposit_cash(&Account::known("Assets:Cash"), "p", usd(100), on(), "t"), "Assets:Cash 1.00 | Assets:Undeposited[payment:p] -1.00")]
    #[case("credit to a customer", to_credit(&Funds::Line("l".into()), "c", usd(100), on(), "t"), "Liabilities:Suspense[bank_line:l] 1.00 | Liabilities:CustomerCredit[customer:c] -1.00")]
    #[case("filed expense", file_line("l", &Account::known("Expenses:Software"), usd(-900), on(), "t"), "Liabilities:Suspense[bank_line:l] -9.00 | Expenses:Software 9.00")]
    #[case("filed income", file_line("l", &Account::known("Income:Interest"), usd(900), on(), "t"), "Liabilities:Suspense[bank_line:l] 9.00 | Income:Interest -9.00")]
    #[case(
        "own transfer",
        own_transfer("in", "out", usd(100), on(), "t"),
        "Liabilities:Suspense[bank_line:in] 1.00 | Liabilities:Suspense[bank_line:out] -1.00"
    )]
    #[case("refund 60", refund_submitted(&Refund { payout: "o", customer: "c", credit: usd(0), revenue: usd(5_000), unearned: Vec::new(), tax: usd(1_000), on: on(), text: "t".into() }), "Income:Refunds 50.00 | Liabilities:SalesTax 10.00 | Assets:InTransit:Out[payout:o] -60.00")]
    #[case("refund 60 of which 40 waits", refund_submitted(&Refund { payout: "o", customer: "c", credit: usd(0), revenue: usd(1_000), unearned: vec![("l".into(), usd(4_000))], tax: usd(1_000), on: on(), text: "t".into() }), "Liabilities:DeferredRevenue[invoice_line:l] 40.00 | Income:Refunds 10.00 | Liabilities:SalesTax 10.00 | Assets:InTransit:Out[payout:o] -60.00")]
    #[case("refund of credit", refund_submitted(&Refund { payout: "o", customer: "c", credit: usd(600), revenue: usd(0), unearned: Vec::new(), tax: usd(0), on: on(), text: "t".into() }), "Liabilities:CustomerCredit[customer:c] 6.00 | Assets:InTransit:Out[payout:o] -6.00")]
    #[case(
        "payout settled",
        payout_settled("l", "o", usd(600), on(), "t"),
        "Assets:InTransit:Out[payout:o] 6.00 | Liabilities:Suspense[bank_line:l] -6.00"
    )]
    fn books_as_the_table_says(
        #[case] name: &str,
        #[case] entry: Result<Entry, EntryError>,
        #[case] expected: &str,
    ) {
        let shown: Vec<String> = entry
            .unwrap()
            .postings()
            .iter()
            .map(|p| match &p.item {
                Some(item) => format!("{}[{item}] {}", p.account, p.amount.decimal()),
                None => format!("{} {}", p.account, p.amount.decimal()),
            })
            .collect();
        assert_eq!(shown.join(" | "), expected, "{name}");
    }

    #[test]
    fn nothing_is_booked_as_an_entry_of_nothing() {
        assert!(matches!(opening_balance(&bank(), usd(0), on()), Err(EntryError::Empty(_))));
    }
}
