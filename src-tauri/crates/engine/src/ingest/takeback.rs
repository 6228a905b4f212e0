//! What is earned of a longer time until a day, and what a refund, a dispute or a bad debt takes of the rest.

use chrono::NaiveDate;
use purser_core::account::CUSTOMER_CREDIT;
use purser_core::booking::billed::{Earlier, TakenBack, recognise};
use purser_core::deferral::first_of;
use purser_core::entry::EntryKind;
use purser_core::fact::FactKind;
use purser_core::text::one_line;
use purser_core::{Account, Item, ItemKind, Money};
use purser_store::tables::deferrals::{self, Deferral};
use purser_store::tables::{allocations, customers, invoices, ledger, provider};
use serde::{Deserialize, Serialize};

use super::page::{Page, detail, set_detail};
use crate::deferred;
use crate::error::ApiError;

/// What a refund or a lost dispute took back of an invoice, so that it can be put back.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Taken {
    /// The provider's id of the invoice; empty where it is none of the provider's.
    pub invoice: String,
    #[serde(default)]
    credit: Option<(String, Money)>,
    unearned: Vec<(String, Money)>,
    earned: Money,
    tax: Money,
}

impl Taken {
    pub fn back(&self) -> TakenBack {
        let (credit, unearned) = (self.credit.clone(), self.unearned.clone());
        TakenBack { credit, unearned, earned: self.earned, tax: self.tax }
    }

    fn of(invoice: String, back: TakenBack) -> Taken {
        let TakenBack { credit, unearned, earned, tax } = back;
        Taken { invoice, credit, unearned, earned, tax }
    }
}

/// What still waits of an invoice on a day, by line, in the order of the lines' ids.
pub(super) fn unearned(
    page: &Page<'_>,
    invoice: &str,
    on: NaiveDate,
) -> Result<Vec<(String, Money)>, ApiError> {
    deferred::waiting(&deferrals::to_come(page.tx, page.source.name(), invoice)?, on)
}

