//! Everything that one line could settle, with how each piece of evidence stands.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::book::{Book, sum};
use super::compare::Level;
use super::facts::{Line, OpenInvoice};
use super::memo::Memo;
use super::payer::Payers;
use super::reference::{Named, Scan};
use super::{Target, names};
use crate::money::Money;

/// Open invoices of one customer that are looked at for an amount that fits none exactly.
const LOOKED_AT: usize = 12;
/// Invoices of the same amount, of whatever customer, that are shown where nothing else speaks.
const SAME_AMOUNT: usize = 8;
/// A second payment is looked for among invoices paid in this many days (TS-26).
const DUPLICATE_DAYS: i64 = 90;
/// A bank line of a recorded payment comes this many days before…
const RECORDED_DAYS_BEFORE: i64 = 3;
/// …to this many days after the day that was recorded.
const RECORDED_DAYS_AFTER: i64 = 14;
/// A payout or refund shows on the statement within these days (TS-24: abroad 3 to 5 business days).
const TRANSIT_DAYS_AFTER: i64 = 10;
/// Payments come from the day of issue to 60 days after it…
const USUAL_DAYS: i64 = 60;
/// …or to 30 days after the due date, whichever is later.
const LATE_DAYS: i64 = 30;
/// The most that a bank keeps of a transfer, in major units: wires cost 10 to 45.
const FEE_MAJOR_MAX: i128 = 50;
/// A gap within this share of the open amount is a fee or a slip, not an instalment (TS-31, X4)…
const FEE_PERCENT: i128 = 5;
/// …and one of at most [`FEE_MAJOR_MAX`] within this share.
const FEE_PERCENT_SMALL: i128 = 15;

/// What a line could settle, by places in the book.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Subject {
    /// Open invoices of one customer, oldest first.
    Open(Vec<usize>),
    /// A recorded payment.
    Recorded(usize),
    /// A payout or refund on its way.
    Transit(usize),
    /// An invoice that another line of this run pays: this would be a second payment.
    Spent(usize),
    /// A paid invoice: this would be a second payment.
    Paid(usize),
}

/// One thing that can be settled once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Claimed {
    /// An open invoice.
    Invoice(usize),
    /// A recorded payment.
    Recorded(usize),
    /// A payout or refund on its way.
    Transit(usize),
}

impl Subject {
    /// What settling it uses up.
    pub fn claims(&self) -> Vec<Claimed> {
        match self {
            Subject::Open(members) => members.iter().map(|at| Claimed::Invoice(*at)).collect(),
            Subject::Recorded(at) => vec![Claimed::Recorded(*at)],
            Subject::Transit(at) => vec![Claimed::Transit(*at)],
            Subject::Spent(_) | Subject::Paid(_) => Vec::new(),
        }
    }

    /// Whether a reference names it or a part of it.
    pub fn is_named(&self, named: Named) -> bool {
        match (self, named) {
            (Subject::Open(members), Named::Open(at)) => members.contains(&at),
            (Subject::Spent(a), Named::Open(b))
            | (Subject::Paid(a), Named::Paid(b))
            | (Subject::Recorded(a), Named::Recorded(b)) => *a == b,
            _ => false,
        }
    }
}

/// How the references in the memo stand to a subject, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reference {
    /// The memo names another customer's invoice.
    Foreign,
    /// The memo names another invoice of this customer.
    Sibling,
    /// The memo names nothing.
    Silent,
    /// The memo names it, but not surely: a bare number, a slip, a cut or shared reference.
    Hint,
    /// The memo names some of it, or more than it.
    Some,
    /// The memo names exactly this.
    Full,
}

/// How the day stands to a subject.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Time {
    /// Before the invoice existed.
    Early,
    /// When payments usually come.
    Usual,
    /// Later than that.
    Late,
}

/// How the amount stands to what is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Amount {
    /// To the cent.
    Exact,
    /// Short by what their payments are usually short by.
    Customary,
    /// Short by what a bank may have kept.
    Fee,
    /// A part.
    Part,
    /// More than open.
    Over,
    /// Another currency.
    Foreign,
}

/// One thing that a line could settle.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub subject: Subject,
    pub customer: Option<usize>,
    pub open: Money,
    /// Received minus open in minor units; nothing across currencies.
    pub gap: Option<i128>,
    pub amount: Amount,
    pub reference: Reference,
    pub level: Level,
    /// Whether the text of a payout or refund stands in the line.
    pub text: bool,
    pub time: Time,
}

impl Case {
    pub fn is_exact(&self) -> bool {
        self.gap == Some(0)
    }

