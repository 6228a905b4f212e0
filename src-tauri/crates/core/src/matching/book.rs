//! The indexes that candidates come from, built once for many lines.

use std::collections::{BTreeMap, HashMap};

use super::facts::{Customer, Facts, InTransit, OpenInvoice, PaidInvoice, Undeposited};
use super::payer::NameIndex;
use super::reference::{Named, ReferenceIndex};
use crate::currency::Currency;
use crate::money::Money;

/// Most invoices that one payment is tried on together.
pub(super) const TOGETHER_MAX: usize = 4;
/// Open invoices of one customer and currency, oldest first, whose sums are indexed: 12 give 781 sums.
const SUMMED_INVOICES: usize = 12;

/// An amount in a currency, as an index key.
pub(super) type Sum = (Currency, i128);

/// Several invoices of one customer whose sum is indexed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Together {
    pub customer: usize,
    members: [u32; TOGETHER_MAX],
    length: u8,
}

impl Together {
    /// The invoices, oldest first.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        self.members.into_iter().take(usize::from(self.length)).map(|member| member as usize)
    }
}

/// Everything that bank lines are explained with.
///
/// Facts are put into one order when the book is built, so that its answers do not depend on the
/// order they were given in.
#[derive(Debug, Default)]
pub struct Book {
    pub(super) invoices: Vec<OpenInvoice>,
    pub(super) customers: Vec<Customer>,
    pub(super) paid: Vec<PaidInvoice>,
    pub(super) undeposited: Vec<Undeposited>,
    pub(super) in_transit: Vec<InTransit>,
    /// Customer's place of each invoice.
    pub(super) owner: Vec<usize>,
    pub(super) by_amount: HashMap<Sum, Vec<usize>>,
    pub(super) by_owner: Vec<Vec<usize>>,
    pub(super) by_owner_amount: HashMap<(usize, Sum), Vec<usize>>,
    pub(super) together: HashMap<Sum, Vec<Together>>,
    pub(super) undeposited_by_amount: HashMap<Sum, Vec<usize>>,
    pub(super) in_transit_by_amount: HashMap<Sum, Vec<usize>>,
    pub(super) paid_by_owner_amount: HashMap<(usize, Sum), Vec<usize>>,
    pub(super) customer_at: HashMap<String, usize>,
    pub(super) references: ReferenceIndex,
    pub(super) names: NameIndex,
}

pub(super) fn sum(money: Money) -> Sum {
    (money.currency(), money.minor())
}

impl Book {
    /// Builds the indexes. Invoices with nothing open are left out; of two facts with one id the
    /// first in order counts.
    pub fn new(facts: Facts) -> Book {
        let Facts { mut invoices, customers, mut paid, mut undeposited, mut in_transit } = facts;
        invoices.retain(|invoice| invoice.open.is_positive());
        invoices.sort_by(|a, b| (&a.id, a.due, &a.number).cmp(&(&b.id, b.due, &b.number)));
        invoices.dedup_by(|a, b| a.id == b.id);
        invoices.sort_by(|a, b| (a.due, &a.number, &a.id).cmp(&(b.due, &b.number, &b.id)));
        paid.sort_by(|a, b| (b.paid_on, &a.number, &a.id).cmp(&(a.paid_on, &b.number, &b.id)));
        undeposited.sort_by(|a, b| (a.received_on, &a.id).cmp(&(b.received_on, &b.id)));
        in_transit.sort_by(|a, b| (a.sent_on, &a.id).cmp(&(b.sent_on, &b.id)));
        let customers = everybody(customers, &invoices, &paid, &undeposited);
        let mut book = Book {
            names: NameIndex::new(&customers),
            customer_at: customers.iter().enumerate().map(|(at, c)| (c.id.clone(), at)).collect(),
            by_owner: vec![Vec::new(); customers.len()],
            invoices,
            customers,
            paid,
            undeposited,
            in_transit,
            ..Book::default()
        };
        book.index_invoices();
        book.index_sums();
        book.index_others();
        book
    }

    /// The open invoices, by due date.
    pub fn invoices(&self) -> &[OpenInvoice] {
        &self.invoices
    }

    fn index_invoices(&mut self) {
        for (at, invoice) in self.invoices.iter().enumerate() {
            let owner = self.customer_at.get(&invoice.customer).copied().unwrap_or_default();
            self.owner.push(owner);
            self.by_owner[owner].push(at);
            self.by_amount.entry(sum(invoice.open)).or_default().push(at);
            self.by_owner_amount.entry((owner, sum(invoice.open))).or_default().push(at);
            self.references.add(Named::Open(at), &invoice.reference);
            self.references.add(Named::Open(at), &invoice.number);
        }
    }

