//! Evidence in sentences: what was looked at and whether it fits.

use super::book::Book;
use super::cases::{Amount, Case, Reading, Reference, Subject, Time, number_ends};
use super::compare::Level;
use super::decide::names_other;
use super::reference::Hit;
use super::words::{day_text, days_text, list_text, money_text, percent_text, quoted};
use super::{Evidence, EvidenceKind, History, Mark};
use crate::money::Money;

/// All evidence for and against a case.
pub(super) fn of(book: &Book, reading: &Reading<'_>, case: &Case) -> Vec<Evidence> {
    let mut all = Vec::new();
    all.extend(reference(book, reading, case));
    all.push(amount(reading, case));
    all.extend(payer(book, reading, case));
    all.extend(time(book, reading, case));
    all.extend(history(book, case));
    all
}

fn piece(mark: Mark, kind: EvidenceKind, sentence: impl Into<String>, quote: &str) -> Evidence {
    Evidence { mark, kind, sentence: sentence.into(), quote: quoted(quote) }
}

fn reference(book: &Book, reading: &Reading<'_>, case: &Case) -> Option<Evidence> {
    let say =
        |mark, sentence: String, quote: &str| Some(piece(mark, EvidenceKind::Reference, sentence, quote));
    if let Subject::Transit(at) = case.subject {
        let transit = &book.in_transit[at];
        return case.text.then(|| {
            piece(
                Mark::Fits,
                EvidenceKind::Reference,
                format!("The text is that of the {}", transit.what),
                "",
            )
        });
    }
    let own: Vec<&Hit> = reading.scan.hits.iter().filter(|hit| case.subject.is_named(hit.named)).collect();
    match case.reference {
        Reference::Full => {
            let sentences: Vec<String> = own.iter().filter(|h| h.certain).map(|hit| found(hit)).collect();
            let quote = own.first().map_or("", |hit| &hit.quote);
            say(Mark::Fits, sentences.join(". "), quote)
        }
        Reference::Some => {
            let labels: Vec<String> =
                reading.scan.hits.iter().filter(|h| h.certain).map(|h| h.label.clone()).collect();
            let quote = own.first().map_or("", |hit| &hit.quote);
            say(Mark::Partly, format!("The memo names {}", list_text(&labels)), quote)
        }
        Reference::Hint => hint(book, reading, case, &own),
        Reference::Sibling | Reference::Foreign => names_other(reading, case)
            .map(|label| piece(Mark::Not, EvidenceKind::Reference, format!("The memo names {label}"), "")),
        Reference::Silent => reading.scan.unknown.as_ref().and_then(|unknown| {
            let check = if unknown.wrong_check {
                "its check digit is wrong"
            } else {
                "nothing open or lately paid has it"
            };
            say(Mark::Not, format!("{} is in the memo, but {check}", quoted(&unknown.quote)), &unknown.quote)
        }),
    }
}

/// A whole reference: as it stands, or how it reads.
fn found(hit: &Hit) -> String {
    let check = if hit.check_digit.is_some() { ". Check digit is right" } else { "" };
    if hit.misread.is_empty() {
        return format!("{} is in the memo{check}", hit.label);
    }
    format!("{} reads as {} ({}){check}", quoted(&hit.quote), hit.label, list_text(&hit.misread))
}

fn hint(book: &Book, reading: &Reading<'_>, case: &Case, own: &[&Hit]) -> Option<Evidence> {
    let say =
        |sentence: String, quote: &str| Some(piece(Mark::Partly, EvidenceKind::Reference, sentence, quote));
    if let Some(hit) = own.first() {
        let why = if hit.shared {
            "but other open invoices carry it too"
        } else {
            "but a bare number can be anything"
        };
        return say(format!("{} is in the memo, {why}", hit.label), &hit.quote);
    }
    if let Some(near) = reading.scan.near.iter().find(|near| case.subject.is_named(near.named)) {
        let sentence =
            format!("{} is one digit off {}, and its check digit is wrong", quoted(&near.quote), near.label);
        return say(sentence, &near.quote);
    }
    if let Some(cut) = reading.scan.cut.as_ref().filter(|cut| case.subject.is_named(cut.named)) {
        return say(format!("{} is the beginning of {}", quoted(&cut.quote), cut.label), &cut.quote);
    }
    let Subject::Open(members) = &case.subject else { return None };
    let ends: Vec<(String, String)> = members
        .iter()
        .filter_map(|at| {
            let number = &book.invoices[*at].number;
            let ending = reading.scan.numbers.iter().find(|n| number_ends(number, &n.digits))?;
            Some((ending.digits.clone(), number.clone()))
        })
        .collect();
    let (digits, _) = ends.first()?;
    let texts: Vec<String> =
        ends.iter().map(|(digits, number)| format!("{digits} is the end of {number}")).collect();
    say(texts.join(", "), digits)
}

