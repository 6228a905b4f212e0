//! Everything that one line could settle, found through the indexes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::Target;
use super::book::{Book, TOGETHER_MAX, sum};
use super::cases::{Amount, Case, Claimed, Reading, Subject};
use super::compare::Level;
use super::reference::Named;

/// Open invoices of one customer that are looked at for an amount that fits none exactly.
const LOOKED_AT: usize = 12;
/// Invoices of the same amount, of whatever customer, that are shown where nothing else speaks.
const SAME_AMOUNT: usize = 8;
/// So many invoices of one amount are gone through one by one.
const FEW: usize = 64;
/// A bank line of a recorded payment comes this many days before…
pub(super) const RECORDED_DAYS_BEFORE: i64 = 3;
/// …to this many days after the day that was recorded.
pub(super) const RECORDED_DAYS_AFTER: i64 = 14;
/// A payout or refund shows on the statement within these days (TS-24: abroad 3 to 5 business days).
const TRANSIT_DAYS_AFTER: i64 = 10;

/// What other lines of this run have settled.
#[derive(Debug, Default)]
pub(super) struct Spent {
    /// Invoice and the day of the line that pays it.
    pub invoices: HashMap<usize, NaiveDate>,
    pub undeposited: HashSet<usize>,
    pub in_transit: HashSet<usize>,
}

/// Collects the cases of a line.
pub(super) struct Gathering<'a> {
    book: &'a Book,
    reading: &'a Reading<'a>,
    spent: &'a Spent,
    rejected: &'a dyn Fn(&Target) -> bool,
    cases: BTreeMap<Subject, Case>,
    /// Customers that the line speaks of: by a strong name or by a sure reference.
    speaks_of: BTreeSet<usize>,
    /// What plays a part and may be settled by another line.
    looked_at: BTreeSet<Claimed>,
}

