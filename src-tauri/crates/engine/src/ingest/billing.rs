//! Customers, subscriptions, invoices, and which payment settles which invoice.

use purser_core::account::{INCOME, RECEIVABLE, SUSPENSE};
use purser_core::booking::billed::{Billed, BilledLine, Earlier, from_balance, invoice_finalised};
use purser_core::booking::{self, Funds, opening_receivable};
use purser_core::deferral;
use purser_core::fact::{self, FactKind, InvoiceStatus, Observed, PaidBy};
use purser_core::money::MoneyError;
use purser_core::text::one_line;
use purser_core::{Account, Item, ItemKind, Money};
use purser_store::tables::allocations::Allocation;
use purser_store::tables::customers::{self, Customer};
use purser_store::tables::deferrals::{self, Deferral};
use purser_store::tables::invoices::{self, Invoice, InvoiceLine, NewInvoice};
use purser_store::tables::provider::{self, Object};
use purser_store::tables::{Conn, write_offs};
use serde::{Deserialize, Serialize};

use super::collection::Asked;
use super::notices;
use super::page::{Page, detail, set_detail};
use crate::error::ApiError;
use crate::settled;

/// What is kept of a customer.
#[derive(Serialize, Deserialize)]
struct KnownCustomer {
    id: String,
    /// Made from what the provider told, so that it follows it.
    follows: bool,
}

/// What is kept of an issued invoice.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KnownInvoice {
    /// Our invoice; none where there is nothing to be paid.
    pub id: Option<String>,
    /// Its key.
    pub key: i64,
    /// Our customer's key.
    pub customer: i64,
    /// Number, for sentences.
    pub number: String,
    pub net: Money,
    pub tax: Money,
    /// Taken back so far by refunds and lost disputes.
    taken_back: Money,
    /// The tax in it.
    #[serde(default)]
    tax_taken_back: Option<Money>,
    /// What credit notes took off it.
    #[serde(default)]
    pub credited: Option<Credited>,
    /// The entry by which the customer's balance paid a part.
    pub balance_entry: Option<i64>,
    /// Before the books began: only what was open then is in them.
    pub opening: bool,
    /// What the founder was asked of its collection last.
    #[serde(default)]
    pub asked: Option<Asked>,
}

/// What credit notes took off an invoice, all of them together.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Credited {
    pub entry: i64,
    pub amount: Money,
    pub tax: Money,
}

impl KnownInvoice {
    pub(super) fn taken_back(&self) -> Earlier {
        let amount = self.taken_back;
        match self.tax_taken_back {
            Some(tax) => Earlier { amount, tax },
            None => Earlier::share(amount, (self.net, self.tax)),
        }
    }

    /// Counts what was taken back; below zero what came back.
    pub(super) fn count_taken(&mut self, amount: Money, tax: Money) -> Result<(), MoneyError> {
        let before = self.taken_back();
        self.taken_back = before.amount.add(amount)?;
        self.tax_taken_back = Some(before.tax.add(tax)?);
        Ok(())
    }
}

/// Net and tax of an invoice that are left to be paid once credit notes of its provider's took their part off.
pub(crate) fn after_credit_notes(conn: &Conn, invoice: &Invoice) -> Result<(Money, Money), ApiError> {
    let object = provider::of_invoice(conn, invoice.key)?.map(|(_, object)| object);
    let known = object.map(|object| detail::<KnownInvoice>(&object)).transpose()?.flatten();
    let Some(Credited { amount, tax, .. }) = known.and_then(|known| known.credited) else {
        return Ok((invoice.net, invoice.tax));
    };
    Ok((invoice.net.sub(amount.sub(tax)?)?, invoice.tax.sub(tax)?))
}

/// What is kept of a payment of an invoice.
#[derive(Default, Serialize, Deserialize)]
struct KnownPayment {
    settled: bool,
}

/// What a provider's customer belongs to: ours of an id.
pub fn ours_of(id: &str) -> String {
    format!("ours:{id}")
}