fn amount(reading: &Reading<'_>, case: &Case) -> Evidence {
    let say = |mark, sentence: String| piece(mark, EvidenceKind::Amount, sentence, "");
    let received = reading.line.amount;
    let gap = Money::new(case.gap.unwrap_or_default(), received.currency());
    let percent = percent_text(gap.minor(), case.open.minor()).map_or(String::new(), |p| format!(" ({p})"));
    match case.amount {
        Amount::Foreign => say(
            Mark::Partly,
            format!("{} for {}: the rate decides", money_text(received), money_text(case.open)),
        ),
        _ if case.is_exact() => match &case.subject {
            Subject::Open(members) if members.len() > 1 => say(Mark::Fits, "Exactly their sum".into()),
            _ => say(Mark::Fits, "Exact".into()),
        },
        Amount::Over => say(Mark::Partly, format!("{} more than is open{percent}", money_text(gap.abs()))),
        Amount::Customary | Amount::Fee => {
            say(Mark::Partly, format!("{} short{percent}", money_text(gap.abs())))
        }
        Amount::Part | Amount::Exact if gap.is_positive() => {
            say(Mark::Partly, format!("{} more than that{percent}", money_text(gap.abs())))
        }
        Amount::Part | Amount::Exact => say(Mark::Not, format!("{} short{percent}", money_text(gap.abs()))),
    }
}

fn payer(book: &Book, reading: &Reading<'_>, case: &Case) -> Option<Evidence> {
    let customer = case.customer?;
    let say = |mark, sentence: &str, quote: &str| Some(piece(mark, EvidenceKind::Payer, sentence, quote));
    if let Some(fit) = reading.payers.fits.get(&customer) {
        let mark = match fit.level {
            Level::None | Level::Word => Mark::Not,
            Level::Close => Mark::Partly,
            _ => Mark::Fits,
        };
        let (sentence, quote) = book.names.sentence(&reading.payers, customer)?;
        return say(mark, &sentence, &quote);
    }
    if reading.payers.text.is_empty() {
        return None;
    }
    let payer = &reading.payers.text;
    match reading.payers.named().filter(|named| *named != customer) {
        Some(named) => {
            say(Mark::Not, &format!("The payer is {}", quoted(&book.customers[named].name)), payer)
        }
        None => say(Mark::Not, &format!("“{payer}” is not their name"), payer),
    }
}

fn time(book: &Book, reading: &Reading<'_>, case: &Case) -> Option<Evidence> {
    let day = reading.line.date;
    let say = |mark, sentence: String| Some(piece(mark, EvidenceKind::Time, sentence, ""));
    match &case.subject {
        Subject::Open(members) => {
            let invoices = || members.iter().map(|at| &book.invoices[*at]);
            let latest = invoices().map(|i| i.issued).max()?;
            if case.time == Time::Early {
                return say(
                    Mark::Not,
                    format!("{} before it was issued", days_text((latest - day).num_days())),
                );
            }
            let due = invoices().map(|i| i.due).max()?;
            let late = (day - due).num_days();
            let when = match late {
                0 => "On the due date".to_string(),
                1.. => format!("{} after the due date", days_text(late)),
                _ => format!("{} before the due date", days_text(late)),
            };
            let usual = case.customer.and_then(|c| usually(&book.customers[c].history));
            let sentence = usual.map_or(when.clone(), |usual| format!("{when}; {usual}"));
            say(if case.time == Time::Late { Mark::Partly } else { Mark::Fits }, sentence)
        }
        Subject::Recorded(at) => {
            let days = (day - book.undeposited[*at].received_on).num_days();
            let when = match days {
                0 => "The day it was recorded".to_string(),
                1.. => format!("{} after it was recorded", days_text(days)),
                _ => format!("{} before it was recorded", days_text(days)),
            };
            say(Mark::Fits, when)
        }
        Subject::Transit(at) => {
            let days = (day - book.in_transit[*at].sent_on).num_days();
            let when = match days {
                0 => "The day it was sent".to_string(),
                1.. => format!("{} after it was sent", days_text(days)),
                _ => format!("{} before it was sent", days_text(days)),
            };
            say(Mark::Fits, when)
        }
        Subject::Spent(at) => {
            let number = &book.invoices[*at].number;
            say(Mark::Not, format!("Another line of this statement pays {number}"))
        }
        Subject::Paid(at) => {
            let paid = &book.paid[*at];
            say(Mark::Not, format!("{} was paid on {}", paid.number, day_text(paid.paid_on, day)))
        }
    }
}

/// `they usually pay 1 to 5 days late`; needs two payments to call it usual.
fn usually(history: &History) -> Option<String> {
    let (first, last) = (*history.days_late.iter().min()?, *history.days_late.iter().max()?);
    if history.days_late.len() < 2 {
        return None;
    }
    let days = |n: i32| days_text(i64::from(n));
    Some(match (first, last) {
        (0, 0) => "they usually pay on that day".into(),
        (a, b) if a == b && a > 0 => format!("they usually pay {} late", days(a)),
        (a, b) if a == b => format!("they usually pay {} early", days(a)),
        (a, b) if a >= 0 => format!("they usually pay {a} to {} late", days(b)),
        (a, b) if b <= 0 => format!("they usually pay {} to {} early", b.unsigned_abs(), days(a)),
        (a, b) => format!("they usually pay between {} early and {} late", days(a), days(b)),
    })
}

/// `Their last 3 payments were each $15.00 short`.
fn history(book: &Book, case: &Case) -> Option<Evidence> {
    let missing = case.gap.filter(|gap| *gap < 0 && case.amount == Amount::Customary)?.checked_neg()?;
    let usual = &book.customers[case.customer?].history.usual_shortfall;
    let same = usual.iter().filter(|m| m.minor() == missing && m.currency() == case.open.currency()).count();
    let each = money_text(Money::new(missing, case.open.currency()));
    let sentence = if same == usual.len() {
        format!("Their last {same} payments were each {each} short")
    } else {
        format!("{same} of their last {} payments were {each} short", usual.len())
    };
    Some(piece(Mark::Fits, EvidenceKind::History, sentence, ""))
}
