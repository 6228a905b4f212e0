//! One page on its way into the books: its entries are booked together at its end, under one audit row with a digest
//! over the facts; until then their open items are counted here.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use purser_connectors::{Observation, Source, Unreadable};
use purser_core::booking::provider::Till;
use purser_core::fact::{Fact, FactKind, Observed};
use purser_core::text::one_line;
use purser_core::{Account, Currency, Entry, Item, Money, Posting};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::facts::{self, NewFact, Payload};
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::provider::{self, Object};
use purser_store::tables::write_offs::{self, WriteOff};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Count, Counts, notices};
use crate::books::Moment;
use crate::error::ApiError;
use crate::settled;

/// What a reversal undoes beside its entry, by key.
pub(super) enum Undone {
    Allocation(i64),
    WriteOff(i64),
}

/// A page.
pub(super) struct Page<'a> {
    pub tx: &'a WriteTx<'a>,
    pub moment: &'a Moment,
    pub source: &'a dyn Source,
    first: i64,
    entries: Vec<NewEntry>,
    open: HashMap<(String, Item, Currency), i128>,
    allocations: Vec<Allocation>,
    /// By the key of our invoice.
    written_off: Vec<(i64, WriteOff)>,
    undone: Vec<(Undone, i64)>,
    /// Our invoices that may have been settled or opened by what was undone.
    touched: Vec<i64>,
    /// Invoices of the provider's that were told.
    collected: Vec<String>,
    counts: Counts,
    digest: Sha256,
    /// Kinds of which something could not be read, with the last reason, or was read after all.
    odd: BTreeMap<FactKind, Option<Unreadable>>,
    changed: bool,
}