impl Page<'_> {
    pub(super) fn customer(&mut self, seen: &fact::Customer, mut object: Object) -> Result<(), ApiError> {
        let known: Option<KnownCustomer> = detail(&object)?;
        let name = [&seen.name, &seen.email, &seen.id].into_iter().find(|text| !text.trim().is_empty());
        let name = one_line(name.map_or("", String::as_str), 200);
        let known = match known {
            Some(known) => known,
            None if seen.deleted => return self.put(&object),
            None => {
                let mut found = customers::named(self.tx, &seen.id)?;
                if found.is_empty() && !seen.email.is_empty() {
                    found = customers::named(self.tx, &seen.email)?;
                }
                match found.as_slice() {
                    [one] => KnownCustomer { id: one.id.clone(), follows: false },
                    _ => {
                        let new = Customer {
                            id: self.moment.id(),
                            name: name.clone(),
                            external_id: Some(seen.id.clone()),
                            ..Customer::default()
                        };
                        customers::add(self.tx, &new, None)?;
                        KnownCustomer { id: new.id, follows: true }
                    }
                }
            }
        };
        if known.follows
            && !seen.deleted
            && let Some(mut ours) = customers::named(self.tx, &known.id)?.into_iter().next()
        {
            ours.name = name;
            ours.email = one_line(&seen.email, 200);
            ours.address = seen.address.chars().take(1_000).collect();
            ours.country = one_line(&seen.country, 2);
            ours.signed_up = seen.created.map(|at| self.day(at).to_string());
            customers::update(self.tx, &ours)?;
        }
        object.owner = ours_of(&known.id);
        set_detail(&mut object, &known)?;
        self.put(&object)
    }

    /// Our customer behind a provider's id. One that was not told of yet is made, and follows what is told later.
    fn customer_of(&mut self, id: &str, name: &str, fact: i64) -> Result<Customer, ApiError> {
        for _ in 0..2 {
            if let Some(object) = self.object(FactKind::Customer, id)?
                && let Some(known) = detail::<KnownCustomer>(&object)?
                && let Some(ours) = customers::named(self.tx, &known.id)?.into_iter().next()
            {
                return Ok(ours);
            }
            let stand_in =
                fact::Customer { id: id.to_owned(), name: name.to_owned(), ..fact::Customer::default() };
            self.customer(&stand_in, Object::new(FactKind::Customer.as_str(), id, fact))?;
        }
        Err(ApiError::unknown("customer", id))
    }

    pub(super) fn subscription(
        &mut self,
        seen: &fact::Subscription,
        mut object: Object,
    ) -> Result<(), ApiError> {
        object.owner = format!("customer:{}", seen.customer);
        let (source, at) = (self.source.name(), self.moment.stamp());
        provider::add_subscription_state(self.tx, source, &seen.id, &at, object.fact)?;
        self.put(&object)
    }

    pub(super) fn invoice(&mut self, seen: &fact::Invoice, mut object: Object) -> Result<(), ApiError> {
        object.owner = seen.subscription.as_ref().map(|id| format!("subscription:{id}")).unwrap_or_default();
        let known: Option<KnownInvoice> = detail(&object)?;
        if seen.collection.is_some() || known.as_ref().is_some_and(|known| known.asked.is_some()) {
            self.collected(&seen.id);
        }
        let issued = seen.finalised.is_some() && seen.status != InvoiceStatus::Draft;
        let Some(known) = known else {
            if !issued || seen.status == InvoiceStatus::Void {
                return self.put(&object);
            }
            self.issue(seen, &mut object)?;
            self.credit(seen, &mut object)?;
            // What was seen before it may have paid it.
            self.settle_invoice(&seen.id)?;
            return match seen.status {
                InvoiceStatus::Uncollectible => self.give_up(seen, object),
                _ => Ok(()),
            };
        };
        let known = if seen.status == InvoiceStatus::Void {
            known
        } else {
            self.credit(seen, &mut object)?;
            detail(&object)?.unwrap_or(known)
        };
        match seen.status {
            // One that was given up can be withdrawn after that.
            InvoiceStatus::Void
                if object.ended_by.is_none() || write_offs::of_invoice(self.tx, known.key)?.is_some() =>
            {
                self.withdraw(seen, &mut object, &known)?;
            }
            InvoiceStatus::Uncollectible if object.ended_by.is_none() => return self.give_up(seen, object),
            InvoiceStatus::Paid | InvoiceStatus::Open if object.ended_by.is_some() => {
                self.owe_again(seen, &mut object, &known)?;
            }
            _ => {}
        }
        if let (Some(id), InvoiceStatus::Paid) = (&known.id, seen.status) {
            settled::provider_knows(self.tx, self.moment, id)?;
        }
        self.put(&object)?;
        self.settle_invoice(&seen.id)
    }

    /// Books an issued invoice, or what was open of it when the books began.
    fn issue(&mut self, seen: &fact::Invoice, object: &mut Object) -> Result<(), ApiError> {
        let on = self.day(seen.finalised.unwrap_or(seen.created));
        let customer = self.customer_of(&seen.customer, &seen.customer_name, object.fact)?;
        let opening = on < self.books_start();
        let total = if opening { self.open_at_start(seen)? } else { seen.total };
        let number = self.free_number(seen)?;
        let mut known = KnownInvoice {
            id: None,
            key: 0,
            customer: customer.key,
            number: number.clone(),
            net: seen.net,
            tax: seen.tax,
            taken_back: Money::zero(seen.currency()),
            tax_taken_back: None,
            credited: None,
            balance_entry: None,
            opening,
            asked: None,
        };
        if seen.total.is_positive() && total.is_positive() {
            let id = self.moment.id();
            known.key = self.add_invoice(seen, &id, &number, customer.key)?;
            known.id = Some(id);
        }
        let text = one_line(&format!("Invoice {number}, {}", customer.name), 300);
        let entry = match &known.id {
            Some(id) if opening => {
                Some(opening_receivable(id, &number, &customer.name, total, self.books_start())?)
            }
            _ if opening => None,
            id => {
                let lines = self.billed_lines(seen)?;
                invoice_finalised(&Billed {
                    invoice: id.as_deref().unwrap_or_default(),
                    customer: &customer.id,
                    on,
                    text,
                    lines: &lines,
                    tax: seen.tax,
                })?
            }
        };
        if let Some(entry) = entry {
            object.entry = Some(self.book(entry));
        }
        if let (Some(id), false, false) = (&known.id, opening, seen.from_balance.is_zero()) {
            let text = one_line(&format!("Credit of {} pays {number}", customer.name), 300);
            let number = self.book(from_balance(id, &customer.id, seen.from_balance, on, &text)?);
            known.balance_entry = Some(number);
            notices::unknown_credit(self, &customer, seen)?;
            if seen.from_balance.is_positive() {
                let mut allocation =
                    self.allocation(&known, "credit", &customer.id, seen.from_balance, number);
                allocation.on = on;
                self.allocate(allocation);
            }
        }
        set_detail(object, &known)?;
        self.put(object)
    }

    /// What of an invoice from before the books' start was still to be paid then.
    fn open_at_start(&self, seen: &fact::Invoice) -> Result<Money, ApiError> {
        let paid_before = seen.paid.is_some_and(|at| self.day(at) < self.books_start());
        let over = paid_before || matches!(seen.status, InvoiceStatus::Void | InvoiceStatus::Uncollectible);
        Ok(if over { Money::zero(seen.currency()) } else { seen.due_amount })
    }

    /// The provider's number, or one beside it where the founder's own books hold it already.
    fn free_number(&self, seen: &fact::Invoice) -> Result<String, ApiError> {
        let number = one_line(seen.number.as_deref().unwrap_or(&seen.id), 60);
        if invoices::by_number(self.tx, &number)?.is_none() {
            return Ok(number);
        }
        Ok(format!("{number} ({})", one_line(&seen.id, 60)))
    }

    fn add_invoice(
        &self,
        seen: &fact::Invoice,
        id: &str,
        number: &str,
        customer: i64,
    ) -> Result<i64, ApiError> {
        let mut lines: Vec<InvoiceLine> = Vec::new();
        let (mut net_rest, mut tax_rest) = (seen.net, seen.tax);
        for line in &seen.lines {
            net_rest = net_rest.sub(line.net)?;
            tax_rest = tax_rest.sub(line.tax)?;
            // A price that is not whole is not told: the line is one of its text, which says how many.
            let minor = line.net.minor();
            let quantity = u32::try_from(line.quantity.max(1)).unwrap_or(1);
            let quantity = if minor % i128::from(quantity) == 0 { quantity } else { 1 };
            lines.push(InvoiceLine {
                text: one_line(&line.text, 300),
                quantity,
                price: Money::new(minor / i128::from(quantity), line.net.currency()),
                amount: line.net,
                tax_percent: String::new(),
                tax: line.tax,
                account: INCOME.to_owned(),
            });
        }
        // Tax that is told for the whole only belongs to no line.
        if let (Some(last), false) = (lines.last_mut(), net_rest.is_zero() && tax_rest.is_zero()) {
            last.amount = last.amount.add(net_rest)?;
            (last.quantity, last.price) = (1, last.amount);
            last.tax = last.tax.add(tax_rest)?;
        }
        let issued = self.day(seen.finalised.unwrap_or(seen.created));
        let due = seen.due.map_or(issued, |at| self.day(at)).max(issued);
        let stamp = self.moment.stamp();
        Ok(invoices::add(
            self.tx,
            &NewInvoice {
                id,
                number: Some(number),
                reference: "",
                customer,
                net: seen.net,
                tax: seen.tax,
                issued,
                due,
                created_at: &stamp,
                import: None,
                lines: &lines,
            },
        )?)
    }

    /// The lines as they are booked; what pays for a longer time is put down month by month.
    fn billed_lines(&mut self, seen: &fact::Invoice) -> Result<Vec<BilledLine>, ApiError> {
        let mut lines = Vec::with_capacity(seen.lines.len());
        for line in &seen.lines {
            let days = line.period.map(|(from, to)| (self.day(from), self.day(to)));
            let deferred = days.filter(|(from, to)| !line.net.is_zero() && deferral::is_deferred(*from, *to));
            if let Some((from, to)) = deferred {
                let months: Vec<Deferral> = deferral::schedule(line.net, from, to)
                    .into_iter()
                    .map(|share| Deferral {
                        line: line.id.clone(),
                        source: self.source.name().to_owned(),
                        invoice: seen.id.clone(),
                        share,
                        income: INCOME.to_owned(),
                    })
                    .collect();
                deferrals::add(self.tx, &months)?;
            }
            lines.push(BilledLine {
                id: line.id.clone(),
                income: Account::known(INCOME),
                net: line.net,
                deferred: deferred.is_some(),
            });
        }
        Ok(lines)
    }

    pub(super) fn invoice_payment(
        &mut self,
        seen: &fact::InvoicePayment,
        mut object: Object,
    ) -> Result<(), ApiError> {
        object.owner = match &seen.by {
            PaidBy::Charge(id) => format!("charge:{id}"),
            PaidBy::Intent(id) => format!("intent:{id}"),
            PaidBy::OutOfBand => String::new(),
        };
        object.part_of = seen.invoice.clone();
        self.put(&object)?;
        match &seen.by {
            PaidBy::Charge(id) => self.settle(id),
            PaidBy::Intent(id) => self.settle_intent(id),
            // The money is somewhere else: its bank line or the recorded payment settles the invoice.
            PaidBy::OutOfBand => match self.known_invoice(&seen.invoice)? {
                Some((_, KnownInvoice { id: Some(id), .. })) if !seen.cancelled => {
                    settled::provider_was_told(self.tx, self.moment, self.source.name(), &id)
                }
                _ => Ok(()),
            },
        }
    }

    pub(super) fn settle_intent(&mut self, intent: &str) -> Result<(), ApiError> {
        let source = self.source.name();
        let charges =
            provider::owned(self.tx, source, FactKind::Charge.as_str(), &format!("intent:{intent}"))?;
        for charge in charges {
            self.settle(&charge.external_id)?;
        }
        Ok(())
    }

    /// Settles an invoice with charges that were seen before it.
    fn settle_invoice(&mut self, invoice: &str) -> Result<(), ApiError> {
        let charges = self.charges_waiting_for(invoice)?;
        for charge in charges {
            self.settle(&charge)?;
        }
        Ok(())
    }

    /// Payments of invoices that a charge made: the payment, its fact, and whether it is booked.
    pub(super) fn payments_of(
        &self,
        charge: &Object,
    ) -> Result<Vec<(Object, fact::InvoicePayment, bool)>, ApiError> {
        let (source, kind) = (self.source.name(), FactKind::InvoicePayment.as_str());
        let mut objects = provider::owned(self.tx, source, kind, &format!("charge:{}", charge.external_id))?;
        if !charge.owner.is_empty() {
            objects.extend(provider::owned(self.tx, source, kind, &charge.owner)?);
        }
        let mut payments = Vec::new();
        for object in objects {
            let settled = detail::<KnownPayment>(&object)?.unwrap_or_default().settled;
            if let Some(Observed::InvoicePayment(seen)) = self.observed(&object)?
                && seen.paid.is_some()
            {
                payments.push((object, seen, settled));
            }
        }
        Ok(payments)
    }

    /// What is kept of an invoice of the provider's.
    pub(super) fn known_invoice(&self, id: &str) -> Result<Option<(Object, KnownInvoice)>, ApiError> {
        let Some(object) = self.object(FactKind::Invoice, id)? else { return Ok(None) };
        Ok(detail::<KnownInvoice>(&object)?.map(|known| (object, known)))
    }

    /// Lets a booked charge pay the invoices that it is for.
    pub(super) fn settle(&mut self, charge: &str) -> Result<(), ApiError> {
        let Some(object) = self.object(FactKind::Charge, charge)? else { return Ok(()) };
        if object.entry.is_none() {
            return Ok(());
        }
        let mut refunds = Vec::new();
        for (payment, seen, settled) in self.payments_of(&object)? {
            let (Some(paid), false) = (seen.paid, settled) else { continue };
            let Some((_, invoice)) = self.known_invoice(&seen.invoice)? else { continue };
            let Some(id) = invoice.id.clone() else { continue };
            refunds.extend(self.unbook_refunds(charge)?);
            let waiting = -self.open(SUSPENSE, &Item::new(ItemKind::Charge, charge), paid.currency())?;
            let owed = self.open(RECEIVABLE, &Item::new(ItemKind::Invoice, id.as_str()), paid.currency())?;
            let amount = paid.lesser(waiting)?.lesser(owed)?;
            if !amount.is_positive() {
                continue;
            }
            let on = seen.paid_at.map_or(self.moment.today(), |at| self.day(at)).max(self.books_start());
            let entry = booking::allocate(&booking::Allocation {
                funds: Funds::Charge(charge.to_owned()),
                invoice: &id,
                received: amount,
                fee: Money::zero(amount.currency()),
                over: None,
                on,
                text: one_line(&format!("Card payment of {}", invoice.number), 300),
            })?;
            let number = self.book(entry);
            let mut allocation = self.allocation(&invoice, "charge", charge, amount, number);
            allocation.on = on;
            self.allocate(allocation);
            self.mark_settled(payment)?;
        }
        self.book_again(refunds)
    }

    pub(super) fn mark_settled(&mut self, mut payment: Object) -> Result<(), ApiError> {
        set_detail(&mut payment, &KnownPayment { settled: true })?;
        self.put(&payment)
    }

    /// An allocation of today; the caller corrects the day.
    pub(super) fn allocation(
        &self,
        invoice: &KnownInvoice,
        funds_kind: &str,
        funds_id: &str,
        amount: Money,
        entry: i64,
    ) -> Allocation {
        let zero = Money::zero(amount.currency());
        Allocation {
            key: 0,
            invoice: Some(invoice.key),
            customer: invoice.customer,
            funds_kind: funds_kind.to_owned(),
            funds_id: funds_id.to_owned(),
            amount,
            fee: zero,
            over: zero,
            on: self.moment.today(),
            entry,
            undone_by: None,
        }
    }

    /// Charges that pay an invoice, found by the invoice's payments.
    fn charges_waiting_for(&self, invoice: &str) -> Result<Vec<String>, ApiError> {
        let source = self.source.name();
        let mut charges = Vec::new();
        for payment in provider::parts(self.tx, source, FactKind::InvoicePayment.as_str(), invoice)? {
            if let Some(charge) = payment.owner.strip_prefix("charge:") {
                charges.push(charge.to_owned());
            } else if payment.owner.starts_with("intent:") {
                let of_intent = provider::owned(self.tx, source, FactKind::Charge.as_str(), &payment.owner)?;
                charges.extend(of_intent.into_iter().map(|charge| charge.external_id));
            }
        }
        Ok(charges)
    }
}
