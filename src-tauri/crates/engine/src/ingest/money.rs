//! Charges, refunds, disputes, payouts, and the changes of the balance that they make.

use chrono::NaiveDate;
use purser_core::account::{DISPUTES, OPENING, SUSPENSE};
use purser_core::booking::billed::TakenBack;
use purser_core::booking::provider::{self as booking, Cause};
use purser_core::fact::{self, DisputeStatus, FactKind, Movement, MovementKind, Observed, PayoutStatus};
use purser_core::text::one_line;
use purser_core::{Item, ItemKind, Money};
use purser_store::tables::allocations;
use purser_store::tables::allocations::Allocation;
use purser_store::tables::provider::{self, Object};

use super::notices;
use super::page::{Page, Undone, detail, set_detail};
use super::takeback::Taken;
use crate::approvals::refund_told;
use crate::error::ApiError;

/// A movement that changed nothing is known by this.
const NOTHING_MOVED: &str = "\"nothing moved\"";
/// And one whose cause was not told yet: it waits in Suspense under its own id.
const UNEXPLAINED: &str = "\"unexplained\"";

impl Page<'_> {
    pub(super) fn charge(&mut self, seen: &fact::Charge, mut object: Object) -> Result<(), ApiError> {
        object.owner = seen.intent.as_ref().map(|id| format!("intent:{id}")).unwrap_or_default();
        object.part_of = seen.customer.as_ref().map(|id| format!("customer:{id}")).unwrap_or_default();
        self.put(&object)?;
        self.explain(&seen.id)?;
        for refund in self.owned(FactKind::Refund, &format!("charge:{}", seen.id))? {
            self.explain(&refund.external_id)?;
        }
        self.settle(&seen.id)
    }

    pub(super) fn refund(&mut self, seen: &fact::Refund, mut object: Object) -> Result<(), ApiError> {
        object.owner = seen.charge.as_ref().map(|id| format!("charge:{id}")).unwrap_or_default();
        self.put(&object)?;
        refund_told(self.tx, self.moment, self.source.name(), seen)?;
        self.explain(&seen.id)
    }

    pub(super) fn payout(&mut self, seen: &fact::Payout, object: Object) -> Result<(), ApiError> {
        self.put(&object)?;
        self.put_underway(&seen.id)?;
        if seen.status == PayoutStatus::Failed {
            notices::payout_failed(self, seen)?;
        }
        Ok(())
    }

    /// A payout that left before the books begin and arrives after is underway when they do, which can be told after its
    /// movement.
    fn put_underway(&mut self, payout: &str) -> Result<(), ApiError> {
        for mut object in self.owned(FactKind::Movement, &format!("source:{payout}"))? {
            let Some(number) = object.entry else { continue };
            let is_opening = self.postings(number)?.iter().any(|posting| posting.account.as_str() == OPENING);
            let Some(Observed::Movement(seen)) = self.observed(&object)? else { continue };
            if !is_opening || self.is_before_the_books(&seen)? {
                continue;
            }
            let on = self.day(seen.created);
            self.reverse(number, on, "it was underway when the books began", None)?;
            object.entry = None;
            let (cause, words) = self.cause(&seen, &object, on)?;
            self.book_movement(&seen, object, &cause, &words)?;
        }
        Ok(())
    }

    /// Whether a movement is part of the opening balance: it took place before the books begin. Of a payout it is the
    /// arrival that counts, so that the bank's line finds it.
    fn is_before_the_books(&self, seen: &Movement) -> Result<bool, ApiError> {
        let start = self.books_start();
        if self.day(seen.created) >= start {
            return Ok(false);
        }
        if !matches!(seen.kind, MovementKind::Payout | MovementKind::PayoutReturned) {
            return Ok(true);
        }
        let payout = seen.source.as_deref().unwrap_or_default();
        let told = self.told(FactKind::Payout, payout)?;
        Ok(!matches!(told, Some(Observed::Payout(told)) if self.day(told.arrival) >= start))
    }

    /// Whether what an earlier movement did is part of the opening balance: so is what comes back of it.
    fn was_before_the_books(&self, movement: Option<&str>) -> Result<bool, ApiError> {
        let Some(id) = movement else { return Ok(false) };
        match self.told(FactKind::Movement, id)? {
            Some(Observed::Movement(seen)) => self.is_before_the_books(&seen),
            _ => Ok(false),
        }
    }

    pub(super) fn dispute(&mut self, seen: &fact::Dispute, mut object: Object) -> Result<(), ApiError> {
        object.owner = seen.charge.as_ref().map(|id| format!("charge:{id}")).unwrap_or_default();
        self.put(&object)?;
        notices::dispute(self, seen)?;
        self.explain(&seen.id)?;
        if let Some(charge) = &seen.charge {
            self.explain(charge)?;
        }
        self.close_dispute(&seen.id)
    }

    pub(super) fn movement(&mut self, seen: &Movement, mut object: Object) -> Result<(), ApiError> {
        object.owner = seen.source.as_ref().map(|id| format!("source:{id}")).unwrap_or_default();
        // Money enters once, by the movement's id: that it can be paid out now changes nothing in the books.
        if object.entry.is_some() || object.detail == NOTHING_MOVED {
            return self.put(&object);
        }
        let on = self.day(seen.created);
        let (cause, words) = if self.is_before_the_books(seen)? {
            (Cause::BeforeTheBooks, "Before the books begin".to_owned())
        } else {
            self.cause(seen, &object, on)?
        };
        self.book_movement(seen, object, &cause, &words)
    }

    /// Refunds of a charge whose invoice was not known, told with their money: they give back of the invoice once it is.
    pub(super) fn unbook_refunds(&mut self, charge: &str) -> Result<Vec<(Object, Movement)>, ApiError> {
        let waits = Item::new(ItemKind::Charge, charge);
        let mut all = Vec::new();
        for refund in self.owned(FactKind::Refund, &format!("charge:{charge}"))? {
            for mut object in self.owned(FactKind::Movement, &format!("source:{}", refund.external_id))? {
                let Some(number) = object.entry else { continue };
                let of_charge = self.postings(number)?.iter().any(|posting| {
                    posting.account.as_str() == SUSPENSE && posting.item.as_ref() == Some(&waits)
                });
                let Some(Observed::Movement(seen)) = self.observed(&object)? else { continue };
                if of_charge {
                    self.reverse(number, self.day(seen.created), "its invoice was told later", None)?;
                    object.entry = None;
                    self.put(&object)?;
                    all.push((object, seen));
                }
            }
        }
        all.sort_by_key(|(_, seen)| (seen.created, seen.kind == MovementKind::RefundReturned));
        Ok(all)
    }

    /// Books movements again by what is known of them now.
    pub(super) fn book_again(&mut self, movements: Vec<(Object, Movement)>) -> Result<(), ApiError> {
        for (object, seen) in movements {
            let (cause, words) = self.cause(&seen, &object, self.day(seen.created))?;
            self.book_movement(&seen, object, &cause, &words)?;
        }
        Ok(())
    }

    /// The cause of a movement can be told after the movement, by up to two days: what waited in Suspense meanwhile is
    /// booked as what it is.
    fn explain(&mut self, source: &str) -> Result<(), ApiError> {
        for owned in self.owned(FactKind::Movement, &format!("source:{source}"))? {
            // Explaining one of them may have explained the others.
            let Some(mut object) = self.object(FactKind::Movement, &owned.external_id)? else { continue };
            let Some(number) = object.entry else { continue };
            if object.detail != UNEXPLAINED {
                continue;
            }
            let Some(Observed::Movement(seen)) = self.observed(&object)? else { continue };
            let on = self.day(seen.created);
            let (cause, words) = self.cause(&seen, &object, on)?;
            if cause == Cause::Plain {
                continue;
            }
            self.reverse(number, on, "its cause was told later", None)?;
            notices::explained(self, &seen)?;
            (object.entry, object.detail) = (None, "null".to_owned());
            self.book_movement(&seen, object, &cause, &words)?;
        }
        Ok(())
    }

    pub(super) fn owned(&self, kind: FactKind, owner: &str) -> Result<Vec<Object>, ApiError> {
        Ok(provider::owned(self.tx, self.source.name(), kind.as_str(), owner)?)
    }

    fn book_movement(
        &mut self,
        seen: &Movement,
        mut object: Object,
        cause: &Cause,
        words: &str,
    ) -> Result<(), ApiError> {
        let text = one_line(words, 300);
        let till = self.till(seen.net.currency())?;
        let on = self.day(seen.created);
        let Some(entry) = booking::movement(&till, seen, cause, on.max(self.books_start()), &text)? else {
            object.detail = NOTHING_MOVED.to_owned();
            return self.put(&object);
        };
        let unexplained = entry.postings().iter().any(|posting| {
            posting.item.as_ref().is_some_and(|item| item.kind == ItemKind::Charge && item.id == seen.id)
        });
        let number = self.book(entry);
        object.entry = Some(number);
        if unexplained {
            object.detail = UNEXPLAINED.to_owned();
            notices::unexplained(self, seen)?;
        }
        self.put(&object)?;
        self.after(seen, cause, number, on)
    }

    /// What a movement is for, and its words.
    fn cause(
        &mut self,
        seen: &Movement,
        object: &Object,
        on: NaiveDate,
    ) -> Result<(Cause, String), ApiError> {
        let source = seen.source.clone().unwrap_or_default();
        let title = self.source.title();
        Ok(match &seen.kind {
            MovementKind::Sale | MovementKind::SaleReturned => self.sale(seen, &source)?,
            MovementKind::Refund => self.refunded(seen, &source, on)?,
            MovementKind::RefundReturned => self.refund_returned(seen, &source)?,
            MovementKind::DisputeTaken | MovementKind::DisputeReturned => self.disputed(seen, &source)?,
            MovementKind::Payout | MovementKind::PayoutReturned => {
                if self.object(FactKind::Payout, &source)?.is_none() {
                    // Its own state comes later; the money on its way needs a name now.
                    let stand_in = Object::new(FactKind::Payout.as_str(), &source, object.fact);
                    self.put(&stand_in)?;
                }
                let back = seen.kind == MovementKind::PayoutReturned;
                let words = if back { "Payout came back" } else { "Payout" };
                let cause = if back && self.payout_left_before(&source)? {
                    Cause::BeforeTheBooks
                } else {
                    Cause::Payout(source.clone())
                };
                (cause, format!("{words}, {title} {source}"))
            }
            MovementKind::Fee => (Cause::Plain, words(seen, &format!("Fee of {title}"))),
            MovementKind::Reserve => (Cause::Plain, words(seen, &format!("Kept aside by {title}"))),
            MovementKind::TopUp => (Cause::Plain, words(seen, &format!("Paid in at {title}"))),
            MovementKind::Donation => (Cause::Plain, words(seen, "Donation")),
            MovementKind::Unexplained(why) => (Cause::Plain, words(seen, &format!("{title}: {why}"))),
        })
    }

    fn payout_left_before(&self, payout: &str) -> Result<bool, ApiError> {
        match self.told(FactKind::Payout, payout)? {
            Some(Observed::Payout(told)) => self.was_before_the_books(told.movement.as_deref()),
            _ => Ok(false),
        }
    }

    /// Whether the money of a charge is part of the opening balance.
    fn charge_came_before(&self, charge: &str) -> Result<bool, ApiError> {
        match self.told(FactKind::Charge, charge)? {
            Some(Observed::Charge(told)) => self.was_before_the_books(told.movement.as_deref()),
            _ => Ok(false),
        }
    }

    fn sale(&mut self, seen: &Movement, charge: &str) -> Result<(Cause, String), ApiError> {
        let Some(object) = self.object(FactKind::Charge, charge)? else {
            return Ok((Cause::Plain, words(seen, "A payment that was not told of")));
        };
        let Some(Observed::Charge(told)) = self.observed(&object)? else {
            return Ok((Cause::Plain, words(seen, "A payment that cannot be read")));
        };
        if seen.kind == MovementKind::SaleReturned {
            self.unsettle(&told, self.day(seen.created))?;
            notices::sale_returned(self, &told)?;
            let cause = Cause::Sale { charge: charge.to_owned(), gross: -told.amount, invoices: Vec::new() };
            return Ok((cause, "The customer's bank took a payment back".to_owned()));
        }
        let payments = self.payments_of(&object)?;
        let item = Item::new(ItemKind::Charge, charge);
        // It can be seen going back before it is seen coming: then it pays nothing, and nothing of it waits.
        let went_back = self.open(SUSPENSE, &item, told.amount.currency())?.is_positive();
        // One payment of one booked invoice is one entry; anything else meets its invoices in Suspense.
        if let [(_, payment, false)] = payments.as_slice()
            && !went_back
            && let (Some(paid), Some((_, invoice))) = (payment.paid, self.known_invoice(&payment.invoice)?)
            && let Some(id) = &invoice.id
            && paid.currency() == told.amount.currency()
            && !told.amount.sub(paid)?.is_negative()
            && !self.owed(id, paid)?.sub(paid)?.is_negative()
        {
            let cause = Cause::Sale {
                charge: charge.to_owned(),
                gross: told.amount,
                invoices: vec![(id.clone(), paid)],
            };
            return Ok((cause, format!("Card payment of {}", invoice.number)));
        }
        let cause = Cause::Sale { charge: charge.to_owned(), gross: told.amount, invoices: Vec::new() };
        let text = if told.text.is_empty() { "Card payment".to_owned() } else { told.text };
        Ok((cause, text))
    }

    /// What a charge settled is owed again, and its money waits in Suspense, from where it is taken back.
    fn unsettle(&mut self, charge: &fact::Charge, on: NaiveDate) -> Result<(), ApiError> {
        let why = "the customer's bank took the payment back";
        let mut rows = allocations::of_funds(self.tx, "charge", &charge.id)?;
        let is_kept = |row: &Allocation| row.key != 0;
        rows.extend(self.withhold("charge", &charge.id));
        for row in &rows {
            self.reverse(row.entry, on, why, is_kept(row).then_some(Undone::Allocation(row.key)))?;
            row.invoice.into_iter().for_each(|invoice| self.touch(invoice));
        }
        // A payment that paid its invoice at once came in with the same entry: the money comes in without it.
        let entry = self.object(FactKind::Charge, &charge.id)?.and_then(|object| object.entry);
        let movement = charge.movement.as_deref().unwrap_or_default();
        if let Some(mut object) = self.object(FactKind::Movement, movement)?
            && rows.iter().any(|row| Some(row.entry) == entry)
            && let Some(Observed::Movement(seen)) = self.observed(&object)?
        {
            object.entry = None;
            let cause = Cause::Sale { charge: charge.id.clone(), gross: charge.amount, invoices: Vec::new() };
            self.book_movement(&seen, object, &cause, "A payment that was taken back later")?;
        }
        Ok(())
    }

    fn owed(&self, invoice: &str, like: Money) -> Result<Money, ApiError> {
        let item = Item::new(ItemKind::Invoice, invoice);
        self.open(purser_core::account::RECEIVABLE, &item, like.currency())
    }

    fn refunded(
        &mut self,
        seen: &Movement,
        refund: &str,
        on: NaiveDate,
    ) -> Result<(Cause, String), ApiError> {
        let told = match self.object(FactKind::Refund, refund)? {
            Some(object) => match self.observed(&object)? {
                Some(Observed::Refund(told)) => Some((object, told)),
                _ => None,
            },
            None => None,
        };
        let Some((mut object, told)) = told else {
            return Ok((Cause::Plain, words(seen, "A refund that was not told of")));
        };
        let charge = told.charge.clone().unwrap_or_default();
        match self.take_back(&charge, told.amount, Some(on))? {
            Some((taken, number)) => {
                let back = taken.back();
                set_detail(&mut object, &taken)?;
                self.put(&object)?;
                Ok((Cause::Refund(back), format!("Refund of {number}")))
            }
            None if self.charge_came_before(&charge)? => {
                let cause = Cause::Refund(TakenBack::all_earned(told.amount));
                Ok((cause, "Refund of a payment from before the books begin".to_owned()))
            }
            None if self.object(FactKind::Charge, &charge)?.is_some() => {
                let cause = Cause::RefundOfUnexplained { charge, gross: told.amount };
                Ok((cause, "Refund of a payment without invoice".to_owned()))
            }
            None => Ok((Cause::Plain, words(seen, "A refund of a payment that was not told of"))),
        }
    }

    fn refund_returned(&mut self, seen: &Movement, source: &str) -> Result<(Cause, String), ApiError> {
        let Some(object) = self.object(FactKind::Refund, source)? else {
            return Ok((Cause::Plain, words(seen, "A refund came back that was not told of")));
        };
        if let Some(taken) = detail::<Taken>(&object)? {
            let back = taken.back();
            if back.total()? == seen.amount || back.total()?.currency() != seen.amount.currency() {
                self.restore(&taken.invoice, &back.unearned, self.day(seen.created))?;
                self.count_returned(&taken.invoice, &back)?;
                let mut object = object;
                object.detail = "null".to_owned();
                self.put(&object)?;
                return Ok((Cause::RefundReturned(back), "A refund came back".to_owned()));
            }
        }
        let Some(Observed::Refund(told)) = self.observed(&object)? else {
            return Ok((Cause::Plain, words(seen, "A refund came back that cannot be read")));
        };
        if self.was_before_the_books(told.movement.as_deref())? {
            return Ok((Cause::BeforeTheBooks, "A refund from before the books begin came back".to_owned()));
        }
        if !self.is_taken_in(told.movement.as_deref())? {
            // What it took back is known once its own movement was told, which may be later.
            return Ok((Cause::Plain, words(seen, "A refund came back whose money was not seen leaving")));
        }
        Ok(match told.charge {
            Some(charge) if self.charge_came_before(&charge)? => {
                let back = TakenBack::all_earned(told.amount);
                (Cause::RefundReturned(back), "A refund came back".to_owned())
            }
            Some(charge) if self.object(FactKind::Charge, &charge)?.is_some() => {
                (Cause::UnexplainedReturned { charge, gross: told.amount }, "A refund came back".to_owned())
            }
            _ => (Cause::Plain, words(seen, "A refund came back")),
        })
    }

    /// Whether a movement is booked as what it was, or can never be.
    fn is_taken_in(&self, movement: Option<&str>) -> Result<bool, ApiError> {
        let Some(id) = movement else { return Ok(true) };
        let object = self.object(FactKind::Movement, id)?;
        Ok(object.is_some_and(|object| object.detail != UNEXPLAINED))
    }

    fn disputed(&mut self, seen: &Movement, source: &str) -> Result<(Cause, String), ApiError> {
        let mut object = self.object(FactKind::Dispute, source)?;
        if object.is_none() {
            // Some movements name the charge instead of its dispute.
            object = self.owned(FactKind::Dispute, &format!("charge:{source}"))?.pop();
        }
        let told = match &object {
            Some(object) => self.observed(object)?,
            None => None,
        };
        let Some(Observed::Dispute(told)) = told else {
            return Ok((Cause::Plain, words(seen, "A contested payment that was not told of")));
        };
        let back = seen.kind == MovementKind::DisputeReturned;
        if back && self.was_before_the_books(told.movements.first().map(String::as_str))? {
            let words = format!("Contested before the books begin and given back, {}", told.id);
            return Ok((Cause::BeforeTheBooks, words));
        }
        let gross = if back { -told.amount } else { told.amount };
        let words = if back { "Contested payment given back" } else { "Payment contested" };
        Ok((Cause::Dispute { dispute: told.id.clone(), gross }, format!("{words}, {}", told.id)))
    }

    /// What follows from a booked movement.
    fn after(&mut self, seen: &Movement, cause: &Cause, number: i64, on: NaiveDate) -> Result<(), ApiError> {
        match cause {
            Cause::Sale { gross, .. } if gross.is_negative() => Ok(()),
            Cause::Sale { charge, invoices, .. } => {
                let Some(mut object) = self.object(FactKind::Charge, charge)? else { return Ok(()) };
                object.entry = Some(number);
                self.put(&object)?;
                if invoices.is_empty() {
                    return self.settle(charge);
                }
                for (payment, told, settled) in self.payments_of(&object)? {
                    let (Some(paid), false) = (told.paid, settled) else { continue };
                    let Some((_, invoice)) = self.known_invoice(&told.invoice)? else { continue };
                    let mut allocation = self.allocation(&invoice, "charge", charge, paid, number);
                    allocation.on = on;
                    self.allocate(allocation);
                    self.mark_settled(payment)?;
                }
                Ok(())
            }
            Cause::Dispute { dispute, gross } if gross.is_negative() => self.lose_nothing(dispute, on),
            Cause::Dispute { dispute, .. } => self.close_dispute(dispute),
            // It may have come back already.
            Cause::Refund(_) | Cause::RefundOfUnexplained { .. } => {
                self.explain(seen.source.as_deref().unwrap_or_default())
            }
            Cause::BeforeTheBooks if seen.kind == MovementKind::Sale => {
                let source = seen.source.as_deref().unwrap_or_default();
                let Some(mut object) = self.object(FactKind::Charge, source)? else { return Ok(()) };
                object.entry = Some(number);
                self.put(&object)
            }
            _ => Ok(()),
        }
    }

    /// A dispute that was lost and whose money was given back after all has lost nothing.
    fn lose_nothing(&mut self, id: &str, on: NaiveDate) -> Result<(), ApiError> {
        let Some(mut object) = self.object(FactKind::Dispute, id)? else { return Ok(()) };
        let Some(number) = object.ended_by else { return Ok(()) };
        self.reverse(number, on, "its money was given back", None)?;
        if let Some(taken) = detail::<Taken>(&object)? {
            self.count_returned(&taken.invoice, &taken.back())?;
        }
        (object.ended_by, object.detail) = (None, "null".to_owned());
        self.put(&object)
    }

    /// A lost dispute is booked once its money was taken. The whole loss shows at once, and what the invoice pays for goes
    /// on being earned: nobody tells on which day a dispute was lost, so the split would follow the day of the sync.
    fn close_dispute(&mut self, id: &str) -> Result<(), ApiError> {
        let Some(mut object) = self.object(FactKind::Dispute, id)? else { return Ok(()) };
        let Some(Observed::Dispute(told)) = self.observed(&object)? else { return Ok(()) };
        if told.status != DisputeStatus::Lost || object.ended_by.is_some() {
            return Ok(());
        }
        let item = Item::new(ItemKind::Dispute, id);
        let held = self.open(DISPUTES, &item, told.amount.currency())?;
        if !held.is_positive() {
            return Ok(());
        }
        let on = self.moment.today();
        let charge = told.charge.unwrap_or_default();
        let (back, what) = match self.take_back(&charge, held, None)? {
            Some((taken, number)) => {
                let back = taken.back();
                set_detail(&mut object, &taken)?;
                (back, number)
            }
            None => (TakenBack::all_earned(held), id.to_owned()),
        };
        let text = one_line(&format!("Contested payment lost, {what}"), 300);
        object.ended_by = Some(self.book(booking::dispute_lost(id, &back, on, &text)?));
        self.put(&object)
    }
}

/// Words of our own, then the provider's.
fn words(seen: &Movement, ours: &str) -> String {
    if seen.text.is_empty() { format!("{ours} ({})", seen.id) } else { format!("{ours}: {}", seen.text) }
}