impl<'a> Page<'a> {
    pub fn begin(
        tx: &'a WriteTx<'a>,
        moment: &'a Moment,
        source: &'a dyn Source,
    ) -> Result<Page<'a>, ApiError> {
        Ok(Page {
            tx,
            moment,
            source,
            first: ledger::next_number(tx)?,
            entries: Vec::new(),
            open: HashMap::new(),
            allocations: Vec::new(),
            written_off: Vec::new(),
            undone: Vec::new(),
            touched: Vec::new(),
            collected: Vec::new(),
            counts: BTreeMap::new(),
            digest: Sha256::new(),
            odd: BTreeMap::new(),
            changed: false,
        })
    }

    /// Takes one observation in, with its payload packed.
    pub fn take(&mut self, seen: &Observation, payload: &Payload) -> Result<(), ApiError> {
        let (source, kind) = (self.source.name(), seen.kind.as_str());
        let known = facts::known(self.tx, source, kind, &seen.external_id, payload)?;
        let newest = provider::get(self.tx, source, kind, &seen.external_id)?;
        let translation = self.source.translation();
        if let (Some(key), Err(why)) = (known, &seen.read) {
            return self.unreadable_again(key, seen, why);
        }
        // The same state again changes nothing.
        if let Some(key) = known
            && newest.as_ref().is_some_and(|object| object.fact == key)
        {
            self.counts.entry(seen.kind).or_default().known += 1;
            if self.pass_over(seen.kind, &seen.external_id, key)? {
                facts::set_read(self.tx, key, translation, "booked")?;
            }
            return Ok(());
        }
        let state = if seen.read.is_ok() { "booked" } else { "unreadable" };
        let key = match known {
            Some(key) => {
                facts::set_read(self.tx, key, translation, state)?;
                key
            }
            None => facts::keep(
                self.tx,
                &NewFact { source, kind, external_id: &seen.external_id, payload, translation, state },
            )?,
        };
        self.digest.update(payload.hash());
        self.changed = true;
        self.pass_over(seen.kind, &seen.external_id, key)?;
        match &seen.read {
            Ok(fact) => {
                self.counts.entry(seen.kind).or_default().new += 1;
                self.apply(key, &seen.external_id, fact, newest)
            }
            Err(why) => {
                self.unreadable(seen.kind, why.clone());
                Ok(())
            }
        }
    }

    /// A state that could not be read is told again: where others came between, it is asked about again.
    fn unreadable_again(&mut self, key: i64, seen: &Observation, why: &Unreadable) -> Result<(), ApiError> {
        if !facts::unreadable_again(self.tx, key, self.source.translation())? {
            self.counts.entry(seen.kind).or_default().known += 1;
            return Ok(());
        }
        self.changed = true;
        self.unreadable(seen.kind, why.clone());
        self.pass_over(seen.kind, &seen.external_id, key)?;
        Ok(())
    }

    /// What could not be read of an object before its newest state is asked about no more. Whether there was any.
    fn pass_over(&mut self, kind: FactKind, id: &str, newest: i64) -> Result<bool, ApiError> {
        let any = facts::pass_over_unreadable(self.tx, self.source.name(), kind.as_str(), id, newest)? > 0;
        if any {
            self.changed = true;
            self.odd.entry(kind).or_default();
        }
        Ok(any)
    }

    /// Reads a kept fact once more. Of one object only the newest state is: it says all that the others would.
    pub fn take_again(&mut self, key: i64) -> Result<(), ApiError> {
        let Some(unread) = facts::unread(self.tx, key)? else { return Ok(()) };
        let Some(kind) = FactKind::parse(&unread.kind) else { return Ok(()) };
        let translation = self.source.translation();
        self.changed = true;
        self.odd.entry(kind).or_default();
        if unread.is_old {
            return Ok(facts::set_read(self.tx, key, translation, "ignored")?);
        }
        let payload = facts::payload(self.tx, key)?.unwrap_or_default();
        match self.source.translate(kind, &payload) {
            Err(why) => {
                facts::set_read(self.tx, key, translation, "unreadable")?;
                self.unreadable(kind, why);
                Ok(())
            }
            Ok(fact) => {
                facts::set_read(self.tx, key, translation, "booked")?;
                let newest = provider::get(self.tx, self.source.name(), kind.as_str(), &unread.external_id)?;
                self.digest.update(facts::content_hash(&payload));
                self.counts.entry(kind).or_default().new += 1;
                self.apply(key, &unread.external_id, &fact, newest)
            }
        }
    }

    fn unreadable(&mut self, kind: FactKind, why: Unreadable) {
        self.counts.entry(kind).or_default().unreadable += 1;
        self.odd.insert(kind, Some(why));
    }

    fn apply(&mut self, key: i64, id: &str, fact: &Fact, newest: Option<Object>) -> Result<(), ApiError> {
        let kind = fact.observed.kind();
        let mut object = newest.unwrap_or_else(|| Object::new(kind.as_str(), id, key));
        object.fact = key;
        match &fact.observed {
            Observed::Customer(one) => self.customer(one, object),
            Observed::Subscription(one) => self.subscription(one, object),
            Observed::Invoice(one) => self.invoice(one, object),
            Observed::InvoicePayment(one) => self.invoice_payment(one, object),
            Observed::Charge(one) => self.charge(one, object),
            Observed::Refund(one) => self.refund(one, object),
            Observed::Dispute(one) => self.dispute(one, object),
            Observed::Payout(one) => self.payout(one, object),
            Observed::Movement(one) => self.movement(one, object),
            Observed::Balance(_) => self.put(&object),
        }
    }

    /// Books the page, with one audit row.
    pub fn finish(mut self, action: &str) -> Result<Counts, ApiError> {
        for (kind, why) in std::mem::take(&mut self.odd) {
            notices::unreadable(&self, kind, why.as_ref())?;
        }
        let of = |part: fn(&Count) -> u64| self.counts.values().map(part).sum::<u64>();
        let detail = json!({
            "new": of(|count| count.new), "known": of(|count| count.known), "unreadable": of(|count| count.unreadable),
            "facts": hex::encode(std::mem::take(&mut self.digest).finalize()),
        });
        let subject = format!("source:{}", self.source.name());
        let booked = self.moment.book(self.tx, action, subject, detail, &self.entries)?;
        if booked.numbers.first().is_some_and(|first| *first != self.first) {
            return Err(ApiError::failed(
                "ingest_numbers",
                "The page was not booked: its entries got other numbers.",
            ));
        }
        for (what, by) in &self.undone {
            match what {
                Undone::Allocation(key) => allocations::mark_undone(self.tx, *key, *by)?,
                Undone::WriteOff(key) => write_offs::mark_undone(self.tx, *key, *by)?,
            }
        }
        for allocation in &self.allocations {
            allocations::add(self.tx, allocation)?;
        }
        for (invoice, row) in &self.written_off {
            write_offs::add(self.tx, *invoice, row)?;
        }
        for invoice in &self.collected {
            self.look_at_collection(invoice)?;
        }
        settled::look(self.tx, self.moment, self.touched)?;
        Ok(self.counts)
    }

    /// Adds an entry to the page and returns the number it will have.
    pub fn book(&mut self, entry: impl Into<NewEntry>) -> i64 {
        let new: NewEntry = entry.into();
        self.count_items(&new.entry);
        self.entries.push(new);
        self.changed = true;
        self.first + self.entries.len() as i64 - 1
    }

    fn count_items(&mut self, entry: &Entry) {
        for posting in entry.postings() {
            if let Some(item) = &posting.item {
                let key = (posting.account.as_str().to_owned(), item.clone(), posting.amount.currency());
                *self.open.entry(key).or_default() += posting.amount.minor();
            }
        }
    }

    /// Adds an allocation; it is written once its entry is.
    pub fn allocate(&mut self, allocation: Allocation) {
        self.allocations.push(allocation);
    }

    /// Takes an entry back, on a day but not before its own; nothing where that was done already. What it settled is
    /// marked once the reversal is written.
    pub fn reverse(
        &mut self,
        number: i64,
        on: NaiveDate,
        why: &str,
        settled: Option<Undone>,
    ) -> Result<Option<i64>, ApiError> {
        let is_reversed_here = self.entries.iter().any(|new| new.reverses == Some(number));
        if is_reversed_here || ledger::reversed_by(self.tx, number)?.is_some() {
            return Ok(None);
        }
        let reversal = match self.pending(number) {
            Some(entry) => {
                let text = one_line(&format!("Reversal of {number}: {why} ({})", entry.text()), 300);
                NewEntry { entry: entry.reversal(on.max(entry.occurred_on()), text), reverses: Some(number) }
            }
            None => {
                let on = ledger::entry(self.tx, number)?.map_or(on, |entry| on.max(entry.occurred_on));
                ledger::reversal(self.tx, number, on, why)?
            }
        };
        let by = self.book(reversal);
        self.undone.extend(settled.map(|what| (what, by)));
        Ok(Some(by))
    }

    /// After the page, looks at whether an invoice of ours is settled.
    pub fn touch(&mut self, invoice: i64) {
        self.touched.push(invoice);
    }

    /// After the page, looks at what an invoice of the provider's asks for.
    pub fn collected(&mut self, invoice: &str) {
        self.collected.push(invoice.to_owned());
    }

    /// Adds that the rest of an invoice of ours is lost; it is written once its entry is.
    pub fn write_off(&mut self, invoice: i64, row: WriteOff) {
        self.written_off.push((invoice, row));
    }

    /// Takes back what was written off of an invoice of ours, perhaps in this page; nothing where that was done already.
    pub fn undo_write_off(
        &mut self,
        invoice: i64,
        on: NaiveDate,
        why: &str,
    ) -> Result<Option<i64>, ApiError> {
        let here = self.written_off.iter().position(|(of, _)| *of == invoice);
        if let Some((_, row)) = here.map(|place| self.written_off.remove(place)) {
            return self.reverse(row.entry, on, why, None);
        }
        match write_offs::of_invoice(self.tx, invoice)? {
            Some(row) => self.reverse(row.entry, on, why, Some(Undone::WriteOff(row.key))),
            None => Ok(None),
        }
    }

    /// Takes the allocations of some money that are not written yet out of the page.
    pub fn withhold(&mut self, funds_kind: &str, funds_id: &str) -> Vec<Allocation> {
        let of_funds = |row: &mut Allocation| row.funds_kind == funds_kind && row.funds_id == funds_id;
        self.allocations.extract_if(.., of_funds).collect()
    }

    /// What is open on an item in a currency, this page included; debit positive.
    pub fn open(&self, account: &str, item: &Item, currency: Currency) -> Result<Money, ApiError> {
        let before = ledger::open_in(self.tx, account, item, currency)?;
        let key = (account.to_owned(), item.clone(), currency);
        let here = self.open.get(&key).copied().unwrap_or(0);
        Ok(before.add(Money::new(here, currency))?)
    }

    fn pending(&self, number: i64) -> Option<&Entry> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get(place).map(|new| &new.entry)
    }

    /// The postings of an entry, perhaps of this page.
    pub fn postings(&self, number: i64) -> Result<Vec<Posting>, ApiError> {
        match self.pending(number) {
            Some(entry) => Ok(entry.postings().to_vec()),
            None => Ok(ledger::postings(self.tx, number)?),
        }
    }

    /// An object with what is kept of it.
    pub fn object(&self, kind: FactKind, id: &str) -> Result<Option<Object>, ApiError> {
        Ok(provider::get(self.tx, self.source.name(), kind.as_str(), id)?)
    }

    /// Keeps an object.
    pub fn put(&mut self, object: &Object) -> Result<(), ApiError> {
        self.changed = true;
        Ok(provider::put(self.tx, self.source.name(), object, &self.moment.stamp())?)
    }

    /// What an object's newest state says; nothing where it cannot be read.
    pub fn observed(&self, object: &Object) -> Result<Option<Observed>, ApiError> {
        let Some(kind) = FactKind::parse(&object.kind) else { return Ok(None) };
        let Some(payload) = facts::payload(self.tx, object.fact)? else { return Ok(None) };
        Ok(self.source.translate(kind, &payload).ok().map(|fact| fact.observed))
    }

    /// What an object's newest state says, by its id; nothing where it was not told of, or cannot be read.
    pub fn told(&self, kind: FactKind, id: &str) -> Result<Option<Observed>, ApiError> {
        match self.object(kind, id)? {
            Some(object) => self.observed(&object),
            None => Ok(None),
        }
    }

    /// The accounts of the source in a currency: `Assets:Stripe:USD`.
    pub fn till(&self, currency: Currency) -> Result<Till, ApiError> {
        let title = self.source.title();
        let account = |name: String| {
            Account::new(&name)
                .map_err(|error| ApiError::failed("account", format!("Nothing was booked: {error}")))
        };
        Ok(Till {
            balance: account(format!("Assets:{title}:{currency}"))?,
            fees: account(format!("Expenses:Fees:{title}"))?,
            reserve: account(format!("Assets:{title}:Reserve"))?,
        })
    }

    /// A time as a day of the company.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.moment.profile.day(at)
    }

    /// The day the books start.
    pub fn books_start(&self) -> NaiveDate {
        self.moment.profile.books_start
    }
}

/// What is kept of an object beside its fact.
pub(super) fn detail<T: DeserializeOwned>(object: &Object) -> Result<Option<T>, ApiError> {
    serde_json::from_str(&object.detail).map_err(|error| {
        let what =
            format!("{} {} holds a detail that cannot be read: {error}.", object.kind, object.external_id);
        ApiError::failed("damaged", what)
    })
}

/// Keeps something of an object beside its fact.
pub(super) fn set_detail(object: &mut Object, detail: &impl Serialize) -> Result<(), ApiError> {
    object.detail = serde_json::to_string(detail)
        .map_err(|error| ApiError::failed("output", format!("A detail cannot be kept: {error}.")))?;
    Ok(())
}