impl Page<'_> {
    /// Earns the months of an invoice that were over on a day, so that only what was unearned then can be taken back.
    pub(super) fn earn_until(&mut self, invoice: &str, day: NaiveDate) -> Result<(), ApiError> {
        let months = deferrals::to_come(self.tx, self.source.name(), invoice)?;
        for month in months.into_iter().filter(|month| month.share.month < first_of(day)) {
            self.earn(&month)?;
        }
        Ok(())
    }

    /// Earns one month; one of nothing is only ended.
    pub(super) fn earn(&mut self, month: &Deferral) -> Result<(), ApiError> {
        let share = month.share;
        let number = if share.amount.is_zero() {
            None
        } else {
            let text = one_line(&format!("Earned in {}", share.month.format("%B %Y")), 300);
            let income = Account::known(&month.income);
            let on = share.earned_on().max(self.books_start());
            Some(self.book(recognise(&month.line, &income, share.amount, on, &text)?))
        };
        Ok(deferrals::earned(self.tx, &month.line, share.month, number)?)
    }

    /// What an entry, perhaps of this page, took unearned, by line.
    pub(super) fn unearned_taken_by(&self, number: i64) -> Result<Vec<(String, Money)>, ApiError> {
        Ok(deferred::taken_by(&self.postings(number)?))
    }

    /// What came back will be earned after all.
    pub(super) fn restore(
        &mut self,
        invoice: &str,
        unearned: &[(String, Money)],
        on: NaiveDate,
    ) -> Result<(), ApiError> {
        self.earn_until(invoice, on)?;
        for entry in deferred::bring_back(self.tx, unearned, on.max(self.books_start()))? {
            self.book(entry);
        }
        Ok(())
    }

    /// Takes an amount back of the invoice that a charge paid; `None` where it paid none. With a day, what was not
    /// earned on it goes first; without one everything counts as earned.
    pub(super) fn take_back(
        &mut self,
        charge: &str,
        amount: Money,
        unearned_on: Option<NaiveDate>,
    ) -> Result<Option<(Taken, String)>, ApiError> {
        let Some(object) = self.object(FactKind::Charge, charge)? else { return Ok(None) };
        for (_, payment, _) in self.payments_of(&object)? {
            if let Some(taken) = self.take_back_of(&payment.invoice, amount, unearned_on)? {
                return Ok(Some(taken));
            }
        }
        self.take_back_given(charge, amount, unearned_on)
    }

    /// Takes an amount back of one of the provider's invoices.
    fn take_back_of(
        &mut self,
        id: &str,
        amount: Money,
        unearned_on: Option<NaiveDate>,
    ) -> Result<Option<(Taken, String)>, ApiError> {
        let Some((mut object, mut invoice)) = self.known_invoice(id)? else { return Ok(None) };
        if invoice.net.currency() != amount.currency() {
            return Ok(None);
        }
        let waiting = match unearned_on {
            Some(on) => {
                self.earn_until(id, on)?;
                unearned(self, id, on)?
            }
            None => Vec::new(),
        };
        let back = TakenBack::of(amount, &invoice.taken_back(), (invoice.net, invoice.tax), &waiting)?;
        if let Some(on) = unearned_on {
            deferred::take(self.tx, &back.unearned, on)?;
        }
        invoice.count_taken(amount, back.tax)?;
        set_detail(&mut object, &invoice)?;
        self.put(&object)?;
        Ok(Some((Taken::of(id.to_owned(), back), invoice.number)))
    }

    /// Takes an amount back of what the founder gave a charge to: the customer's credit first, then its invoice, or the
    /// income that it was filed under. `None` where it waits for its reason, or was filed under something else.
    fn take_back_given(
        &mut self,
        charge: &str,
        amount: Money,
        unearned_on: Option<NaiveDate>,
    ) -> Result<Option<(Taken, String)>, ApiError> {
        let rows = allocations::of_funds(self.tx, "charge", charge)?;
        let Some(first) = rows.first() else {
            let back = self.was_filed_as_income(charge)?.then(|| TakenBack::all_earned(amount));
            return Ok(back.map(|back| (Taken::of(String::new(), back), charge.to_owned())));
        };
        let (credit_before, earlier) = self.taken_before(charge, amount)?;
        let credit = Money::sum(rows.iter().map(|row| row.over), amount.currency())?.sub(credit_before)?;
        let customer = customers::by_key(self.tx, first.customer)?.map(|one| one.id).unwrap_or_default();
        let item = Item::new(ItemKind::Customer, customer.as_str());
        let open = -self.open(CUSTOMER_CREDIT, &item, amount.currency())?;
        let credit = amount.lesser(credit)?.lesser(open)?.greater(Money::zero(amount.currency()))?;
        let rest = amount.sub(credit)?;
        let row = rows.iter().find(|row| row.invoice.is_some());
        let invoice = match row.and_then(|row| row.invoice) {
            Some(key) => invoices::by_keys(self.tx, &[key])?.pop(),
            None => None,
        };
        let (mut taken, number) = match (invoice, row) {
            (Some(invoice), Some(row)) => {
                let theirs =
                    provider::of_invoice(self.tx, invoice.key)?.map(|(_, object)| object.external_id);
                let of_theirs = match theirs.filter(|_| rest.is_positive()) {
                    Some(id) => self.take_back_of(&id, rest, unearned_on)?,
                    None => None,
                };
                match of_theirs {
                    Some(found) => found,
                    None => {
                        // The share of the invoice that this charge paid, so that no cent of tax is lost.
                        let share = Earlier::share(row.amount, (invoice.net, invoice.tax));
                        let shares = (row.amount.sub(share.tax)?, share.tax);
                        let back = TakenBack::of(rest, &earlier, shares, &[])?;
                        (Taken::of(String::new(), back), invoice.shown().to_owned())
                    }
                }
            }
            _ => (Taken::of(String::new(), TakenBack::all_earned(rest)), charge.to_owned()),
        };
        taken.credit = credit.is_positive().then_some((customer, credit));
        Ok(Some((taken, number)))
    }

    /// What refunds and lost disputes took before of a charge that the founder gave to something: of credit, and of the
    /// rest. What came back counts no more.
    fn taken_before(&self, charge: &str, like: Money) -> Result<(Money, Earlier), ApiError> {
        let zero = Money::zero(like.currency());
        let (mut credit, mut earlier) = (zero, Earlier { amount: zero, tax: zero });
        for kind in [FactKind::Refund, FactKind::Dispute] {
            for object in self.owned(kind, &format!("charge:{charge}"))? {
                let Some(taken) = detail::<Taken>(&object)? else { continue };
                let of_credit = taken.credit.as_ref().map_or(zero, |(_, amount)| *amount);
                credit = credit.add(of_credit)?;
                earlier.amount = earlier.amount.add(taken.back().total()?.sub(of_credit)?)?;
                earlier.tax = earlier.tax.add(taken.tax)?;
            }
        }
        Ok((credit, earlier))
    }

    /// Whether the founder filed a charge under an income.
    fn was_filed_as_income(&self, charge: &str) -> Result<bool, ApiError> {
        for number in ledger::entries_of_item(self.tx, &Item::new(ItemKind::Charge, charge))? {
            let is_filing =
                ledger::entry(self.tx, number)?.is_some_and(|entry| entry.kind == EntryKind::Filing);
            if is_filing && ledger::reversed_by(self.tx, number)?.is_none() {
                let mut postings = ledger::postings(self.tx, number)?.into_iter();
                return Ok(postings.any(|posting| posting.account.as_str().starts_with("Income:")));
            }
        }
        Ok(false)
    }

    pub(super) fn count_returned(&mut self, invoice: &str, back: &TakenBack) -> Result<(), ApiError> {
        let Some((mut object, mut known)) = self.known_invoice(invoice)? else { return Ok(()) };
        let of_invoice = TakenBack { credit: None, ..back.clone() };
        known.count_taken(-of_invoice.total()?, -back.tax)?;
        set_detail(&mut object, &known)?;
        self.put(&object)
    }
}