    pub fn is_second_payment(&self) -> bool {
        matches!(self.subject, Subject::Paid(_) | Subject::Spent(_))
    }
}

/// What other lines of this run have settled.
#[derive(Debug, Default)]
pub(super) struct Spent {
    /// Invoice and the day of the line that pays it.
    pub invoices: HashMap<usize, NaiveDate>,
    pub undeposited: HashSet<usize>,
    pub in_transit: HashSet<usize>,
}

/// A line as it was read once; reading does not depend on what other lines settle.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub line: &'a Line,
    pub scan: Scan,
    pub payers: Payers,
    words: Vec<String>,
}

impl<'a> Reading<'a> {
    pub fn new(book: &Book, line: &'a Line) -> Reading<'a> {
        let memo = Memo::of(&[&line.description, &line.payer]);
        let (scan, payers) = if line.amount.is_positive() {
            (book.references.scan(&memo), book.names.read(&line.payer, &line.description))
        } else {
            (Scan::default(), Payers::default())
        };
        let words = if book.in_transit.is_empty() {
            Vec::new()
        } else {
            names::memo_words(&format!("{} {}", line.payer, line.description))
        };
        Reading { line, scan, payers, words }
    }

    /// Whether the whole of a text stands in the line, word by word.
    fn says(&self, text: &str) -> bool {
        let wanted = names::memo_words(text);
        let telling = wanted.iter().any(|w| w.len() >= 4 && !names::is_legal_form(w));
        telling && self.words.windows(wanted.len()).any(|w| w == wanted.as_slice())
    }
}

/// Collects the cases of a line.
pub(super) struct Gathering<'a> {
    book: &'a Book,
    reading: &'a Reading<'a>,
    spent: &'a Spent,
    rejected: &'a dyn Fn(&Target) -> bool,
    cases: BTreeMap<Subject, Case>,
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
        Gathering { book, reading, spent, rejected, cases: BTreeMap::new(), looked_at: BTreeSet::new() }
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
                Named::Open(at) if !self.spent.invoices.contains_key(&at) => Some(at),
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

    /// Customers that the line speaks of: by a strong name or by a sure reference.
    fn customers(&self) -> BTreeSet<usize> {
        let named = self.surely_named().into_iter().map(|at| self.book.owner[at]);
        let hits = self.reading.scan.hits.iter().filter(|hit| hit.certain);
        let paid = hits.filter_map(|hit| match hit.named {
            Named::Paid(at) => self.book.customer_at.get(&self.book.paid[at].customer).copied(),
            Named::Open(at) => Some(self.book.owner[at]),
            Named::Recorded(_) => None,
        });
        let fits = &self.reading.payers.fits;
        let strong = fits.iter().filter(|(_, fit)| fit.level.is_strong()).map(|(customer, _)| *customer);
        named.chain(paid).chain(strong).collect()
    }

    fn open_of(&self, customer: usize) -> impl Iterator<Item = usize> {
        self.book.by_owner[customer].iter().copied().filter(|at| !self.spent.invoices.contains_key(at))
    }

    /// Invoices of the customers that the line speaks of, whatever their amount.
    fn of_the_payer(&mut self) {
        let currency = self.reading.line.amount.currency();
        for customer in self.customers() {
            let same: Vec<usize> = self
                .open_of(customer)
                .filter(|at| self.book.invoices[*at].open.currency() == currency)
                .take(LOOKED_AT)
                .collect();
            let strong = self.reading.payers.level(Some(customer)).is_strong();
            if strong && (2..=4).contains(&same.len()) {
                self.add(Subject::Open(same.clone()));
            }
            if strong && same.is_empty() {
                let foreign: Vec<usize> = self.open_of(customer).take(4).collect();
                foreign.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
            }
            same.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
        }
        // A name that is only close says something about an amount that is nearly right.
        let close: Vec<usize> = self
            .reading
            .payers
            .fits
            .iter()
            .filter(|(_, f)| f.level == Level::Close)
            .map(|(c, _)| *c)
            .collect();
        for customer in close.into_iter().take(LOOKED_AT) {
            let nearly: Vec<usize> = self
                .open_of(customer)
                .take(LOOKED_AT)
                .filter(|at| matches!(self.amount(&[*at]).1, Amount::Customary | Amount::Fee))
                .collect();
            nearly.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
        }
    }

