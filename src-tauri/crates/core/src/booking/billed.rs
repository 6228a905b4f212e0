//! Bookings of what is billed: an invoice that a provider issued, what is earned of it when, and what is taken back.

use chrono::NaiveDate;

use crate::account::{Account, BAD_DEBT, CUSTOMER_CREDIT, DEFERRED, RECEIVABLE, REFUNDS, SALES_TAX};
use crate::entry::{Entry, EntryDraft, EntryError, EntryKind};
use crate::item::{Item, ItemKind};
use crate::money::{Money, MoneyError};

/// One line of an issued invoice.
#[derive(Clone, Debug)]
pub struct BilledLine {
    /// The line's id: the item in DeferredRevenue.
    pub id: String,
    /// Where it is earned.
    pub income: Account,
    /// Without tax; negative for a credit.
    pub net: Money,
    /// Earned month by month instead of at once.
    pub deferred: bool,
}

/// What an invoice that a provider issued books.
#[derive(Clone, Debug)]
pub struct Billed<'a> {
    /// Invoice id.
    pub invoice: &'a str,
    /// Customer id: a total below zero becomes their credit.
    pub customer: &'a str,
    /// The day of issue.
    pub on: NaiveDate,
    /// The journal's line.
    pub text: String,
    /// Its lines, at least one where there is money in it.
    pub lines: &'a [BilledLine],
    /// Tax on top.
    pub tax: Money,
}

/// An invoice is issued: the customer owes it; what pays for a longer time waits in DeferredRevenue until it has
/// passed; the tax is the state's. `None` where there is nothing to book, as for a free month.
pub fn invoice_finalised(billed: &Billed<'_>) -> Result<Option<Entry>, EntryError> {
    let mut total = billed.tax;
    let mut income: Vec<(Account, Money)> = Vec::new();
    let mut deferred = Vec::new();
    for line in billed.lines {
        total = total.add(line.net)?;
        if line.deferred {
            deferred.push((line.id.clone(), line.net));
            continue;
        }
        match income.iter_mut().find(|(account, _)| *account == line.income) {
            Some((_, sum)) => *sum = sum.add(line.net)?,
            None => income.push((line.income.clone(), line.net)),
        }
    }
    let draft = EntryDraft::new(EntryKind::Invoice, billed.on, billed.text.clone());
    let mut draft = if total.is_negative() {
        draft.debit_item(CUSTOMER_CREDIT, total, Item::new(ItemKind::Customer, billed.customer))
    } else {
        draft.debit_item(RECEIVABLE, total, Item::new(ItemKind::Invoice, billed.invoice))
    };
    for (account, amount) in income {
        draft = draft.post(account, -amount, None);
    }
    for (line, amount) in deferred {
        draft = draft.credit_item(DEFERRED, amount, Item::new(ItemKind::InvoiceLine, line));
    }
    let draft = draft.credit(SALES_TAX, billed.tax);
    if draft.postings.is_empty() { Ok(None) } else { draft.check().map(Some) }
}

/// A part of an invoice is taken from the customer's credit; below zero an earlier debt is collected with it.
pub fn from_balance(
    invoice: &str,
    customer: &str,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Allocation, on, text)
        .debit_item(CUSTOMER_CREDIT, amount, Item::new(ItemKind::Customer, customer))
        .credit_item(RECEIVABLE, amount, Item::new(ItemKind::Invoice, invoice))
        .check()
}

/// A month of a line has passed: its share is earned.
pub fn recognise(
    line: &str,
    income: &Account,
    amount: Money,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    EntryDraft::new(EntryKind::Recognition, on, text)
        .debit_item(DEFERRED, amount, Item::new(ItemKind::InvoiceLine, line))
        .post(income.clone(), -amount, None)
        .check()
}

/// What is taken back of an invoice: by a refund, a lost dispute, or because it will not be paid.
/// All amounts are positive and add up to what is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenBack {
    /// Of the credit that a customer had got from the same payment.
    pub credit: Option<(String, Money)>,
    /// Not earned yet, by line: it leaves DeferredRevenue and is never earned.
    pub unearned: Vec<(String, Money)>,
    /// Earned before.
    pub earned: Money,
    /// Tax.
    pub tax: Money,
}

/// How much of an invoice was taken back before, and the tax in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Earlier {
    /// All of it.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
}

impl Earlier {
    /// An amount with the tax that is in so much of an invoice of `net` and `tax`.
    pub fn share(amount: Money, invoice: (Money, Money)) -> Earlier {
        Earlier { amount, tax: tax_in(amount, invoice) }
    }

