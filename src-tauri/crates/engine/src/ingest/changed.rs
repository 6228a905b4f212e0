//! What becomes of an issued invoice beside being paid: withdrawn, credited, given up, and owed again.

use chrono::NaiveDate;
use purser_core::account::RECEIVABLE;
use purser_core::booking::billed::{Earlier, TakenBack, bad_debt, credited};
use purser_core::booking::{Funds, to_credit};
use purser_core::fact;
use purser_core::invoice::Stage;
use purser_core::text::one_line;
use purser_core::{Item, ItemKind, Money};
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::provider::Object;
use purser_store::tables::write_offs::WriteOff;
use purser_store::tables::{customers, deferrals, invoices, ledger};

use super::billing::{Credited, KnownInvoice};
use super::notices;
use super::page::{Page, Undone, detail, set_detail};
use super::takeback::unearned;
use crate::deferred;
use crate::error::ApiError;

impl Page<'_> {
    /// An invoice is withdrawn: everything it booked is taken back, what was written off of it too. Money that paid it
    /// here is its customer's credit, and the founder hears of it.
    pub(super) fn withdraw(
        &mut self,
        seen: &fact::Invoice,
        object: &mut Object,
        known: &KnownInvoice,
    ) -> Result<(), ApiError> {
        let on = self.day(seen.voided.unwrap_or(self.moment.at));
        let why = "withdrawn by the provider";
        self.undo_write_off(known.key, on, why)?;
        let mut paid = Money::zero(seen.currency());
        for row in allocations::of_invoice(self.tx, known.key)? {
            if row.undone_by.is_some() {
                continue;
            }
            self.reverse(row.entry, on, why, Some(Undone::Allocation(row.key)))?;
            if row.funds_kind != "credit" {
                paid = paid.add(row.amount)?;
                self.keep_as_credit(&row, known, on)?;
            }
        }
        let mut numbers = deferrals::drop_rest(self.tx, self.source.name(), &seen.id)?;
        numbers.extend(known.balance_entry);
        numbers.extend(known.credited.as_ref().map(|credited| credited.entry));
        numbers.extend(object.entry);
        for number in numbers {
            object.ended_by = self.reverse(number, on, why, None)?.or(object.ended_by);
        }
        // There is an end of it also where nothing was booked, so that it is not ended twice.
        object.ended_by = object.ended_by.or(object.entry);
        if let Some(invoice) =
            known.id.as_deref().map(|id| invoices::by_id(self.tx, id)).transpose()?.flatten()
        {
            if invoice.stage == Stage::Issued {
                invoices::void(self.tx, known.key)?;
            }
            self.touch(known.key);
            if paid.is_positive() {
                notices::void_was_paid(self, &invoice, paid)?;
            }
        }
        Ok(())
    }

    /// Money that settled an invoice stays with its customer. A fee that a bank kept, or a loss by the rate, went with the
    /// allocation: what is kept is what came.
    fn keep_as_credit(
        &mut self,
        row: &Allocation,
        known: &KnownInvoice,
        on: NaiveDate,
    ) -> Result<(), ApiError> {
        let funds = match row.funds_kind.as_str() {
            "line" => Funds::Line(row.funds_id.clone()),
            "payment" => Funds::Payment(row.funds_id.clone()),
            _ => Funds::Charge(row.funds_id.clone()),
        };
        let item = funds.item();
        let came = ledger::postings(self.tx, row.entry)?
            .into_iter()
            .find(|posting| posting.item.as_ref() == Some(&item))
            .map(|posting| posting.amount);
        let (Some(amount), Some(customer)) = (came, customers::by_key(self.tx, row.customer)?) else {
            return Ok(());
        };
        let text = one_line(&format!("{} was withdrawn: credit of {}", known.number, customer.name), 300);
        let on = ledger::entry(self.tx, row.entry)?.map_or(on, |entry| on.max(entry.occurred_on));
        let entry = self.book(to_credit(&funds, &customer.id, amount, on, &text)?);
        let zero = Money::zero(amount.currency());
        self.allocate(Allocation {
            invoice: None,
            amount: zero,
            fee: zero,
            over: amount,
            on,
            entry,
            ..row.clone()
        });
        Ok(())
    }

    /// Credit notes take a part off an invoice, or do not any more. They are told as one sum without a day.
    pub(super) fn credit(&mut self, seen: &fact::Invoice, object: &mut Object) -> Result<(), ApiError> {
        notices::credited_after(self, seen)?;
        let Some(mut known) = detail::<KnownInvoice>(object)? else { return Ok(()) };
        let (Some(id), false) = (known.id.clone(), known.opening) else { return Ok(()) };
        let zero = Money::zero(seen.currency());
        if known.credited.as_ref().map_or(zero, |credited| credited.amount) == seen.credited {
            return Ok(());
        }
        let on = self.moment.today().max(self.day(seen.finalised.unwrap_or(seen.created)));
        if let Some(Credited { entry, amount, tax }) = known.credited.take() {
            self.reverse(entry, on, "its credit notes changed", None)?;
            self.restore(&seen.id, &self.unearned_taken_by(entry)?, on)?;
            known.count_taken(-amount, -tax)?;
        }
        if seen.credited.is_positive() {
            self.earn_until(&seen.id, on)?;
            let waiting = unearned(self, &seen.id, on)?;
            let shares = (known.net, known.tax);
            let back = TakenBack::of(seen.credited, &known.taken_back(), shares, &waiting)?;
            let owed = self.open(RECEIVABLE, &Item::new(ItemKind::Invoice, id.as_str()), seen.currency())?;
            let customer = customers::by_key(self.tx, known.customer)?.unwrap_or_default();
            let text = one_line(&format!("Credit note of {}", known.number), 300);
            let owed = owed.greater(zero)?;
            let entry = self.book(credited(&id, &customer.id, owed, &back, on, &text)?);
            deferred::take(self.tx, &back.unearned, on)?;
            known.count_taken(seen.credited, back.tax)?;
            known.credited = Some(Credited { entry, amount: seen.credited, tax: back.tax });
        }
        // With what was paid by hand it may be settled now, or open again.
        self.touch(known.key);
        set_detail(object, &known)?;
        self.put(object)
    }

    /// An invoice will not be paid: what is open on it is lost.
    pub(super) fn give_up(&mut self, seen: &fact::Invoice, mut object: Object) -> Result<(), ApiError> {
        let Some(known) = detail::<KnownInvoice>(&object)? else { return self.put(&object) };
        let Some(id) = known.id.clone() else { return self.put(&object) };
        let open = self.open(RECEIVABLE, &Item::new(ItemKind::Invoice, id.as_str()), seen.currency())?;
        if open.is_positive() {
            let on = self.day(seen.given_up.unwrap_or(self.moment.at));
            self.earn_until(&seen.id, on)?;
            let waiting = unearned(self, &seen.id, on)?;
            let shares = (known.net, known.tax);
            // The paid part keeps its tax, so that a refund of it takes exactly the rest.
            let paid = Earlier::share(seen.total.sub(open)?, shares);
            let back = if known.opening {
                TakenBack::all_earned(open)
            } else {
                TakenBack::of(open, &paid, shares, &waiting)?
            };
            let text = one_line(&format!("{} will not be paid", known.number), 300);
            let entry = self.book(bad_debt(&id, &back, on, &text)?);
            object.ended_by = Some(entry);
            let row = WriteOff {
                key: 0,
                net: open.sub(back.tax)?,
                tax: back.tax,
                reason: format!("Uncollectible at {}", self.source.title()),
                at: self.moment.stamp(),
                entry,
            };
            self.write_off(known.key, row);
            deferred::take(self.tx, &back.unearned, on)?;
        }
        self.put(&object)
    }

    /// An invoice that was given up is paid after all, or owed again: it is earned like any other.
    pub(super) fn owe_again(
        &mut self,
        seen: &fact::Invoice,
        object: &mut Object,
        known: &KnownInvoice,
    ) -> Result<(), ApiError> {
        let Some(number) = object.ended_by.take() else { return Ok(()) };
        let on = seen.paid.map_or(self.moment.today(), |at| self.day(at));
        // The founder may have taken it back before.
        if self.undo_write_off(known.key, on, "it is not given up any more")?.is_some() {
            self.restore(&seen.id, &self.unearned_taken_by(number)?, on)?;
        }
        Ok(())
    }
}