    /// Invoices with exactly this amount: of similar names all, of others a few.
    fn of_the_amount(&mut self) {
        let key = sum(self.reading.line.amount);
        let book = self.book;
        let of_similar =
            self.reading.payers.fits.keys().chain(&self.customers()).copied().collect::<BTreeSet<_>>();
        for customer in of_similar {
            let same = book.by_owner_amount.get(&(customer, key)).into_iter().flatten().copied();
            let same: Vec<usize> =
                same.filter(|at| !self.spent.invoices.contains_key(at)).take(LOOKED_AT).collect();
            same.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
        }
        let others = book.by_amount.get(&key).into_iter().flatten().copied();
        let others: Vec<usize> =
            others.filter(|at| !self.spent.invoices.contains_key(at)).take(SAME_AMOUNT).collect();
        others.into_iter().for_each(|at| self.add(Subject::Open(vec![at])));
    }

    /// Several invoices of one customer that add up to exactly this amount.
    fn together(&mut self) {
        let book = self.book;
        let Some(sums) = book.together.get(&sum(self.reading.line.amount)) else { return };
        let speaks_of = self.customers();
        // Without any name a sum is worth mentioning only where no single invoice has the amount.
        let nobody = self.reading.payers.text.is_empty()
            && self.reading.payers.fits.is_empty()
            && speaks_of.is_empty()
            && self.cases.is_empty();
        let mut of_nobody = 0;
        for together in sums {
            let members: Vec<usize> = together.members().collect();
            if members.iter().any(|at| self.spent.invoices.contains_key(at)) {
                continue;
            }
            let level = self.reading.payers.level(Some(together.customer));
            if level >= Level::Close || speaks_of.contains(&together.customer) {
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
        for customer in self.customers() {
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
        if let Some(case) = self.case(&subject)
            && !(self.rejected)(&self.book.target(&subject))
        {
            self.cases.insert(subject, case);
        }
    }

    fn case(&self, subject: &Subject) -> Option<Case> {
        let (book, line) = (self.book, self.reading.line);
        let exact = |open: Money| {
            let same = open.currency() == line.amount.currency();
            let gap = same.then(|| line.amount.minor().checked_sub(open.minor())).flatten();
            (gap, if gap == Some(0) { Amount::Exact } else { Amount::Part })
        };
        let (customer, open, (gap, amount), time) = match subject {
            Subject::Open(members) => {
                let (gap, amount) = self.amount(members);
                let invoices = members.iter().map(|at| &book.invoices[*at]);
                let open = Money::sum(
                    invoices.clone().map(|i| i.open),
                    book.invoices[*members.first()?].open.currency(),
                );
                (Some(book.owner[members[0]]), open.ok()?, (gap, amount), time_of(invoices, line.date))
            }
            Subject::Recorded(at) => {
                let payment = &book.undeposited[*at];
                (
                    book.customer_at.get(&payment.customer).copied(),
                    payment.amount,
                    exact(payment.amount),
                    Time::Usual,
                )
            }
            Subject::Transit(at) => {
                let transit = &book.in_transit[*at];
                (None, transit.amount, exact(transit.amount), Time::Usual)
            }
            Subject::Spent(at) => {
                let invoice = &book.invoices[*at];
                (Some(book.owner[*at]), invoice.open, exact(invoice.open), Time::Usual)
            }
            Subject::Paid(at) => {
                let paid = &book.paid[*at];
                let days = (line.date - paid.paid_on).num_days();
                if !(-RECORDED_DAYS_BEFORE..=DUPLICATE_DAYS).contains(&days) {
                    return None;
                }
                (book.customer_at.get(&paid.customer).copied(), paid.total, exact(paid.total), Time::Usual)
            }
        };
        let text = match subject {
            Subject::Transit(at) => book.in_transit[*at].texts.iter().any(|text| self.reading.says(text)),
            _ => false,
        };
        let level = self.reading.payers.level(customer);
        let reference = self.reference(subject, customer);
        Some(Case { subject: subject.clone(), customer, open, gap, amount, reference, level, text, time })
    }

    /// Received minus open, and what kind of gap that is.
    fn amount(&self, members: &[usize]) -> (Option<i128>, Amount) {
        let received = self.reading.line.amount;
        let mut open: i128 = 0;
        for at in members {
            let invoice = &self.book.invoices[*at];
            match open.checked_add(invoice.open.minor()) {
                Some(total) if invoice.open.currency() == received.currency() => open = total,
                _ => return (None, Amount::Foreign),
            }
        }
        let Some(gap) = received.minor().checked_sub(open) else { return (None, Amount::Foreign) };
        let missing = -gap;
        let customary = || {
            let history = members.first().map(|at| &self.book.customers[self.book.owner[*at]].history);
            let usual = history.into_iter().flat_map(|h| &h.usual_shortfall);
            let same = usual.filter(|m| m.currency() == received.currency() && m.minor() == missing).count();
            same >= 2
        };
        let within = |percent: i128| missing.checked_mul(100).is_some_and(|m| m / percent <= open);
        let amount = match gap {
            0 => Amount::Exact,
            1.. => Amount::Over,
            _ if customary() => Amount::Customary,
            _ if within(FEE_PERCENT) => Amount::Fee,
            _ if within(FEE_PERCENT_SMALL) && missing <= FEE_MAJOR_MAX * received.currency().scale() => {
                Amount::Fee
            }
            _ => Amount::Part,
        };
        (Some(gap), amount)
    }

    fn reference(&self, subject: &Subject, customer: Option<usize>) -> Reference {
        let scan = &self.reading.scan;
        let sure: BTreeSet<Named> = scan.hits.iter().filter(|hit| hit.certain).map(|hit| hit.named).collect();
        let own: BTreeSet<Named> = match subject {
            Subject::Open(members) => members.iter().map(|at| Named::Open(*at)).collect(),
            Subject::Spent(at) => [Named::Open(*at)].into(),
            Subject::Paid(at) => [Named::Paid(*at)].into(),
            Subject::Recorded(at) => [Named::Recorded(*at)].into(),
            Subject::Transit(_) => return Reference::Silent,
        };
        // The references of a recorded payment are those of the invoices it settled: paid or open.
        let settled = |named: &Named| match named {
            Named::Recorded(_) => true,
            Named::Open(_) | Named::Paid(_) => matches!(subject, Subject::Recorded(_)),
        };
        let others = sure.difference(&own).filter(|named| !settled(named)).count();
        let shared = own.intersection(&sure).count();
        if shared > 0 {
            let all = shared == own.len() && others == 0 && !scan.flood;
            return if all { Reference::Full } else { Reference::Some };
        }
        if !sure.is_empty() {
            let family = |named: &Named| match named {
                Named::Open(at) => Some(self.book.owner[*at]),
                Named::Paid(at) => self.book.customer_at.get(&self.book.paid[*at].customer).copied(),
                Named::Recorded(at) => {
                    self.book.customer_at.get(&self.book.undeposited[*at].customer).copied()
                }
            };
            let sibling = customer.is_some() && sure.iter().any(|named| family(named) == customer);
            return if sibling { Reference::Sibling } else { Reference::Foreign };
        }
        let hinted = |named: &Named| {
            scan.hits.iter().any(|hit| hit.named == *named)
                || scan.near.iter().chain(&scan.cut).any(|near| near.named == *named)
                || self.ends_in_a_number(*named)
        };
        if own.iter().all(hinted) { Reference::Hint } else { Reference::Silent }
    }

    /// Whether a bare number of the memo is the end of this invoice's number, as in `INV 0131`.
    fn ends_in_a_number(&self, named: Named) -> bool {
        let Named::Open(at) = named else { return false };
        self.reading.scan.numbers.iter().any(|number| {
            let invoice = &self.book.invoices[at];
            number_ends(&invoice.number, &number.digits) && (number.announced || number.digits.len() >= 4)
        })
    }
}

/// Whether digits are the last part of an invoice number: its last group, with or without zeros in front.
pub(super) fn number_ends(number: &str, digits: &str) -> bool {
    let tail: String = {
        let reversed: String = number.chars().rev().take_while(char::is_ascii_digit).collect();
        reversed.chars().rev().collect()
    };
    let bare = tail.trim_start_matches('0');
    tail.len() < number.chars().count()
        && digits.len() >= 3
        && (digits == tail || (bare.len() >= 3 && digits.trim_start_matches('0') == bare))
}

fn time_of<'i>(invoices: impl Iterator<Item = &'i OpenInvoice>, day: NaiveDate) -> Time {
    let mut time = Time::Usual;
    for invoice in invoices {
        if day < invoice.issued {
            return Time::Early;
        }
        let after_issue = (day - invoice.issued).num_days();
        let after_due = (day - invoice.due).num_days();
        if after_issue > USUAL_DAYS && after_due > LATE_DAYS {
            time = Time::Late;
        }
    }
    time
}

impl Book {
    /// A subject by ids.
    pub(super) fn target(&self, subject: &Subject) -> Target {
        match subject {
            Subject::Open(members) => {
                Target::Invoices(members.iter().map(|at| self.invoices[*at].id.clone()).collect())
            }
            Subject::Spent(at) => Target::Invoices(vec![self.invoices[*at].id.clone()]),
            Subject::Paid(at) => Target::Invoices(vec![self.paid[*at].id.clone()]),
            Subject::Recorded(at) => Target::Undeposited(self.undeposited[*at].id.clone()),
            Subject::Transit(at) => Target::InTransit(self.in_transit[*at].id.clone()),
        }
    }
}
