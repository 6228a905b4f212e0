//! What a line could settle, and how each piece of evidence stands to it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::book::Book;
use super::candidates::RECORDED_DAYS_BEFORE;
use super::compare::Level;
use super::facts::{Line, OpenInvoice};
use super::memo::{Announced, Memo};
use super::payer::Payers;
use super::reference::{Named, Scan};
use super::{Target, names};
use crate::money::Money;

/// A second payment is looked for among invoices paid in this many days (TS-26).
const DUPLICATE_DAYS: i64 = 90;
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

impl Reading<'_> {
    /// A subject with all its evidence; nothing for a payment too long ago to be a second one.
    pub fn case(&self, book: &Book, subject: &Subject) -> Option<Case> {
        let line = self.line;
        let exact = |open: Money| {
            let same = open.currency() == line.amount.currency();
            let gap = same.then(|| line.amount.minor().checked_sub(open.minor())).flatten();
            (gap, if gap == Some(0) { Amount::Exact } else { Amount::Part })
        };
        let (customer, open, (gap, amount), time) = match subject {
            Subject::Open(members) => {
                let (gap, amount) = self.amount(book, members);
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
            Subject::Transit(at) => book.in_transit[*at].texts.iter().any(|text| self.says(text)),
            _ => false,
        };
        let level = self.payers.level(customer);
        let reference = self.reference(book, subject, customer);
        Some(Case { subject: subject.clone(), customer, open, gap, amount, reference, level, text, time })
    }

    /// Received minus open, and what kind of gap that is.
    pub fn amount(&self, book: &Book, members: &[usize]) -> (Option<i128>, Amount) {
        let received = self.line.amount;
        let mut open: i128 = 0;
        for at in members {
            let invoice = &book.invoices[*at];
            match open.checked_add(invoice.open.minor()) {
                Some(total) if invoice.open.currency() == received.currency() => open = total,
                _ => return (None, Amount::Foreign),
            }
        }
        let Some(gap) = received.minor().checked_sub(open) else { return (None, Amount::Foreign) };
        let missing = gap.saturating_neg();
        let customary = || {
            let history = members.first().map(|at| &book.customers[book.owner[*at]].history);
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

    fn reference(&self, book: &Book, subject: &Subject, customer: Option<usize>) -> Reference {
        let scan = &self.scan;
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
                Named::Open(at) => Some(book.owner[*at]),
                Named::Paid(at) => book.customer_at.get(&book.paid[*at].customer).copied(),
                Named::Recorded(at) => book.customer_at.get(&book.undeposited[*at].customer).copied(),
            };
            let sibling = customer.is_some() && sure.iter().any(|named| family(named) == customer);
            return if sibling { Reference::Sibling } else { Reference::Foreign };
        }
        let hinted = |named: &Named| {
            scan.hits.iter().any(|hit| hit.named == *named)
                || scan.near.iter().chain(&scan.cut).any(|near| near.named == *named)
                || self.ends_in_a_number(book, *named)
        };
        if own.iter().all(hinted) { Reference::Hint } else { Reference::Silent }
    }

    /// The number of an invoice that the memo speaks of and that is not of this subject.
    pub fn other_invoice(&self, book: &Book, subject: &Subject) -> Option<&str> {
        let members: &[usize] = match subject {
            Subject::Open(members) => members,
            _ => return None,
        };
        let whole = self.line.amount.minor().checked_div(self.line.amount.currency().scale());
        let is_amount = |digits: &str| digits.parse::<i128>().ok() == whole;
        self.scan
            .numbers
            .iter()
            .filter(|number| number.announced == Announced::AsInvoice)
            .map(|number| number.digits.as_str())
            .filter(|digits| !is_a_date(digits) && !is_amount(digits))
            .find(|digits| !members.iter().any(|at| number_ends(&book.invoices[*at].number, digits)))
    }

    /// Whether a bare number of the memo is the end of this invoice's number, as in `INV 0131`.
    fn ends_in_a_number(&self, book: &Book, named: Named) -> bool {
        let Named::Open(at) = named else { return false };
        self.scan.numbers.iter().any(|number| {
            let invoice = &book.invoices[at];
            number_ends(&invoice.number, &number.digits)
                && (number.announced > Announced::Not || number.digits.len() >= 4)
        })
    }
}

/// Whether a number is a day or a year: `2026`, `20261116`, `16112026`.
fn is_a_date(digits: &str) -> bool {
    let year = |part: Option<&str>| part.is_some_and(|p| p.starts_with("19") || p.starts_with("20"));
    match digits.len() {
        4 => year(Some(digits)),
        6 => year(digits.get(..4)) || year(digits.get(2..)),
        8 => year(digits.get(..4)) || year(digits.get(4..)),
        _ => false,
    }
}

/// Whether digits are the last part of an invoice number: its last group, with or without zeros in front.
pub(super) fn number_ends(number: &str, digits: &str) -> bool {
    let split = number.bytes().rposition(|b| !b.is_ascii_digit()).map_or(0, |at| at + 1);
    let tail = &number[split..];
    let bare = tail.trim_start_matches('0');
    let alike = digits == tail || (bare.len() >= 3 && digits.trim_start_matches('0') == bare);
    split > 0 && digits.len() >= 3 && alike
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