impl<'a> Gathering<'a> {
    pub fn new(
        book: &'a Book,
        reading: &'a Reading<'a>,
        spent: &'a Spent,
        rejected: &'a dyn Fn(&Target) -> bool,
    ) -> Gathering<'a> {
        let (cases, looked_at) = (BTreeMap::new(), BTreeSet::new());
        let speaks_of = customers(book, reading);
        Gathering { book, reading, spent, rejected, cases, speaks_of, looked_at }
    }

    /// All cases, unordered as to their merit.
    pub fn cases(mut self) -> (Vec<Case>, BTreeSet<Claimed>) {
        let amount = self.reading.line.amount;
        if amount.is_positive() {
            self.named();
            self.of_the_payer();
            self.of_the_amount();
            self.together();
            self.recorded();
            self.second_payments();
        }
        if !amount.is_zero() {
            self.in_transit();
        }
        (self.cases.into_values().collect(), self.looked_at)
    }

    /// The open invoices that the memo surely names.
    fn surely_named(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self
            .reading
            .scan
            .hits
            .iter()
            .filter(|hit| hit.certain)
            .filter_map(|hit| match hit.named {
                Named::Open(at) if self.is_open(at) => Some(at),
                _ => None,
            })
            .collect();
        all.sort_unstable();
        all
    }

    /// Invoices and payments that the memo names in any way.
    fn named(&mut self) {
        let scan = &self.reading.scan;
        let near = scan.near.iter().chain(&scan.cut).map(|near| near.named);
        let all: Vec<Named> = scan.hits.iter().map(|hit| hit.named).chain(near).collect();
        for named in all {
            match named {
                Named::Open(at) if self.spent.invoices.contains_key(&at) => {
                    self.looked_at.insert(Claimed::Invoice(at));
                    self.add(Subject::Spent(at));
                }
                Named::Open(at) => self.add(Subject::Open(vec![at])),
                Named::Paid(at) => self.add(Subject::Paid(at)),
                Named::Recorded(_) => {}
            }
        }
        let surely = self.surely_named();
        if surely.len() > 1 && self.of_one_currency(&surely) {
            self.add(Subject::Open(surely));
        }
    }

    fn of_one_currency(&self, invoices: &[usize]) -> bool {
        let currency = |at: usize| self.book.invoices[at].open.currency();
        invoices.windows(2).all(|pair| currency(pair[0]) == currency(pair[1]))
    }

    fn open_of(&self, customer: usize) -> impl Iterator<Item = usize> {
        self.book.by_owner[customer].iter().copied().filter(|at| self.is_open(*at))
    }

    /// Invoices of the customers that the line speaks of, whatever their amount.
    fn of_the_payer(&mut self) {
        let currency = self.reading.line.amount.currency();
        for customer in self.speaks_of.clone() {
            let same: Vec<usize> = self
                .open_of(customer)
                .filter(|at| self.book.invoices[*at].open.currency() == currency)
                .take(LOOKED_AT)
                .collect();
            let strong = self.reading.payers.level(Some(customer)).is_strong();
            // Everything that is open together, for four invoices at any amount, for more at the exact one.
            let everything = match same.len() {
                0 | 1 => false,
                2..=TOGETHER_MAX => true,
                _ => self.reading.amount(self.book, &same).1 == Amount::Exact,
            };
            if strong && everything {
                self.add(Subject::Open(same.clone()));
            }
            if strong && same.is_empty() {
                let foreign: Vec<usize> = self.open_of(customer).take(4).collect();
                foreign.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
            }
            same.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
        }
        self.of_close_names();
    }

    /// A name that is only close says something about an amount that is nearly right, and, where it is
    /// close to one customer's alone, about any amount.
    fn of_close_names(&mut self) {
        let fits = &self.reading.payers.fits;
        let close: Vec<usize> =
            fits.iter().filter(|(_, f)| f.level == Level::Close).map(|(c, _)| *c).collect();
        let alone = close.len() == 1 && self.reading.payers.named().is_none();
        for customer in close.into_iter().take(LOOKED_AT) {
            let open: Vec<usize> = self.open_of(customer).take(LOOKED_AT).collect();
            for (place, at) in open.into_iter().enumerate() {
                let nearly = match self.reading.amount(self.book, &[at]).1 {
                    Amount::Customary | Amount::Fee => true,
                    Amount::Foreign => false,
                    _ => alone && place < 4,
                };
                if nearly {
                    self.add(Subject::Open(vec![at]));
                }
            }
        }
    }

    /// Invoices with exactly this amount: of similar names all, of others a few.
    fn of_the_amount(&mut self) {
        let key = sum(self.reading.line.amount);
        let book = self.book;
        let Some(same) = book.by_amount.get(&key) else { return };
        let fits = &self.reading.payers.fits;
        let mut chosen: Vec<usize> = if same.len() <= FEW {
            let similar = |owner| fits.contains_key(&owner) || self.speaks_of.contains(&owner);
            same.iter().copied().filter(|at| similar(book.owner[*at]) && self.is_open(*at)).collect()
        } else {
            // Where a plan's price is on hundreds of invoices, the few customers are asked for theirs.
            let owners = fits.keys().chain(&self.speaks_of).collect::<BTreeSet<_>>().into_iter();
            let theirs = owners.filter_map(|owner| book.by_owner_amount.get(&(*owner, key)));
            theirs
                .flat_map(|all| all.iter().copied().filter(|at| self.is_open(*at)).take(LOOKED_AT))
                .collect()
        };
        chosen.extend(same.iter().copied().filter(|at| self.is_open(*at)).take(SAME_AMOUNT));
        chosen.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
    }

    fn is_open(&self, invoice: usize) -> bool {
        !self.spent.invoices.contains_key(&invoice)
    }

    /// Several invoices of one customer that add up to exactly this amount.
    fn together(&mut self) {
        let book = self.book;
        let Some(sums) = book.together.get(&sum(self.reading.line.amount)) else { return };
        // Without any name a sum is worth mentioning only where no single invoice has the amount.
        let nobody = self.reading.payers.text.is_empty()
            && self.reading.payers.fits.is_empty()
            && self.speaks_of.is_empty()
            && self.cases.is_empty();
        let mut of_nobody = 0;
        for together in sums {
            let members: Vec<usize> = together.members().collect();
            if members.iter().any(|at| self.spent.invoices.contains_key(at)) {
                continue;
            }
            let level = self.reading.payers.level(Some(together.customer));
            if level >= Level::Close || self.speaks_of.contains(&together.customer) {
                self.add(Subject::Open(members));
            } else if nobody && members.len() == 2 && of_nobody < 3 {
                of_nobody += 1;
                self.add(Subject::Open(members));
            }
        }
    }

    fn recorded(&mut self) {
        let book = self.book;
        let key = sum(self.reading.line.amount);
        for at in book.undeposited_by_amount.get(&key).into_iter().flatten().take(LOOKED_AT) {
            let days = (self.reading.line.date - book.undeposited[*at].received_on).num_days();
            let in_time = (-RECORDED_DAYS_BEFORE..=RECORDED_DAYS_AFTER).contains(&days);
            if in_time && !self.spent.undeposited.contains(at) {
                self.add(Subject::Recorded(*at));
            }
        }
    }

    fn in_transit(&mut self) {
        let book = self.book;
        let key = sum(self.reading.line.amount);
        for at in book.in_transit_by_amount.get(&key).into_iter().flatten().take(LOOKED_AT) {
            let days = (self.reading.line.date - book.in_transit[*at].sent_on).num_days();
            if (-1..=TRANSIT_DAYS_AFTER).contains(&days) && !self.spent.in_transit.contains(at) {
                self.add(Subject::Transit(*at));
            }
        }
    }

    /// Invoices of the payer with this amount that are already paid.
    fn second_payments(&mut self) {
        let book = self.book;
        let key = sum(self.reading.line.amount);
        for customer in self.speaks_of.clone() {
            let paid = book.paid_by_owner_amount.get(&(customer, key)).into_iter().flatten().take(3);
            paid.for_each(|at| self.add(Subject::Paid(*at)));
            let spent = book.by_owner_amount.get(&(customer, key)).into_iter().flatten();
            let spent: Vec<usize> =
                spent.copied().filter(|at| self.spent.invoices.contains_key(at)).take(3).collect();
            for at in spent {
                self.looked_at.insert(Claimed::Invoice(at));
                self.add(Subject::Spent(at));
            }
        }
    }

    fn add(&mut self, subject: Subject) {
        if self.cases.contains_key(&subject) {
            return;
        }
        self.looked_at.extend(subject.claims());
        if let Some(case) = self.reading.case(self.book, &subject)
            && !(self.rejected)(&self.book.target(&subject))
        {
            self.cases.insert(subject, case);
        }
    }
}

/// Customers that a line speaks of: by a strong name or by a sure reference.
fn customers(book: &Book, reading: &Reading<'_>) -> BTreeSet<usize> {
    let sure = reading.scan.hits.iter().filter(|hit| hit.certain);
    let named = sure.filter_map(|hit| match hit.named {
        Named::Paid(at) => book.customer_at.get(&book.paid[at].customer).copied(),
        Named::Open(at) => Some(book.owner[at]),
        Named::Recorded(_) => None,
    });
    named.chain(reading.payers.named()).collect()
}