    fn index_sums(&mut self) {
        for (customer, owned) in self.by_owner.iter().enumerate() {
            let mut by_currency: BTreeMap<Currency, Vec<usize>> = BTreeMap::new();
            for at in owned {
                by_currency.entry(self.invoices[*at].open.currency()).or_default().push(*at);
            }
            for (currency, mut at) in by_currency {
                at.truncate(SUMMED_INVOICES);
                let opens: Vec<i128> = at.iter().map(|i| self.invoices[*i].open.minor()).collect();
                each_subset(&opens, &mut |picked, total| {
                    let mut members = [0u32; TOGETHER_MAX];
                    for (slot, pick) in members.iter_mut().zip(picked) {
                        *slot = u32::try_from(at[*pick]).unwrap_or(u32::MAX);
                    }
                    let length = u8::try_from(picked.len()).unwrap_or_default();
                    let together = Together { customer, members, length };
                    self.together.entry((currency, total)).or_default().push(together);
                });
            }
        }
    }

    fn index_others(&mut self) {
        for (at, payment) in self.undeposited.iter().enumerate() {
            self.undeposited_by_amount.entry(sum(payment.amount)).or_default().push(at);
            for reference in payment.references.iter().chain([&payment.number]) {
                self.references.add(Named::Recorded(at), reference);
            }
        }
        for (at, transit) in self.in_transit.iter().enumerate() {
            self.in_transit_by_amount.entry(sum(transit.amount)).or_default().push(at);
        }
        for (at, paid) in self.paid.iter().enumerate() {
            if let Some(owner) = self.customer_at.get(&paid.customer) {
                self.paid_by_owner_amount.entry((*owner, sum(paid.total))).or_default().push(at);
            }
            self.references.add(Named::Paid(at), &paid.reference);
            self.references.add(Named::Paid(at), &paid.number);
        }
    }
}

/// All customers by id, also those that only an invoice or payment mentions: they have no name, but
/// their invoices still belong together.
fn everybody(
    mut customers: Vec<Customer>,
    invoices: &[OpenInvoice],
    paid: &[PaidInvoice],
    undeposited: &[Undeposited],
) -> Vec<Customer> {
    customers.sort_by(|a, b| (&a.id, &a.name).cmp(&(&b.id, &b.name)));
    customers.dedup_by(|a, b| a.id == b.id);
    let mut all: BTreeMap<String, Customer> = customers.into_iter().map(|c| (c.id.clone(), c)).collect();
    let mentioned = invoices
        .iter()
        .map(|i| &i.customer)
        .chain(paid.iter().map(|p| &p.customer))
        .chain(undeposited.iter().map(|u| &u.customer));
    for id in mentioned {
        all.entry(id.clone()).or_insert_with(|| Customer {
            id: id.clone(),
            name: String::new(),
            aliases: Vec::new(),
            history: super::History::default(),
        });
    }
    all.into_values().collect()
}

/// Visits every choice of 2 to [`TOGETHER_MAX`] amounts with its sum; sums beyond 128 bits are left out.
fn each_subset(opens: &[i128], visit: &mut impl FnMut(&[usize], i128)) {
    fn grow(opens: &[i128], picked: &mut Vec<usize>, total: i128, visit: &mut impl FnMut(&[usize], i128)) {
        let from = picked.last().map_or(0, |last| last + 1);
        for at in from..opens.len() {
            let Some(total) = total.checked_add(opens[at]) else { continue };
            picked.push(at);
            if picked.len() >= 2 {
                visit(picked, total);
            }
            if picked.len() < TOGETHER_MAX {
                grow(opens, picked, total, visit);
            }
            picked.pop();
        }
    }
    grow(opens, &mut Vec::new(), 0, visit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_two_to_four_is_summed_once() {
        let mut sums = Vec::new();
        each_subset(&[1, 10, 100, 1000, 10_000], &mut |picked, total| sums.push((picked.len(), total)));
        assert_eq!(sums.len(), 10 + 10 + 5);
        assert!(sums.contains(&(2, 11)) && sums.contains(&(4, 11_110)));
        let mut count = 0;
        each_subset(&[1; SUMMED_INVOICES], &mut |_, _| count += 1);
        assert_eq!(count, 781);
        each_subset(&[i128::MAX, 1], &mut |_, _| panic!("an overflowing sum is no sum"));
    }
}