    /// The tax in the next piece, of net and tax together: all of it so far has the tax of the whole, so that pieces add
    /// up to the cent. Where an earlier piece came back, neither part passes what is left of it.
    pub fn tax_of_next(&self, piece: Money, invoice: (Money, Money)) -> Result<Money, MoneyError> {
        let (net, tax) = invoice;
        let wanted = tax_in(self.amount.add(piece)?, invoice).sub(self.tax)?;
        let net_left = net.sub(self.amount.sub(self.tax)?)?;
        let least = piece.sub(net_left)?;
        let most = piece.lesser(tax.sub(self.tax)?)?;
        wanted.greater(least)?.lesser(most)?.greater(Money::zero(piece.currency()))
    }
}

fn tax_in(amount: Money, (net, tax): (Money, Money)) -> Money {
    let shares = amount.split(&[weight(net), weight(tax)]);
    shares.get(1).copied().unwrap_or(Money::zero(amount.currency()))
}

impl TakenBack {
    /// Splits an amount by an invoice's net and tax; the unearned part comes from DeferredRevenue first.
    ///
    /// `unearned` is what still waits, by line.
    pub fn of(
        amount: Money,
        earlier: &Earlier,
        invoice: (Money, Money),
        unearned: &[(String, Money)],
    ) -> Result<TakenBack, MoneyError> {
        let tax = earlier.tax_of_next(amount, invoice)?;
        let (unearned, earned) = unearned_first(amount.sub(tax)?, unearned)?;
        Ok(TakenBack { credit: None, unearned, earned, tax })
    }

    /// All of an amount as earned, without tax: where no invoice says how it divides.
    pub fn all_earned(amount: Money) -> TakenBack {
        TakenBack { credit: None, unearned: Vec::new(), earned: amount, tax: Money::zero(amount.currency()) }
    }

    /// The sum.
    pub fn total(&self) -> Result<Money, MoneyError> {
        let unearned = Money::sum(self.unearned.iter().map(|(_, amount)| *amount), self.earned.currency())?;
        let credit = self.credit.as_ref().map_or(Money::zero(self.earned.currency()), |(_, amount)| *amount);
        credit.add(unearned)?.add(self.earned)?.add(self.tax)
    }

    /// Debits what is taken back, the earned part on `account`.
    pub(super) fn debit(&self, account: &str, draft: EntryDraft) -> EntryDraft {
        let mut draft = draft;
        if let Some((customer, amount)) = &self.credit {
            draft = draft.debit_item(CUSTOMER_CREDIT, *amount, Item::new(ItemKind::Customer, customer));
        }
        for (line, amount) in &self.unearned {
            draft = draft.debit_item(DEFERRED, *amount, Item::new(ItemKind::InvoiceLine, line));
        }
        draft.debit(account, self.earned).debit(SALES_TAX, self.tax)
    }
}

/// A net amount as what is taken of the lines that wait, in their order, and the rest, which was earned.
pub fn unearned_first(
    net: Money,
    waiting: &[(String, Money)],
) -> Result<(Vec<(String, Money)>, Money), MoneyError> {
    let (mut earned, mut taken) = (net, Vec::new());
    for (line, waits) in waiting {
        let part = earned.lesser(*waits)?;
        if part.is_positive() {
            earned = earned.sub(part)?;
            taken.push((line.clone(), part));
        }
    }
    Ok((taken, earned))
}

/// An amount as a weight: nets and taxes that can be taken back are not negative.
fn weight(amount: Money) -> u64 {
    u64::try_from(amount.minor()).unwrap_or(0)
}

/// An invoice that will not be paid.
pub fn bad_debt(
    invoice: &str,
    taken_back: &TakenBack,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    let draft = taken_back.debit(BAD_DEBT, EntryDraft::new(EntryKind::BadDebt, on, text));
    draft.credit_item(RECEIVABLE, taken_back.total()?, Item::new(ItemKind::Invoice, invoice)).check()
}

/// A credit note takes a part off an invoice: so much less is owed, and what is not owed any more, because it was paid
/// already, becomes the customer's credit.
pub fn credited(
    invoice: &str,
    customer: &str,
    owed: Money,
    taken_back: &TakenBack,
    on: NaiveDate,
    text: &str,
) -> Result<Entry, EntryError> {
    let draft = taken_back.debit(REFUNDS, EntryDraft::new(EntryKind::Refund, on, text));
    let off = taken_back.total()?.lesser(owed)?;
    draft
        .credit_item(RECEIVABLE, off, Item::new(ItemKind::Invoice, invoice))
        .credit_item(CUSTOMER_CREDIT, taken_back.total()?.sub(off)?, Item::new(ItemKind::Customer, customer))
        .check()
}

/// What a refund takes back, as the other side of the money that left.
pub(super) fn refund_side(taken_back: &TakenBack, draft: EntryDraft) -> EntryDraft {
    taken_back.debit(REFUNDS, draft)
}
